-- Loses every figure and every recent event; `Rebuild` makes the figures again. Policies and indexes go with their tables.
DROP TABLE "analytics"."rebuilds";
--> statement-breakpoint
DROP TABLE "analytics"."numbers";
--> statement-breakpoint
DROP TABLE "analytics"."recent_events";
--> statement-breakpoint
DROP TABLE "analytics"."failures";
--> statement-breakpoint
DROP TABLE "analytics"."rollups";
--> statement-breakpoint
DROP TABLE "analytics"."facts";
