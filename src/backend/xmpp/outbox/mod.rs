//! Carrying out the commands of the outbox. Each conversation has a lane: within it everything happens in the order in which
//! it was asked for, and no conversation waits for another. What may overtake has a lane beside it.
//!
//! A message is new, or in doubt (it was written to a connection and nobody knows whether the server has it), or it has ended. The
//! rule for those of one conversation, on which their order rests:
//!
//! - On every session they are written in their order, from the first that has not ended, and none is left out. The server handles
//!   a session's stanzas in order. So whichever of two sessions the server hears first, also if it reads the end of a broken
//!   connection late, each message comes for the first time after all that are before it; who gets it twice knows it by its id.
//! - What is new goes out at once, unless something before it is in doubt. What is in doubt waits for the archive, so that a
//!   group's message is not sent twice, and so does what follows it. While a session is resumed, nothing is in doubt: both sides
//!   know how far they are.
//! - A message to a user ends when the server has acknowledged it, one to a group when the room has shown it, each in its turn.
//!
//! That messages of others arrive in order is the receiver's to see to: `features/account_archive/calm.rs`.

mod command;
pub(crate) mod drain;
mod lane;
mod message;
pub(crate) mod state;
#[cfg(test)]
mod tests;
