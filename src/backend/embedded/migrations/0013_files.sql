-- Files go when no message has them any more.

-- Which messages have a file of the folder beside the service, or mergers of them.
CREATE TABLE message_file (
    -- SHA-256 of its content.
    name    TEXT    NOT NULL,
    message INTEGER NOT NULL REFERENCES message (id),
    PRIMARY KEY (name, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_file_message ON message_file (message);

-- Files that may have no message: the last one has lost its content, or theirs has not come yet.
CREATE TABLE unused_file (
    name TEXT    PRIMARY KEY,
    -- From when on the file goes if no message has it by then.
    due  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What looks like a name counts: a file that stays does no harm.
INSERT INTO message_file (name, message)
SELECT DISTINCT t.value, m.id FROM message m
JOIN json_tree(iif(m.body LIKE '%uuid%' AND json_valid(m.body), m.body, 'null')) t
WHERE t.type = 'text' AND length(t.value) = 64 AND t.value NOT GLOB '*[^0-9a-f]*';
