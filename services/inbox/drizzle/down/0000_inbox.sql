-- Loses every contact, conversation and message. The schema itself belongs to provisioning and stays; policies and
-- indexes go with their tables.
DROP TABLE "inbox"."outbox";
--> statement-breakpoint
DROP TABLE "inbox"."numbers";
--> statement-breakpoint
DROP TABLE "inbox"."sessions";
--> statement-breakpoint
DROP TABLE "inbox"."receipts";
--> statement-breakpoint
DROP TABLE "inbox"."message_wamids";
--> statement-breakpoint
DROP TABLE "inbox"."messages";
--> statement-breakpoint
DROP TABLE "inbox"."conversations";
--> statement-breakpoint
DROP TABLE "inbox"."identities";
--> statement-breakpoint
DROP TABLE "inbox"."contacts";
