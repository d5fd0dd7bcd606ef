CREATE TABLE spent_tries (
    open_id_hash bytea NOT NULL,
    day date NOT NULL,
    tries integer NOT NULL,
    CONSTRAINT pk_spent_tries PRIMARY KEY (open_id_hash)
);
