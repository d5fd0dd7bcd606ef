-- Who invited or renewed an account last: whoever did so held the link that opens it.
ALTER TABLE "staff_accounts" ADD COLUMN "invited_by_id" INTEGER NULL CONSTRAINT "fk_staff_accounts_staff_accounts_invited_by_id" REFERENCES "staff_accounts" ("id") ON DELETE RESTRICT;

ALTER TABLE "staff_accounts" ADD COLUMN "invited_at" INTEGER NULL;

CREATE INDEX "ix_staff_accounts_invited_by_id" ON "staff_accounts" ("invited_by_id");
