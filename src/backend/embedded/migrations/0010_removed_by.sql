-- Who ended a membership: members are told it.

-- The user who removed the former member or dismissed the group; NULL when the member left, or in rows of earlier versions.
ALTER TABLE former_member ADD COLUMN removed_by INTEGER REFERENCES user (id);
