CREATE SCHEMA IF NOT EXISTS "dispatcher";
--> statement-breakpoint
CREATE TABLE "dispatcher"."attempts" (
	"tenant_id" uuid NOT NULL,
	"day" date NOT NULL,
	"message_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"tries" smallint NOT NULL,
	"number_id" uuid NOT NULL,
	"partition" smallint NOT NULL,
	"epoch" bigint NOT NULL,
	"lane_class" smallint NOT NULL,
	"state" text NOT NULL,
	"wamid" text,
	"wa_id" text,
	"held" boolean NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"settled_at" timestamp with time zone,
	"accepted_at" timestamp with time zone,
	"sent_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"read_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"error" jsonb,
	"verdict" text,
	"pricing" jsonb,
	"pricing_from" text,
	CONSTRAINT "attempts_tenant_id_day_message_id_n_pk" PRIMARY KEY("tenant_id","day","message_id","n")
) PARTITION BY RANGE ("day");
--> statement-breakpoint
CREATE TABLE "dispatcher"."contacts" (
	"tenant_id" uuid NOT NULL,
	"contact_id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"merged_into" uuid,
	CONSTRAINT "contacts_tenant_id_contact_id_pk" PRIMARY KEY("tenant_id","contact_id")
);
--> statement-breakpoint
CREATE TABLE "dispatcher"."idempotency" (
	"tenant_id" uuid NOT NULL,
	"key" text NOT NULL,
	"body_hash" "bytea" NOT NULL,
	"answer" "bytea" NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_tenant_id_key_pk" PRIMARY KEY("tenant_id","key")
);
--> statement-breakpoint
CREATE TABLE "dispatcher"."lanes" (
	"tenant_id" uuid NOT NULL,
	"number_id" uuid NOT NULL,
	"gcra_at" timestamp with time zone,
	"hold_reason" text,
	"hold_until" timestamp with time zone,
	"hold_token_version" bigint,
	"hold_number_version" bigint,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "lanes_tenant_id_number_id_pk" PRIMARY KEY("tenant_id","number_id")
);
--> statement-breakpoint
CREATE TABLE "dispatcher"."leases" (
	"partition" smallint PRIMARY KEY NOT NULL,
	"owner" text,
	"epoch" bigint NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"handover" jsonb
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE TABLE "dispatcher"."message_wamids" (
	"tenant_id" uuid NOT NULL,
	"number_id" uuid NOT NULL,
	"wamid" text NOT NULL,
	"message_id" uuid,
	"attempt_n" integer,
	"stub" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "message_wamids_tenant_id_number_id_wamid_pk" PRIMARY KEY("tenant_id","number_id","wamid")
);
--> statement-breakpoint
CREATE TABLE "dispatcher"."messages" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"number_id" uuid NOT NULL,
	"partition" smallint NOT NULL,
	"lane_class" smallint NOT NULL,
	"recipient_key" text NOT NULL,
	"recipient_to" text NOT NULL,
	"recipient_user_id" text NOT NULL,
	"type" text NOT NULL,
	"content" text NOT NULL,
	"context_wamid" text NOT NULL,
	"callback_data" text NOT NULL,
	"created_by" text NOT NULL,
	"traceparent" text NOT NULL,
	"accepted_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"in_lane" boolean NOT NULL,
	"state" text NOT NULL,
	"version" bigint NOT NULL,
	"attempt_n" integer NOT NULL,
	"tries" smallint NOT NULL,
	"tries_max" smallint NOT NULL,
	"attempts_day" date,
	"reply_to" text NOT NULL,
	"ending" text,
	"ending_at" timestamp with time zone,
	"ending_code" text,
	"sent_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"read_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"error" jsonb,
	"failure_code" text,
	"pricing" jsonb,
	"wa_id" text,
	"leaves_at" timestamp with time zone,
	CONSTRAINT "messages_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
CREATE TABLE "dispatcher"."messages_archive" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"number_id" uuid NOT NULL,
	"partition" smallint NOT NULL,
	"lane_class" smallint NOT NULL,
	"recipient_key" text NOT NULL,
	"recipient_to" text NOT NULL,
	"recipient_user_id" text NOT NULL,
	"type" text NOT NULL,
	"content" text NOT NULL,
	"context_wamid" text NOT NULL,
	"callback_data" text NOT NULL,
	"created_by" text NOT NULL,
	"traceparent" text NOT NULL,
	"accepted_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"in_lane" boolean NOT NULL,
	"state" text NOT NULL,
	"version" bigint NOT NULL,
	"attempt_n" integer NOT NULL,
	"tries" smallint NOT NULL,
	"tries_max" smallint NOT NULL,
	"attempts_day" date,
	"reply_to" text NOT NULL,
	"ending" text,
	"ending_at" timestamp with time zone,
	"ending_code" text,
	"sent_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"read_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"error" jsonb,
	"failure_code" text,
	"pricing" jsonb,
	"wa_id" text,
	"leaves_at" timestamp with time zone,
	"archived_day" date NOT NULL,
	CONSTRAINT "messages_archive_tenant_id_archived_day_id_pk" PRIMARY KEY("tenant_id","archived_day","id")
) PARTITION BY RANGE ("archived_day");
--> statement-breakpoint
CREATE TABLE "dispatcher"."number_usage" (
	"tenant_id" uuid NOT NULL,
	"number_id" uuid NOT NULL,
	"day" date NOT NULL,
	"accepted" bigint NOT NULL,
	CONSTRAINT "number_usage_tenant_id_number_id_day_pk" PRIMARY KEY("tenant_id","number_id","day")
);
--> statement-breakpoint
CREATE TABLE "dispatcher"."numbers" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"phone_number_id" text NOT NULL,
	"waba_id" text NOT NULL,
	"portfolio_id" uuid,
	"meta_portfolio_id" text NOT NULL,
	"display_phone_number" text NOT NULL,
	"state" text NOT NULL,
	"throughput_per_second" integer NOT NULL,
	"daily_quota" bigint NOT NULL,
	"graph_version" text NOT NULL,
	"token_version" bigint NOT NULL,
	CONSTRAINT "numbers_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "dispatcher"."owners" (
	"owner" text PRIMARY KEY NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dispatcher"."recipient_aliases" (
	"tenant_id" uuid NOT NULL,
	"recipient_key" text NOT NULL,
	"contact_id" uuid NOT NULL,
	CONSTRAINT "recipient_aliases_tenant_id_recipient_key_contact_id_pk" PRIMARY KEY("tenant_id","recipient_key","contact_id")
);
--> statement-breakpoint
CREATE TABLE "dispatcher"."tenants" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"state" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dispatcher"."windows" (
	"tenant_id" uuid NOT NULL,
	"number_id" uuid NOT NULL,
	"recipient_key" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "windows_tenant_id_number_id_recipient_key_pk" PRIMARY KEY("tenant_id","number_id","recipient_key")
);
--> statement-breakpoint
CREATE INDEX "attempts_open" ON "dispatcher"."attempts" USING btree ("partition","started_at") WHERE state in ('sending', 'in_doubt');--> statement-breakpoint
CREATE INDEX "idempotency_expires" ON "dispatcher"."idempotency" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "message_wamids_created" ON "dispatcher"."message_wamids" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "messages_lane" ON "dispatcher"."messages" USING btree ("partition","tenant_id","number_id","lane_class","due_at","id") WHERE state = 'queued' and in_lane;--> statement-breakpoint
CREATE INDEX "messages_scheduled" ON "dispatcher"."messages" USING btree ("due_at") WHERE state = 'queued' and not in_lane;--> statement-breakpoint
CREATE INDEX "messages_leaves" ON "dispatcher"."messages" USING btree ("leaves_at") WHERE leaves_at is not null;--> statement-breakpoint
CREATE INDEX "recipient_aliases_contact" ON "dispatcher"."recipient_aliases" USING btree ("tenant_id","contact_id");--> statement-breakpoint
CREATE INDEX "windows_expires" ON "dispatcher"."windows" USING btree ("expires_at");
--> statement-breakpoint
ALTER TABLE "dispatcher"."messages" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "dispatcher"."messages" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "dispatcher"."messages" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "dispatcher"."messages_archive" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "dispatcher"."messages_archive" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "dispatcher"."messages_archive" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "dispatcher"."attempts" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "dispatcher"."attempts" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "dispatcher"."attempts" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "dispatcher"."message_wamids" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "dispatcher"."message_wamids" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "dispatcher"."message_wamids" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "dispatcher"."idempotency" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "dispatcher"."idempotency" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "dispatcher"."idempotency" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "dispatcher"."lanes" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "dispatcher"."lanes" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "dispatcher"."lanes" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "dispatcher"."windows" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "dispatcher"."windows" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "dispatcher"."windows" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "dispatcher"."contacts" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "dispatcher"."contacts" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "dispatcher"."contacts" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "dispatcher"."recipient_aliases" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "dispatcher"."recipient_aliases" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "dispatcher"."recipient_aliases" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "dispatcher"."numbers" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "dispatcher"."numbers" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "dispatcher"."numbers" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "dispatcher"."tenants" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "dispatcher"."tenants" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "dispatcher"."tenants" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "dispatcher"."number_usage" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "dispatcher"."number_usage" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "dispatcher"."number_usage" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
CREATE TABLE "dispatcher"."outbox" (
	"id" uuid PRIMARY KEY,
	"area" text NOT NULL,
	"body" bytea,
	"tenants" uuid[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
CREATE INDEX "outbox_durable" ON "dispatcher"."outbox" ("created_at", "id") WHERE "area" <> 'live';
--> statement-breakpoint
CREATE INDEX "outbox_live" ON "dispatcher"."outbox" ("created_at") WHERE "area" = 'live';
--> statement-breakpoint
-- Every partition of the ledger has a lease row from the start; nobody owns it.
INSERT INTO "dispatcher"."leases" ("partition", "epoch", "expires_at") SELECT "partition", 0, '-infinity' FROM generate_series(0, 63) AS "partition";
--> statement-breakpoint
-- Makes the days ahead and drops those whose time is over, in both tables kept by day. Runs with the rights of the
-- migrator, who owns the tables: the service's own role may not change any table. Called by the service each hour.
CREATE FUNCTION "dispatcher"."maintain_days"("days_ahead" integer, "days_kept" integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
	today date := (now() AT TIME ZONE 'utc')::date;
	parent text;
	child text;
	day date;
	changed integer := 0;
BEGIN
	IF days_ahead NOT BETWEEN 1 AND 60 OR days_kept NOT BETWEEN 30 AND 400 THEN
		RAISE EXCEPTION 'maintain_days: out of range';
	END IF;
	-- One at a time: two replicas would make the same day.
	PERFORM pg_advisory_xact_lock(hashtext('dispatcher.maintain_days'));
	FOREACH parent IN ARRAY ARRAY['attempts', 'messages_archive'] LOOP
		FOR day IN SELECT generate_series(today - 1, today + days_ahead, interval '1 day')::date LOOP
			child := parent || '_' || to_char(day, 'YYYYMMDD');
			CONTINUE WHEN to_regclass('dispatcher.' || quote_ident(child)) IS NOT NULL;
			-- Updated as its statuses come in: room beside the row.
			EXECUTE format('CREATE TABLE dispatcher.%I PARTITION OF dispatcher.%I FOR VALUES FROM (%L) TO (%L) WITH (fillfactor = 70)', child, parent, day, day + 1);
			EXECUTE format('ALTER TABLE dispatcher.%I ENABLE ROW LEVEL SECURITY', child);
			EXECUTE format('ALTER TABLE dispatcher.%I FORCE ROW LEVEL SECURITY', child);
			EXECUTE format($policy$CREATE POLICY "tenant" ON dispatcher.%I
				USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]))
				WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]))$policy$, child);
			changed := changed + 1;
		END LOOP;
		FOR child IN
			SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
			WHERE i.inhparent = to_regclass('dispatcher.' || quote_ident(parent))
				AND c.relname < parent || '_' || to_char(today - days_kept, 'YYYYMMDD')
		LOOP
			EXECUTE format('DROP TABLE dispatcher.%I', child);
			changed := changed + 1;
		END LOOP;
	END LOOP;
	RETURN changed;
END
$body$;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION dispatcher.maintain_days(integer, integer) TO palomar_dispatcher;
--> statement-breakpoint
GRANT USAGE ON SCHEMA "dispatcher" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "dispatcher"."messages" TO palomar_finder;
--> statement-breakpoint
CREATE FUNCTION "dispatcher"."lanes_with_work"(partitions smallint[]) RETURNS TABLE("partition" smallint, tenant_id uuid, number_id uuid, next_due timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
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
) due
$finder$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION dispatcher.lanes_with_work(smallint[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION dispatcher.lanes_with_work(smallint[]) TO palomar_dispatcher;
--> statement-breakpoint
GRANT CREATE ON SCHEMA "dispatcher" TO palomar_finder;
--> statement-breakpoint
ALTER FUNCTION dispatcher.lanes_with_work(smallint[]) OWNER TO palomar_finder;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA "dispatcher" FROM palomar_finder;
--> statement-breakpoint
GRANT USAGE ON SCHEMA "dispatcher" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "dispatcher"."attempts" TO palomar_finder;
--> statement-breakpoint
CREATE FUNCTION "dispatcher"."open_attempts"(partitions smallint[], max integer) RETURNS TABLE("partition" smallint, tenant_id uuid, message_id uuid, n integer, number_id uuid, epoch bigint, lane_class smallint, state text, started_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
SELECT a.partition, a.tenant_id, a.message_id, a.n, a.number_id, a.epoch, a.lane_class, a.state, a.started_at
FROM unnest(partitions) AS p (id)
CROSS JOIN LATERAL (
	SELECT * FROM dispatcher.attempts o
	WHERE o.partition = p.id AND o.state IN ('sending', 'in_doubt')
	ORDER BY o.started_at LIMIT max
) a
ORDER BY a.started_at LIMIT max
$finder$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION dispatcher.open_attempts(smallint[],integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION dispatcher.open_attempts(smallint[],integer) TO palomar_dispatcher;
--> statement-breakpoint
GRANT CREATE ON SCHEMA "dispatcher" TO palomar_finder;
--> statement-breakpoint
ALTER FUNCTION dispatcher.open_attempts(smallint[],integer) OWNER TO palomar_finder;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA "dispatcher" FROM palomar_finder;
--> statement-breakpoint
GRANT USAGE ON SCHEMA "dispatcher" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "dispatcher"."messages" TO palomar_finder;
--> statement-breakpoint
CREATE FUNCTION "dispatcher"."scheduled_due"(until timestamptz, max integer) RETURNS TABLE(tenant_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
SELECT m.tenant_id, m.id FROM dispatcher.messages m
WHERE m.state = 'queued' AND NOT m.in_lane AND m.due_at <= until
ORDER BY m.due_at LIMIT max
$finder$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION dispatcher.scheduled_due(timestamp with time zone, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION dispatcher.scheduled_due(timestamp with time zone, integer) TO palomar_dispatcher;
--> statement-breakpoint
GRANT CREATE ON SCHEMA "dispatcher" TO palomar_finder;
--> statement-breakpoint
ALTER FUNCTION dispatcher.scheduled_due(timestamp with time zone, integer) OWNER TO palomar_finder;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA "dispatcher" FROM palomar_finder;
--> statement-breakpoint
GRANT USAGE ON SCHEMA "dispatcher" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "dispatcher"."messages" TO palomar_finder;
--> statement-breakpoint
CREATE FUNCTION "dispatcher"."rows_leaving"(max integer) RETURNS TABLE(tenant_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
SELECT m.tenant_id, m.id FROM dispatcher.messages m
WHERE m.leaves_at IS NOT NULL AND m.leaves_at <= now()
ORDER BY m.leaves_at LIMIT max
$finder$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION dispatcher.rows_leaving(integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION dispatcher.rows_leaving(integer) TO palomar_dispatcher;
--> statement-breakpoint
GRANT CREATE ON SCHEMA "dispatcher" TO palomar_finder;
--> statement-breakpoint
ALTER FUNCTION dispatcher.rows_leaving(integer) OWNER TO palomar_finder;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA "dispatcher" FROM palomar_finder;
--> statement-breakpoint
GRANT USAGE ON SCHEMA "dispatcher" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "dispatcher"."idempotency" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "dispatcher"."windows" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "dispatcher"."message_wamids" TO palomar_finder;
--> statement-breakpoint
CREATE FUNCTION "dispatcher"."tenants_to_purge"(max integer) RETURNS TABLE(tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
(SELECT tenant_id FROM dispatcher.idempotency WHERE expires_at <= now() ORDER BY expires_at LIMIT max)
UNION
(SELECT tenant_id FROM dispatcher.windows WHERE expires_at <= now() - interval '2 days' ORDER BY expires_at LIMIT max)
UNION
(SELECT tenant_id FROM dispatcher.message_wamids WHERE created_at <= now() - interval '40 days' ORDER BY created_at LIMIT max)
$finder$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION dispatcher.tenants_to_purge(integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION dispatcher.tenants_to_purge(integer) TO palomar_dispatcher;
--> statement-breakpoint
GRANT CREATE ON SCHEMA "dispatcher" TO palomar_finder;
--> statement-breakpoint
ALTER FUNCTION dispatcher.tenants_to_purge(integer) OWNER TO palomar_finder;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA "dispatcher" FROM palomar_finder;
--> statement-breakpoint
SELECT "dispatcher"."maintain_days"(14, 40);
