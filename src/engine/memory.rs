//! What an engine remembers beside its cache, as long as it is open: messages that were created and not sent yet, mergers inside
//! of those that were read, which messages were told that nobody keeps, and what edits and reactions were made of. All are bounded; the oldest give way.

use crate::model::elem::Merged;
use crate::model::{ConversationId, Message, MessageBody, UserId};
use crate::store::conversation::ConversationRow;
use crate::store::outbox::OutboxRow;
use std::collections::VecDeque;

/// How many created messages are kept.
pub(super) const MAX_CREATED: usize = 1_000;

/// The messages of how many mergers are remembered, and how many bytes of them.
const MAX_UNFOLDED: usize = 64;
const MAX_UNFOLDED_BYTES: usize = 8 << 20;

/// A merger that was read.
struct UnfoldedMerger {
    msg_id: String,
    /// The stored message that it is, or lies in.
    root: String,
    messages: Vec<Merged>,
    conversation: ConversationRow,
    /// About how much memory it takes.
    bytes: usize,
}

/// A message in a merger that was read.
pub(super) struct UnfoldedMessage {
    pub(super) message: Merged,
    /// The stored message that it lies in.
    pub(super) root: String,
    pub(super) conversation: ConversationRow,
}

/// The messages of the mergers that were read last: the app asks for what is in them, files and further mergers, by ids that
/// the cache does not have.
#[derive(Default)]
pub(super) struct Unfolded(VecDeque<UnfoldedMerger>);

impl Unfolded {
    pub(super) fn remember(
        &mut self,
        msg_id: &str,
        root: String,
        messages: Vec<Merged>,
        conversation: ConversationRow,
        bytes: usize,
    ) {
        self.0.retain(|known| known.msg_id != msg_id);
        self.0.push_front(UnfoldedMerger {
            msg_id: msg_id.to_owned(),
            root,
            messages,
            conversation,
            bytes,
        });
        self.0.truncate(MAX_UNFOLDED);
        let is_over = |kept: &VecDeque<UnfoldedMerger>| {
            kept.iter().map(|merger| merger.bytes).sum::<usize>() > MAX_UNFOLDED_BYTES
        };
        // The one that was just read stays, whatever it takes.
        while self.0.len() > 1 && is_over(&self.0) {
            self.0.pop_back();
        }
    }

    pub(super) fn find(&self, msg_id: &str) -> Option<UnfoldedMessage> {
        let in_one = |merger: &UnfoldedMerger| {
            let message = merger.messages.iter().find(|merged| merged.msg_id == msg_id)?;
            Some(UnfoldedMessage {
                message: message.clone(),
                root: merger.root.clone(),
                conversation: merger.conversation.clone(),
            })
        };
        self.0.iter().find_map(in_one)
    }
}

/// How many edits and sets of reactions are remembered that went out.
const MAX_SENT: usize = 128;

/// An edit or a set of reactions that the server has taken.
struct SentChange {
    /// The id under which it went out.
    id: String,
    entry: OutboxRow,
}

/// Those that the server has taken last, the oldest first.
#[derive(Default)]
pub(super) struct SentChanges(VecDeque<SentChange>);

impl SentChanges {
    pub(super) fn note(&mut self, id: String, entry: OutboxRow) {
        self.0.push_back(SentChange { id, entry });
        if self.0.len() > MAX_SENT {
            self.0.pop_front();
        }
    }

    /// What went out under an id in a conversation: anybody can send a bounce, and it concerns only what was sent to whoever
    /// returns it. What was made of it (`goes_back_to`) goes back further from here on.
    pub(super) fn take(
        &mut self,
        conversation: &ConversationId,
        id: &str,
        goes_back_to: impl Fn(&OutboxRow, &OutboxRow) -> bool,
    ) -> Option<OutboxRow> {
        let is_it = |sent: &SentChange| sent.id == id && sent.entry.conversation_id == *conversation;
        let taken = self.0.remove(self.0.iter().position(is_it)?)?.entry;
        for SentChange { entry: later, .. } in &mut self.0 {
            if later.kind == taken.kind && later.msg_id == taken.msg_id && goes_back_to(later, &taken) {
                later.undo.clone_from(&taken.undo);
            }
        }
        Some(taken)
    }
}

/// How many files are held that were taken in last.
const MAX_HELD: usize = 64;

/// The files that were taken in last, and may not be in a message yet.
#[derive(Default)]
pub(super) struct Imported(VecDeque<String>);

impl Imported {
    pub(super) fn hold(&mut self, name: String) {
        self.0.push_front(name);
        self.0.truncate(MAX_HELD);
    }

    /// A message with it is gone: once for each time that it was taken in.
    pub(super) fn release(&mut self, name: &str) {
        if let Some(oldest) = self.0.iter().rposition(|held| held == name) {
            self.0.remove(oldest);
        }
    }

    pub(super) fn held(&self) -> impl Iterator<Item = &String> {
        self.0.iter()
    }
}

/// How many messages for those who are online are remembered.
const MAX_HEARD: usize = 256;

/// The messages for those who are online that were told last. A server may bring one twice: ejabberd passes on to the user's other
/// devices what one of them had not acknowledged when its session ended.
#[derive(Default)]
pub(super) struct HeardOnline(VecDeque<(UserId, String)>);

impl HeardOnline {
    pub(super) fn has(&self, message: &Message) -> bool {
        let mut heard = self.0.iter();
        heard.any(|(sender, msg_id)| *sender == message.sender && *msg_id == message.msg_id)
    }

    pub(super) fn note(&mut self, message: &Message) {
        self.0.push_front((message.sender.clone(), message.msg_id.clone()));
        self.0.truncate(MAX_HEARD);
    }
}

/// The created messages by their ids, the newest first.
#[derive(Default)]
pub(super) struct Created(VecDeque<(String, MessageBody)>);

impl Created {
    pub(super) fn keep(&mut self, id: String, body: MessageBody) {
        self.0.push_front((id, body));
        self.0.truncate(MAX_CREATED);
    }

    pub(super) fn bodies(&self) -> impl Iterator<Item = &MessageBody> {
        self.0.iter().map(|(_, body)| body)
    }

    pub(super) fn take(&mut self, id: &str) -> Option<(String, MessageBody)> {
        let place = self.0.iter().position(|(known, _)| known == id)?;
        self.0.remove(place)
    }
}
