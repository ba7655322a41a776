//! Messages of a server that does not number them (XMPP): the engine numbers them by their time.
//!
//! The stored part of a conversation is the whole end of its history: a message that comes is newer than all that are
//! stored, or older than all of them. So its number needs no more than its time and its neighbour's number. The exception is
//! a gap: after much was missed the newest messages come ahead, and those of the gap after them, oldest first. Each of these
//! has its place after all that are stored below the gap and before all above it.

use super::transaction::{LoadedConversation, Transaction};
use crate::events::Event;
use crate::model::{ConversationId, Message, MessageStatus, Micros, ReadPosition, Status, UnnumberedMessage};
use crate::store::message::{self, MessageRow};
use crate::store::{StoreResult, deleted, gap, message_ids};

/// The greatest number that a time makes, which is that of the year 2112: a server whose clock is wrong must leave numbers
/// for what comes later.
const MAX_NUMBER: i64 = 1 << 52;

/// How many numbers are left free at least below the first message that came ahead, and below each of the others: there may
/// be gaps among them too.
const ROOM: i64 = 1 << 24;
const ROOM_BETWEEN: i64 = 1 << 16;

/// The next free number of a conversation for a message of that time.
fn number_after(loaded: &LoadedConversation, time: Micros) -> i64 {
    time.0.min(MAX_NUMBER).max(loaded.row.max_seq + 1)
}

impl Transaction<'_> {
    /// Stores a message of a server that does not number them, or learns more of one that is stored.
    pub(super) fn receive_unnumbered(&mut self, unnumbered: &UnnumberedMessage) -> StoreResult<()> {
        let mut incoming = unnumbered.message.clone();
        let id = incoming.conversation.clone();
        let known = self.find_stored(unnumbered)?;
        if let Some(known) = &known {
            incoming.msg_id.clone_from(known);
        } else if self.is_id_taken(unnumbered)? {
            incoming.msg_id.clone_from(&unnumbered.own_id);
        }
        let stored = match &known {
            Some(known) => message::by_msg_id(self.db, known)?,
            None => None,
        };
        let has_failed = self.was_returned(&id, &incoming.msg_id)?;
        match stored {
            _ if has_failed => {}
            Some(row) if self.is_earlier_copy(&row, unnumbered)? => self.move_back(&id, row, unnumbered)?,
            stored => {
                // One of ours that has no number yet gets one now.
                let mut seq = stored.map_or(0, |row| row.seq);
                incoming.seq = self
                    .edit(&id, |tx, loaded| {
                        let follows = !unnumbered.older && !unnumbered.is_ahead;
                        if seq == 0 {
                            seq = tx.number(loaded, unnumbered, incoming.time)?;
                        } else if follows {
                            gap::reach(tx.db, loaded.row.id, seq)?;
                        }
                        loaded.passed = if follows { seq } else { loaded.passed };
                        Ok(seq)
                    })?
                    // 0 is for messages that are not sent yet.
                    .max(1)
                    .unsigned_abs();
                (self.reads_backwards, self.reads_on) = (unnumbered.older, !unnumbered.older);
                let received = self.receive(&incoming);
                (self.reads_backwards, self.reads_on) = (false, false);
                received?;
            }
        }
        let ids = (unnumbered.server_id.as_str(), unnumbered.origin_id.as_str());
        // Not stored: it was deleted or cleared before.
        let Some(row) = message::by_msg_id(self.db, &incoming.msg_id)? else {
            return self.pass_by(&incoming, ids, unnumbered.is_ahead);
        };
        if message::conversation_of(self.db, &row.msg_id)?.as_ref() != Some(&id) {
            return Ok(());
        }
        message_ids::save(self.db, &row, ids.0, ids.1)?;
        self.edit(&id, |tx, loaded| tx.locate(loaded, &row.msg_id, row.position))?;
        self.apply_awaited(&id, &row, ids)
    }

    /// The number of a message that is not stored. The archive's order counts and not its clock: a message that is older there
    /// has a lower number, and if its time says otherwise, the number next to its neighbour's.
    pub(super) fn number(
        &self,
        loaded: &mut LoadedConversation,
        unnumbered: &UnnumberedMessage,
        time: Micros,
    ) -> StoreResult<i64> {
        let conversation = loaded.row.id;
        if unnumbered.older {
            let above = gap::above(self.db, conversation)?;
            return Ok(match message::lowest_seq(self.db, conversation)? {
                // All that is stored came ahead: those of the gap have their place above this one.
                Some(lowest) if above.is_some_and(|above| above <= lowest) => time.0.min(lowest - ROOM_BETWEEN),
                Some(lowest) => time.0.min(lowest - 1),
                None => time.0.min(MAX_NUMBER),
            });
        }
        if unnumbered.is_late && time.0 <= loaded.row.max_seq {
            return self.number_at(conversation, time);
        }
        let above = gap::above(self.db, conversation)?;
        if unnumbered.is_ahead {
            let room = if above.is_none() { ROOM } else { ROOM_BETWEEN };
            let seq = number_after(loaded, time).max(loaded.row.max_seq + room);
            gap::open(self.db, self.ensure_row(loaded)?, seq)?;
            return Ok(seq);
        }
        let cleared = loaded.row.cleared_seq;
        // What came ahead was cleared, all or in part, and the gap with it. What is later than that has its place behind it.
        let above = match above {
            Some(above) if above <= cleared && time.0 <= cleared => return Ok(above - 1),
            Some(above) if above <= cleared => {
                gap::reach(self.db, conversation, cleared)?;
                gap::above(self.db, conversation)?
            }
            above => above,
        };
        match above {
            Some(above) => {
                let below = gap::seq_before(self.db, conversation, above)?.unwrap_or_default();
                // Cleared ones had numbers too.
                let below = below.max(cleared);
                // Where its time is none of the gap's, next to the neighbour that its time is beyond.
                let seq = if time.0 < above { time.0 } else { above - ROOM };
                Ok(seq.max(below + 1).min(above - 1))
            }
            None if self.is_overtaken(loaded, unnumbered)? => self.number_of_overtaken(loaded, time),
            None => Ok(number_after(loaded, time)),
        }
    }

    /// A message that was deleted comes: its place may be that up to which another device has read or deleted.
    fn pass_by(&mut self, incoming: &Message, ids: (&str, &str), is_ahead: bool) -> StoreResult<()> {
        let id = &incoming.conversation;
        let conversation = self.edit(id, |_, loaded| Ok(loaded.row.id))?;
        if !deleted::contains(self.db, conversation, &incoming.msg_id)? {
            return Ok(());
        }
        let known = self.edit(id, |tx, loaded| {
            let conversation = tx.ensure_row(loaded)?;
            Ok(deleted::by_msg_id(tx.db, conversation, &incoming.msg_id)?)
        })?;
        let known_id = deleted::server_id(self.db, conversation, &incoming.msg_id)?;
        let is_copy = !known_id.is_empty() && !ids.0.is_empty() && known_id != ids.0;
        let place = match known {
            // An earlier copy has the place, as of a message that is stored.
            Some(place) if !is_copy || is_ahead || incoming.seq >= place.seq => place,
            _ => self.edit(id, |tx, loaded| {
                let seq = i64::try_from(incoming.seq).unwrap_or_default();
                // What comes next lies after it, as after any other.
                loaded.row.max_seq = loaded.row.max_seq.max(seq);
                deleted::save_place(tx.db, (loaded.row.id, &incoming.msg_id), (seq, incoming.time), ids.0)?;
                Ok(ReadPosition {
                    seq: incoming.seq,
                    timestamp: incoming.time.seconds(),
                })
            })?,
        };
        self.edit(id, |tx, loaded| {
            let position = i64::try_from(place.seq).unwrap_or(i64::MAX);
            tx.locate(loaded, &incoming.msg_id, position)
        })?;
        self.apply_awaited_at(id, (&incoming.msg_id, &incoming.sender), ids, place)
    }

    /// The `msgID` of a message that is stored already and comes under another: its server repeats it under a new archive
    /// id, or its sender sent it twice because a connection broke.
    fn find_stored(&mut self, unnumbered: &UnnumberedMessage) -> StoreResult<Option<String>> {
        let message = &unnumbered.message;
        let conversation = self.edit(&message.conversation, |_, loaded| Ok(loaded.row.id))?;
        // The archive's id first: no sender can choose it.
        if let Some(known) = message_ids::by_server_id(self.db, conversation, &unnumbered.server_id)? {
            return Ok(Some(known));
        }
        // Without the promise two messages may have one id, and the second would vanish in the first.
        if unnumbered.is_origin_unique {
            let id = &unnumbered.origin_id;
            let known = message_ids::by_origin_id(self.db, conversation, id, Some(&message.sender))?;
            return match known {
                Some(known) if !self.is_broken_promise(unnumbered, &known)? => Ok(Some(known)),
                _ => Ok(None),
            };
        }
        Ok(None)
    }

    /// Whether another message has this one's `msgID`: by accident, or because somebody wants to keep this one out.
    fn is_id_taken(&self, unnumbered: &UnnumberedMessage) -> StoreResult<bool> {
        let incoming = &unnumbered.message;
        let Some(known) = message::by_msg_id(self.db, &incoming.msg_id)? else {
            return Ok(false);
        };
        let conversation = message::conversation_of(self.db, &incoming.msg_id)?;
        // In no conversation, its row is damaged: this is that message (`receive_again`).
        let is_others = known.sender != incoming.sender || conversation.is_some_and(|id| id != incoming.conversation);
        Ok(is_others || self.is_broken_promise(unnumbered, &incoming.msg_id)?)
    }

    /// The server has a message of ours and does not number it.
    pub(super) fn accept_unnumbered(&mut self, id: &ConversationId, row: MessageRow, time: Micros) -> StoreResult<()> {
        let msg_id = row.msg_id.clone();
        self.edit(id, |tx, loaded| {
            let seq = number_after(loaded, time);
            tx.accept(loaded, row, seq, time)?;
            // Without an id of the archive: where it lies there is not known yet.
            if let Some(row) = message::by_msg_id(tx.db, &msg_id)? {
                message_ids::save(tx.db, &row, "", &msg_id)?;
            }
            tx.locate(loaded, &msg_id, seq)
        })?;
        match message::by_msg_id(self.db, &msg_id)? {
            Some(row) => self.apply_awaited(id, &row, ("", &msg_id)),
            None => Ok(()),
        }
    }

    /// The server returned a message of ours after it had taken it.
    pub(super) fn send_failed(&mut self, id: &ConversationId, msg_id: &str, reason: Status) -> StoreResult<()> {
        let Some(mut row) = message::by_msg_id(self.db, msg_id)? else {
            return Ok(());
        };
        // Anybody can send a bounce: it concerns only what was sent to whoever returns it.
        let is_here = message::conversation_of(self.db, msg_id)?.as_ref() == Some(id);
        if !row.is_self || row.status != MessageStatus::Sent || !is_here {
            return Ok(());
        }
        row.status = MessageStatus::Failed;
        row.error_code = i64::from(reason.code());
        message::update(self.db, &row)?;
        self.edit(id, |tx, loaded| {
            tx.tell_message(Event::MessageStatusChanged, loaded, &row)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, START, bob, body, message, team};
    use crate::model::{Change, Outcome, UserId};

    /// Bob's message with this origin id and archive id, sent so many seconds after the start.
    fn told(origin_id: &str, server_id: &str, seconds: i64, older: bool) -> Change {
        found(origin_id, server_id, seconds, (older, false))
    }

    fn ahead(id: &str, seconds: i64) -> Change {
        found(id, id, seconds, (false, true))
    }

    fn found(origin_id: &str, server_id: &str, seconds: i64, (older, is_ahead): (bool, bool)) -> Change {
        Change::UnnumberedMessage(Box::new(UnnumberedMessage {
            message: Message {
                msg_id: origin_id.to_owned(),
                conversation: bob(),
                sender: UserId::trusted("bob"),
                nick_name: String::new(),
                face_url: String::new(),
                seq: 0,
                time: Micros((START + seconds) * 1_000_000),
                revoked: None,
                body: body("hi"),
            },
            own_id: format!("bob/{server_id}"),
            server_id: server_id.to_owned(),
            origin_id: origin_id.to_owned(),
            is_origin_unique: true,
            older,
            is_ahead,
            is_late: false,
        }))
    }

    fn ids(fixture: &Fixture) -> Vec<String> {
        fixture.messages(&bob()).into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn messages_of_one_second_keep_the_order_of_the_archive() {
        let fixture = Fixture::new();
        fixture.live(told("c", "3", 0, false));
        fixture.live(told("d", "4", 0, false));
        fixture.history(told("b", "2", 0, true));
        fixture.history(told("a", "1", 0, true));
        assert_eq!(ids(&fixture), ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_gap_that_was_cleared_stays_empty_and_what_came_after_it_does_not() {
        let fixture = Fixture::new();
        fixture.live(told("a", "a", 0, false));
        fixture.history(ahead("d", 300));
        fixture.engine.clear_history(&bob()).unwrap();
        // The session ends, more is said, and the newest comes ahead again.
        fixture.history(ahead("f", 900));
        let was_archived = |id: &str, seconds: i64| {
            let time = Micros((START + seconds) * 1_000_000);
            fixture.engine.was_archived(&bob(), id, time).unwrap()
        };
        assert!(was_archived("d", 300) && was_archived("f", 900) && !was_archived("e", 600));
        for (id, seconds) in [("b", 100), ("c", 200), ("d", 300), ("e", 600), ("f", 900), ("g", 901)] {
            fixture.history(told(id, id, seconds, false));
        }
        fixture.history(Change::CaughtUp { group_id: None });
        fixture.live(told("h", "h", 902, false));
        assert_eq!(ids(&fixture), ["e", "f", "g", "h"]);
    }

    #[test]
    fn what_a_server_kept_and_its_archive_did_not_has_the_place_of_its_time() {
        let fixture = Fixture::new();
        for (id, seconds) in [("a", 0), ("c", 200), ("d", 300)] {
            fixture.history(told(id, id, seconds, false));
        }
        // What is said elsewhere meanwhile stays above.
        fixture.live(Change::Message(message(&team(), "bob", 1)));
        for (id, seconds) in [("b", 100), ("c2", 200)] {
            let Change::UnnumberedMessage(mut late) = told(id, id, seconds, false) else {
                panic!()
            };
            late.is_late = true;
            fixture.live(Change::UnnumberedMessage(late));
        }
        assert_eq!(ids(&fixture), ["a", "b", "c", "c2", "d"]);
        assert_eq!(fixture.row(&bob())["unreadCount"], 5);
        assert_eq!(fixture.list(), ["group_team", "c2c_bob"]);
    }

    #[test]
    fn a_message_that_is_sent_or_archived_again_is_the_same_one() {
        let fixture = Fixture::new();
        fixture.live(told("a", "1", 0, false));
        fixture.live(told("a", "2", 1, false));
        fixture.live(told("other", "1", 2, false));
        assert_eq!(ids(&fixture), ["a"]);
    }

    #[test]
    fn a_server_whose_clock_is_wrong_loses_neither_its_messages_nor_later_ones() {
        let fixture = Fixture::new();
        let year_9999 = 253_402_300_799 - START;
        fixture.live(told("b", "2", year_9999, false));
        fixture.live(told("c", "3", 0, false));
        fixture.history(told("a", "1", year_9999, true));
        assert_eq!(ids(&fixture), ["a", "b", "c"]);
        assert_eq!(fixture.row(&bob())["unreadCount"], 3);
    }

    #[test]
    fn an_id_that_another_message_has_already_cannot_keep_a_message_out() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        fixture.complete(Outcome::Accepted {
            time: Micros(START * 1_000_000),
        });
        fixture.live(told(&msg_id, "1", 1, false));
        assert_eq!(ids(&fixture), [msg_id, "bob/1".to_owned()]);
    }

    #[test]
    fn a_deleted_message_keeps_none_with_its_id_out_of_another_conversation() {
        let fixture = Fixture::new();
        // Deleted on another device: Mallory had given hers the id of one of Bob's.
        fixture.live(Change::MessagesDeleted {
            conversation: crate::model::ConversationId::trusted("c2c_mallory"),
            msg_ids: vec!["a".to_owned()],
        });
        fixture.live(told("a", "1", 0, false));
        assert_eq!(ids(&fixture), ["a"]);
    }

    #[test]
    fn a_sent_message_that_the_server_returns_has_failed() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        fixture.complete(Outcome::Accepted {
            time: Micros(START * 1_000_000),
        });
        let returned = Change::SendFailed {
            conversation: bob(),
            msg_id: msg_id.clone(),
            reason: Status::NoPermission,
        };
        fixture.live(returned.clone());
        assert_eq!(fixture.messages(&bob()), [(msg_id, 3)]);
        assert_eq!(fixture.row(&bob())["lastMessage"]["errorCode"], 10007);
        fixture.told();
        fixture.live(returned);
        assert!(fixture.told().is_empty());
    }
}
