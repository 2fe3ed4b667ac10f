ALTER TABLE "tx_attempts" ADD COLUMN "replaces" bigint;--> statement-breakpoint
ALTER TABLE "tx_attempts" ADD CONSTRAINT "tx_attempts_replaces_tx_attempts_id_fk" FOREIGN KEY ("replaces") REFERENCES "public"."tx_attempts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "tx_attempts_by_replaced" ON "tx_attempts" USING btree ("replaces");