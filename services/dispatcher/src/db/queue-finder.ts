import type { FinderDefinition } from '@palomar/db'

/**
 * How long the queue is, by class, without a company's name: what is due in lanes that may send, at most `per_lane` rows
 * of each lane and class. A loose scan of the lane index, as lanes_with_work.
 */
export const queueFinder = {
  signature: 'dispatcher.queue_depth(smallint[],integer)',
  service: 'dispatcher',
  args: 'partitions smallint[], per_lane integer',
  returns: 'TABLE(lane_class smallint, queued bigint, sendable bigint, oldest_due timestamptz)',
  reads: ['dispatcher.messages', 'dispatcher.numbers', 'dispatcher.tenants', 'dispatcher.lanes'],
  body: `
SELECT class.rank::smallint, coalesce(sum(rows.queued), 0)::bigint,
	coalesce(sum(least(rows.queued, n.throughput_per_second)), 0)::bigint, min(rows.oldest)
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
JOIN dispatcher.numbers n ON n.tenant_id = lane.tenant_id AND n.id = lane.number_id AND n.state = 'active'
LEFT JOIN dispatcher.tenants t ON t.tenant_id = lane.tenant_id
LEFT JOIN dispatcher.lanes h ON h.tenant_id = lane.tenant_id AND h.number_id = lane.number_id
CROSS JOIN generate_series(0, 3) AS class (rank)
CROSS JOIN LATERAL (
	SELECT count(*) AS queued, min(due.due_at) AS oldest FROM (
		SELECT m.due_at FROM dispatcher.messages m
		WHERE m.state = 'queued' AND m.in_lane AND m.partition = p.id AND m.tenant_id = lane.tenant_id
			AND m.number_id = lane.number_id AND m.lane_class = class.rank AND m.due_at <= now()
		ORDER BY m.due_at LIMIT per_lane
	) due
) rows
WHERE coalesce(t.state, 'active') = 'active'
	AND (h.hold_reason IS NULL OR h.hold_until <= now() OR h.hold_token_version < n.token_version
		OR h.hold_number_version < n.version)
GROUP BY class.rank`,
} as const satisfies FinderDefinition
