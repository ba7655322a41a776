-- Reactions to messages.

-- Each user's set of reactions to a message: also an empty one, so that an older one does not count again. A change is told by
-- inbox rows of the kind 14, whose ref is message.id.
CREATE TABLE reaction (
    message   INTEGER NOT NULL REFERENCES message (id),
    user      INTEGER NOT NULL REFERENCES user (id),
    -- The ids of the reactions, a JSON array.
    reactions TEXT    NOT NULL,
    -- When and where it was changed, as in setting_stamp.
    time      INTEGER NOT NULL,
    device    TEXT    NOT NULL,
    PRIMARY KEY (message, user)
) STRICT, WITHOUT ROWID;
