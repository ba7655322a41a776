//! Putting what was saved of a damaged cache into the new one: every command with its effect on this device, so that what
//! the user did is neither shown undone nor brought back by the sync, and what only this device has.

use super::core::Engine;
use super::outbox::{Removed, removed, setting, value};
use super::transaction::{LoadedConversation, Transaction};
use crate::model::seq::to_stored;
use crate::model::{ConversationId, MessageStatus, Result, Status};
use crate::store::message::{self, MessageRow, PENDING_POSITION};
use crate::store::outbox::{self, CommandKind, OutboxRow};
use crate::store::{
    Salvaged, SalvagedCommand, SalvagedDraft, SalvagedMessage, StoreResult, conversation, deleted, message_ids,
};

impl Engine {
    /// Puts everything back. An error is one of the file system: then the new cache is not complete.
    pub(super) fn restore(&self, salvaged: &Salvaged) -> Result<()> {
        for command in &salvaged.commands {
            self.write(true, |tx| skip_unreadable(tx.restore_command(command)))?;
        }
        for (id, message) in &salvaged.unsent {
            self.write(true, |tx| skip_unreadable(tx.restore_unsent(id, message)))?;
        }
        for draft in &salvaged.drafts {
            self.write(true, |tx| tx.restore_draft(draft))?;
        }
        // The damaged file does not say reliably which of them the server may have.
        self.write(true, |tx| Ok(outbox::hand_out_all(tx.db)?))
    }
}

/// One row that cannot be read must not lose the others.
fn skip_unreadable(result: StoreResult<()>) -> StoreResult<()> {
    match result {
        Err(error) if error.is_unreadable() => {
            log::warn!("not all of a command could be restored: {}", error.into_error().desc);
            Ok(())
        }
        other => other,
    }
}

impl Transaction<'_> {
    fn restore_command(&mut self, saved: &SalvagedCommand) -> StoreResult<()> {
        let SalvagedCommand { entry, message } = saved;
        let id = &entry.conversation_id;
        match (entry.kind, message) {
            (CommandKind::Send, Some(message)) => {
                return self.edit(id, |tx, loaded| {
                    let row = tx.pending(loaded, &message.row, MessageStatus::Sending)?;
                    tx.store_pending(loaded, &row)?;
                    tx.restore_ids(message)
                });
            }
            // It was deleted while it was on its way. As with every deletion, the sync must not bring it back.
            (CommandKind::Send, None) => {
                let conversation = self.edit(id, |tx, loaded| tx.ensure_row(loaded))?;
                deleted::mark(self.db, conversation, &entry.msg_id)?;
                return self.append(CommandKind::DeleteMessages, id, "", &[&entry.msg_id], &());
            }
            (CommandKind::SubscribeProfile, _) if self.is_pending(CommandKind::SubscribeProfile, id)? => return Ok(()),
            _ => {
                outbox::append(self.db, entry)?;
            }
        }
        match (entry.kind, message) {
            (CommandKind::Modify, _) => self.restore_modification(id, entry),
            (CommandKind::React, _) => self.restore_reactions(id, entry),
            (CommandKind::Revoke, Some(message)) => self.restore_recalled(id, message),
            (CommandKind::Setting(kind), _) => self.setting_restored(id, &setting(entry, kind, "value", &entry.value)?),
            (CommandKind::DeleteMessages, _) => {
                let msg_ids: Vec<String> = value(entry)?;
                let conversation = self.edit(id, |tx, loaded| tx.ensure_row(loaded))?;
                msg_ids
                    .iter()
                    .try_for_each(|msg_id| Ok(deleted::mark(self.db, conversation, msg_id)?))
            }
            (CommandKind::ClearHistory, _) => self.restore_cleared(id, entry, false),
            (CommandKind::DeleteConversation, _) => self.restore_cleared(id, entry, true),
            (CommandKind::Read, _) => {
                let position = value(entry)?;
                self.edit(id, |tx, loaded| {
                    tx.read_elsewhere(loaded, position);
                    Ok(())
                })
            }
            _ => Ok(()),
        }
    }

    /// A message as one that the server has not given a place. It gets its place when the sync brings it.
    fn pending(
        &mut self,
        loaded: &mut LoadedConversation,
        row: &MessageRow,
        status: MessageStatus,
    ) -> StoreResult<MessageRow> {
        Ok(MessageRow {
            id: 0,
            conversation: self.ensure_row(loaded)?,
            position: PENDING_POSITION,
            seq: 0,
            status: match row.status {
                // One that was recalled while it was on its way stays so, and what was never to be sent has not failed.
                MessageStatus::Revoked | MessageStatus::LocalImported => row.status,
                _ => status,
            },
            ..row.clone()
        })
    }

    fn restore_ids(&mut self, message: &SalvagedMessage) -> StoreResult<()> {
        if let Some((server_id, origin_id)) = &message.ids
            && let Some(row) = message::by_msg_id(self.db, &message.row.msg_id)?
        {
            message_ids::save(self.db, &row, server_id, origin_id)?;
        }
        Ok(())
    }

    /// The message that a recall is of: the backend needs its ids, and the sync must not show its content again.
    fn restore_recalled(&mut self, id: &ConversationId, message: &SalvagedMessage) -> StoreResult<()> {
        if message::by_msg_id(self.db, &message.row.msg_id)?.is_some() {
            return Ok(());
        }
        self.edit(id, |tx, loaded| {
            let row = tx.pending(loaded, &message.row, MessageStatus::Revoked)?;
            message::insert(tx.db, &row)?;
            tx.ensure_listed(loaded, row.time);
            tx.restore_ids(message)
        })
    }

    fn restore_cleared(&mut self, id: &ConversationId, entry: &OutboxRow, is_deleted: bool) -> StoreResult<()> {
        let Removed { up_to, stamp, .. } = removed(entry)?;
        if let Some(stamp) = stamp.filter(|_| is_deleted) {
            self.deleted_elsewhere(id, &stamp)?;
        }
        self.edit(id, |_, loaded| {
            loaded.row.cleared_seq = loaded.row.cleared_seq.max(to_stored(up_to));
            loaded.row.is_deleted = is_deleted && !loaded.row.is_listed;
            Ok(())
        })
    }

    /// A message that only this device has and nothing sends: it failed, whether or not that was known.
    fn restore_unsent(&mut self, id: &ConversationId, message: &SalvagedMessage) -> StoreResult<()> {
        if ConversationId::parse("conversation_id", id.as_str()).is_err()
            || message::by_msg_id(self.db, &message.row.msg_id)?.is_some()
        {
            return Ok(());
        }
        self.edit(id, |tx, loaded| {
            let row = MessageRow {
                position: message.row.position,
                error_code: i64::from(Status::DatabaseFailed.code()),
                ..tx.pending(loaded, &message.row, MessageStatus::Failed)?
            };
            message::insert(tx.db, &row)?;
            tx.ensure_listed(loaded, row.time);
            Ok(())
        })
    }

    fn restore_draft(&mut self, draft: &SalvagedDraft) -> StoreResult<()> {
        let Ok(id) = ConversationId::parse("conversation_id", draft.conversation_id.as_str()) else {
            return Ok(());
        };
        self.edit(&id, |tx, loaded| {
            loaded.row.draft_text.clone_from(&draft.text);
            loaded.row.draft_timestamp = draft.timestamp;
            let is_free = draft.activation > 0 && !conversation::activation_taken(tx.db, draft.activation)?;
            if is_free && (!loaded.row.is_listed || draft.activation > loaded.row.activation) {
                // Its place is that of before.
                loaded.row.is_listed = true;
                loaded.row.activation = draft.activation;
                tx.account.last_activation = tx.account.last_activation.max(draft.activation);
            } else {
                tx.ensure_listed(loaded, tx.now);
            }
            tx.subscribe_profile(loaded)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob, c2c, from_bob, message, team, team_with};
    use crate::model::{Change, GroupRole, Outbound, RecvOpt};
    use serde_json::Value;

    /// Destroys an index of the list, which the outbox does not need, and opens the cache again.
    fn rebuilt(fixture: Fixture) -> Fixture {
        fixture.engine.close();
        crate::store::fixture::damage_index(&fixture.path("im.db"), "conversation_last_time");
        std::fs::write(fixture.path("damaged"), "").unwrap();
        let fixture = fixture.reopen();
        assert!(fixture.path("im.db.damaged-1").exists());
        fixture
    }

    fn commands(fixture: &Fixture) -> Vec<Outbound> {
        let mut commands = Vec::new();
        while let Some(entry) = fixture.engine.next_outbound().unwrap() {
            commands.push(entry.command);
            fixture
                .engine
                .complete_outbound(entry.id, crate::model::Outcome::Done)
                .unwrap();
        }
        commands
    }

    #[test]
    fn every_kind_of_command_is_kept_in_its_order() {
        let all = |fixture: &Fixture| {
            fixture.live(from_bob(1));
            fixture.live(from_bob(2));
            fixture.live(Change::Message(message(&bob(), "alice", 3)));
            fixture.live(team_with(GroupRole::Member));
            fixture.engine.set_pinned(&bob(), true).unwrap();
            fixture
                .engine
                .set_recv_opt(&[c2c("carol")], RecvOpt::NotNotify)
                .unwrap();
            fixture.send(&team(), "unsent");
            fixture.engine.revoke("m3").unwrap();
            fixture.engine.delete_messages(&["m1".to_owned()]).unwrap();
            let everything = crate::engine::UnreadScope::All;
            fixture.engine.clean_unread(&everything, 0, 0).unwrap();
            fixture.engine.clear_history(&team()).unwrap();
            let unsent = fixture.send(&team(), "unsent again");
            fixture.live(Change::Message(message(&c2c("dave"), "dave", 9)));
            fixture.engine.delete_conversation(&c2c("dave")).unwrap();
            unsent
        };
        let (control, fixture) = (Fixture::new(), Fixture::new());
        let texts = [all(&control), all(&fixture)];
        let plain = |commands: Vec<Outbound>| -> Vec<String> {
            let profiles = |command: &Outbound| !matches!(command, Outbound::SubscribeProfile { .. });
            let names = commands.into_iter().filter(profiles).map(|command| match command {
                Outbound::Send(message) => format!("send {}", texts.contains(&message.msg_id)),
                // Not on which device, which ends a stamp.
                other => format!("{other:?}").split("device:").next().unwrap().to_owned(),
            });
            names.collect()
        };
        let kept = plain(commands(&rebuilt(fixture)));
        assert_eq!(kept, plain(commands(&control)));
        assert_eq!(kept.len(), 8, "{kept:#?}");
    }

    #[test]
    fn a_recall_that_waits_stays_a_recall_when_the_sync_brings_the_message() {
        let fixture = Fixture::new();
        let own = || Change::Message(message(&bob(), "alice", 1));
        fixture.live(own());
        fixture.live(from_bob(2));
        fixture.engine.revoke("m1").unwrap();
        let fixture = rebuilt(fixture);
        fixture.history(own());
        fixture.history(from_bob(2));
        assert_eq!(fixture.messages(&bob()), [("m1".to_owned(), 6), ("m2".to_owned(), 2)]);
        assert!(
            commands(&fixture)
                .iter()
                .any(|command| matches!(command, Outbound::Revoke { msg_id, .. } if msg_id == "m1"))
        );
        assert_eq!(fixture.messages(&bob())[0].1, 6);
    }

    #[test]
    fn an_edit_that_waits_is_shown_and_sent_when_the_sync_brings_the_message() {
        for id in [bob(), team()] {
            let fixture = Fixture::new();
            fixture.live(team_with(GroupRole::Member));
            let own = || Change::Message(message(&id, "alice", 1));
            fixture.live(own());
            let new = crate::model::NewContent {
                text: Some("new".to_owned()),
                ..crate::model::NewContent::default()
            };
            fixture.engine.modify("m1", &new).unwrap();
            let fixture = rebuilt(fixture);
            fixture.history(own());
            assert_eq!(fixture.row(&id)["lastMessage"]["textElem"]["text"], "new");
            let commands = commands(&fixture);
            let is_edit = |command: &Outbound| matches!(command, Outbound::Modify(sent) if sent.msg_id == "m1");
            assert_eq!(
                commands.iter().filter(|command| is_edit(command)).count(),
                1,
                "{id}: {commands:?}"
            );
        }
    }

    #[test]
    fn what_was_deleted_cleared_or_read_is_not_brought_back_by_the_sync() {
        let fixture = Fixture::new();
        (1..=3).for_each(|seq| fixture.live(from_bob(seq)));
        let from_dave = || Change::Message(message(&c2c("dave"), "dave", 9));
        fixture.live(from_dave());
        fixture.engine.delete_messages(&["m1".to_owned()]).unwrap();
        fixture.engine.delete_conversation(&c2c("dave")).unwrap();
        let everything = crate::engine::UnreadScope::All;
        fixture.engine.clean_unread(&everything, 0, 0).unwrap();
        let fixture = rebuilt(fixture);
        (1..=3).for_each(|seq| fixture.history(from_bob(seq)));
        fixture.history(from_dave());
        assert_eq!(fixture.list(), ["c2c_bob"]);
        assert_eq!(fixture.messages(&bob()).len(), 2);
        assert_eq!(fixture.row(&bob())["unreadCount"], 0);
    }

    #[test]
    fn drafts_and_refused_messages_are_on_this_device_only_and_are_kept() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        let refused = fixture.send(&bob(), "no");
        fixture.complete(crate::engine::fixture::refused());
        let note = crate::engine::fixture::body("note");
        let note = fixture.engine.insert_local(&bob(), &bob().user_id().unwrap(), &note);
        let note: Value = serde_json::from_str(&note.unwrap()).unwrap();
        let note = note["msgID"].as_str().unwrap().to_owned();
        fixture.engine.set_draft(&c2c("carol"), "later").unwrap();
        fixture.engine.set_draft(&bob(), "soon").unwrap();
        let before = [fixture.row(&bob()), fixture.row(&c2c("carol"))];
        let fixture = rebuilt(fixture);
        for (before, id) in before.iter().zip([bob(), c2c("carol")]) {
            let after: Value = fixture.row(&id);
            for key in ["draftText", "draftTimestamp"] {
                assert_eq!(after[key], before[key]);
            }
        }
        assert_eq!(fixture.list(), ["c2c_bob", "c2c_carol"]);
        fixture.history(from_bob(1));
        assert_eq!(
            fixture.messages(&bob()),
            [("m1".to_owned(), 2), (refused, 3), (note, 5)]
        );
    }

    #[test]
    fn a_message_whose_command_is_lost_is_kept_as_one_that_failed() {
        let fixture = Fixture::new();
        let lost = fixture.send(&bob(), "hi");
        fixture.damage("outbox", "kind = 'nonsense'", "kind = 'send'");
        let fixture = rebuilt(fixture);
        assert_eq!(fixture.messages(&bob()), [(lost, 3)]);
    }
}
