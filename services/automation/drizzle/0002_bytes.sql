ALTER TABLE "automation"."webhook_deliveries" ADD COLUMN "waits_for" uuid[];--> statement-breakpoint
ALTER TABLE "automation"."webhook_endpoints" ADD COLUMN "format" text DEFAULT 'palomar' NOT NULL;