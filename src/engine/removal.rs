//! Deleting: single messages, a conversation's history, whole conversations; here and, through the outbox, on the server.

use super::core::Engine;
use super::history_end::HistoryEnd;
use super::out_of_list::unlist;
use super::recall::unknown;
use super::transaction::{LoadedConversation, Transaction};
use crate::model::seq::to_stored;
use crate::model::{ConversationId, Micros, Result, SettingKind, Stamp};
use crate::store::message::{self, PENDING_POSITION};
use crate::store::outbox::{self, CommandKind};
use crate::store::{StoreError, StoreResult, awaited_change, deleted, history, message_ids, setting_stamp};

impl Engine {
    /// `deleteConversation`: the conversation, its messages, its draft, its pin, marks, custom data and groups go; the receive
    /// option and the read position stay. Nothing happens when it is not in the list.
    pub fn delete_conversation(&self, id: &ConversationId) -> Result<()> {
        self.write(true, |tx| {
            tx.edit(id, |tx, loaded| {
                if loaded.row.is_listed {
                    tx.delete(loaded)?;
                }
                Ok(())
            })
        })
    }

    /// `clearC2CHistoryMessage`, `clearGroupHistoryMessage`: the row stays, with its key.
    pub fn clear_history(&self, id: &ConversationId) -> Result<()> {
        self.write(true, |tx| {
            tx.edit(id, |tx, loaded| {
                let HistoryEnd { last, mut apart } = tx.whole_history(loaded)?;
                if tx.clear(loaded, &mut apart)? {
                    let reach = (loaded.row.cleared_seq, last, (), apart);
                    tx.append(CommandKind::ClearHistory, id, "", &reach, &())?;
                }
                Ok(())
            })
        })
    }

    /// `deleteMessages`. 6017, and nothing is deleted, when one does not exist.
    pub fn delete_messages(&self, msg_ids: &[String]) -> Result<()> {
        self.write(true, |tx| {
            for (place, msg_id) in msg_ids.iter().enumerate() {
                let Some(row) = message::by_msg_id(tx.db, msg_id)? else {
                    // The same id twice in one call is no mistake worth an error.
                    if msg_ids.iter().take(place).any(|earlier| earlier == msg_id) {
                        continue;
                    }
                    return Err(unknown(msg_id).into());
                };
                let id = tx.conversation_of(msg_id)?;
                tx.remove_message(&id, msg_id)?;
                // What the server does not have it need not delete; the message is not sent.
                if row.seq > 0 {
                    tx.append(CommandKind::DeleteMessages, &id, "", &[msg_id], &())?;
                } else {
                    deleted::mark_unsent(tx.db, row.conversation, msg_id)?;
                    tx.cancel_send(&id, msg_id)?;
                }
            }
            Ok(())
        })
    }
}

impl Transaction<'_> {
    /// Deletes a conversation of the list with its messages.
    pub(super) fn delete(&mut self, loaded: &mut LoadedConversation) -> StoreResult<()> {
        // Before the messages go: a server that does not number them knows the place by this message alone.
        let HistoryEnd { last, mut apart } = self.whole_history(loaded)?;
        self.clear(loaded, &mut apart)?;
        unlist(loaded);
        let stamp = self.next_stamp();
        self.deleted_at(loaded, &stamp)?;
        let id = loaded.row.conversation_id.clone();
        let value = (loaded.row.cleared_seq, last, stamp, apart);
        self.append(CommandKind::DeleteConversation, &id, "", &value, &())
    }

    /// Deletes every message of a conversation, also those not sent yet. Says whether there was any. Those on their way are
    /// named `apart`: to other devices they come after the end of the history, and would keep the conversation.
    fn clear(&mut self, loaded: &mut LoadedConversation, apart: &mut Vec<String>) -> StoreResult<bool> {
        let id = loaded.row.conversation_id.clone();
        for entry in outbox::of_kind(self.db, &id, CommandKind::Send)? {
            if outbox::is_handed_out(self.db, entry.id)? {
                apart.push(entry.msg_id.clone());
            }
            self.cancel_send(&id, &entry.msg_id)?;
            // The server may have it although it has not said so, and would bring it back.
            deleted::mark_unsent(self.db, self.ensure_row(loaded)?, &entry.msg_id)?;
        }
        // The archive brings these once more, and cannot say that they lie before what was cleared.
        for msg_id in message_ids::unplaced(self.db, loaded.row.id, Micros(0))? {
            deleted::mark(self.db, loaded.row.id, &msg_id)?;
        }
        self.remember_cleared(loaded.row.id, PENDING_POSITION - 1)?;
        awaited_change::drop_all(self.db, &id)?;
        let is_newer = loaded.row.cleared_seq < loaded.row.max_seq;
        loaded.row.cleared_seq = loaded.row.max_seq;
        loaded.row.is_listed_by_message = false;
        self.lose_files_up_to(loaded.row.id, i64::MAX)?;
        let deleted = message::delete_all(self.db, loaded.row.id)?;
        self.removes_text |= deleted > 0;
        loaded.recount = true;
        Ok(is_newer || deleted > 0)
    }

    /// Takes the sending of a message off the outbox. One that the server may have already stays: once it has ended, the
    /// message is deleted on the server too.
    fn cancel_send(&mut self, id: &ConversationId, msg_id: &str) -> StoreResult<()> {
        for entry in outbox::of_kind(self.db, id, CommandKind::Send)? {
            if entry.msg_id == msg_id && !outbox::is_handed_out(self.db, entry.id)? {
                outbox::remove(self.db, entry.id)?;
            }
        }
        Ok(())
    }

    /// The server has, or may have, a message that was deleted here before that was known: other devices would show it.
    pub(super) fn delete_sent(&mut self, id: &ConversationId, msg_id: &str) -> StoreResult<()> {
        let conversation = self.edit(id, |_, loaded| Ok(loaded.row.id))?;
        if deleted::is_sent_after_all(self.db, conversation, msg_id)? {
            self.append(CommandKind::DeleteMessages, id, "", &[msg_id], &())?;
        }
        Ok(())
    }

    /// Deletes one message here, for good.
    fn remove_message(&mut self, id: &ConversationId, msg_id: &str) -> StoreResult<()> {
        // First of all: a message that is not here yet must not come later either.
        let conversation = self.edit(id, |tx, loaded| tx.ensure_row(loaded))?;
        deleted::mark(self.db, conversation, msg_id)?;
        let Some(row) = message::by_msg_id(self.db, msg_id)? else {
            return Ok(());
        };
        if message::conversation_of(self.db, msg_id)?.as_ref() != Some(id) {
            return Ok(());
        }
        if row.seq > 0 {
            let (server_id, _) = message_ids::of(self.db, row.id)?.unwrap_or_default();
            let place = (row.position, row.time);
            deleted::save_place(self.db, (row.conversation, msg_id), place, &server_id)?;
        }
        message::delete(self.db, row.id)?;
        self.removes_text = true;
        self.lose_files(&row);
        self.edit(id, |_, loaded| {
            loaded.recount = true;
            Ok(())
        })
    }

    /// We deleted messages on another device.
    pub(super) fn messages_deleted(&mut self, id: &ConversationId, msg_ids: &[String]) -> StoreResult<()> {
        msg_ids.iter().try_for_each(|msg_id| self.remove_message(id, msg_id))
    }

    /// We cleared the history on another device.
    pub(super) fn history_cleared(&mut self, id: &ConversationId, up_to: u64) -> StoreResult<()> {
        self.edit(id, |tx, loaded| tx.clear_up_to(loaded, up_to))
    }

    /// A delete is a change of the pin, the marks, the custom data and the groups too: those that were changed later stay.
    pub(super) fn deleted_at(&mut self, loaded: &mut LoadedConversation, stamp: &Stamp) -> StoreResult<()> {
        let id = loaded.row.conversation_id.clone();
        if *stamp > setting_stamp::of(self.db, &id, setting_stamp::DELETED)? {
            setting_stamp::save(self.db, &id, setting_stamp::DELETED, stamp)?;
        }
        let is_older = |tx: &Self, kind| Ok::<_, StoreError>(tx.stamp_of(&id, kind)? <= *stamp);
        loaded.row.is_pinned &= !is_older(self, SettingKind::Pinned)?;
        for mark in loaded.row.marks.iter() {
            if is_older(self, SettingKind::Marked(mark))? {
                loaded.row.marks = loaded.row.marks.with(mark, false);
            }
        }
        if is_older(self, SettingKind::CustomData)? {
            loaded.row.custom_data.clear();
        }
        for key in loaded.row.group_keys.clone().iter() {
            if is_older(self, SettingKind::InGroup(key))? {
                loaded.row.group_keys.set(key, false);
            }
        }
        Ok(())
    }

    /// We deleted the conversation on another device. How far is told apart, and may have to wait for a message.
    pub(super) fn deleted_elsewhere(&mut self, id: &ConversationId, stamp: &Stamp) -> StoreResult<()> {
        self.saw(stamp);
        if *stamp <= setting_stamp::of(self.db, id, setting_stamp::DELETED)? {
            // Told again: what has listed the conversation since, a draft perhaps, stays.
            return Ok(());
        }
        self.edit(id, |tx, loaded| {
            tx.deleted_at(loaded, stamp)?;
            tx.unlist_if_empty(loaded)
        })
    }

    /// How far we deleted the conversation on another device.
    pub(super) fn conversation_deleted(&mut self, id: &ConversationId, up_to: u64) -> StoreResult<()> {
        self.edit(id, |tx, loaded| {
            let before = loaded.row.cleared_seq;
            let last = history::last_up_to(tx.db, loaded.row.id, to_stored(up_to))?;
            tx.clear_up_to(loaded, up_to)?;
            if loaded.row.cleared_seq > before {
                tx.unlist_if_empty(loaded)?;
                loaded.row.is_listed_by_message = loaded.row.is_listed && message::any(tx.db, loaded.row.id)?;
                if let Some(last) = last {
                    tx.raise_to_first_after(loaded, loaded.row.cleared_seq, last)?;
                }
            }
            Ok(())
        })
    }

    fn clear_up_to(&mut self, loaded: &mut LoadedConversation, up_to: u64) -> StoreResult<()> {
        // Whatever the number is, our own messages that are not sent yet lie after it.
        let up_to = i64::try_from(up_to).unwrap_or(i64::MAX).min(PENDING_POSITION - 1);
        loaded.row.is_listed_by_message &= loaded.row.cleared_seq >= up_to;
        loaded.row.cleared_seq = loaded.row.cleared_seq.max(up_to);
        // Newer than all that was cleared, also than what this device has never seen: so are the numbers to come.
        loaded.row.max_seq = loaded.row.max_seq.max(up_to);
        self.spare_unplaced(loaded, up_to)?;
        self.remember_cleared(loaded.row.id, up_to)?;
        self.lose_files_up_to(loaded.row.id, up_to)?;
        self.removes_text |= message::delete_up_to(self.db, loaded.row.id, up_to)? > 0;
        loaded.recount = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, at, bob, from_bob, pinned_at};
    use crate::model::{Change, Micros, Outbound, Stamp, Status, Target};

    fn three() -> Fixture {
        let fixture = Fixture::new();
        (1..=3).for_each(|seq| fixture.live(from_bob(seq)));
        fixture
    }

    fn deleted(up_to: Target, time: i64) -> Change {
        Change::ConversationDeleted {
            conversation: bob(),
            up_to,
            stamp: Stamp {
                time: Micros(time),
                device: "other".to_owned(),
            },
        }
    }

    fn ids(fixture: &Fixture) -> Vec<String> {
        fixture.messages(&bob()).into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn a_deleted_conversation_leaves_the_list_with_draft_and_pin_and_keeps_its_receive_option() {
        let fixture = three();
        fixture.engine.set_draft(&bob(), "draft").unwrap();
        fixture.engine.set_pinned(&bob(), true).unwrap();
        fixture
            .engine
            .set_recv_opt(&[bob()], crate::model::RecvOpt::NotNotify)
            .unwrap();
        fixture.engine.delete_conversation(&bob()).unwrap();
        assert!(fixture.list().is_empty() && ids(&fixture).is_empty());
        let row = fixture.row(&bob());
        assert_eq!((&row["isPinned"], &row["recvOpt"]), (&false.into(), &2.into()));
        fixture.live(from_bob(3));
        assert!(fixture.list().is_empty(), "what was deleted does not come back");
        fixture.live(from_bob(4));
        assert_eq!(ids(&fixture), ["m4"]);
    }

    #[test]
    fn a_cleared_history_leaves_the_conversation_in_its_place() {
        let fixture = three();
        let key = fixture.row(&bob())["orderkey"].clone();
        fixture.engine.clear_history(&bob()).unwrap();
        assert!(ids(&fixture).is_empty());
        assert_eq!(fixture.row(&bob())["orderkey"], key);
        assert!(matches!(
            fixture.command(),
            Some(Outbound::ClearHistory { up_to: 3, .. })
        ));
    }

    #[test]
    fn deleting_messages_is_all_or_nothing() {
        let fixture = three();
        let error = fixture.engine.delete_messages(&["m1".to_owned(), "unknown".to_owned()]);
        assert_eq!(error.unwrap_err().status, Status::InvalidParameters);
        assert_eq!(ids(&fixture), ["m1", "m2", "m3"]);
        fixture
            .engine
            .delete_messages(&["m1".to_owned(), "m1".to_owned()])
            .unwrap();
        fixture.live(from_bob(1));
        assert_eq!(ids(&fixture), ["m2", "m3"], "a deleted message does not come back");
    }

    #[test]
    fn an_unsent_message_that_is_deleted_is_not_sent() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        fixture.engine.delete_messages(std::slice::from_ref(&msg_id)).unwrap();
        assert!(!matches!(fixture.command(), Some(Outbound::Send(_))));
    }

    #[test]
    fn a_message_on_its_way_that_is_deleted_is_deleted_on_the_server_too() {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "hi");
        assert!(matches!(fixture.command(), Some(Outbound::Send(_))));
        fixture.engine.delete_messages(std::slice::from_ref(&msg_id)).unwrap();
        let mut commands = Vec::new();
        while let Some(entry) = fixture.engine.next_outbound().unwrap() {
            commands.push(entry.command);
            fixture
                .engine
                .complete_outbound(entry.id, crate::model::Outcome::Done)
                .unwrap();
        }
        let deletes = |command: &Outbound| {
            let Outbound::DeleteMessages { msg_ids, .. } = command else {
                return false;
            };
            msg_ids.contains(&msg_id)
        };
        assert!(commands.iter().any(deletes), "{commands:?}");
    }

    #[test]
    fn another_devices_delete_keeps_what_came_after_that_device_last_looked() {
        let fixture = three();
        fixture.live(deleted(at(2), 5));
        assert_eq!((fixture.list().len(), ids(&fixture)), (1, vec!["m3".to_owned()]));
        fixture.live(deleted(Target::seq(3), 6));
        assert!(fixture.list().is_empty());
    }

    #[test]
    fn another_devices_delete_unpins_unless_the_pin_is_newer() {
        for (pinned_at_time, stays) in [(4, false), (6, true)] {
            let fixture = three();
            fixture.live(pinned_at(true, pinned_at_time, "other"));
            fixture.live(deleted(Target::seq(3), 5));
            assert!(ids(&fixture).is_empty(), "the history goes in any case");
            assert_eq!(fixture.row(&bob())["isPinned"], stays);
            assert_eq!(fixture.list().len(), usize::from(stays));
        }
    }

    #[test]
    fn a_message_deleted_unsent_that_the_server_has_after_all_is_deleted_there_once() {
        for clears in [false, true] {
            let fixture = three();
            let msg_id = fixture.send(&bob(), "hi");
            if clears {
                fixture.engine.clear_history(&bob()).unwrap();
            } else {
                fixture.engine.delete_messages(std::slice::from_ref(&msg_id)).unwrap();
            }
            // What this device knew of its being sent was lost.
            let mut mine = crate::engine::fixture::message(&bob(), "alice", 4);
            mine.msg_id.clone_from(&msg_id);
            for _ in 0..2 {
                fixture.history(Change::Message(mine.clone()));
            }
            let commands = std::iter::from_fn(|| {
                let entry = fixture.engine.next_outbound().unwrap()?;
                fixture
                    .engine
                    .complete_outbound(entry.id, crate::model::Outcome::Done)
                    .unwrap();
                Some(entry.command)
            });
            let deletes = |command: &Outbound| matches!(command, Outbound::DeleteMessages { msg_ids, .. } if msg_ids.contains(&msg_id));
            assert_eq!(commands.filter(deletes).count(), 1, "cleared: {clears}");
        }
    }

    #[test]
    fn what_another_device_has_deleted_is_not_asked_for_again() {
        let fixture = three();
        fixture.live(Change::MessagesDeleted {
            conversation: bob(),
            msg_ids: vec!["m4".to_owned()],
        });
        fixture.history(from_bob(4));
        assert_eq!(fixture.command(), None);
    }
}
