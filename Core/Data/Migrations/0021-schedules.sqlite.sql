-- Reminders that people asked for, who of the staff wants no word of weekly reports, and what WeChat says of quotas.
CREATE TABLE "reminders" (
    "account_id" INTEGER NOT NULL,
    "lesson_id" INTEGER NOT NULL,
    "due_at" INTEGER NOT NULL,
    CONSTRAINT "pk_reminders" PRIMARY KEY ("account_id", "lesson_id"),
    CONSTRAINT "fk_reminders_accounts_account_id" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_reminders_lessons_lesson_id" FOREIGN KEY ("lesson_id") REFERENCES "lessons" ("id") ON DELETE CASCADE
);

CREATE INDEX "ix_reminders_due" ON "reminders" ("lesson_id", "due_at", "account_id");

ALTER TABLE "accounts" ADD COLUMN "weekly_reminder_since" INTEGER NULL;

CREATE INDEX "ix_accounts_weekly_reminder" ON "accounts" ("id") WHERE weekly_reminder_since IS NOT NULL;

ALTER TABLE "lessons" ADD COLUMN "reminded_at" INTEGER NULL;

ALTER TABLE "staff_accounts" ADD COLUMN "no_reports_since" INTEGER NULL;

CREATE TABLE "call_quotas" (
    "path" TEXT NOT NULL CONSTRAINT "pk_call_quotas" PRIMARY KEY,
    "daily_limit" INTEGER NOT NULL,
    "used" INTEGER NOT NULL,
    "remain" INTEGER NOT NULL,
    "read_at" INTEGER NOT NULL
);
