CREATE TABLE "tenancy"."outbox" (
	"id" uuid PRIMARY KEY,
	"area" text NOT NULL,
	"body" bytea,
	"tenants" uuid[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
CREATE INDEX "outbox_durable" ON "tenancy"."outbox" ("created_at", "id") WHERE "area" <> 'live';
--> statement-breakpoint
CREATE INDEX "outbox_live" ON "tenancy"."outbox" ("created_at") WHERE "area" = 'live';
--> statement-breakpoint
ALTER TABLE "tenancy"."api_keys" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."api_keys" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "tenancy"."api_keys" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "tenancy"."audit_entries" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."audit_entries" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "tenancy"."audit_entries" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "tenancy"."memberships" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."memberships" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "tenancy"."memberships" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "tenancy"."number_apps" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."number_apps" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "tenancy"."number_apps" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "tenancy"."numbers" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."numbers" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "tenancy"."numbers" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "tenancy"."portfolios" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."portfolios" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "tenancy"."portfolios" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "tenancy"."refresh_tokens" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."refresh_tokens" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "tenancy"."refresh_tokens" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "tenancy"."sessions" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."sessions" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "tenancy"."sessions" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "tenancy"."tenant_keys" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."tenant_keys" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "tenancy"."tenant_keys" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "tenancy"."tenants" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."tenants" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "tenancy"."tenants" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
ALTER TABLE "tenancy"."wabas" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "tenancy"."wabas" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenant" ON "tenancy"."wabas" USING (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])) WITH CHECK (tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[]));
--> statement-breakpoint
GRANT USAGE ON SCHEMA "tenancy" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "tenancy"."api_keys" TO palomar_finder;
--> statement-breakpoint
CREATE FUNCTION "tenancy"."find_api_key"(key_hash bytea) RETURNS TABLE (tenant_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
select k.tenant_id, k.id from tenancy.api_keys k where k.hash = key_hash
$finder$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION tenancy.find_api_key(bytea) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION tenancy.find_api_key(bytea) TO palomar_tenancy;
--> statement-breakpoint
GRANT CREATE ON SCHEMA "tenancy" TO palomar_finder;
--> statement-breakpoint
ALTER FUNCTION tenancy.find_api_key(bytea) OWNER TO palomar_finder;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA "tenancy" FROM palomar_finder;
--> statement-breakpoint
GRANT USAGE ON SCHEMA "tenancy" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "tenancy"."refresh_tokens" TO palomar_finder;
--> statement-breakpoint
CREATE FUNCTION "tenancy"."find_refresh_token"(token_hash bytea) RETURNS TABLE (tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
select r.tenant_id from tenancy.refresh_tokens r where r.hash = token_hash
$finder$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION tenancy.find_refresh_token(bytea) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION tenancy.find_refresh_token(bytea) TO palomar_tenancy;
--> statement-breakpoint
GRANT CREATE ON SCHEMA "tenancy" TO palomar_finder;
--> statement-breakpoint
ALTER FUNCTION tenancy.find_refresh_token(bytea) OWNER TO palomar_finder;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA "tenancy" FROM palomar_finder;
--> statement-breakpoint
GRANT USAGE ON SCHEMA "tenancy" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "tenancy"."memberships" TO palomar_finder;
--> statement-breakpoint
CREATE FUNCTION "tenancy"."find_memberships"(person uuid) RETURNS TABLE (tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
select m.tenant_id from tenancy.memberships m where m.user_id = person
$finder$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION tenancy.find_memberships(uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION tenancy.find_memberships(uuid) TO palomar_tenancy;
--> statement-breakpoint
GRANT CREATE ON SCHEMA "tenancy" TO palomar_finder;
--> statement-breakpoint
ALTER FUNCTION tenancy.find_memberships(uuid) OWNER TO palomar_finder;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA "tenancy" FROM palomar_finder;
--> statement-breakpoint
GRANT USAGE ON SCHEMA "tenancy" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "tenancy"."tenants" TO palomar_finder;
--> statement-breakpoint
CREATE FUNCTION "tenancy"."find_companies"(part text, after uuid, count integer) RETURNS TABLE (tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
select t.tenant_id from tenancy.tenants t
where not t.is_platform and t.state <> 'deleted'
  and t.tenant_id > coalesce(after, '00000000-0000-0000-0000-000000000000'::uuid)
  and (part = '' or strpos(lower(t.name), lower(part)) > 0)
order by t.tenant_id
limit count
$finder$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION tenancy.find_companies(text, uuid, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION tenancy.find_companies(text, uuid, integer) TO palomar_tenancy;
--> statement-breakpoint
GRANT CREATE ON SCHEMA "tenancy" TO palomar_finder;
--> statement-breakpoint
ALTER FUNCTION tenancy.find_companies(text, uuid, integer) OWNER TO palomar_finder;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA "tenancy" FROM palomar_finder;
--> statement-breakpoint
GRANT USAGE ON SCHEMA "tenancy" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "tenancy"."tenants" TO palomar_finder;
--> statement-breakpoint
CREATE FUNCTION "tenancy"."find_tenants"(after uuid, count integer) RETURNS TABLE (tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
select t.tenant_id from tenancy.tenants t
where t.tenant_id > coalesce(after, '00000000-0000-0000-0000-000000000000'::uuid)
order by t.tenant_id
limit count
$finder$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION tenancy.find_tenants(uuid, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION tenancy.find_tenants(uuid, integer) TO palomar_tenancy;
--> statement-breakpoint
GRANT CREATE ON SCHEMA "tenancy" TO palomar_finder;
--> statement-breakpoint
ALTER FUNCTION tenancy.find_tenants(uuid, integer) OWNER TO palomar_finder;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA "tenancy" FROM palomar_finder;
