ALTER TABLE "legs" ADD COLUMN "open" boolean;--> statement-breakpoint
UPDATE "legs" SET "open" = NOT EXISTS (SELECT FROM "auctions" WHERE "auctions"."auction_id" = "legs"."auction_id" AND "auctions"."finished_at" IS NOT NULL) WHERE "kind" = 'arrived';--> statement-breakpoint
CREATE INDEX "legs_open" ON "legs" USING btree ("auction_id") WHERE "legs"."open";--> statement-breakpoint
CREATE INDEX "plan_commits_by_call_by" ON "plan_commits" USING btree ("basket","call_by_sec");--> statement-breakpoint
CREATE INDEX "raw_events_of_terms" ON "raw_events" USING btree ("name") WHERE "raw_events"."name" in ('MarketCreated', 'MaxInFlightSet', 'BasketCreated');--> statement-breakpoint
CREATE INDEX "outbox_carries" ON "outbox" USING btree (("payload" ->> 'messageId')) WHERE "outbox"."kind" = 'carry';--> statement-breakpoint
CREATE INDEX "tx_attempts_mined" ON "tx_attempts" USING btree ("chain_id","mined_block");