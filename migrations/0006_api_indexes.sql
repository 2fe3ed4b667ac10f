DROP INDEX "bids_by_owner";--> statement-breakpoint
CREATE INDEX "auctions_in_order" ON "auctions" USING btree ("block_number","log_index");--> statement-breakpoint
CREATE INDEX "auctions_by_finish" ON "auctions" USING btree ("finished_at");--> statement-breakpoint
CREATE INDEX "bids_by_owner" ON "bids" USING btree ("owner","spoke","bid_id");