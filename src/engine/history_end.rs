//! Where a history ends, said so that all devices of the user understand the same.
//!
//! A place in the history is that of a message in the archive. Of what a device has sent just now it does not know the place:
//! what others said at the same moment may lie before it or behind. So what the account has sent just now, from whichever
//! device, names no place. Where it goes with what was cleared or deleted, it is named by itself. Where nothing else is here to name
//! a place, because older messages were not read yet, the first of it names one all the same: what was said long before goes
//! with it on all devices, and they may differ in what crossed it.

use super::transaction::{LoadedConversation, Transaction};
use crate::model::{Micros, Place};
use crate::store::outbox::{self, CommandKind};
use crate::store::{StoreResult, deleted, message, message_ids};
use rusqlite::Connection;

/// How much later than it was sent a message of somebody else may arrive that lies before it in the archive.
const CROSSING: i64 = 60_000_000;

/// The end of a history.
#[derive(Default)]
pub(super) struct HistoryEnd {
    /// The last message of which all devices know where it lies; `None` when there is none.
    pub(super) last: Option<Place>,
    /// The messages that lie beyond it, or may, for some device: the one that has sent them cannot tell. And those that no
    /// archive has, such as a request to become a friend.
    pub(super) apart: Vec<String>,
}

impl HistoryEnd {
    /// That of a conversation. On a server that numbers messages nothing is apart.
    pub(super) fn of(db: &Connection, conversation: i64) -> StoreResult<Self> {
        let Some(newest) = message::newest(db, conversation)? else {
            return Ok(Self::default());
        };
        // What a room shows has its place in the room's archive, whoever has said it.
        let is_group = message::conversation_of(db, &newest.msg_id)?.is_some_and(|id| id.group_id().is_some());
        let before = |time: Micros| Micros(time.0.saturating_sub(CROSSING));
        let last = message_ids::newest_placed(db, conversation, (before(newest.time), is_group))?;
        let since = last.as_ref().map_or(newest.time, |last| last.time.min(newest.time));
        let apart = message_ids::apart(db, conversation, (before(since), is_group))?;
        Ok(Self { last, apart })
    }
}

impl Transaction<'_> {
    /// How far a conversation is cleared or deleted, with everything in it.
    pub(super) fn whole_history(&self, loaded: &LoadedConversation) -> StoreResult<HistoryEnd> {
        let mut end = HistoryEnd::of(self.db, loaded.row.id)?;
        if end.last.is_none() {
            // What was cleared or deleted before has kept the conversation in the list, and its place is known to all.
            end.last = deleted::newest_placed(self.db, loaded.row.id)?;
        }
        if end.last.is_none() {
            let sent = end.apart.iter().rev().cloned();
            // The server may have what is on its way, and then the other devices have it too.
            let sends = outbox::of_kind(self.db, &loaded.row.conversation_id, CommandKind::Send)?;
            let on_their_way = sends
                .into_iter()
                .filter(|entry| outbox::is_handed_out(self.db, entry.id).unwrap_or_default());
            for msg_id in sent.chain(on_their_way.map(|entry| entry.msg_id)) {
                end.last = self.own_place(&msg_id)?;
                if end.last.is_some() {
                    break;
                }
            }
        }
        Ok(end)
    }

    /// The place of one of the account's messages.
    fn own_place(&self, msg_id: &str) -> StoreResult<Option<Place>> {
        let Some(row) = message::by_msg_id(self.db, msg_id)?.filter(|row| row.is_self) else {
            return Ok(None);
        };
        let archive_id = match message_ids::of(self.db, row.id)? {
            // No archive has it, so no other device.
            Some((server_id, origin_id)) if server_id.is_empty() && origin_id.is_empty() => return Ok(None),
            Some((server_id, _)) => server_id,
            None => String::new(),
        };
        Ok(Some(Place {
            time: row.time,
            id: row.msg_id,
            archive_id,
            ..Place::default()
        }))
    }

    /// Another device has cleared up to a number. What this device has sent at about that time goes if it was named, and else
    /// lies behind: the others knew of it in its place, or not at all.
    pub(super) fn spare_unplaced(&mut self, loaded: &mut LoadedConversation, up_to: i64) -> StoreResult<()> {
        let conversation = loaded.row.id;
        let Some(named) = message_ids::newest_named(self.db, conversation, up_to, 1)?.pop() else {
            return Ok(());
        };
        let after = Micros(named.time.0.saturating_sub(CROSSING));
        let mut spared = message_ids::unplaced(self.db, conversation, after)?;
        spared.reverse();
        for msg_id in spared {
            let Some(mut row) = message::by_msg_id(self.db, &msg_id)?.filter(|row| row.position <= up_to) else {
                continue;
            };
            loaded.row.max_seq += 1;
            (row.seq, row.position) = (loaded.row.max_seq, loaded.row.max_seq);
            message::update(self.db, &row)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, START, bob, team, unnumbered};
    use crate::model::{Change, IdKind, MessageId, Micros, Outbound, Outcome, Stamp, Target};

    fn sent(fixture: &Fixture, seconds: i64) -> String {
        while fixture.command().is_some() {
            fixture.complete(Outcome::Done);
        }
        let msg_id = fixture.send(&bob(), "hi");
        let time = Micros((START + seconds) * 1_000_000);
        fixture.complete(Outcome::Accepted { time });
        msg_id
    }

    /// What the other devices are told of a clearing: the last message, and those apart.
    fn cleared(fixture: &Fixture) -> (Option<String>, Vec<String>) {
        fixture.engine.clear_history(&bob()).unwrap();
        while let Some(command) = fixture.command() {
            fixture.complete(Outcome::Done);
            if let Outbound::ClearHistory { last, apart, .. } = command {
                return (last.map(|last| last.id), apart);
            }
        }
        panic!("the others are not told")
    }

    #[test]
    fn what_was_sent_just_now_names_no_place_and_goes_by_itself() {
        let fixture = Fixture::new();
        assert_eq!(sent(&fixture, 0).len(), 36);
        fixture.live(unnumbered("p1", "bob", 100, false));
        let before = sent(&fixture, 190);
        fixture.live(unnumbered("p2", "bob", 200, false));
        let after = sent(&fixture, 201);
        assert_eq!(cleared(&fixture), (Some("p2".to_owned()), vec![after, before]));
    }

    #[test]
    fn what_this_device_has_sent_while_another_cleared_goes_when_it_is_named() {
        for is_named in [false, true] {
            let fixture = Fixture::new();
            let own = sent(&fixture, 199);
            fixture.live(unnumbered("p", "bob", 200, false));
            let conversation = bob();
            if is_named {
                fixture.live(Change::MessagesDeleted {
                    conversation: conversation.clone(),
                    msg_ids: vec![own.clone()],
                });
            }
            let up_to = Target::MsgId("p".to_owned());
            fixture.live(Change::HistoryCleared { conversation, up_to });
            let left: Vec<String> = fixture.messages(&bob()).into_iter().map(|(id, _)| id).collect();
            assert_eq!(left, if is_named { Vec::new() } else { vec![own] });
        }
    }

    #[test]
    fn what_another_device_has_sent_just_now_names_no_place_either_since_that_one_does_not_know_it() {
        let fixture = Fixture::new();
        fixture.live(unnumbered("p1", "bob", 100, false));
        fixture.live(unnumbered("other", "alice", 101, false));
        let wanted = (Some("p1".to_owned()), vec!["other".to_owned()]);
        assert_eq!(cleared(&fixture), wanted);

        // The device that has sent it, and got what was said before that only then.
        let fixture = Fixture::new();
        let other = sent(&fixture, 101);
        fixture.live(unnumbered("p1", "bob", 100, false));
        let conversation = bob();
        fixture.live(Change::MessagesDeleted {
            conversation: conversation.clone(),
            msg_ids: vec![other],
        });
        let up_to = Target::MsgId("p1".to_owned());
        fixture.live(Change::HistoryCleared { conversation, up_to });
        assert!(fixture.messages(&bob()).is_empty());
    }

    /// This device has just joined, and has not read what was said before its own message.
    #[test]
    fn in_a_group_one_s_own_message_names_a_place_and_what_lies_before_it_goes_with_it_on_every_device() {
        let in_team = |id: &str, sender: &str, seconds| match unnumbered(id, sender, seconds, false) {
            Change::UnnumberedMessage(mut said) => {
                said.message.conversation = team();
                Change::UnnumberedMessage(said)
            }
            other => other,
        };
        let fixture = Fixture::new();
        let own = fixture.send(&team(), "hi");
        fixture.live(in_team(&own, "alice", 10));
        fixture.engine.clear_history(&team()).unwrap();
        let told = std::iter::from_fn(|| {
            let command = fixture.command()?;
            fixture.complete(Outcome::Done);
            Some(command)
        })
        .find_map(|command| match command {
            Outbound::ClearHistory { last, apart, .. } => Some((last.map(|last| last.id), apart)),
            _ => None,
        });
        assert_eq!(told, Some((Some(own.clone()), Vec::new())));

        let other = Fixture::new();
        other.live(in_team("before", "bob", 5));
        other.live(in_team(&own, "alice", 10));
        other.live(in_team("after", "bob", 15));
        let up_to = Target::MsgId(own);
        other.live(Change::HistoryCleared {
            conversation: team(),
            up_to,
        });
        let left: Vec<String> = other.messages(&team()).into_iter().map(|(id, _)| id).collect();
        assert_eq!(left, ["after"]);
    }

    #[test]
    fn what_was_sent_long_before_names_a_place() {
        let fixture = Fixture::new();
        let first = sent(&fixture, 0);
        fixture.live(unnumbered("p1", "alice", 20, false));
        fixture.live(unnumbered("p2", "alice", 100, false));
        let apart = vec!["p2".to_owned(), "p1".to_owned(), first.clone()];
        assert_eq!(cleared(&fixture), (Some("p1".to_owned()), apart));
        // The archive brings what it has after the last message that came.
        fixture.history(unnumbered(&first, "alice", 0, false));
        assert!(fixture.messages(&bob()).is_empty());

        let fixture = Fixture::new();
        let only = sent(&fixture, 0);
        assert_eq!(cleared(&fixture), (Some(only.clone()), vec![only.clone()]));
        fixture.history(unnumbered(&only, "alice", 0, false));
        assert!(fixture.messages(&bob()).is_empty());
    }

    /// This device has just logged in, and has not read what was said before its own messages.
    #[test]
    fn what_was_said_before_one_s_own_messages_goes_on_every_device_also_where_these_are_all_that_was_read() {
        for is_confirmed in [true, false] {
            let fixture = Fixture::new();
            let first = if is_confirmed {
                let first = sent(&fixture, 100);
                sent(&fixture, 101);
                first
            } else {
                let first = fixture.send(&bob(), "on its way");
                assert!(matches!(fixture.command(), Some(Outbound::Send(_))));
                first
            };
            let (last, named) = cleared(&fixture);
            assert_eq!(last, Some(first.clone()));
            assert!(named.contains(&first));

            // Another device, which has all; and what came after the first that was cleared stays there, unless it is named.
            let other = Fixture::new();
            other.live(unnumbered("before", "bob", 50, false));
            other.live(unnumbered(&first, "alice", 100, false));
            other.live(unnumbered("after", "bob", 110, false));
            let conversation = bob();
            other.live(Change::MessagesDeleted {
                conversation: conversation.clone(),
                msg_ids: named,
            });
            let up_to = Target::Id(MessageId {
                kind: IdKind::MsgId,
                id: first,
                sender: None,
                not_after: None,
            });
            other.live(Change::HistoryCleared { conversation, up_to });
            let left: Vec<String> = other.messages(&bob()).into_iter().map(|(id, _)| id).collect();
            assert_eq!(left, ["after"]);
        }
    }

    /// Other devices still list the conversation by what was cleared.
    #[test]
    fn a_delete_of_what_was_cleared_names_the_last_message_that_was_there() {
        for clears in [true, false] {
            let fixture = Fixture::new();
            fixture.live(unnumbered("p1", "bob", 100, false));
            fixture.live(unnumbered("p2", "bob", 101, false));
            if clears {
                assert_eq!(cleared(&fixture).0.as_deref(), Some("p2"));
            } else {
                fixture
                    .engine
                    .delete_messages(&["p2".to_owned(), "p1".to_owned()])
                    .unwrap();
            }
            fixture.send(&bob(), "on its way");
            fixture.engine.delete_conversation(&bob()).unwrap();
            let mut last = None;
            while let Some(command) = fixture.command() {
                fixture.complete(Outcome::Done);
                if let Outbound::DeleteConversation { last: named, .. } = command {
                    last = named;
                }
            }
            assert_eq!(last.map(|last| last.id).as_deref(), Some("p2"));
        }
    }

    /// The device that has deleted hears of its own place too, at the next login, and reads where that lies.
    #[test]
    fn what_has_arrived_behind_the_message_that_names_the_place_stays_when_the_archive_brings_that_message() {
        for deletes in [false, true] {
            let fixture = Fixture::new();
            let first = fixture.send(&bob(), "on its way");
            assert!(matches!(fixture.command(), Some(Outbound::Send(_))));
            match deletes {
                true => fixture.engine.delete_conversation(&bob()).unwrap(),
                false => fixture.engine.clear_history(&bob()).unwrap(),
            }
            let time = Micros((START + 100) * 1_000_000);
            fixture.complete(Outcome::Accepted { time });
            // What was said before it has arrived after it.
            fixture.live(unnumbered("before", "bob", 101, false));
            fixture.live(unnumbered("behind", "bob", 102, false));
            let conversation = bob();
            let up_to = Target::Id(MessageId {
                kind: IdKind::MsgId,
                id: first.clone(),
                sender: None,
                not_after: None,
            });
            let stamp = Stamp {
                time: Micros((START + 100) * 1_000_000),
                device: "this".to_owned(),
            };
            fixture.history(match deletes {
                true => Change::ConversationDeleted {
                    conversation,
                    up_to,
                    stamp,
                },
                false => Change::HistoryCleared { conversation, up_to },
            });
            let left = || -> Vec<String> { fixture.messages(&bob()).into_iter().map(|(id, _)| id).collect() };
            assert_eq!(left(), ["before", "behind"]);
            let page = [("before", "bob", 99), (&first, "alice", 100), ("behind", "bob", 102)];
            fixture.histories(page.map(|(id, sender, at)| unnumbered(id, sender, at, false)).to_vec());
            assert_eq!(left(), ["behind"]);
        }
    }

    #[test]
    fn what_is_on_its_way_is_deleted_by_name_since_to_other_devices_it_comes_after_the_history() {
        for clears in [false, true] {
            let fixture = Fixture::new();
            fixture.live(unnumbered("p1", "bob", 1, false));
            let sent = fixture.send(&bob(), "on its way");
            assert!(matches!(fixture.command(), Some(Outbound::Send(_))));
            let _ = fixture.send(&bob(), "waiting");
            if clears {
                fixture.engine.clear_history(&bob()).unwrap();
            } else {
                fixture.engine.delete_conversation(&bob()).unwrap();
            }
            let named = std::iter::from_fn(|| {
                let command = fixture.command()?;
                fixture.complete(Outcome::Done);
                Some(command)
            })
            .find_map(|command| match command {
                Outbound::ClearHistory { apart, .. } | Outbound::DeleteConversation { apart, .. } => Some(apart),
                _ => None,
            });
            assert_eq!(named, Some(vec![sent]), "clears {clears}");
        }
    }
}
