DROP TABLE "tenancy"."meta_ids";
--> statement-breakpoint
DROP TABLE "tenancy"."number_apps";
--> statement-breakpoint
DROP TABLE "tenancy"."numbers";
--> statement-breakpoint
DROP TABLE "tenancy"."wabas";
--> statement-breakpoint
DROP TABLE "tenancy"."portfolios";
--> statement-breakpoint
DROP TABLE "tenancy"."apps";
--> statement-breakpoint
DROP TABLE "tenancy"."app_snapshot";
--> statement-breakpoint
DROP TABLE "tenancy"."api_keys";
--> statement-breakpoint
DROP TABLE "tenancy"."refresh_tokens";
--> statement-breakpoint
DROP TABLE "tenancy"."sessions";
--> statement-breakpoint
DROP TABLE "tenancy"."memberships";
--> statement-breakpoint
DROP TABLE "tenancy"."users";
--> statement-breakpoint
DROP TABLE "tenancy"."audit_entries";
--> statement-breakpoint
DROP TABLE "tenancy"."login_attempts";
--> statement-breakpoint
DROP TABLE "tenancy"."tenant_keys";
--> statement-breakpoint
DROP TABLE "tenancy"."tenants";
