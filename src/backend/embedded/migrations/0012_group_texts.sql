-- What groups say of themselves.

-- What a group is about.
ALTER TABLE chat_group ADD COLUMN introduction TEXT NOT NULL DEFAULT '';
-- Its notice.
ALTER TABLE chat_group ADD COLUMN notification TEXT NOT NULL DEFAULT '';
