-- Made by `make generate` from src/backend/embedded/migrations; do not edit.
--
-- The embedded service: one file that any number of clients in any number of processes share.
--
-- The file belongs to libim: read it if you are curious, never write it. A new service is made by these migrations, in
-- this order. PRAGMA application_id is 0x6C69626D, PRAGMA user_version the number of the last migration. WAL; a commit
-- survives a killed process. Times are microseconds since 1970, UTC, where not said otherwise. Booleans are 0 and 1. An
-- empty nick_name, face_url, name or remark means: not set.

-- The service in one file.

-- The service as a whole. One row.
CREATE TABLE service (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    -- Random, made with the file. A client's cursor names it, so that two services are never mixed in one cache.
    service_id  TEXT    NOT NULL,
    -- The last number given to a change. Numbers are given inside the write transaction: their order is the commit order.
    last_change INTEGER NOT NULL
) STRICT;

-- Everyone who ever logged in, and everyone whom somebody wrote to, invited or added: a mailbox.
CREATE TABLE user (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id   TEXT    NOT NULL UNIQUE,
    nick_name TEXT    NOT NULL DEFAULT '',
    face_url  TEXT    NOT NULL DEFAULT '',
    -- Whether the user ever logged in; until then getUsersInfo does not know them.
    is_active INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The friend lists: each user's own, as in a phone book.
CREATE TABLE friend (
    user   INTEGER NOT NULL REFERENCES user (id),
    friend INTEGER NOT NULL REFERENCES user (id),
    remark TEXT    NOT NULL,
    PRIMARY KEY (user, friend)
) STRICT, WITHOUT ROWID;

-- Whose friend somebody is: those who are told of a new nickname or picture.
CREATE INDEX friend_friend ON friend (friend, user);

-- Who else is told of somebody's profile: everyone who shares a C2C conversation with them, or has one in the list.
CREATE TABLE watch (
    target INTEGER NOT NULL REFERENCES user (id),
    user   INTEGER NOT NULL REFERENCES user (id),
    PRIMARY KEY (target, user)
) STRICT, WITHOUT ROWID;

-- The conversations: one for each pair of users, one for each group.
CREATE TABLE conversation (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The pair, the lower id first; the same twice for a conversation with oneself. NULL for a group.
    user_low  INTEGER REFERENCES user (id),
    user_high INTEGER REFERENCES user (id),
    -- Sequence and time of the last message; both only rise.
    last_seq  INTEGER NOT NULL DEFAULT 0,
    last_time INTEGER NOT NULL DEFAULT 0,
    CHECK ((user_low IS NULL) = (user_high IS NULL) AND user_low <= user_high),
    UNIQUE (user_low, user_high)
) STRICT;

-- The groups. The row of a dismissed one stays: old messages name it, and when its id is taken again, its sequences go on.
CREATE TABLE chat_group (
    conversation INTEGER PRIMARY KEY REFERENCES conversation (id),
    group_id     TEXT    NOT NULL UNIQUE,
    -- Work, Public, Meeting, AVChatRoom or Community.
    type         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    face_url     TEXT    NOT NULL,
    create_time  INTEGER NOT NULL,
    is_dismissed INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The members of the groups. By id they are in the order they joined.
CREATE TABLE member (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES chat_group (conversation),
    user         INTEGER NOT NULL REFERENCES user (id),
    -- 200 member, 300 administrator, 400 owner.
    role         INTEGER NOT NULL,
    join_time    INTEGER NOT NULL,
    UNIQUE (conversation, user)
) STRICT;

-- The messages.
CREATE TABLE message (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversation (id),
    seq          INTEGER NOT NULL,
    -- Made by the sender: a message that is sent again is recognised by it.
    msg_id       TEXT    NOT NULL UNIQUE,
    sender       INTEGER NOT NULL REFERENCES user (id),
    time         INTEGER NOT NULL,
    -- The sender's profile as of sending.
    nick_name    TEXT    NOT NULL,
    face_url     TEXT    NOT NULL,
    is_revoked   INTEGER NOT NULL DEFAULT 0,
    -- What the sender wrote, as JSON. Emptied by a recall, and '' once the last user who had the message deleted it.
    body         TEXT    NOT NULL,
    UNIQUE (conversation, seq)
) STRICT;

-- One user's side of a conversation. The row is there from the moment the conversation concerns the user.
CREATE TABLE setting (
    user         INTEGER NOT NULL REFERENCES user (id),
    conversation INTEGER NOT NULL REFERENCES conversation (id),
    is_pinned    INTEGER NOT NULL DEFAULT 0,
    -- 0 receive, 1 not delivered, 2 receive silently, 3 receive, notify only for an @.
    recv_opt     INTEGER NOT NULL DEFAULT 0,
    -- The read position: sequence of the last message read, and its time in seconds. Only moves forward.
    read_seq     INTEGER NOT NULL DEFAULT 0,
    read_time    INTEGER NOT NULL DEFAULT 0,
    -- The user cleared the history, or deleted the conversation, up to here.
    cleared_seq  INTEGER NOT NULL DEFAULT 0,
    deleted_seq  INTEGER NOT NULL DEFAULT 0,
    -- When it was last pinned or unpinned.
    pin_time     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user, conversation)
) STRICT, WITHOUT ROWID;

-- What each user is told, in order: one small row for each recipient of each change. A device remembers the last
-- change_id it has seen and asks for what comes after. A row says what changed, and the reader looks up how it is now.
CREATE TABLE inbox (
    user      INTEGER NOT NULL REFERENCES user (id),
    change_id INTEGER NOT NULL,
    -- kind                        ref
    --  1 message                  message.id; stays until the user deletes it
    --  2 recalled                 message.id
    --  3 deleted by the user      message.id
    --  4 history cleared          conversation.id
    --  5 conversation deleted     conversation.id
    --  6 settings                 conversation.id
    --  7 read by the peer         conversation.id
    --  8 profile                  user.id
    --  9 friend or not            user.id
    -- 10 group and role           conversation.id
    -- 11 no longer a member       conversation.id
    -- 12 concerns the user        conversation.id; before all else of it, and tells the settings as 6 does
    kind      INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 12),
    ref       INTEGER NOT NULL,
    PRIMARY KEY (user, change_id)
) STRICT, WITHOUT ROWID;

-- Only the newest of each; and who has a message.
CREATE UNIQUE INDEX inbox_ref ON inbox (kind, ref, user);

-- A file that was put back from a copy is another life of the service: its changes have the numbers of lost ones.

-- Each write transaction. A client's cursor names a moment; when the file does not have it, the client has seen what this
-- life of the service never had, and reads everything again.
CREATE TABLE moment (
    -- The last change of the transaction.
    change_id INTEGER PRIMARY KEY,
    -- Random, so that no two lives agree in it.
    token     INTEGER NOT NULL
) STRICT;

-- The changes of earlier versions have one moment together.
INSERT INTO moment (change_id, token) SELECT last_change, random() FROM service WHERE last_change > 0;

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

-- Settings that a user's devices share: the newer of two changes counts, whichever comes last.

-- When and on which device each setting got its value. No row: before there were stamps.
CREATE TABLE setting_stamp (
    user         INTEGER NOT NULL REFERENCES user (id),
    conversation INTEGER NOT NULL REFERENCES conversation (id),
    -- pin, recvOpt; deleted: when the conversation was deleted last.
    kind         TEXT    NOT NULL,
    -- Microseconds since 1970, by the clock of the device, but later than every stamp that it had seen.
    time         INTEGER NOT NULL,
    device       TEXT    NOT NULL,
    PRIMARY KEY (user, conversation, kind)
) STRICT, WITHOUT ROWID;

INSERT INTO setting_stamp (user, conversation, kind, time, device)
SELECT user, conversation, 'pin', pin_time, '' FROM setting WHERE is_pinned = 1;

ALTER TABLE setting DROP COLUMN pin_time;

-- A message that is gone keeps its conversation in the list when a delete that had not seen it reaches the service later.

-- The last message of those that were deleted or cleared: its sequence and time; 0 when there was none.
ALTER TABLE listed ADD COLUMN gone_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE listed ADD COLUMN gone_time INTEGER NOT NULL DEFAULT 0;

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

-- Edits of messages: a kind of change more. What an edit made of a message is in its body.

CREATE TABLE inbox_of_edits (
    user      INTEGER NOT NULL REFERENCES user (id),
    change_id INTEGER NOT NULL,
    -- kind                        ref
    --  1 message                  message.id; stays until the user deletes it
    --  2 recalled                 message.id
    --  3 deleted by the user      message.id
    --  4 history cleared          conversation.id
    --  5 conversation deleted     conversation.id
    --  6 settings                 conversation.id
    --  7 read by the peer         conversation.id
    --  8 profile                  user.id
    --  9 friend or not            user.id
    -- 10 group and role           conversation.id
    -- 11 no longer a member       conversation.id
    -- 12 concerns the user        conversation.id; before all else of it, and tells the settings as 6 does
    -- 13 edited                   message.id
    kind      INTEGER NOT NULL CHECK (kind >= 1),
    ref       INTEGER NOT NULL,
    PRIMARY KEY (user, change_id)
) STRICT, WITHOUT ROWID;

INSERT INTO inbox_of_edits (user, change_id, kind, ref) SELECT user, change_id, kind, ref FROM inbox ORDER BY user, change_id;
DROP TABLE inbox;
ALTER TABLE inbox_of_edits RENAME TO inbox;

-- Only the newest of each; and who has a message.
CREATE UNIQUE INDEX inbox_ref ON inbox (kind, ref, user);

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

-- Receipts: two kinds of inbox rows more. 15, a device of the peer has got messages, refers to conversation.id; 16, somebody
-- has read a message, to receipt.id.

-- The last change that a device of the user has fetched.
ALTER TABLE user ADD COLUMN fetched INTEGER NOT NULL DEFAULT 0;

-- Sequence of the last message of a C2C conversation that a device of the user has fetched. Only moves forward.
ALTER TABLE setting ADD COLUMN delivered_seq INTEGER NOT NULL DEFAULT 0;

-- Who has confirmed having read a message that asks for it.
CREATE TABLE receipt (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    message INTEGER NOT NULL REFERENCES message (id),
    user    INTEGER NOT NULL REFERENCES user (id),
    -- When it was read.
    time    INTEGER NOT NULL,
    UNIQUE (message, user)
) STRICT;

-- Who ended a membership: members are told it.

-- The user who removed the former member or dismissed the group; NULL when the member left, or in rows of earlier versions.
ALTER TABLE former_member ADD COLUMN removed_by INTEGER REFERENCES user (id);

-- Typing.

-- What is told to those who are there just now: rows older than a minute go with the next one, and who comes later hears of
-- none. It counts as no change.
CREATE TABLE ephemeral (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Who is told.
    user   INTEGER NOT NULL REFERENCES user (id),
    sender INTEGER NOT NULL REFERENCES user (id),
    -- 1 types, 2 types no more.
    kind   INTEGER NOT NULL CHECK (kind >= 1),
    time   INTEGER NOT NULL
) STRICT;
CREATE INDEX ephemeral_user ON ephemeral (user, id);

-- What groups say of themselves.

-- What a group is about.
ALTER TABLE chat_group ADD COLUMN introduction TEXT NOT NULL DEFAULT '';
-- Its notice.
ALTER TABLE chat_group ADD COLUMN notification TEXT NOT NULL DEFAULT '';

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

-- The names of members in their groups.

-- The member's name in the group; empty when there is none.
ALTER TABLE member ADD COLUMN name_card TEXT NOT NULL DEFAULT '';

-- Messages for those who are online.

-- A message that only devices get that are there just now. It goes with the rows of `ephemeral` that name it.
CREATE TABLE online_message (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    msg_id     TEXT    NOT NULL,
    -- NULL for a message to one user.
    group_id   TEXT,
    nick_name  TEXT    NOT NULL,
    face_url   TEXT    NOT NULL,
    -- What the sender wrote, as JSON.
    body       TEXT    NOT NULL,
    time       INTEGER NOT NULL
) STRICT;
-- The message that a row of kind 3 tells.
ALTER TABLE ephemeral ADD COLUMN message INTEGER REFERENCES online_message (id);
CREATE INDEX ephemeral_message ON ephemeral (message) WHERE message IS NOT NULL;

-- Friend applications: two kinds of inbox rows more. 18, an application with the user is there or is not, refers to user.id;
-- 19, the user has seen the applications, to the user's own user.id.

-- Who may add the user as a friend: 0 anybody, 1 whoever the user accepts, 2 nobody.
ALTER TABLE user ADD COLUMN allow_type INTEGER NOT NULL DEFAULT 0;
-- Up to when the user has seen the applications.
ALTER TABLE user ADD COLUMN applications_read INTEGER NOT NULL DEFAULT 0;

-- Applications that wait for a decision, in the list of each of the two: either may remove it from their own.
CREATE TABLE friend_application (
    -- Whose list.
    user    INTEGER NOT NULL REFERENCES user (id),
    -- The other user.
    peer    INTEGER NOT NULL REFERENCES user (id),
    -- 1 the peer asks, 2 the user asks.
    kind    INTEGER NOT NULL CHECK (kind IN (1, 2)),
    time    INTEGER NOT NULL,
    source  TEXT    NOT NULL,
    wording TEXT    NOT NULL,
    -- The applicant's own name for the friend to be.
    remark  TEXT    NOT NULL,
    PRIMARY KEY (user, peer, kind)
) STRICT, WITHOUT ROWID;

-- Members and groups that are muted.

-- Until when the member may not send messages, in µs since 1970; 0 when they may.
ALTER TABLE member ADD COLUMN mute_until INTEGER NOT NULL DEFAULT 0;
-- Whether only the owner and the administrators may send messages.
ALTER TABLE chat_group ADD COLUMN is_all_muted INTEGER NOT NULL DEFAULT 0;

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

-- Who has recalled a message: everyone who has it is told.

-- NULL when it was not recalled, or by an earlier version.
ALTER TABLE message ADD COLUMN revoked_by INTEGER REFERENCES user (id);

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
