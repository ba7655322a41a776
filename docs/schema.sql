-- Made by `make generate` from src/store/migrations; do not edit.
--
-- The cache of one account: <dataDir>/<account>/im.db.
--
-- SQLite is the single source of truth of a client. The file is private to libim: read it if you are curious, never
-- write it. A new cache is made by these migrations, in this order. Times called "time" are microseconds since 1970,
-- UTC. Booleans are 0 and 1.

-- The cache of one account.

-- What belongs to the account as a whole. One row.
CREATE TABLE account (
    id              INTEGER PRIMARY KEY CHECK (id = 1),
    -- Whose cache this is; opening it for somebody else is refused.
    user_id         TEXT    NOT NULL,
    -- The highest activation ever given; live events always get a higher one, also after a restart.
    last_activation INTEGER NOT NULL DEFAULT 0,
    -- Sum of unread_count over listed conversations with recv_opt 0, kept in the transactions that change them.
    total_unread    INTEGER NOT NULL DEFAULT 0,
    -- When the first batch from the server was stored. NULL: never synced.
    first_sync_time INTEGER,
    -- Where the next sync starts, in the backend's own words, stored with what it covers.
    cursor          TEXT
) STRICT;

-- The conversations: those in the list, and those that only remember a setting (orderkey NULL).
CREATE TABLE conversation (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    -- c2c_<userID> or group_<groupID>.
    conversation_id TEXT    NOT NULL UNIQUE,
    -- activation, plus 2^52 while pinned. NULL while the conversation is not in the list.
    orderkey        INTEGER,
    -- The last message's time in seconds, -1 without one: what the older SDKs' order sorts by.
    last_time       INTEGER NOT NULL DEFAULT -1,
    -- Time of the event that last activated the conversation; unique among listed conversations.
    activation      INTEGER NOT NULL DEFAULT 0,
    is_pinned       INTEGER NOT NULL DEFAULT 0,
    -- The user deleted it, and nothing has listed it since.
    is_deleted      INTEGER NOT NULL DEFAULT 0,
    -- 0 receive, 1 not delivered, 2 receive silently, 3 receive, notify only for an @.
    recv_opt        INTEGER NOT NULL DEFAULT 0,
    unread_count    INTEGER NOT NULL DEFAULT 0,
    -- Whether read_seq was ever told or set; if not, it may only stand for the archive found at the first login.
    is_read_known   INTEGER NOT NULL DEFAULT 0,
    -- The read position: sequence of the last message read, and its time in seconds.
    read_seq        INTEGER NOT NULL DEFAULT 0,
    read_time       INTEGER NOT NULL DEFAULT 0,
    -- How far the peer of a C2C conversation has read ours.
    peer_read_seq   INTEGER NOT NULL DEFAULT 0,
    -- The highest sequence ever seen.
    max_seq         INTEGER NOT NULL DEFAULT 0,
    -- Messages up to here were cleared or deleted and do not come back.
    cleared_seq     INTEGER NOT NULL DEFAULT 0,
    -- The draft and when it was set, in seconds; '' and 0 without one. Never leaves the device.
    draft_timestamp INTEGER NOT NULL DEFAULT 0,
    draft_text      TEXT    NOT NULL DEFAULT '',
    -- Of a group: who sent the last message, so that a new friend remark finds the rows that show it.
    last_sender     TEXT    NOT NULL DEFAULT '',
    -- The whole V2TimConversation as the app gets it: a page is a range read and a copy.
    json            TEXT    NOT NULL DEFAULT ''
) STRICT;

-- The list.
CREATE UNIQUE INDEX conversation_orderkey ON conversation (orderkey) WHERE orderkey IS NOT NULL;

-- The list in the older SDKs' order.
CREATE INDEX conversation_last_time ON conversation (last_time, orderkey) WHERE orderkey IS NOT NULL;
CREATE INDEX conversation_last_sender ON conversation (last_sender) WHERE last_sender <> '';

-- The messages, sent and received.
CREATE TABLE message (
    id                            INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation                  INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    -- The place in the history, together with id: seq; 2^53-1 while the server does not have the message; for a refused
    -- one the highest sequence known when it was refused.
    position                      INTEGER NOT NULL,
    -- The server's sequence; 0 until the server has the message.
    seq                           INTEGER NOT NULL DEFAULT 0,
    time                          INTEGER NOT NULL,
    -- 1 sending, 2 sent, 3 failed, 6 revoked.
    status                        INTEGER NOT NULL,
    is_self                       INTEGER NOT NULL,
    -- Not our own, not excluded, not recalled: unread while it lies after the read position.
    counts_unread                 INTEGER NOT NULL,
    -- 0 none, 1 me, 2 all, 3 both.
    at_type                       INTEGER NOT NULL DEFAULT 0,
    is_excluded_from_last_message INTEGER NOT NULL DEFAULT 0,
    -- Made by the sender, unique for ever: a message that comes twice is recognised by it.
    msg_id                        TEXT    NOT NULL UNIQUE,
    sender                        TEXT    NOT NULL,
    -- What the sender showed when it was sent.
    nick_name                     TEXT    NOT NULL DEFAULT '',
    face_url                      TEXT    NOT NULL DEFAULT '',
    -- What the sender wrote, as JSON.
    body                          TEXT    NOT NULL
) STRICT;

CREATE INDEX message_position ON message (conversation, position);
CREATE INDEX message_at ON message (conversation, position) WHERE at_type <> 0;

-- Messages that were deleted one by one and must not come back.
CREATE TABLE deleted_message (
    msg_id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Commands that the server has not confirmed, in the order they were given.
CREATE TABLE outbox (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    -- send, revoke, deleteMessages, clearHistory, deleteConversation, pin, recvOpt, read, watch.
    kind            TEXT    NOT NULL,
    conversation_id TEXT    NOT NULL,
    -- For send and revoke.
    msg_id          TEXT    NOT NULL DEFAULT '',
    -- The argument, as JSON.
    value           TEXT    NOT NULL DEFAULT 'null',
    -- What to go back to when the server refuses, as JSON.
    undo            TEXT    NOT NULL DEFAULT 'null'
) STRICT;

CREATE INDEX outbox_conversation ON outbox (conversation_id, kind);

-- People as far as the list shows them. A remark makes a friend.
CREATE TABLE user (
    user_id   TEXT NOT NULL PRIMARY KEY,
    nick_name TEXT NOT NULL DEFAULT '',
    face_url  TEXT NOT NULL DEFAULT '',
    remark    TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX user_friend ON user (user_id) WHERE remark IS NOT NULL;

-- Groups as far as the list shows them.
CREATE TABLE group_info (
    group_id     TEXT    NOT NULL PRIMARY KEY,
    -- Work, Public, Meeting, AVChatRoom, Community.
    group_type   TEXT    NOT NULL,
    group_name   TEXT    NOT NULL DEFAULT '',
    face_url     TEXT    NOT NULL DEFAULT '',
    owner        TEXT    NOT NULL DEFAULT '',
    -- Seconds since 1970.
    create_time  INTEGER NOT NULL DEFAULT 0,
    member_count INTEGER NOT NULL DEFAULT 0,
    -- Ours: 200 member, 300 admin, 400 owner, 0 not a member.
    role         INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- For servers that do not number their messages.

-- What a server that does not number its messages, and their senders, call them. Others have no rows here.
CREATE TABLE message_name (
    message      INTEGER NOT NULL PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    conversation INTEGER NOT NULL,
    -- Its id in the server's archive (XEP-0359 stanza-id); empty when not known.
    server_id    TEXT    NOT NULL DEFAULT '',
    -- The id its sender gave it (XEP-0359 origin-id, or the id of the stanza); empty when there is none.
    origin_id    TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX message_name_server ON message_name (conversation, server_id) WHERE server_id <> '';
CREATE INDEX message_name_origin ON message_name (conversation, origin_id) WHERE origin_id <> '';

-- What is to happen to messages that were named before they came: read up to, recalled, cleared up to.
CREATE TABLE awaited (
    conversation_id TEXT NOT NULL,
    -- read, peerRead, revoked, cleared, deleted.
    effect          TEXT NOT NULL,
    -- Which name it is: server, origin, msgId.
    kind            TEXT NOT NULL,
    name            TEXT NOT NULL,
    -- Only a message of this sender is meant; empty when it may be anybody's.
    sender          TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (conversation_id, effect, kind, name)
) STRICT, WITHOUT ROWID;

-- How far each of the server's archives has been read, in the backend's own words.
CREATE TABLE archive (
    name     TEXT NOT NULL PRIMARY KEY,
    position TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Marks wait for each sender by themselves: a recall by somebody else must not take the place of the sender's own.

CREATE TABLE awaited_mark (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT NOT NULL,
    -- read, peerRead, revoked, cleared, deleted.
    mark            TEXT NOT NULL,
    -- Only a message of this sender is meant; empty when it may be anybody's.
    sender          TEXT NOT NULL DEFAULT '',
    -- Which id it is: server, origin, msgId.
    kind            TEXT NOT NULL,
    name            TEXT NOT NULL,
    UNIQUE (conversation_id, mark, sender, kind, name)
) STRICT;

INSERT INTO awaited_mark (conversation_id, mark, sender, kind, name)
    SELECT conversation_id, effect, sender, kind, name FROM awaited;
DROP TABLE awaited;

-- Settings that the user's devices share: the newer of two changes counts, whoever tells of it last.

-- What tells this device from the user's others: made with the cache, at random.
ALTER TABLE account ADD COLUMN device_id TEXT NOT NULL DEFAULT '';

UPDATE account SET device_id = lower(hex(randomblob(8)));

-- The highest time of any stamp seen; an own stamp gets a higher one.
ALTER TABLE account ADD COLUMN last_stamp INTEGER NOT NULL DEFAULT 0;

-- When and on which device each setting of a conversation got its value. No row: before there were stamps.
CREATE TABLE setting_stamp (
    conversation_id TEXT    NOT NULL,
    -- pin, recvOpt; deleted: when the conversation was deleted last.
    kind            TEXT    NOT NULL,
    -- Microseconds since 1970, but later than every stamp that the device had seen.
    time            INTEGER NOT NULL,
    device          TEXT    NOT NULL,
    PRIMARY KEY (conversation_id, kind)
) STRICT, WITHOUT ROWID;

-- Where deleted messages lay, since a place may be named by one of them: the conversation's row, 0 when not known;
-- position and time as of the message; its id in the server's archive, '' when not known.
ALTER TABLE deleted_message ADD COLUMN conversation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deleted_message ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deleted_message ADD COLUMN time INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deleted_message ADD COLUMN server_id TEXT NOT NULL DEFAULT '';

CREATE INDEX deleted_message_server ON deleted_message (conversation, server_id) WHERE server_id <> '';

-- A message is deleted in its conversation: senders choose ids, and one who takes the id of a message elsewhere must not
-- keep that one out.

CREATE TABLE deleted (
    msg_id       TEXT    NOT NULL,
    -- The conversation's row; 0 for one that was deleted before this was kept, which is deleted wherever it comes.
    conversation INTEGER NOT NULL DEFAULT 0,
    -- Where it lay, as of the message, since a place may be named by it; 0 when not known.
    position     INTEGER NOT NULL DEFAULT 0,
    time         INTEGER NOT NULL DEFAULT 0,
    -- Its id in the server's archive; '' when not known.
    server_id    TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (msg_id, conversation)
) STRICT, WITHOUT ROWID;

INSERT INTO deleted (msg_id, conversation, position, time, server_id)
    SELECT msg_id, conversation, position, time, server_id FROM deleted_message;
DROP TABLE deleted_message;
CREATE INDEX deleted_server ON deleted (conversation, server_id) WHERE server_id <> '';

-- For servers with several commands on their way at once.

-- Whether the command was handed to the backend, in this process or an earlier one: the server may have it already.
ALTER TABLE outbox ADD COLUMN handed_out INTEGER NOT NULL DEFAULT 0;

-- Nobody noted it of the commands that are waiting now.
UPDATE outbox SET handed_out = 1;

-- What the receive option 1 hides is kept: on which side of its beginning a message lies may be known only later.

-- Said by somebody else while the user received nothing from the conversation: not shown, and counts nowhere.
ALTER TABLE message ADD COLUMN is_hidden INTEGER NOT NULL DEFAULT 0;

DROP INDEX message_position;
CREATE INDEX message_position ON message (conversation, is_hidden, position);

DROP INDEX message_at;
CREATE INDEX message_at ON message (conversation, position) WHERE at_type <> 0 AND is_hidden = 0;

-- The stretches of the history that are hidden, as JSON; '' for none.
ALTER TABLE conversation ADD COLUMN hidden_spans TEXT NOT NULL DEFAULT '';

-- For servers that do not number their messages.

-- Conversations whose newest messages were stored before those that came earlier: the number above which all that is stored
-- came ahead. Messages of the gap are numbered below it.
CREATE TABLE gap (
    conversation INTEGER NOT NULL PRIMARY KEY REFERENCES conversation (id) ON DELETE CASCADE,
    above        INTEGER NOT NULL
) STRICT;

-- When the profile was told last, in microseconds since 1970: one that is known is not asked for again soon. NULL: never.
ALTER TABLE user ADD COLUMN profile_time INTEGER;

-- A message may have reached the server although this device does not know: its answer was lost, or what this file had
-- noted of it. When it was deleted here without being sent, and then comes, it is deleted on the server too.

-- 1: the deletion was not handed to the server, which should not have had the message.
ALTER TABLE deleted ADD COLUMN is_unsent INTEGER NOT NULL DEFAULT 0;

UPDATE deleted SET is_unsent = 1 WHERE msg_id IN (SELECT msg_id FROM outbox WHERE kind = 'send');

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

-- Counting the unread messages of a conversation, and looking for its last one behind many that are excluded, read the index
-- alone. `id` stands before the flags, because messages at one position are in the order of their ids.

DROP INDEX message_position;
CREATE INDEX message_position
    ON message (conversation, is_hidden, position, id, counts_unread, is_excluded_from_last_message);

-- Messages that an archive has more than once: a mark reaches back from the first copy.

-- A message that was sent later is another copy of the one that the mark is about, µs; NULL: no matter when.
ALTER TABLE awaited_mark ADD COLUMN not_after INTEGER;

-- The receive option of all conversations together, JSON (V2TIM's setAllReceiveMessageOpt); NULL: never set.
ALTER TABLE account ADD COLUMN all_recv_opt TEXT;

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

-- The last message of a conversation is found at once, however many lie behind it that are excluded from being that.

CREATE INDEX message_last ON message (conversation, position)
    WHERE is_hidden = 0 AND is_excluded_from_last_message = 0;

DROP INDEX message_position;
CREATE INDEX message_position ON message (conversation, is_hidden, position, id, counts_unread);

-- What the app keeps about a message on this device, and the kinds of messages, so that a history can be read of some only.

-- The app's own text and number about the message: on this device only.
ALTER TABLE message ADD COLUMN local_custom_data TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN local_custom_int INTEGER NOT NULL DEFAULT 0;

-- elemType: 1 text, 2 custom, ...
ALTER TABLE message ADD COLUMN elem_type INTEGER NOT NULL DEFAULT 1;
UPDATE message SET elem_type = 2 WHERE body LIKE '{"elem":{"custom"%';

-- Pictures and files are few among many texts.
CREATE INDEX message_kind ON message (conversation, position, id, elem_type) WHERE elem_type <> 1 AND is_hidden = 0;

-- Edits of messages.

-- The names of the edits of a message, so that each counts once, and whoever names an edit means its message.
CREATE TABLE message_edit (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    message      INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    conversation INTEGER NOT NULL,
    -- Its id in the server's archive and the one that its author gave it, as in message_name.
    server_id    TEXT    NOT NULL DEFAULT '',
    origin_id    TEXT    NOT NULL DEFAULT '',
    -- When the server got it.
    time         INTEGER NOT NULL
) STRICT;

CREATE INDEX message_edit_message ON message_edit (message);
CREATE INDEX message_edit_server_id ON message_edit (conversation, server_id) WHERE server_id <> '';
CREATE INDEX message_edit_origin_id ON message_edit (conversation, origin_id) WHERE origin_id <> '';

-- What others have made of a message, with a content of its own, and waits until the message comes.
CREATE TABLE awaited_change (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT NOT NULL,
    -- modified.
    change          TEXT NOT NULL,
    -- Who has made the change.
    sender          TEXT NOT NULL,
    -- Which id of the message it is: server, origin, msgId.
    kind            TEXT NOT NULL,
    name            TEXT NOT NULL,
    -- The change, as JSON.
    value           TEXT NOT NULL,
    UNIQUE (conversation_id, change, sender, kind, name)
) STRICT;

-- The messages whose files must stay are found at once, however many others there are.

CREATE INDEX message_unsent ON message (id) WHERE status IN (1, 3) AND is_self = 1;

-- Reactions to messages. What waits for its message is in awaited_change, whose kind `reacted` is new.

-- The users who have reacted to a message, and when each has changed that last: also those who have taken all of it back,
-- so that what is older does not count again.
CREATE TABLE reaction_user (
    id        INTEGER PRIMARY KEY,
    message   INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    user_id   TEXT    NOT NULL,
    -- The name and picture that came with it.
    nick_name TEXT    NOT NULL,
    face_url  TEXT    NOT NULL,
    -- Its stamp; without a device the time is the server's.
    time      INTEGER NOT NULL,
    device    TEXT    NOT NULL,
    UNIQUE (message, user_id)
) STRICT;

-- Their reactions, in the order in which this device has got them.
CREATE TABLE reaction (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    by          INTEGER NOT NULL REFERENCES reaction_user (id) ON DELETE CASCADE,
    message     INTEGER NOT NULL,
    reaction_id TEXT    NOT NULL,
    UNIQUE (by, reaction_id)
) STRICT;

CREATE INDEX reaction_message ON reaction (message, reaction_id, id);

-- Receipts: what has become of messages at those who got them.

-- How far a device of the peer of a C2C conversation has got ours.
ALTER TABLE conversation ADD COLUMN delivered_seq INTEGER NOT NULL DEFAULT 0;

-- Who has confirmed having read a message: of ours the others, of one of theirs the account itself.
CREATE TABLE read_receipt (
    message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    user_id TEXT    NOT NULL,
    -- When.
    time    INTEGER NOT NULL,
    PRIMARY KEY (message, user_id)
) STRICT, WITHOUT ROWID;

-- The account's own messages, which receipts are about.
CREATE INDEX message_own ON message (conversation, position) WHERE is_self = 1;

-- What groups say of themselves.

-- What a group is about.
ALTER TABLE group_info ADD COLUMN introduction TEXT NOT NULL DEFAULT '';
-- Its notice.
ALTER TABLE group_info ADD COLUMN notification TEXT NOT NULL DEFAULT '';

-- Taking a conversation out of the list together with what was being sent.

-- Messages that do not bring the conversation back, wherever they lie: a JSON array of their ids, or nothing.
ALTER TABLE conversation ADD COLUMN out_apart TEXT NOT NULL DEFAULT '';

-- Why a message was refused; and the files of messages that were inserted on this device, which nobody else has.

-- The status code of the refusal. It means something while status is 3.
ALTER TABLE message ADD COLUMN error_code INTEGER NOT NULL DEFAULT 0;

DROP INDEX message_unsent;
CREATE INDEX message_unsent ON message (id) WHERE status IN (1, 3) AND is_self = 1 OR status = 5;

-- Friend applications that wait for a decision.
CREATE TABLE friend_application (
    -- The other user.
    user_id TEXT    NOT NULL,
    -- 1 they ask us, 2 we ask them.
    kind    INTEGER NOT NULL,
    -- When it was made.
    time    INTEGER NOT NULL,
    source  TEXT    NOT NULL,
    wording TEXT    NOT NULL,
    is_read INTEGER NOT NULL,
    PRIMARY KEY (user_id, kind)
) STRICT, WITHOUT ROWID;

-- How much room what waits takes, so that it can be bounded.

-- The bytes of a change and of the id that it names. They are not stored but in the index, which adds them up.
ALTER TABLE awaited_change ADD COLUMN size INTEGER
    AS (length(CAST(value AS BLOB)) + length(CAST(name AS BLOB))) VIRTUAL;

CREATE INDEX awaited_change_size ON awaited_change (conversation_id, size);

-- Searching: the words of messages and of the names of conversations, folded (src/model/words.rs).

-- The words of messages, by message.id. No text is stored, and words that are removed are removed from the pages too.
CREATE VIRTUAL TABLE message_search
    USING fts5 (text, content = '', columnsize = 0, prefix = '1', tokenize = 'ascii');
INSERT INTO message_search (message_search, rank) VALUES ('secure-delete', 1);

-- The words of the names and ids of the conversations of the list, by conversation.id.
CREATE VIRTUAL TABLE conversation_search
    USING fts5 (text, content = '', columnsize = 0, prefix = '1', tokenize = 'ascii');
INSERT INTO conversation_search (conversation_search, rank) VALUES ('secure-delete', 1);

-- What conversation_search has of each.
CREATE TABLE conversation_words (
    conversation INTEGER NOT NULL PRIMARY KEY,
    words        TEXT    NOT NULL
) STRICT;

-- How far the index is. One row.
CREATE TABLE search_index (
    id                 INTEGER PRIMARY KEY CHECK (id = 1),
    -- How its words were folded; '' while there is no index.
    folding            TEXT    NOT NULL DEFAULT '',
    -- It has the messages with numbers above message_floor, up to message_top: older ones are added below, new ones above.
    message_floor      INTEGER NOT NULL DEFAULT 0,
    message_top        INTEGER NOT NULL DEFAULT 0,
    -- It has the conversations with numbers above this one.
    conversation_floor INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO search_index (id) VALUES (1);

-- Muted groups.

-- Whether only the owner and the administrators may speak.
ALTER TABLE group_info ADD COLUMN is_all_muted INTEGER NOT NULL DEFAULT 0;

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

-- Searching: numbers that a disk has damaged are noticed.

-- A checksum of the other columns. A row without the right one is no index: it is emptied and made again.
ALTER TABLE search_index ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;

-- Edits and reactions that a server has refused.

-- The stamps of those of this user. The server's archive may have them all the same, and must not bring them back.
CREATE TABLE refused_change (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    time   INTEGER NOT NULL,
    device TEXT    NOT NULL
) STRICT;

CREATE INDEX refused_change_stamp ON refused_change (time, device);

-- Who may add a user as a friend.

-- 0 anybody, 1 whoever the user accepts, 2 nobody. 1 until it is told with the user's profile.
ALTER TABLE user ADD COLUMN allow_type INTEGER NOT NULL DEFAULT 1;

-- Whether a message was edited: `isEdited`, in the JSON of the rows as well.

-- The last messages say it already; only what was rendered of them lacks the key. Damaged JSON stays as it is: it is rendered
-- again when it is shown.
UPDATE conversation SET json = json_set(
    json,
    '$.lastMessage.isEdited',
    json(iif(
        EXISTS (
            SELECT 1 FROM message m
            WHERE m.msg_id = json_extract(conversation.json, '$.lastMessage.msgID') AND m.status IN (1, 2)
                AND json_type(iif(json_valid(m.body), m.body, 'null'), '$.modified') = 'object'
        ),
        'true',
        'false'
    ))
)
WHERE json_type(iif(json_valid(json), json, 'null'), '$.lastMessage') = 'object';

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

-- Who has recalled messages, and why: `revokerInfo` and `revokeReason`, in the JSON of the rows as well.

CREATE TABLE revocation (
    message INTEGER NOT NULL PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    -- Who has recalled it; empty when that is not known.
    revoker TEXT    NOT NULL,
    -- What they say; empty when they say nothing.
    reason  TEXT    NOT NULL
) STRICT;

CREATE INDEX revocation_revoker ON revocation (revoker, message);

-- The same of a recall that waits for its message.
ALTER TABLE awaited_mark ADD COLUMN revoker TEXT NOT NULL DEFAULT '';
ALTER TABLE awaited_mark ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- In C2C conversations nobody but the author can. In groups nobody has kept it.
INSERT INTO revocation (message, revoker, reason)
    SELECT m.id, m.sender, '' FROM message m JOIN conversation c ON c.id = m.conversation
    WHERE m.status = 6 AND substr(c.conversation_id, 1, 4) = 'c2c_';

-- Damaged JSON stays as it is: it is rendered again when it is shown.
UPDATE conversation SET json = json_set(
    json,
    '$.lastMessage.revokerInfo',
    json(coalesce((
        SELECT json_object(
            'userID', r.revoker,
            'nickName', iif(coalesce(u.nick_name, '') = '', m.nick_name, u.nick_name),
            'faceUrl', iif(coalesce(u.face_url, '') = '', m.face_url, u.face_url),
            'allowType', coalesce(u.allow_type, 1)
        )
        FROM message m JOIN revocation r ON r.message = m.id LEFT JOIN user u ON u.user_id = r.revoker
        WHERE m.msg_id = json_extract(conversation.json, '$.lastMessage.msgID')
    ), 'null')),
    '$.lastMessage.revokeReason',
    ''
)
WHERE json_type(iif(json_valid(json), json, 'null'), '$.lastMessage') = 'object';

-- Files that are fetched before the app asks.

-- The message up to which it was decided which files to fetch; 0: of none.
ALTER TABLE account ADD COLUMN files_looked_at INTEGER NOT NULL DEFAULT 0;

-- What has put a conversation into the list.

-- A message has listed it, and nothing but messages keeps it there: should all of them be hidden (receive option 1), it is not in the list.
-- Clearing keeps the row of a listed one.
ALTER TABLE conversation ADD COLUMN is_listed_by_message INTEGER NOT NULL DEFAULT 0;
UPDATE conversation SET is_listed_by_message = 1 WHERE cleared_seq = 0;

-- Edits that are told in another order than that in which they were made.

-- The order in which the archive has the edits of a message that no other clock has stamped: the higher, the later.
ALTER TABLE message_edit ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;

-- How many edits were told, from which their ranks are made.
ALTER TABLE account ADD COLUMN edits_told INTEGER NOT NULL DEFAULT 0;

-- Group tips that whoever did it and the server tell apart from each other.

-- What the server told of a group, and waits a moment for whoever did it to say so. It is no message before that.
CREATE TABLE waiting_tip (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The msgID that it will have as a message of this device.
    msg_id   TEXT    NOT NULL UNIQUE,
    group_id TEXT    NOT NULL,
    -- Who did it; NULL when the server does not say.
    by       TEXT,
    -- What happened, as JSON.
    tips     TEXT    NOT NULL
) STRICT;

CREATE INDEX waiting_tip_group ON waiting_tip (group_id);

-- The group tips of a group, and those of them that this device alone has seen.
CREATE INDEX message_tip ON message (conversation, time) WHERE elem_type = 9;
CREATE INDEX message_seen_tip ON message (conversation, time) WHERE elem_type = 9 AND status = 5;

-- To whom the user has written, also where the messages are gone.

-- A message of the user's that the server had was deleted here, or was before it came: the peer is no stranger.
ALTER TABLE conversation ADD COLUMN has_written INTEGER NOT NULL DEFAULT 0;
