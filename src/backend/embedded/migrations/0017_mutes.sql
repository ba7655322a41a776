-- Members and groups that are muted.

-- Until when the member may not send messages, in µs since 1970; 0 when they may.
ALTER TABLE member ADD COLUMN mute_until INTEGER NOT NULL DEFAULT 0;
-- Whether only the owner and the administrators may send messages.
ALTER TABLE chat_group ADD COLUMN is_all_muted INTEGER NOT NULL DEFAULT 0;
