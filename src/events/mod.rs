//! Telling the app: the event names, the coalescing queue and the one dispatcher thread of a client.
//!
//! The engine pushes one [`ChangeSet`] per transaction while it still holds its lock, so that event order is commit
//! order. The dispatcher thread takes what is pending and calls the listeners with no lock held.

mod change_set;
mod dispatcher;
mod event;
mod queue;
mod segment;

pub use change_set::{ChangeSet, ConversationChange, MessageEvent};
pub use dispatcher::{Dispatcher, Listener, ListenerId};
pub use event::Event;
pub use queue::{Completion, EventQueue, MAX_MESSAGE_EVENTS, MAX_STATE_EVENTS};
