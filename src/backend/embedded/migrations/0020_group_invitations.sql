-- Invitations into groups that those who lead them decide about. They are rows of group_application, and the kinds 20 to 22 of
-- inbox rows are about them too; 21 goes to who has invited.

-- Whom ordinary members may bring in: 0 nobody, 1 whoever is accepted, 2 anybody; NULL as the type has it.
ALTER TABLE chat_group ADD COLUMN approve_opt INTEGER;

CREATE TABLE group_application_of_user (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversation (id),
    -- Who is to become a member.
    user         INTEGER NOT NULL REFERENCES user (id),
    -- Who has invited them; NULL when they ask themselves.
    inviter      INTEGER REFERENCES user (id),
    time         INTEGER NOT NULL,
    message      TEXT    NOT NULL,
    -- 0 it waits, 1 accepted, 2 refused, 3 void.
    state        INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2, 3)),
    -- Who has decided.
    decided_by   INTEGER REFERENCES user (id),
    reason       TEXT    NOT NULL DEFAULT ''
) STRICT;
INSERT INTO group_application_of_user (id, conversation, user, time, message, state, decided_by, reason)
    SELECT id, conversation, user, time, message, state, decided_by, reason FROM group_application;
DROP TABLE group_application;
-- One row for each request of a user to join a group, and for each user whom somebody has invited; what was decided stays until it is
-- asked for again.
ALTER TABLE group_application_of_user RENAME TO group_application;
CREATE UNIQUE INDEX group_application_of ON group_application (conversation, user, coalesce(inviter, 0));
