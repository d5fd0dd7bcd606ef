-- Only PostgreSQL writes a row anew where it changes.
SELECT 1;
