-- A message that is gone keeps its conversation in the list when a delete that had not seen it reaches the service later.

-- The last message of those that were deleted or cleared: its sequence and time; 0 when there was none.
ALTER TABLE listed ADD COLUMN gone_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE listed ADD COLUMN gone_time INTEGER NOT NULL DEFAULT 0;
