GRANT USAGE ON SCHEMA "inbox" TO palomar_finder;
--> statement-breakpoint
GRANT SELECT ON "inbox"."messages" TO palomar_finder;
--> statement-breakpoint
CREATE FUNCTION "inbox"."find_next_tenant"(after uuid) RETURNS TABLE (tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $finder$
select m.tenant_id from inbox.messages m
where m.tenant_id > coalesce(after, '00000000-0000-0000-0000-000000000000'::uuid)
order by m.tenant_id
limit 1
$finder$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION inbox.find_next_tenant(uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION inbox.find_next_tenant(uuid) TO palomar_inbox;
--> statement-breakpoint
GRANT CREATE ON SCHEMA "inbox" TO palomar_finder;
--> statement-breakpoint
ALTER FUNCTION inbox.find_next_tenant(uuid) OWNER TO palomar_finder;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA "inbox" FROM palomar_finder;
