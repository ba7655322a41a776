-- Who has recalled a message: everyone who has it is told.

-- NULL when it was not recalled, or by an earlier version.
ALTER TABLE message ADD COLUMN revoked_by INTEGER REFERENCES user (id);
