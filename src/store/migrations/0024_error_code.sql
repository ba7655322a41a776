-- Why a message was refused; and the files of messages that were inserted on this device, which nobody else has.

-- The status code of the refusal. It means something while status is 3.
ALTER TABLE message ADD COLUMN error_code INTEGER NOT NULL DEFAULT 0;

DROP INDEX message_unsent;
CREATE INDEX message_unsent ON message (id) WHERE status IN (1, 3) AND is_self = 1 OR status = 5;
