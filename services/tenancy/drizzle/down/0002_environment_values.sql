DROP TABLE "tenancy"."environment_values";
