CREATE TABLE roster_import_tops (
    import_id integer NOT NULL,
    organisation_id integer NOT NULL,
    CONSTRAINT pk_roster_import_tops PRIMARY KEY (import_id, organisation_id),
    CONSTRAINT fk_roster_import_tops_roster_imports_import_id FOREIGN KEY (import_id) REFERENCES roster_imports (id) ON DELETE CASCADE
);
