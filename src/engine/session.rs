//! One transaction: the conversations it touches, and what it will tell.

use super::render;
use crate::events::{ChangeSet, ConversationChange, Event, MessageEvent};
use crate::model::{ConversationId, Error, Micros, RecvOpt};
use crate::store::account::{self, Account};
use crate::store::conversation::{self, ConversationRow};
use crate::store::message::{self, MessageRow};
use crate::store::{Fallible, directory};
use rusqlite::Connection;
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::AtomicI64;

/// A conversation that the transaction loaded.
#[derive(Default)]
pub(super) struct Touched {
    /// As it will be stored.
    pub(super) row: ConversationRow,
    /// As it was.
    before: ConversationRow,
    /// The unread count cannot be carried on and is counted again.
    pub(super) recount: bool,
    /// The newest time that history gives the conversation.
    pub(super) candidate: Option<i64>,
}

impl Touched {
    /// Whether the conversation was in the list before this transaction.
    pub(super) fn was_listed(&self) -> bool {
        self.before.is_listed
    }
}

/// One transaction over the cache.
pub(super) struct Session<'a> {
    pub(super) db: &'a Connection,
    pub(super) account: Account,
    pub(super) now: Micros,
    /// Whether this happens now, or is history that a sync brings.
    pub(super) live: bool,
    /// The command that the server may already have.
    pub(super) in_flight: &'a AtomicI64,
    touched: Vec<Touched>,
    places: HashMap<String, usize>,
    told: Vec<MessageEvent>,
    missed: BTreeSet<ConversationId>,
}

impl<'a> Session<'a> {
    pub(super) fn new(db: &'a Connection, account: Account, now: Micros, live: bool, in_flight: &'a AtomicI64) -> Self {
        let (touched, places, told) = (Vec::new(), HashMap::new(), Vec::new());
        Self {
            db,
            account,
            now,
            live,
            in_flight,
            touched,
            places,
            told,
            missed: BTreeSet::new(),
        }
    }

    /// The account's own user id.
    pub(super) fn me(&self) -> String {
        self.account.user_id.as_str().to_owned()
    }

    /// Works on a conversation, which is written back at the end if anything in it changed. One that is not stored
    /// starts as a row that remembers nothing.
    pub(super) fn edit<T>(
        &mut self,
        id: &ConversationId,
        work: impl FnOnce(&mut Self, &mut Touched) -> Fallible<T>,
    ) -> Fallible<T> {
        let place = match self.places.get(id.as_str()) {
            Some(place) => *place,
            None => {
                let row = conversation::load(self.db, id.as_str())?.unwrap_or_else(|| ConversationRow::new(id));
                self.places.insert(row.conversation_id.clone(), self.touched.len());
                self.touched.push(Touched {
                    before: row.clone(),
                    row,
                    ..Touched::default()
                });
                self.touched.len() - 1
            }
        };
        let mut touched = self.touched.get_mut(place).map(std::mem::take).unwrap_or_default();
        let value = work(self, &mut touched)?;
        if let Some(slot) = self.touched.get_mut(place) {
            *slot = touched;
        }
        Ok(value)
    }

    /// Looks at a conversation again at the end because something that it shows has changed.
    pub(super) fn refresh(&mut self, id: &ConversationId) -> Fallible<()> {
        self.edit(id, |_, _| Ok(()))
    }

    /// Makes sure that the row has a number for messages to refer to.
    pub(super) fn stored(&self, touched: &mut Touched) -> Fallible<i64> {
        if touched.row.id == 0 {
            touched.row.id = conversation::insert(self.db, &touched.row)?;
            touched.before.id = touched.row.id;
        }
        Ok(touched.row.id)
    }

    /// A sync brought messages of this conversation. They are not told one by one (V2TIM: `onRecvNewMessage` is for what
    /// happens now); the app is told to read the history.
    pub(super) fn missed(&mut self, id: &ConversationId) {
        if !self.missed.contains(id) {
            self.missed.insert(id.clone());
        }
    }

    /// Tells a message event at the end.
    pub(super) fn tell(&mut self, event: Event, conversation: ConversationId, payload: String) {
        self.told.push(MessageEvent {
            event,
            conversation,
            payload,
        });
    }

    /// Tells an event whose payload is the message.
    pub(super) fn tell_message(&mut self, event: Event, touched: &Touched, message: &MessageRow) -> Fallible<()> {
        let payload = render::message(self.db, message, &touched.row)?;
        self.tell(event, touched.row.conversation(), payload);
        Ok(())
    }

    /// Writes everything back and says what to tell.
    pub(super) fn finish(mut self, before: &Account) -> Fallible<(Account, ChangeSet)> {
        let mut changes = ChangeSet::default();
        for mut touched in std::mem::take(&mut self.touched) {
            self.place_history(&mut touched)?;
            self.derive(&mut touched)?;
            if touched.row == touched.before {
                continue;
            }
            self.stored(&mut touched)?;
            conversation::update(self.db, &touched.row)?;
            self.account.total_unread += counted(&touched.row) - counted(&touched.before);
            let change = match (touched.before.is_listed, touched.row.is_listed) {
                (false, true) => ConversationChange::New(touched.row.json.clone()),
                (true, false) => ConversationChange::Deleted,
                (true, true) if touched.row.json != touched.before.json => {
                    ConversationChange::Changed(touched.row.json.clone())
                }
                _ => continue,
            };
            changes.conversations.push((touched.row.conversation(), change));
        }
        if self.account.total_unread != before.total_unread {
            changes.total_unread = Some(u64::try_from(self.account.total_unread).unwrap_or_default());
        }
        if self.account != *before {
            account::save(self.db, &self.account)?;
        }
        changes.messages = self.told;
        changes.missed = self.missed.into_iter().collect();
        Ok((self.account, changes))
    }

    /// Works out what follows from the messages and the directory, and renders the row.
    fn derive(&self, touched: &mut Touched) -> Fallible<()> {
        let id = touched.row.conversation();
        let group = match id.group_id() {
            Some(group) => directory::group(self.db, group.as_str())?,
            None => None,
        };
        if touched.recount {
            touched.row.unread_count = message::count_unread(self.db, touched.row.id, touched.row.read_seq)?;
        }
        if group.as_ref().is_some_and(|group| !group.group_type.counts_unread()) {
            touched.row.unread_count = 0;
        }
        if !touched.row.is_listed {
            touched.row.json.clear();
            touched.row.last_time = -1;
            touched.row.last_sender.clear();
            return Ok(());
        }
        let last = message::last(self.db, touched.row.id)?;
        touched.row.last_time = last.as_ref().map_or(-1, |last| Micros(last.time).seconds());
        touched.row.last_sender = match &last {
            Some(last) if id.group_id().is_some() => last.sender.clone(),
            _ => String::new(),
        };
        touched.row.json = render::conversation(self.db, &touched.row, group.as_ref(), last.as_ref())?;
        Ok(())
    }
}

/// What a conversation adds to the total: nothing when it is not listed or does not notify.
fn counted(row: &ConversationRow) -> i64 {
    let notifies = row.is_listed && row.recv_opt == RecvOpt::Receive as i64;
    if notifies { row.unread_count } else { 0 }
}

/// JSON of our own plain data cannot fail to be written; if it does, that is our fault.
pub(super) fn to_json<T: serde::Serialize>(value: &T) -> Fallible<String> {
    Ok(serde_json::to_string(value).map_err(|error| Error::internal(format!("cannot write JSON: {error}")))?)
}
