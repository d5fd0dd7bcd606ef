CREATE TABLE "appeals" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_appeals" PRIMARY KEY AUTOINCREMENT,
    "account_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "lesson_id" INTEGER NOT NULL,
    "organisation_id" INTEGER NULL,
    "saw" INTEGER NOT NULL,
    "text_sealed" BLOB NULL,
    "at" INTEGER NOT NULL,
    "message_key" TEXT NOT NULL,
    "outcome" INTEGER NULL,
    "answer_sealed" BLOB NULL,
    "decided_at" INTEGER NULL,
    "decided_by" TEXT NULL,
    CONSTRAINT "fk_appeals_accounts_account_id" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE
);

CREATE TABLE "exemption_plans" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_exemption_plans" PRIMARY KEY AUTOINCREMENT,
    "person_id" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "from_day" TEXT NOT NULL,
    "to_day" TEXT NULL,
    "made_at" INTEGER NOT NULL,
    "made_by" TEXT NOT NULL,
    "exemption_id" INTEGER NULL,
    "closed_at" INTEGER NULL,
    CONSTRAINT "fk_exemption_plans_people_person_id" FOREIGN KEY ("person_id") REFERENCES "people" ("id") ON DELETE RESTRICT
);

CREATE TABLE "figure_adjustments" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_figure_adjustments" PRIMARY KEY AUTOINCREMENT,
    "lesson_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "sequence" INTEGER NOT NULL,
    "kind" INTEGER NOT NULL,
    "from_organisation_id" INTEGER NULL,
    "from_members" INTEGER NOT NULL,
    "from_exempt" INTEGER NOT NULL,
    "from_completed" INTEGER NOT NULL,
    "to_organisation_id" INTEGER NULL,
    "to_members" INTEGER NOT NULL,
    "to_exempt" INTEGER NOT NULL,
    "to_completed" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "actor" TEXT NOT NULL,
    "reason" TEXT NOT NULL
);

CREATE TABLE "freezes" (
    "lesson_id" INTEGER NOT NULL CONSTRAINT "pk_freezes" PRIMARY KEY,
    "as_of" INTEGER NOT NULL,
    "sealed_at" INTEGER NOT NULL,
    "frozen_at" INTEGER NULL,
    "source" TEXT NULL
);

CREATE TABLE "frozen_figures" (
    "lesson_id" INTEGER NOT NULL,
    "organisation_id" INTEGER NOT NULL,
    "parent_id" INTEGER NULL,
    "own_members" INTEGER NOT NULL,
    "own_exempt" INTEGER NOT NULL,
    "own_completed" INTEGER NOT NULL,
    "members" INTEGER NOT NULL,
    "exempt" INTEGER NOT NULL,
    "completed" INTEGER NOT NULL,
    CONSTRAINT "pk_frozen_figures" PRIMARY KEY ("lesson_id", "organisation_id")
);

CREATE INDEX "ix_appeals_account_id" ON "appeals" ("account_id");

CREATE UNIQUE INDEX "ix_appeals_message_key" ON "appeals" ("message_key");

CREATE INDEX "ix_appeals_organisation_id" ON "appeals" ("organisation_id");

CREATE UNIQUE INDEX "ux_appeals_open" ON "appeals" ("person_id", "lesson_id") WHERE decided_at IS NULL;

CREATE INDEX "ix_exemption_plans_person_id" ON "exemption_plans" ("person_id");

CREATE INDEX "ix_exemption_plans_due" ON "exemption_plans" ("from_day") WHERE closed_at IS NULL;

CREATE UNIQUE INDEX "ux_exemptions_open" ON "exemptions" ("person_id", "reason") WHERE until IS NULL;

CREATE UNIQUE INDEX "ix_figure_adjustments_lesson_id_person_id_sequence" ON "figure_adjustments" ("lesson_id", "person_id", "sequence");

CREATE INDEX "ix_figure_adjustments_person_id" ON "figure_adjustments" ("person_id");
