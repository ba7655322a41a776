-- Marks, groups and data of conversations, and the list by what filters ask for.

ALTER TABLE conversation ADD COLUMN marks INTEGER NOT NULL DEFAULT 0;

-- The app's own text.
ALTER TABLE conversation ADD COLUMN custom_data TEXT NOT NULL DEFAULT '';

-- The keys of the conversation groups that it is in, ascending, with commas; also of groups that exist no more, since the
-- name that another device gives one later brings it back.
ALTER TABLE conversation ADD COLUMN group_keys TEXT NOT NULL DEFAULT '';

-- It was taken out of the list with its messages kept: those up to this time, in microseconds, do not bring it back,
ALTER TABLE conversation ADD COLUMN out_until INTEGER NOT NULL DEFAULT 0;

-- and the message of this id does not, whose time two devices may know differently.
ALTER TABLE conversation ADD COLUMN out_after TEXT NOT NULL DEFAULT '';

-- What filters ask about every conversation, as bits: 1 a group's, 2 has a mark, 4 is in a group, 8 has unread messages,
-- 16 has unread messages that mention the user.
ALTER TABLE conversation ADD COLUMN facets INTEGER NOT NULL DEFAULT 0;

UPDATE conversation SET facets = iif(substr(conversation_id, 1, 6) = 'group_', 1, 0) + iif(unread_count > 0, 8, 0)
    + iif(substr(conversation_id, 1, 6) = 'group_' AND EXISTS (
        SELECT 1 FROM message WHERE message.conversation = conversation.id AND position > read_seq AND at_type <> 0
        AND is_hidden = 0), 16, 0);

-- The list, and the list in the older SDKs' order, for each value of the facets: a filter reads those that it selects side
-- by side, so a page costs what it shows.
CREATE INDEX conversation_facets ON conversation (facets, orderkey) WHERE orderkey IS NOT NULL;
CREATE INDEX conversation_facets_time ON conversation (facets, last_time, orderkey) WHERE orderkey IS NOT NULL;

-- The conversation groups: those that exist. Their keys rise in the order in which they were made.
CREATE TABLE conversation_group (
    key  INTEGER PRIMARY KEY,
    name TEXT    NOT NULL
) STRICT;

-- The conversations of the list by mark and by group, with the columns of theirs that order and filters need.
CREATE TABLE conversation_tag (
    -- The bit of a mark, or the key of a group.
    tag          INTEGER NOT NULL,
    facets       INTEGER NOT NULL,
    orderkey     INTEGER NOT NULL,
    last_time    INTEGER NOT NULL,
    conversation INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    PRIMARY KEY (tag, facets, orderkey)
) STRICT, WITHOUT ROWID;

CREATE INDEX conversation_tag_time ON conversation_tag (tag, facets, last_time, orderkey);

-- Unread messages of the conversations of the list with recv_opt 0, by tag and facets: tag -1 has all of them. Kept in the
-- transactions that change them, as account.total_unread is.
CREATE TABLE unread_sum (
    tag    INTEGER NOT NULL,
    facets INTEGER NOT NULL,
    unread INTEGER NOT NULL,
    PRIMARY KEY (tag, facets)
) STRICT, WITHOUT ROWID;

INSERT INTO unread_sum (tag, facets, unread)
    SELECT -1, facets, sum(unread_count) FROM conversation WHERE orderkey IS NOT NULL AND recv_opt = 0 AND unread_count > 0
    GROUP BY facets;
