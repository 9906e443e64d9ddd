ALTER TABLE "automation"."webhook_endpoints" DROP COLUMN "format";
--> statement-breakpoint
ALTER TABLE "automation"."webhook_deliveries" DROP COLUMN "waits_for";
