CREATE TABLE "discreet_inbox" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "data_key" BYTEA NOT NULL,
    "content_sealed" BYTEA NOT NULL,
    "member_id" UUID NOT NULL UNIQUE REFERENCES "member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "discreet_inbox" IS 'All messages to a member of which nobody may see when they came or how many they are, sealed as one.';
CREATE TABLE "retention_rule_run" (
    "work" VARCHAR(128) NOT NULL  PRIMARY KEY,
    "finished_at" TIMESTAMPTZ NOT NULL,
    "rows" BIGINT NOT NULL
);
COMMENT ON TABLE "retention_rule_run" IS 'When each of the job''s works was last done to the end, and with how much.';
CREATE TABLE "stone" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "about" BYTEA,
    "laid_at" TIMESTAMPTZ NOT NULL,
    "content" BYTEA
);
CREATE INDEX "idx_stone_laid_at_8e3bb4" ON "stone" ("laid_at");
CREATE INDEX "idx_stone_about_6d26e5" ON "stone" ("about", "laid_at");
COMMENT ON TABLE "stone" IS 'That something was taken away; what it was stands outside of the database (`foundation.stones`).';
CREATE TABLE "stone_reading" (
    "id" SMALLINT NOT NULL  PRIMARY KEY,
    "read_until" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "stone_reading" IS 'Until when this database knows everything that lies outside; one row.';
ALTER TABLE "audit_entry" ADD COLUMN "reason_sealed" BYTEA;
ALTER TABLE "baby_share" ADD COLUMN "giver_id" UUID REFERENCES "family_person" ("id") ON DELETE RESTRICT;
ALTER TABLE "disclosure" ADD COLUMN "asked_unrelated" BOOL;
ALTER TABLE "disclosure" ADD COLUMN "decided_unrelated" BOOL;
ALTER TABLE "disclosure" ADD COLUMN "granted_parts" TEXT[] NOT NULL DEFAULT '{}';
ALTER TABLE "disclosure" ADD COLUMN "parts" TEXT[] NOT NULL DEFAULT '{}';
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_parts_known" CHECK (parts <@ ARRAY['details', 'growth', 'vaccinations']);
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_parts_of_a_child" CHECK (baby_id IS NOT NULL OR parts = '{}');
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_parts_granted" CHECK (granted_parts <@ parts AND (granted IS TRUE OR granted_parts = '{}'));
ALTER TABLE "disclosure_look" ADD COLUMN "part" VARCHAR(16);
ALTER TABLE "disclosure_look" ADD CONSTRAINT "disclosure_look_part_known" CHECK (part IN ('details', 'growth', 'vaccinations'));
ALTER TABLE "member" DROP CONSTRAINT "member_ban_has_reason";
ALTER TABLE "member" ADD COLUMN "ban_reason_sealed" BYTEA;
ALTER TABLE "member" ADD CONSTRAINT "member_ban_has_reason" CHECK ((status = 'banned') = (ban_reason IS NOT NULL OR ban_reason_sealed IS NOT NULL));
ALTER TABLE "points_adjustment" DROP CONSTRAINT "points_adjustment_rejection_has_reason";
ALTER TABLE "points_adjustment" ALTER COLUMN "reason" DROP NOT NULL;
ALTER TABLE "points_adjustment" ADD COLUMN "reason_sealed" BYTEA;
ALTER TABLE "points_adjustment" ADD COLUMN "rejected_because_sealed" BYTEA;
ALTER TABLE "points_adjustment" ADD CONSTRAINT "points_adjustment_has_a_reason" CHECK (num_nonnulls(reason, reason_sealed) = 1);
ALTER TABLE "points_adjustment" ADD CONSTRAINT "points_adjustment_rejection_has_reason" CHECK ((status = 'rejected') = (rejected_because IS NOT NULL OR rejected_because_sealed IS NOT NULL));
ALTER TABLE "redemption" DROP CONSTRAINT "redemption_shipped_by_someone";
ALTER TABLE "redemption" DROP CONSTRAINT "redemption_return_has_a_reason";
ALTER TABLE "redemption" ADD COLUMN "return_reason_sealed" BYTEA;
ALTER TABLE "redemption" ADD COLUMN "return_refused_sealed" BYTEA;
ALTER TABLE "redemption" ADD COLUMN "tracking_number_sealed" BYTEA;
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_shipped_by_someone" CHECK ((shipped_at IS NOT NULL) = (fulfilment = 'delivery' AND status IN ('shipped', 'delivered', 'return_requested', 'returned')) AND (shipped_at IS NULL) = (shipped_by_id IS NULL) AND (shipped_at IS NULL) = (carrier IS NULL) AND (shipped_at IS NULL) = (tracking_number IS NULL AND tracking_number_sealed IS NULL));
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_return_has_a_reason" CHECK ((status IN ('return_requested', 'returned')) = (return_requested_at IS NOT NULL) AND (return_requested_at IS NULL) = (return_reason IS NULL AND return_reason_sealed IS NULL));
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_refused_is_delivered" CHECK (return_refused_sealed IS NULL OR (fulfilment = 'delivery' AND status = 'delivered'));
ALTER TABLE "wallet_refund" ALTER COLUMN "reason" DROP NOT NULL;
ALTER TABLE "wallet_refund" ADD COLUMN "reason_sealed" BYTEA;
ALTER TABLE "wallet_refund" ADD CONSTRAINT "wallet_refund_has_a_reason" CHECK (num_nonnulls(reason, reason_sealed) = 1);
DROP TABLE "vaccination_reminder" CASCADE;
ALTER TABLE "discreet_inbox" ADD CONSTRAINT "discreet_inbox_of_one_length" CHECK (octet_length(content_sealed) = 3871);
ALTER TABLE "retention_rule_run" ADD CONSTRAINT "retention_rule_run_counts" CHECK (rows >= 0);
ALTER TABLE "stone" ADD CONSTRAINT "stone_about_whole" CHECK (length(about) = 32);
ALTER TABLE "stone_reading" ADD CONSTRAINT "stone_reading_one_row" CHECK (id = 1);
