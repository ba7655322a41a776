//! The changes of one transaction, as the app receives them.

use super::event::Event;
use crate::model::ConversationId;

/// What happened to a conversation. The text is the whole conversation as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConversationChange {
    /// Never told before, or deleted since.
    New(String),
    /// A visible field changed.
    Changed(String),
    /// It is gone.
    Deleted,
}

impl ConversationChange {
    /// The change to tell when `newer` arrives before `self` was told; `None` if there is nothing left to tell.
    ///
    /// The app's list decides. It does not have a conversation whose `New` is still pending: that stays `New`, and
    /// vanishes when it is deleted again. It has every other one: that can only change or go.
    pub(super) fn then(self, newer: Self) -> Option<Self> {
        match (self, newer) {
            (Self::New(_), Self::Deleted) => None,
            (Self::New(_), Self::New(json) | Self::Changed(json)) => Some(Self::New(json)),
            (Self::Changed(_) | Self::Deleted, Self::New(json) | Self::Changed(json)) => Some(Self::Changed(json)),
            (Self::Changed(_) | Self::Deleted, Self::Deleted) => Some(Self::Deleted),
        }
    }
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

/// The events of one transaction. Told in this order: new, changed and deleted conversations, then the total, then
/// the messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    /// Conversations, each at most once, in the order the transaction touched them.
    pub conversations: Vec<(ConversationId, ConversationChange)>,
    /// The new total of unread messages, when it changed.
    pub total_unread: Option<u64>,
    /// Conversations whose histories gained messages that are not told one by one: what a sync brings.
    pub missed: Vec<ConversationId>,
    /// Message events, in the order they happened.
    pub messages: Vec<MessageEvent>,
}

impl ChangeSet {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.conversations.is_empty()
            && self.total_unread.is_none()
            && self.missed.is_empty()
            && self.messages.is_empty()
    }
}
