-- The last message of a conversation is found at once, however many lie behind it that are excluded from being that.

CREATE INDEX message_last ON message (conversation, position)
    WHERE is_hidden = 0 AND is_excluded_from_last_message = 0;

DROP INDEX message_position;
CREATE INDEX message_position ON message (conversation, is_hidden, position, id, counts_unread);
