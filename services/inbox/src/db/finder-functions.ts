import type { FinderDefinition } from '@palomar/db'

/** Every look-up across companies; the migration that makes one holds its text. */
export const finderFunctions = [
  {
    // All histories are walked company by company, each under its own policy.
    signature: 'inbox.find_next_tenant(uuid)',
    service: 'inbox',
    args: 'after uuid',
    returns: 'TABLE (tenant_id uuid)',
    reads: ['inbox.messages'],
    body: `
select m.tenant_id from inbox.messages m
where m.tenant_id > coalesce(after, '00000000-0000-0000-0000-000000000000'::uuid)
order by m.tenant_id
limit 1`,
  },
] as const satisfies readonly FinderDefinition[]
