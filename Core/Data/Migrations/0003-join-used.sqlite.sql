ALTER TABLE "accounts" ADD COLUMN "join_used_at" INTEGER NULL;

UPDATE "accounts" SET "join_used_at" = 0 WHERE "join_organisation_id" IS NOT NULL;
