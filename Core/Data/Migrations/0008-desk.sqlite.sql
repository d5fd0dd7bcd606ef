CREATE TABLE "ledger_targets" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_ledger_targets" PRIMARY KEY AUTOINCREMENT,
    "organisation_id" INTEGER NOT NULL,
    "measure" TEXT NOT NULL,
    "value" INTEGER NULL,
    "since" INTEGER NOT NULL,
    "set_by" TEXT NOT NULL,
    CONSTRAINT "fk_ledger_targets_organisations_organisation_id" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE RESTRICT
);

CREATE INDEX "ix_ledger_targets_organisation_id_measure_since" ON "ledger_targets" ("organisation_id", "measure", "since");

CREATE INDEX "ix_memberships_duty" ON "memberships" ("duty", "organisation_id", "person_id") WHERE until IS NULL AND duty IS NOT NULL;
