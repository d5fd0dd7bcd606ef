ALTER TABLE "accounts" ADD COLUMN "proven_at" INTEGER NULL;

ALTER TABLE "spent_tries" ADD COLUMN "name_only_from" TEXT NULL;
