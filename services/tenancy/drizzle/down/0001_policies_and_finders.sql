DROP FUNCTION tenancy.find_tenants(uuid, integer);
--> statement-breakpoint
DROP FUNCTION tenancy.find_companies(text, uuid, integer);
--> statement-breakpoint
DROP FUNCTION tenancy.find_memberships(uuid);
--> statement-breakpoint
DROP FUNCTION tenancy.find_refresh_token(bytea);
--> statement-breakpoint
DROP FUNCTION tenancy.find_api_key(bytea);
--> statement-breakpoint
REVOKE SELECT ON tenancy.api_keys FROM palomar_finder;
--> statement-breakpoint
REVOKE SELECT ON tenancy.refresh_tokens FROM palomar_finder;
--> statement-breakpoint
REVOKE SELECT ON tenancy.memberships FROM palomar_finder;
--> statement-breakpoint
REVOKE SELECT ON tenancy.tenants FROM palomar_finder;
--> statement-breakpoint
REVOKE USAGE ON SCHEMA tenancy FROM palomar_finder;
--> statement-breakpoint
DROP POLICY "tenant" ON "tenancy"."api_keys";
--> statement-breakpoint
ALTER TABLE "tenancy"."api_keys" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."api_keys" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP POLICY "tenant" ON "tenancy"."audit_entries";
--> statement-breakpoint
ALTER TABLE "tenancy"."audit_entries" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."audit_entries" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP POLICY "tenant" ON "tenancy"."memberships";
--> statement-breakpoint
ALTER TABLE "tenancy"."memberships" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."memberships" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP POLICY "tenant" ON "tenancy"."number_apps";
--> statement-breakpoint
ALTER TABLE "tenancy"."number_apps" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."number_apps" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP POLICY "tenant" ON "tenancy"."numbers";
--> statement-breakpoint
ALTER TABLE "tenancy"."numbers" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."numbers" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP POLICY "tenant" ON "tenancy"."portfolios";
--> statement-breakpoint
ALTER TABLE "tenancy"."portfolios" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."portfolios" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP POLICY "tenant" ON "tenancy"."refresh_tokens";
--> statement-breakpoint
ALTER TABLE "tenancy"."refresh_tokens" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."refresh_tokens" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP POLICY "tenant" ON "tenancy"."sessions";
--> statement-breakpoint
ALTER TABLE "tenancy"."sessions" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."sessions" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP POLICY "tenant" ON "tenancy"."tenant_keys";
--> statement-breakpoint
ALTER TABLE "tenancy"."tenant_keys" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."tenant_keys" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP POLICY "tenant" ON "tenancy"."tenants";
--> statement-breakpoint
ALTER TABLE "tenancy"."tenants" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."tenants" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP POLICY "tenant" ON "tenancy"."wabas";
--> statement-breakpoint
ALTER TABLE "tenancy"."wabas" NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."wabas" DISABLE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP TABLE tenancy.outbox;
