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
