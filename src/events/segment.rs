//! Several transactions' changes as one item of the queue, and how they are told.
//!
//! Plain data; the queue's lock guards it while it is pending, and the dispatcher thread owns it while it is told.

use super::change_set::{ConversationChange, FilteredUnread, GroupEvent, MessageEvent, Progress};
use super::event::Event;
use super::view_change::ViewChange;
use crate::model::ConversationId;
use std::borrow::Cow;
use std::collections::{BTreeSet, VecDeque};

/// How many conversations one callback names. More come in several callbacks: the payload of a hundred thousand is 100 MB.
pub(super) const MAX_AT_ONCE: usize = 2000;

/// How many steps of progress may be pending, besides ends, of which each call has one.
pub(super) const MAX_PROGRESS: usize = 256;

/// What is pending between two barriers.
#[derive(Default)]
pub(crate) struct Segment {
    /// In the order in which they became pending here; a slot is a place in it.
    conversations: Vec<(ConversationId, ConversationChange)>,
    /// What happened to the conversation groups, oldest first.
    pub(super) groups: Vec<GroupEvent>,
    /// The last count of each subscription.
    pub(super) filtered_unread: Vec<FilteredUnread>,
    /// What changed in views, one change for each.
    pub(super) views: Vec<ViewChange>,
    /// The last receive option of all conversations.
    pub(super) all_recv_opt: Option<String>,
    /// The last total.
    pub(super) total_unread: Option<u64>,
    /// The conversations of message events that had to give way.
    // A set, because a callback names each conversation once.
    pub(super) missed: BTreeSet<ConversationId>,
    /// The progress of files, oldest first.
    pub(super) progress: Vec<Progress>,
    /// Message events, oldest first.
    pub(super) messages: VecDeque<MessageEvent>,
}

impl Segment {
    /// Makes a conversation pending and returns its slot.
    pub(super) fn put(&mut self, id: ConversationId, change: ConversationChange) -> usize {
        self.conversations.push((id, change));
        self.conversations.len() - 1
    }

    /// Merges a newer change into a slot.
    pub(super) fn merge(&mut self, slot: usize, newer: ConversationChange) {
        if let Some((_, change)) = self.conversations.get_mut(slot) {
            let pending = std::mem::replace(change, ConversationChange::Deleted);
            *change = pending.then(newer);
        }
    }

    /// Notes the newest count of a subscription.
    pub(super) fn count(&mut self, newer: FilteredUnread) {
        // Where it came first: a subscription has one count here.
        match self
            .filtered_unread
            .iter_mut()
            .find(|count| count.filter == newer.filter)
        {
            Some(count) => *count = newer,
            None => self.filtered_unread.push(newer),
        }
    }

    /// Adds a change of a view to what is pending of it.
    pub(super) fn change_view(&mut self, newer: ViewChange) {
        match self.views.iter_mut().find(|change| change.view == newer.view) {
            Some(change) => change.append(newer),
            None => self.views.push(newer),
        }
    }

    /// Notes how far something has come.
    pub(super) fn advance(&mut self, newer: Progress) {
        let same = |other: &&mut Progress| other.event == newer.event && other.key == newer.key;
        match self.progress.iter_mut().rev().find(same) {
            Some(older) if !older.is_end => *older = newer,
            _ => self.progress.push(newer),
        }
        if self.progress.len() > MAX_PROGRESS
            && let Some(oldest) = self.progress.iter().position(|step| !step.is_end)
        {
            self.progress.remove(oldest);
        }
    }

    /// The pending conversations, in the order in which they became pending.
    pub(super) fn ids(&self) -> impl Iterator<Item = &ConversationId> {
        self.conversations.iter().map(|(id, _)| id)
    }

    /// Takes the pending conversations out, in the order in which they became pending.
    pub(super) fn take_conversations(&mut self) -> impl Iterator<Item = (ConversationId, ConversationChange)> + use<> {
        std::mem::take(&mut self.conversations).into_iter()
    }

    /// A copy of what leads to the events that are wanted; `None` when nothing does.
    ///
    /// Changes of conversations go together: a listener that wants some of them learns what has become of the others.
    pub(super) fn selected(&self, wants: impl Fn(Event) -> bool) -> Option<Self> {
        // Each by name: a kind of events that is added and forgotten here would reach no stream.
        let Self {
            conversations,
            groups,
            filtered_unread,
            views,
            all_recv_opt,
            total_unread,
            missed,
            progress,
            messages,
        } = self;
        let mut selected = Self {
            groups: groups.iter().filter(|change| wants(change.event)).cloned().collect(),
            total_unread: total_unread.filter(|_| wants(Event::TotalUnreadMessageCountChanged)),
            progress: progress.iter().filter(|step| wants(step.event)).cloned().collect(),
            messages: messages
                .iter()
                .filter(|message| wants(message.event))
                .cloned()
                .collect(),
            ..Self::default()
        };
        if wants(Event::NewConversation) || wants(Event::ConversationChanged) || wants(Event::ConversationDeleted) {
            selected.conversations.clone_from(conversations);
        }
        if wants(Event::UnreadMessageCountChangedByFilter) {
            selected.filtered_unread.clone_from(filtered_unread);
        }
        if wants(Event::ConversationViewChanged) {
            selected.views.clone_from(views);
        }
        if wants(Event::AllReceiveMessageOptChanged) {
            selected.all_recv_opt.clone_from(all_recv_opt);
        }
        if wants(Event::MessagesMissed) {
            selected.missed.clone_from(missed);
        }
        let is_empty = selected.conversations.is_empty()
            && selected.groups.is_empty()
            && selected.filtered_unread.is_empty()
            && selected.views.is_empty()
            && selected.all_recv_opt.is_none()
            && selected.total_unread.is_none()
            && selected.missed.is_empty()
            && selected.progress.is_empty()
            && selected.messages.is_empty();
        (!is_empty).then_some(selected)
    }

    /// Hands every callback to `tell`, in the order that `docs/events.md` promises. A payload is rendered only when
    /// `tell` asks for it.
    pub(super) fn tell<'a>(&'a self, mut tell: impl FnMut(Event, &dyn Fn() -> Cow<'a, str>)) {
        let (mut new, mut changed, mut deleted) = (Vec::new(), Vec::new(), Vec::new());
        for (id, change) in &self.conversations {
            match change {
                ConversationChange::New(json) => new.push(json.as_str()),
                ConversationChange::Changed(json, fields) => changed.push((json.as_str(), fields.as_ref())),
                ConversationChange::Deleted => deleted.push(id),
            }
        }
        for new in new.chunks(MAX_AT_ONCE) {
            tell(Event::NewConversation, &|| array(new).into());
        }
        for changed in changed.chunks(MAX_AT_ONCE) {
            tell(Event::ConversationChanged, &|| {
                let changed = changed.iter().map(|(json, fields)| with_fields(json, *fields));
                array(&changed.collect::<Vec<_>>()).into()
            });
        }
        for deleted in deleted.chunks(MAX_AT_ONCE) {
            tell(Event::ConversationDeleted, &|| array_of_ids(deleted).into());
        }
        for group in &self.groups {
            tell(group.event, &|| group.payload.as_str().into());
        }
        if let Some(total) = self.total_unread {
            tell(Event::TotalUnreadMessageCountChanged, &|| total.to_string().into());
        }
        for FilteredUnread { filter, unread } in &self.filtered_unread {
            tell(Event::UnreadMessageCountChangedByFilter, &|| {
                format!(r#"{{"filter":{filter},"totalUnreadCount":{unread}}}"#).into()
            });
        }
        for change in &self.views {
            tell(Event::ConversationViewChanged, &|| change.payload().into());
        }
        if let Some(opt) = &self.all_recv_opt {
            tell(Event::AllReceiveMessageOptChanged, &|| opt.as_str().into());
        }
        if !self.missed.is_empty() {
            let missed: Vec<&ConversationId> = self.missed.iter().collect();
            for missed in missed.chunks(MAX_AT_ONCE) {
                tell(Event::MessagesMissed, &|| array_of_ids(missed).into());
            }
        }
        for step in &self.progress {
            tell(step.event, &|| step.payload.as_str().into());
        }
        for message in &self.messages {
            tell(message.event, &|| message.payload.as_str().into());
        }
    }
}

/// A JSON array of texts that are JSON already.
fn array<T: std::borrow::Borrow<str>>(texts: &[T]) -> String {
    format!("[{}]", texts.join(","))
}

/// A conversation, with the names of the keys that have changed where the app wants these.
fn with_fields<'a>(json: &'a str, fields: Option<&BTreeSet<String>>) -> Cow<'a, str> {
    match (fields, json.strip_suffix('}')) {
        (Some(fields), Some(head)) => {
            // Strings always serialize.
            let fields = serde_json::to_string(fields).unwrap_or_else(|_| "[]".into());
            format!(r#"{head},"changedFields":{fields}}}"#).into()
        }
        _ => json.into(),
    }
}

/// A JSON array of strings.
fn array_of_ids(ids: &[&ConversationId]) -> String {
    // Strings always serialize; an empty array is the least wrong answer should that ever change.
    serde_json::to_string(ids).unwrap_or_else(|_| "[]".into())
}
