-- What the app keeps about a message on this device, and the kinds of messages, so that a history can be read of some only.

-- The app's own text and number about the message: on this device only.
ALTER TABLE message ADD COLUMN local_custom_data TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN local_custom_int INTEGER NOT NULL DEFAULT 0;

-- elemType: 1 text, 2 custom, ...
ALTER TABLE message ADD COLUMN elem_type INTEGER NOT NULL DEFAULT 1;
UPDATE message SET elem_type = 2 WHERE body LIKE '{"elem":{"custom"%';

-- Pictures and files are few among many texts.
CREATE INDEX message_kind ON message (conversation, position, id, elem_type) WHERE elem_type <> 1 AND is_hidden = 0;
