//! One transaction: the conversations it touches, and what it will tell.

use super::candidate::Candidate;
use super::changed_fields;
use super::group_event::GroupChange;
use super::group_names::GroupNames;
use super::json::shown_json;
use super::recv_opt_view::ReceiveMessageOptInfo;
use super::render::{self, Parts};
use super::subscription::Moved;
use crate::events::{ChangeSet, Event, MessageEvent};
use crate::model::{ConversationId, Error, Facts, GroupKey, GroupKeys, Micros, RecvOpt, UserId, exact};
use crate::store::account::{self, Account};
use crate::store::conversation::{self, ConversationRow};
use crate::store::message::{self, MessageRow};
use crate::store::tag::{self, Entry};
use crate::store::{StoreResult, directory, last_message};
use rusqlite::Connection;
use std::collections::{BTreeSet, HashMap};

/// A conversation that the transaction loaded.
pub(super) struct LoadedConversation {
    /// As it will be stored.
    pub(super) row: ConversationRow,
    /// As it was.
    // The whole row: comparing it finds every change, so that no rule has to report its own.
    before: ConversationRow,
    /// The unread count cannot be carried on and is counted again.
    pub(super) recount: bool,
    /// Where history puts the conversation.
    pub(super) candidate: Option<Candidate>,
    /// The number of the message that an archive has brought last, in its order; 0 before the first.
    pub(super) passed: i64,
}

impl LoadedConversation {
    /// Whether the conversation was in the list before this transaction.
    pub(super) fn was_listed(&self) -> bool {
        self.before.is_listed
    }
}

/// What a transaction leaves behind.
pub(super) struct Finished {
    pub(super) account: Account,
    pub(super) changes: ChangeSet,
    pub(super) moved: Vec<Moved>,
    /// The conversation groups, if they have changed.
    pub(super) groups: Option<GroupNames>,
}

/// One transaction over the cache.
pub(super) struct Transaction<'a> {
    pub(super) db: &'a Connection,
    pub(super) account: Account,
    pub(super) now: Micros,
    /// Whether this happens now, or is history that a sync brings.
    pub(super) live: bool,
    /// In the order of loading; `None` while one is being worked on.
    // A list beside the map: events come in the order of loading, which a map does not keep.
    loaded: Vec<Option<LoadedConversation>>,
    places: HashMap<ConversationId, usize>,
    message_events: Vec<MessageEvent>,
    missed: BTreeSet<ConversationId>,
    /// The conversation groups, once something has asked for them.
    groups: Option<GroupNames>,
    group_changes: Vec<GroupChange>,
    /// The messages that the server has now, or has refused.
    pub(super) settled: Vec<String>,
    /// Whether it removes what somebody wrote.
    pub(super) removes_text: bool,
    /// The files of messages that it removes, each as often as it had a message.
    pub(super) lost_files: Vec<String>,
    /// Whether what is received is older than all that is known: an archive that is read backwards.
    pub(super) reads_backwards: bool,
    /// Whether the message that is stored follows, in an archive, what was read before: it is newer, whatever its time.
    pub(super) reads_on: bool,
    /// How many places history has given.
    pub(super) places_given: i64,
    /// The names of edits that have come and others may wait for, while those are looked for.
    pub(super) edits_to_follow: Option<Vec<(String, String)>>,
}

impl<'a> Transaction<'a> {
    pub(super) fn new(db: &'a Connection, account: Account, now: Micros, live: bool) -> Self {
        Self {
            db,
            account,
            now,
            live,
            loaded: Vec::new(),
            places: HashMap::new(),
            message_events: Vec::new(),
            missed: BTreeSet::new(),
            groups: None,
            group_changes: Vec::new(),
            settled: Vec::new(),
            removes_text: false,
            lost_files: Vec::new(),
            reads_backwards: false,
            reads_on: false,
            places_given: 0,
            edits_to_follow: None,
        }
    }

    /// The current user's id.
    pub(super) fn me(&self) -> UserId {
        self.account.user_id.clone()
    }

    /// Works on a conversation, which is written back at the end if anything in it changed. One that is not stored
    /// starts as a row that remembers nothing.
    pub(super) fn edit<T>(
        &mut self,
        id: &ConversationId,
        work: impl FnOnce(&mut Self, &mut LoadedConversation) -> StoreResult<T>,
    ) -> StoreResult<T> {
        let place = match self.places.get(id) {
            Some(place) => *place,
            None => {
                let row = conversation::load(self.db, id)?.unwrap_or_else(|| ConversationRow::new(id));
                self.places.insert(id.clone(), self.loaded.len());
                self.loaded.push(Some(LoadedConversation {
                    before: row.clone(),
                    row,
                    recount: false,
                    candidate: None,
                    passed: 0,
                }));
                self.loaded.len() - 1
            }
        };
        // Taken out, so that `work` can use the transaction beside it. Whatever the inner of two nested edits of one
        // conversation did would be lost, so there must be none.
        let Some(mut loaded) = self.loaded.get_mut(place).and_then(Option::take) else {
            return Err(Error::internal(format!("{id} is being worked on already")).into());
        };
        let value = work(self, &mut loaded)?;
        if let Some(slot) = self.loaded.get_mut(place) {
            *slot = Some(loaded);
        }
        Ok(value)
    }

    /// Looks at a conversation again at the end because something that it shows has changed.
    pub(super) fn refresh(&mut self, id: &ConversationId) -> StoreResult<()> {
        // Harmless for a user or group without a conversation: a row that stays as it was is not stored.
        self.edit(id, |_, _| Ok(()))
    }

    /// Makes sure that the row has a number for messages to refer to.
    pub(super) fn ensure_row(&self, loaded: &mut LoadedConversation) -> StoreResult<i64> {
        if loaded.row.id == 0 {
            loaded.row.id = conversation::insert(self.db, &loaded.row)?;
            // In both, because a number alone is no change worth another write.
            loaded.before.id = loaded.row.id;
        }
        Ok(loaded.row.id)
    }

    /// A sync brought messages of this conversation. They are not told one by one (V2TIM: `onRecvNewMessage` is for what
    /// happens now); the app is told to read the history.
    pub(super) fn missed(&mut self, id: &ConversationId) {
        // A page brings hundreds of messages of one conversation: only the first is worth a copy of its id.
        if !self.missed.contains(id) {
            self.missed.insert(id.clone());
        }
    }

    /// Tells a message event at the end.
    pub(super) fn tell(&mut self, event: Event, conversation: ConversationId, payload: String) {
        self.message_events.push(MessageEvent {
            event,
            conversation,
            payload,
        });
    }

    /// Tells an event whose payload is the message.
    pub(super) fn tell_message(
        &mut self,
        event: Event,
        loaded: &LoadedConversation,
        message: &MessageRow,
    ) -> StoreResult<()> {
        let payload = render::message(self.db, message, &loaded.row)?;
        if event == Event::MessageStatusChanged {
            self.settled.push(message.msg_id.clone());
        }
        self.tell(event, loaded.row.conversation_id.clone(), payload);
        Ok(())
    }

    /// The conversation groups, as they are at this point of the transaction.
    pub(super) fn groups(&mut self) -> StoreResult<&mut GroupNames> {
        // Not at the start of each transaction: most need none.
        let groups = match self.groups.take() {
            Some(groups) => groups,
            None => GroupNames::load(self.db)?,
        };
        Ok(self.groups.insert(groups))
    }

    /// Tells what happened to a conversation group at the end.
    pub(super) fn tell_group(&mut self, change: GroupChange) {
        // Of no conversation there is nothing to tell.
        if !matches!(&change, GroupChange::Members(_, ids, _) if ids.is_empty()) {
            self.group_changes.push(change);
        }
    }

    /// Writes everything back and says what to tell; `with_fields`: with the names of the keys that have changed.
    pub(super) fn finish(mut self, before: &Account, with_fields: bool) -> StoreResult<Finished> {
        let mut changes = ChangeSet::default();
        let (mut sums, mut moved) = (tag::Sums::default(), Vec::new());
        let mut touched: Vec<LoadedConversation> = std::mem::take(&mut self.loaded).into_iter().flatten().collect();
        // The places first: the rendered JSON holds the order key.
        self.place_all(&mut touched)?;
        for mut loaded in touched {
            self.derive(&mut loaded)?;
            let names = self.keep_names(&mut loaded)?;
            let was = self.entry(&loaded.before, GroupNames::before)?;
            let now = self.entry(&loaded.row, GroupNames::now)?;
            if loaded.row == loaded.before && was == now && names.are_kept() {
                // Looked at only, as for a message that was known already: nothing to write or to tell.
                continue;
            }
            self.ensure_row(&mut loaded)?;
            conversation::update(self.db, &loaded.row)?;
            tag::replace(self.db, &mut sums, loaded.row.id, was.as_ref(), now.as_ref())?;
            // Carried on: a sum over all conversations would cost more than the rest of most commits.
            self.account.total_unread += counts_in_total(&loaded.row) - counts_in_total(&loaded.before);
            let change = changed_fields::change(&loaded.before, &loaded.row, with_fields);
            changes
                .conversations
                .extend(change.map(|change| (loaded.row.conversation_id.clone(), change)));
            moved.push(Moved {
                before: was,
                now,
                json_before: loaded.before.json,
                json: loaded.row.json,
                names,
            });
        }
        sums.save(self.db)?;
        if self.account.total_unread != before.total_unread {
            changes.total_unread = Some(self.account.total_unread.clamp(0, exact::MAX).unsigned_abs());
        }
        if self.account.all_recv_opt != before.all_recv_opt {
            let info = ReceiveMessageOptInfo::of_all(&self.account.user_id, &self.account.all_recv_opt);
            changes.all_recv_opt = Some(shown_json(&info)?);
        }
        if self.account != *before {
            account::save(self.db, &self.account)?;
        }
        changes.messages = self.message_events;
        changes.missed = self.missed.into_iter().collect();
        changes.groups = self
            .group_changes
            .iter()
            .map(|change| change.event(self.db))
            .collect::<StoreResult<_>>()?;
        Ok(Finished {
            account: self.account,
            changes,
            moved,
            groups: self.groups.filter(GroupNames::are_changed),
        })
    }

    /// A conversation as filters see it; `None` when it is not in the list.
    fn entry(
        &mut self,
        row: &ConversationRow,
        exist: fn(&GroupNames, &GroupKeys) -> Vec<GroupKey>,
    ) -> StoreResult<Option<Entry>> {
        let Some(orderkey) = row.orderkey() else {
            return Ok(None);
        };
        let groups = if row.group_keys == GroupKeys::default() {
            Vec::new()
        } else {
            exist(self.groups()?, &row.group_keys)
        };
        let facts = tag::facts(row, &groups);
        Ok(Some(Entry::new(orderkey, row.last_time, &facts, counts_in_total(row))))
    }

    /// Works out what follows from the messages and the directory, and renders the row.
    fn derive(&mut self, loaded: &mut LoadedConversation) -> StoreResult<()> {
        let group_id = loaded.row.conversation_id.group_id();
        let group = match &group_id {
            Some(group) => directory::group(self.db, group)?,
            None => None,
        };
        if loaded.recount {
            loaded.row.unread_count = message::count_unread(self.db, loaded.row.id, loaded.row.read_seq)?;
        }
        if group.as_ref().is_some_and(|group| !group.group_type.counts_unread()) {
            loaded.row.unread_count = 0;
        }
        if !loaded.row.is_listed {
            // Nothing shows it. It is rendered when it is listed again, by then with other names perhaps.
            loaded.row.json.clear();
            loaded.row.last_time = -1;
            loaded.row.last_sender.clear();
            loaded.row.facets = 0;
            return Ok(());
        }
        let last = last_message::find(self.db, loaded.row.id)?;
        loaded.row.last_time = last.as_ref().map_or(-1, |last| last.time.seconds());
        // A new remark finds the C2C conversation by its user; only groups need the sender.
        loaded.row.last_sender = match &last {
            Some(last) if group_id.is_some() => last.sender.as_str().to_owned(),
            _ => String::new(),
        };
        let ats = render::ats(self.db, &loaded.row)?;
        let (mut keys, mut names) = (Vec::new(), Vec::new());
        if loaded.row.group_keys != GroupKeys::default() {
            let groups = self.groups()?;
            keys = groups.now(&loaded.row.group_keys);
            names = groups.names(&keys);
        }
        loaded.row.facets = tag::facets(&Facts {
            has_at: !ats.is_empty(),
            ..tag::facts(&loaded.row, &keys)
        });
        let parts = Parts {
            group: group.as_ref(),
            last: last.as_ref(),
            ats,
            groups: names,
        };
        loaded.row.json = render::conversation(self.db, &loaded.row, parts)?;
        Ok(())
    }
}

/// A conversation's share of the total: nothing when it is not listed or does not notify.
fn counts_in_total(row: &ConversationRow) -> i64 {
    let notifies = row.is_listed && row.recv_opt == RecvOpt::Receive;
    if notifies { row.unread_count } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, from_bob};
    use crate::events::Event;
    use crate::model::Status;

    #[test]
    fn a_transaction_that_fails_changes_and_tells_nothing() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.told();
        let result = fixture.engine.write(true, |tx| {
            tx.edit(&bob(), |_, loaded| {
                loaded.row.is_pinned = true;
                Ok(())
            })?;
            Err::<(), _>(Error::internal("no").into())
        });
        assert!(result.is_err());
        assert_eq!(fixture.row(&bob())["isPinned"], false);
        assert!(fixture.told().is_empty());
    }

    #[test]
    fn an_edit_within_an_edit_of_the_same_conversation_is_an_error() {
        let fixture = Fixture::new();
        let nested = fixture
            .engine
            .write(true, |tx| tx.edit(&bob(), |tx, _| tx.refresh(&bob())));
        assert_eq!(nested.unwrap_err().status, Status::Internal);
    }

    #[test]
    fn a_conversation_is_new_then_changed_then_deleted_and_not_told_when_nothing_shows() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        assert!(fixture.told_of(Event::NewConversation).is_array());
        fixture.engine.set_pinned(&bob(), true).unwrap();
        assert!(fixture.told_of(Event::ConversationChanged).is_array());
        fixture.engine.write(true, |tx| tx.refresh(&bob())).unwrap();
        assert!(fixture.told().is_empty());
        fixture.engine.delete_conversation(&bob()).unwrap();
        assert_eq!(fixture.told_of(Event::ConversationDeleted)[0], "c2c_bob");
    }

    #[test]
    fn the_total_is_the_sum_over_the_conversations_and_changes_with_them() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        assert_eq!(fixture.told_of(Event::TotalUnreadMessageCountChanged), 1);
        fixture.engine.delete_conversation(&bob()).unwrap();
        assert_eq!(fixture.told_of(Event::TotalUnreadMessageCountChanged), 0);
    }
}
