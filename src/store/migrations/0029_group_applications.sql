-- Requests to join groups.

-- Who may join the group by themselves: 0 nobody, 1 whoever is accepted, 2 anybody.
ALTER TABLE group_info ADD COLUMN add_opt INTEGER NOT NULL DEFAULT 2;

-- Group applications that wait for a decision of ours.
CREATE TABLE group_application (
    group_id TEXT    NOT NULL,
    -- Who asks.
    user_id  TEXT    NOT NULL,
    -- When it was made.
    time     INTEGER NOT NULL,
    message  TEXT    NOT NULL,
    is_read  INTEGER NOT NULL,
    PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;
