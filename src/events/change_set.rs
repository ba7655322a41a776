//! The changes of one transaction, as the app receives them.

use super::event::Event;
use super::view_change::ViewChange;
use crate::model::ConversationId;
use std::collections::BTreeSet;

/// What happened to a conversation. The text is the whole conversation as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConversationChange {
    /// Never told before, or deleted since.
    New(String),
    /// A visible field changed. With the names of the keys that changed, where the app wants these.
    Changed(String, Option<BTreeSet<String>>),
    /// It is gone.
    Deleted,
}

impl ConversationChange {
    /// The change to tell when `newer` arrives before `self` was told.
    ///
    /// What the app has cannot be known: it may have read the list at any moment. So the last change is told, even where
    /// an app that only listened would need none: one that has read a conversation between its `New` and its `Deleted`
    /// hears of its end nowhere else, and one that has read the list without it must hear that it is back as of a new one.
    #[must_use]
    pub(super) fn then(self, newer: Self) -> Self {
        match (self, newer) {
            (_, Self::Deleted) => Self::Deleted,
            (Self::New(_) | Self::Deleted, Self::New(json) | Self::Changed(json, _)) => Self::New(json),
            // A new one after a change: deleted between the two, so that every key may be another.
            (Self::Changed(_, fields), Self::New(json)) => {
                let fields = fields.map(|_| keys(&json));
                Self::Changed(json, fields)
            }
            (Self::Changed(_, before), Self::Changed(json, now)) => {
                // All of both: what has changed back is another than the app was told in between, should it have read the list.
                let fields = before.zip(now).map(|(mut before, now)| {
                    before.extend(now);
                    before
                });
                Self::Changed(json, fields)
            }
        }
    }
}

/// The keys of an object.
fn keys(json: &str) -> BTreeSet<String> {
    let object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(json).unwrap_or_default();
    object.into_iter().map(|(key, _)| key).collect()
}

/// An event about one message or about the messages of one conversation; such events are never merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageEvent {
    /// `RecvNewMessage`, `RecvMessageRevoked`, `RecvC2CReadReceipt`, `MessageStatusChanged`, …
    pub event: Event,
    /// The conversation, which `onMessagesMissed` names if the event has to give way.
    pub conversation: ConversationId,
    /// The payload as JSON.
    pub payload: String,
}

/// A subscription's new count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilteredUnread {
    /// The filter as JSON. Of several counts of one filter only the last is told.
    pub filter: String,
    /// The unread messages of the conversations that it selects.
    pub unread: i64,
}

/// How far something has come. Of several that follow each other only the newest is told, and an end always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// `SendMessageProgress`, …
    pub event: Event,
    /// What it is the progress of.
    pub key: String,
    /// Whether nothing of this follows.
    pub is_end: bool,
    /// The payload as JSON.
    pub payload: String,
}

/// An event of the conversation groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupEvent {
    /// `ConversationGroupCreated`, …
    pub event: Event,
    /// The payload as JSON.
    pub payload: String,
}

impl GroupEvent {
    /// Whether it is about conversations that came into a group or left it, and not about the group itself.
    pub(super) fn is_of_conversations(&self) -> bool {
        matches!(
            self.event,
            Event::ConversationsAddedToGroup | Event::ConversationsDeletedFromGroup
        )
    }
}

/// The events of one transaction. Told in this order: new, changed and deleted conversations, the conversation groups, the
/// total, the filtered counts, the views, the receive option of all conversations, the progress of files, then the messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    /// Conversations, each at most once, in the order the transaction touched them.
    pub conversations: Vec<(ConversationId, ConversationChange)>,
    /// What happened to the conversation groups, in order.
    pub groups: Vec<GroupEvent>,
    /// The new total of unread messages, when it changed.
    pub total_unread: Option<u64>,
    /// The counts of subscriptions that changed.
    pub filtered_unread: Vec<FilteredUnread>,
    /// What changed in the views of the list, each at most once.
    pub views: Vec<ViewChange>,
    /// The receive option of all conversations as JSON, when it changed.
    pub all_recv_opt: Option<String>,
    /// Conversations whose histories gained messages that are not told one by one: what a sync brings.
    pub missed: Vec<ConversationId>,
    /// How far files have come.
    pub progress: Vec<Progress>,
    /// Message events, in the order they happened.
    pub messages: Vec<MessageEvent>,
}

impl ChangeSet {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.conversations.is_empty()
            && self.groups.is_empty()
            && self.total_unread.is_none()
            && self.filtered_unread.is_empty()
            && self.views.is_empty()
            && self.all_recv_opt.is_none()
            && self.missed.is_empty()
            && self.progress.is_empty()
            && self.messages.is_empty()
    }
}
