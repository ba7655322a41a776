-- Files that are fetched before the app asks.

-- The message up to which it was decided which files to fetch; 0: of none.
ALTER TABLE account ADD COLUMN files_looked_at INTEGER NOT NULL DEFAULT 0;
