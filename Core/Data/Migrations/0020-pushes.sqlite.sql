-- Pushes: an approved piece on its way; each recipient is a row of the outbox.
CREATE TABLE "pushes" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_pushes" PRIMARY KEY AUTOINCREMENT,
    "piece_id" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "organisation_id" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "page" TEXT NOT NULL,
    "by_mass" INTEGER NOT NULL,
    "started_at" INTEGER NOT NULL,
    "ends_at" INTEGER NOT NULL,
    "filled_to" INTEGER NOT NULL,
    "state" INTEGER NOT NULL,
    "changed_by" TEXT NULL,
    "changed_at" INTEGER NULL,
    "ended_at" INTEGER NULL,
    "figures" TEXT NULL,
    CONSTRAINT "fk_pushes_pieces_piece_id" FOREIGN KEY ("piece_id") REFERENCES "pieces" ("id") ON DELETE RESTRICT,
    CONSTRAINT "fk_pushes_organisations_organisation_id" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE RESTRICT
);

CREATE UNIQUE INDEX "ix_pushes_piece_id" ON "pushes" ("piece_id");

CREATE INDEX "ix_pushes_organisation_id" ON "pushes" ("organisation_id");

CREATE INDEX "ix_pushes_started_at" ON "pushes" ("started_at");

CREATE INDEX "ix_pushes_open" ON "pushes" ("state") WHERE state <= 2;

CREATE TABLE "push_slots" (
    "organisation_id" INTEGER NOT NULL,
    "month" INTEGER NOT NULL,
    "slot" INTEGER NOT NULL,
    "push_id" INTEGER NOT NULL,
    CONSTRAINT "pk_push_slots" PRIMARY KEY ("organisation_id", "month", "slot"),
    CONSTRAINT "fk_push_slots_organisations_organisation_id" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE RESTRICT,
    CONSTRAINT "fk_push_slots_pushes_push_id" FOREIGN KEY ("push_id") REFERENCES "pushes" ("id") ON DELETE RESTRICT
);

CREATE UNIQUE INDEX "ix_push_slots_push_id" ON "push_slots" ("push_id");

ALTER TABLE "accounts" ADD COLUMN "no_pushes_since" INTEGER NULL;

CREATE INDEX "ix_accounts_no_pushes" ON "accounts" ("no_pushes_since") WHERE no_pushes_since IS NOT NULL;

ALTER TABLE "outbox" ADD COLUMN "push_id" INTEGER NULL CONSTRAINT "fk_outbox_pushes_push_id" REFERENCES "pushes" ("id") ON DELETE RESTRICT;

DROP INDEX "ix_outbox_at";

DROP INDEX "ix_outbox_due";

DROP INDEX "ix_outbox_order";

CREATE INDEX "ix_outbox_at" ON "outbox" ("at") WHERE push_id IS NULL;

CREATE INDEX "ix_outbox_due" ON "outbox" ("state", "due_at", "id") WHERE state <= 1 AND push_id IS NULL;

CREATE INDEX "ix_outbox_order" ON "outbox" ("account_id", "id") WHERE state <= 1 AND push_id IS NULL;

CREATE INDEX "ix_outbox_mass" ON "outbox" ("we_chat_id") WHERE channel = 2;

CREATE INDEX "ix_outbox_push" ON "outbox" ("push_id", "state", "id") WHERE push_id IS NOT NULL;
