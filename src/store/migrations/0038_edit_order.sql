-- Edits that are told in another order than that in which they were made.

-- The order in which the archive has the edits of a message that no other clock has stamped: the higher, the later.
ALTER TABLE message_edit ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;

-- How many edits were told, from which their ranks are made.
ALTER TABLE account ADD COLUMN edits_told INTEGER NOT NULL DEFAULT 0;
