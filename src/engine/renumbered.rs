//! A server that was put back from a copy: it gives the numbers after those in the copy a second time. What it has lost
//! stays here, without a number, between what the copy has and what came after.

use super::core::Engine;
use super::json::to_json;
use super::transaction::Transaction;
use crate::model::seq::{from_stored, to_stored};
use crate::model::{ConversationId, ReadPosition, Result};
use crate::store::outbox::{self, CommandKind};
use crate::store::{StoreResult, conversation, message};

impl Engine {
    /// The stored conversations, also those that are not in the list.
    pub fn stored_conversations(&self) -> Result<Vec<ConversationId>> {
        self.store.read(|db| Ok(conversation::all(db)?))
    }

    /// The newest message of a conversation that has a number below `below`: its number and `msgID`.
    pub fn numbered_message(&self, id: &ConversationId, below: u64) -> Result<Option<(u64, String)>> {
        let found = self
            .store
            .read(|db| Ok(message::numbered_below(db, id, to_stored(below))?))?;
        Ok(found.map(|(seq, msg_id)| (from_stored(seq), msg_id)))
    }
}

impl Transaction<'_> {
    /// Numbers after `after` no longer mean what they meant.
    pub(super) fn renumbered(&mut self, id: &ConversationId, after: u64) -> StoreResult<()> {
        let after = to_stored(after);
        let read = self.edit(id, |tx, loaded| {
            message::forget_numbers(tx.db, loaded.row.id, after)?;
            let row = &mut loaded.row;
            for position in [
                &mut row.max_seq,
                &mut row.read_seq,
                &mut row.peer_read_seq,
                &mut row.delivered_seq,
                &mut row.cleared_seq,
            ] {
                *position = (*position).min(after);
            }
            loaded.recount = true;
            let (seq, timestamp) = (from_stored(loaded.row.read_seq), loaded.row.read_time);
            Ok((loaded.row.is_read_known && seq > 0).then_some(ReadPosition { seq, timestamp }))
        })?;
        // Commands that still wait reach up to a number too. Nothing that was written since the copy may be read or deleted
        // by them.
        for entry in outbox::of_kind(self.db, id, CommandKind::Read)? {
            // One that cannot be read is given up at its turn.
            let Ok(mut position) = super::outbox::value::<ReadPosition>(&entry) else {
                continue;
            };
            position.seq = position.seq.min(from_stored(after));
            outbox::set_value(self.db, entry.id, &to_json(&position)?)?;
        }
        for kind in [CommandKind::ClearHistory, CommandKind::DeleteConversation] {
            for entry in outbox::of_kind(self.db, id, kind)? {
                // The number comes first; what follows it is no business of this.
                let Ok(mut parts) = super::outbox::value::<Vec<serde_json::Value>>(&entry) else {
                    continue;
                };
                if let Some(up_to) = parts.first_mut() {
                    *up_to = up_to.as_u64().unwrap_or_default().min(from_stored(after)).into();
                }
                outbox::set_value(self.db, entry.id, &to_json(&parts)?)?;
            }
        }
        // What was read after the copy was made need not be read again.
        match read {
            Some(position) => self.append(CommandKind::Read, id, "", &position, &()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob, from_bob, message};
    use crate::model::{Change, Micros, Outbound};

    /// Bob's messages 1 to 4, of which 3 are read, and then a service that knows only 2.
    fn restored() -> Fixture {
        let fixture = Fixture::new();
        for seq in 1..=4 {
            fixture.live(from_bob(seq));
        }
        fixture.live(Change::Read {
            conversation: bob(),
            up_to: crate::model::Target::seq(3),
        });
        fixture.history(Change::Renumbered {
            conversation: bob(),
            after: 2,
        });
        fixture
    }

    /// A message of the second life.
    fn newer(seq: u64) -> Change {
        let mut newer = message(&bob(), "bob", seq);
        newer.msg_id = format!("n{seq}");
        newer.time = Micros(newer.time.0 + 1_000_000_000);
        Change::Message(newer)
    }

    #[test]
    fn what_was_lost_stays_between_the_copy_and_what_came_after() {
        let fixture = restored();
        for seq in 1..=2 {
            fixture.history(from_bob(seq));
        }
        for seq in 3..=4 {
            fixture.history(newer(seq));
        }
        let ids: Vec<String> = fixture.messages(&bob()).into_iter().map(|(id, _)| id).collect();
        let mut expected = ["m1", "m2", "m3", "m4", "n3", "n4"].map(str::to_owned);
        if ids.first() != expected.first() {
            expected.reverse();
        }
        assert_eq!(ids, expected);
        let row = fixture.row(&bob());
        assert_eq!(row["unreadCount"], 2, "all that is new, and nothing that was lost");
        assert_eq!(row["lastMessage"]["msgID"], "n4");
    }

    #[test]
    fn a_newer_copy_that_has_a_lost_message_gives_it_its_number_again() {
        let fixture = restored();
        fixture.history(from_bob(3));
        assert_eq!(
            fixture.engine.numbered_message(&bob(), u64::MAX).unwrap().unwrap(),
            (3, "m3".to_owned())
        );
    }

    #[test]
    fn commands_that_wait_do_not_reach_what_was_written_since_the_copy() {
        let fixture = Fixture::new();
        for seq in 1..=4 {
            fixture.live(from_bob(seq));
        }
        let all = crate::engine::UnreadScope::One(bob());
        fixture.engine.clean_unread(&all, 0, 0).unwrap();
        fixture.engine.clear_history(&bob()).unwrap();
        fixture.history(Change::Renumbered {
            conversation: bob(),
            after: 2,
        });
        let mut reach = Vec::new();
        while let Some(command) = fixture.command() {
            match command {
                Outbound::Read { position, .. } => reach.push(position.seq),
                Outbound::ClearHistory { up_to, .. } => reach.push(up_to),
                _ => {}
            }
            fixture.complete(crate::model::Outcome::Done);
        }
        assert_eq!(reach, [2, 2, 2], "the last tells the service what it has forgotten");
        fixture.history(newer(3));
        assert_eq!(fixture.row(&bob())["unreadCount"], 1);
    }

    #[test]
    fn the_numbers_of_an_account_are_told() {
        let fixture = restored();
        assert_eq!(fixture.engine.stored_conversations().unwrap(), [bob()]);
        let newest = |below| fixture.engine.numbered_message(&bob(), below).unwrap();
        assert_eq!(newest(u64::MAX), Some((2, "m2".to_owned())));
        assert_eq!(newest(2), Some((1, "m1".to_owned())));
        assert_eq!(newest(1), None);
    }
}
