-- When the profile was told last, in microseconds since 1970: one that is known is not asked for again soon. NULL: never.
ALTER TABLE user ADD COLUMN profile_time INTEGER;
