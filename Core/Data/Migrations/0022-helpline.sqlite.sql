-- The help line: what was said is sealed with keys that are in no database; what goes out for it waits for nothing else.
CREATE TABLE "help_cases" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_help_cases" PRIMARY KEY AUTOINCREMENT,
    "key_id" TEXT NOT NULL,
    "holder_hash" BLOB NULL,
    "holder_sealed" BLOB NULL,
    "alias" TEXT NOT NULL,
    "called_sealed" BLOB NULL,
    "topic" INTEGER NOT NULL,
    "urgency" INTEGER NOT NULL,
    "age" INTEGER NOT NULL,
    "area_id" INTEGER NOT NULL,
    "state" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "step_key" TEXT NULL,
    "assigned_id" INTEGER NULL,
    "opened_at" INTEGER NOT NULL,
    "first_answered_at" INTEGER NULL,
    "last_inbound_at" INTEGER NOT NULL,
    "last_outbound_at" INTEGER NULL,
    "waiting_since" INTEGER NULL,
    "clock" INTEGER NOT NULL,
    "next_due_at" INTEGER NULL,
    "left_at" INTEGER NULL,
    "closed_at" INTEGER NULL,
    "outcome" INTEGER NULL,
    "merged_into_id" INTEGER NULL,
    "close_asked_by" INTEGER NULL,
    "close_outcome" INTEGER NULL,
    "report" INTEGER NOT NULL,
    "report_due_at" INTEGER NULL,
    "survey_asked_at" INTEGER NULL,
    "satisfaction" INTEGER NULL,
    "erases_at" INTEGER NULL,
    "kept_until" INTEGER NULL,
    "erased_at" INTEGER NULL,
    "version" INTEGER NOT NULL,
    CONSTRAINT "fk_help_cases_organisations_area_id" FOREIGN KEY ("area_id") REFERENCES "organisations" ("id") ON DELETE RESTRICT
);

CREATE TABLE "help_messages" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_help_messages" PRIMARY KEY AUTOINCREMENT,
    "case_id" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "kind" INTEGER NOT NULL,
    "by" INTEGER NOT NULL,
    "staff_id" INTEGER NULL,
    "sealed" BLOB NOT NULL,
    "media" INTEGER NOT NULL,
    "media_file" TEXT NULL,
    "message_key" TEXT NOT NULL,
    "answer" TEXT NULL,
    "sent_mark" BLOB NULL,
    "delivered" INTEGER NULL,
    CONSTRAINT "fk_help_messages_help_cases_case_id" FOREIGN KEY ("case_id") REFERENCES "help_cases" ("id") ON DELETE CASCADE
);

CREATE TABLE "help_reads" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_help_reads" PRIMARY KEY AUTOINCREMENT,
    "case_id" INTEGER NOT NULL,
    "staff_id" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "what" INTEGER NOT NULL,
    "organisation_id" INTEGER NOT NULL,
    CONSTRAINT "fk_help_reads_help_cases_case_id" FOREIGN KEY ("case_id") REFERENCES "help_cases" ("id") ON DELETE RESTRICT,
    CONSTRAINT "fk_help_reads_staff_accounts_staff_id" FOREIGN KEY ("staff_id") REFERENCES "staff_accounts" ("id") ON DELETE RESTRICT,
    CONSTRAINT "fk_help_reads_organisations_organisation_id" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE RESTRICT
);

CREATE TABLE "help_alerts" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_help_alerts" PRIMARY KEY AUTOINCREMENT,
    "case_id" INTEGER NOT NULL,
    "kind" INTEGER NOT NULL,
    "raised_at" INTEGER NOT NULL,
    "level" INTEGER NOT NULL,
    "next_at" INTEGER NOT NULL,
    "acknowledged_at" INTEGER NULL,
    "acknowledged_by" INTEGER NULL,
    CONSTRAINT "fk_help_alerts_help_cases_case_id" FOREIGN KEY ("case_id") REFERENCES "help_cases" ("id") ON DELETE RESTRICT
);

CREATE TABLE "help_duties" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_help_duties" PRIMARY KEY AUTOINCREMENT,
    "staff_id" INTEGER NOT NULL,
    "organisation_id" INTEGER NOT NULL,
    "topic" INTEGER NULL,
    "begins_at" INTEGER NOT NULL,
    "ends_at" INTEGER NOT NULL,
    "is_supervisor" INTEGER NOT NULL,
    CONSTRAINT "fk_help_duties_staff_accounts_staff_id" FOREIGN KEY ("staff_id") REFERENCES "staff_accounts" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_help_duties_organisations_organisation_id" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE RESTRICT
);

CREATE TABLE "help_presences" (
    "staff_id" INTEGER NOT NULL CONSTRAINT "pk_help_presences" PRIMARY KEY,
    "is_available" INTEGER NOT NULL,
    "since" INTEGER NOT NULL,
    "heard_at" INTEGER NULL,
    CONSTRAINT "fk_help_presences_staff_accounts_staff_id" FOREIGN KEY ("staff_id") REFERENCES "staff_accounts" ("id") ON DELETE CASCADE
);

CREATE TABLE "help_team_members" (
    "staff_id" INTEGER NOT NULL,
    "organisation_id" INTEGER NOT NULL,
    "topic" INTEGER NOT NULL,
    CONSTRAINT "pk_help_team_members" PRIMARY KEY ("staff_id", "organisation_id", "topic"),
    CONSTRAINT "fk_help_team_members_staff_accounts_staff_id" FOREIGN KEY ("staff_id") REFERENCES "staff_accounts" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_help_team_members_organisations_organisation_id" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE RESTRICT
);

CREATE TABLE "help_reveals" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_help_reveals" PRIMARY KEY AUTOINCREMENT,
    "case_id" INTEGER NOT NULL,
    "asked_by" INTEGER NOT NULL,
    "asked_at" INTEGER NOT NULL,
    "reason_sealed" BLOB NOT NULL,
    "reason_key" TEXT NOT NULL,
    "state" INTEGER NOT NULL,
    "decided_by" INTEGER NULL,
    "decided_at" INTEGER NULL,
    "review_due_at" INTEGER NULL,
    CONSTRAINT "fk_help_reveals_help_cases_case_id" FOREIGN KEY ("case_id") REFERENCES "help_cases" ("id") ON DELETE RESTRICT,
    CONSTRAINT "fk_help_reveals_staff_accounts_asked_by" FOREIGN KEY ("asked_by") REFERENCES "staff_accounts" ("id") ON DELETE RESTRICT
);

ALTER TABLE "outbox" ADD COLUMN "urgent_at" INTEGER NULL;

CREATE UNIQUE INDEX "ux_help_cases_open" ON "help_cases" ("holder_hash") WHERE state <= 1;

CREATE INDEX "ix_help_cases_holder" ON "help_cases" ("holder_hash");

CREATE UNIQUE INDEX "ix_help_cases_key_id" ON "help_cases" ("key_id");

CREATE INDEX "ix_help_cases_state_area_id_topic" ON "help_cases" ("state", "area_id", "topic");

CREATE INDEX "ix_help_cases_next_due_at" ON "help_cases" ("next_due_at") WHERE state <= 1;

CREATE INDEX "ix_help_cases_erases_at" ON "help_cases" ("erases_at") WHERE erases_at IS NOT NULL;

CREATE INDEX "ix_help_cases_opened_at" ON "help_cases" ("opened_at");

CREATE INDEX "ix_help_cases_area_id" ON "help_cases" ("area_id");

CREATE UNIQUE INDEX "ix_help_messages_case_id_message_key" ON "help_messages" ("case_id", "message_key");

CREATE UNIQUE INDEX "ix_help_messages_sent_mark" ON "help_messages" ("sent_mark") WHERE sent_mark IS NOT NULL;

CREATE INDEX "ix_help_messages_wanted" ON "help_messages" ("id") WHERE media = 1;

CREATE INDEX "ix_help_reads_case_id_staff_id_at" ON "help_reads" ("case_id", "staff_id", "at");

CREATE INDEX "ix_help_reads_at" ON "help_reads" ("at");

CREATE INDEX "ix_help_reads_staff_id" ON "help_reads" ("staff_id");

CREATE INDEX "ix_help_reads_organisation_id" ON "help_reads" ("organisation_id");

CREATE UNIQUE INDEX "ux_help_alerts_open" ON "help_alerts" ("case_id", "kind") WHERE acknowledged_at IS NULL;

CREATE INDEX "ix_help_alerts_case_id_raised_at" ON "help_alerts" ("case_id", "raised_at");

CREATE INDEX "ix_help_alerts_next_at" ON "help_alerts" ("next_at") WHERE acknowledged_at IS NULL;

CREATE INDEX "ix_help_duties_ends_at" ON "help_duties" ("ends_at");

CREATE INDEX "ix_help_duties_staff_id" ON "help_duties" ("staff_id");

CREATE INDEX "ix_help_duties_organisation_id" ON "help_duties" ("organisation_id");

CREATE INDEX "ix_help_team_members_organisation_id" ON "help_team_members" ("organisation_id");

CREATE UNIQUE INDEX "ux_help_reveals_asked" ON "help_reveals" ("case_id", "asked_by") WHERE state = 0;

CREATE INDEX "ix_help_reveals_state" ON "help_reveals" ("state");

CREATE INDEX "ix_help_reveals_asked_by" ON "help_reveals" ("asked_by");

CREATE INDEX "ix_outbox_urgent" ON "outbox" ("urgent_at") WHERE state <= 1 AND urgent_at IS NOT NULL;
