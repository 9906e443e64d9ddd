import type { FinderDefinition } from '@palomar/db'

const service = 'tenancy'

/** Every finder function of this schema; a migration creates them and a test compares this list with the database. */
export const finderFunctions: readonly FinderDefinition[] = [
  {
    signature: 'tenancy.find_api_key(bytea)',
    service,
    args: 'key_hash bytea',
    returns: 'TABLE (tenant_id uuid, id uuid)',
    reads: ['tenancy.api_keys'],
    body: 'select k.tenant_id, k.id from tenancy.api_keys k where k.hash = key_hash',
  },
  {
    signature: 'tenancy.find_refresh_token(bytea)',
    service,
    args: 'token_hash bytea',
    returns: 'TABLE (tenant_id uuid)',
    reads: ['tenancy.refresh_tokens'],
    body: 'select r.tenant_id from tenancy.refresh_tokens r where r.hash = token_hash',
  },
  {
    signature: 'tenancy.find_memberships(uuid)',
    service,
    args: 'person uuid',
    returns: 'TABLE (tenant_id uuid)',
    reads: ['tenancy.memberships'],
    body: 'select m.tenant_id from tenancy.memberships m where m.user_id = person',
  },
  {
    signature: 'tenancy.find_companies(text, uuid, integer)',
    service,
    args: 'part text, after uuid, count integer',
    returns: 'TABLE (tenant_id uuid)',
    reads: ['tenancy.tenants'],
    // strpos, not LIKE: what the caller typed is text and no pattern.
    body: `select t.tenant_id from tenancy.tenants t
where not t.is_platform and t.state <> 'deleted'
  and t.tenant_id > coalesce(after, '00000000-0000-0000-0000-000000000000'::uuid)
  and (part = '' or strpos(lower(t.name), lower(part)) > 0)
order by t.tenant_id
limit count`,
  },
  {
    signature: 'tenancy.find_tenants(uuid, integer)',
    service,
    args: 'after uuid, count integer',
    returns: 'TABLE (tenant_id uuid)',
    reads: ['tenancy.tenants'],
    body: `select t.tenant_id from tenancy.tenants t
where t.tenant_id > coalesce(after, '00000000-0000-0000-0000-000000000000'::uuid)
order by t.tenant_id
limit count`,
  },
]
