-- Loses the archive and everything parked. The schema itself belongs to provisioning and stays.
DROP TABLE "ingest"."change_identities";
--> statement-breakpoint
DROP TABLE "ingest"."changes";
--> statement-breakpoint
DROP TABLE "ingest"."unrouted";
--> statement-breakpoint
DROP TABLE "ingest"."totals";
