-- Reactions to messages. What waits for its message is in awaited_change, whose kind `reacted` is new.

-- The users who have reacted to a message, and when each has changed that last: also those who have taken all of it back,
-- so that what is older does not count again.
CREATE TABLE reaction_user (
    id        INTEGER PRIMARY KEY,
    message   INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    user_id   TEXT    NOT NULL,
    -- The name and picture that came with it.
    nick_name TEXT    NOT NULL,
    face_url  TEXT    NOT NULL,
    -- Its stamp; without a device the time is the server's.
    time      INTEGER NOT NULL,
    device    TEXT    NOT NULL,
    UNIQUE (message, user_id)
) STRICT;

-- Their reactions, in the order in which this device has got them.
CREATE TABLE reaction (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    by          INTEGER NOT NULL REFERENCES reaction_user (id) ON DELETE CASCADE,
    message     INTEGER NOT NULL,
    reaction_id TEXT    NOT NULL,
    UNIQUE (by, reaction_id)
) STRICT;

CREATE INDEX reaction_message ON reaction (message, reaction_id, id);
