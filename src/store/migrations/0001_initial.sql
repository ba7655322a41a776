-- The cache of one account. The commented schema is docs/schema.sql.
CREATE TABLE account (
    id              INTEGER PRIMARY KEY CHECK (id = 1),
    user_id         TEXT    NOT NULL,
    last_activation INTEGER NOT NULL DEFAULT 0,
    total_unread    INTEGER NOT NULL DEFAULT 0,
    first_sync_time INTEGER,
    cursor          TEXT
) STRICT;

CREATE TABLE conversation (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT    NOT NULL UNIQUE,
    orderkey        INTEGER,
    last_time       INTEGER NOT NULL DEFAULT -1,
    activation      INTEGER NOT NULL DEFAULT 0,
    is_pinned       INTEGER NOT NULL DEFAULT 0,
    is_deleted      INTEGER NOT NULL DEFAULT 0,
    recv_opt        INTEGER NOT NULL DEFAULT 0,
    unread_count    INTEGER NOT NULL DEFAULT 0,
    is_read_known   INTEGER NOT NULL DEFAULT 0,
    read_seq        INTEGER NOT NULL DEFAULT 0,
    read_time       INTEGER NOT NULL DEFAULT 0,
    peer_read_seq   INTEGER NOT NULL DEFAULT 0,
    max_seq         INTEGER NOT NULL DEFAULT 0,
    cleared_seq     INTEGER NOT NULL DEFAULT 0,
    draft_timestamp INTEGER NOT NULL DEFAULT 0,
    draft_text      TEXT    NOT NULL DEFAULT '',
    last_sender     TEXT    NOT NULL DEFAULT '',
    json            TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE UNIQUE INDEX conversation_orderkey ON conversation (orderkey) WHERE orderkey IS NOT NULL;
CREATE INDEX conversation_last_time ON conversation (last_time, orderkey) WHERE orderkey IS NOT NULL;
CREATE INDEX conversation_last_sender ON conversation (last_sender) WHERE last_sender <> '';

CREATE TABLE message (
    id                            INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation                  INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    position                      INTEGER NOT NULL,
    seq                           INTEGER NOT NULL DEFAULT 0,
    time                          INTEGER NOT NULL,
    status                        INTEGER NOT NULL,
    is_self                       INTEGER NOT NULL,
    counts_unread                 INTEGER NOT NULL,
    at_type                       INTEGER NOT NULL DEFAULT 0,
    is_excluded_from_last_message INTEGER NOT NULL DEFAULT 0,
    msg_id                        TEXT    NOT NULL UNIQUE,
    sender                        TEXT    NOT NULL,
    nick_name                     TEXT    NOT NULL DEFAULT '',
    face_url                      TEXT    NOT NULL DEFAULT '',
    body                          TEXT    NOT NULL
) STRICT;

CREATE INDEX message_position ON message (conversation, position);
CREATE INDEX message_at ON message (conversation, position) WHERE at_type <> 0;

CREATE TABLE deleted_message (
    msg_id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    kind            TEXT    NOT NULL,
    conversation_id TEXT    NOT NULL,
    msg_id          TEXT    NOT NULL DEFAULT '',
    value           TEXT    NOT NULL DEFAULT 'null',
    undo            TEXT    NOT NULL DEFAULT 'null'
) STRICT;

CREATE INDEX outbox_conversation ON outbox (conversation_id, kind);

CREATE TABLE user (
    user_id   TEXT NOT NULL PRIMARY KEY,
    nick_name TEXT NOT NULL DEFAULT '',
    face_url  TEXT NOT NULL DEFAULT '',
    remark    TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX user_friend ON user (user_id) WHERE remark IS NOT NULL;

CREATE TABLE group_info (
    group_id     TEXT    NOT NULL PRIMARY KEY,
    group_type   TEXT    NOT NULL,
    group_name   TEXT    NOT NULL DEFAULT '',
    face_url     TEXT    NOT NULL DEFAULT '',
    owner        TEXT    NOT NULL DEFAULT '',
    create_time  INTEGER NOT NULL DEFAULT 0,
    member_count INTEGER NOT NULL DEFAULT 0,
    role         INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
