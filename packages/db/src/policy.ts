/**
 * The tenant policy of a table, forced so that it holds for its owner too (CONTRACTS 8). The `select` makes Postgres
 * build the list once per statement instead of once per row.
 */
export function tenantPolicySql(table: string): string {
  const name = quoteQualified(table)
  return `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE ${name} FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON ${name} USING (${tenantCondition}) WITH CHECK (${tenantCondition});`
}

/** For down migrations. */
export function dropTenantPolicySql(table: string): string {
  const name = quoteQualified(table)
  return `DROP POLICY "tenant" ON ${name};
--> statement-breakpoint
ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY;`
}

export const tenantCondition =
  "tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])"

/** `schema.table` quoted; refuses what is no plain name, so that a migration cannot be written wrong. */
export function quoteQualified(name: string): string {
  if (!/^[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$/.test(name)) throw new Error(`${name} is not schema.name`)
  return name
    .split('.')
    .map((part) => `"${part}"`)
    .join('.')
}
