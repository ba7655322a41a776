-- Edits and reactions that a server has refused.

-- The stamps of those of this user. The server's archive may have them all the same, and must not bring them back.
CREATE TABLE refused_change (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    time   INTEGER NOT NULL,
    device TEXT    NOT NULL
) STRICT;

CREATE INDEX refused_change_stamp ON refused_change (time, device);
