-- How much room what waits takes, so that it can be bounded.

-- The bytes of a change and of the id that it names. They are not stored but in the index, which adds them up.
ALTER TABLE awaited_change ADD COLUMN size INTEGER
    AS (length(CAST(value AS BLOB)) + length(CAST(name AS BLOB))) VIRTUAL;

CREATE INDEX awaited_change_size ON awaited_change (conversation_id, size);
