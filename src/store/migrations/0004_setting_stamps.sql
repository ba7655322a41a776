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
