ALTER TABLE "inbox"."messages" ADD COLUMN "earlier_wamids" text DEFAULT '' NOT NULL;
--> statement-breakpoint
ALTER TABLE "inbox"."messages" ADD COLUMN "accepted_at" timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE "inbox"."messages" ADD COLUMN "state_at" timestamp (3) with time zone;