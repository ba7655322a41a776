-- What has put a conversation into the list.

-- A message has listed it, and nothing but messages keeps it there: should all of them be hidden (receive option 1), it is not in the list.
-- Clearing keeps the row of a listed one.
ALTER TABLE conversation ADD COLUMN is_listed_by_message INTEGER NOT NULL DEFAULT 0;
UPDATE conversation SET is_listed_by_message = 1 WHERE cleared_seq = 0;
