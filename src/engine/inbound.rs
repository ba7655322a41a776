//! Applying what the server says.

use super::core::Engine;
use super::receipts::ReadBy;
use super::transaction::Transaction;
use crate::model::{Change, Inbound, Result};
use crate::store::awaited::Mark;
use crate::store::{StoreError, StoreResult, account, archive, directory, gap};

impl Engine {
    /// The cursor stored with the last batch; `None` when this account was never synced.
    pub fn cursor(&self) -> Result<Option<String>> {
        self.store.read(|db| Ok(account::cursor(db)?))
    }

    /// Applies a batch and stores its cursor, in one transaction.
    pub fn apply(&self, batch: Inbound) -> Result<()> {
        let mut is_refused = false;
        let result = self.try_write(batch.live, |tx| {
            tx.begin_batch(&batch);
            // In one commit with the changes: a crash never leaves a cursor beyond what is stored.
            tx.end_batch(&batch)?;
            let result = batch.changes.iter().try_for_each(|change| tx.apply(change));
            is_refused = matches!(result, Err(StoreError::Rule(_)));
            result
        });
        match result {
            Err(error) if is_refused || error.is_unreadable() => self.apply_singly(&batch),
            other => other.map_err(|error| self.store.failed(error)),
        }?;
        self.undo_returned(&batch.changes)
    }

    /// Applies what can be applied of a batch. The server would send the same batch again and again: one change that meets a
    /// row that the disk has damaged must not stop all that comes after it.
    fn apply_singly(&self, batch: &Inbound) -> Result<()> {
        for change in &batch.changes {
            let mut is_refused = false;
            let result = self.try_write(batch.live, |tx| {
                tx.begin_batch(batch);
                let result = tx.apply(change);
                is_refused = matches!(result, Err(StoreError::Rule(_)));
                result
            });
            match result {
                Err(error) if is_refused || error.is_unreadable() => {
                    log::error!("a change cannot be applied and was dropped: {}", error.into_error());
                }
                other => other.map_err(|error| self.store.failed(error))?,
            }
        }
        // Last: if this is cut short, the whole batch comes again, and what it has done is known by then.
        self.write(batch.live, |tx| tx.end_batch(batch))
    }
}

impl Transaction<'_> {
    /// Before the changes: whether a message counts as read depends on it (`count_new`).
    fn begin_batch(&mut self, batch: &Inbound) {
        if self.account.first_sync_time.is_none() {
            self.account.first_sync_time = Some(batch.in_use_since.unwrap_or(self.now));
        }
    }

    fn end_batch(&mut self, batch: &Inbound) -> StoreResult<()> {
        if batch.cursor.is_some() {
            self.account.cursor.clone_from(&batch.cursor);
        }
        for (name, position) in &batch.positions {
            archive::save_position(self.db, name, position)?;
        }
        Ok(())
    }

    fn apply(&mut self, change: &Change) -> StoreResult<()> {
        match change {
            Change::Message(message) => {
                self.receive(message)?;
                self.apply_awaited_changes(&message.conversation, &message.msg_id, ("", ""))
            }
            Change::UnnumberedMessage(unnumbered) => self.receive_unnumbered(unnumbered),
            Change::SendFailed {
                conversation,
                msg_id,
                reason,
            } => self.send_failed(conversation, msg_id, *reason),
            Change::Revoked {
                conversation,
                message,
                recall,
            } => self.recall_when_known(conversation, message, recall),
            Change::Modified {
                conversation,
                message,
                modification,
            } => self.modified(conversation, message, modification),
            Change::Reacted {
                conversation,
                message,
                reacted,
            } => self.reacted(conversation, message, reacted),
            Change::MessagesDeleted { conversation, msg_ids } => self.messages_deleted(conversation, msg_ids),
            Change::HistoryCleared { conversation, up_to } => self.mark_when_known(conversation, up_to, Mark::Cleared),
            Change::ConversationDeleted {
                conversation,
                up_to,
                stamp,
            } => {
                self.deleted_elsewhere(conversation, stamp)?;
                self.mark_when_known(conversation, up_to, Mark::Deleted)
            }
            Change::Read { conversation, up_to } => self.mark_when_known(conversation, up_to, Mark::Read),
            Change::PeerRead { conversation, up_to } => self.mark_when_known(conversation, up_to, Mark::PeerRead),
            Change::Delivered { conversation, up_to } => self.mark_when_known(conversation, up_to, Mark::Delivered),
            Change::ReadReceipt {
                conversation,
                message,
                reader,
                time,
                reaches_back,
            } => {
                let receipt = ReadBy {
                    reader: reader.clone(),
                    time: *time,
                    reaches_back: *reaches_back,
                };
                self.read_receipt(conversation, message, &receipt)
            }
            Change::Settings { conversation, settings } => settings
                .iter()
                .try_for_each(|setting| self.set_elsewhere(conversation, setting)),
            Change::Hidden { conversation, spans } => self.hide_spans(conversation, spans),
            Change::WrittenTo(conversation) => self.written_to(conversation),
            Change::Listed { conversation, time } => self.listed_elsewhere(conversation, *time),
            Change::Profile(profile) => self.profile_changed(profile),
            Change::Friend { user_id, remark } => self.friend_changed(user_id, remark.as_deref()),
            Change::FriendApplication {
                user_id,
                kind,
                application,
            } => self.application_changed(user_id, *kind, application.as_ref()),
            Change::FriendApplicationsRead { up_to } => self.applications_read(*up_to),
            Change::GroupApplication { id, application } => self.group_application_changed(id, application.as_ref()),
            Change::GroupApplicationsRead { up_to } => self.group_applications_read(*up_to),
            Change::GroupApplicationProcessed {
                group_id,
                by,
                is_agreed,
                reason,
            } => self.group_application_processed(group_id, by, *is_agreed, reason),
            Change::Group { group, time } => self.group_changed(group, *time),
            Change::MemberRenamed {
                group_id,
                user_id,
                name_card,
                mute_time,
            } => self.member_renamed(group_id, user_id, name_card, *mute_time),
            Change::GroupNotification { group_id, notification } => {
                Ok(directory::save_notification(self.db, group_id, notification)?)
            }
            Change::HistoryWhole { group_id } => self.show_lone_edits(group_id.as_ref()),
            Change::CaughtUp { group_id } => Ok(gap::close(self.db, group_id.as_ref())?),
            Change::GroupOutside { group, time, reason } => {
                self.group_outside(group, *time)?;
                self.tell_not_entered(&group.group_id, reason)
            }
            Change::GroupEnded { group_id, end } => self.group_ended(group_id, end),
            Change::SeenInGroup {
                msg_id,
                by,
                tips,
                waits,
            } => self.seen_in_group((msg_id, by.as_ref()), tips, *waits),
            Change::UnsaidInGroup { group_id, msg_id } => self.unsaid_in_group(group_id, msg_id.as_deref()),
            Change::DoneInGroup { tips } => self.done_in_group(tips),
            Change::GroupLeft { group_id } => self.group_left(group_id),
            Change::Renumbered { conversation, after } => self.renumbered(conversation, *after),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, from_bob, set_at};
    use crate::model::{RecvOpt, Setting};

    #[test]
    fn the_cursor_is_stored_with_its_batch_and_kept_by_a_batch_without_one() {
        let fixture = Fixture::new();
        assert_eq!(fixture.engine.cursor().unwrap(), None);
        fixture
            .engine
            .apply(Inbound {
                cursor: Some("7".to_owned()),
                changes: vec![from_bob(1)],
                ..Inbound::default()
            })
            .unwrap();
        fixture.live(from_bob(2));
        assert_eq!(fixture.reopen().engine.cursor().unwrap().as_deref(), Some("7"));
    }

    #[test]
    fn a_setting_that_is_not_told_stays_as_it_is() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        for setting in [Setting::Pinned(true), Setting::RecvOpt(RecvOpt::NotNotify)] {
            fixture.live(set_at(setting, 1, "other"));
        }
        let row = fixture.row(&bob());
        assert_eq!((&row["isPinned"], &row["recvOpt"]), (&true.into(), &2.into()));
    }
}
