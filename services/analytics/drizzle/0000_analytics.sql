CREATE SCHEMA IF NOT EXISTS "analytics";
--> statement-breakpoint
CREATE TABLE "analytics"."facts" (
	"tenant_id" uuid NOT NULL,
	"message_id" uuid NOT NULL,
	"number_id" uuid NOT NULL,
	"conversation_id" uuid,
	"direction" text NOT NULL,
	"type" text DEFAULT '' NOT NULL,
	"created_by" text DEFAULT '' NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"stored_at" timestamp (3) with time zone,
	"version" bigint DEFAULT 0 NOT NULL,
	"state" text DEFAULT '' NOT NULL,
	"accepted_at" timestamp (3) with time zone,
	"sent_at" timestamp (3) with time zone,
	"delivered_at" timestamp (3) with time zone,
	"read_at" timestamp (3) with time zone,
	"failed_at" timestamp (3) with time zone,
	"error_code" integer DEFAULT 0 NOT NULL,
	"failure_code" text DEFAULT '' NOT NULL,
	"pricing_category" text DEFAULT '' NOT NULL,
	"pricing_model" text DEFAULT '' NOT NULL,
	"billable" boolean,
	CONSTRAINT "facts_tenant_id_message_id_pk" PRIMARY KEY("tenant_id","message_id")
);
--> statement-breakpoint
CREATE TABLE "analytics"."failures" (
	"tenant_id" uuid NOT NULL,
	"grain" smallint NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"number_id" uuid NOT NULL,
	"error_code" integer NOT NULL,
	"failure_code" text COLLATE "C" NOT NULL,
	"count" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "failures_pk" PRIMARY KEY("tenant_id","grain","at","number_id","error_code","failure_code")
);
--> statement-breakpoint
CREATE TABLE "analytics"."numbers" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"state" text NOT NULL,
	"display_phone_number" text DEFAULT '' NOT NULL,
	"verified_name" text DEFAULT '' NOT NULL,
	CONSTRAINT "numbers_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "analytics"."rebuilds" (
	"key" text COLLATE "C" PRIMARY KEY NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	"cursor" text DEFAULT '' NOT NULL,
	"events" bigint DEFAULT 0 NOT NULL,
	"done" boolean DEFAULT false NOT NULL,
	"held_until" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "analytics"."recent_events" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"number_id" uuid,
	"message_id" uuid,
	"conversation_id" uuid,
	"subject" text DEFAULT '' NOT NULL,
	"version" bigint DEFAULT 0 NOT NULL,
	"state" text DEFAULT '' NOT NULL,
	"shown" boolean DEFAULT true NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "recent_events_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "analytics"."rollups" (
	"tenant_id" uuid NOT NULL,
	"grain" smallint NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"number_id" uuid NOT NULL,
	"received" bigint DEFAULT 0 NOT NULL,
	"accepted" bigint DEFAULT 0 NOT NULL,
	"sent" bigint DEFAULT 0 NOT NULL,
	"delivered" bigint DEFAULT 0 NOT NULL,
	"read" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "rollups_tenant_id_grain_at_number_id_pk" PRIMARY KEY("tenant_id","grain","at","number_id")
);
--> statement-breakpoint
CREATE INDEX "facts_by_time" ON "analytics"."facts" USING brin ("at");
--> statement-breakpoint
CREATE INDEX "failures_by_number" ON "analytics"."failures" USING btree ("tenant_id","number_id","grain","at");
--> statement-breakpoint
CREATE INDEX "recent_events_by_time" ON "analytics"."recent_events" USING btree ("tenant_id","at","id");
--> statement-breakpoint
CREATE INDEX "recent_events_by_number" ON "analytics"."recent_events" USING btree ("tenant_id","number_id","at","id") WHERE shown;
--> statement-breakpoint
CREATE INDEX "recent_events_by_subject" ON "analytics"."recent_events" USING btree ("tenant_id","subject","version");
--> statement-breakpoint
CREATE INDEX "rollups_by_number" ON "analytics"."rollups" USING btree ("tenant_id","number_id","grain","at");
--> statement-breakpoint
-- A fact changes a few times after its insert, a rollup very often, and neither touches an index: room on the page.
ALTER TABLE "analytics"."facts" SET (fillfactor = 80);
--> statement-breakpoint
ALTER TABLE "analytics"."rollups" SET (fillfactor = 50);
--> statement-breakpoint
ALTER TABLE "analytics"."failures" SET (fillfactor = 50);
--> statement-breakpoint
ALTER TABLE "analytics"."facts" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "analytics"."facts" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "analytics"."facts" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "analytics"."rollups" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "analytics"."rollups" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "analytics"."rollups" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "analytics"."failures" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "analytics"."failures" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "analytics"."failures" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "analytics"."recent_events" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "analytics"."recent_events" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "analytics"."recent_events" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "analytics"."numbers" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "analytics"."numbers" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "analytics"."numbers" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
