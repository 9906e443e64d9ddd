CREATE TABLE "tenancy"."api_keys" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"hash" "bytea" NOT NULL,
	"prefix" text NOT NULL,
	"name" text NOT NULL,
	"scopes" text[] NOT NULL,
	"rate_per_second" integer DEFAULT 0 NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "api_keys_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "tenancy"."app_snapshot" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"revision" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tenancy"."apps" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"meta_app_id" text NOT NULL,
	"sealed_secret" "bytea" NOT NULL,
	"sealed_previous_secret" "bytea",
	"sealed_verify_token" "bytea" NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tenancy"."audit_entries" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"actor_id" text NOT NULL,
	"action" text NOT NULL,
	"entity" text NOT NULL,
	"entity_id" text NOT NULL,
	"metadata" jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "audit_entries_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "tenancy"."login_attempts" (
	"account_hash" "bytea" PRIMARY KEY NOT NULL,
	"attempts" integer NOT NULL,
	"window_ends_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tenancy"."memberships" (
	"tenant_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"name" text NOT NULL,
	"language" text NOT NULL,
	"time_zone" text NOT NULL,
	"last_login_at" timestamp with time zone,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "memberships_pkey" PRIMARY KEY("tenant_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "tenancy"."meta_ids" (
	"kind" text NOT NULL,
	"meta_id" text NOT NULL,
	"tenant_id" uuid NOT NULL,
	"row_id" uuid NOT NULL,
	CONSTRAINT "meta_ids_pkey" PRIMARY KEY("kind","meta_id")
);
--> statement-breakpoint
CREATE TABLE "tenancy"."number_apps" (
	"tenant_id" uuid NOT NULL,
	"number_id" uuid NOT NULL,
	"app_id" uuid NOT NULL,
	CONSTRAINT "number_apps_pkey" PRIMARY KEY("tenant_id","number_id","app_id")
);
--> statement-breakpoint
CREATE TABLE "tenancy"."numbers" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"waba_id" uuid NOT NULL,
	"name" text NOT NULL,
	"phone_number_id" text NOT NULL,
	"display_phone_number" text NOT NULL,
	"verified_name" text DEFAULT '' NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"sealed_token" "bytea",
	"token_version" bigint DEFAULT 1 NOT NULL,
	"token_rotated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"throughput_per_second" integer NOT NULL,
	"daily_quota" bigint DEFAULT 0 NOT NULL,
	"quality_rating" text DEFAULT '' NOT NULL,
	"messaging_tier" text DEFAULT '' NOT NULL,
	"graph_version" text DEFAULT '' NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "numbers_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "tenancy"."portfolios" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"meta_business_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "portfolios_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "tenancy"."refresh_tokens" (
	"tenant_id" uuid NOT NULL,
	"hash" "bytea" NOT NULL,
	"session_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "refresh_tokens_pkey" PRIMARY KEY("tenant_id","hash")
);
--> statement-breakpoint
CREATE TABLE "tenancy"."sessions" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"ip" text NOT NULL,
	"user_agent" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_because" text,
	CONSTRAINT "sessions_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "tenancy"."tenant_keys" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"sealed_key" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tenancy"."tenants" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"is_platform" boolean DEFAULT false NOT NULL,
	"language" text NOT NULL,
	"time_zone" text NOT NULL,
	"country" text NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tenancy"."users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"password_hash" text NOT NULL,
	"password_by_tenant" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tenancy"."wabas" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"name" text NOT NULL,
	"meta_waba_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "wabas_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "tenancy"."api_keys" ADD CONSTRAINT "api_keys_tenant_id_tenants_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenancy"."tenants"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenancy"."audit_entries" ADD CONSTRAINT "audit_entries_tenant_id_tenants_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenancy"."tenants"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenancy"."memberships" ADD CONSTRAINT "memberships_tenant_id_tenants_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenancy"."tenants"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenancy"."memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "tenancy"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenancy"."meta_ids" ADD CONSTRAINT "meta_ids_tenant_id_tenants_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenancy"."tenants"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenancy"."number_apps" ADD CONSTRAINT "number_apps_app_id_apps_id_fk" FOREIGN KEY ("app_id") REFERENCES "tenancy"."apps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenancy"."number_apps" ADD CONSTRAINT "number_apps_number_fk" FOREIGN KEY ("tenant_id","number_id") REFERENCES "tenancy"."numbers"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenancy"."numbers" ADD CONSTRAINT "numbers_waba_fk" FOREIGN KEY ("tenant_id","waba_id") REFERENCES "tenancy"."wabas"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenancy"."portfolios" ADD CONSTRAINT "portfolios_tenant_id_tenants_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenancy"."tenants"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenancy"."refresh_tokens" ADD CONSTRAINT "refresh_tokens_session_fk" FOREIGN KEY ("tenant_id","session_id") REFERENCES "tenancy"."sessions"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenancy"."sessions" ADD CONSTRAINT "sessions_membership_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "tenancy"."memberships"("tenant_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenancy"."tenant_keys" ADD CONSTRAINT "tenant_keys_tenant_id_tenants_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenancy"."tenants"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenancy"."wabas" ADD CONSTRAINT "wabas_portfolio_fk" FOREIGN KEY ("tenant_id","portfolio_id") REFERENCES "tenancy"."portfolios"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_hash" ON "tenancy"."api_keys" USING btree ("hash");--> statement-breakpoint
CREATE UNIQUE INDEX "apps_slug_key" ON "tenancy"."apps" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "apps_meta_app_id_key" ON "tenancy"."apps" USING btree ("meta_app_id");--> statement-breakpoint
CREATE INDEX "audit_entries_action" ON "tenancy"."audit_entries" USING btree ("tenant_id","action","id");--> statement-breakpoint
CREATE INDEX "audit_entries_entity" ON "tenancy"."audit_entries" USING btree ("tenant_id","entity_id","id");--> statement-breakpoint
CREATE INDEX "login_attempts_window" ON "tenancy"."login_attempts" USING btree ("window_ends_at");--> statement-breakpoint
CREATE INDEX "memberships_user" ON "tenancy"."memberships" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "meta_ids_tenant" ON "tenancy"."meta_ids" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "number_apps_app" ON "tenancy"."number_apps" USING btree ("app_id");--> statement-breakpoint
CREATE UNIQUE INDEX "numbers_phone_number_id_key" ON "tenancy"."numbers" USING btree ("tenant_id","phone_number_id") WHERE state <> 'deleted';--> statement-breakpoint
CREATE INDEX "numbers_waba" ON "tenancy"."numbers" USING btree ("tenant_id","waba_id");--> statement-breakpoint
CREATE UNIQUE INDEX "portfolios_meta_business_id_key" ON "tenancy"."portfolios" USING btree ("tenant_id","meta_business_id");--> statement-breakpoint
CREATE INDEX "refresh_tokens_hash" ON "tenancy"."refresh_tokens" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "refresh_tokens_session" ON "tenancy"."refresh_tokens" USING btree ("tenant_id","session_id");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "tenancy"."sessions" USING btree ("tenant_id","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "tenancy"."users" USING btree ("email");--> statement-breakpoint
CREATE UNIQUE INDEX "wabas_meta_waba_id_key" ON "tenancy"."wabas" USING btree ("tenant_id","meta_waba_id");