DROP FUNCTION "automation"."endpoints_due"(timestamptz, uuid, uuid, integer);
--> statement-breakpoint
GRANT USAGE ON SCHEMA "automation" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "automation"."webhook_deliveries" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "automation"."webhook_endpoints" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "automation"."tenants" TO palomar_finder;
--> statement-breakpoint
CREATE FUNCTION "automation"."endpoints_due"(until timestamptz, after_tenant uuid, after_endpoint uuid, max integer) RETURNS TABLE(tenant_id uuid, endpoint_id uuid, due_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
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
LIMIT max
$finder$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION automation.endpoints_due(timestamp with time zone, uuid, uuid, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION automation.endpoints_due(timestamp with time zone, uuid, uuid, integer) TO palomar_automation;
--> statement-breakpoint
GRANT CREATE ON SCHEMA "automation" TO palomar_finder;
--> statement-breakpoint
ALTER FUNCTION automation.endpoints_due(timestamp with time zone, uuid, uuid, integer) OWNER TO palomar_finder;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA "automation" FROM palomar_finder;
--> statement-breakpoint
ALTER TABLE "automation"."rules" DROP COLUMN "last_refused_at";
--> statement-breakpoint
ALTER TABLE "automation"."rules" DROP COLUMN "last_refusal_code";
