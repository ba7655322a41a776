-- The receive option of all conversations together, JSON (V2TIM's setAllReceiveMessageOpt); NULL: never set.
ALTER TABLE account ADD COLUMN all_recv_opt TEXT;
