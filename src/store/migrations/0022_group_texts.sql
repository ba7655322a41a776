-- What groups say of themselves.

-- What a group is about.
ALTER TABLE group_info ADD COLUMN introduction TEXT NOT NULL DEFAULT '';
-- Its notice.
ALTER TABLE group_info ADD COLUMN notification TEXT NOT NULL DEFAULT '';
