-- Searching: numbers that a disk has damaged are noticed.

-- A checksum of the other columns. A row without the right one is no index: it is emptied and made again.
ALTER TABLE search_index ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
