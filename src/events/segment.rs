//! A run of transactions merged into one: what the app hears is where things stand at their end.

use super::change_set::{ChangeSet, ConversationChange, MessageEvent};
use super::event::Event;
use crate::model::ConversationId;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

/// Merged changes, not told yet.
#[derive(Default)]
pub(super) struct Segment {
    /// Pending changes by the order in which their conversations first appeared.
    changes: BTreeMap<u64, (ConversationId, ConversationChange)>,
    places: HashMap<ConversationId, u64>,
    next_place: u64,
    total_unread: Option<u64>,
    messages: VecDeque<MessageEvent>,
    /// Conversations whose message events gave way.
    missed: Vec<ConversationId>,
    missed_set: HashSet<ConversationId>,
}

/// What stays pending when a change follows one that was not told yet.
fn merged(pending: ConversationChange, next: ConversationChange) -> Option<ConversationChange> {
    use ConversationChange::{Changed, Deleted, New};
    match (pending, next) {
        // The app never heard of it.
        (New(_), Deleted) => None,
        (New(_), New(json) | Changed(json)) => Some(New(json)),
        (Changed(_) | Deleted, Deleted) => Some(Deleted),
        // The app still has the one that was deleted meanwhile.
        (Changed(_) | Deleted, New(json) | Changed(json)) => Some(Changed(json)),
    }
}

impl Segment {
    /// Whether this conversation has a pending change here.
    pub(super) fn holds(&self, id: &ConversationId) -> bool {
        self.places.contains_key(id)
    }

    /// Merges one conversation's change.
    pub(super) fn add_conversation(&mut self, id: ConversationId, change: ConversationChange) {
        let place = *self.places.entry(id.clone()).or_insert_with(|| {
            self.next_place += 1;
            self.next_place
        });
        let change = match self.changes.remove(&place) {
            Some((_, pending)) => merged(pending, change),
            None => Some(change),
        };
        match change {
            Some(change) => {
                self.changes.insert(place, (id, change));
            }
            None => {
                self.places.remove(&id);
            }
        }
    }

    /// Takes over the total and the message events of a transaction. Returns how many message events it added.
    pub(super) fn add_rest(&mut self, changes: ChangeSet) -> usize {
        self.total_unread = changes.total_unread.or(self.total_unread);
        let before = self.messages.len();
        for message in changes.messages {
            if message.event == Event::MessagesMissed {
                self.miss(message.conversation);
            } else {
                self.messages.push_back(message);
            }
        }
        self.messages.len() - before
    }

    /// The oldest message event gives way. False when there is none.
    pub(super) fn drop_message(&mut self) -> bool {
        match self.messages.pop_front() {
            Some(message) => {
                self.miss(message.conversation);
                true
            }
            None => false,
        }
    }

    fn miss(&mut self, id: ConversationId) {
        if self.missed_set.insert(id.clone()) {
            self.missed.push(id);
        }
    }

    /// How many conversations and message events are pending.
    pub(super) fn len(&self) -> (usize, usize) {
        (self.changes.len(), self.messages.len())
    }

    /// The callbacks, in the order in which they are made.
    pub(super) fn into_events(self) -> Vec<(Event, String)> {
        let (mut new, mut changed, mut deleted) = (Vec::new(), Vec::new(), Vec::new());
        for (id, change) in self.changes.into_values() {
            match change {
                ConversationChange::New(json) => new.push(json),
                ConversationChange::Changed(json) => changed.push(json),
                ConversationChange::Deleted => deleted.push(quoted(&id)),
            }
        }
        let mut events = Vec::new();
        for (event, list) in [
            (Event::NewConversation, new),
            (Event::ConversationChanged, changed),
            (Event::ConversationDeleted, deleted),
        ] {
            if !list.is_empty() {
                events.push((event, format!("[{}]", list.join(","))));
            }
        }
        events.extend(
            self.total_unread
                .map(|total| (Event::TotalUnreadMessageCountChanged, total.to_string())),
        );
        if !self.missed.is_empty() {
            let missed: Vec<String> = self.missed.iter().map(quoted).collect();
            events.push((Event::MessagesMissed, format!("[{}]", missed.join(","))));
        }
        events.extend(
            self.messages
                .into_iter()
                .map(|message| (message.event, message.payload)),
        );
        events
    }
}

fn quoted(id: &ConversationId) -> String {
    serde_json::Value::from(id.as_str()).to_string()
}
