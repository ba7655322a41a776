-- The tables and their columns are explained in docs/service-schema.sql.

CREATE TABLE service (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    service_id  TEXT    NOT NULL,
    last_change INTEGER NOT NULL
) STRICT;

CREATE TABLE user (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id   TEXT    NOT NULL UNIQUE,
    nick_name TEXT    NOT NULL DEFAULT '',
    face_url  TEXT    NOT NULL DEFAULT '',
    is_active INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE friend (
    user   INTEGER NOT NULL REFERENCES user (id),
    friend INTEGER NOT NULL REFERENCES user (id),
    remark TEXT    NOT NULL,
    PRIMARY KEY (user, friend)
) STRICT, WITHOUT ROWID;

CREATE INDEX friend_friend ON friend (friend, user);

CREATE TABLE watch (
    target INTEGER NOT NULL REFERENCES user (id),
    user   INTEGER NOT NULL REFERENCES user (id),
    PRIMARY KEY (target, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversation (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    user_low  INTEGER REFERENCES user (id),
    user_high INTEGER REFERENCES user (id),
    last_seq  INTEGER NOT NULL DEFAULT 0,
    last_time INTEGER NOT NULL DEFAULT 0,
    CHECK ((user_low IS NULL) = (user_high IS NULL) AND user_low <= user_high),
    UNIQUE (user_low, user_high)
) STRICT;

CREATE TABLE chat_group (
    conversation INTEGER PRIMARY KEY REFERENCES conversation (id),
    group_id     TEXT    NOT NULL UNIQUE,
    type         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    face_url     TEXT    NOT NULL,
    create_time  INTEGER NOT NULL,
    is_dismissed INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE member (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES chat_group (conversation),
    user         INTEGER NOT NULL REFERENCES user (id),
    role         INTEGER NOT NULL,
    join_time    INTEGER NOT NULL,
    UNIQUE (conversation, user)
) STRICT;

CREATE TABLE message (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversation (id),
    seq          INTEGER NOT NULL,
    msg_id       TEXT    NOT NULL UNIQUE,
    sender       INTEGER NOT NULL REFERENCES user (id),
    time         INTEGER NOT NULL,
    nick_name    TEXT    NOT NULL,
    face_url     TEXT    NOT NULL,
    is_revoked   INTEGER NOT NULL DEFAULT 0,
    body         TEXT    NOT NULL,
    UNIQUE (conversation, seq)
) STRICT;

CREATE TABLE setting (
    user         INTEGER NOT NULL REFERENCES user (id),
    conversation INTEGER NOT NULL REFERENCES conversation (id),
    is_pinned    INTEGER NOT NULL DEFAULT 0,
    recv_opt     INTEGER NOT NULL DEFAULT 0,
    read_seq     INTEGER NOT NULL DEFAULT 0,
    read_time    INTEGER NOT NULL DEFAULT 0,
    cleared_seq  INTEGER NOT NULL DEFAULT 0,
    deleted_seq  INTEGER NOT NULL DEFAULT 0,
    pin_time     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user, conversation)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
    user      INTEGER NOT NULL REFERENCES user (id),
    change_id INTEGER NOT NULL,
    kind      INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 12),
    ref       INTEGER NOT NULL,
    PRIMARY KEY (user, change_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX inbox_ref ON inbox (kind, ref, user);
