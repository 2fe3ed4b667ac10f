CREATE TABLE "leases" (
	"name" text PRIMARY KEY NOT NULL,
	"term" bigint NOT NULL,
	"session_pid" integer NOT NULL,
	"session_started" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
