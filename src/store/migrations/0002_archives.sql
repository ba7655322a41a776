-- For servers that do not number their messages. The commented schema is docs/schema.sql.
CREATE TABLE message_name (
    message      INTEGER NOT NULL PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    conversation INTEGER NOT NULL,
    server_id    TEXT    NOT NULL DEFAULT '',
    origin_id    TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX message_name_server ON message_name (conversation, server_id) WHERE server_id <> '';
CREATE INDEX message_name_origin ON message_name (conversation, origin_id) WHERE origin_id <> '';

CREATE TABLE awaited (
    conversation_id TEXT NOT NULL,
    effect          TEXT NOT NULL,
    kind            TEXT NOT NULL,
    name            TEXT NOT NULL,
    sender          TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (conversation_id, effect, kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE archive (
    name     TEXT NOT NULL PRIMARY KEY,
    position TEXT NOT NULL
) STRICT, WITHOUT ROWID;
