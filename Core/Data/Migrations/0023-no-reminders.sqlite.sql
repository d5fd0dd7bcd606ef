ALTER TABLE "accounts" ADD COLUMN "no_reminders_since" INTEGER NULL;
