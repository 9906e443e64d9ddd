import type { Finder } from '../finders.ts'
import type { Db } from '../open-db.ts'

interface FunctionFacts {
  signature: string
  owner: string
  config: string[] | null
  executors: string[]
  owner_creates: boolean
}

/**
 * The SECURITY DEFINER functions of the service's schema are exactly these finders: owned by `palomar_finder`, with a
 * fixed search_path, executable by one service. `others` names definer functions that are no finders (they make
 * partitions, say); they too need a fixed search_path and one executor.
 */
export async function assertFinders(
  db: Db,
  finders: readonly Finder[],
  others: readonly Finder[] = [],
): Promise<void> {
  const found = await readDefiners(db)
  const problems: string[] = []
  const key = (signature: string) => signature.replaceAll(/\s/g, '').replaceAll('"', '')
  for (const fn of found) {
    const finder = finders.find((one) => key(one.signature) === key(fn.signature))
    const known = finder ?? others.find((one) => key(one.signature) === key(fn.signature))
    if (!known) {
      problems.push(`${fn.signature}: runs with its owner's rights and is in no list`)
      continue
    }
    if (finder && fn.owner !== 'palomar_finder') problems.push(`${fn.signature}: owned by ${fn.owner}`)
    if (fn.owner === 'palomar_finder' && fn.owner_creates)
      problems.push(`palomar_finder may create in schema ${db.service}`)
    if (!fn.config?.some((setting) => setting.startsWith('search_path=')))
      problems.push(`${fn.signature}: no fixed search_path`)
    const executors = fn.executors.filter((role) => role !== fn.owner)
    if (executors.join() !== `palomar_${known.service}`) {
      problems.push(
        `${fn.signature}: executable by ${executors.join(', ') || 'nobody'}, not by ${known.service} alone`,
      )
    }
  }
  for (const one of [...finders, ...others]) {
    if (!found.some((fn) => key(fn.signature) === key(one.signature)))
      problems.push(`${one.signature}: listed, but does not exist`)
  }
  if (problems.length > 0) throw new Error(`finder functions of ${db.service}:\n- ${problems.join('\n- ')}`)
}

async function readDefiners({ sql, service }: Db): Promise<FunctionFacts[]> {
  return sql<FunctionFacts[]>`
    select n.nspname || '.' || p.proname || '(' || oidvectortypes(p.proargtypes) || ')' as signature,
      p.proowner::regrole::text as owner, p.proconfig as config,
      has_schema_privilege(p.proowner, n.oid, 'create') as owner_creates,
      array(
        select case a.grantee when 0 then 'PUBLIC' else a.grantee::regrole::text end
        from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.privilege_type = 'EXECUTE' order by 1
      ) as executors
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = ${service} and p.prosecdef
    order by 1`
}
