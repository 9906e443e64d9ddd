import type { FinderDefinition } from '@palomar/db'
import { queueFinder } from './queue-finder.ts'

/**
 * What must be known before a tenant is: which lanes of a partition have work, whose attempts are open, which rows are
 * due to move. All return ids; the rows are read again under their tenants' policy. The migration holds them
 * as SQL; a test compares.
 */
export const finders = [
  {
    // A loose scan of the lane index: one probe per lane, however many rows it has.
    signature: 'dispatcher.lanes_with_work(smallint[])',
    service: 'dispatcher',
    args: 'partitions smallint[]',
    returns: 'TABLE("partition" smallint, tenant_id uuid, number_id uuid, next_due timestamptz)',
    reads: ['dispatcher.messages'],
    body: `
SELECT p.id, lane.tenant_id, lane.number_id, due.at
FROM unnest(partitions) AS p (id)
CROSS JOIN LATERAL (
	WITH RECURSIVE lane AS (
		(SELECT m.tenant_id, m.number_id FROM dispatcher.messages m
		WHERE m.state = 'queued' AND m.in_lane AND m.partition = p.id
		ORDER BY m.tenant_id, m.number_id LIMIT 1)
		UNION ALL
		SELECT next.tenant_id, next.number_id FROM lane CROSS JOIN LATERAL (
			SELECT m.tenant_id, m.number_id FROM dispatcher.messages m
			WHERE m.state = 'queued' AND m.in_lane AND m.partition = p.id
				AND (m.tenant_id, m.number_id) > (lane.tenant_id, lane.number_id)
			ORDER BY m.tenant_id, m.number_id LIMIT 1
		) next
	)
	SELECT lane.tenant_id, lane.number_id FROM lane
) lane
CROSS JOIN LATERAL (
	SELECT min(first.due_at) AS at FROM generate_series(0, 3) AS class (rank) CROSS JOIN LATERAL (
		SELECT m.due_at FROM dispatcher.messages m
		WHERE m.state = 'queued' AND m.in_lane AND m.partition = p.id AND m.tenant_id = lane.tenant_id
			AND m.number_id = lane.number_id AND m.lane_class = class.rank
		ORDER BY m.due_at LIMIT 1
	) first
) due`,
  },
  {
    signature: 'dispatcher.open_attempts(smallint[],integer)',
    service: 'dispatcher',
    args: 'partitions smallint[], max integer',
    returns:
      'TABLE("partition" smallint, tenant_id uuid, message_id uuid, n integer, number_id uuid, epoch bigint, lane_class smallint, state text, started_at timestamptz)',
    reads: ['dispatcher.attempts'],
    body: `
SELECT a.partition, a.tenant_id, a.message_id, a.n, a.number_id, a.epoch, a.lane_class, a.state, a.started_at
FROM unnest(partitions) AS p (id)
CROSS JOIN LATERAL (
	SELECT * FROM dispatcher.attempts o
	WHERE o.partition = p.id AND o.state IN ('sending', 'in_doubt')
	ORDER BY o.started_at LIMIT max
) a
ORDER BY a.started_at LIMIT max`,
  },
  {
    signature: 'dispatcher.scheduled_due(timestamp with time zone, integer)',
    service: 'dispatcher',
    args: 'until timestamptz, max integer',
    returns: 'TABLE(tenant_id uuid, id uuid)',
    reads: ['dispatcher.messages'],
    body: `
SELECT m.tenant_id, m.id FROM dispatcher.messages m
WHERE m.state = 'queued' AND NOT m.in_lane AND m.due_at <= until
ORDER BY m.due_at LIMIT max`,
  },
  {
    signature: 'dispatcher.rows_leaving(integer)',
    service: 'dispatcher',
    args: 'max integer',
    returns: 'TABLE(tenant_id uuid, id uuid)',
    reads: ['dispatcher.messages'],
    body: `
SELECT m.tenant_id, m.id FROM dispatcher.messages m
WHERE m.leaves_at IS NOT NULL AND m.leaves_at <= now()
ORDER BY m.leaves_at LIMIT max`,
  },
  {
    signature: 'dispatcher.tenants_to_purge(integer)',
    service: 'dispatcher',
    args: 'max integer',
    returns: 'TABLE(tenant_id uuid)',
    reads: ['dispatcher.idempotency', 'dispatcher.windows', 'dispatcher.message_wamids'],
    body: `
(SELECT tenant_id FROM dispatcher.idempotency WHERE expires_at <= now() ORDER BY expires_at LIMIT max)
UNION
(SELECT tenant_id FROM dispatcher.windows WHERE expires_at <= now() - interval '2 days' ORDER BY expires_at LIMIT max)
UNION
(SELECT tenant_id FROM dispatcher.message_wamids WHERE created_at <= now() - interval '40 days' ORDER BY created_at LIMIT max)`,
  },
  queueFinder,
] as const satisfies readonly FinderDefinition[]

/** Tables of the schema that belong to no tenant. */
export const tablesWithoutTenant = ['leases', 'owners', 'outbox'] as const
