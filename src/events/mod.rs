//! Telling the app: the event names, the coalescing queue and the one dispatcher thread of a client.
//!
//! The engine pushes one [`ChangeSet`] per transaction while it still holds its lock, so that event order is commit
//! order. The dispatcher thread takes what is pending and calls the listeners with no lock held. `docs/events.md`
//! says what the app is promised.

mod change_set;
mod dispatcher;
mod event;
mod pending;
mod queue;
mod segment;
mod shared;
mod singles;
#[cfg(test)]
mod tests;

pub use change_set::{ChangeSet, ConversationChange, MessageEvent};
pub use dispatcher::{Dispatcher, Listener, ListenerId};
pub use event::Event;
pub use queue::EventQueue;
