//! The rules of the list: ordering, unread, names, drafts, pins. One lock, one transaction, one change set.
//!
//! Every write, whether an app's call or a batch from the server, runs in a `Session`: it loads the
//! conversations it touches, applies the rules to them, and at the end writes them back with their rendered JSON and
//! works out what to tell. The change set goes into the event queue while the lock is held, so that event order is
//! commit order. Reads run beside it on connections of their own. Each rule has a file of its own name, with its local
//! side, its inbound side and its undoing together.

mod archived;
mod draft;
mod inbound;
mod names;
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
mod send;
mod session;
mod unread;
mod view;

pub use options::{CacheReport, ConversationOrder, Direction, Durability, EngineOptions, UnreadScope};
#[cfg(feature = "schema")]
pub(crate) use unread::Receipt;
pub(crate) use view::{Conversation, ConversationResult, Message};

use crate::events::EventQueue;
use crate::model::Result;
use crate::store::{Fallible, Store};
use session::Session;
use std::sync::atomic::AtomicI64;

/// One account's rules over its cache. Every method may be called from any thread.
pub struct Engine {
    options: EngineOptions,
    store: Store,
    queue: EventQueue,
    /// The command that was handed to the backend last: the server may already have it. 0 = none.
    in_flight: AtomicI64,
}

impl Engine {
    /// Closes the database and gives up the lock on the directory. Later calls fail with 6013. Idempotent.
    pub fn close(&self) {
        self.store.close();
    }

    /// Runs one transaction: all of `work` or nothing.
    fn write<T>(&self, live: bool, work: impl FnOnce(&mut Session<'_>) -> Fallible<T>) -> Result<T> {
        let mut guard = self.store.writer();
        let writer = guard.get()?;
        let now = (self.options.clock)();
        let attempt = || -> Fallible<_> {
            let transaction = writer
                .db
                .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let mut session = Session::new(&transaction, writer.account.clone(), now, live, &self.in_flight);
            let value = work(&mut session)?;
            let (account, changes) = session.finish(&writer.account)?;
            transaction.commit()?;
            Ok((value, account, changes))
        };
        match attempt() {
            Ok((value, account, changes)) => {
                writer.account = account;
                if !changes.is_empty() {
                    self.queue.push_changes(changes);
                }
                Ok(value)
            }
            Err(fault) => Err(self.store.settle(fault)),
        }
    }
}
