-- Group tips that whoever did it and the server tell apart from each other.

-- What the server told of a group, and waits a moment for whoever did it to say so. It is no message before that.
CREATE TABLE waiting_tip (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The msgID that it will have as a message of this device.
    msg_id   TEXT    NOT NULL UNIQUE,
    group_id TEXT    NOT NULL,
    -- Who did it; NULL when the server does not say.
    by       TEXT,
    -- What happened, as JSON.
    tips     TEXT    NOT NULL
) STRICT;

CREATE INDEX waiting_tip_group ON waiting_tip (group_id);

-- The group tips of a group, and those of them that this device alone has seen.
CREATE INDEX message_tip ON message (conversation, time) WHERE elem_type = 9;
CREATE INDEX message_seen_tip ON message (conversation, time) WHERE elem_type = 9 AND status = 5;
