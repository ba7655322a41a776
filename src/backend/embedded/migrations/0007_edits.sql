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
