-- Messages for those who are online.

-- A message that only devices get that are there just now. It goes with the rows of `ephemeral` that name it.
CREATE TABLE online_message (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    msg_id     TEXT    NOT NULL,
    -- NULL for a message to one user.
    group_id   TEXT,
    nick_name  TEXT    NOT NULL,
    face_url   TEXT    NOT NULL,
    -- What the sender wrote, as JSON.
    body       TEXT    NOT NULL,
    time       INTEGER NOT NULL
) STRICT;
-- The message that a row of kind 3 tells.
ALTER TABLE ephemeral ADD COLUMN message INTEGER REFERENCES online_message (id);
CREATE INDEX ephemeral_message ON ephemeral (message) WHERE message IS NOT NULL;
