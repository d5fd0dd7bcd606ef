CREATE TABLE "pieces" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_pieces" PRIMARY KEY AUTOINCREMENT,
    "kind" INTEGER NOT NULL,
    "organisation_id" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "state" INTEGER NOT NULL,
    "goes_out_at" INTEGER NOT NULL,
    "closes_at" INTEGER NULL,
    "submitted_by" TEXT NULL,
    "submitted_at" INTEGER NULL,
    "decided_by" TEXT NULL,
    "decided_at" INTEGER NULL,
    "reason" TEXT NULL,
    "out_version" INTEGER NULL,
    "out_at" INTEGER NULL,
    "out_until" INTEGER NULL,
    "lesson_id" INTEGER NULL,
    CONSTRAINT "fk_pieces_organisations_organisation_id" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE RESTRICT,
    CONSTRAINT "fk_pieces_lessons_lesson_id" FOREIGN KEY ("lesson_id") REFERENCES "lessons" ("id") ON DELETE SET NULL
);

CREATE INDEX "ix_pieces_goes_out_at" ON "pieces" ("goes_out_at");

CREATE INDEX "ix_pieces_kind_out_at" ON "pieces" ("kind", "out_at");

CREATE INDEX "ix_pieces_organisation_id" ON "pieces" ("organisation_id");

CREATE UNIQUE INDEX "ix_pieces_lesson_id" ON "pieces" ("lesson_id");

CREATE TABLE "piece_versions" (
    "piece_id" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "by" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    CONSTRAINT "pk_piece_versions" PRIMARY KEY ("piece_id", "version"),
    CONSTRAINT "fk_piece_versions_pieces_piece_id" FOREIGN KEY ("piece_id") REFERENCES "pieces" ("id") ON DELETE RESTRICT
);

CREATE TABLE "pictures" (
    "name" TEXT NOT NULL CONSTRAINT "pk_pictures" PRIMARY KEY,
    "bytes" BLOB NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "by" TEXT NOT NULL,
    "at" INTEGER NOT NULL
);

CREATE TRIGGER "piece_versions_stay" BEFORE DELETE ON "piece_versions" BEGIN
    SELECT RAISE(ABORT, 'versions of a piece are never removed');
END;

CREATE TRIGGER "piece_versions_stay_as_they_are" BEFORE UPDATE ON "piece_versions" BEGIN
    SELECT RAISE(ABORT, 'versions of a piece are never changed');
END;
