-- Loses what is known of every file; the bytes stay in their store. The schema itself belongs to provisioning and stays.
DROP FUNCTION "media"."files_due"(integer);
--> statement-breakpoint
REVOKE SELECT ON "media"."files" FROM palomar_finder;
--> statement-breakpoint
REVOKE USAGE ON SCHEMA "media" FROM palomar_finder;
--> statement-breakpoint
DROP TABLE "media"."outbox";
--> statement-breakpoint
DROP TABLE "media"."numbers";
--> statement-breakpoint
DROP TABLE "media"."meta_uploads";
--> statement-breakpoint
DROP TABLE "media"."files";
