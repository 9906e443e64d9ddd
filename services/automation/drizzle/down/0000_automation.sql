-- Loses every rule, endpoint and delivery. The schema itself belongs to provisioning and stays; policies and indexes go
-- with their tables.
DROP FUNCTION "automation"."endpoints_due"(timestamptz, uuid, uuid, integer);
--> statement-breakpoint
DROP FUNCTION "automation"."answers_due"(timestamptz, integer);
--> statement-breakpoint
DROP FUNCTION "automation"."tenants_to_purge"(timestamptz, integer);
--> statement-breakpoint
DROP FUNCTION "automation"."maintain_days"(integer, integer);
--> statement-breakpoint
DROP TABLE "automation"."outbox";
--> statement-breakpoint
DROP TABLE "automation"."tenants";
--> statement-breakpoint
DROP TABLE "automation"."seen";
--> statement-breakpoint
DROP TABLE "automation"."webhook_deliveries";
--> statement-breakpoint
DROP TABLE "automation"."webhook_endpoints";
--> statement-breakpoint
DROP TABLE "automation"."answers";
--> statement-breakpoint
DROP TABLE "automation"."rules";
--> statement-breakpoint
REVOKE USAGE ON SCHEMA "automation" FROM palomar_finder;
