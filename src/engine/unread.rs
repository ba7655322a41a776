//! Unread: counted from the messages after the read position. The position only moves forward.

use super::core::Engine;
use super::json::shown_json;
use super::options::UnreadScope;
use super::transaction::{LoadedConversation, Transaction};
use super::view::Receipt;
use crate::events::Event;
use crate::model::{ConversationId, ConversationType, Micros, ReadPosition, Result};
use crate::store::message::{self, MessageRow};
use crate::store::outbox::CommandKind;
use crate::store::{StoreResult, conversation};

/// How many conversations are read in one transaction: enough that its commit costs little, few enough that other writers,
/// the memory and the event queue hardly notice.
const PORTION: usize = 500;

impl Engine {
    /// `cleanConversationUnreadMessageCount`: `timestamp` (s) bounds C2C, `sequence` groups; 0 = everything.
    ///
    /// Many conversations are read in several transactions. When one fails, those before it stay read.
    pub fn clean_unread(&self, scope: &UnreadScope, timestamp: i64, sequence: u64) -> Result<()> {
        let kind = match scope {
            UnreadScope::One(id) => {
                return self.write(true, |tx| {
                    tx.read_to(id, timestamp, sequence, message::PENDING_POSITION)
                });
            }
            UnreadScope::AllC2c => Some(ConversationType::C2c),
            UnreadScope::AllGroups => Some(ConversationType::Group),
            UnreadScope::All => None,
        };
        let unread = self.store.read(|db| Ok(conversation::with_unread(db, kind)?))?;
        for portion in unread.chunks(PORTION) {
            self.write(true, |tx| {
                for (id, newest) in portion {
                    // What comes while the portions are written has been seen by nobody.
                    tx.read_to(id, timestamp, sequence, *newest)?;
                }
                Ok(())
            })?;
            // The lock is not fair: other writers would wait for the last portion.
            std::thread::yield_now();
        }
        Ok(())
    }
}

impl Transaction<'_> {
    /// Marks a conversation as read up to the newest stored message within the bounds.
    fn read_to(&mut self, id: &ConversationId, timestamp: i64, sequence: u64, newest: i64) -> StoreResult<()> {
        let is_group = id.kind() == ConversationType::Group;
        let before = if is_group || timestamp <= 0 {
            Micros(i64::MAX)
        } else {
            // V2TIM's times are whole seconds, so all of that second is meant.
            Micros(timestamp.saturating_add(1).saturating_mul(1_000_000))
        };
        let up_to = match i64::try_from(sequence) {
            Ok(sequence) if is_group && sequence > 0 => sequence.min(newest),
            _ => newest,
        };
        self.edit(id, |tx, loaded| {
            // Up to a stored message, never a bare number: servers that do not number messages are told by its id.
            if let Some((seq, time)) = message::newest_before(tx.db, loaded.row.id, before, up_to)?
                && seq > loaded.row.read_seq
            {
                let position = ReadPosition {
                    seq: seq.unsigned_abs(),
                    timestamp: time.seconds(),
                };
                tx.move_read(loaded, position);
                tx.append(CommandKind::Read, id, "", &position, &())?;
            }
            Ok(())
        })
    }

    /// Another device has read up to here.
    pub(super) fn read_elsewhere(&mut self, loaded: &mut LoadedConversation, position: ReadPosition) {
        let seq = i64::try_from(position.seq).unwrap_or_default();
        // A position that was only assumed, because none was known, gives way to a known one, even to an older one.
        if seq > loaded.row.read_seq || !loaded.row.is_read_known {
            self.move_read(loaded, position);
        }
    }

    fn move_read(&mut self, loaded: &mut LoadedConversation, position: ReadPosition) {
        loaded.row.read_seq = i64::try_from(position.seq).unwrap_or_default();
        loaded.row.read_time = position.timestamp;
        loaded.row.is_read_known = true;
        loaded.recount = true;
    }

    /// Carries the count on for a message that was just stored. When an account is first synced, a conversation that
    /// has no read position counts as read up to the login that found it.
    pub(super) fn count_new(&mut self, loaded: &mut LoadedConversation, row: &MessageRow) {
        let is_older = self.account.first_sync_time.is_some_and(|first| row.time <= first);
        let is_archive = !self.live && !self.reads_on && is_older;
        if is_archive && !loaded.row.is_read_known && row.seq > loaded.row.read_seq {
            loaded.row.read_seq = row.seq;
            loaded.row.read_time = row.time.seconds();
            loaded.recount = true;
        } else if row.counts_unread && row.seq > loaded.row.read_seq {
            loaded.row.unread_count += 1;
        }
    }

    /// The peer has read our messages up to here (V2TIM: `onRecvC2CReadReceipt`).
    pub(super) fn peer_read(&mut self, id: &ConversationId, position: ReadPosition) -> StoreResult<()> {
        let seq = i64::try_from(position.seq).unwrap_or_default();
        self.edit(id, |tx, loaded| {
            if seq <= loaded.row.peer_read_seq {
                return Ok(());
            }
            let before = std::mem::replace(&mut loaded.row.peer_read_seq, seq);
            // The receipts of a sync are old news; `isPeerRead` of the messages shows them.
            if tx.live && loaded.row.is_listed {
                let receipt = Receipt::of_peer(id, position.timestamp, None, true);
                tx.tell(Event::RecvC2CReadReceipt, id.clone(), shown_json(&[receipt])?);
                tx.read_by_peer(loaded, before)?;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, START, at, bob, c2c, from_bob, message, team, unnumbered};
    use crate::model::{Change, Inbound, Outbound};

    fn read(fixture: &Fixture, timestamp: i64, sequence: u64, id: ConversationId) {
        fixture
            .engine
            .clean_unread(&UnreadScope::One(id), timestamp, sequence)
            .unwrap();
    }

    #[test]
    fn messages_of_others_after_the_read_position_are_unread() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.live(from_bob(2));
        fixture.live(Change::Message(message(&bob(), "alice", 3)));
        assert_eq!(fixture.row(&bob())["unreadCount"], 2);
        assert_eq!(fixture.engine.total_unread().unwrap(), 2);
        read(&fixture, 0, 0, bob());
        assert_eq!(fixture.row(&bob())["unreadCount"], 0);
        assert!(matches!(fixture.command(), Some(Outbound::Read { position, .. }) if position.seq == 3));
    }

    #[test]
    fn the_bound_is_a_time_in_c2c_conversations_and_a_sequence_in_groups() {
        let fixture = Fixture::new();
        for seq in 1..=3 {
            fixture.live(from_bob(seq));
            let mut message = message(&team(), "bob", seq);
            message.msg_id = format!("g{seq}");
            fixture.live(Change::Message(message));
        }
        read(&fixture, START + 2, 1, bob());
        assert_eq!(fixture.row(&bob())["unreadCount"], 1);
        read(&fixture, START + 3, 1, team());
        assert_eq!(fixture.row(&team())["unreadCount"], 2);
    }

    #[test]
    fn many_conversations_are_read_in_portions_and_what_comes_meanwhile_stays_unread() {
        let fixture = Fixture::new();
        let users = PORTION + 1;
        for user in 0..users {
            let id = c2c(&format!("u{user}"));
            let mut message = message(&id, id.target(), 1);
            message.msg_id = id.target().to_owned();
            fixture.live(Change::Message(message));
        }
        fixture.told();
        fixture.engine.clean_unread(&UnreadScope::All, 0, 0).unwrap();
        let changed = fixture
            .told()
            .into_iter()
            .filter(|(event, _)| *event == Event::ConversationChanged);
        assert_eq!(
            changed.map(|(_, list)| list.as_array().unwrap().len()).sum::<usize>(),
            users
        );
        assert_eq!(fixture.engine.total_unread().unwrap(), 0);

        fixture.live(from_bob(1));
        fixture.live(from_bob(2));
        fixture.engine.write(true, |tx| tx.read_to(&bob(), 0, 0, 1)).unwrap();
        assert_eq!(fixture.row(&bob())["unreadCount"], 1);
    }

    #[test]
    fn the_read_position_only_moves_forward() {
        let fixture = Fixture::new();
        for seq in 1..=3 {
            fixture.live(from_bob(seq));
        }
        for (seq, unread) in [(2, 1), (1, 1), (3, 0)] {
            fixture.live(Change::Read {
                conversation: bob(),
                up_to: at(seq),
            });
            assert_eq!(fixture.row(&bob())["unreadCount"], unread, "after {seq}");
        }
    }

    #[test]
    fn an_archive_that_nobody_has_read_counts_as_read_up_to_the_first_sync() {
        let fixture = Fixture::new();
        let batch = |seq, in_use_since| Inbound {
            live: false,
            in_use_since: Some(Micros(in_use_since * 1_000_000)),
            changes: vec![from_bob(seq)],
            ..Inbound::default()
        };
        fixture.engine.apply(batch(1, START + 1)).unwrap();
        assert_eq!(fixture.row(&bob())["unreadCount"], 0);
        fixture.engine.apply(batch(2, START + 1)).unwrap();
        assert_eq!(fixture.row(&bob())["unreadCount"], 1, "newer than the first sync");
    }

    #[test]
    fn what_an_archive_has_after_what_was_read_counts_whatever_the_servers_clock_says() {
        let fixture = Fixture::new();
        let batch = |id: &str, older| Inbound {
            live: false,
            in_use_since: Some(Micros((START + 1000) * 1_000_000)),
            changes: vec![unnumbered(id, "bob", 1, older)],
            ..Inbound::default()
        };
        fixture.engine.apply(batch("a", true)).unwrap();
        assert_eq!(fixture.row(&bob())["unreadCount"], 0);
        fixture.engine.apply(batch("b", false)).unwrap();
        assert_eq!(fixture.row(&bob())["unreadCount"], 1);
    }

    #[test]
    fn the_peers_reading_is_told_once_and_only_moves_forward() {
        let fixture = Fixture::new();
        fixture.live(Change::Message(message(&bob(), "alice", 1)));
        fixture.told();
        let peer_read = || {
            fixture.live(Change::PeerRead {
                conversation: bob(),
                up_to: at(1),
            });
        };
        peer_read();
        assert_eq!(fixture.told_of(Event::RecvC2CReadReceipt)[0]["userID"], "bob");
        assert_eq!(fixture.row(&bob())["lastMessage"]["isPeerRead"], true);
        peer_read();
        assert!(fixture.told().is_empty());
    }
}
