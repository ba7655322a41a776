//! Carrying out the commands of the outbox. Each conversation has a lane: within it everything happens in the order in which
//! it was asked for, and no conversation waits for another. What may overtake has a lane beside it.

mod command;
pub(crate) mod drain;
mod lane;
mod message;
pub(crate) mod state;
