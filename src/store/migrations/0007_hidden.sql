-- What the receive option 1 hides is kept: on which side of its beginning a message lies may be known only later.

-- Said by somebody else while the user received nothing from the conversation: not shown, and counts nowhere.
ALTER TABLE message ADD COLUMN is_hidden INTEGER NOT NULL DEFAULT 0;

DROP INDEX message_position;
CREATE INDEX message_position ON message (conversation, is_hidden, position);

DROP INDEX message_at;
CREATE INDEX message_at ON message (conversation, position) WHERE at_type <> 0 AND is_hidden = 0;

-- The stretches of the history that are hidden, as JSON; '' for none.
ALTER TABLE conversation ADD COLUMN hidden_spans TEXT NOT NULL DEFAULT '';
