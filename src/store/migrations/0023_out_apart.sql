-- Taking a conversation out of the list together with what was being sent.

-- Messages that do not bring the conversation back, wherever they lie: a JSON array of their ids, or nothing.
ALTER TABLE conversation ADD COLUMN out_apart TEXT NOT NULL DEFAULT '';
