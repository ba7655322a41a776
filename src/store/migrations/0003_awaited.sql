-- Marks wait for each sender by themselves: a recall by somebody else must not take the place of the sender's own.

CREATE TABLE awaited_mark (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT NOT NULL,
    -- read, peerRead, revoked, cleared, deleted.
    mark            TEXT NOT NULL,
    -- Only a message of this sender is meant; empty when it may be anybody's.
    sender          TEXT NOT NULL DEFAULT '',
    -- Which id it is: server, origin, msgId.
    kind            TEXT NOT NULL,
    name            TEXT NOT NULL,
    UNIQUE (conversation_id, mark, sender, kind, name)
) STRICT;

INSERT INTO awaited_mark (conversation_id, mark, sender, kind, name)
    SELECT conversation_id, effect, sender, kind, name FROM awaited;
DROP TABLE awaited;
