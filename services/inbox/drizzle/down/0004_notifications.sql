-- Loses every notification, and what people were told of already.
ALTER TABLE "inbox"."numbers" DROP COLUMN "phone";
--> statement-breakpoint
DROP TABLE "inbox"."seen";
--> statement-breakpoint
DROP TABLE "inbox"."notifications";
--> statement-breakpoint
DROP TABLE "inbox"."companies";
