-- Invitations that wait for a decision, beside the requests to join.

-- Whom ordinary members of the group may bring in: 0 nobody, 1 whoever is accepted, 2 anybody.
ALTER TABLE group_info ADD COLUMN approve_opt INTEGER NOT NULL DEFAULT 0;
UPDATE group_info SET approve_opt = 2 WHERE group_type IN ('Work', 'Community');

CREATE TABLE group_application_of_user (
    group_id  TEXT    NOT NULL,
    -- 0 somebody asks to join, 1 somebody invites us, 2 a member invites somebody.
    type      INTEGER NOT NULL,
    -- Who asks, or invites.
    from_user TEXT    NOT NULL,
    -- Who is invited; empty when somebody asks to join.
    to_user   TEXT    NOT NULL,
    -- When it was made.
    time      INTEGER NOT NULL,
    message   TEXT    NOT NULL,
    is_read   INTEGER NOT NULL,
    PRIMARY KEY (group_id, type, from_user, to_user)
) STRICT, WITHOUT ROWID;
INSERT INTO group_application_of_user SELECT group_id, 0, user_id, '', time, message, is_read FROM group_application;
DROP TABLE group_application;
-- Group applications that wait for a decision of ours.
ALTER TABLE group_application_of_user RENAME TO group_application;
