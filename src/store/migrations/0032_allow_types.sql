-- Who may add a user as a friend.

-- 0 anybody, 1 whoever the user accepts, 2 nobody. 1 until it is told with the user's profile.
ALTER TABLE user ADD COLUMN allow_type INTEGER NOT NULL DEFAULT 1;
