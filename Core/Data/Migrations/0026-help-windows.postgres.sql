-- When the person of a case last wrote in the chat: WeChat's window counts from there, not from what a page was told.
ALTER TABLE "help_cases" ADD COLUMN "last_chat_at" bigint NULL;

UPDATE "help_cases" SET "last_chat_at" = "last_inbound_at";
