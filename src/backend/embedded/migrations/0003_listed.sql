-- A conversation stays in its user's list until the user deletes it, also on a device that comes later.

-- What keeps a conversation in a user's list although the inbox may hold no message of it: its messages were deleted or
-- cleared, it was pinned, or the user is or was a member of the group. Deleting the conversation removes the row.
CREATE TABLE listed (
    user         INTEGER NOT NULL REFERENCES user (id),
    conversation INTEGER NOT NULL REFERENCES conversation (id),
    -- Its place in the list, unless a message gives it a later one.
    time         INTEGER NOT NULL,
    PRIMARY KEY (user, conversation)
) STRICT, WITHOUT ROWID;

-- What a group showed when the user ceased to be a member.
CREATE TABLE former_member (
    user         INTEGER NOT NULL REFERENCES user (id),
    conversation INTEGER NOT NULL REFERENCES chat_group (conversation),
    -- As in chat_group.
    type         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    face_url     TEXT    NOT NULL,
    PRIMARY KEY (user, conversation)
) STRICT, WITHOUT ROWID;

-- Earlier versions kept neither: what they are now is the best that is known.
INSERT INTO listed (user, conversation, time)
SELECT user, conversation, join_time FROM member
WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE kind = 5 AND ref = member.conversation AND user = member.user);

INSERT OR IGNORE INTO listed (user, conversation, time)
SELECT s.user, s.conversation, max(c.last_time, 1) FROM setting s JOIN conversation c ON c.id = s.conversation
WHERE s.cleared_seq > s.deleted_seq;

INSERT INTO former_member (user, conversation, type, name, face_url)
SELECT i.user, g.conversation, g.type, g.name, g.face_url FROM inbox i JOIN chat_group g ON g.conversation = i.ref
WHERE i.kind = 11 AND NOT EXISTS (SELECT 1 FROM member m WHERE m.conversation = i.ref AND m.user = i.user);

INSERT OR IGNORE INTO listed (user, conversation, time)
SELECT f.user, f.conversation, max(c.last_time, g.create_time) FROM former_member f
JOIN conversation c ON c.id = f.conversation JOIN chat_group g ON g.conversation = f.conversation
WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE kind = 5 AND ref = f.conversation AND user = f.user);

-- It is told with the settings, at the end of the inbox. Membership is told with the group.
INSERT OR REPLACE INTO inbox (user, change_id, kind, ref)
SELECT l.user, s.last_change + row_number() OVER (PARTITION BY l.user ORDER BY l.conversation), 6, l.conversation
FROM listed l JOIN service s
WHERE NOT EXISTS (SELECT 1 FROM member m WHERE m.conversation = l.conversation AND m.user = l.user);

UPDATE service SET last_change = max(last_change, (SELECT coalesce(max(change_id), 0) FROM inbox));

INSERT OR IGNORE INTO moment (change_id, token) SELECT last_change, random() FROM service WHERE last_change > 0;
