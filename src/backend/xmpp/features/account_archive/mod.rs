//! The account's own archive: what users say to each other, as it happens and from the past.

pub(crate) mod messages;

pub(crate) mod catch_up;
