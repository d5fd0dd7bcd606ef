-- What somebody uploaded lately, and what is old, without reading the pictures themselves.
CREATE INDEX "ix_pictures_by_at" ON "pictures" ("by", "at");
CREATE INDEX "ix_pictures_at" ON "pictures" ("at");
