-- Friend applications: two kinds of inbox rows more. 18, an application with the user is there or is not, refers to user.id;
-- 19, the user has seen the applications, to the user's own user.id.

-- Who may add the user as a friend: 0 anybody, 1 whoever the user accepts, 2 nobody.
ALTER TABLE user ADD COLUMN allow_type INTEGER NOT NULL DEFAULT 0;
-- Up to when the user has seen the applications.
ALTER TABLE user ADD COLUMN applications_read INTEGER NOT NULL DEFAULT 0;

-- Applications that wait for a decision, in the list of each of the two: either may remove it from their own.
CREATE TABLE friend_application (
    -- Whose list.
    user    INTEGER NOT NULL REFERENCES user (id),
    -- The other user.
    peer    INTEGER NOT NULL REFERENCES user (id),
    -- 1 the peer asks, 2 the user asks.
    kind    INTEGER NOT NULL CHECK (kind IN (1, 2)),
    time    INTEGER NOT NULL,
    source  TEXT    NOT NULL,
    wording TEXT    NOT NULL,
    -- The applicant's own name for the friend to be.
    remark  TEXT    NOT NULL,
    PRIMARY KEY (user, peer, kind)
) STRICT, WITHOUT ROWID;
