CREATE TABLE "adjustment_limit" (
    "role" VARCHAR(16) NOT NULL  PRIMARY KEY,
    "per_adjustment_points" BIGINT NOT NULL,
    "per_day_points" BIGINT NOT NULL,
    "may_approve" BOOL NOT NULL
);
COMMENT ON TABLE "adjustment_limit" IS 'What a role may do alone. A role without a row adjusts nothing.';
CREATE TABLE "audit_entry" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "actor_id" UUID NOT NULL,
    "action" VARCHAR(64) NOT NULL,
    "subject" VARCHAR(32) NOT NULL,
    "subject_id" VARCHAR(64) NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "reason" VARCHAR(200),
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "mac" BYTEA NOT NULL
);
CREATE INDEX "idx_audit_entry_subject_608c7c" ON "audit_entry" ("subject", "subject_id", "id");
CREATE INDEX "idx_audit_entry_created_c11d9d" ON "audit_entry" ("created_at", "id");
COMMENT ON TABLE "audit_entry" IS 'A change that a member of staff made. Append-only: a trigger refuses everything else.';
CREATE TABLE "audit_link" (
    "seq" BIGINT NOT NULL  PRIMARY KEY,
    "hash" BYTEA NOT NULL,
    "entry_id" UUID NOT NULL UNIQUE REFERENCES "audit_entry" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "audit_link" IS 'An entry''s place in the chain of the audit. Append-only, and written by one worker at a time, without gaps.';
CREATE TABLE "authorization_text" (
    "version" INT NOT NULL  PRIMARY KEY,
    "title" VARCHAR(100) NOT NULL,
    "text" TEXT NOT NULL,
    "purposes" JSONB NOT NULL,
    "valid_days" INT NOT NULL,
    "asks_anew" BOOL NOT NULL,
    "published_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "authorization_text" IS 'One version of 《母婴健康数据授权书》. A published version is never changed; a new one follows it.';
CREATE TABLE "catalogue_settings" (
    "id" SMALLINT NOT NULL  PRIMARY KEY,
    "refused_stages" SMALLINT[] NOT NULL DEFAULT '{}',
    "points_per_can" INT NOT NULL,
    "entries_seen" BIGINT NOT NULL DEFAULT 0
);
COMMENT ON TABLE "catalogue_settings" IS 'One row: what the staff may set for the whole catalogue.';
CREATE TABLE "coupon_template" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "title" VARCHAR(32) NOT NULL,
    "description" VARCHAR(500) NOT NULL,
    "kind" VARCHAR(8) NOT NULL,
    "amount_fen" INT,
    "percent_off" SMALLINT,
    "cap_fen" INT,
    "gift" VARCHAR(100),
    "threshold_fen" INT NOT NULL,
    "scope" VARCHAR(8) NOT NULL,
    "skus" JSONB NOT NULL,
    "stacking_group" VARCHAR(32),
    "at_till" BOOL NOT NULL,
    "in_mall" BOOL NOT NULL,
    "store_share_percent" SMALLINT NOT NULL,
    "give_back_days" SMALLINT NOT NULL,
    "starts_on" DATE,
    "ends_on" DATE,
    "after_days" SMALLINT,
    "lasts_days" SMALLINT,
    "transferable" BOOL NOT NULL,
    "stock" INT NOT NULL,
    "issued" INT NOT NULL DEFAULT 0,
    "per_member_limit" SMALLINT NOT NULL,
    "claimable" BOOL NOT NULL,
    "claim_from" TIMESTAMPTZ NOT NULL,
    "claim_until" TIMESTAMPTZ,
    "active" BOOL NOT NULL DEFAULT TRUE,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
COMMENT ON TABLE "coupon_template" IS 'What a kind of coupon promises, and how many there are. What was promised never changes (a trigger).';
CREATE TABLE "destruction_record" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "what" VARCHAR(64) NOT NULL,
    "rule" VARCHAR(200) NOT NULL,
    "rows" INT NOT NULL,
    "ids_digest" BYTEA NOT NULL,
    "destroyed_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX "idx_destruction_ids_dig_76f1a4" ON "destruction_record" ("ids_digest");
CREATE INDEX "idx_destruction_destroy_0d516a" ON "destruction_record" ("destroyed_at");
COMMENT ON TABLE "destruction_record" IS 'That something was destroyed, by which rule and when. Append-only: a trigger refuses everything else.';
CREATE TABLE "earn_rule" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "code" VARCHAR(32) NOT NULL,
    "version" INT NOT NULL,
    "way" VARCHAR(32) NOT NULL,
    "name" VARCHAR(32) NOT NULL,
    "parameters" JSONB NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_until" DATE,
    "levels" JSONB,
    "stores" JSONB,
    "skus" JSONB,
    "daily_cap" INT,
    "monthly_cap" INT,
    "total_cap" INT,
    "budget" BIGINT,
    "spent_before" BIGINT NOT NULL DEFAULT 0,
    "spent" BIGINT NOT NULL DEFAULT 0,
    "valid_months" SMALLINT NOT NULL,
    "active" BOOL NOT NULL,
    "made_by" UUID,
    "made_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ
);
CREATE INDEX "idx_earn_rule_way_1fa8af" ON "earn_rule" ("way");
COMMENT ON TABLE "earn_rule" IS 'One version of a rule. A change closes it and writes the next, so what it paid can be read in it for ever.';
CREATE TABLE "finance_close" (
    "month" DATE NOT NULL  PRIMARY KEY,
    "net" BIGINT NOT NULL,
    "closed_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
COMMENT ON TABLE "finance_close" IS 'A month whose books are closed. Append-only, as all of finance.';
CREATE TABLE "finance_expiry" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "month" DATE NOT NULL,
    "expires_on" DATE,
    "pending" BOOL NOT NULL,
    "points" BIGINT NOT NULL
);
CREATE INDEX "idx_finance_exp_month_387508" ON "finance_expiry" ("month");
COMMENT ON TABLE "finance_expiry" IS 'What was outstanding when a closed month ended, by the day on which it expires.';
CREATE TABLE "formula_product" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "sku" VARCHAR(64) NOT NULL UNIQUE,
    "name" VARCHAR(64) NOT NULL,
    "stage" SMALLINT NOT NULL,
    "label_from_months" SMALLINT NOT NULL,
    "label_until_months" SMALLINT,
    "net_g" INT NOT NULL,
    "scoop_mg" INT NOT NULL,
    "scoop_ml" INT NOT NULL,
    "listed" BOOL NOT NULL DEFAULT TRUE,
    "promotion_refused" BOOL NOT NULL
);
CREATE INDEX "idx_formula_pro_stage_64e7ff" ON "formula_product" ("stage", "name", "sku");
COMMENT ON TABLE "formula_product" IS 'A formula as its label describes it: what one sold piece holds, and how it is made up.';
CREATE TABLE "gift_rule" (
    "code" VARCHAR(16) NOT NULL  PRIMARY KEY,
    "points" INT NOT NULL,
    "valid_months" SMALLINT NOT NULL
);
COMMENT ON TABLE "gift_rule" IS 'What a step of joining is worth, as data. A gift without a rule is not given.';
CREATE TABLE "idempotency_key" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "subject" UUID NOT NULL,
    "key" VARCHAR(64) NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "answer" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "uid_idempotency_subject_7cf569" UNIQUE ("subject", "key")
);
CREATE INDEX "idx_idempotency_created_98dcfd" ON "idempotency_key" ("created_at");
COMMENT ON TABLE "idempotency_key" IS 'A request that was answered: its key, what it asked and the first answer.';
CREATE TABLE "key_rotation" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "wrapping_key_id" SMALLINT NOT NULL,
    "phase" VARCHAR(8) NOT NULL,
    "unit" VARCHAR(64) NOT NULL,
    "after_id" UUID NOT NULL,
    "busy" UUID[] NOT NULL,
    "again" INT NOT NULL DEFAULT 0,
    "owners" INT NOT NULL DEFAULT 0,
    "sealed" BIGINT NOT NULL DEFAULT 0,
    "unreadable" INT NOT NULL DEFAULT 0,
    "waiting_since" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ
);
COMMENT ON TABLE "key_rotation" IS 'A rotation of all data keys, and how far it has come. One at a time is unfinished (an index of its own).';
CREATE TABLE "member" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "number" VARCHAR(12) NOT NULL UNIQUE,
    "status" VARCHAR(8) NOT NULL,
    "origin" VARCHAR(8) NOT NULL,
    "data_key" BYTEA,
    "phone_index" BYTEA,
    "phone_sealed" BYTEA,
    "phone_verified_at" TIMESTAMPTZ,
    "profile_sealed" BYTEA,
    "ban_reason" VARCHAR(200),
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "merged_into_id" UUID REFERENCES "member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "member" IS 'One person. Everything personal is sealed with her data keys; without them it can''t be read again.';
CREATE TABLE "authorization_refusal" (
    "refused_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "member_id" UUID NOT NULL  PRIMARY KEY REFERENCES "member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "authorization_refusal" IS 'That she refused, or took everything back: for a while she is not asked again.';
CREATE TABLE "baby" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "status" VARCHAR(9) NOT NULL,
    "place" SMALLINT,
    "hidden_on" DATE,
    "data_key" BYTEA,
    "details_sealed" BYTEA,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_baby_member__bae87e" ON "baby" ("member_id");
COMMENT ON TABLE "baby" IS 'A child or a pregnancy of a mother: everything about it is sealed with a data key of its own.';
CREATE TABLE "baby_stage" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "heard" BOOL NOT NULL,
    "baby_id" UUID NOT NULL REFERENCES "baby" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_baby_stage_baby_id_2774fe" ON "baby_stage" ("baby_id");
COMMENT ON TABLE "baby_stage" IS 'That a baby entered a stage: each once. It does not say which, and not when.';
CREATE TABLE "data_export" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "status" VARCHAR(10) NOT NULL,
    "requested_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ready_at" TIMESTAMPTZ,
    "expires_at" TIMESTAMPTZ,
    "downloaded_at" TIMESTAMPTZ,
    "file" VARCHAR(40),
    "secret_sealed" BYTEA,
    "size_bytes" BIGINT,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_data_export_member__178eb6" ON "data_export" ("member_id", "requested_at");
CREATE INDEX "idx_data_export_request_8a39f3" ON "data_export" ("requested_at");
COMMENT ON TABLE "data_export" IS 'A copy of everything about a member, made for her: waits, can be fetched once within a day, is gone.';
CREATE TABLE "earn_award" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "code" VARCHAR(32) NOT NULL,
    "key" VARCHAR(120) NOT NULL,
    "points" INT NOT NULL,
    "day" DATE NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "rule_id" UUID NOT NULL REFERENCES "earn_rule" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_earn_award_member__9f4daf" ON "earn_award" ("member_id", "code", "day");
CREATE INDEX "idx_earn_award_rule_id_64924b" ON "earn_award" ("rule_id");
COMMENT ON TABLE "earn_award" IS 'What a rule paid a member, or reserved for a sale; negative when a return took back. Its key is there once.';
CREATE TABLE "family" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "made_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "dissolved_at" TIMESTAMPTZ,
    "head_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "family" IS 'One mother''s family: what its people earn goes into her points account.';
CREATE TABLE "family_invitation" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "code_hash" BYTEA NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "accepted_at" TIMESTAMPTZ,
    "withdrawn_at" TIMESTAMPTZ,
    "family_id" UUID NOT NULL REFERENCES "family" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_family_invi_family__34030c" ON "family_invitation" ("family_id");
COMMENT ON TABLE "family_invitation" IS 'A code with which one person may join, once, within 24 hours. The code itself is nowhere.';
CREATE TABLE "family_person" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "may_spend" BOOL NOT NULL DEFAULT FALSE,
    "monthly_limit" INT,
    "joined_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "left_at" TIMESTAMPTZ,
    "reason" VARCHAR(16),
    "family_id" UUID NOT NULL REFERENCES "family" ("id") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "invitation_id" UUID  UNIQUE REFERENCES "family_invitation" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_family_pers_family__c06162" ON "family_person" ("family_id");
CREATE INDEX "idx_family_pers_member__eb21b8" ON "family_person" ("member_id");
COMMENT ON TABLE "family_person" IS 'Who belongs to a family, its head included, from joining to leaving. A member belongs to one at a time.';
CREATE TABLE "baby_share" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "role" VARCHAR(8) NOT NULL,
    "baby_id" UUID NOT NULL REFERENCES "baby" ("id") ON DELETE RESTRICT,
    "person_id" UUID NOT NULL REFERENCES "family_person" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_baby_share_baby_id_390a7a" UNIQUE ("baby_id", "person_id")
);
CREATE INDEX "idx_baby_share_person__0d61d9" ON "baby_share" ("person_id");
COMMENT ON TABLE "baby_share" IS 'That a mother lets a person of her family see a baby. It lasts as long as this place in the family does.';
CREATE TABLE "gift_claim" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "phone_index" BYTEA,
    "openid_index" BYTEA,
    "points" INT NOT NULL,
    "claimed_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "gift_id" VARCHAR(16) NOT NULL REFERENCES "gift_rule" ("code") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_gift_claim_gift_id_44583c" UNIQUE ("gift_id", "member_id")
);
COMMENT ON TABLE "gift_claim" IS 'A gift that was given. It outlives the member: who comes back by the same phone or WeChat gets no second one.';
CREATE TABLE "given_authorization" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "is_guardian" BOOL NOT NULL,
    "given_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "valid_until" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "ended_because" VARCHAR(9),
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "text_id" INT NOT NULL REFERENCES "authorization_text" ("version") ON DELETE RESTRICT
);
CREATE INDEX "idx_given_autho_member__a06256" ON "given_authorization" ("member_id");
COMMENT ON TABLE "given_authorization" IS 'That a guardian authorized, for the purposes that stand beside it; one at a time.';
CREATE TABLE "authorized_purpose" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "purpose" VARCHAR(16) NOT NULL,
    "withdrawn_at" TIMESTAMPTZ,
    "authorization_id" UUID NOT NULL REFERENCES "given_authorization" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_authorized__authori_5cc60d" UNIQUE ("authorization_id", "purpose")
);
COMMENT ON TABLE "authorized_purpose" IS 'One tick of an authorization, and when she took it back.';
CREATE TABLE "growth_entry" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "key" VARCHAR(160) NOT NULL,
    "occurred_on" DATE NOT NULL,
    "growth" BIGINT NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "purchases" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_growth_entr_member__3b21ca" ON "growth_entry" ("member_id", "occurred_on");
COMMENT ON TABLE "growth_entry" IS 'One line of the growth ledger: what a purchase, or a return of it, adds to the figures that decide the level.';
CREATE TABLE "growth_record" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "place" SMALLINT NOT NULL,
    "content_sealed" BYTEA NOT NULL,
    "baby_id" UUID NOT NULL REFERENCES "baby" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_growth_reco_baby_id_23f398" UNIQUE ("baby_id", "place")
);
COMMENT ON TABLE "growth_record" IS 'What was measured of a baby on one day, sealed as a whole with the baby''s key and filled up to one length.';
CREATE TABLE "member_address" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "place" SMALLINT NOT NULL,
    "content_sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_member_addr_member__fe4de4" UNIQUE ("member_id", "place")
);
COMMENT ON TABLE "member_address" IS 'One address of a member, sealed as a whole: nobody searches in it.';
CREATE TABLE "member_deletion" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "requested_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "due_at" TIMESTAMPTZ NOT NULL,
    "warned_at" TIMESTAMPTZ,
    "cancelled_at" TIMESTAMPTZ,
    "begun_at" TIMESTAMPTZ,
    "erased_at" TIMESTAMPTZ,
    "points" BIGINT,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_member_dele_request_8dbd42" ON "member_deletion" ("requested_at");
CREATE INDEX "idx_member_dele_erased__8e80f0" ON "member_deletion" ("erased_at");
COMMENT ON TABLE "member_deletion" IS 'That a member wants to be forgotten, from her asking to the end of it. The row proves when it was done.';
CREATE TABLE "member_merge" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "moved" JSONB NOT NULL,
    "merged_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "into_member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "from_member_id" UUID NOT NULL UNIQUE REFERENCES "member" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_member_merg_into_me_9f5c2a" ON "member_merge" ("into_member_id");
COMMENT ON TABLE "member_merge" IS 'That a member turned out to be another one, and what moved to her.';
CREATE TABLE "milk_stock" (
    "content_sealed" BYTEA NOT NULL,
    "baby_id" UUID NOT NULL  PRIMARY KEY REFERENCES "baby" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "milk_stock" IS 'What a guardian said last that she still has of what a baby drinks, sealed with the baby''s key.';
CREATE TABLE "notice" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "code" VARCHAR(32) NOT NULL,
    "version" INT NOT NULL,
    "title" VARCHAR(100) NOT NULL,
    "text" TEXT NOT NULL,
    "required_for" JSONB NOT NULL,
    "published_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_notice_code_1208ce" UNIQUE ("code", "version")
);
COMMENT ON TABLE "notice" IS 'One version of a text that members agree to. A published version is never changed; a new one follows it.';
CREATE TABLE "consent" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "source" VARCHAR(16) NOT NULL,
    "agreed_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "withdrawn_at" TIMESTAMPTZ,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "notice_id" UUID NOT NULL REFERENCES "notice" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_consent_member__350dd8" ON "consent" ("member_id", "agreed_at");
COMMENT ON TABLE "consent" IS 'That a member agreed to one version of a notice, and when she took it back.';
CREATE TABLE "notification" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "kind" VARCHAR(32) NOT NULL,
    "key" VARCHAR(160) NOT NULL,
    "title" VARCHAR(40) NOT NULL,
    "body" VARCHAR(400) NOT NULL,
    "link" VARCHAR(200),
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "read_at" TIMESTAMPTZ,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_notificatio_member__bbc00d" ON "notification" ("member_id", "id");
CREATE INDEX "idx_notificatio_created_0db009" ON "notification" ("created_at");
COMMENT ON TABLE "notification" IS 'One message to one member.';
CREATE TABLE "partner" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL UNIQUE,
    "data_key" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
COMMENT ON TABLE "partner" IS 'A company whose tills or shop system send us sales.';
CREATE TABLE "partner_key" (
    "id" VARCHAR(24) NOT NULL  PRIMARY KEY,
    "slot" SMALLINT NOT NULL,
    "sealed_secret" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ,
    "partner_id" UUID NOT NULL REFERENCES "partner" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "partner_key" IS 'A key with which a partner signs requests. Two may live at once, so that one can replace the other.';
CREATE TABLE "payment" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "purpose" VARCHAR(32) NOT NULL,
    "subject_id" UUID NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "description" VARCHAR(127) NOT NULL,
    "provider" VARCHAR(16) NOT NULL,
    "out_trade_no" VARCHAR(32) NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "prepared_at" TIMESTAMPTZ,
    "prepay_id" VARCHAR(64),
    "prepay_until" TIMESTAMPTZ,
    "payer_index" BYTEA,
    "next_ask_at" TIMESTAMPTZ,
    "transaction_id" VARCHAR(64),
    "paid_at" TIMESTAMPTZ,
    "closed_at" TIMESTAMPTZ,
    "refund_fen" BIGINT NOT NULL DEFAULT 0,
    "refunded_fen" BIGINT NOT NULL DEFAULT 0,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_payment_member__a4a992" ON "payment" ("member_id", "id");
COMMENT ON TABLE "payment" IS 'Money that a member is to pay for one thing of ours. Triggers keep what was agreed and the order of its states.';
CREATE TABLE "payment_incident" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "kind" VARCHAR(32) NOT NULL,
    "reference" VARCHAR(64) NOT NULL,
    "details" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "payment_id" UUID NOT NULL REFERENCES "payment" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "payment_incident" IS 'Something about money that no program may decide. Append-only.';
CREATE TABLE "payment_notification" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "provider" VARCHAR(16) NOT NULL,
    "number" VARCHAR(64) NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "content_sealed" BYTEA NOT NULL,
    "received_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "acted_at" TIMESTAMPTZ
);
CREATE INDEX "idx_payment_not_receive_35a989" ON "payment_notification" ("received_at");
COMMENT ON TABLE "payment_notification" IS 'What the provider pushed to us, as it came: stored first, once, acted on after.';
CREATE TABLE "payment_refund" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "key" VARCHAR(64) NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "reason" VARCHAR(80) NOT NULL,
    "out_refund_no" VARCHAR(64) NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "refund_id" VARCHAR(64),
    "next_ask_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ,
    "payment_id" UUID NOT NULL REFERENCES "payment" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "payment_refund" IS 'Money that goes back. `closed`: it did not, and what it claimed is free again. `abnormal`: a person must help.';
CREATE TABLE "points_account" (
    "balance" BIGINT NOT NULL,
    "debt" BIGINT NOT NULL,
    "member_id" UUID NOT NULL  PRIMARY KEY REFERENCES "member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "points_account" IS 'What a member has, in one row: every step locks it first.';
CREATE TABLE "product_category" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "name" VARCHAR(16) NOT NULL,
    "sort" INT NOT NULL,
    "parent_id" UUID REFERENCES "product_category" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_product_cat_parent__28887b" ON "product_category" ("parent_id");
COMMENT ON TABLE "product_category" IS 'A shelf of the mall; one that has a parent is a part of it, and has no parts itself.';
CREATE TABLE "product" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL,
    "description" VARCHAR(1000) NOT NULL,
    "kind" VARCHAR(8) NOT NULL DEFAULT 'goods',
    "pickup" BOOL NOT NULL DEFAULT TRUE,
    "delivery" BOOL NOT NULL DEFAULT FALSE,
    "coupon_template" UUID,
    "points" INT NOT NULL,
    "money_fen" INT NOT NULL DEFAULT 0,
    "stock" INT NOT NULL,
    "supplied" INT NOT NULL,
    "withheld" INT NOT NULL DEFAULT 0,
    "stock_per_store" BOOL NOT NULL DEFAULT FALSE,
    "most_per_order" SMALLINT,
    "most_per_day" INT,
    "most_ever" INT,
    "counted_since" TIMESTAMPTZ,
    "on_sale_from" TIMESTAMPTZ,
    "on_sale_until" TIMESTAMPTZ,
    "early_rank" SMALLINT NOT NULL DEFAULT 0,
    "early_hours" SMALLINT NOT NULL DEFAULT 0,
    "stages" TEXT[] NOT NULL DEFAULT '{}',
    "allergens" TEXT[] NOT NULL DEFAULT '{}',
    "formula_stage" SMALLINT,
    "promotion_refused" BOOL NOT NULL,
    "on_sale" BOOL NOT NULL,
    "sort" INT NOT NULL,
    "cover" UUID,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "category_id" UUID REFERENCES "product_category" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_product_on_sale_bc2c60" ON "product" ("on_sale", "sort", "id");
CREATE INDEX "idx_product_on_sale_6fd4c3" ON "product" ("on_sale", "points", "id");
CREATE INDEX "idx_product_on_sale_4641cb" ON "product" ("on_sale", "id");
CREATE INDEX "idx_product_categor_140ab3" ON "product" ("category_id", "on_sale", "sort", "id");
COMMENT ON TABLE "product" IS 'What points buy, alone or with money.';
CREATE TABLE "flash_sale" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "points" INT NOT NULL,
    "units" INT NOT NULL,
    "sold" INT NOT NULL DEFAULT 0,
    "starts_at" TIMESTAMPTZ NOT NULL,
    "ends_at" TIMESTAMPTZ NOT NULL,
    "min_account_hours" SMALLINT NOT NULL,
    "closed_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "product_id" UUID NOT NULL REFERENCES "product" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_flash_sale_ends_at_625468" ON "flash_sale" ("ends_at");
COMMENT ON TABLE "flash_sale" IS 'A few units of a gift at a price of their own, from an announced time on. They are out of the gift''s stock.';
CREATE TABLE "product_picture" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "place" SMALLINT NOT NULL,
    "small" VARCHAR(40) NOT NULL,
    "medium" VARCHAR(40) NOT NULL,
    "large" VARCHAR(40) NOT NULL,
    "product_id" UUID NOT NULL REFERENCES "product" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "product_picture" IS 'One of a product''s pictures; its three sizes are files.';
CREATE TABLE "product_quota" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "period" VARCHAR(10) NOT NULL,
    "taken" INT NOT NULL,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "product_id" UUID NOT NULL REFERENCES "product" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "product_quota" IS 'How many pieces a member took of a product that is limited: on a business day, or ever.';
CREATE TABLE "product_search" (
    "text" VARCHAR(600) NOT NULL,
    "grams" TEXT[] NOT NULL,
    "product_id" UUID NOT NULL  PRIMARY KEY REFERENCES "product" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "product_search" IS 'By what a product is found; apart from it, because the row of a product is written with every piece taken.';
CREATE TABLE "referral" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "friend_openid_index" BYTEA,
    "friend_phone_index" BYTEA,
    "entered_on" DATE NOT NULL,
    "status" VARCHAR(8) NOT NULL,
    "referrer_points" INT NOT NULL DEFAULT 0,
    "friend_points" INT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ,
    "friend_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "referrer_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_referral_referre_fe2669" ON "referral" ("referrer_id");
COMMENT ON TABLE "referral" IS 'That a member was brought by another, and what came of it.';
CREATE TABLE "referral_code" (
    "code" VARCHAR(8) NOT NULL UNIQUE,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "member_id" UUID NOT NULL  PRIMARY KEY REFERENCES "member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "referral_code" IS 'What a member gives to a friend.';
CREATE TABLE "retention_run" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ
);
CREATE INDEX "idx_retention_r_finishe_90ff80" ON "retention_run" ("finished_at");
COMMENT ON TABLE "retention_run" IS 'One run of the nightly job. One that did not finish counts for nothing.';
CREATE TABLE "session" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "audience" VARCHAR(16) NOT NULL,
    "subject" UUID NOT NULL,
    "claims" JSONB NOT NULL,
    "generation" INT NOT NULL,
    "rotated_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ,
    "end_reason" VARCHAR(32)
);
CREATE INDEX "idx_session_subject_fcc8f5" ON "session" ("subject", "audience");
CREATE INDEX "idx_session_expires_823c67" ON "session" ("expires_at");
COMMENT ON TABLE "session" IS 'One sign-in on one device: the truth of which Redis holds a hot copy.';
CREATE TABLE "sign_in" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "day" DATE NOT NULL,
    "streak" INT NOT NULL,
    "points" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "sign_in" IS 'A business day on which a member signed in. Append-only but for the owner.';
CREATE TABLE "sign_in_streak" (
    "day" DATE NOT NULL,
    "streak" INT NOT NULL,
    "member_id" UUID NOT NULL  PRIMARY KEY REFERENCES "member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "sign_in_streak" IS 'Her last day and how many in a row it was. Its row is the lock under which a day is signed.';
CREATE TABLE "stage_walk" (
    "day" DATE NOT NULL  PRIMARY KEY,
    "after_id" UUID NOT NULL,
    "finished" BOOL NOT NULL
);
COMMENT ON TABLE "stage_walk" IS 'How far the walk over all babies came on a day, so that another worker can go on where one stopped.';
CREATE TABLE "store" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "code" VARCHAR(16) NOT NULL UNIQUE,
    "name" VARCHAR(64) NOT NULL,
    "address" VARCHAR(200) NOT NULL,
    "open" BOOL NOT NULL,
    "return_days" SMALLINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "partner_id" UUID REFERENCES "partner" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "store" IS 'A shop where mothers buy and pick up. Its tills belong to one partner, or to none yet.';
CREATE TABLE "card_code_use" (
    "id" BIGINT NOT NULL  PRIMARY KEY,
    "terminal" VARCHAR(64) NOT NULL,
    "used_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "receipt" VARCHAR(64),
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "store_id" UUID NOT NULL REFERENCES "store" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_card_code_u_used_at_a46241" ON "card_code_use" ("used_at");
CREATE INDEX "idx_card_code_u_member__3524d3" ON "card_code_use" ("member_id");
COMMENT ON TABLE "card_code_use" IS 'A code that was used. The primary key is what makes a code usable once.';
CREATE TABLE "coupon_checkout" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "receipt" VARCHAR(64),
    "terminal" VARCHAR(64),
    "order_id" UUID,
    "fingerprint" BYTEA NOT NULL,
    "status" VARCHAR(8) NOT NULL,
    "lines" JSONB NOT NULL,
    "discount_fen" BIGINT NOT NULL,
    "locked_until" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "used_at" TIMESTAMPTZ,
    "ended_at" TIMESTAMPTZ,
    "partner_id" UUID REFERENCES "partner" ("id") ON DELETE RESTRICT,
    "store_id" UUID REFERENCES "store" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "coupon_checkout" IS 'One receipt of a till, or one order of the mall, and the coupons for it: held for a while, or used.';
CREATE TABLE "coupon" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "ordinal" SMALLINT NOT NULL,
    "code" VARCHAR(14) NOT NULL,
    "origin" VARCHAR(8) NOT NULL,
    "key" VARCHAR(160),
    "valid_from" TIMESTAMPTZ NOT NULL,
    "valid_until" TIMESTAMPTZ NOT NULL,
    "held_until" TIMESTAMPTZ,
    "used_at" TIMESTAMPTZ,
    "gift_code" VARCHAR(32),
    "reminded_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "checkout_id" UUID REFERENCES "coupon_checkout" ("id") ON DELETE RESTRICT,
    "issued_to_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "template_id" UUID NOT NULL REFERENCES "coupon_template" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_coupon_checkou_43fde6" ON "coupon" ("checkout_id");
CREATE INDEX "idx_coupon_member__ffd075" ON "coupon" ("member_id", "id");
COMMENT ON TABLE "coupon" IS 'One coupon. Whether it is good, held or expired follows from these columns and the clock: no job says so.';
CREATE TABLE "coupon_template_store" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "store_id" UUID NOT NULL REFERENCES "store" ("id") ON DELETE RESTRICT,
    "template_id" UUID NOT NULL REFERENCES "coupon_template" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "coupon_template_store" IS 'A store where the coupons of a template are good; without any they are good in all.';
CREATE TABLE "coupon_use" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "discount_fen" BIGINT NOT NULL,
    "store_fen" BIGINT NOT NULL,
    "brand_fen" BIGINT NOT NULL,
    "used_at" TIMESTAMPTZ,
    "returned_at" TIMESTAMPTZ,
    "given_back" BOOL NOT NULL DEFAULT FALSE,
    "checkout_id" UUID NOT NULL REFERENCES "coupon_checkout" ("id") ON DELETE RESTRICT,
    "coupon_id" UUID NOT NULL REFERENCES "coupon" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_coupon_use_coupon__3fda00" ON "coupon_use" ("coupon_id");
COMMENT ON TABLE "coupon_use" IS 'A coupon in a checkout: what it takes off, and who pays for that.';
CREATE TABLE "finance_month" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "month" DATE NOT NULL,
    "kind" VARCHAR(24) NOT NULL,
    "rule" VARCHAR(64) NOT NULL,
    "entries" BIGINT NOT NULL,
    "points" BIGINT NOT NULL,
    "store_id" UUID REFERENCES "store" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_finance_mon_month_e59a81" ON "finance_month" ("month");
COMMENT ON TABLE "finance_month" IS 'What one kind of movement of one rule did in one store in a closed month.';
CREATE TABLE "points_entry" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(24) NOT NULL,
    "key" VARCHAR(160) NOT NULL,
    "amount" BIGINT NOT NULL,
    "balance_after" BIGINT NOT NULL,
    "debt_after" BIGINT NOT NULL,
    "rule" VARCHAR(64),
    "note" VARCHAR(200),
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "by_member_id" UUID REFERENCES "member" ("id") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "reverses_id" BIGINT REFERENCES "points_entry" ("id") ON DELETE RESTRICT,
    "store_id" UUID REFERENCES "store" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_points_entr_member__85e5e1" ON "points_entry" ("member_id", "created_at", "id");
COMMENT ON TABLE "points_entry" IS 'One line of the ledger. Append-only: a trigger refuses everything else.';
CREATE TABLE "points_lot" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "granted" BIGINT NOT NULL,
    "remaining" BIGINT NOT NULL,
    "expires_on" DATE,
    "spendable_from" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "entry_id" BIGINT NOT NULL UNIQUE REFERENCES "points_entry" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_points_lot_member__f4ba6a" ON "points_lot" ("member_id");
COMMENT ON TABLE "points_lot" IS 'Points that were earned together and expire together.';
CREATE TABLE "points_lot_move" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "amount" BIGINT NOT NULL,
    "moved_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "from_member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "to_member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "lot_id" BIGINT NOT NULL UNIQUE REFERENCES "points_lot" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "points_lot_move" IS 'That a lot went along with the one who had earned it into another''s account. Append-only.';
CREATE TABLE "points_lot_use" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "amount" BIGINT NOT NULL,
    "entry_id" BIGINT NOT NULL REFERENCES "points_entry" ("id") ON DELETE RESTRICT,
    "lot_id" BIGINT NOT NULL REFERENCES "points_lot" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_points_lot__entry_i_1315a6" ON "points_lot_use" ("entry_id");
COMMENT ON TABLE "points_lot_use" IS 'How much an entry took from a lot (positive) or returned to it (negative). Append-only.';
CREATE TABLE "product_stock" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "stock" INT NOT NULL,
    "supplied" INT NOT NULL,
    "product_id" UUID NOT NULL REFERENCES "product" ("id") ON DELETE RESTRICT,
    "store_id" UUID NOT NULL REFERENCES "store" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_product_sto_store_i_163b70" ON "product_stock" ("store_id", "product_id");
COMMENT ON TABLE "product_stock" IS 'What a store has of a product, if its stock is per store.';
CREATE TABLE "purchase_receipt" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "number" VARCHAR(64) NOT NULL,
    "phone_index" BYTEA,
    "events" INT NOT NULL,
    "settled_events" INT NOT NULL DEFAULT 0,
    "occurred_on" DATE,
    "level" VARCHAR(16),
    "rate_numerator" SMALLINT,
    "rate_denominator" SMALLINT,
    "bonuses" JSONB,
    "spendable_on" DATE,
    "posted_points" BIGINT NOT NULL DEFAULT 0,
    "posted_bonuses" JSONB,
    "posted_growth" BIGINT NOT NULL DEFAULT 0,
    "posted_amount_fen" BIGINT NOT NULL DEFAULT 0,
    "posted_purchases" SMALLINT NOT NULL DEFAULT 0,
    "postings" INT NOT NULL DEFAULT 0,
    "settled_at" TIMESTAMPTZ,
    "member_id" UUID REFERENCES "member" ("id") ON DELETE RESTRICT,
    "partner_id" UUID NOT NULL REFERENCES "partner" ("id") ON DELETE RESTRICT,
    "store_id" UUID NOT NULL REFERENCES "store" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_purchase_re_member__c0a5c1" ON "purchase_receipt" ("member_id");
CREATE INDEX "idx_purchase_re_occurre_1db055" ON "purchase_receipt" ("occurred_on", "id");
COMMENT ON TABLE "purchase_receipt" IS 'One receipt of one store: whose it is, what was frozen when its sale was first seen, what was posted for it.';
CREATE TABLE "purchase_event" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "ordinal" INT NOT NULL,
    "kind" VARCHAR(8) NOT NULL,
    "number" VARCHAR(64) NOT NULL,
    "terminal" VARCHAR(64) NOT NULL,
    "occurred_at" TIMESTAMPTZ NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "lines" JSONB NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "first_status" VARCHAR(16) NOT NULL,
    "received_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "partner_id" UUID NOT NULL REFERENCES "partner" ("id") ON DELETE RESTRICT,
    "receipt_id" UUID NOT NULL REFERENCES "purchase_receipt" ("id") ON DELETE RESTRICT,
    "store_id" UUID NOT NULL REFERENCES "store" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "purchase_event" IS 'A sale or a return as its till sent it. Append-only: a trigger refuses everything else.';
CREATE TABLE "staff_user" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL UNIQUE,
    "password_hash" VARCHAR(128) NOT NULL,
    "data_key" BYTEA NOT NULL,
    "totp_sealed" BYTEA NOT NULL,
    "last_totp_step" BIGINT NOT NULL,
    "role" VARCHAR(16) NOT NULL,
    "active" BOOL NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "store_id" UUID REFERENCES "store" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "staff_user" IS 'A person who works with the staff face: one role, and a store for those who work in one.';
CREATE TABLE "adjustment_day" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "day" DATE NOT NULL,
    "points" BIGINT NOT NULL,
    "staff_id" UUID NOT NULL REFERENCES "staff_user" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "adjustment_day" IS 'How many points a person has moved alone on a business day. Its row is the lock of the daily limit.';
CREATE TABLE "disclosure" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "kind" VARCHAR(16) NOT NULL,
    "purpose" VARCHAR(24) NOT NULL,
    "reason_sealed" BYTEA,
    "asked_as" VARCHAR(16) NOT NULL,
    "asked_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_at" TIMESTAMPTZ,
    "granted" BOOL,
    "open_until" TIMESTAMPTZ,
    "ended_at" TIMESTAMPTZ,
    "asked_by_id" UUID NOT NULL REFERENCES "staff_user" ("id") ON DELETE RESTRICT,
    "baby_id" UUID REFERENCES "baby" ("id") ON DELETE RESTRICT,
    "decided_by_id" UUID REFERENCES "staff_user" ("id") ON DELETE RESTRICT,
    "ended_by_id" UUID REFERENCES "staff_user" ("id") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "store_id" UUID REFERENCES "store" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_disclosure_member__998ac3" ON "disclosure" ("member_id");
CREATE INDEX "idx_disclosure_baby_id_929ed5" ON "disclosure" ("baby_id");
CREATE INDEX "idx_disclosure_asked_b_4d467e" ON "disclosure" ("asked_by_id", "id");
COMMENT ON TABLE "disclosure" IS 'That somebody of the staff asked for a full value, who allowed it, and until when it is open.';
CREATE TABLE "disclosure_look" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "looked_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disclosure_id" UUID NOT NULL REFERENCES "disclosure" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_disclosure__disclos_8bb7c2" ON "disclosure_look" ("disclosure_id", "id");
COMMENT ON TABLE "disclosure_look" IS 'One look at the value: written in the transaction that reads it. Append-only.';
CREATE TABLE "finance_terms" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "valid_from" DATE NOT NULL,
    "point_price_milli_fen" INT NOT NULL,
    "store_issue_percent" SMALLINT NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "made_by_id" UUID NOT NULL REFERENCES "staff_user" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_finance_ter_valid_f_529b0f" ON "finance_terms" ("valid_from", "id");
COMMENT ON TABLE "finance_terms" IS 'What a point is worth between brand and stores, from a month on; of several for a month the newest counts.';
CREATE TABLE "points_adjustment" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "amount" BIGINT NOT NULL,
    "reason" VARCHAR(200) NOT NULL,
    "status" VARCHAR(8) NOT NULL,
    "needs_second" BOOL NOT NULL,
    "day" DATE NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_at" TIMESTAMPTZ,
    "rejected_because" VARCHAR(200),
    "decided_by_id" UUID REFERENCES "staff_user" ("id") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "requested_by_id" UUID NOT NULL REFERENCES "staff_user" ("id") ON DELETE RESTRICT,
    "store_id" UUID REFERENCES "store" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_points_adju_member__271b25" ON "points_adjustment" ("member_id");
CREATE INDEX "idx_points_adju_request_23af33" ON "points_adjustment" ("requested_by_id", "id");
COMMENT ON TABLE "points_adjustment" IS 'Points that somebody gave or took by hand. `waiting` needs a second person, who approves or rejects it.';
CREATE TABLE "redemption" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "quantity" SMALLINT NOT NULL,
    "points" INT NOT NULL,
    "money_fen" BIGINT NOT NULL DEFAULT 0,
    "discount_fen" BIGINT NOT NULL DEFAULT 0,
    "fulfilment" VARCHAR(8) NOT NULL DEFAULT 'pickup',
    "status" VARCHAR(16) NOT NULL,
    "counted" BOOL NOT NULL DEFAULT TRUE,
    "pickup_code" VARCHAR(8),
    "coupon_template_id" UUID,
    "pay_by" TIMESTAMPTZ,
    "paid_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reminded_at" TIMESTAMPTZ,
    "handed_over_at" TIMESTAMPTZ,
    "address_sealed" BYTEA,
    "shipped_at" TIMESTAMPTZ,
    "carrier" VARCHAR(20),
    "tracking_number" VARCHAR(40),
    "delivered_at" TIMESTAMPTZ,
    "return_requested_at" TIMESTAMPTZ,
    "return_reason" VARCHAR(200),
    "returned_at" TIMESTAMPTZ,
    "restocked" BOOL,
    "cancelled_at" TIMESTAMPTZ,
    "cancelled_because" VARCHAR(16),
    "account_id" UUID REFERENCES "member" ("id") ON DELETE RESTRICT,
    "handed_over_by_id" UUID REFERENCES "staff_user" ("id") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "payment_id" UUID REFERENCES "payment" ("id") ON DELETE RESTRICT,
    "product_id" UUID NOT NULL REFERENCES "product" ("id") ON DELETE RESTRICT,
    "returned_by_id" UUID REFERENCES "staff_user" ("id") ON DELETE RESTRICT,
    "shipped_by_id" UUID REFERENCES "staff_user" ("id") ON DELETE RESTRICT,
    "stock_store_id" UUID REFERENCES "store" ("id") ON DELETE RESTRICT,
    "store_id" UUID REFERENCES "store" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_redemption_member__b02314" ON "redemption" ("member_id", "id");
CREATE INDEX "idx_redemption_store_i_6b9e21" ON "redemption" ("store_id", "pickup_code");
CREATE INDEX "idx_redemption_product_3edbfe" ON "redemption" ("product_id");
COMMENT ON TABLE "redemption" IS 'An order: what a mother got with her points, or with points and money. (`machine` says how it moves.)';
CREATE TABLE "flash_win" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "device_index" BYTEA NOT NULL,
    "won_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "sale_id" UUID NOT NULL REFERENCES "flash_sale" ("id") ON DELETE RESTRICT,
    "redemption_id" UUID NOT NULL UNIQUE REFERENCES "redemption" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_flash_win_member__f9a05e" ON "flash_win" ("member_id");
COMMENT ON TABLE "flash_win" IS 'A unit that a member won. It stays when she cancels the order: one chance per member and device.';
CREATE TABLE "stock_movement" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(12) NOT NULL,
    "pieces" INT NOT NULL,
    "reason" VARCHAR(200),
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "by_id" UUID REFERENCES "staff_user" ("id") ON DELETE RESTRICT,
    "product_id" UUID NOT NULL REFERENCES "product" ("id") ON DELETE RESTRICT,
    "store_id" UUID REFERENCES "store" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_stock_movem_product_fdca7c" ON "stock_movement" ("product_id", "id");
COMMENT ON TABLE "stock_movement" IS 'Pieces that came to a place or left it other than by an order. Append-only: Σ pieces = supplied, per place.';
CREATE TABLE "store_registration" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "registered_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "partner_id" UUID REFERENCES "partner" ("id") ON DELETE RESTRICT,
    "store_id" UUID NOT NULL REFERENCES "store" ("id") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL UNIQUE REFERENCES "member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "store_registration" IS 'Which shop''s till made a member.';
CREATE TABLE "survey" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "title" VARCHAR(64) NOT NULL,
    "intro" VARCHAR(500) NOT NULL,
    "questions" JSONB NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_until" DATE,
    "active" BOOL NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
COMMENT ON TABLE "survey" IS 'A questionnaire. Its questions stay as they are: other questions are another survey.';
CREATE TABLE "survey_count" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "question" VARCHAR(32) NOT NULL,
    "choice" VARCHAR(32) NOT NULL,
    "responses" INT NOT NULL,
    "amount" BIGINT NOT NULL,
    "survey_id" UUID NOT NULL REFERENCES "survey" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "survey_count" IS 'How often a choice was made. Nobody''s: it does not say by whom.';
CREATE TABLE "survey_response" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "answers_sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "survey_id" UUID NOT NULL REFERENCES "survey" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_survey_resp_member__deac29" ON "survey_response" ("member_id");
CREATE INDEX "idx_survey_resp_created_2f61b6" ON "survey_response" ("created_at");
COMMENT ON TABLE "survey_response" IS 'What one member answered, sealed with her data key: nobody reads it but she.';
CREATE TABLE "tier_level" (
    "code" VARCHAR(16) NOT NULL  PRIMARY KEY,
    "name" VARCHAR(16) NOT NULL,
    "rank" SMALLINT NOT NULL UNIQUE,
    "rate_numerator" SMALLINT NOT NULL,
    "rate_denominator" SMALLINT NOT NULL,
    "match" VARCHAR(3) NOT NULL,
    "conditions" JSONB NOT NULL,
    "validity_months" SMALLINT NOT NULL,
    "benefits" JSONB NOT NULL
);
COMMENT ON TABLE "tier_level" IS 'A level: what it takes, what it gives, how long it holds. `levels.Level` reads the JSON columns.';
CREATE TABLE "paid_plan" (
    "code" VARCHAR(32) NOT NULL  PRIMARY KEY,
    "name" VARCHAR(40) NOT NULL,
    "price_fen" BIGINT NOT NULL,
    "months" SMALLINT NOT NULL,
    "benefits" JSONB NOT NULL,
    "full_refund_days" SMALLINT NOT NULL DEFAULT 7,
    "active" BOOL NOT NULL DEFAULT TRUE,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "level_id" VARCHAR(16) NOT NULL REFERENCES "tier_level" ("code") ON DELETE RESTRICT
);
COMMENT ON TABLE "paid_plan" IS 'What can be bought: a level of the tiers, for so long, at a price.';
CREATE TABLE "paid_level" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "price_fen" BIGINT NOT NULL,
    "full_refund_days" SMALLINT NOT NULL,
    "sold_on" DATE NOT NULL,
    "begins_on" DATE NOT NULL,
    "ends_on" DATE NOT NULL,
    "number" VARCHAR(64),
    "terminal" VARCHAR(64),
    "fingerprint" BYTEA,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "refunded_fen" BIGINT,
    "refunded_on" DATE,
    "level_id" VARCHAR(16) NOT NULL REFERENCES "tier_level" ("code") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "partner_id" UUID REFERENCES "partner" ("id") ON DELETE RESTRICT,
    "plan_id" VARCHAR(32) NOT NULL REFERENCES "paid_plan" ("code") ON DELETE RESTRICT,
    "refunded_by_id" UUID REFERENCES "staff_user" ("id") ON DELETE RESTRICT,
    "sold_by_id" UUID REFERENCES "staff_user" ("id") ON DELETE RESTRICT,
    "store_id" UUID NOT NULL REFERENCES "store" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_paid_level_member__155798" ON "paid_level" ("member_id", "ends_on");
CREATE INDEX "idx_paid_level_ends_on_00bcc4" ON "paid_level" ("ends_on", "id");
COMMENT ON TABLE "paid_level" IS 'A plan that a member bought: what she paid, and from which day to which it holds. Frozen when it is sold.';
CREATE TABLE "paid_standing" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "begins_on" DATE NOT NULL,
    "ends_on" DATE NOT NULL,
    "level_id" VARCHAR(16) NOT NULL REFERENCES "tier_level" ("code") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_paid_standi_member__a45725" ON "paid_standing" ("member_id", "ends_on");
COMMENT ON TABLE "paid_standing" IS 'That a member holds a level from one day to another because she bought it, whatever she earned.';
CREATE TABLE "product_price" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "points" INT NOT NULL,
    "money_fen" INT NOT NULL,
    "level_id" VARCHAR(16) NOT NULL REFERENCES "tier_level" ("code") ON DELETE RESTRICT,
    "product_id" UUID NOT NULL REFERENCES "product" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "product_price" IS 'What one piece costs from a level upward.';
CREATE TABLE "tier_change" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "reason" VARCHAR(12) NOT NULL,
    "valid_until" DATE,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "from_level_id" VARCHAR(16) NOT NULL REFERENCES "tier_level" ("code") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "to_level_id" VARCHAR(16) NOT NULL REFERENCES "tier_level" ("code") ON DELETE RESTRICT
);
CREATE INDEX "idx_tier_change_member__d53072" ON "tier_change" ("member_id", "id");
COMMENT ON TABLE "tier_change" IS 'A change of level, as it was shown to the member.';
CREATE TABLE "tier_standing" (
    "valid_until" DATE,
    "growth" BIGINT NOT NULL,
    "level_id" VARCHAR(16) NOT NULL REFERENCES "tier_level" ("code") ON DELETE RESTRICT,
    "level_after_id" VARCHAR(16) NOT NULL REFERENCES "tier_level" ("code") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL  PRIMARY KEY REFERENCES "member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "tier_standing" IS 'Where a member stands. Follows from her growth entries and the calendar; every step locks it first.';
CREATE TABLE "coupon_unpromoted_sku" (
    "sku" VARCHAR(64) NOT NULL  PRIMARY KEY,
    "formula_stage" SMALLINT,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
COMMENT ON TABLE "coupon_unpromoted_sku" IS 'An article that the law forbids to promote (formula of stage 1): no coupon ever takes anything off its price.';
CREATE TABLE "vaccination_reminder" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "mark" BYTEA NOT NULL,
    "baby_id" UUID NOT NULL REFERENCES "baby" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_vaccination_baby_id_353674" UNIQUE ("baby_id", "mark")
);
COMMENT ON TABLE "vaccination_reminder" IS 'That a mother was reminded of something: each once. The mark is a keyed hash, so it does not say of what.';
CREATE TABLE "vaccination_sheet" (
    "content_sealed" BYTEA NOT NULL,
    "baby_id" UUID NOT NULL  PRIMARY KEY REFERENCES "baby" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "vaccination_sheet" IS 'Everything about a baby''s vaccinations, sealed as a whole with the baby''s key.';
CREATE TABLE "virtual_good" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "content" BYTEA NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "order_id" UUID REFERENCES "redemption" ("id") ON DELETE RESTRICT,
    "product_id" UUID NOT NULL REFERENCES "product" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_virtual_goo_order_i_f59192" ON "virtual_good" ("order_id");
COMMENT ON TABLE "virtual_good" IS 'One code or text of a virtual product''s pool.';
CREATE TABLE "wallet" (
    "principal_fen" BIGINT NOT NULL DEFAULT 0,
    "gift_fen" BIGINT NOT NULL DEFAULT 0,
    "limit_fen" BIGINT NOT NULL,
    "member_id" UUID NOT NULL  PRIMARY KEY REFERENCES "member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "wallet" IS 'What a member has stored, in one row: every verb locks it first. Nothing in it expires.';
CREATE TABLE "wallet_entry" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(16) NOT NULL,
    "key" VARCHAR(64) NOT NULL,
    "principal_fen" BIGINT NOT NULL,
    "gift_fen" BIGINT NOT NULL,
    "principal_after_fen" BIGINT NOT NULL,
    "gift_after_fen" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "store_id" UUID REFERENCES "store" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_wallet_entr_member__62b304" ON "wallet_entry" ("member_id", "id");
COMMENT ON TABLE "wallet_entry" IS 'One line of the ledger, principal and gift apart. Append-only: a trigger refuses everything else.';
CREATE TABLE "wallet_gift_rule" (
    "code" VARCHAR(32) NOT NULL  PRIMARY KEY,
    "name" VARCHAR(40) NOT NULL,
    "at_least_fen" BIGINT NOT NULL,
    "gift_fen" BIGINT NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_until" DATE,
    "active" BOOL NOT NULL DEFAULT TRUE,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
COMMENT ON TABLE "wallet_gift_rule" IS 'Top up at least so much and get so much on top. Of several the one with the highest threshold counts.';
CREATE TABLE "wallet_limit" (
    "valid_from" DATE NOT NULL  PRIMARY KEY,
    "most_fen" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
COMMENT ON TABLE "wallet_limit" IS 'How much one wallet may hold, principal and gift together, from a business day on.';
CREATE TABLE "wallet_payment" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "number" VARCHAR(64) NOT NULL,
    "terminal" VARCHAR(64) NOT NULL,
    "occurred_at" TIMESTAMPTZ NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "principal_fen" BIGINT NOT NULL,
    "gift_fen" BIGINT NOT NULL,
    "returned_principal_fen" BIGINT NOT NULL DEFAULT 0,
    "returned_gift_fen" BIGINT NOT NULL DEFAULT 0,
    "received_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "partner_id" UUID NOT NULL REFERENCES "partner" ("id") ON DELETE RESTRICT,
    "store_id" UUID NOT NULL REFERENCES "store" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_wallet_paym_member__3ab18a" ON "wallet_payment" ("member_id");
COMMENT ON TABLE "wallet_payment" IS 'What was paid at a till out of a wallet, and how much of it has come back. Its row is the lock of a reversal.';
CREATE TABLE "wallet_refund" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "principal_fen" BIGINT NOT NULL,
    "gift_fen" BIGINT NOT NULL,
    "reason" VARCHAR(200) NOT NULL,
    "status" VARCHAR(8) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_at" TIMESTAMPTZ,
    "decided_by_id" UUID REFERENCES "staff_user" ("id") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "requested_by_id" UUID NOT NULL REFERENCES "staff_user" ("id") ON DELETE RESTRICT,
    "store_id" UUID REFERENCES "store" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_wallet_refu_member__892abb" ON "wallet_refund" ("member_id");
COMMENT ON TABLE "wallet_refund" IS 'A member''s wish to have her principal back. `waiting` needs a second person; `paid` has left the wallet.';
CREATE TABLE "wallet_reversal" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "number" VARCHAR(64) NOT NULL,
    "terminal" VARCHAR(64) NOT NULL,
    "occurred_at" TIMESTAMPTZ NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "principal_fen" BIGINT NOT NULL,
    "gift_fen" BIGINT NOT NULL,
    "received_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "partner_id" UUID NOT NULL REFERENCES "partner" ("id") ON DELETE RESTRICT,
    "payment_id" UUID NOT NULL REFERENCES "wallet_payment" ("id") ON DELETE RESTRICT,
    "store_id" UUID NOT NULL REFERENCES "store" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_wallet_reve_payment_184cec" ON "wallet_reversal" ("payment_id");
COMMENT ON TABLE "wallet_reversal" IS 'That a till gave a payment back, wholly or in part. Append-only: a trigger refuses everything else.';
CREATE TABLE "wallet_top_up" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "number" VARCHAR(64) NOT NULL,
    "terminal" VARCHAR(64) NOT NULL,
    "occurred_at" TIMESTAMPTZ NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "principal_fen" BIGINT NOT NULL,
    "gift_fen" BIGINT NOT NULL,
    "received_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "gift_rule_id" VARCHAR(32) REFERENCES "wallet_gift_rule" ("code") ON DELETE RESTRICT,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "partner_id" UUID NOT NULL REFERENCES "partner" ("id") ON DELETE RESTRICT,
    "store_id" UUID NOT NULL REFERENCES "store" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_wallet_top__member__708685" ON "wallet_top_up" ("member_id");
COMMENT ON TABLE "wallet_top_up" IS 'Money that a till took in, under the till''s own number.';
CREATE TABLE "wechat_identity" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "openid_index" BYTEA NOT NULL,
    "openid_sealed" BYTEA NOT NULL,
    "unionid_index" BYTEA,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "member_id" UUID NOT NULL UNIQUE REFERENCES "member" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "wechat_identity" IS 'How WeChat names a member in our mini-program.';
CREATE TABLE "wechat_message" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "number_index" BYTEA NOT NULL,
    "kind" VARCHAR(64) NOT NULL,
    "content_sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX "idx_wechat_mess_created_edbc09" ON "wechat_message" ("created_at");
COMMENT ON TABLE "wechat_message" IS 'What WeChat pushed to us, as it came.';
CREATE TABLE "wish" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "place" SMALLINT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "told_at" TIMESTAMPTZ,
    "member_id" UUID NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
    "product_id" UUID NOT NULL REFERENCES "product" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "wish" IS 'What a member saves for.';
CREATE TABLE "wrapping_key" (
    "id" SMALLINT NOT NULL  PRIMARY KEY,
    "master" VARCHAR(16) NOT NULL,
    "sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
COMMENT ON TABLE "wrapping_key" IS 'A key that wraps data keys, itself wrapped by a master key of the environment. The highest id wraps.';
ALTER TABLE "adjustment_limit" ADD CONSTRAINT "adjustment_limit_fits_into_the_day" CHECK (per_adjustment_points BETWEEN 0 AND per_day_points);
ALTER TABLE "audit_entry" ADD CONSTRAINT "audit_entry_action_shape" CHECK (action ~ '^[a-z_]+\.[a-z_]+$');
ALTER TABLE "audit_entry" ADD CONSTRAINT "audit_entry_mac_whole" CHECK (length(mac) = 32);
ALTER TABLE "audit_link" ADD CONSTRAINT "audit_link_counts_from_one" CHECK (seq >= 1);
ALTER TABLE "audit_link" ADD CONSTRAINT "audit_link_hash_whole" CHECK (length(hash) = 32);
ALTER TABLE "authorization_text" ADD CONSTRAINT "authorization_text_counts_from_one" CHECK (version >= 1);
ALTER TABLE "authorization_text" ADD CONSTRAINT "authorization_text_valid_for_some_time" CHECK (valid_days BETWEEN 1 AND 3660);
ALTER TABLE "catalogue_settings" ADD CONSTRAINT "catalogue_settings_one_row" CHECK (id = 1);
ALTER TABLE "catalogue_settings" ADD CONSTRAINT "catalogue_settings_can_earns" CHECK (points_per_can > 0);
ALTER TABLE "coupon_template" ADD CONSTRAINT "coupon_template_kind_whole" CHECK (kind IN ('amount', 'percent', 'gift') AND (kind = 'amount') = (amount_fen IS NOT NULL) AND (kind = 'percent') = (percent_off IS NOT NULL) AND (kind = 'percent') = (cap_fen IS NOT NULL) AND (kind = 'gift') = (gift IS NOT NULL));
ALTER TABLE "coupon_template" ADD CONSTRAINT "coupon_template_takes_something_off" CHECK (amount_fen > 0 AND percent_off BETWEEN 1 AND 100 AND cap_fen > 0);
ALTER TABLE "coupon_template" ADD CONSTRAINT "coupon_template_threshold_not_negative" CHECK (threshold_fen >= 0);
ALTER TABLE "coupon_template" ADD CONSTRAINT "coupon_template_scope_whole" CHECK (scope IN ('all', 'only', 'except') AND (scope = 'all') = (skus::jsonb = '[]'::jsonb));
ALTER TABLE "coupon_template" ADD CONSTRAINT "coupon_template_usable_somewhere" CHECK (at_till OR in_mall);
ALTER TABLE "coupon_template" ADD CONSTRAINT "coupon_template_share_is_a_part" CHECK (store_share_percent BETWEEN 0 AND 100);
ALTER TABLE "coupon_template" ADD CONSTRAINT "coupon_template_give_back_days" CHECK (give_back_days BETWEEN 0 AND 90);
ALTER TABLE "coupon_template" ADD CONSTRAINT "coupon_template_valid_one_way" CHECK ((starts_on IS NULL) = (ends_on IS NULL) AND (after_days IS NULL) = (lasts_days IS NULL) AND (starts_on IS NULL) <> (after_days IS NULL));
ALTER TABLE "coupon_template" ADD CONSTRAINT "coupon_template_valid_some_time" CHECK (COALESCE(starts_on <= ends_on, after_days BETWEEN 0 AND 365 AND lasts_days BETWEEN 1 AND 730));
ALTER TABLE "coupon_template" ADD CONSTRAINT "coupon_template_issued_within_stock" CHECK (issued BETWEEN 0 AND stock);
ALTER TABLE "coupon_template" ADD CONSTRAINT "coupon_template_limit_counts" CHECK (per_member_limit BETWEEN 1 AND 1000);
ALTER TABLE "coupon_template" ADD CONSTRAINT "coupon_template_claim_window" CHECK (claim_from < claim_until);
ALTER TABLE "destruction_record" ADD CONSTRAINT "destruction_record_of_something" CHECK (rows > 0);
ALTER TABLE "destruction_record" ADD CONSTRAINT "destruction_record_digest" CHECK (octet_length(ids_digest) = 32);
ALTER TABLE "earn_rule" ADD CONSTRAINT "earn_rule_version_once" UNIQUE ("code", "version");
CREATE UNIQUE INDEX "earn_rule_one_current" ON "earn_rule" ("code") WHERE ended_at IS NULL;
ALTER TABLE "earn_rule" ADD CONSTRAINT "earn_rule_way_known" CHECK (way IN ('attendance', 'contribution', 'profile_completion', 'purchase', 'referral', 'sign_in', 'survey'));
ALTER TABLE "earn_rule" ADD CONSTRAINT "earn_rule_code_shape" CHECK (code ~ '^[a-z][a-z0-9_]{1,31}$' AND version >= 1);
ALTER TABLE "earn_rule" ADD CONSTRAINT "earn_rule_valid_from_to" CHECK (valid_until >= valid_from);
ALTER TABLE "earn_rule" ADD CONSTRAINT "earn_rule_caps_positive" CHECK (daily_cap > 0 AND monthly_cap > 0 AND total_cap > 0 AND budget > 0);
ALTER TABLE "earn_rule" ADD CONSTRAINT "earn_rule_within_budget" CHECK (spent_before >= 0 AND CASE WHEN budget IS NULL THEN spent = 0 ELSE spent_before + spent BETWEEN 0 AND budget END);
ALTER TABLE "earn_rule" ADD CONSTRAINT "earn_rule_valid_months" CHECK (valid_months BETWEEN 1 AND 120);
ALTER TABLE "finance_close" ADD CONSTRAINT "finance_close_of_a_month" CHECK (extract(day FROM month) = 1);
ALTER TABLE "finance_expiry" ADD CONSTRAINT "finance_expiry_of_something" CHECK (points > 0);
ALTER TABLE "formula_product" ADD CONSTRAINT "formula_product_stage" CHECK (stage BETWEEN 1 AND 4);
ALTER TABLE "formula_product" ADD CONSTRAINT "formula_product_label" CHECK (label_from_months BETWEEN 0 AND 120 AND label_until_months BETWEEN 1 AND 240 AND label_until_months > label_from_months);
ALTER TABLE "formula_product" ADD CONSTRAINT "formula_product_weight" CHECK (net_g BETWEEN 50 AND 20000);
ALTER TABLE "formula_product" ADD CONSTRAINT "formula_product_scoop" CHECK (scoop_ml BETWEEN 10 AND 300);
ALTER TABLE "formula_product" ADD CONSTRAINT "formula_product_is_milk_made_up" CHECK (scoop_mg BETWEEN 80 * scoop_ml AND 250 * scoop_ml);
ALTER TABLE "gift_rule" ADD CONSTRAINT "gift_rule_known" CHECK (code IN ('welcome', 'profile'));
ALTER TABLE "gift_rule" ADD CONSTRAINT "gift_rule_positive" CHECK (points > 0 AND valid_months > 0);
ALTER TABLE "key_rotation" ADD CONSTRAINT "key_rotation_phase" CHECK (phase IN ('grow', 'seal', 'shrink'));
CREATE UNIQUE INDEX "member_phone_once" ON "member" ("phone_index") WHERE phone_index IS NOT NULL;
ALTER TABLE "member" ADD CONSTRAINT "member_number_shape" CHECK (number ~ '^[1-9][0-9]{11}$');
ALTER TABLE "member" ADD CONSTRAINT "member_status_known" CHECK (status IN ('active', 'banned', 'merged', 'erased'));
ALTER TABLE "member" ADD CONSTRAINT "member_origin_known" CHECK (origin IN ('wechat', 'store'));
ALTER TABLE "member" ADD CONSTRAINT "member_merged_into_another" CHECK ((status = 'merged') = (merged_into_id IS NOT NULL) AND merged_into_id IS DISTINCT FROM id);
ALTER TABLE "member" ADD CONSTRAINT "member_key_while_a_person" CHECK ((data_key IS NULL) = (status IN ('merged', 'erased')));
ALTER TABLE "member" ADD CONSTRAINT "member_nothing_personal_without_key" CHECK (data_key IS NOT NULL OR (phone_index IS NULL AND profile_sealed IS NULL));
ALTER TABLE "member" ADD CONSTRAINT "member_phone_whole" CHECK ((phone_index IS NULL) = (phone_sealed IS NULL) AND (phone_verified_at IS NULL OR phone_index IS NOT NULL));
ALTER TABLE "member" ADD CONSTRAINT "member_ban_has_reason" CHECK ((status = 'banned') = (ban_reason IS NOT NULL));
CREATE UNIQUE INDEX "baby_place_once" ON "baby" ("member_id", "place") WHERE place IS NOT NULL;
ALTER TABLE "baby" ADD CONSTRAINT "baby_status_known" CHECK (status IN ('open', 'hidden', 'destroyed'));
ALTER TABLE "baby" ADD CONSTRAINT "baby_place_counts_from_one" CHECK (place >= 1);
ALTER TABLE "baby" ADD CONSTRAINT "baby_open_has_a_place" CHECK ((place IS NOT NULL) = (status = 'open'));
ALTER TABLE "baby" ADD CONSTRAINT "baby_hidden_since_a_day" CHECK ((hidden_on IS NOT NULL) = (status = 'hidden'));
ALTER TABLE "baby" ADD CONSTRAINT "baby_destroyed_has_nothing" CHECK ((data_key IS NULL) = (status = 'destroyed') AND (details_sealed IS NULL) = (data_key IS NULL));
CREATE UNIQUE INDEX "data_export_one_at_a_time" ON "data_export" ("member_id") WHERE status IN ('waiting', 'ready');
ALTER TABLE "data_export" ADD CONSTRAINT "data_export_status_known" CHECK (status IN ('waiting', 'ready', 'downloaded', 'expired'));
ALTER TABLE "data_export" ADD CONSTRAINT "data_export_whole" CHECK ((status = 'downloaded') = (downloaded_at IS NOT NULL) AND (ready_at IS NULL) = (expires_at IS NULL) AND (ready_at IS NULL) = (size_bytes IS NULL) AND (status <> 'waiting' OR ready_at IS NULL) AND (status <> 'ready' OR (file IS NOT NULL AND secret_sealed IS NOT NULL)));
ALTER TABLE "earn_award" ADD CONSTRAINT "earn_award_once" UNIQUE ("code", "key");
ALTER TABLE "earn_award" ADD CONSTRAINT "earn_award_pays_something" CHECK (points <> 0);
CREATE UNIQUE INDEX "family_one_per_head" ON "family" ("head_id") WHERE dissolved_at IS NULL;
ALTER TABLE "family_invitation" ADD CONSTRAINT "family_invitation_code_once" UNIQUE ("code_hash");
ALTER TABLE "family_invitation" ADD CONSTRAINT "family_invitation_code_is_hashed" CHECK (octet_length(code_hash) = 32);
ALTER TABLE "family_invitation" ADD CONSTRAINT "family_invitation_ends_in_one_way" CHECK (accepted_at IS NULL OR withdrawn_at IS NULL);
CREATE UNIQUE INDEX "family_person_one_family" ON "family_person" ("member_id") WHERE left_at IS NULL;
ALTER TABLE "family_person" ADD CONSTRAINT "family_person_limit_positive" CHECK (monthly_limit > 0);
ALTER TABLE "family_person" ADD CONSTRAINT "family_person_limit_of_spending" CHECK (monthly_limit IS NULL OR may_spend);
ALTER TABLE "family_person" ADD CONSTRAINT "family_person_leaves_somehow" CHECK ((left_at IS NULL) = (reason IS NULL));
ALTER TABLE "family_person" ADD CONSTRAINT "family_person_reason_known" CHECK (reason IN ('left', 'removed', 'dissolved', 'merged'));
ALTER TABLE "family_person" ADD CONSTRAINT "family_person_head_spends_anyway" CHECK (invitation_id IS NOT NULL OR NOT may_spend);
ALTER TABLE "baby_share" ADD CONSTRAINT "baby_share_role_known" CHECK (role IN ('guardian', 'relative'));
ALTER TABLE "gift_claim" ADD CONSTRAINT "gift_claim_once_per_phone" UNIQUE ("gift_id", "phone_index");
ALTER TABLE "gift_claim" ADD CONSTRAINT "gift_claim_once_per_openid" UNIQUE ("gift_id", "openid_index");
ALTER TABLE "gift_claim" ADD CONSTRAINT "gift_claim_positive" CHECK (points > 0);
CREATE UNIQUE INDEX "given_authorization_one_open" ON "given_authorization" ("member_id") WHERE ended_at IS NULL;
ALTER TABLE "given_authorization" ADD CONSTRAINT "given_authorization_by_a_guardian" CHECK (is_guardian);
ALTER TABLE "given_authorization" ADD CONSTRAINT "given_authorization_valid_for_some_time" CHECK (valid_until > given_at);
ALTER TABLE "given_authorization" ADD CONSTRAINT "given_authorization_ends_after" CHECK (ended_at >= given_at);
ALTER TABLE "given_authorization" ADD CONSTRAINT "given_authorization_ends_somehow" CHECK ((ended_at IS NULL) = (ended_because IS NULL));
ALTER TABLE "given_authorization" ADD CONSTRAINT "given_authorization_end_known" CHECK (ended_because IN ('withdrawn', 'replaced', 'merged'));
ALTER TABLE "authorized_purpose" ADD CONSTRAINT "authorized_purpose_known" CHECK (purpose IN ('service', 'expert', 'store_reminders', 'marketing', 'research'));
ALTER TABLE "growth_entry" ADD CONSTRAINT "growth_entry_once" UNIQUE ("key");
ALTER TABLE "growth_record" ADD CONSTRAINT "growth_record_not_too_many" CHECK (place BETWEEN 1 AND 300);
ALTER TABLE "growth_record" ADD CONSTRAINT "growth_record_of_one_length" CHECK (octet_length(content_sealed) = 191);
ALTER TABLE "member_address" ADD CONSTRAINT "member_address_at_most_twenty" CHECK (place BETWEEN 1 AND 20);
CREATE UNIQUE INDEX "member_deletion_once" ON "member_deletion" ("member_id") WHERE cancelled_at IS NULL;
ALTER TABLE "member_deletion" ADD CONSTRAINT "member_deletion_no_way_back" CHECK (cancelled_at IS NULL OR begun_at IS NULL);
ALTER TABLE "member_deletion" ADD CONSTRAINT "member_deletion_ends_after_it_began" CHECK ((erased_at IS NULL) = (points IS NULL) AND (erased_at IS NULL OR begun_at IS NOT NULL));
ALTER TABLE "member_merge" ADD CONSTRAINT "member_merge_of_two" CHECK (from_member_id <> into_member_id);
ALTER TABLE "milk_stock" ADD CONSTRAINT "milk_stock_of_one_length" CHECK (octet_length(content_sealed) = 191);
ALTER TABLE "notice" ADD CONSTRAINT "notice_version_counts_from_one" CHECK (version >= 1);
CREATE UNIQUE INDEX "consent_stands_once" ON "consent" ("member_id", "notice_id") WHERE withdrawn_at IS NULL;
ALTER TABLE "consent" ADD CONSTRAINT "consent_source_known" CHECK (source IN ('mini_program'));
ALTER TABLE "consent" ADD CONSTRAINT "consent_withdrawn_after" CHECK (withdrawn_at >= agreed_at);
ALTER TABLE "notification" ADD CONSTRAINT "notification_once" UNIQUE ("kind", "key");
ALTER TABLE "notification" ADD CONSTRAINT "notification_kind_shape" CHECK (kind ~ '^[a-z_]{1,32}$');
ALTER TABLE "partner_key" ADD CONSTRAINT "partner_key_slot" CHECK (slot IN (1, 2));
CREATE UNIQUE INDEX "partner_key_two_live" ON "partner_key" ("partner_id", "slot") WHERE revoked_at IS NULL;
ALTER TABLE "payment" ADD CONSTRAINT "payment_once_per_subject" UNIQUE ("purpose", "subject_id");
ALTER TABLE "payment" ADD CONSTRAINT "payment_out_trade_no_once" UNIQUE ("out_trade_no");
ALTER TABLE "payment" ADD CONSTRAINT "payment_transaction_once" UNIQUE ("provider", "transaction_id");
ALTER TABLE "payment" ADD CONSTRAINT "payment_status" CHECK (status IN ('pending', 'paid', 'closing', 'closed', 'late', 'disputed'));
ALTER TABLE "payment" ADD CONSTRAINT "payment_amount_positive" CHECK (amount_fen >= 1);
ALTER TABLE "payment" ADD CONSTRAINT "payment_out_trade_no_shape" CHECK (out_trade_no ~ '^[0-9A-Za-z_|*-]{6,32}$');
ALTER TABLE "payment" ADD CONSTRAINT "payment_money_has_a_number" CHECK ((status IN ('paid', 'late', 'disputed')) = (transaction_id IS NOT NULL) AND (transaction_id IS NULL) = (paid_at IS NULL));
ALTER TABLE "payment" ADD CONSTRAINT "payment_open_is_asked" CHECK ((status IN ('pending', 'closing')) = (next_ask_at IS NOT NULL));
ALTER TABLE "payment" ADD CONSTRAINT "payment_closed_at_some_time" CHECK (CASE status WHEN 'disputed' THEN true ELSE (status IN ('closing', 'closed', 'late')) = (closed_at IS NOT NULL) END);
ALTER TABLE "payment" ADD CONSTRAINT "payment_prepared_for_somebody" CHECK ((prepay_id IS NULL) = (prepay_until IS NULL) AND (prepay_id IS NULL OR prepared_at IS NOT NULL) AND (prepared_at IS NULL) = (payer_index IS NULL));
ALTER TABLE "payment" ADD CONSTRAINT "payment_refunds_within_it" CHECK (refunded_fen >= 0 AND refunded_fen <= refund_fen AND refund_fen <= amount_fen);
ALTER TABLE "payment" ADD CONSTRAINT "payment_refunds_of_money" CHECK (refund_fen = 0 OR status IN ('paid', 'late'));
ALTER TABLE "payment_incident" ADD CONSTRAINT "payment_incident_once" UNIQUE ("payment_id", "kind", "reference");
ALTER TABLE "payment_incident" ADD CONSTRAINT "payment_incident_kind_shape" CHECK (kind ~ '^[a-z_]+$');
ALTER TABLE "payment_notification" ADD CONSTRAINT "payment_notification_once" UNIQUE ("provider", "number");
ALTER TABLE "payment_refund" ADD CONSTRAINT "payment_refund_once_per_key" UNIQUE ("payment_id", "key");
ALTER TABLE "payment_refund" ADD CONSTRAINT "payment_refund_number_once" UNIQUE ("out_refund_no");
ALTER TABLE "payment_refund" ADD CONSTRAINT "payment_refund_status" CHECK (status IN ('requested', 'processing', 'abnormal', 'succeeded', 'closed'));
ALTER TABLE "payment_refund" ADD CONSTRAINT "payment_refund_amount_positive" CHECK (amount_fen >= 1);
ALTER TABLE "payment_refund" ADD CONSTRAINT "payment_refund_open_is_asked" CHECK ((status IN ('succeeded', 'closed')) = (settled_at IS NOT NULL) AND (settled_at IS NULL) = (next_ask_at IS NOT NULL));
ALTER TABLE "payment_refund" ADD CONSTRAINT "payment_refund_has_a_number" CHECK (status IN ('requested', 'closed') OR refund_id IS NOT NULL);
ALTER TABLE "points_account" ADD CONSTRAINT "points_account_balance_not_negative" CHECK (balance >= 0);
ALTER TABLE "points_account" ADD CONSTRAINT "points_account_debt_not_negative" CHECK (debt >= 0);
ALTER TABLE "points_account" ADD CONSTRAINT "points_account_debt_repaid_first" CHECK (balance = 0 OR debt = 0);
ALTER TABLE "product" ADD CONSTRAINT "product_points_positive" CHECK (points BETWEEN 1 AND 10000000);
ALTER TABLE "product" ADD CONSTRAINT "product_money_not_negative" CHECK (money_fen BETWEEN 0 AND 100000000);
ALTER TABLE "product" ADD CONSTRAINT "product_stock_not_negative" CHECK (stock BETWEEN 0 AND supplied);
ALTER TABLE "product" ADD CONSTRAINT "product_withheld_not_negative" CHECK (withheld >= 0);
ALTER TABLE "product" ADD CONSTRAINT "product_formula_stage" CHECK (formula_stage BETWEEN 1 AND 4);
ALTER TABLE "product" ADD CONSTRAINT "product_promotion_refused" CHECK (NOT (promotion_refused AND on_sale));
ALTER TABLE "product" ADD CONSTRAINT "product_kind_known" CHECK (kind IN ('goods', 'virtual', 'coupon'));
ALTER TABLE "product" ADD CONSTRAINT "product_goods_reach_her" CHECK ((kind = 'goods') = (pickup OR delivery));
ALTER TABLE "product" ADD CONSTRAINT "product_coupon_template" CHECK ((kind = 'coupon') = (coupon_template IS NOT NULL));
ALTER TABLE "product" ADD CONSTRAINT "product_store_stock_is_picked_up" CHECK (NOT stock_per_store OR pickup);
ALTER TABLE "product" ADD CONSTRAINT "product_limits_positive" CHECK (most_per_order > 0 AND most_per_day > 0 AND most_ever > 0);
ALTER TABLE "product" ADD CONSTRAINT "product_limits_are_counted" CHECK (counted_since IS NOT NULL OR (most_per_day IS NULL AND most_ever IS NULL));
ALTER TABLE "product" ADD CONSTRAINT "product_sale_begins_before_it_ends" CHECK (on_sale_from < on_sale_until);
ALTER TABLE "product" ADD CONSTRAINT "product_early_access" CHECK (early_hours BETWEEN 0 AND 720 AND early_rank >= 0 AND (early_hours = 0) = (early_rank = 0) AND (early_hours = 0 OR on_sale_from IS NOT NULL));
ALTER TABLE "flash_sale" ADD CONSTRAINT "flash_sale_points_positive" CHECK (points BETWEEN 1 AND 10000000);
ALTER TABLE "flash_sale" ADD CONSTRAINT "flash_sale_units" CHECK (units BETWEEN 1 AND 100000);
ALTER TABLE "flash_sale" ADD CONSTRAINT "flash_sale_never_oversold" CHECK (sold BETWEEN 0 AND units);
ALTER TABLE "flash_sale" ADD CONSTRAINT "flash_sale_lasts" CHECK (starts_at < ends_at);
ALTER TABLE "flash_sale" ADD CONSTRAINT "flash_sale_account_hours" CHECK (min_account_hours BETWEEN 0 AND 8760);
ALTER TABLE "product_picture" ADD CONSTRAINT "product_picture_one_per_place" UNIQUE ("product_id", "place");
ALTER TABLE "product_picture" ADD CONSTRAINT "product_picture_nine_at_most" CHECK (place BETWEEN 0 AND 8);
ALTER TABLE "product_quota" ADD CONSTRAINT "product_quota_once" UNIQUE ("member_id", "product_id", "period");
ALTER TABLE "product_quota" ADD CONSTRAINT "product_quota_not_negative" CHECK (taken >= 0);
ALTER TABLE "product_quota" ADD CONSTRAINT "product_quota_period" CHECK (period = 'ever' OR period ~ '^\d{4}-\d\d-\d\d$');
ALTER TABLE "referral" ADD CONSTRAINT "referral_one_referrer" UNIQUE ("friend_id");
CREATE UNIQUE INDEX "referral_once_per_openid" ON "referral" ("friend_openid_index") WHERE friend_openid_index IS NOT NULL;
CREATE UNIQUE INDEX "referral_once_per_phone" ON "referral" ("friend_phone_index") WHERE friend_phone_index IS NOT NULL;
ALTER TABLE "referral" ADD CONSTRAINT "referral_of_another" CHECK (referrer_id <> friend_id);
ALTER TABLE "referral" ADD CONSTRAINT "referral_status_known" CHECK (status IN ('waiting', 'rewarded', 'lapsed', 'void'));
ALTER TABLE "referral" ADD CONSTRAINT "referral_settled_at_some_time" CHECK ((status = 'waiting') = (settled_at IS NULL));
ALTER TABLE "referral" ADD CONSTRAINT "referral_pays_when_rewarded" CHECK (referrer_points >= 0 AND friend_points >= 0 AND (status = 'rewarded' OR referrer_points + friend_points = 0));
ALTER TABLE "referral_code" ADD CONSTRAINT "referral_code_shape" CHECK (code ~ '^[2-9A-HJ-NP-Z]{8}$');
ALTER TABLE "retention_run" ADD CONSTRAINT "retention_run_ends_after" CHECK (finished_at >= started_at);
ALTER TABLE "session" ADD CONSTRAINT "session_generation_not_negative" CHECK (generation >= 0);
ALTER TABLE "sign_in" ADD CONSTRAINT "sign_in_once_a_day" UNIQUE ("member_id", "day");
ALTER TABLE "sign_in" ADD CONSTRAINT "sign_in_counts" CHECK (streak >= 1 AND points >= 0);
ALTER TABLE "sign_in_streak" ADD CONSTRAINT "sign_in_streak_counts_from_one" CHECK (streak >= 1);
ALTER TABLE "store" ADD CONSTRAINT "store_code_shape" CHECK (code ~ '^[A-Z0-9]{2,16}$');
ALTER TABLE "store" ADD CONSTRAINT "store_return_days" CHECK (return_days BETWEEN 0 AND 365);
ALTER TABLE "card_code_use" ADD CONSTRAINT "card_code_use_18_digits" CHECK (id BETWEEN 100000000000000000 AND 999999999999999999);
ALTER TABLE "coupon_checkout" ADD CONSTRAINT "coupon_checkout_till_or_mall" CHECK ((partner_id IS NULL) = (receipt IS NULL) AND (receipt IS NULL) = (terminal IS NULL) AND (receipt IS NULL) <> (order_id IS NULL) AND (receipt IS NULL OR store_id IS NOT NULL));
ALTER TABLE "coupon_checkout" ADD CONSTRAINT "coupon_checkout_status_whole" CHECK (status IN ('locked', 'used', 'released', 'returned') AND (status <> 'locked' OR locked_until IS NOT NULL) AND (status NOT IN ('used', 'returned') OR used_at IS NOT NULL) AND (status IN ('released', 'returned')) = (ended_at IS NOT NULL));
ALTER TABLE "coupon_checkout" ADD CONSTRAINT "coupon_checkout_discount_not_negative" CHECK (discount_fen >= 0);
CREATE UNIQUE INDEX "coupon_checkout_once_per_receipt" ON "coupon_checkout" ("partner_id", "store_id", "receipt") WHERE receipt IS NOT NULL AND status <> 'released';
CREATE UNIQUE INDEX "coupon_checkout_once_per_order" ON "coupon_checkout" ("order_id") WHERE order_id IS NOT NULL AND status <> 'released';
ALTER TABLE "coupon" ADD CONSTRAINT "coupon_ordinal_once" UNIQUE ("template_id", "issued_to_id", "ordinal");
ALTER TABLE "coupon" ADD CONSTRAINT "coupon_code_once" UNIQUE ("code");
CREATE UNIQUE INDEX "coupon_given_once" ON "coupon" ("key") WHERE key IS NOT NULL;
CREATE UNIQUE INDEX "coupon_gift_code_once" ON "coupon" ("gift_code") WHERE gift_code IS NOT NULL;
ALTER TABLE "coupon" ADD CONSTRAINT "coupon_ordinal_counts" CHECK (ordinal >= 1);
ALTER TABLE "coupon" ADD CONSTRAINT "coupon_code_shape" CHECK (code ~ '^[2-9][0-9]{13}$');
ALTER TABLE "coupon" ADD CONSTRAINT "coupon_origin_known" CHECK ((origin = 'claimed' AND key IS NULL) OR (origin = 'given' AND key IS NOT NULL));
ALTER TABLE "coupon" ADD CONSTRAINT "coupon_valid_some_time" CHECK (valid_from < valid_until);
ALTER TABLE "coupon" ADD CONSTRAINT "coupon_held_or_used_by_a_checkout" CHECK ((checkout_id IS NULL) = (held_until IS NULL AND used_at IS NULL) AND (held_until IS NULL OR used_at IS NULL));
ALTER TABLE "coupon" ADD CONSTRAINT "coupon_on_its_way_is_unused" CHECK (gift_code IS NULL OR used_at IS NULL);
ALTER TABLE "coupon_template_store" ADD CONSTRAINT "coupon_template_store_once" UNIQUE ("template_id", "store_id");
ALTER TABLE "coupon_use" ADD CONSTRAINT "coupon_use_once_per_checkout" UNIQUE ("checkout_id", "coupon_id");
CREATE UNIQUE INDEX "coupon_use_once" ON "coupon_use" ("coupon_id") WHERE used_at IS NOT NULL AND NOT given_back;
ALTER TABLE "coupon_use" ADD CONSTRAINT "coupon_use_is_paid_by_somebody" CHECK (store_fen >= 0 AND brand_fen >= 0 AND store_fen + brand_fen = discount_fen);
ALTER TABLE "coupon_use" ADD CONSTRAINT "coupon_use_returned_after_use" CHECK ((returned_at IS NULL OR used_at IS NOT NULL) AND (returned_at IS NOT NULL OR NOT given_back));
ALTER TABLE "finance_month" ADD CONSTRAINT "finance_month_has_entries" CHECK (entries > 0);
ALTER TABLE "points_entry" ADD CONSTRAINT "points_entry_once" UNIQUE ("kind", "key");
CREATE UNIQUE INDEX "points_entry_given_back_once" ON "points_entry" ("reverses_id") WHERE reverses_id IS NOT NULL;
ALTER TABLE "points_entry" ADD CONSTRAINT "points_entry_moves_something" CHECK (amount <> 0);
ALTER TABLE "points_entry" ADD CONSTRAINT "points_entry_after" CHECK (balance_after >= 0 AND debt_after >= 0 AND (balance_after = 0 OR debt_after = 0));
ALTER TABLE "points_lot" ADD CONSTRAINT "points_lot_grants_something" CHECK (granted > 0);
ALTER TABLE "points_lot" ADD CONSTRAINT "points_lot_remaining_within_granted" CHECK (remaining BETWEEN 0 AND granted);
ALTER TABLE "points_lot_move" ADD CONSTRAINT "points_lot_move_moves_something" CHECK (amount > 0);
ALTER TABLE "points_lot_move" ADD CONSTRAINT "points_lot_move_between_two" CHECK (from_member_id <> to_member_id);
ALTER TABLE "points_lot_use" ADD CONSTRAINT "points_lot_use_moves_something" CHECK (amount <> 0);
ALTER TABLE "product_stock" ADD CONSTRAINT "product_stock_once_per_store" UNIQUE ("product_id", "store_id");
ALTER TABLE "product_stock" ADD CONSTRAINT "product_stock_in_store_not_negative" CHECK (stock BETWEEN 0 AND supplied);
ALTER TABLE "purchase_receipt" ADD CONSTRAINT "purchase_receipt_once" UNIQUE ("partner_id", "store_id", "number");
ALTER TABLE "purchase_receipt" ADD CONSTRAINT "purchase_receipt_counts_events" CHECK (events >= 1 AND settled_events BETWEEN 0 AND events);
ALTER TABLE "purchase_receipt" ADD CONSTRAINT "purchase_receipt_frozen_whole" CHECK ((occurred_on IS NULL) = (level IS NULL) AND (level IS NULL) = (rate_numerator IS NULL) AND (level IS NULL) = (rate_denominator IS NULL) AND (level IS NOT NULL OR (bonuses IS NULL AND spendable_on IS NULL)));
ALTER TABLE "purchase_receipt" ADD CONSTRAINT "purchase_receipt_somebodys_once_sold" CHECK ((occurred_on IS NULL AND member_id IS NULL AND phone_index IS NULL) OR (occurred_on IS NOT NULL AND (member_id IS NULL) <> (phone_index IS NULL)));
ALTER TABLE "purchase_receipt" ADD CONSTRAINT "purchase_receipt_nothing_posted_to_nobody" CHECK (member_id IS NOT NULL OR (settled_events = 0 AND postings = 0));
ALTER TABLE "purchase_receipt" ADD CONSTRAINT "purchase_receipt_posted_not_negative" CHECK (posted_points >= 0 AND posted_growth >= 0 AND posted_amount_fen >= 0 AND posted_purchases BETWEEN 0 AND 1);
ALTER TABLE "purchase_event" ADD CONSTRAINT "purchase_event_once" UNIQUE ("partner_id", "store_id", "kind", "number");
ALTER TABLE "purchase_event" ADD CONSTRAINT "purchase_event_in_order" UNIQUE ("receipt_id", "ordinal");
ALTER TABLE "purchase_event" ADD CONSTRAINT "purchase_event_kind_known" CHECK (kind IN ('sale', 'return'));
ALTER TABLE "purchase_event" ADD CONSTRAINT "purchase_event_counts" CHECK (ordinal >= 1 AND amount_fen >= 0);
ALTER TABLE "purchase_event" ADD CONSTRAINT "purchase_event_status_known" CHECK (first_status IN ('received', 'waiting', 'waiting_for_sale'));
ALTER TABLE "staff_user" ADD CONSTRAINT "staff_user_role" CHECK (role IN ('clerk', 'operator', 'moderator', 'expert', 'administrator', 'privacy_officer'));
ALTER TABLE "staff_user" ADD CONSTRAINT "staff_user_clerk_has_store" CHECK (role <> 'clerk' OR store_id IS NOT NULL);
ALTER TABLE "adjustment_day" ADD CONSTRAINT "adjustment_day_once" UNIQUE ("staff_id", "day");
ALTER TABLE "adjustment_day" ADD CONSTRAINT "adjustment_day_moved_something" CHECK (points > 0);
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_kind_known" CHECK (kind IN ('member_phone', 'member_name', 'baby_details', 'order_address'));
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_purpose_known" CHECK (purpose IN ('member_request', 'complaint', 'safety_recall', 'fraud_check', 'privacy_request', 'expert_answer', 'baby_service', 'shipping'));
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_of_one" CHECK ((kind = 'baby_details') = (baby_id IS NOT NULL));
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_decided_whole" CHECK ((decided_at IS NULL) = (granted IS NULL) AND (decided_by_id IS NULL OR decided_at IS NOT NULL));
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_open_for_a_while" CHECK ((open_until IS NULL) = (granted IS NOT TRUE) AND open_until = decided_at + interval '30 minutes');
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_of_a_child_by_two" CHECK (baby_id IS NULL OR granted IS NOT TRUE OR decided_by_id IS NOT NULL AND decided_by_id <> asked_by_id);
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_refused_by_one" CHECK (granted IS NOT FALSE OR decided_by_id IS NOT NULL);
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_ended_was_open" CHECK (ended_at IS NULL OR granted);
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_ended_whole" CHECK (ended_by_id IS NULL OR ended_at IS NOT NULL);
ALTER TABLE "finance_terms" ADD CONSTRAINT "finance_terms_from_a_month" CHECK (extract(day FROM valid_from) = 1);
ALTER TABLE "finance_terms" ADD CONSTRAINT "finance_terms_price_not_negative" CHECK (point_price_milli_fen BETWEEN 0 AND 100000000);
ALTER TABLE "finance_terms" ADD CONSTRAINT "finance_terms_percent" CHECK (store_issue_percent BETWEEN 0 AND 100);
ALTER TABLE "points_adjustment" ADD CONSTRAINT "points_adjustment_moves_something" CHECK (amount <> 0);
ALTER TABLE "points_adjustment" ADD CONSTRAINT "points_adjustment_status_known" CHECK (status IN ('waiting', 'posted', 'rejected'));
ALTER TABLE "points_adjustment" ADD CONSTRAINT "points_adjustment_two_people" CHECK (decided_by_id <> requested_by_id);
ALTER TABLE "points_adjustment" ADD CONSTRAINT "points_adjustment_decided_when_needed" CHECK ((decided_by_id IS NOT NULL) = (needs_second AND status <> 'waiting') AND (decided_by_id IS NULL) = (decided_at IS NULL));
ALTER TABLE "points_adjustment" ADD CONSTRAINT "points_adjustment_alone_at_once" CHECK (needs_second OR status = 'posted');
ALTER TABLE "points_adjustment" ADD CONSTRAINT "points_adjustment_rejection_has_reason" CHECK ((status = 'rejected') = (rejected_because IS NOT NULL));
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_status" CHECK (status IN ('awaiting_payment', 'reserved', 'handed_over', 'to_ship', 'shipped', 'delivered', 'return_requested', 'returned', 'cancelled'));
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_status_fits_its_kind" CHECK (status IN ('awaiting_payment', 'cancelled') OR CASE fulfilment WHEN 'pickup' THEN status IN ('reserved', 'handed_over') WHEN 'delivery' THEN status IN ('to_ship', 'shipped', 'delivered', 'return_requested', 'returned') ELSE fulfilment IN ('virtual', 'coupon') AND status = 'delivered' END);
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_quantity" CHECK (quantity BETWEEN 1 AND 99);
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_points_positive" CHECK (points >= quantity);
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_pickup_code_shape" CHECK (pickup_code ~ '^[0-9]{8}$');
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_picked_up_somewhere" CHECK ((fulfilment = 'pickup') = (pickup_code IS NOT NULL) AND (fulfilment = 'pickup') = (store_id IS NOT NULL));
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_brings_a_coupon" CHECK ((fulfilment = 'coupon') = (coupon_template_id IS NOT NULL));
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_money_has_a_payment" CHECK (money_fen >= 0 AND discount_fen >= 0 AND (money_fen > 0) = (payment_id IS NOT NULL) AND (payment_id IS NULL) = (pay_by IS NULL) AND (paid_at IS NULL OR payment_id IS NOT NULL));
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_nothing_unpaid_goes_on" CHECK (CASE status WHEN 'awaiting_payment' THEN payment_id IS NOT NULL AND paid_at IS NULL WHEN 'cancelled' THEN true ELSE payment_id IS NULL OR paid_at IS NOT NULL END);
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_handed_over_by_someone" CHECK ((status = 'handed_over') = (handed_over_at IS NOT NULL) AND (status = 'handed_over') = (handed_over_by_id IS NOT NULL));
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_is_sent_somewhere" CHECK (CASE WHEN fulfilment <> 'delivery' THEN address_sealed IS NULL ELSE address_sealed IS NOT NULL OR status IN ('delivered', 'return_requested', 'returned', 'cancelled') END);
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_shipped_by_someone" CHECK ((shipped_at IS NOT NULL) = (fulfilment = 'delivery' AND status IN ('shipped', 'delivered', 'return_requested', 'returned')) AND (shipped_at IS NULL) = (shipped_by_id IS NULL) AND (shipped_at IS NULL) = (carrier IS NULL) AND (shipped_at IS NULL) = (tracking_number IS NULL));
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_delivered_at_some_time" CHECK (CASE status WHEN 'delivered' THEN delivered_at IS NOT NULL WHEN 'return_requested' THEN true WHEN 'returned' THEN true ELSE delivered_at IS NULL END);
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_return_has_a_reason" CHECK ((status IN ('return_requested', 'returned')) = (return_requested_at IS NOT NULL) AND (return_requested_at IS NULL) = (return_reason IS NULL));
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_returned_to_someone" CHECK ((status = 'returned') = (returned_at IS NOT NULL) AND (returned_at IS NULL) = (returned_by_id IS NULL) AND (returned_at IS NULL) = (restocked IS NULL));
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_cancelled_at_some_time" CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL));
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_cancelled_because" CHECK (cancelled_because IS NULL OR (status = 'cancelled' AND cancelled_because IN ('unpaid', 'uncollected', 'undeliverable', 'staff')));
CREATE UNIQUE INDEX "redemption_pickup_code_once" ON "redemption" ("store_id", "pickup_code") WHERE status IN ('reserved', 'awaiting_payment');
ALTER TABLE "flash_win" ADD CONSTRAINT "flash_win_once_per_member" UNIQUE ("sale_id", "member_id");
ALTER TABLE "flash_win" ADD CONSTRAINT "flash_win_once_per_device" UNIQUE ("sale_id", "device_index");
ALTER TABLE "stock_movement" ADD CONSTRAINT "stock_movement_moves_something" CHECK (pieces <> 0);
ALTER TABLE "stock_movement" ADD CONSTRAINT "stock_movement_kind_known" CHECK (kind IN ('supplied', 'transferred', 'corrected'));
ALTER TABLE "survey" ADD CONSTRAINT "survey_valid_from_to" CHECK (valid_until >= valid_from);
ALTER TABLE "survey_count" ADD CONSTRAINT "survey_count_once" UNIQUE ("survey_id", "question", "choice");
ALTER TABLE "survey_count" ADD CONSTRAINT "survey_count_of_something" CHECK (responses >= 1);
ALTER TABLE "survey_response" ADD CONSTRAINT "survey_response_once" UNIQUE ("survey_id", "member_id");
ALTER TABLE "tier_level" ADD CONSTRAINT "tier_level_rank_not_negative" CHECK (rank >= 0);
ALTER TABLE "tier_level" ADD CONSTRAINT "tier_level_rate_positive" CHECK (rate_numerator > 0 AND rate_denominator > 0);
ALTER TABLE "tier_level" ADD CONSTRAINT "tier_level_match_known" CHECK (match IN ('all', 'any'));
ALTER TABLE "tier_level" ADD CONSTRAINT "tier_level_validity_positive" CHECK (validity_months > 0);
ALTER TABLE "tier_level" ADD CONSTRAINT "tier_level_base_is_for_everyone" CHECK ((rank = 0) = (conditions::jsonb = '[]'::jsonb));
ALTER TABLE "paid_plan" ADD CONSTRAINT "paid_plan_amounts" CHECK (price_fen > 0 AND months BETWEEN 1 AND 60);
ALTER TABLE "paid_plan" ADD CONSTRAINT "paid_plan_full_refund_days" CHECK (full_refund_days BETWEEN 0 AND 365);
ALTER TABLE "paid_level" ADD CONSTRAINT "paid_level_once" UNIQUE ("partner_id", "store_id", "number");
ALTER TABLE "paid_level" ADD CONSTRAINT "paid_level_price_positive" CHECK (price_fen > 0);
ALTER TABLE "paid_level" ADD CONSTRAINT "paid_level_days_in_order" CHECK (begins_on >= sold_on AND ends_on > begins_on);
ALTER TABLE "paid_level" ADD CONSTRAINT "paid_level_sold_by_a_till_or_by_staff" CHECK ((partner_id IS NULL) = (number IS NULL) AND (partner_id IS NULL) = (terminal IS NULL) AND (partner_id IS NULL) = (fingerprint IS NULL) AND (partner_id IS NULL) <> (sold_by_id IS NULL));
ALTER TABLE "paid_level" ADD CONSTRAINT "paid_level_refunded_whole" CHECK ((refunded_fen IS NULL) = (refunded_on IS NULL) AND (refunded_fen IS NULL) = (refunded_by_id IS NULL) AND refunded_fen BETWEEN 0 AND price_fen);
ALTER TABLE "paid_standing" ADD CONSTRAINT "paid_standing_days_in_order" CHECK (ends_on >= begins_on);
ALTER TABLE "product_price" ADD CONSTRAINT "product_price_once_per_level" UNIQUE ("product_id", "level_id");
ALTER TABLE "product_price" ADD CONSTRAINT "product_price_points_positive" CHECK (points BETWEEN 1 AND 10000000);
ALTER TABLE "product_price" ADD CONSTRAINT "product_price_money_not_negative" CHECK (money_fen BETWEEN 0 AND 100000000);
ALTER TABLE "tier_change" ADD CONSTRAINT "tier_change_reason_known" CHECK (reason IN ('promotion', 'demotion', 'withdrawal', 'merge'));
ALTER TABLE "tier_change" ADD CONSTRAINT "tier_change_changes" CHECK (from_level_id <> to_level_id);
ALTER TABLE "coupon_unpromoted_sku" ADD CONSTRAINT "coupon_unpromoted_sku_stage" CHECK (formula_stage BETWEEN 1 AND 4);
ALTER TABLE "vaccination_reminder" ADD CONSTRAINT "vaccination_reminder_mark_is_a_hash" CHECK (octet_length(mark) = 32);
ALTER TABLE "virtual_good" ADD CONSTRAINT "virtual_good_once" UNIQUE ("product_id", "fingerprint");
ALTER TABLE "wallet" ADD CONSTRAINT "wallet_not_negative" CHECK (principal_fen >= 0 AND gift_fen >= 0);
ALTER TABLE "wallet" ADD CONSTRAINT "wallet_within_its_limit" CHECK (principal_fen + gift_fen <= limit_fen);
ALTER TABLE "wallet_entry" ADD CONSTRAINT "wallet_entry_once" UNIQUE ("kind", "key");
ALTER TABLE "wallet_entry" ADD CONSTRAINT "wallet_entry_kind_known" CHECK (kind IN ('top_up', 'payment', 'payment_reversed', 'refund', 'merge_out', 'merge_in'));
ALTER TABLE "wallet_entry" ADD CONSTRAINT "wallet_entry_moves_something" CHECK (principal_fen <> 0 OR gift_fen <> 0);
ALTER TABLE "wallet_entry" ADD CONSTRAINT "wallet_entry_goes_one_way" CHECK (CASE WHEN kind IN ('top_up', 'payment_reversed', 'merge_in') THEN principal_fen >= 0 AND gift_fen >= 0 ELSE principal_fen <= 0 AND gift_fen <= 0 END);
ALTER TABLE "wallet_entry" ADD CONSTRAINT "wallet_entry_after" CHECK (principal_after_fen >= 0 AND gift_after_fen >= 0);
ALTER TABLE "wallet_gift_rule" ADD CONSTRAINT "wallet_gift_rule_amounts" CHECK (at_least_fen > 0 AND gift_fen > 0);
ALTER TABLE "wallet_gift_rule" ADD CONSTRAINT "wallet_gift_rule_ends_after_it_begins" CHECK (valid_until IS NULL OR valid_until >= valid_from);
ALTER TABLE "wallet_limit" ADD CONSTRAINT "wallet_limit_positive" CHECK (most_fen > 0);
ALTER TABLE "wallet_payment" ADD CONSTRAINT "wallet_payment_once" UNIQUE ("partner_id", "store_id", "number");
ALTER TABLE "wallet_payment" ADD CONSTRAINT "wallet_payment_amounts" CHECK (principal_fen >= 0 AND gift_fen >= 0 AND principal_fen + gift_fen > 0);
ALTER TABLE "wallet_payment" ADD CONSTRAINT "wallet_payment_returns_no_more_than_was_paid" CHECK (returned_principal_fen BETWEEN 0 AND principal_fen AND returned_gift_fen BETWEEN 0 AND gift_fen);
ALTER TABLE "wallet_refund" ADD CONSTRAINT "wallet_refund_amounts" CHECK (principal_fen > 0 AND gift_fen >= 0);
ALTER TABLE "wallet_refund" ADD CONSTRAINT "wallet_refund_status_known" CHECK (status IN ('waiting', 'paid', 'rejected'));
ALTER TABLE "wallet_refund" ADD CONSTRAINT "wallet_refund_two_people" CHECK (decided_by_id <> requested_by_id);
ALTER TABLE "wallet_refund" ADD CONSTRAINT "wallet_refund_decided_whole" CHECK ((status = 'waiting') = (decided_by_id IS NULL) AND (decided_by_id IS NULL) = (decided_at IS NULL));
ALTER TABLE "wallet_reversal" ADD CONSTRAINT "wallet_reversal_once" UNIQUE ("partner_id", "store_id", "number");
ALTER TABLE "wallet_reversal" ADD CONSTRAINT "wallet_reversal_amounts" CHECK (principal_fen >= 0 AND gift_fen >= 0 AND principal_fen + gift_fen > 0);
ALTER TABLE "wallet_top_up" ADD CONSTRAINT "wallet_top_up_once" UNIQUE ("partner_id", "store_id", "number");
ALTER TABLE "wallet_top_up" ADD CONSTRAINT "wallet_top_up_amounts" CHECK (principal_fen > 0 AND gift_fen >= 0);
ALTER TABLE "wallet_top_up" ADD CONSTRAINT "wallet_top_up_gift_by_rule" CHECK ((gift_fen > 0) = (gift_rule_id IS NOT NULL));
ALTER TABLE "wechat_identity" ADD CONSTRAINT "wechat_identity_openid_once" UNIQUE ("openid_index");
ALTER TABLE "wechat_message" ADD CONSTRAINT "wechat_message_number_unique" UNIQUE ("number_index");
ALTER TABLE "wish" ADD CONSTRAINT "wish_once" UNIQUE ("member_id", "product_id");
ALTER TABLE "wish" ADD CONSTRAINT "wish_one_per_place" UNIQUE ("member_id", "place");
ALTER TABLE "wish" ADD CONSTRAINT "wish_hundred_at_most" CHECK (place BETWEEN 1 AND 100);
ALTER TABLE "wrapping_key" ADD CONSTRAINT "wrapping_key_counts_from_one" CHECK (id >= 1);
