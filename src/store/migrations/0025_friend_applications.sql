-- Friend applications that wait for a decision.
CREATE TABLE friend_application (
    -- The other user.
    user_id TEXT    NOT NULL,
    -- 1 they ask us, 2 we ask them.
    kind    INTEGER NOT NULL,
    -- When it was made.
    time    INTEGER NOT NULL,
    source  TEXT    NOT NULL,
    wording TEXT    NOT NULL,
    is_read INTEGER NOT NULL,
    PRIMARY KEY (user_id, kind)
) STRICT, WITHOUT ROWID;
