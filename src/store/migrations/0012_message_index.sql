-- Counting the unread messages of a conversation, and looking for its last one behind many that are excluded, read the index
-- alone. `id` stands before the flags, because messages at one position are in the order of their ids.

DROP INDEX message_position;
CREATE INDEX message_position
    ON message (conversation, is_hidden, position, id, counts_unread, is_excluded_from_last_message);
