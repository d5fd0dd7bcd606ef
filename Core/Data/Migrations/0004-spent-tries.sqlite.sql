CREATE TABLE "spent_tries" (
    "open_id_hash" BLOB NOT NULL CONSTRAINT "pk_spent_tries" PRIMARY KEY,
    "day" TEXT NOT NULL,
    "tries" INTEGER NOT NULL
);
