//! The pending events: the data structure behind the queue's lock. No threads here.
//!
//! Every item has a number, and numbers rise in the order of pushing. Change sets melt into [`Segment`]s; what
//! stands alone (sync and connection events, completions) is a [`Barrier`] between them. A conversation that is
//! already pending keeps its place, even before a barrier, and only its content becomes newer: so it is pending once,
//! and what a sync changed is told before that sync's Finish.
//!
//! A listener hears the items from its start on, which is the next number at the time it was added. Nothing is ever
//! merged across the start of a listener: otherwise the newer content would be told in an item that this listener
//! does not hear, or the older content would be told to it as well. So a conversation is pending at most once, plus
//! once for each listener that was added while items were pending.

use super::change_set::{ChangeSet, ConversationChange};
use super::event::Event;
use super::segment::Segment;
use super::singles::superseded;
use super::view_change::ViewChange;
use crate::model::ConversationId;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem;
use std::ops::Bound::{Excluded, Included};

/// How many message events may be pending.
pub(super) const MAX_MESSAGES: usize = 4096;
/// How many bytes of payload the pending message events may have. Messages are large when a peer wants them to be.
pub(super) const MAX_MESSAGE_PAYLOAD: usize = 32 << 20;
/// How many events about conversation groups may be pending.
pub(super) const MAX_GROUPS: usize = 1024;
/// How many bytes of payload they may have: those that name conversations have these whole.
pub(super) const MAX_GROUP_PAYLOAD: usize = 32 << 20;
/// How many sync and connection events may be pending.
pub(super) const MAX_SINGLES: usize = 256;

/// A finished asynchronous call.
pub(super) type Completion = Box<dyn FnOnce() + Send>;

/// An item that is never merged, and stays before everything that was pushed after it.
pub(super) enum Barrier {
    /// A sync, connection or typing event with its payload.
    Single(Event, String),
    /// A finished asynchronous call.
    Completion(Completion),
}

/// What the dispatcher takes.
pub(super) enum Item {
    Segment(Segment),
    Barrier(Barrier),
}

/// The newest place of a conversation that is pending.
#[derive(Clone, Copy)]
struct Place {
    segment: u64,
    slot: usize,
}

/// Everything that is pending.
#[derive(Default)]
pub(super) struct Pending {
    next: u64,
    /// The listeners' starts, in no order.
    starts: Vec<u64>,
    /// Segments and barriers share one row of numbers.
    segments: BTreeMap<u64, Segment>,
    barriers: BTreeMap<u64, Barrier>,
    places: HashMap<ConversationId, Place>,
    /// The newest segment that holds changes of a view.
    views: HashMap<i64, u64>,
    /// The segments that hold message events.
    // An index of its own, so that shedding does not search the many segments without one.
    with_messages: BTreeSet<u64>,
    message_count: usize,
    message_payload: usize,
    /// The newest segment that holds missed conversations.
    missed: Option<u64>,
    single_count: usize,
}

impl Pending {
    /// A new listener: it hears what is pushed from now on. Returns its start.
    pub(super) fn add_start(&mut self) -> u64 {
        self.starts.push(self.next);
        self.next
    }

    /// A listener has gone: items that only it kept apart are merged, items that only it would have heard are dropped.
    pub(super) fn remove_start(&mut self, start: u64) {
        if let Some(at) = self.starts.iter().position(|other| *other == start) {
            // One of them only: listeners that were added with nothing pushed in between have the same start.
            self.starts.swap_remove(at);
            self.compact();
        }
    }

    /// Nobody listens any more: only completions stay.
    pub(super) fn remove_all_starts(&mut self) {
        self.starts.clear();
        self.compact();
    }

    /// Adds the events of one transaction, unless nobody listens.
    pub(super) fn push_changes(&mut self, changes: ChangeSet) {
        if self.starts.is_empty() || changes.is_empty() {
            return;
        }
        let mut segment = Segment::default();
        for (id, change) in changes.conversations {
            segment.put(id, change);
        }
        segment.groups = changes.groups;
        segment.total_unread = changes.total_unread;
        segment.filtered_unread = changes.filtered_unread;
        segment.views = changes.views;
        segment.all_recv_opt = changes.all_recv_opt;
        segment.missed = changes.missed.into_iter().collect();
        segment.progress = changes.progress;
        segment.messages = changes.messages.into();
        let number = self.take_number();
        self.admit(number, segment);
    }

    /// Adds what another queue held as one item, unless nobody listens.
    pub(super) fn push_segment(&mut self, segment: Segment) {
        if self.starts.is_empty() {
            return;
        }
        let number = self.take_number();
        self.admit(number, segment);
    }

    /// Adds an event that stands alone, unless nobody listens.
    pub(super) fn push_single(&mut self, event: Event, payload: String) {
        if self.starts.is_empty() {
            return;
        }
        let number = self.take_number();
        self.barriers.insert(number, Barrier::Single(event, payload));
        self.single_count += 1;
        if self.single_count > MAX_SINGLES {
            self.thin_singles();
        }
    }

    /// Adds a finished call.
    pub(super) fn push_completion(&mut self, completion: Completion) {
        // Kept without a listener too: `on_response` was promised.
        let number = self.take_number();
        self.barriers.insert(number, Barrier::Completion(completion));
    }

    /// Takes the oldest item. What is pushed from now on is no longer merged into it.
    pub(super) fn pop(&mut self) -> Option<(u64, Item)> {
        let segment = self.segments.first_key_value().map_or(u64::MAX, |(number, _)| *number);
        let barrier = self.barriers.first_key_value().map_or(u64::MAX, |(number, _)| *number);
        if segment < barrier {
            let (number, segment) = self.segments.pop_first()?;
            self.forget(number, &segment);
            return Some((number, Item::Segment(segment)));
        }
        let (number, barrier) = self.barriers.pop_first()?;
        if let Barrier::Single(..) = barrier {
            self.single_count -= 1;
        }
        Some((number, Item::Barrier(barrier)))
    }

    fn take_number(&mut self) -> u64 {
        let number = self.next;
        self.next += 1;
        number
    }

    /// Whether a listener hears item `later` but not item `earlier`: then nothing may move between the two.
    fn a_listener_starts_between(&self, earlier: u64, later: u64) -> bool {
        self.starts.iter().any(|start| earlier < *start && *start <= later)
    }

    /// Adds a segment as item `number`, or to what is pending where that is the same to every listener.
    fn admit(&mut self, number: u64, mut incoming: Segment) {
        // The last segment only, so that messages and totals keep their order; a conversation may have an older place.
        let target = match self.segments.last_key_value() {
            Some((&last, _)) if !self.is_apart(last, number) => last,
            _ => number,
        };
        for (id, change) in incoming.take_conversations() {
            self.admit_conversation(target, id, change);
        }
        if !incoming.groups.is_empty() {
            self.segment(target).groups.append(&mut incoming.groups);
            self.shed_groups();
        }
        if let Some(total) = incoming.total_unread {
            self.segment(target).total_unread = Some(total);
        }
        for count in std::mem::take(&mut incoming.filtered_unread) {
            self.segment(target).count(count);
        }
        for change in std::mem::take(&mut incoming.views) {
            self.admit_view(target, change);
        }
        if let Some(opt) = incoming.all_recv_opt.take() {
            self.segment(target).all_recv_opt = Some(opt);
        }
        for id in incoming.missed {
            self.miss(target, id);
        }
        for step in std::mem::take(&mut incoming.progress) {
            self.segment(target).advance(step);
        }
        if !incoming.messages.is_empty() {
            self.message_count += incoming.messages.len();
            self.message_payload += incoming
                .messages
                .iter()
                .map(|message| message.payload.len())
                .sum::<usize>();
            self.segment(target).messages.append(&mut incoming.messages);
            self.with_messages.insert(target);
            self.shed_messages();
        }
    }

    /// Whether a barrier or the start of a listener keeps two items apart.
    fn is_apart(&self, earlier: u64, later: u64) -> bool {
        self.a_listener_starts_between(earlier, later)
            || self
                .barriers
                .range((Excluded(earlier), Included(later)))
                .next()
                .is_some()
    }

    /// The segment with that number, made when it is missing.
    fn segment(&mut self, number: u64) -> &mut Segment {
        self.segments.entry(number).or_default()
    }

    fn admit_conversation(&mut self, target: u64, id: ConversationId, change: ConversationChange) {
        if let Some(&place) = self.places.get(&id)
            && !self.a_listener_starts_between(place.segment, target)
        {
            return self.segment(place.segment).merge(place.slot, change);
        }
        let slot = self.segment(target).put(id.clone(), change);
        self.places.insert(id, Place { segment: target, slot });
    }

    fn admit_view(&mut self, target: u64, change: ViewChange) {
        let place = match self.views.get(&change.view) {
            Some(place) if !self.a_listener_starts_between(*place, target) => *place,
            _ => target,
        };
        self.views.insert(change.view, place);
        self.segment(place).change_view(change);
    }

    /// Lets the oldest message events give way until the rest is within its limits.
    fn shed_messages(&mut self) {
        while self.message_count > MAX_MESSAGES || self.message_payload > MAX_MESSAGE_PAYLOAD {
            let Some(&oldest) = self.with_messages.first() else {
                return;
            };
            let segment = self.segment(oldest);
            let message = segment.messages.pop_front();
            if segment.messages.is_empty() {
                self.with_messages.remove(&oldest);
            }
            if let Some(message) = message {
                self.message_count -= 1;
                self.message_payload -= message.payload.len();
                self.miss(oldest, message.conversation);
            }
        }
    }

    /// Lets events about conversation groups give way until the rest is within its limits. Those about conversations in them
    /// go first, the oldest first: what is in a group is also told with the conversations.
    fn shed_groups(&mut self) {
        // Without indexes, since such events are rare.
        let payloads = || {
            let events = self.segments.values().flat_map(|segment| &segment.groups);
            events.map(|event| event.payload.len())
        };
        let (mut count, mut size) = (payloads().count(), payloads().sum::<usize>());
        for of_conversations in [true, false] {
            for segment in self.segments.values_mut() {
                segment.groups.retain(|event| {
                    let is_over = count > MAX_GROUPS || size > MAX_GROUP_PAYLOAD;
                    let goes = is_over && event.is_of_conversations() == of_conversations;
                    if goes {
                        count -= 1;
                        size -= event.payload.len();
                    }
                    !goes
                });
            }
        }
    }

    /// Notes that a message event of item `number` is not told. The app hears of it where the first of them was.
    fn miss(&mut self, number: u64, id: ConversationId) {
        let place = match self.missed {
            Some(first) if !self.a_listener_starts_between(first, number) => first,
            _ => number,
        };
        self.missed = Some(place);
        self.segment(place).missed.insert(id);
    }

    /// Takes a segment that left the queue out of the indexes.
    fn forget(&mut self, number: u64, segment: &Segment) {
        for id in segment.ids() {
            // The conversation may be pending again in a later segment, past the start of a listener.
            if self.places.get(id).is_some_and(|place| place.segment == number) {
                self.places.remove(id);
            }
        }
        self.views.retain(|_, place| *place != number);
        self.with_messages.remove(&number);
        self.message_count -= segment.messages.len();
        self.message_payload -= segment
            .messages
            .iter()
            .map(|message| message.payload.len())
            .sum::<usize>();
        if self.missed == Some(number) {
            self.missed = None;
        }
    }

    /// Drops old sync and connection events. Half of them, so that the work is not done again at the next push.
    fn thin_singles(&mut self) {
        let pending: Vec<(u64, Event, &str)> = self
            .barriers
            .iter()
            .filter_map(|(number, barrier)| match barrier {
                Barrier::Single(event, payload) => Some((*number, *event, payload.as_str())),
                Barrier::Completion(_) => None,
            })
            .collect();
        for number in superseded(&pending, MAX_SINGLES / 2) {
            self.barriers.remove(&number);
        }
        self.compact();
    }

    /// Pushes everything again: items that no listener hears any more are dropped, and items that nothing keeps apart any
    /// more are merged.
    fn compact(&mut self) {
        let earliest = self.starts.iter().min().copied().unwrap_or(u64::MAX);
        self.barriers
            .retain(|number, barrier| *number >= earliest || matches!(barrier, Barrier::Completion(_)));
        self.single_count = self
            .barriers
            .values()
            .filter(|barrier| matches!(barrier, Barrier::Single(..)))
            .count();
        self.places.clear();
        self.views.clear();
        self.with_messages.clear();
        (self.message_count, self.message_payload, self.missed) = (0, 0, None);
        // In the order of their numbers, as if they were pushed now with the listeners that are left.
        for (number, segment) in mem::take(&mut self.segments).split_off(&earliest) {
            self.admit(number, segment);
        }
    }
}

/// How much is pending, for tests of the limits.
#[cfg(test)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) items: usize,
    pub(super) conversations: usize,
    pub(super) messages: usize,
    pub(super) singles: usize,
}

#[cfg(test)]
impl Pending {
    pub(super) fn size(&self) -> Size {
        Size {
            items: self.segments.len() + self.barriers.len(),
            conversations: self.segments.values().map(|segment| segment.ids().count()).sum(),
            messages: self.segments.values().map(|segment| segment.messages.len()).sum(),
            singles: self.single_count,
        }
    }

    /// Whether no conversation has a place.
    pub(super) fn is_index_empty(&self) -> bool {
        self.places.is_empty()
    }
}
