ALTER TABLE "organisations" ADD COLUMN "import_id" INTEGER NULL;

ALTER TABLE "memberships" ADD COLUMN "import_id" INTEGER NULL;

CREATE TABLE "organisation_aliases" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_organisation_aliases" PRIMARY KEY AUTOINCREMENT,
    "organisation_id" INTEGER NOT NULL,
    "parent_id" INTEGER NULL,
    "name_key" TEXT NOT NULL,
    CONSTRAINT "fk_organisation_aliases_organisations_organisation_id" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE CASCADE
);

CREATE TABLE "roster_doubts" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_roster_doubts" PRIMARY KEY AUTOINCREMENT,
    "import_id" INTEGER NOT NULL,
    "line" INTEGER NOT NULL,
    "organisation_id" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "row_sealed" BLOB NULL,
    "row_mark" BLOB NOT NULL,
    "at" INTEGER NOT NULL,
    "decided_at" INTEGER NULL,
    "decided_by" TEXT NULL,
    "outcome" INTEGER NULL,
    CONSTRAINT "fk_roster_doubts_organisations_organisation_id" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE RESTRICT
);

CREATE TABLE "roster_imports" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_roster_imports" PRIMARY KEY AUTOINCREMENT,
    "at" INTEGER NOT NULL,
    "by" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "state" INTEGER NOT NULL,
    "progress" INTEGER NOT NULL,
    "heartbeat" INTEGER NOT NULL,
    "writes" INTEGER NULL,
    "committed_at" INTEGER NULL,
    "approved" INTEGER NULL,
    "organisations_new" INTEGER NOT NULL,
    "organisations_changed" INTEGER NOT NULL,
    "people_new" INTEGER NOT NULL,
    "people_changed" INTEGER NOT NULL,
    "people_unchanged" INTEGER NOT NULL,
    "people_moved" INTEGER NOT NULL,
    "people_erased" INTEGER NOT NULL,
    "ambiguous" INTEGER NOT NULL,
    "faulty" INTEGER NOT NULL,
    "first_organisation" INTEGER NOT NULL,
    "first_person" INTEGER NOT NULL,
    "first_membership" INTEGER NOT NULL,
    "organisation_ids" INTEGER NOT NULL,
    "person_ids" INTEGER NOT NULL,
    "preview_sealed" BLOB NULL
);

CREATE INDEX "ix_organisation_aliases_organisation_id" ON "organisation_aliases" ("organisation_id");

CREATE UNIQUE INDEX "ix_organisation_aliases_parent_id_name_key" ON "organisation_aliases" ("parent_id", "name_key");

CREATE UNIQUE INDEX "ux_organisation_aliases_root" ON "organisation_aliases" ("name_key") WHERE parent_id IS NULL;

CREATE UNIQUE INDEX "ix_roster_doubts_organisation_id_row_mark" ON "roster_doubts" ("organisation_id", "row_mark");

CREATE UNIQUE INDEX "ix_roster_imports_writes" ON "roster_imports" ("writes");

-- People are looked for by name within an organisation only; kept in random order, this index cost an import as much as everything else.
DROP INDEX "ix_people_name_key";
