DROP FUNCTION inbox.find_next_tenant(uuid);
--> statement-breakpoint
REVOKE SELECT ON inbox.messages FROM palomar_finder;
--> statement-breakpoint
REVOKE USAGE ON SCHEMA inbox FROM palomar_finder;
