-- What accounts are told is sent now, too; what waited before goes on waiting for the person's next message.
CREATE TABLE "outbox" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_outbox" PRIMARY KEY AUTOINCREMENT,
    "account_id" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "message_key" TEXT NOT NULL,
    "state" INTEGER NOT NULL,
    "due_at" INTEGER NOT NULL,
    "taken_at" INTEGER NULL,
    "ended_at" INTEGER NULL,
    "channel" INTEGER NULL,
    "we_chat_id" TEXT NULL,
    "err_code" INTEGER NULL,
    "rid" TEXT NULL,
    "told_with" TEXT NULL,
    CONSTRAINT "fk_outbox_accounts_account_id" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE
);

INSERT INTO "outbox" ("id", "account_id", "code", "at", "message_key", "state", "due_at", "told_with")
SELECT "id", "account_id", "code", "at", "message_key", CASE WHEN "told_with" IS NULL THEN 4 ELSE 3 END, "at", "told_with" FROM "account_notices";

DROP TABLE "account_notices";

CREATE UNIQUE INDEX "ix_outbox_account_id_message_key" ON "outbox" ("account_id", "message_key");

CREATE INDEX "ix_outbox_at" ON "outbox" ("at");

CREATE INDEX "ix_outbox_due" ON "outbox" ("state", "due_at", "id") WHERE state <= 1;

CREATE INDEX "ix_outbox_order" ON "outbox" ("account_id", "id") WHERE state <= 1;

CREATE TABLE "credits" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_credits" PRIMARY KEY AUTOINCREMENT,
    "account_id" INTEGER NOT NULL,
    "template_id" TEXT NOT NULL,
    "given_at" INTEGER NOT NULL,
    "given_with" TEXT NOT NULL,
    "ended_at" INTEGER NULL,
    "end" INTEGER NULL,
    "message_id" INTEGER NULL,
    CONSTRAINT "fk_credits_accounts_account_id" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE
);

CREATE UNIQUE INDEX "ix_credits_account_id_given_with" ON "credits" ("account_id", "given_with");

CREATE INDEX "ix_credits_left" ON "credits" ("template_id", "account_id", "id") WHERE ended_at IS NULL;

CREATE INDEX "ix_credits_message_id" ON "credits" ("message_id") WHERE message_id IS NOT NULL;
