-- Marks, custom data and conversation groups.

-- Settings of a conversation that the service only keeps for the devices of the user: it never looks into them.
CREATE TABLE shared_setting (
    user         INTEGER NOT NULL REFERENCES user (id),
    conversation INTEGER NOT NULL REFERENCES conversation (id),
    -- mark.<bit>; customData; group.<key>: in that conversation group or not; groupName.<key>: its name, a setting of the
    -- user's conversation with themselves.
    kind         TEXT    NOT NULL,
    -- As JSON.
    value        TEXT    NOT NULL,
    PRIMARY KEY (user, conversation, kind)
) STRICT, WITHOUT ROWID;
