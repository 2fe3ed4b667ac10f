CREATE TABLE "auction_events" (
	"chain_id" bigint NOT NULL,
	"block_number" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"auction_id" "bytea" NOT NULL,
	"kind" text NOT NULL,
	"debt_covered" numeric(78, 0) NOT NULL,
	CONSTRAINT "auction_events_chain_id_block_number_log_index_pk" PRIMARY KEY("chain_id","block_number","log_index")
);
--> statement-breakpoint
CREATE TABLE "auctions" (
	"chain_id" bigint NOT NULL,
	"block_number" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"auction_id" "bytea" NOT NULL,
	"market_id" integer NOT NULL,
	"basket" integer NOT NULL,
	"debt_to_cover" numeric(78, 0) NOT NULL,
	"max_collateral" numeric(78, 0) NOT NULL,
	"deadline_sec" bigint NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "auctions_chain_id_block_number_log_index_pk" PRIMARY KEY("chain_id","block_number","log_index")
);
--> statement-breakpoint
CREATE TABLE "bid_closures" (
	"chain_id" bigint NOT NULL,
	"block_number" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"spoke" integer NOT NULL,
	"bid_id" numeric(78, 0) NOT NULL,
	"end_gen" bigint NOT NULL,
	"withdrawn" numeric(78, 0) NOT NULL,
	CONSTRAINT "bid_closures_chain_id_block_number_log_index_pk" PRIMARY KEY("chain_id","block_number","log_index")
);
--> statement-breakpoint
CREATE TABLE "bids" (
	"chain_id" bigint NOT NULL,
	"block_number" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"spoke" integer NOT NULL,
	"bid_id" numeric(78, 0) NOT NULL,
	"owner" "bytea" NOT NULL,
	"basket" integer NOT NULL,
	"tier" integer NOT NULL,
	"amount" numeric(78, 0) NOT NULL,
	"shares" numeric(78, 0) NOT NULL,
	"start_gen" bigint NOT NULL,
	"epoch" integer NOT NULL,
	CONSTRAINT "bids_chain_id_block_number_log_index_pk" PRIMARY KEY("chain_id","block_number","log_index")
);
--> statement-breakpoint
CREATE TABLE "blocks" (
	"chain_id" bigint NOT NULL,
	"number" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	"parent_hash" "bytea" NOT NULL,
	"timestamp_sec" bigint NOT NULL,
	CONSTRAINT "blocks_chain_id_number_pk" PRIMARY KEY("chain_id","number")
);
--> statement-breakpoint
CREATE TABLE "cursors" (
	"chain_id" bigint PRIMARY KEY NOT NULL,
	"next_block" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "legs" (
	"chain_id" bigint NOT NULL,
	"block_number" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"leg_id" "bytea" NOT NULL,
	"auction_id" "bytea",
	"kind" text NOT NULL,
	"data" jsonb NOT NULL,
	CONSTRAINT "legs_chain_id_block_number_log_index_pk" PRIMARY KEY("chain_id","block_number","log_index")
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"chain_id" bigint NOT NULL,
	"block_number" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"message_id" "bytea" NOT NULL,
	"bridge" text NOT NULL,
	"src_peer" integer NOT NULL,
	"dst_peer" integer NOT NULL,
	"token" "bytea" NOT NULL,
	"amount" numeric(78, 0) NOT NULL,
	"payload" "bytea" NOT NULL,
	"tx_hash" "bytea" NOT NULL,
	"sequence" numeric(78, 0),
	CONSTRAINT "messages_chain_id_block_number_log_index_pk" PRIMARY KEY("chain_id","block_number","log_index")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"chain_id" bigint NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"auction_id" "bytea",
	"payload" jsonb NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"run_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_error" text,
	"mined_block" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plan_commits" (
	"chain_id" bigint NOT NULL,
	"block_number" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"plan_hash" "bytea" NOT NULL,
	"prev_plan" "bytea" NOT NULL,
	"basket" integer NOT NULL,
	"auction_id" "bytea" NOT NULL,
	"lapse_reason" integer,
	"call_by_sec" bigint NOT NULL,
	"plan" jsonb NOT NULL,
	"snapshot" jsonb NOT NULL,
	CONSTRAINT "plan_commits_chain_id_block_number_log_index_pk" PRIMARY KEY("chain_id","block_number","log_index")
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"plan_hash" "bytea" PRIMARY KEY NOT NULL,
	"prev_plan" "bytea" NOT NULL,
	"basket" integer NOT NULL,
	"auction_id" "bytea" NOT NULL,
	"round" integer NOT NULL,
	"call_by_sec" bigint NOT NULL,
	"plan" jsonb NOT NULL,
	"snapshot" jsonb NOT NULL,
	"signatures" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pool_states" (
	"chain_id" bigint NOT NULL,
	"block_number" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"spoke" integer NOT NULL,
	"basket" integer NOT NULL,
	"tier" integer NOT NULL,
	"assets" numeric(78, 0) NOT NULL,
	"shares" numeric(78, 0) NOT NULL,
	"calls" integer NOT NULL,
	"epoch" integer NOT NULL,
	CONSTRAINT "pool_states_chain_id_block_number_log_index_pk" PRIMARY KEY("chain_id","block_number","log_index")
);
--> statement-breakpoint
CREATE TABLE "raw_events" (
	"chain_id" bigint NOT NULL,
	"block_number" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"block_hash" "bytea" NOT NULL,
	"tx_hash" "bytea" NOT NULL,
	"address" "bytea" NOT NULL,
	"name" text NOT NULL,
	"args" jsonb NOT NULL,
	CONSTRAINT "raw_events_chain_id_block_number_log_index_pk" PRIMARY KEY("chain_id","block_number","log_index")
);
--> statement-breakpoint
CREATE TABLE "tx_attempts" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"outbox_id" bigint NOT NULL,
	"chain_id" bigint NOT NULL,
	"sender" "bytea" NOT NULL,
	"nonce" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	"raw" "bytea" NOT NULL,
	"open" boolean DEFAULT true NOT NULL,
	"succeeded" boolean,
	"mined_block" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tx_attempts" ADD CONSTRAINT "tx_attempts_outbox_id_outbox_id_fk" FOREIGN KEY ("outbox_id") REFERENCES "public"."outbox"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "auction_events_by_auction" ON "auction_events" USING btree ("auction_id");--> statement-breakpoint
CREATE UNIQUE INDEX "auctions_by_id" ON "auctions" USING btree ("auction_id");--> statement-breakpoint
CREATE UNIQUE INDEX "bid_closures_by_id" ON "bid_closures" USING btree ("spoke","bid_id");--> statement-breakpoint
CREATE UNIQUE INDEX "bids_by_id" ON "bids" USING btree ("spoke","bid_id");--> statement-breakpoint
CREATE INDEX "bids_in_premium_order" ON "bids" USING btree ("basket","tier","spoke");--> statement-breakpoint
CREATE INDEX "bids_by_owner" ON "bids" USING btree ("owner");--> statement-breakpoint
CREATE INDEX "blocks_by_time" ON "blocks" USING btree ("chain_id","timestamp_sec","number");--> statement-breakpoint
CREATE INDEX "legs_by_leg" ON "legs" USING btree ("leg_id");--> statement-breakpoint
CREATE INDEX "legs_by_auction" ON "legs" USING btree ("auction_id");--> statement-breakpoint
CREATE UNIQUE INDEX "messages_by_id" ON "messages" USING btree ("message_id");--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_by_key" ON "outbox" USING btree ("key");--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("chain_id","run_at","id") WHERE "outbox"."state" in ('pending', 'signed', 'broadcast', 'mined');--> statement-breakpoint
CREATE INDEX "outbox_by_auction" ON "outbox" USING btree ("auction_id");--> statement-breakpoint
CREATE UNIQUE INDEX "plan_commits_by_hash" ON "plan_commits" USING btree ("plan_hash");--> statement-breakpoint
CREATE INDEX "plan_commits_by_basket" ON "plan_commits" USING btree ("basket","block_number" DESC NULLS LAST,"log_index" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "plan_commits_by_auction" ON "plan_commits" USING btree ("auction_id");--> statement-breakpoint
CREATE INDEX "plans_by_prev" ON "plans" USING btree ("basket","prev_plan");--> statement-breakpoint
CREATE INDEX "plans_by_auction" ON "plans" USING btree ("auction_id");--> statement-breakpoint
CREATE INDEX "pool_states_latest" ON "pool_states" USING btree ("basket","spoke","tier","block_number" DESC NULLS LAST,"log_index" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "tx_attempts_by_hash" ON "tx_attempts" USING btree ("chain_id","hash");--> statement-breakpoint
CREATE INDEX "tx_attempts_open" ON "tx_attempts" USING btree ("chain_id","sender","nonce") WHERE "tx_attempts"."open";--> statement-breakpoint
CREATE INDEX "tx_attempts_by_outbox" ON "tx_attempts" USING btree ("outbox_id");