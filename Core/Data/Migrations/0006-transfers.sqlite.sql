ALTER TABLE "organisations" ADD COLUMN "closed_at" INTEGER NULL;

ALTER TABLE "organisations" ADD COLUMN "merged_into_id" INTEGER NULL CONSTRAINT "fk_organisations_organisations_merged_into_id" REFERENCES "organisations" ("id") ON DELETE RESTRICT;

DROP INDEX "ix_organisations_parent_id_name_key";

CREATE UNIQUE INDEX "ix_organisations_parent_id_name_key" ON "organisations" ("parent_id", "name_key") WHERE closed_at IS NULL;

CREATE INDEX "ix_organisations_merged_into_id" ON "organisations" ("merged_into_id");

CREATE TABLE "organisation_changes" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_organisation_changes" PRIMARY KEY AUTOINCREMENT,
    "at" INTEGER NOT NULL,
    "by" TEXT NOT NULL,
    "kind" INTEGER NOT NULL,
    "organisation_id" INTEGER NOT NULL,
    "other_id" INTEGER NULL,
    "from_parent_id" INTEGER NULL,
    "to_parent_id" INTEGER NULL,
    "old_name" TEXT NULL,
    "new_name" TEXT NULL,
    "people" INTEGER NOT NULL,
    "reason" TEXT NULL,
    CONSTRAINT "fk_organisation_changes_organisations_organisation_id" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE RESTRICT
);

CREATE INDEX "ix_organisation_changes_organisation_id" ON "organisation_changes" ("organisation_id");

CREATE INDEX "ix_organisation_changes_other_id" ON "organisation_changes" ("other_id");

CREATE TABLE "transfers" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_transfers" PRIMARY KEY AUTOINCREMENT,
    "person_id" INTEGER NOT NULL,
    "from_id" INTEGER NOT NULL,
    "to_id" INTEGER NULL,
    "kind" INTEGER NOT NULL,
    "state" INTEGER NOT NULL,
    "released_at" INTEGER NOT NULL,
    "released_by" TEXT NOT NULL,
    "due_at" INTEGER NOT NULL,
    "deadline" TEXT NOT NULL,
    "refused_at" INTEGER NULL,
    "reason" INTEGER NULL,
    "decided_by" TEXT NULL,
    "ended_at" INTEGER NULL,
    CONSTRAINT "fk_transfers_organisations_from_id" FOREIGN KEY ("from_id") REFERENCES "organisations" ("id") ON DELETE RESTRICT,
    CONSTRAINT "fk_transfers_organisations_to_id" FOREIGN KEY ("to_id") REFERENCES "organisations" ("id") ON DELETE RESTRICT,
    CONSTRAINT "fk_transfers_people_person_id" FOREIGN KEY ("person_id") REFERENCES "people" ("id") ON DELETE RESTRICT
);

CREATE UNIQUE INDEX "ux_transfers_open" ON "transfers" ("person_id") WHERE ended_at IS NULL;

CREATE INDEX "ix_transfers_person_id_released_at" ON "transfers" ("person_id", "released_at");

CREATE INDEX "ix_transfers_from_id" ON "transfers" ("from_id");

CREATE INDEX "ix_transfers_to_id" ON "transfers" ("to_id");

CREATE INDEX "ix_transfers_deadline" ON "transfers" ("deadline") WHERE ended_at IS NULL;
