ALTER TABLE accounts ADD COLUMN no_reminders_since bigint;
