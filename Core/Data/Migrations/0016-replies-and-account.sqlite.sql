CREATE TABLE "staff_sessions" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_staff_sessions" PRIMARY KEY AUTOINCREMENT,
    "staff_id" INTEGER NOT NULL,
    "began_at" INTEGER NOT NULL,
    "device" TEXT NOT NULL,
    "next_factor_key" BLOB NULL,
    "next_factor_at" INTEGER NULL,
    CONSTRAINT "fk_staff_sessions_staff_accounts_staff_id" FOREIGN KEY ("staff_id") REFERENCES "staff_accounts" ("id") ON DELETE CASCADE
);

CREATE INDEX "ix_staff_sessions_staff_id" ON "staff_sessions" ("staff_id");

CREATE TABLE "staff_links" (
    "staff_id" INTEGER NOT NULL CONSTRAINT "pk_staff_links" PRIMARY KEY,
    "account_id" INTEGER NOT NULL,
    "linked_at" INTEGER NOT NULL,
    "message_key" TEXT NOT NULL,
    CONSTRAINT "fk_staff_links_accounts_account_id" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_staff_links_staff_accounts_staff_id" FOREIGN KEY ("staff_id") REFERENCES "staff_accounts" ("id") ON DELETE CASCADE
);

CREATE UNIQUE INDEX "ix_staff_links_account_id" ON "staff_links" ("account_id");

CREATE TABLE "staff_link_codes" (
    "staff_id" INTEGER NOT NULL CONSTRAINT "pk_staff_link_codes" PRIMARY KEY,
    "mark" BLOB NOT NULL,
    "sealed" BLOB NOT NULL,
    "expires_at" INTEGER NOT NULL,
    CONSTRAINT "fk_staff_link_codes_staff_accounts_staff_id" FOREIGN KEY ("staff_id") REFERENCES "staff_accounts" ("id") ON DELETE CASCADE
);

CREATE UNIQUE INDEX "ix_staff_link_codes_mark" ON "staff_link_codes" ("mark");

CREATE TABLE "reply_changes" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_reply_changes" PRIMARY KEY AUTOINCREMENT,
    "key" TEXT NOT NULL,
    "text" TEXT NULL,
    "state" INTEGER NOT NULL,
    "proposed_by" TEXT NOT NULL,
    "proposed_at" INTEGER NOT NULL,
    "decided_by" TEXT NULL,
    "decided_at" INTEGER NULL,
    "reason" TEXT NULL
);

CREATE INDEX "ix_reply_changes_key_id" ON "reply_changes" ("key", "id");

CREATE UNIQUE INDEX "ux_reply_changes_proposed" ON "reply_changes" ("key") WHERE state = 0;

CREATE TABLE "unanswered_texts" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_unanswered_texts" PRIMARY KEY AUTOINCREMENT,
    "mark" BLOB NOT NULL,
    "text" TEXT NULL,
    "first_on" TEXT NOT NULL,
    "last_on" TEXT NOT NULL,
    "people" INTEGER NOT NULL,
    "state" INTEGER NOT NULL
);

CREATE UNIQUE INDEX "ix_unanswered_texts_mark" ON "unanswered_texts" ("mark");

CREATE INDEX "ix_unanswered_texts_first_on" ON "unanswered_texts" ("first_on");

CREATE TABLE "unanswered_marks" (
    "text_id" INTEGER NOT NULL,
    "mark" INTEGER NOT NULL,
    "said_on" TEXT NOT NULL,
    CONSTRAINT "pk_unanswered_marks" PRIMARY KEY ("text_id", "mark"),
    CONSTRAINT "fk_unanswered_marks_unanswered_texts_text_id" FOREIGN KEY ("text_id") REFERENCES "unanswered_texts" ("id") ON DELETE CASCADE
);
