CREATE SCHEMA IF NOT EXISTS "media";
--> statement-breakpoint
CREATE TABLE "media"."files" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"direction" text NOT NULL,
	"state" text NOT NULL,
	"kind" text NOT NULL,
	"mime_type" text NOT NULL,
	"size_bytes" bigint DEFAULT 0 NOT NULL,
	"sha256" text DEFAULT '' NOT NULL,
	"filename" text DEFAULT '' NOT NULL,
	"failure_code" text DEFAULT '' NOT NULL,
	"message_id" uuid,
	"number_id" uuid,
	"meta_media_id" text DEFAULT '' NOT NULL,
	"announced_sha256" text DEFAULT '' NOT NULL,
	"announced_bytes" bigint DEFAULT 0 NOT NULL,
	"blob_key" text DEFAULT '' NOT NULL,
	"created_by" text DEFAULT '' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"stored_at" timestamp (3) with time zone,
	"give_up_at" timestamp (3) with time zone,
	"version" bigint NOT NULL,
	"due_at" timestamp (3) with time zone,
	"lease" uuid,
	"tries" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "files_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "media"."meta_uploads" (
	"tenant_id" uuid NOT NULL,
	"media_id" uuid NOT NULL,
	"number_id" uuid NOT NULL,
	"meta_media_id" text DEFAULT '' NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"refusal_code" text DEFAULT '' NOT NULL,
	"detail" text DEFAULT '' NOT NULL,
	"lease" uuid,
	"leased_until" timestamp (3) with time zone,
	"tries" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp (3) with time zone,
	CONSTRAINT "meta_uploads_tenant_id_media_id_number_id_pk" PRIMARY KEY("tenant_id","media_id","number_id")
);
--> statement-breakpoint
CREATE TABLE "media"."numbers" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"phone_number_id" text NOT NULL,
	"graph_version" text DEFAULT '' NOT NULL,
	"token_version" bigint NOT NULL,
	"state" text NOT NULL,
	CONSTRAINT "numbers_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE INDEX "files_due" ON "media"."files" USING btree ("due_at") WHERE due_at is not null;
--> statement-breakpoint
-- Every file changes a few times after its insert, and leaves the due index at the end.
ALTER TABLE "media"."files" SET (fillfactor = 85);
--> statement-breakpoint
CREATE TABLE "media"."outbox" (
	"id" uuid PRIMARY KEY,
	"area" text NOT NULL,
	"body" bytea,
	"tenants" uuid[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
CREATE INDEX "outbox_durable" ON "media"."outbox" ("created_at", "id") WHERE "area" <> 'live';
--> statement-breakpoint
CREATE INDEX "outbox_live" ON "media"."outbox" ("created_at") WHERE "area" = 'live';
--> statement-breakpoint
ALTER TABLE "media"."files" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "media"."files" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "media"."files" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "media"."meta_uploads" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "media"."meta_uploads" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "media"."meta_uploads" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "media"."numbers" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "media"."numbers" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "media"."numbers" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
GRANT USAGE ON SCHEMA "media" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "media"."files" TO palomar_finder;
--> statement-breakpoint
CREATE FUNCTION "media"."files_due"(max integer) RETURNS TABLE(tenant_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
SELECT due.tenant_id, due.id FROM (
	SELECT f.tenant_id, f.id, f.due_at, row_number() OVER (PARTITION BY f.tenant_id ORDER BY f.due_at) AS turn
	FROM (
		SELECT f.tenant_id, f.id, f.due_at FROM media.files f
		WHERE f.due_at IS NOT NULL AND f.due_at <= now()
		ORDER BY f.due_at LIMIT 1000
	) f
) due
ORDER BY due.turn, due.due_at LIMIT max
$finder$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION media.files_due(integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION media.files_due(integer) TO palomar_media;
--> statement-breakpoint
GRANT CREATE ON SCHEMA "media" TO palomar_finder;
--> statement-breakpoint
ALTER FUNCTION media.files_due(integer) OWNER TO palomar_finder;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA "media" FROM palomar_finder;
