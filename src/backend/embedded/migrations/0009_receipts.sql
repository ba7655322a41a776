-- Receipts: two kinds of inbox rows more. 15, a device of the peer has got messages, refers to conversation.id; 16, somebody
-- has read a message, to receipt.id.

-- The last change that a device of the user has fetched.
ALTER TABLE user ADD COLUMN fetched INTEGER NOT NULL DEFAULT 0;

-- Sequence of the last message of a C2C conversation that a device of the user has fetched. Only moves forward.
ALTER TABLE setting ADD COLUMN delivered_seq INTEGER NOT NULL DEFAULT 0;

-- Who has confirmed having read a message that asks for it.
CREATE TABLE receipt (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    message INTEGER NOT NULL REFERENCES message (id),
    user    INTEGER NOT NULL REFERENCES user (id),
    -- When it was read.
    time    INTEGER NOT NULL,
    UNIQUE (message, user)
) STRICT;
