CREATE SCHEMA IF NOT EXISTS "ingest";
--> statement-breakpoint
CREATE TABLE "ingest"."change_identities" (
	"tenant_id" uuid NOT NULL,
	"identity" "bytea" NOT NULL,
	"change_id" uuid NOT NULL,
	CONSTRAINT "change_identities_tenant_id_identity_change_id_pk" PRIMARY KEY("tenant_id","identity","change_id")
);
--> statement-breakpoint
CREATE TABLE "ingest"."changes" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"number_id" uuid,
	"portfolio_id" text NOT NULL,
	"app_id" text NOT NULL,
	"phone_number_id" text NOT NULL,
	"waba_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"entry_time" timestamp (3) with time zone,
	"field" text NOT NULL,
	"messages" integer NOT NULL,
	"statuses" integer NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"webhook_at" timestamp (3) with time zone NOT NULL,
	"sealed" "bytea" NOT NULL,
	CONSTRAINT "changes_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "ingest"."totals" (
	"name" text PRIMARY KEY NOT NULL,
	"total" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ingest"."unrouted" (
	"id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"reason" text NOT NULL,
	"is_body" boolean NOT NULL,
	"identities" text[] NOT NULL,
	"app_id" text NOT NULL,
	"phone_number_id" text NOT NULL,
	"waba_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"entry_time" timestamp (3) with time zone,
	"field" text NOT NULL,
	"messages" integer NOT NULL,
	"statuses" integer NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"webhook_at" timestamp (3) with time zone NOT NULL,
	"sealed" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE INDEX "changes_by_time" ON "ingest"."changes" USING btree ("tenant_id","received_at","id");
--> statement-breakpoint
CREATE INDEX "changes_by_number" ON "ingest"."changes" USING btree ("tenant_id","number_id","received_at","id");
--> statement-breakpoint
CREATE INDEX "changes_by_field" ON "ingest"."changes" USING btree ("tenant_id","field","received_at","id");
--> statement-breakpoint
CREATE INDEX "unrouted_by_state" ON "ingest"."unrouted" USING btree ("state","received_at","id");
--> statement-breakpoint
CREATE INDEX "unrouted_by_number" ON "ingest"."unrouted" USING btree ("phone_number_id","waba_id","id");
--> statement-breakpoint
ALTER TABLE "ingest"."changes" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "ingest"."changes" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "ingest"."changes" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "ingest"."change_identities" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "ingest"."change_identities" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "ingest"."change_identities" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
INSERT INTO "ingest"."totals" ("name", "total") VALUES ('routed', 0);
