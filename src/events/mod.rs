//! Telling the app: the event names, the coalescing queue and the one dispatcher thread of a client.
//!
//! The engine pushes one [`ChangeSet`] per transaction while it still holds its lock, so that event order is commit
//! order. The dispatcher thread takes the pending events and calls the listeners with no lock held. `docs/events.md`
//! describes what apps can rely on.

mod change_set;
mod dispatcher;
mod event;
mod listener;
mod pending;
mod queue;
mod segment;
mod shared;
mod singles;
mod stream;
#[cfg(test)]
mod tests;
mod view_change;

pub use change_set::{ChangeSet, ConversationChange, FilteredUnread, GroupEvent, MessageEvent, Progress};
pub use dispatcher::Dispatcher;
pub use event::Event;
pub use listener::{Listener, ListenerId};
pub use queue::EventQueue;
pub(crate) use stream::{Next, Ready, Stream, StreamQueue};
pub use view_change::{Diff, Reasons, Slot, ViewChange, steps};
