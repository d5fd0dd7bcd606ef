CREATE INDEX "ix_completions_visitors" ON "completions" ("organisation_id", "lesson_id", "person_id") WHERE standing = 2;

CREATE INDEX "ix_accounts_join_organisation_id" ON "accounts" ("join_organisation_id") WHERE join_organisation_id IS NOT NULL;

CREATE INDEX "ix_transfers_ended_at" ON "transfers" ("ended_at");

CREATE INDEX "ix_transfers_due_at" ON "transfers" ("due_at");
