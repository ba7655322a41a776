-- Messages that an archive has more than once: a mark reaches back from the first copy.

-- A message that was sent later is another copy of the one that the mark is about, µs; NULL: no matter when.
ALTER TABLE awaited_mark ADD COLUMN not_after INTEGER;
