import type { FinderDefinition } from '@palomar/db'

/**
 * What must be known before a tenant is: whose files have work due. Fair among the first thousand: one of each company,
 * then the second of each. The migration holds it as SQL; a test compares.
 */
export const finders = [
  {
    signature: 'media.files_due(integer)',
    service: 'media',
    args: 'max integer',
    returns: 'TABLE(tenant_id uuid, id uuid)',
    reads: ['media.files'],
    body: `
SELECT due.tenant_id, due.id FROM (
	SELECT f.tenant_id, f.id, f.due_at, row_number() OVER (PARTITION BY f.tenant_id ORDER BY f.due_at) AS turn
	FROM (
		SELECT f.tenant_id, f.id, f.due_at FROM media.files f
		WHERE f.due_at IS NOT NULL AND f.due_at <= now()
		ORDER BY f.due_at LIMIT 1000
	) f
) due
ORDER BY due.turn, due.due_at LIMIT max`,
  },
] as const satisfies readonly FinderDefinition[]
