-- Filters that ask for a group and a mark read a list of their own, and counts by several marks read sums.

DROP TABLE conversation_tag;

-- The conversations of the list by mark, by group, and by both, with the columns of theirs that order and filters need.
CREATE TABLE conversation_tag (
    -- The key of a conversation group; 0: whatever its groups are.
    group_key    INTEGER NOT NULL,
    -- The bit of a mark; -1: whatever its marks are.
    mark         INTEGER NOT NULL,
    facets       INTEGER NOT NULL,
    orderkey     INTEGER NOT NULL,
    last_time    INTEGER NOT NULL,
    conversation INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    PRIMARY KEY (group_key, mark, facets, orderkey)
) STRICT, WITHOUT ROWID;

CREATE INDEX conversation_tag_time ON conversation_tag (group_key, mark, facets, last_time, orderkey);

INSERT INTO conversation_tag
    WITH RECURSIVE bit (bit) AS (SELECT 0 UNION ALL SELECT bit + 1 FROM bit WHERE bit < 52)
    SELECT 0, bit, facets, orderkey, last_time, id FROM conversation JOIN bit ON (marks >> bit) & 1
    WHERE orderkey IS NOT NULL AND marks <> 0;

INSERT INTO conversation_tag
    SELECT key, -1, facets, orderkey, last_time, id FROM conversation
    JOIN conversation_group ON instr(',' || group_keys || ',', ',' || key || ',')
    WHERE orderkey IS NOT NULL AND group_keys <> '';

INSERT INTO conversation_tag
    WITH RECURSIVE bit (bit) AS (SELECT 0 UNION ALL SELECT bit + 1 FROM bit WHERE bit < 52)
    SELECT group_key, bit, t.facets, t.orderkey, t.last_time, conversation
    FROM conversation_tag t JOIN conversation c ON c.id = t.conversation JOIN bit ON (c.marks >> bit) & 1
    WHERE t.mark = -1 AND c.marks <> 0;

DROP TABLE unread_sum;

-- Unread messages of the conversations of the list with recv_opt 0, where there are any: of all of them (group_key 0) and of
-- each conversation group, by their marks, all together, and their facets. Kept in the transactions that change them, as
-- account.total_unread is.
CREATE TABLE unread_sum (
    group_key INTEGER NOT NULL,
    facets    INTEGER NOT NULL,
    marks     INTEGER NOT NULL,
    unread    INTEGER NOT NULL,
    PRIMARY KEY (group_key, facets, marks)
) STRICT, WITHOUT ROWID;

INSERT INTO unread_sum
    SELECT 0, facets, marks, sum(unread_count) FROM conversation
    WHERE orderkey IS NOT NULL AND recv_opt = 0 AND unread_count > 0 GROUP BY facets, marks;

INSERT INTO unread_sum
    SELECT t.group_key, c.facets, c.marks, sum(c.unread_count)
    FROM conversation_tag t JOIN conversation c ON c.id = t.conversation
    WHERE t.group_key <> 0 AND t.mark = -1 AND c.recv_opt = 0 AND c.unread_count > 0
    GROUP BY t.group_key, c.facets, c.marks;
