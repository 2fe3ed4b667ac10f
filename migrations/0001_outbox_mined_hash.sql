ALTER TABLE "outbox" ADD COLUMN "mined_hash" "bytea";--> statement-breakpoint
CREATE INDEX "outbox_mined" ON "outbox" USING btree ("chain_id","mined_block");