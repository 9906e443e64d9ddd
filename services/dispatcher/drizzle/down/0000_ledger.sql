-- Loses the ledger. The schema itself belongs to provisioning and stays.
DROP FUNCTION "dispatcher"."tenants_to_purge"(integer);
--> statement-breakpoint
DROP FUNCTION "dispatcher"."rows_leaving"(integer);
--> statement-breakpoint
DROP FUNCTION "dispatcher"."scheduled_due"(timestamptz, integer);
--> statement-breakpoint
DROP FUNCTION "dispatcher"."open_attempts"(smallint[], integer);
--> statement-breakpoint
DROP FUNCTION "dispatcher"."lanes_with_work"(smallint[]);
--> statement-breakpoint
DROP FUNCTION "dispatcher"."maintain_days"(integer, integer);
--> statement-breakpoint
-- The days of both partitioned tables go with their parents, policies and indexes with their tables.
DROP TABLE "dispatcher"."messages";
--> statement-breakpoint
DROP TABLE "dispatcher"."messages_archive";
--> statement-breakpoint
DROP TABLE "dispatcher"."attempts";
--> statement-breakpoint
DROP TABLE "dispatcher"."message_wamids";
--> statement-breakpoint
DROP TABLE "dispatcher"."idempotency";
--> statement-breakpoint
DROP TABLE "dispatcher"."leases";
--> statement-breakpoint
DROP TABLE "dispatcher"."owners";
--> statement-breakpoint
DROP TABLE "dispatcher"."lanes";
--> statement-breakpoint
DROP TABLE "dispatcher"."windows";
--> statement-breakpoint
DROP TABLE "dispatcher"."contacts";
--> statement-breakpoint
DROP TABLE "dispatcher"."recipient_aliases";
--> statement-breakpoint
DROP TABLE "dispatcher"."numbers";
--> statement-breakpoint
DROP TABLE "dispatcher"."tenants";
--> statement-breakpoint
DROP TABLE "dispatcher"."number_usage";
--> statement-breakpoint
DROP TABLE "dispatcher"."outbox";
--> statement-breakpoint
REVOKE USAGE ON SCHEMA "dispatcher" FROM palomar_finder;
