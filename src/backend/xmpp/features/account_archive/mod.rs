//! The account's own archive: what users say to each other, as it happens and from the past.

pub(crate) mod messages;

mod calm;
pub(crate) mod catch_up;
mod contact_request;

#[cfg(test)]
mod tests;
