CREATE TABLE "inbox"."companies" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"language" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "inbox"."notifications" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"audience" text COLLATE "C" NOT NULL,
	"type" text NOT NULL,
	"code" text NOT NULL,
	"related_type" text DEFAULT '' NOT NULL,
	"related_id" text DEFAULT '' NOT NULL,
	"params" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"read_by" uuid[] DEFAULT '{}' NOT NULL,
	"deleted_by" uuid[] DEFAULT '{}' NOT NULL,
	CONSTRAINT "notifications_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "inbox"."seen" (
	"day" date NOT NULL,
	"event_id" uuid NOT NULL,
	CONSTRAINT "seen_day_event_id_pk" PRIMARY KEY("day","event_id")
);
--> statement-breakpoint
ALTER TABLE "inbox"."numbers" ADD COLUMN "phone" text DEFAULT '' NOT NULL;
--> statement-breakpoint
CREATE INDEX "notifications_by_audience" ON "inbox"."notifications" USING btree ("tenant_id","audience","created_at","id");
--> statement-breakpoint
ALTER TABLE "inbox"."companies" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "inbox"."companies" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "inbox"."companies" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "inbox"."notifications" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "inbox"."notifications" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "inbox"."notifications" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
