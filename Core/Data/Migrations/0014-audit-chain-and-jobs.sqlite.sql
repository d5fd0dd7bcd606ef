ALTER TABLE "audit_entries" ADD COLUMN "organisation_id" INTEGER NULL;

ALTER TABLE "audit_entries" ADD COLUMN "once" TEXT NULL;

ALTER TABLE "audit_entries" ADD COLUMN "position" INTEGER NULL;

ALTER TABLE "audit_entries" ADD COLUMN "hash" BLOB NULL;

CREATE INDEX "ix_audit_entries_organisation_id" ON "audit_entries" ("organisation_id");

CREATE UNIQUE INDEX "ix_audit_entries_once" ON "audit_entries" ("once");

CREATE UNIQUE INDEX "ix_audit_entries_position" ON "audit_entries" ("position");

CREATE INDEX "ix_audit_entries_unsealed" ON "audit_entries" ("id") WHERE position IS NULL;

CREATE TRIGGER "audit_entries_stay" BEFORE DELETE ON "audit_entries" BEGIN
    SELECT RAISE(ABORT, 'audit entries are never removed');
END;

-- Sealing, once, is the only change.
CREATE TRIGGER "audit_entries_stay_as_they_are" BEFORE UPDATE ON "audit_entries"
    WHEN OLD.position IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.at IS NOT OLD.at OR NEW.actor IS NOT OLD.actor OR NEW.action IS NOT OLD.action
        OR NEW.subject IS NOT OLD.subject OR NEW.reason IS NOT OLD.reason OR NEW.organisation_id IS NOT OLD.organisation_id OR NEW.once IS NOT OLD.once
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never changed');
END;

CREATE TABLE "job_states" (
    "job" TEXT NOT NULL CONSTRAINT "pk_job_states" PRIMARY KEY,
    "due_at" INTEGER NULL,
    "paused_at" INTEGER NULL,
    "paused_by" TEXT NULL,
    "asked_at" INTEGER NULL,
    "asked_by" TEXT NULL,
    "run_id" INTEGER NULL,
    "alive_at" INTEGER NULL
);

CREATE TABLE "job_runs" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_job_runs" PRIMARY KEY AUTOINCREMENT,
    "job" TEXT NOT NULL,
    "began_at" INTEGER NOT NULL,
    "asked_by" TEXT NULL,
    "ended_at" INTEGER NULL,
    "outcome" INTEGER NULL,
    "failure" TEXT NULL,
    "failure_type" TEXT NULL
);

CREATE INDEX "ix_job_runs_job_id" ON "job_runs" ("job", "id");
