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
//! A room adds a rule of its own, because it may be another one by the time at which a message reaches it: its node stops, it is
//! started on another, and returns what it is sent until it is entered again. What the old one had not handled it may have
//! archived or not, shown or not, and later than the new one begins.
//!
//! - Messages are on their way during one visit to the room (`rooms::visit`), which shows them in their order or stops showing them. The
//!   visit ends when the room says so, when it is entered again, and when it returns a message because it has forgotten us.
//! - Then nothing more goes out until the room was entered and its archive was read. Those that it has shown or archived end;
//!   the others are sent again, in their order. An old room that archives them later still has them in the same order,
//!   before the new one's, and all that follow come from the new one.
//! - There is no second look at the archive after a while. It would spare others a message that comes twice, which they know by
//!   its id; but who has read the archive before the old room wrote into it gets that message only if it is sent again.
//!
//! Only where an old connection is read late, on both sides of a new visit, a room can take a message and have returned one
//! before it. The later one stays where it is.
//!
//! That messages of others arrive in order is the receiver's to see to: `features/account_archive/calm.rs`.

mod again;
mod answer;
mod command;
pub(crate) mod drain;
mod files;
mod lane;
mod message;
mod recall;
pub(crate) mod state;
#[cfg(test)]
mod tests;
