CREATE TABLE "erasure_marks" (
    "mark" BLOB NOT NULL,
    "person_id" INTEGER NOT NULL,
    CONSTRAINT "pk_erasure_marks" PRIMARY KEY ("mark", "person_id"),
    CONSTRAINT "fk_erasure_marks_people_person_id" FOREIGN KEY ("person_id") REFERENCES "people" ("id") ON DELETE CASCADE
);

CREATE INDEX "ix_erasure_marks_person_id" ON "erasure_marks" ("person_id");
