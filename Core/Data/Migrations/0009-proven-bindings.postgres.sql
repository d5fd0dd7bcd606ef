ALTER TABLE accounts ADD COLUMN proven_at bigint;

ALTER TABLE spent_tries ADD COLUMN name_only_from date;
