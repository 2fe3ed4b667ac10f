CREATE TABLE "entry_withdrawals" (
	"chain_id" bigint NOT NULL,
	"block_number" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"spoke" integer NOT NULL,
	"bid_id" numeric(78, 0) NOT NULL,
	"left" numeric(78, 0) NOT NULL,
	CONSTRAINT "entry_withdrawals_chain_id_block_number_log_index_pk" PRIMARY KEY("chain_id","block_number","log_index")
);
--> statement-breakpoint
CREATE TABLE "in_flights" (
	"chain_id" bigint NOT NULL,
	"block_number" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"spoke" integer NOT NULL,
	"basket" integer NOT NULL,
	"amount" numeric(78, 0) NOT NULL,
	"max" numeric(78, 0) NOT NULL,
	CONSTRAINT "in_flights_chain_id_block_number_log_index_pk" PRIMARY KEY("chain_id","block_number","log_index")
);
--> statement-breakpoint
CREATE TABLE "pool_buckets" (
	"chain_id" bigint NOT NULL,
	"block_number" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"spoke" integer NOT NULL,
	"basket" integer NOT NULL,
	"tier" integer NOT NULL,
	"kind" text NOT NULL,
	"at_sec" bigint NOT NULL,
	"epoch" integer,
	"amount" numeric(78, 0) NOT NULL,
	CONSTRAINT "pool_buckets_chain_id_block_number_log_index_pk" PRIMARY KEY("chain_id","block_number","log_index")
);
--> statement-breakpoint
CREATE TABLE "rolled_entries" (
	"chain_id" bigint NOT NULL,
	"block_number" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"spoke" integer NOT NULL,
	"basket" integer NOT NULL,
	"tier" integer NOT NULL,
	"active_at_sec" bigint NOT NULL,
	"amount" numeric(78, 0) NOT NULL,
	"shares" numeric(78, 0) NOT NULL,
	"start_gen" bigint NOT NULL,
	"epoch" integer NOT NULL,
	CONSTRAINT "rolled_entries_chain_id_block_number_log_index_pk" PRIMARY KEY("chain_id","block_number","log_index")
);
--> statement-breakpoint
ALTER TABLE "bids" DROP CONSTRAINT "bids_chain_id_block_number_log_index_pk";--> statement-breakpoint
ALTER TABLE "bids" ALTER COLUMN "amount" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "bids" ALTER COLUMN "shares" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "bids" ALTER COLUMN "start_gen" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "bids" ALTER COLUMN "epoch" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "pool_states" ALTER COLUMN "calls" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "bids" ADD CONSTRAINT "bids_chain_id_block_number_log_index_bid_id_pk" PRIMARY KEY("chain_id","block_number","log_index","bid_id");--> statement-breakpoint
ALTER TABLE "bids" ADD COLUMN "kind" text DEFAULT 'entering' NOT NULL;--> statement-breakpoint
ALTER TABLE "bids" ADD COLUMN "active_at_sec" bigint;--> statement-breakpoint
ALTER TABLE "bids" ADD COLUMN "exit_at_sec" bigint;--> statement-breakpoint
ALTER TABLE "pool_states" ADD COLUMN "rolled_to_sec" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "entry_withdrawals_latest" ON "entry_withdrawals" USING btree ("spoke","bid_id","block_number" DESC NULLS LAST,"log_index" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "in_flights_latest" ON "in_flights" USING btree ("basket","spoke","block_number" DESC NULLS LAST,"log_index" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "pool_buckets_latest" ON "pool_buckets" USING btree ("basket","spoke","tier","kind","at_sec","block_number" DESC NULLS LAST,"log_index" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "rolled_entries_by_bucket" ON "rolled_entries" USING btree ("spoke","basket","tier","active_at_sec");--> statement-breakpoint
ALTER TABLE "bid_closures" DROP COLUMN "end_gen";