-- A message may have reached the server although this device does not know: its answer was lost, or what this file had
-- noted of it. When it was deleted here without being sent, and then comes, it is deleted on the server too.

-- 1: the deletion was not handed to the server, which should not have had the message.
ALTER TABLE deleted ADD COLUMN is_unsent INTEGER NOT NULL DEFAULT 0;

UPDATE deleted SET is_unsent = 1 WHERE msg_id IN (SELECT msg_id FROM outbox WHERE kind = 'send');
