ALTER TABLE accounts ADD COLUMN join_used_at bigint;

UPDATE accounts SET join_used_at = 0 WHERE join_organisation_id IS NOT NULL;
