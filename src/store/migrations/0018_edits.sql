-- Edits of messages.

-- The names of the edits of a message, so that each counts once, and whoever names an edit means its message.
CREATE TABLE message_edit (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    message      INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    conversation INTEGER NOT NULL,
    -- Its id in the server's archive and the one that its author gave it, as in message_name.
    server_id    TEXT    NOT NULL DEFAULT '',
    origin_id    TEXT    NOT NULL DEFAULT '',
    -- When the server got it.
    time         INTEGER NOT NULL
) STRICT;

CREATE INDEX message_edit_message ON message_edit (message);
CREATE INDEX message_edit_server_id ON message_edit (conversation, server_id) WHERE server_id <> '';
CREATE INDEX message_edit_origin_id ON message_edit (conversation, origin_id) WHERE origin_id <> '';

-- What others have made of a message, with a content of its own, and waits until the message comes.
CREATE TABLE awaited_change (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT NOT NULL,
    -- modified.
    change          TEXT NOT NULL,
    -- Who has made the change.
    sender          TEXT NOT NULL,
    -- Which id of the message it is: server, origin, msgId.
    kind            TEXT NOT NULL,
    name            TEXT NOT NULL,
    -- The change, as JSON.
    value           TEXT NOT NULL,
    UNIQUE (conversation_id, change, sender, kind, name)
) STRICT;
