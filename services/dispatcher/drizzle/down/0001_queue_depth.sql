DROP FUNCTION dispatcher.queue_depth(smallint[], integer);
--> statement-breakpoint
REVOKE SELECT ON "dispatcher"."numbers" FROM palomar_finder;
--> statement-breakpoint
REVOKE SELECT ON "dispatcher"."tenants" FROM palomar_finder;
--> statement-breakpoint
REVOKE SELECT ON "dispatcher"."lanes" FROM palomar_finder;
