import { quoteQualified } from './policy.ts'

/**
 * A finder: a narrow look-up across tenants, for what comes before a tenant is known. It runs as `palomar_finder`, who
 * passes the policies, so it returns ids and never content.
 */
export interface Finder {
  /** `schema.name(type, type)`, as Postgres names the function. */
  signature: string
  /** The one service that may execute it. */
  service: string
}

export interface FinderDefinition extends Finder {
  /** Named arguments, such as `hash bytea`. */
  args: string
  returns: string
  /** Tables its body reads, `schema.table`. */
  reads: readonly string[]
  /** The body, in SQL; all names qualified. */
  body: string
  /** STABLE unless it writes. */
  volatility?: 'STABLE' | 'VOLATILE'
}

/** A migration's statements for a finder. */
export function finderSql(finder: FinderDefinition): string {
  const name = finder.signature.slice(0, finder.signature.indexOf('('))
  const schema = name.split('.')[0] ?? ''
  quoteQualified(name)
  return [
    `GRANT USAGE ON SCHEMA "${schema}" TO palomar_finder`,
    ...finder.reads.map((table) => `GRANT SELECT ON ${quoteQualified(table)} TO palomar_finder`),
    `CREATE FUNCTION ${quoteQualified(name)}(${finder.args}) RETURNS ${finder.returns}
LANGUAGE sql ${finder.volatility ?? 'STABLE'} SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
${finder.body.trim()}
$finder$`,
    `REVOKE ALL ON FUNCTION ${finder.signature} FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION ${finder.signature} TO palomar_${finder.service}`,
    // To give a function away its new owner must be able to create there; only for this moment.
    `GRANT CREATE ON SCHEMA "${schema}" TO palomar_finder`,
    `ALTER FUNCTION ${finder.signature} OWNER TO palomar_finder`,
    `REVOKE CREATE ON SCHEMA "${schema}" FROM palomar_finder`,
  ]
    .map((statement) => `${statement};`)
    .join('\n--> statement-breakpoint\n')
}
