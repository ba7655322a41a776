-- Requests to join groups: three kinds of inbox rows more. 20, an application that the user may decide is there or is not, and
-- 21, the user's own was decided, refer to group_application.id; 22, the user has seen the applications, to the user's own user.id.

-- Who may join the group by themselves: 0 nobody, 1 whoever is accepted, 2 anybody. Of a Work group it is 0 whatever stands here.
ALTER TABLE chat_group ADD COLUMN add_opt INTEGER NOT NULL DEFAULT 2;
-- Up to when the user has seen the group applications.
ALTER TABLE user ADD COLUMN group_applications_read INTEGER NOT NULL DEFAULT 0;

-- One row for each user who has asked to join a group; what was decided stays until they ask again.
CREATE TABLE group_application (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversation (id),
    -- Who asks.
    user         INTEGER NOT NULL REFERENCES user (id),
    time         INTEGER NOT NULL,
    message      TEXT    NOT NULL,
    -- 0 it waits, 1 accepted, 2 refused, 3 void.
    state        INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2, 3)),
    -- Who has decided.
    decided_by   INTEGER REFERENCES user (id),
    reason       TEXT    NOT NULL DEFAULT '',
    UNIQUE (conversation, user)
) STRICT;
