-- The messages whose files must stay are found at once, however many others there are.

CREATE INDEX message_unsent ON message (id) WHERE status IN (1, 3) AND is_self = 1;
