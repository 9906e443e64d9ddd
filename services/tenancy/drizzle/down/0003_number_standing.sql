ALTER TABLE "tenancy"."numbers" DROP COLUMN "standing_at";
