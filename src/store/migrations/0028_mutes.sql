-- Muted groups.

-- Whether only the owner and the administrators may speak.
ALTER TABLE group_info ADD COLUMN is_all_muted INTEGER NOT NULL DEFAULT 0;
