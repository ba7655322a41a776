-- For servers that do not number their messages.

-- What a server that does not number its messages, and their senders, call them. Others have no rows here.
CREATE TABLE message_name (
    message      INTEGER NOT NULL PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    conversation INTEGER NOT NULL,
    -- Its id in the server's archive (XEP-0359 stanza-id); empty when not known.
    server_id    TEXT    NOT NULL DEFAULT '',
    -- The id its sender gave it (XEP-0359 origin-id, or the id of the stanza); empty when there is none.
    origin_id    TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX message_name_server ON message_name (conversation, server_id) WHERE server_id <> '';
CREATE INDEX message_name_origin ON message_name (conversation, origin_id) WHERE origin_id <> '';

-- What is to happen to messages that were named before they came: read up to, recalled, cleared up to.
CREATE TABLE awaited (
    conversation_id TEXT NOT NULL,
    -- read, peerRead, revoked, cleared, deleted.
    effect          TEXT NOT NULL,
    -- Which name it is: server, origin, msgId.
    kind            TEXT NOT NULL,
    name            TEXT NOT NULL,
    -- Only a message of this sender is meant; empty when it may be anybody's.
    sender          TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (conversation_id, effect, kind, name)
) STRICT, WITHOUT ROWID;

-- How far each of the server's archives has been read, in the backend's own words.
CREATE TABLE archive (
    name     TEXT NOT NULL PRIMARY KEY,
    position TEXT NOT NULL
) STRICT, WITHOUT ROWID;
