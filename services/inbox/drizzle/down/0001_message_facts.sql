-- Loses when scheduled messages were accepted, the wamids of earlier attempts, and the times of states.
ALTER TABLE "inbox"."messages" DROP COLUMN "state_at";
--> statement-breakpoint
ALTER TABLE "inbox"."messages" DROP COLUMN "accepted_at";
--> statement-breakpoint
ALTER TABLE "inbox"."messages" DROP COLUMN "earlier_wamids";
