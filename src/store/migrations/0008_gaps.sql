-- For servers that do not number their messages.

-- Conversations whose newest messages were stored before those that came earlier: the number above which all that is stored
-- came ahead. Messages of the gap are numbered below it.
CREATE TABLE gap (
    conversation INTEGER NOT NULL PRIMARY KEY REFERENCES conversation (id) ON DELETE CASCADE,
    above        INTEGER NOT NULL
) STRICT;
