import type { FinderDefinition } from '@palomar/db'

/**
 * What must be known before a tenant is: whose deliveries and answers are due, and whose rows have become old. All return
 * ids; the rows are read again under their tenants' policy. The migration holds them as SQL; a test compares.
 */
export const finders = [
  {
    // A loose scan: one probe per endpoint, however many rows wait for it, so that a long queue hides no short one.
    signature: 'automation.endpoints_due(timestamp with time zone, uuid, uuid, integer)',
    service: 'automation',
    args: 'until timestamptz, after_tenant uuid, after_endpoint uuid, max integer',
    returns: 'TABLE(tenant_id uuid, endpoint_id uuid, due_at timestamptz)',
    reads: ['automation.webhook_deliveries', 'automation.webhook_endpoints', 'automation.tenants'],
    body: `
WITH RECURSIVE waiting AS (
	(SELECT d.tenant_id, d.endpoint_id FROM automation.webhook_deliveries d
	WHERE d.state = 'pending' AND (d.tenant_id, d.endpoint_id) > (after_tenant, after_endpoint)
	ORDER BY d.tenant_id, d.endpoint_id LIMIT 1)
	UNION ALL
	SELECT next.tenant_id, next.endpoint_id FROM waiting CROSS JOIN LATERAL (
		SELECT d.tenant_id, d.endpoint_id FROM automation.webhook_deliveries d
		WHERE d.state = 'pending' AND (d.tenant_id, d.endpoint_id) > (waiting.tenant_id, waiting.endpoint_id)
		ORDER BY d.tenant_id, d.endpoint_id LIMIT 1
	) next
)
SELECT waiting.tenant_id, waiting.endpoint_id, due.at
FROM waiting
CROSS JOIN LATERAL (
	SELECT d.due_at AS at FROM automation.webhook_deliveries d
	WHERE d.state = 'pending' AND d.tenant_id = waiting.tenant_id AND d.endpoint_id = waiting.endpoint_id
	ORDER BY d.due_at LIMIT 1
) due
WHERE due.at <= until
	AND EXISTS (SELECT FROM automation.webhook_endpoints e
		WHERE e.tenant_id = waiting.tenant_id AND e.id = waiting.endpoint_id AND e.state = 'enabled')
	AND NOT EXISTS (SELECT FROM automation.tenants t
		WHERE t.tenant_id = waiting.tenant_id AND t.state <> 'active')
ORDER BY waiting.tenant_id, waiting.endpoint_id
LIMIT max`,
  },
  {
    signature: 'automation.answers_due(timestamp with time zone, integer)',
    service: 'automation',
    args: 'until timestamptz, max integer',
    returns: 'TABLE(tenant_id uuid, rule_id uuid, message_id uuid, due_at timestamptz)',
    reads: ['automation.answers'],
    body: `
SELECT a.tenant_id, a.rule_id, a.message_id, a.due_at FROM automation.answers a
WHERE a.state = 'pending' AND a.due_at <= until
ORDER BY a.due_at LIMIT max`,
  },
  {
    signature: 'automation.tenants_to_purge(timestamp with time zone, integer)',
    service: 'automation',
    args: 'before timestamptz, max integer',
    returns: 'TABLE(tenant_id uuid)',
    reads: ['automation.webhook_deliveries', 'automation.answers'],
    body: `
(SELECT tenant_id FROM automation.webhook_deliveries WHERE created_at < before ORDER BY created_at LIMIT max)
UNION
(SELECT tenant_id FROM automation.answers WHERE created_at < before ORDER BY created_at LIMIT max)`,
  },
] as const satisfies readonly FinderDefinition[]
