-- Receipts: what has become of messages at those who got them.

-- How far a device of the peer of a C2C conversation has got ours.
ALTER TABLE conversation ADD COLUMN delivered_seq INTEGER NOT NULL DEFAULT 0;

-- Who has confirmed having read a message: of ours the others, of one of theirs the account itself.
CREATE TABLE read_receipt (
    message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    user_id TEXT    NOT NULL,
    -- When.
    time    INTEGER NOT NULL,
    PRIMARY KEY (message, user_id)
) STRICT, WITHOUT ROWID;

-- The account's own messages, which receipts are about.
CREATE INDEX message_own ON message (conversation, position) WHERE is_self = 1;
