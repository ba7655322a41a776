//! The rules of the list: ordering, unread, names, drafts, pins. One lock, one transaction, one change set.
//!
//! Every write, whether an app's call or a batch from the server, runs in a `Transaction`: it loads the
//! conversations it touches, applies the rules to them, and at the end writes them back with their rendered JSON and
//! works out what to tell. The change set goes into the event queue while the lock is held, so that event order is
//! commit order. Reads run beside it on connections of their own. Each rule has a file of its own name, with its local
//! side, its inbound side and its undoing together.

mod awaited;
mod clock;
mod core;
mod deliveries;
mod display_names;
mod draft;
#[cfg(test)]
mod fixture;
mod hand_out;
mod hidden;
mod history_end;
mod inbound;
mod json;
mod lookup;
mod open;
mod options;
mod order;
mod outbox;
mod page;
mod pin;
mod read;
mod recall;
mod receive;
mod recv_opt;
mod removal;
mod render;
mod renumbered;
mod repair;
mod restore;
mod send;
mod setting;
mod transaction;
mod unnumbered;
mod unread;
mod view;

pub use crate::model::ConversationOrder;
pub use core::Engine;
pub use options::{CacheReport, Direction, Durability, EngineOptions, UnreadScope};
#[cfg(feature = "schema")]
pub(crate) use unread::Receipt;
pub(crate) use view::{Conversation, ConversationResult, Message};
