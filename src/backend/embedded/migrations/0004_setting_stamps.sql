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
