-- When a member number was given by hand, for imports under way; and how often a transfer was sent on, so that each round is told of.
ALTER TABLE "people" ADD COLUMN "number_set_at" INTEGER NULL;

CREATE INDEX "ix_people_number_set_at" ON "people" ("number_set_at") WHERE number_set_at IS NOT NULL;

ALTER TABLE "transfers" ADD COLUMN "round" INTEGER NOT NULL DEFAULT 0;
