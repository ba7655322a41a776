//! Marks: what happens to a message or up to it, now or as soon as the message comes.
//!
//! A server that numbers its messages tells of them in order, so that what it marks is here or never will be. The others
//! (XMPP) may tell of a message before the message itself: a read marker before the archive's page that holds it.

use super::transaction::Transaction;
use crate::model::{ConversationId, IdKind, MessageId, Micros, ReadPosition, Recall, Target, UserId};
use crate::store::awaited::{self, Mark};
use crate::store::message::MessageRow;
use crate::store::{StoreResult, deleted, message, message_edit, message_ids};

/// What a target means.
enum Found {
    /// A message that is stored.
    Message(Box<MessageRow>),
    /// A place, where there is no message, or none any more.
    Place(ReadPosition),
}

impl Transaction<'_> {
    /// Marks what the target means, or waits for it where the target can wait.
    pub(super) fn mark_when_known(&mut self, id: &ConversationId, target: &Target, mark: Mark) -> StoreResult<()> {
        self.mark_as(id, target, mark, &Recall::default())
    }

    /// The same for a recall.
    pub(super) fn recall_when_known(
        &mut self,
        id: &ConversationId,
        target: &Target,
        recall: &Recall,
    ) -> StoreResult<()> {
        self.mark_as(id, target, Mark::Revoked, recall)
    }

    fn mark_as(&mut self, id: &ConversationId, target: &Target, mark: Mark, recall: &Recall) -> StoreResult<()> {
        let conversation = self.edit(id, |_, loaded| Ok(loaded.row.id))?;
        let message = |row: MessageRow| Found::Message(Box::new(row));
        let found = match target {
            // A mark that reaches back needs no more than the number, whether or not a message is stored there.
            Target::Seq(position) if mark.is_position() => return self.apply_position(id, *position, mark),
            Target::Seq(position) => {
                let seq = i64::try_from(position.seq).unwrap_or(i64::MAX);
                message::by_seq(self.db, conversation, seq)?.map(message)
            }
            Target::MsgId(msg_id) => {
                let row = message::by_msg_id(self.db, msg_id)?;
                row.filter(|row| row.conversation == conversation).map(message)
            }
            Target::Place(place) => {
                // If nothing waits for it, the message was found before.
                if !awaited::give_up(self.db, id, mark, place)? {
                    return Ok(());
                }
                if let Some(row) = message::by_msg_id(self.db, &place.id)?
                    && row.conversation == conversation
                    && row.seq > 0
                {
                    // No earlier copy of it has come, so it is the message itself, by another clock.
                    return self.apply_mark(id, &row, mark, recall);
                }
                // Some archives have whole seconds: what was said in the same one may have been said after it.
                let before = Micros(place.time.seconds().saturating_mul(1_000_000));
                let last = message::newest_before(self.db, conversation, before, message::PENDING_POSITION)?;
                let (seq, time) = last.unwrap_or_default();
                Some(Found::Place(ReadPosition {
                    seq: seq.unsigned_abs(),
                    timestamp: time.seconds(),
                }))
            }
            // What waits goes on waiting: in an archive that is read backwards, the mark that is told later is the older one.
            Target::Id(target) => self.find(conversation, target, mark)?,
        };
        match (found, target) {
            // Others see a message of ours before this device hears that the server has it. Its place is known then.
            (Some(Found::Message(row)), Target::Id(target)) if row.seq == 0 && mark.is_position() => {
                self.wait_for(id, target, mark, recall)
            }
            (Some(Found::Message(row)), _) => self.apply_mark(id, &row, mark, recall),
            (Some(Found::Place(place)), _) => self.apply_position(id, place, mark),
            (None, Target::Id(target)) => self.wait_for(id, target, mark, recall),
            (None, _) => Ok(()),
        }
    }

    fn wait_for(&mut self, id: &ConversationId, target: &MessageId, mark: Mark, recall: &Recall) -> StoreResult<()> {
        awaited::keep(self.db, id, target, mark, recall)?;
        if mark == Mark::Read {
            // A first sync goes backwards: what it brings before the message that was read last is newer than that one,
            // and unread.
            self.edit(id, |tx, loaded| {
                if !loaded.row.is_read_known && !message::any(tx.db, loaded.row.id)? {
                    tx.read_elsewhere(loaded, ReadPosition::default());
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn find(&self, conversation: i64, target: &MessageId, mark: Mark) -> StoreResult<Option<Found>> {
        let found = self.find_message(conversation, target)?;
        if found.is_some() {
            return Ok(found.map(|row| Found::Message(Box::new(row))));
        }
        if let Some((row, time)) = self.find_edited(conversation, target)? {
            return Ok(Some(if mark.is_position() {
                // Whoever has read an edit has read what was said before it.
                Found::Place(self.place_at(conversation, time)?)
            } else {
                Found::Message(Box::new(row))
            }));
        }
        // A place in the history outlives the message that names it.
        let place = match target.kind {
            IdKind::Server => deleted::by_server_id(self.db, conversation, &target.id)?,
            IdKind::Origin | IdKind::MsgId => deleted::by_msg_id(self.db, conversation, &target.id)?,
        };
        Ok(place.map(Found::Place))
    }

    pub(super) fn find_message(&self, conversation: i64, target: &MessageId) -> StoreResult<Option<MessageRow>> {
        let sender = target.sender.as_ref();
        let msg_id = match target.kind {
            IdKind::MsgId => Some(target.id.clone()),
            IdKind::Server => message_ids::by_server_id(self.db, conversation, &target.id)?,
            // Our own messages go out under their `msgID`, so that is their origin id too.
            IdKind::Origin => {
                let found = message_ids::by_origin_id(self.db, conversation, &target.id, sender)?;
                found.or_else(|| Some(target.id.clone()))
            }
        };
        let Some(msg_id) = msg_id else { return Ok(None) };
        let row = message::by_msg_id(self.db, &msg_id)?;
        Ok(row.filter(|row| is_meant(row, conversation, target)))
    }

    /// The message that is meant by the name of an edit of it, and when the server got that edit.
    pub(super) fn find_edited(
        &self,
        conversation: i64,
        target: &MessageId,
    ) -> StoreResult<Option<(MessageRow, Micros)>> {
        let edited = match target.kind {
            IdKind::MsgId => None,
            IdKind::Server => message_edit::by_server_id(self.db, conversation, &target.id)?,
            IdKind::Origin => message_edit::by_origin_id(self.db, conversation, &target.id, target.sender.as_ref())?,
        };
        let Some(edited) = edited else { return Ok(None) };
        let row = message::by_msg_id(self.db, &edited.msg_id)?;
        let row = row.filter(|row| is_meant(row, conversation, target));
        Ok(row.map(|row| (row, edited.time)))
    }

    /// The place of the newest message that the server had at a time.
    fn place_at(&self, conversation: i64, time: Micros) -> StoreResult<ReadPosition> {
        let after = Micros(time.0.saturating_add(1));
        let last = message::newest_before(self.db, conversation, after, message::PENDING_POSITION)?;
        let (seq, time) = last.unwrap_or_default();
        Ok(ReadPosition {
            seq: seq.unsigned_abs(),
            timestamp: time.seconds(),
        })
    }

    /// Takes the marks, edits and reactions that waited for an edit that has just come.
    pub(super) fn apply_awaited_by_edit(
        &mut self,
        id: &ConversationId,
        row: &MessageRow,
        (ids, time): ((&str, &str), Micros),
    ) -> StoreResult<()> {
        for (mark, recall) in awaited::take(self.db, id, (&row.msg_id, &row.sender, row.time), ids)? {
            if mark.is_position() {
                let place = self.place_at(row.conversation, time)?;
                self.apply_position(id, place, mark)?;
            } else {
                self.apply_mark(id, row, mark, &recall)?;
            }
        }
        self.apply_edits_of_edit(id, &row.msg_id, ids)?;
        self.apply_awaited_reactions(id, &row.msg_id, ids)
    }

    /// Takes the marks that waited for a message that has just come.
    pub(super) fn apply_awaited(
        &mut self,
        id: &ConversationId,
        row: &MessageRow,
        ids: (&str, &str),
    ) -> StoreResult<()> {
        for (mark, recall) in awaited::take(self.db, id, (&row.msg_id, &row.sender, row.time), ids)? {
            self.apply_mark(id, row, mark, &recall)?;
        }
        self.apply_awaited_changes(id, &row.msg_id, ids)
    }

    /// The same for a message that has just come and is not stored, because it was deleted before.
    pub(super) fn apply_awaited_at(
        &mut self,
        id: &ConversationId,
        message: (&str, &UserId),
        ids: (&str, &str),
        place: ReadPosition,
    ) -> StoreResult<()> {
        let time = Micros(place.timestamp.saturating_mul(1_000_000));
        for (mark, _) in awaited::take(self.db, id, (message.0, message.1, time), ids)? {
            self.apply_position(id, place, mark)?;
        }
        Ok(())
    }

    fn apply_mark(&mut self, id: &ConversationId, row: &MessageRow, mark: Mark, recall: &Recall) -> StoreResult<()> {
        if mark == Mark::Revoked {
            return self.recalled(id, &row.msg_id, recall);
        }
        let position = ReadPosition {
            seq: row.position.unsigned_abs(),
            timestamp: row.time.seconds(),
        };
        self.apply_position(id, position, mark)
    }

    /// A mark that reaches back from a place, which is all it needs.
    fn apply_position(&mut self, id: &ConversationId, position: ReadPosition, mark: Mark) -> StoreResult<()> {
        match mark {
            Mark::Read => self.edit(id, |tx, loaded| {
                tx.read_elsewhere(loaded, position);
                Ok(())
            }),
            Mark::PeerRead => self.peer_read(id, position),
            Mark::Delivered => self.delivered(id, position),
            Mark::Cleared => self.history_cleared(id, position.seq),
            Mark::Deleted => self.conversation_deleted(id, position.seq),
            // A recall is of a message, not of what lies before it.
            Mark::Revoked => Ok(()),
        }
    }
}

/// Whether a message is the one that is meant. The ids are free to choose, so a recall of what another user sent finds
/// nothing.
fn is_meant(row: &MessageRow, conversation: i64, target: &MessageId) -> bool {
    row.conversation == conversation
        && target.sender.as_ref().is_none_or(|sender| *sender == row.sender)
        && target.not_after.is_none_or(|latest| row.time <= latest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, body, from_bob, message, team};
    use crate::engine::{Direction, HistoryQuery};
    use crate::model::{Change, Message, Micros, Outcome, UnnumberedMessage, UserId};

    fn unnumbered(id: &str, time: i64) -> Change {
        Change::UnnumberedMessage(Box::new(UnnumberedMessage {
            message: Message {
                body: body("hi"),
                msg_id: id.to_owned(),
                time: Micros(time),
                ..message(&bob(), "bob", 0)
            },
            own_id: format!("bob/{id}"),
            server_id: format!("server-{id}"),
            origin_id: id.to_owned(),
            is_origin_unique: true,
            older: false,
            is_ahead: false,
            is_late: false,
        }))
    }

    fn by_id(id: &str, sender: &str) -> Target {
        Target::Id(MessageId {
            kind: IdKind::Origin,
            id: id.to_owned(),
            sender: Some(UserId::trusted(sender)),
            not_after: None,
        })
    }

    fn recall(message: Target) -> Change {
        Change::Revoked {
            conversation: bob(),
            message,
            recall: crate::model::Recall::default(),
        }
    }

    #[test]
    fn a_recall_that_is_told_before_its_message_waits_for_it() {
        let fixture = Fixture::new();
        fixture.live(recall(by_id("a", "bob")));
        fixture.live(unnumbered("a", 1));
        assert_eq!(fixture.messages(&bob()), [("a".to_owned(), 6)]);
    }

    #[test]
    fn a_recall_by_another_than_the_sender_recalls_nothing() {
        let fixture = Fixture::new();
        fixture.live(unnumbered("a", 1));
        fixture.live(recall(by_id("a", "mallory")));
        fixture.live(recall(by_id("b", "mallory")));
        fixture.live(unnumbered("b", 2));
        assert_eq!(fixture.messages(&bob()), [("a".to_owned(), 2), ("b".to_owned(), 2)]);
    }

    #[test]
    fn a_recall_by_another_does_not_replace_one_that_waits() {
        let fixture = Fixture::new();
        fixture.live(recall(by_id("a", "bob")));
        fixture.live(recall(by_id("a", "mallory")));
        fixture.live(unnumbered("a", 1));
        assert_eq!(fixture.messages(&bob()), [("a".to_owned(), 6)]);
    }

    #[test]
    fn read_positions_wait_side_by_side_and_the_last_place_counts() {
        let read = |id| Change::Read {
            conversation: bob(),
            up_to: by_id(id, "bob"),
        };
        for [first, second] in [["a", "b"], ["b", "a"], ["b", "never"], ["never", "b"]] {
            let fixture = Fixture::new();
            fixture.live(read(first));
            fixture.live(read(second));
            for (id, time) in [("a", 1), ("b", 2), ("c", 3)] {
                fixture.live(unnumbered(id, time));
            }
            assert_eq!(fixture.row(&bob())["unreadCount"], 1, "{first}, {second}");
        }
    }

    #[test]
    fn an_older_read_position_that_is_known_leaves_a_newer_one_waiting() {
        let fixture = Fixture::new();
        let read = |id| Change::Read {
            conversation: bob(),
            up_to: by_id(id, "bob"),
        };
        fixture.live(unnumbered("a", 1));
        fixture.live(read("b"));
        fixture.live(read("a"));
        fixture.live(unnumbered("b", 2));
        fixture.live(unnumbered("c", 3));
        assert_eq!(fixture.row(&bob())["unreadCount"], 1);
    }

    #[test]
    fn a_peer_may_have_read_a_message_before_the_server_has_confirmed_it() {
        let fixture = Fixture::new();
        let ids = ["one", "two"].map(|text| fixture.send(&bob(), text));
        fixture.live(Change::PeerRead {
            conversation: bob(),
            up_to: by_id(&ids[0], "alice"),
        });
        for time in [1, 2] {
            fixture.complete(Outcome::Accepted { time: Micros(time) });
        }
        let (history, _) = fixture
            .engine
            .history(&bob(), &HistoryQuery::new(Direction::Newer, 10))
            .unwrap();
        let history: serde_json::Value = serde_json::from_str(&history).unwrap();
        let is_read = [0, 1].map(|place| history[place]["isPeerRead"] == true);
        assert_eq!(is_read, [true, false]);
    }

    #[test]
    fn a_message_is_recalled_by_its_number_or_its_msg_id_in_its_own_conversation() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.live(from_bob(2));
        let elsewhere = |message| Change::Revoked {
            conversation: team(),
            message,
            recall: crate::model::Recall::default(),
        };
        fixture.live(elsewhere(Target::seq(1)));
        fixture.live(elsewhere(Target::MsgId("m2".to_owned())));
        assert_eq!(fixture.messages(&bob()), [("m1".to_owned(), 2), ("m2".to_owned(), 2)]);
        fixture.live(recall(Target::seq(1)));
        fixture.live(recall(Target::MsgId("m2".to_owned())));
        assert_eq!(fixture.messages(&bob()), [("m1".to_owned(), 6), ("m2".to_owned(), 6)]);
    }

    #[test]
    fn a_recall_by_msg_id_waits_for_nothing() {
        let fixture = Fixture::new();
        fixture.live(recall(Target::MsgId("a".to_owned())));
        fixture.live(unnumbered("a", 1));
        assert_eq!(fixture.messages(&bob()), [("a".to_owned(), 2)]);
    }
}
