-- To whom the user has written, also where the messages are gone.

-- A message of the user's that the server had was deleted here, or was before it came: the peer is no stranger.
ALTER TABLE conversation ADD COLUMN has_written INTEGER NOT NULL DEFAULT 0;
