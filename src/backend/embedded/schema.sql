-- The embedded service: users, friends, groups, messages and every user's own view of them, in one file.
CREATE TABLE service (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    service_id  TEXT    NOT NULL,
    last_change INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE user (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id   TEXT NOT NULL UNIQUE,
    nick_name TEXT NOT NULL DEFAULT '',
    face_url  TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE friend (
    user   INTEGER NOT NULL REFERENCES user (id),
    friend INTEGER NOT NULL REFERENCES user (id),
    remark TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (user, friend)
) STRICT, WITHOUT ROWID;

CREATE TABLE watch (
    watched INTEGER NOT NULL REFERENCES user (id),
    user    INTEGER NOT NULL REFERENCES user (id),
    PRIMARY KEY (watched, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE chat (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    low_user  INTEGER REFERENCES user (id),
    high_user INTEGER REFERENCES user (id),
    group_id  TEXT    UNIQUE,
    last_seq  INTEGER NOT NULL DEFAULT 0,
    last_time INTEGER NOT NULL DEFAULT 0,
    UNIQUE (low_user, high_user)
) STRICT;

CREATE TABLE group_info (
    chat        INTEGER PRIMARY KEY REFERENCES chat (id),
    group_type  TEXT    NOT NULL,
    group_name  TEXT    NOT NULL DEFAULT '',
    face_url    TEXT    NOT NULL DEFAULT '',
    create_time INTEGER NOT NULL
) STRICT;

CREATE TABLE member (
    chat      INTEGER NOT NULL REFERENCES group_info (chat) ON DELETE CASCADE,
    user      INTEGER NOT NULL REFERENCES user (id),
    role      INTEGER NOT NULL,
    join_time INTEGER NOT NULL,
    PRIMARY KEY (chat, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    chat      INTEGER NOT NULL REFERENCES chat (id),
    seq       INTEGER NOT NULL,
    msg_id    TEXT    NOT NULL UNIQUE,
    sender    INTEGER NOT NULL REFERENCES user (id),
    nick_name TEXT    NOT NULL DEFAULT '',
    face_url  TEXT    NOT NULL DEFAULT '',
    time      INTEGER NOT NULL,
    revoked   INTEGER NOT NULL DEFAULT 0,
    body      TEXT    NOT NULL,
    UNIQUE (chat, seq)
) STRICT;

CREATE TABLE setting (
    user      INTEGER NOT NULL REFERENCES user (id),
    chat      INTEGER NOT NULL REFERENCES chat (id),
    is_pinned INTEGER NOT NULL DEFAULT 0,
    pin_time  INTEGER NOT NULL DEFAULT 0,
    recv_opt  INTEGER NOT NULL DEFAULT 0,
    read_seq  INTEGER NOT NULL DEFAULT 0,
    read_time INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user, chat)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
    user   INTEGER NOT NULL REFERENCES user (id),
    change INTEGER NOT NULL,
    kind   INTEGER NOT NULL,
    ref    INTEGER NOT NULL,
    value  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user, change)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX inbox_ref ON inbox (user, kind, ref);
