CREATE SCHEMA IF NOT EXISTS "automation";
--> statement-breakpoint
CREATE TABLE "automation"."answers" (
	"tenant_id" uuid NOT NULL,
	"rule_id" uuid NOT NULL,
	"message_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"number_id" uuid NOT NULL,
	"wa_id" text NOT NULL,
	"user_id" text NOT NULL,
	"reply_text" text NOT NULL,
	"reply_message_id" uuid NOT NULL,
	"state" text NOT NULL,
	"refusal_code" text DEFAULT '' NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"fact_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	CONSTRAINT "answers_tenant_id_rule_id_message_id_pk" PRIMARY KEY("tenant_id","rule_id","message_id")
);
--> statement-breakpoint
CREATE TABLE "automation"."rules" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"enabled" boolean NOT NULL,
	"number_ids" uuid[] NOT NULL,
	"keywords" text[] NOT NULL,
	"match" text NOT NULL,
	"reply_text" text NOT NULL,
	"cooldown_s" integer NOT NULL,
	"position" integer NOT NULL,
	"fired_count" bigint DEFAULT 0 NOT NULL,
	"last_fired_at" timestamp (3) with time zone,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "rules_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "automation"."seen" (
	"tenant_id" uuid NOT NULL,
	"day" date NOT NULL,
	"event_id" uuid NOT NULL,
	CONSTRAINT "seen_tenant_id_day_event_id_pk" PRIMARY KEY("tenant_id","day","event_id")
) PARTITION BY RANGE ("day");
--> statement-breakpoint
CREATE TABLE "automation"."tenants" (
	"tenant_id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"state" text NOT NULL,
	CONSTRAINT "tenants_tenant_id_pk" PRIMARY KEY("tenant_id")
);
--> statement-breakpoint
CREATE TABLE "automation"."webhook_deliveries" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"endpoint_id" uuid NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "automation"."webhook_deliveries_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event_type" text NOT NULL,
	"message_id" uuid,
	"body" text NOT NULL,
	"state" text NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"last_status" integer DEFAULT 0 NOT NULL,
	"last_error" text DEFAULT '' NOT NULL,
	"last_duration_ms" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"delivered_at" timestamp (3) with time zone,
	CONSTRAINT "webhook_deliveries_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "automation"."webhook_endpoints" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"url" text NOT NULL,
	"description" text NOT NULL,
	"event_types" text[] NOT NULL,
	"number_ids" uuid[] NOT NULL,
	"state" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"secret" "bytea" NOT NULL,
	"previous_secret" "bytea",
	"previous_until" timestamp (3) with time zone,
	"failing_since" timestamp (3) with time zone,
	"last_success_at" timestamp (3) with time zone,
	"last_failure_at" timestamp (3) with time zone,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "webhook_endpoints_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE INDEX "answers_due" ON "automation"."answers" USING btree ("due_at") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "answers_by_conversation" ON "automation"."answers" USING btree ("tenant_id","conversation_id","fact_at");--> statement-breakpoint
CREATE INDEX "answers_by_age" ON "automation"."answers" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "rules_by_position" ON "automation"."rules" USING btree ("tenant_id","position","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "automation"."webhook_deliveries" USING btree ("tenant_id","endpoint_id","due_at","seq") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_of_message" ON "automation"."webhook_deliveries" USING btree ("tenant_id","endpoint_id","message_id","seq") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_by_time" ON "automation"."webhook_deliveries" USING btree ("tenant_id","endpoint_id","created_at","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_by_state" ON "automation"."webhook_deliveries" USING btree ("tenant_id","endpoint_id","state","created_at","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_by_age" ON "automation"."webhook_deliveries" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "webhook_endpoints_by_time" ON "automation"."webhook_endpoints" USING btree ("tenant_id","created_at","id");
--> statement-breakpoint
CREATE TABLE "automation"."outbox" (
	"id" uuid PRIMARY KEY,
	"area" text NOT NULL,
	"body" bytea,
	"tenants" uuid[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
CREATE INDEX "outbox_durable" ON "automation"."outbox" ("created_at", "id") WHERE "area" <> 'live';
--> statement-breakpoint
CREATE INDEX "outbox_live" ON "automation"."outbox" ("created_at") WHERE "area" = 'live';
--> statement-breakpoint
ALTER TABLE "automation"."rules" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "automation"."rules" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "automation"."rules" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "automation"."answers" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "automation"."answers" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "automation"."answers" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "automation"."webhook_endpoints" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "automation"."webhook_endpoints" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "automation"."webhook_endpoints" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "automation"."webhook_deliveries" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "automation"."webhook_deliveries" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "automation"."webhook_deliveries" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "automation"."seen" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "automation"."seen" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "automation"."seen" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "automation"."tenants" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "automation"."tenants" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "automation"."tenants" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
-- Makes the days ahead and drops those whose time is over. Runs with the rights of the migrator, who owns the tables: the
-- service's own role may not change any table. Called by the service each hour.
CREATE FUNCTION "automation"."maintain_days"("days_ahead" integer, "days_kept" integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
	today date := (now() AT TIME ZONE 'utc')::date;
	child text;
	day date;
	changed integer := 0;
BEGIN
	IF days_ahead NOT BETWEEN 1 AND 60 OR days_kept NOT BETWEEN 2 AND 400 THEN
		RAISE EXCEPTION 'maintain_days: out of range';
	END IF;
	-- One at a time: two replicas would make the same day.
	PERFORM pg_advisory_xact_lock(hashtext('automation.maintain_days'));
	-- Two days back: a fact may be a day old when it comes.
	FOR day IN SELECT generate_series(today - 2, today + days_ahead, interval '1 day')::date LOOP
		child := 'seen_' || to_char(day, 'YYYYMMDD');
		CONTINUE WHEN to_regclass('automation.' || quote_ident(child)) IS NOT NULL;
		EXECUTE format('CREATE TABLE automation.%I PARTITION OF automation.seen FOR VALUES FROM (%L) TO (%L)', child, day, day + 1);
		EXECUTE format('ALTER TABLE automation.%I ENABLE ROW LEVEL SECURITY', child);
		EXECUTE format('ALTER TABLE automation.%I FORCE ROW LEVEL SECURITY', child);
		EXECUTE format($policy$CREATE POLICY "tenant" ON automation.%I
			USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]))
			WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]))$policy$, child);
		changed := changed + 1;
	END LOOP;
	FOR child IN
		SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
		WHERE i.inhparent = 'automation.seen'::regclass
			AND c.relname < 'seen_' || to_char(today - days_kept, 'YYYYMMDD')
	LOOP
		EXECUTE format('DROP TABLE automation.%I', child);
		changed := changed + 1;
	END LOOP;
	RETURN changed;
END
$body$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION automation.maintain_days(integer, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION automation.maintain_days(integer, integer) TO palomar_automation;
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
GRANT USAGE ON SCHEMA "automation" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "automation"."answers" TO palomar_finder;
--> statement-breakpoint
CREATE FUNCTION "automation"."answers_due"(until timestamptz, max integer) RETURNS TABLE(tenant_id uuid, rule_id uuid, message_id uuid, due_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
SELECT a.tenant_id, a.rule_id, a.message_id, a.due_at FROM automation.answers a
WHERE a.state = 'pending' AND a.due_at <= until
ORDER BY a.due_at LIMIT max
$finder$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION automation.answers_due(timestamp with time zone, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION automation.answers_due(timestamp with time zone, integer) TO palomar_automation;
--> statement-breakpoint
GRANT CREATE ON SCHEMA "automation" TO palomar_finder;
--> statement-breakpoint
ALTER FUNCTION automation.answers_due(timestamp with time zone, integer) OWNER TO palomar_finder;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA "automation" FROM palomar_finder;
--> statement-breakpoint
GRANT USAGE ON SCHEMA "automation" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "automation"."webhook_deliveries" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "automation"."answers" TO palomar_finder;
--> statement-breakpoint
CREATE FUNCTION "automation"."tenants_to_purge"(before timestamptz, max integer) RETURNS TABLE(tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
(SELECT tenant_id FROM automation.webhook_deliveries WHERE created_at < before ORDER BY created_at LIMIT max)
UNION
(SELECT tenant_id FROM automation.answers WHERE created_at < before ORDER BY created_at LIMIT max)
$finder$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION automation.tenants_to_purge(timestamp with time zone, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION automation.tenants_to_purge(timestamp with time zone, integer) TO palomar_automation;
--> statement-breakpoint
GRANT CREATE ON SCHEMA "automation" TO palomar_finder;
--> statement-breakpoint
ALTER FUNCTION automation.tenants_to_purge(timestamp with time zone, integer) OWNER TO palomar_finder;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA "automation" FROM palomar_finder;
--> statement-breakpoint
SELECT "automation"."maintain_days"(14, 35);
