CREATE TABLE "audit_entries" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_audit_entries" PRIMARY KEY AUTOINCREMENT,
    "at" INTEGER NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "reason" TEXT NULL
);

CREATE TABLE "completions" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_completions" PRIMARY KEY AUTOINCREMENT,
    "lesson_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "organisation_id" INTEGER NOT NULL,
    "standing" INTEGER NOT NULL,
    "late" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "receipt" TEXT NOT NULL
);

CREATE TABLE "headcounts" (
    "organisation_id" INTEGER NOT NULL CONSTRAINT "pk_headcounts" PRIMARY KEY,
    "members" INTEGER NOT NULL,
    "exempt" INTEGER NOT NULL
);

CREATE TABLE "installation_facts" (
    "name" TEXT NOT NULL CONSTRAINT "pk_installation_facts" PRIMARY KEY,
    "value" TEXT NOT NULL
);

CREATE TABLE "lessons" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_lessons" PRIMARY KEY AUTOINCREMENT,
    "season" INTEGER NOT NULL,
    "period" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "opens_at" INTEGER NOT NULL,
    "closes_at" INTEGER NOT NULL,
    "min_seconds" INTEGER NOT NULL,
    "cover" TEXT NULL,
    "video" TEXT NULL,
    "transcript" TEXT NULL,
    "body" TEXT NOT NULL,
    "questions" TEXT NOT NULL,
    "content_hash" TEXT NOT NULL,
    "state" INTEGER NOT NULL,
    "published_at" INTEGER NULL,
    "solo_reason" TEXT NULL,
    "unreviewed" INTEGER NOT NULL
);

CREATE TABLE "organisation_ancestors" (
    "organisation_id" INTEGER NOT NULL,
    "ancestor_id" INTEGER NOT NULL,
    "distance" INTEGER NOT NULL,
    CONSTRAINT "pk_organisation_ancestors" PRIMARY KEY ("organisation_id", "ancestor_id")
);

CREATE TABLE "organisations" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_organisations" PRIMARY KEY AUTOINCREMENT,
    "parent_id" INTEGER NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "kind" INTEGER NOT NULL,
    "join_code" TEXT NOT NULL,
    CONSTRAINT "fk_organisations_organisations_parent_id" FOREIGN KEY ("parent_id") REFERENCES "organisations" ("id") ON DELETE RESTRICT
);

CREATE TABLE "pause_weeks" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_pause_weeks" PRIMARY KEY AUTOINCREMENT,
    "from_day" TEXT NOT NULL,
    "to_day" TEXT NOT NULL,
    "name" TEXT NOT NULL
);

CREATE TABLE "people" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_people" PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NULL,
    "name_key" TEXT NULL,
    "birth_date" TEXT NULL,
    "member_number" TEXT NULL,
    "roster_id" TEXT NULL,
    "phone_sealed" BLOB NULL,
    "phone_last4" TEXT NULL,
    "erased_at" INTEGER NULL
);

CREATE TABLE "redeemed_links" (
    "id" BLOB NOT NULL CONSTRAINT "pk_redeemed_links" PRIMARY KEY,
    "expires_at" INTEGER NOT NULL
);

CREATE TABLE "staff_accounts" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_staff_accounts" PRIMARY KEY AUTOINCREMENT,
    "no_second_factor" INTEGER NOT NULL,
    "invitation_hash" BLOB NULL,
    "invitation_expires_at" INTEGER NULL,
    "second_factor_key" BLOB NULL,
    "last_code_step" INTEGER NOT NULL,
    "left_at" INTEGER NULL,
    "user_name" TEXT NULL,
    "normalized_user_name" TEXT NULL,
    "email" TEXT NULL,
    "normalized_email" TEXT NULL,
    "email_confirmed" INTEGER NOT NULL,
    "password_hash" TEXT NULL,
    "security_stamp" TEXT NULL,
    "concurrency_stamp" TEXT NULL,
    "phone_number" TEXT NULL,
    "phone_number_confirmed" INTEGER NOT NULL,
    "two_factor_enabled" INTEGER NOT NULL,
    "lockout_end" INTEGER NULL,
    "lockout_enabled" INTEGER NOT NULL,
    "access_failed_count" INTEGER NOT NULL
);

CREATE TABLE "tallies" (
    "lesson_id" INTEGER NOT NULL,
    "organisation_id" INTEGER NOT NULL,
    "completed" INTEGER NOT NULL,
    "late" INTEGER NOT NULL,
    "visitors" INTEGER NOT NULL,
    CONSTRAINT "pk_tallies" PRIMARY KEY ("lesson_id", "organisation_id")
);

CREATE TABLE "accounts" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_accounts" PRIMARY KEY AUTOINCREMENT,
    "person_id" INTEGER NOT NULL,
    "app_id" TEXT NOT NULL,
    "open_id_hash" BLOB NOT NULL,
    "open_id_sealed" BLOB NOT NULL,
    "follows" INTEGER NULL,
    "join_organisation_id" INTEGER NULL,
    "wrong_tries" INTEGER NOT NULL,
    "wrong_tries_on" TEXT NULL,
    "last_try_key" TEXT NULL,
    "session_epoch" INTEGER NOT NULL,
    CONSTRAINT "fk_accounts_people_person_id" FOREIGN KEY ("person_id") REFERENCES "people" ("id") ON DELETE RESTRICT
);

CREATE TABLE "exemptions" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_exemptions" PRIMARY KEY AUTOINCREMENT,
    "person_id" INTEGER NOT NULL,
    "since" INTEGER NOT NULL,
    "until" INTEGER NULL,
    "reason" TEXT NOT NULL,
    CONSTRAINT "fk_exemptions_people_person_id" FOREIGN KEY ("person_id") REFERENCES "people" ("id") ON DELETE RESTRICT
);

CREATE TABLE "memberships" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_memberships" PRIMARY KEY AUTOINCREMENT,
    "person_id" INTEGER NOT NULL,
    "organisation_id" INTEGER NOT NULL,
    "category" INTEGER NOT NULL,
    "duty" INTEGER NULL,
    "since" INTEGER NOT NULL,
    "until" INTEGER NULL,
    CONSTRAINT "fk_memberships_organisations_organisation_id" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE RESTRICT,
    CONSTRAINT "fk_memberships_people_person_id" FOREIGN KEY ("person_id") REFERENCES "people" ("id") ON DELETE RESTRICT
);

CREATE TABLE "staff_assignments" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_staff_assignments" PRIMARY KEY AUTOINCREMENT,
    "staff_id" INTEGER NOT NULL,
    "role" INTEGER NOT NULL,
    "organisation_id" INTEGER NOT NULL,
    CONSTRAINT "fk_staff_assignments_organisations_organisation_id" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE RESTRICT,
    CONSTRAINT "fk_staff_assignments_staff_accounts_staff_id" FOREIGN KEY ("staff_id") REFERENCES "staff_accounts" ("id") ON DELETE CASCADE
);

CREATE TABLE "staff_claims" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_staff_claims" PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "claim_type" TEXT NULL,
    "claim_value" TEXT NULL,
    CONSTRAINT "fk_staff_claims_staff_accounts_user_id" FOREIGN KEY ("user_id") REFERENCES "staff_accounts" ("id") ON DELETE CASCADE
);

CREATE TABLE "staff_logins" (
    "login_provider" TEXT NOT NULL,
    "provider_key" TEXT NOT NULL,
    "provider_display_name" TEXT NULL,
    "user_id" INTEGER NOT NULL,
    CONSTRAINT "pk_staff_logins" PRIMARY KEY ("login_provider", "provider_key"),
    CONSTRAINT "fk_staff_logins_staff_accounts_user_id" FOREIGN KEY ("user_id") REFERENCES "staff_accounts" ("id") ON DELETE CASCADE
);

CREATE TABLE "staff_recovery_codes" (
    "staff_id" INTEGER NOT NULL,
    "hash" BLOB NOT NULL,
    CONSTRAINT "pk_staff_recovery_codes" PRIMARY KEY ("staff_id", "hash"),
    CONSTRAINT "fk_staff_recovery_codes_staff_accounts_staff_id" FOREIGN KEY ("staff_id") REFERENCES "staff_accounts" ("id") ON DELETE CASCADE
);

CREATE TABLE "staff_tokens" (
    "user_id" INTEGER NOT NULL,
    "login_provider" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "value" TEXT NULL,
    CONSTRAINT "pk_staff_tokens" PRIMARY KEY ("user_id", "login_provider", "name"),
    CONSTRAINT "fk_staff_tokens_staff_accounts_user_id" FOREIGN KEY ("user_id") REFERENCES "staff_accounts" ("id") ON DELETE CASCADE
);

CREATE TABLE "account_notices" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_account_notices" PRIMARY KEY AUTOINCREMENT,
    "account_id" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "message_key" TEXT NOT NULL,
    "told_with" TEXT NULL,
    CONSTRAINT "fk_account_notices_accounts_account_id" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE
);

CREATE TABLE "consents" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_consents" PRIMARY KEY AUTOINCREMENT,
    "account_id" INTEGER NOT NULL,
    "purpose" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "given_at" INTEGER NOT NULL,
    "withdrawn_at" INTEGER NULL,
    "message_key" TEXT NOT NULL,
    CONSTRAINT "fk_consents_accounts_account_id" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE
);

CREATE TABLE "correction_requests" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_correction_requests" PRIMARY KEY AUTOINCREMENT,
    "account_id" INTEGER NOT NULL,
    "organisation_id" INTEGER NULL,
    "text" TEXT NULL,
    "at" INTEGER NOT NULL,
    "message_key" TEXT NOT NULL,
    "decided_at" INTEGER NULL,
    "accepted" INTEGER NULL,
    "decided_by" TEXT NULL,
    CONSTRAINT "fk_correction_requests_accounts_account_id" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE
);

CREATE TABLE "join_requests" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_join_requests" PRIMARY KEY AUTOINCREMENT,
    "account_id" INTEGER NOT NULL,
    "organisation_id" INTEGER NOT NULL,
    "name" TEXT NULL,
    "number" TEXT NULL,
    "doubt" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "message_key" TEXT NOT NULL,
    "decided_at" INTEGER NULL,
    "accepted" INTEGER NULL,
    "decided_by" TEXT NULL,
    CONSTRAINT "fk_join_requests_accounts_account_id" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE
);

CREATE UNIQUE INDEX "ix_account_notices_account_id_message_key" ON "account_notices" ("account_id", "message_key");

CREATE UNIQUE INDEX "ix_accounts_open_id_hash" ON "accounts" ("open_id_hash");

CREATE UNIQUE INDEX "ix_accounts_person_id_app_id" ON "accounts" ("person_id", "app_id");

CREATE INDEX "ix_audit_entries_at" ON "audit_entries" ("at");

CREATE UNIQUE INDEX "ix_completions_lesson_id_person_id" ON "completions" ("lesson_id", "person_id");

CREATE INDEX "ix_completions_person_id" ON "completions" ("person_id");

CREATE UNIQUE INDEX "ix_completions_receipt" ON "completions" ("receipt");

CREATE UNIQUE INDEX "ix_consents_message_key" ON "consents" ("message_key");

CREATE UNIQUE INDEX "ux_consents_given" ON "consents" ("account_id", "purpose") WHERE withdrawn_at IS NULL;

CREATE INDEX "ix_correction_requests_account_id" ON "correction_requests" ("account_id");

CREATE UNIQUE INDEX "ix_correction_requests_message_key" ON "correction_requests" ("message_key");

CREATE INDEX "ix_correction_requests_organisation_id" ON "correction_requests" ("organisation_id");

CREATE INDEX "ix_exemptions_person_id" ON "exemptions" ("person_id");

CREATE UNIQUE INDEX "ix_join_requests_message_key" ON "join_requests" ("message_key");

CREATE INDEX "ix_join_requests_organisation_id" ON "join_requests" ("organisation_id");

CREATE UNIQUE INDEX "ux_join_requests_open" ON "join_requests" ("account_id") WHERE decided_at IS NULL;

CREATE UNIQUE INDEX "ix_lessons_season_period" ON "lessons" ("season", "period");

CREATE INDEX "ix_memberships_organisation_id" ON "memberships" ("organisation_id");

CREATE INDEX "ix_memberships_person_id_since" ON "memberships" ("person_id", "since");

CREATE UNIQUE INDEX "ux_memberships_current" ON "memberships" ("person_id") WHERE until IS NULL;

CREATE INDEX "ix_organisation_ancestors_ancestor_id" ON "organisation_ancestors" ("ancestor_id");

CREATE UNIQUE INDEX "ix_organisations_join_code" ON "organisations" ("join_code");

CREATE UNIQUE INDEX "ix_organisations_parent_id_name_key" ON "organisations" ("parent_id", "name_key");

CREATE UNIQUE INDEX "ix_pause_weeks_from_day_to_day" ON "pause_weeks" ("from_day", "to_day");

CREATE INDEX "ix_people_member_number" ON "people" ("member_number");

CREATE INDEX "ix_people_name_key" ON "people" ("name_key");

CREATE UNIQUE INDEX "ix_people_roster_id" ON "people" ("roster_id");

CREATE INDEX "ix_redeemed_links_expires_at" ON "redeemed_links" ("expires_at");

CREATE INDEX "email_index" ON "staff_accounts" ("normalized_email");

CREATE UNIQUE INDEX "ix_staff_accounts_invitation_hash" ON "staff_accounts" ("invitation_hash");

CREATE UNIQUE INDEX "user_name_index" ON "staff_accounts" ("normalized_user_name");

CREATE INDEX "ix_staff_assignments_organisation_id" ON "staff_assignments" ("organisation_id");

CREATE UNIQUE INDEX "ix_staff_assignments_staff_id_role_organisation_id" ON "staff_assignments" ("staff_id", "role", "organisation_id");

CREATE INDEX "ix_staff_claims_user_id" ON "staff_claims" ("user_id");

CREATE INDEX "ix_staff_logins_user_id" ON "staff_logins" ("user_id");
