-- Typing.

-- What is told to those who are there just now: rows older than a minute go with the next one, and who comes later hears of
-- none. It counts as no change.
CREATE TABLE ephemeral (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Who is told.
    user   INTEGER NOT NULL REFERENCES user (id),
    sender INTEGER NOT NULL REFERENCES user (id),
    -- 1 types, 2 types no more.
    kind   INTEGER NOT NULL CHECK (kind >= 1),
    time   INTEGER NOT NULL
) STRICT;
CREATE INDEX ephemeral_user ON ephemeral (user, id);
