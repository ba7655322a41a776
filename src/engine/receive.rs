//! A message from the server: ours or another's, new or known.

use super::json::to_json;
use super::transaction::{LoadedConversation, Transaction};
use crate::events::Event;
use crate::model::{AtType, ConversationType, Elem, Message, MessageBody, MessageStatus, Micros, Modification, UserId};
use crate::store::message::{self, MessageRow};
use crate::store::{StoreResult, deleted, hidden, read_receipt, setting_stamp};

/// Sequences above this cannot be shown exactly by JavaScript, and collide with [`message::PENDING_POSITION`].
const MAX_SEQ: u64 = (1 << 53) - 2;

/// How a message counts: (as unread, as an @).
pub(super) fn unread_flags(body: &MessageBody, is_self: bool, is_group: bool, me: &UserId) -> (bool, AtType) {
    let counts = !is_self && !body.is_excluded_from_unread_count;
    let at = if is_self || !is_group {
        AtType::None
    } else {
        AtType::of(&body.group_at_user_list, me.as_str())
    };
    (counts, at)
}

impl Transaction<'_> {
    /// Stores a message, or learns more of one that is stored.
    pub(super) fn receive(&mut self, incoming: &Message) -> StoreResult<()> {
        // Dropped, because an error would fail the whole batch, and the server would send the same batch again.
        let seq = match i64::try_from(incoming.seq) {
            Ok(seq) if seq > 0 && incoming.seq <= MAX_SEQ => seq,
            _ => {
                log::warn!(
                    "message {} was dropped: its sequence is {}",
                    incoming.msg_id,
                    incoming.seq
                );
                return Ok(());
            }
        };
        if let Some(known) = message::by_msg_id(self.db, &incoming.msg_id)? {
            return self.receive_again(incoming, known, seq);
        }
        // Archives keep what one of their users has deleted for themselves.
        let conversation = self.edit(&incoming.conversation, |_, loaded| Ok(loaded.row.id))?;
        if deleted::contains(self.db, conversation, &incoming.msg_id)? {
            self.note_written(conversation, incoming)?;
            return self.delete_sent(&incoming.conversation, &incoming.msg_id);
        }
        self.edit(&incoming.conversation, |tx, loaded| {
            tx.receive_new(incoming, loaded, seq)
        })
    }

    fn receive_again(&mut self, incoming: &Message, mut known: MessageRow, seq: i64) -> StoreResult<()> {
        let mut conversation = message::conversation_of(self.db, &known.msg_id)?;
        if conversation.is_none() && known.sender == incoming.sender {
            // The disk has damaged where it belongs. The server says it again.
            known.conversation = self.edit(&incoming.conversation, |tx, loaded| {
                loaded.recount = true;
                tx.ensure_row(loaded)
            })?;
            message::set_conversation(self.db, known.id, known.conversation)?;
            conversation = Some(incoming.conversation.clone());
        }
        // The sender chooses the `msgID`: by taking a known one nobody may change what somebody else has written.
        if conversation.as_ref() != Some(&incoming.conversation) || known.sender != incoming.sender {
            log::warn!("message {} was dropped: another message has its id", incoming.msg_id);
            return Ok(());
        }
        let msg_id = known.msg_id.clone();
        // The server may know a newer profile of ours than this device did when it sent the message.
        if known.is_self {
            self.show_sender(&mut known, &incoming.nick_name, &incoming.face_url)?;
            self.show_name_card(&mut known, &incoming.body.name_card)?;
        }
        // Our own message, back before the answer to its send, which may be lost: this answers as well. Or one that a server,
        // put back from a copy, had lost and now has again.
        if known.seq == 0 {
            self.edit(&incoming.conversation, |tx, loaded| {
                tx.accept(loaded, known, seq, incoming.time)
            })?;
        }
        if let Some(recall) = &incoming.revoked {
            return self.recalled(&incoming.conversation, &msg_id, recall);
        }
        // A server that numbers its messages tells each as it is by now.
        match Modification::of(&incoming.body) {
            Some(modification) => self.apply_modification(&incoming.conversation, &msg_id, &modification, true),
            None => Ok(()),
        }
    }

    fn receive_new(&mut self, incoming: &Message, loaded: &mut LoadedConversation, seq: i64) -> StoreResult<()> {
        let is_self = incoming.sender == self.account.user_id;
        if seq <= loaded.row.cleared_seq {
            return self.note_written(loaded.row.id, incoming);
        }
        let is_group = incoming.conversation.kind() == ConversationType::Group;
        let (counts_unread, at_type) = unread_flags(&incoming.body, is_self, is_group, &self.me());
        let is_revoked = incoming.revoked.is_some();
        let status = if is_revoked {
            MessageStatus::Revoked
        } else {
            MessageStatus::Sent
        };
        // The server may still have the content of a recalled message; the file must not.
        let body = if is_revoked {
            incoming.body.wiped()
        } else {
            incoming.body.clone()
        };
        let conversation = self.ensure_row(loaded)?;
        let news = match &body.elem {
            Elem::GroupTips(tips) if is_group => self.take_in_seen(loaded, tips, incoming.time)?,
            _ => None,
        };
        let mut row = MessageRow {
            id: 0,
            conversation,
            position: seq,
            seq,
            time: incoming.time,
            status,
            is_self,
            counts_unread: counts_unread && !is_revoked,
            at_type: if is_revoked { AtType::None } else { at_type },
            is_excluded_from_last_message: incoming.body.is_excluded_from_last_message,
            elem_type: incoming.body.elem.elem_type(),
            msg_id: incoming.msg_id.clone(),
            sender: incoming.sender.clone(),
            nick_name: incoming.nick_name.clone(),
            face_url: incoming.face_url.clone(),
            body: to_json(&body)?,
            local_custom_data: String::new(),
            local_custom_int: 0,
            error_code: 0,
        };
        row.id = message::insert(self.db, &row)?;
        if let Some(recall) = &incoming.revoked {
            self.keep_revoker(&incoming.conversation, &row, recall, false)?;
        }
        if let Some(stamp) = &body.modified {
            self.saw(stamp);
        }
        let is_newest = seq > loaded.row.max_seq;
        loaded.row.max_seq = loaded.row.max_seq.max(seq);
        let comes_late = self.comes_late(incoming.time);
        if !is_self && self.hides(loaded, seq, incoming.time) {
            return Ok(hidden::set(self.db, row.id, true)?);
        }
        self.count_new(loaded, &row);
        let was_listed = loaded.row.is_listed;
        // V2TIM: such a message does not move the conversation; it still makes one that did not exist.
        if !self.lists(loaded, &row)? {
            // It is of before the conversation was taken out of the list.
        } else if row.is_excluded_from_last_message && comes_late {
            self.list_at(loaded, incoming.time);
        } else if row.is_excluded_from_last_message {
            self.ensure_listed(loaded, incoming.time);
        } else if is_newest && !comes_late {
            self.activate(loaded, incoming.time);
        } else {
            // Others have come before it, and moved their conversations further than it does.
            self.activate_then(loaded, incoming.time);
        }
        loaded.row.is_listed_by_message |= loaded.row.is_listed && !was_listed;
        if !self.live {
            self.missed(&incoming.conversation);
        } else if !is_revoked {
            self.tell_message(Event::RecvNewMessage, loaded, &row)?;
            if let Some(tips) = news {
                self.tell_tips(&incoming.conversation, &tips)?;
            }
        }
        Ok(())
    }

    /// The server has a message of ours: it gets its place among the others. So does its conversation in the list, as on the
    /// user's other devices: a message that was written offline long ago is as new as the server says.
    pub(super) fn accept(
        &mut self,
        loaded: &mut LoadedConversation,
        mut row: MessageRow,
        seq: i64,
        time: Micros,
    ) -> StoreResult<()> {
        loaded.row.max_seq = loaded.row.max_seq.max(seq);
        self.comes_late(time);
        if seq <= loaded.row.cleared_seq {
            return self.cleared_unseen(loaded, &row);
        }
        row.position = seq;
        row.seq = seq;
        row.time = time;
        // Recalled while it was on its way: it stays so, and the recall follows in the outbox.
        let is_revoked = row.status == MessageStatus::Revoked;
        if !is_revoked {
            row.status = MessageStatus::Sent;
        }
        message::update(self.db, &row)?;
        if !loaded.row.is_listed && self.lists_as(loaded, &row, false)? {
            // It was on its way when the conversation was taken out of the list. To other devices it is newer than that.
            self.list_at(loaded, time);
        } else if loaded.row.is_listed && !row.is_excluded_from_last_message {
            self.activate_at(loaded, time);
        }
        if is_revoked {
            Ok(())
        } else {
            self.tell_message(Event::MessageStatusChanged, loaded, &row)
        }
    }
}

impl Transaction<'_> {
    /// A message comes that was deleted before: if it is the user's, they have written to its peer.
    fn note_written(&self, conversation: i64, incoming: &Message) -> StoreResult<()> {
        if incoming.sender == self.account.user_id {
            read_receipt::note_written(self.db, conversation)?;
        }
        Ok(())
    }

    /// Whether the server had a message before another one that is known already: such as one of ours, which is known before
    /// what others had sent is read. All devices order by the server's times, so it goes below.
    // Not what lies ahead of the clock: one wrong time must not make all that follows late.
    fn comes_late(&mut self, time: Micros) -> bool {
        let comes_late = time < self.account.newest_known;
        self.account.newest_known = self.account.newest_known.max(time.min(self.now));
        comes_late
    }

    /// Another device, which had a message of ours before this one knew that it was sent, has cleared or deleted it.
    fn cleared_unseen(&mut self, loaded: &mut LoadedConversation, row: &MessageRow) -> StoreResult<()> {
        message::delete(self.db, row.id)?;
        read_receipt::note_written(self.db, loaded.row.id)?;
        self.removes_text = true;
        self.lose_files(row);
        loaded.recount = true;
        // Only this message has kept in the list what was deleted after it had been written.
        let deleted = setting_stamp::of(self.db, &loaded.row.conversation_id, setting_stamp::DELETED)?;
        if deleted.time > row.time {
            self.unlist_if_empty(loaded)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, START, bob, c2c, from_bob, message, team};
    use crate::model::{Change, Outcome, Stamp, Target};

    #[test]
    fn what_the_server_had_before_a_message_of_ours_comes_below_it_although_it_is_read_later() {
        for is_excluded in [false, true] {
            let fixture = Fixture::new();
            fixture.set_clock(START + 9);
            fixture.live(Change::Message(message(&c2c("carol"), "carol", 1)));
            fixture.send(&c2c("carol"), "mine");
            fixture.complete(Outcome::Sent {
                seq: 2,
                time: Micros((START + 9) * 1_000_000),
            });
            let mut late = message(&bob(), "bob", 5);
            late.body.is_excluded_from_last_message = is_excluded;
            fixture.live(Change::Message(late));
            assert_eq!(fixture.list(), ["c2c_carol", "c2c_bob"]);
            assert_eq!(fixture.row(&bob())["orderkey"], (START + 5) * 1_000_000);
            assert_eq!(fixture.row(&bob())["unreadCount"], 1);
            fixture.live(from_bob(9));
            assert_eq!(fixture.list(), ["c2c_bob", "c2c_carol"]);
        }
    }

    #[test]
    fn what_the_server_had_before_a_pin_that_lists_comes_below_it() {
        let fixture = Fixture::new();
        fixture.set_clock(START + 9);
        fixture.engine.set_pinned(&c2c("carol"), true).unwrap();
        fixture.live(from_bob(5));
        fixture.engine.set_pinned(&c2c("carol"), false).unwrap();
        assert_eq!(fixture.list(), ["c2c_carol", "c2c_bob"]);
    }

    #[test]
    fn a_message_from_a_time_that_has_not_come_makes_none_after_it_late() {
        let fixture = Fixture::new();
        fixture.set_clock(START + 6);
        let mut wild = message(&c2c("carol"), "carol", 1);
        wild.time = Micros(i64::MAX);
        fixture.live(Change::Message(wild));
        fixture.live(from_bob(6));
        assert_eq!(fixture.list(), ["c2c_bob", "c2c_carol"]);
    }

    #[test]
    fn a_live_message_is_told_and_history_only_named() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        assert_eq!(fixture.told_of(Event::RecvNewMessage)["msgID"], "m1");
        fixture.history(from_bob(2));
        let told = fixture.told();
        assert!(
            told.contains(&(Event::MessagesMissed, serde_json::json!(["c2c_bob"]))),
            "{told:?}"
        );
        assert!(!told.iter().any(|(event, _)| *event == Event::RecvNewMessage));
    }

    #[test]
    fn a_message_that_comes_again_changes_nothing() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.told();
        fixture.live(from_bob(1));
        assert!(fixture.told().is_empty());
        assert_eq!(fixture.row(&bob())["unreadCount"], 1);
    }

    #[test]
    fn a_message_with_the_id_of_another_senders_message_is_dropped() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        let mut forged = message(&bob(), "mallory", 2);
        forged.msg_id = "m1".to_owned();
        forged.revoked = Some(crate::model::Recall::default());
        fixture.live(Change::Message(forged));
        assert_eq!(fixture.messages(&bob()), [("m1".to_owned(), 2)]);
    }

    #[test]
    fn a_sequence_that_json_cannot_show_exactly_is_dropped() {
        let fixture = Fixture::new();
        for seq in [0, 1 << 53, u64::MAX] {
            let mut odd = message(&bob(), "bob", 1);
            odd.seq = seq;
            fixture.live(Change::Message(odd));
        }
        assert!(fixture.list().is_empty());
    }

    #[test]
    fn an_at_counts_for_others_messages_in_groups_only() {
        let me = UserId::trusted("alice");
        let mut body = crate::engine::fixture::body("hi");
        body.group_at_user_list = vec!["alice".to_owned()];
        assert_eq!(unread_flags(&body, false, true, &me), (true, AtType::Me));
        assert_eq!(unread_flags(&body, true, true, &me), (false, AtType::None));
        assert_eq!(unread_flags(&body, false, false, &me), (true, AtType::None));
        body.is_excluded_from_unread_count = true;
        assert!(!unread_flags(&body, false, true, &me).0);
    }

    #[test]
    fn a_message_excluded_from_the_last_message_lists_a_conversation_and_does_not_move_it() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.live(Change::Message(message(&team(), "bob", 2)));
        let mut silent = message(&bob(), "bob", 3);
        silent.body.is_excluded_from_last_message = true;
        fixture.live(Change::Message(silent));
        assert_eq!(fixture.list(), ["group_team", "c2c_bob"]);
        assert_eq!(fixture.row(&bob())["lastMessage"]["msgID"], "m1");
    }

    #[test]
    fn what_another_device_cleared_before_this_one_knew_that_it_was_sent_goes_here_too() {
        for deletes in [false, true] {
            let fixture = Fixture::new();
            fixture.live(from_bob(1));
            fixture.send(&bob(), "hi");
            let (conversation, up_to) = (bob(), Target::seq(2));
            fixture.history(if deletes {
                Change::ConversationDeleted {
                    conversation,
                    up_to,
                    stamp: Stamp {
                        time: Micros((START + 5) * 1_000_000),
                        device: "other".to_owned(),
                    },
                }
            } else {
                Change::HistoryCleared { conversation, up_to }
            });
            assert_eq!(fixture.messages(&bob()).len(), 1, "it may be newer");
            let time = Micros(START * 1_000_000);
            fixture.complete(Outcome::Sent { seq: 2, time });
            assert!(fixture.messages(&bob()).is_empty());
            assert_eq!(fixture.list().len(), usize::from(!deletes));
        }
    }
}
