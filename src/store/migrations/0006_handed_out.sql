-- For servers with several commands on their way at once.

-- Whether the command was handed to the backend, in this process or an earlier one: the server may have it already.
ALTER TABLE outbox ADD COLUMN handed_out INTEGER NOT NULL DEFAULT 0;

-- Nobody noted it of the commands that are waiting now.
UPDATE outbox SET handed_out = 1;
