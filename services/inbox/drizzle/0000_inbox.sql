CREATE SCHEMA IF NOT EXISTS "inbox";
--> statement-breakpoint
CREATE TABLE "inbox"."contacts" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text DEFAULT '' NOT NULL,
	"name_folded" text COLLATE "C" DEFAULT '' NOT NULL,
	"name_at" timestamp (3) with time zone,
	"phone" text DEFAULT '' NOT NULL,
	"wa_id" text DEFAULT '' NOT NULL,
	"wa_id_at" timestamp (3) with time zone,
	"merged_into" uuid,
	"version" bigint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "contacts_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "inbox"."conversations" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"number_id" uuid NOT NULL,
	"peer" text NOT NULL,
	"contact_id" uuid,
	"group_id" text DEFAULT '' NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"status_at" timestamp (3) with time zone NOT NULL,
	"assignee_id" uuid,
	"team_id" uuid,
	"unread_count" integer DEFAULT 0 NOT NULL,
	"last_message_id" uuid,
	"last_message_at" timestamp (3) with time zone NOT NULL,
	"last_message_key" text COLLATE "C" DEFAULT '' NOT NULL,
	"last_message_preview" text DEFAULT '' NOT NULL,
	"last_message_direction" text DEFAULT '' NOT NULL,
	"window_expires_at" timestamp (3) with time zone,
	"merged_into" uuid,
	"version" bigint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "conversations_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "inbox"."identities" (
	"tenant_id" uuid NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"contact_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"portfolio_id" text DEFAULT '' NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "identities_tenant_id_key_pk" PRIMARY KEY("tenant_id","key")
);
--> statement-breakpoint
CREATE TABLE "inbox"."message_wamids" (
	"tenant_id" uuid NOT NULL,
	"number_id" uuid NOT NULL,
	"wamid" text COLLATE "C" NOT NULL,
	"message_id" uuid,
	"stub" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "message_wamids_tenant_id_number_id_wamid_pk" PRIMARY KEY("tenant_id","number_id","wamid")
);
--> statement-breakpoint
CREATE TABLE "inbox"."messages" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"conversation_id" uuid,
	"contact_id" uuid,
	"number_id" uuid NOT NULL,
	"direction" text NOT NULL,
	"type" text DEFAULT '' NOT NULL,
	"content" text DEFAULT '{}' NOT NULL,
	"wamid" text DEFAULT '' NOT NULL,
	"context_wamid" text DEFAULT '' NOT NULL,
	"group_id" text DEFAULT '' NOT NULL,
	"referral" text DEFAULT '' NOT NULL,
	"recipient" text DEFAULT '' NOT NULL,
	"created_by" text DEFAULT '' NOT NULL,
	"at" timestamp (3) with time zone,
	"sort_key" text COLLATE "C" DEFAULT '' NOT NULL,
	"scheduled_at" timestamp (3) with time zone,
	"placeholder" boolean DEFAULT false NOT NULL,
	"state" text NOT NULL,
	"ledger_version" bigint DEFAULT 0 NOT NULL,
	"ledger_rank" smallint DEFAULT 0 NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"delivered_at" timestamp (3) with time zone,
	"read_at" timestamp (3) with time zone,
	"failed_at" timestamp (3) with time zone,
	"error" jsonb,
	"pricing" jsonb,
	"failure_code" text DEFAULT '' NOT NULL,
	"fold" jsonb,
	"fold_state" text DEFAULT '' NOT NULL,
	"fold_rank" smallint DEFAULT 0 NOT NULL,
	"version" bigint NOT NULL,
	"stored_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "messages_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "inbox"."numbers" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"phone_number_id" text NOT NULL,
	"portfolio_id" text NOT NULL,
	"state" text NOT NULL,
	CONSTRAINT "numbers_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "inbox"."receipts" (
	"tenant_id" uuid NOT NULL,
	"number_id" uuid NOT NULL,
	"wamid" text COLLATE "C" NOT NULL,
	"participant" text DEFAULT '' NOT NULL,
	"status" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"error_code" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "receipts_pk" PRIMARY KEY("tenant_id","number_id","wamid","participant","status","at","error_code")
);
--> statement-breakpoint
CREATE TABLE "inbox"."sessions" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"number_id" uuid NOT NULL,
	"contact_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"wa_id" text DEFAULT '' NOT NULL,
	"user_id" text DEFAULT '' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sessions_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE INDEX "contacts_by_name" ON "inbox"."contacts" USING btree ("tenant_id","name_folded","id") WHERE merged_into is null;
--> statement-breakpoint
CREATE UNIQUE INDEX "conversations_by_peer" ON "inbox"."conversations" USING btree ("tenant_id","number_id","peer");
--> statement-breakpoint
CREATE INDEX "conversations_by_contact" ON "inbox"."conversations" USING btree ("tenant_id","contact_id","last_message_at","id");
--> statement-breakpoint
CREATE INDEX "conversations_by_time" ON "inbox"."conversations" USING btree ("tenant_id","last_message_at","id") WHERE merged_into is null;
--> statement-breakpoint
CREATE INDEX "conversations_by_status" ON "inbox"."conversations" USING btree ("tenant_id","status","last_message_at","id") WHERE merged_into is null;
--> statement-breakpoint
CREATE INDEX "conversations_by_number" ON "inbox"."conversations" USING btree ("tenant_id","number_id","last_message_at","id") WHERE merged_into is null;
--> statement-breakpoint
CREATE INDEX "conversations_by_assignee" ON "inbox"."conversations" USING btree ("tenant_id","assignee_id","last_message_at","id") WHERE merged_into is null and assignee_id is not null;
--> statement-breakpoint
CREATE INDEX "conversations_unread" ON "inbox"."conversations" USING btree ("tenant_id","last_message_at","id") WHERE merged_into is null and unread_count > 0;
--> statement-breakpoint
CREATE INDEX "identities_by_contact" ON "inbox"."identities" USING btree ("tenant_id","contact_id");
--> statement-breakpoint
CREATE INDEX "messages_by_conversation" ON "inbox"."messages" USING btree ("tenant_id","conversation_id","at","sort_key") WHERE conversation_id is not null;
--> statement-breakpoint
CREATE INDEX "messages_by_time" ON "inbox"."messages" USING btree ("tenant_id","at","sort_key") WHERE conversation_id is not null;
--> statement-breakpoint
CREATE INDEX "messages_by_number" ON "inbox"."messages" USING btree ("tenant_id","number_id","at","sort_key") WHERE conversation_id is not null;
--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_by_contact" ON "inbox"."sessions" USING btree ("tenant_id","number_id","contact_id");
--> statement-breakpoint
CREATE INDEX "sessions_by_conversation" ON "inbox"."sessions" USING btree ("tenant_id","conversation_id");
--> statement-breakpoint
CREATE INDEX "sessions_by_time" ON "inbox"."sessions" USING btree ("tenant_id","updated_at","id");
--> statement-breakpoint
CREATE INDEX "sessions_by_number" ON "inbox"."sessions" USING btree ("tenant_id","number_id","updated_at","id");
--> statement-breakpoint
-- States change a few times after the insert, and touch no index: room for them on the same page.
ALTER TABLE "inbox"."messages" SET (fillfactor = 85);
--> statement-breakpoint
CREATE TABLE "inbox"."outbox" (
	"id" uuid PRIMARY KEY,
	"area" text NOT NULL,
	"body" bytea,
	"tenants" uuid[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
CREATE INDEX "outbox_durable" ON "inbox"."outbox" ("created_at", "id") WHERE "area" <> 'live';
--> statement-breakpoint
CREATE INDEX "outbox_live" ON "inbox"."outbox" ("created_at") WHERE "area" = 'live';
--> statement-breakpoint
ALTER TABLE "inbox"."contacts" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "inbox"."contacts" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "inbox"."contacts" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "inbox"."identities" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "inbox"."identities" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "inbox"."identities" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "inbox"."conversations" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "inbox"."conversations" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "inbox"."conversations" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "inbox"."messages" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "inbox"."messages" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "inbox"."messages" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "inbox"."message_wamids" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "inbox"."message_wamids" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "inbox"."message_wamids" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "inbox"."receipts" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "inbox"."receipts" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "inbox"."receipts" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "inbox"."sessions" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "inbox"."sessions" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "inbox"."sessions" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "inbox"."numbers" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "inbox"."numbers" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "inbox"."numbers" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
