-- The names of members in their groups.

-- The member's name in the group; empty when there is none.
ALTER TABLE member ADD COLUMN name_card TEXT NOT NULL DEFAULT '';
