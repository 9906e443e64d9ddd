ALTER TABLE "automation"."rules" DROP COLUMN "last_refused_at";
--> statement-breakpoint
ALTER TABLE "automation"."rules" DROP COLUMN "last_refusal_code";
