GRANT USAGE ON SCHEMA "dispatcher" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "dispatcher"."messages" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "dispatcher"."numbers" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "dispatcher"."tenants" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "dispatcher"."lanes" TO palomar_finder;
--> statement-breakpoint
CREATE FUNCTION "dispatcher"."queue_depth"(partitions smallint[], per_lane integer) RETURNS TABLE(lane_class smallint, queued bigint, sendable bigint, oldest_due timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
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
GROUP BY class.rank
$finder$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION dispatcher.queue_depth(smallint[],integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION dispatcher.queue_depth(smallint[],integer) TO palomar_dispatcher;
--> statement-breakpoint
GRANT CREATE ON SCHEMA "dispatcher" TO palomar_finder;
--> statement-breakpoint
ALTER FUNCTION dispatcher.queue_depth(smallint[],integer) OWNER TO palomar_finder;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA "dispatcher" FROM palomar_finder;
