-- A file that was put back from a copy is another life of the service: its changes have the numbers of lost ones.

-- Each write transaction. A client's cursor names a moment; when the file does not have it, the client has seen what this
-- life of the service never had, and reads everything again.
CREATE TABLE moment (
    -- The last change of the transaction.
    change_id INTEGER PRIMARY KEY,
    -- Random, so that no two lives agree in it.
    token     INTEGER NOT NULL
) STRICT;

-- The changes of earlier versions have one moment together.
INSERT INTO moment (change_id, token) SELECT last_change, random() FROM service WHERE last_change > 0;
