//! Applying what the server says.

use super::Engine;
use super::session::Session;
use crate::model::{Change, Inbound, Result};
use crate::store::{Fallible, account, name};

impl Engine {
    /// The cursor stored with the last batch; `None` when this account was never synced.
    pub fn cursor(&self) -> Result<Option<String>> {
        self.store.read(|db| Ok(account::cursor(db)?))
    }

    /// Applies a batch and stores its cursor, in one transaction.
    pub fn apply(&self, batch: Inbound) -> Result<()> {
        self.write(batch.live, |session| {
            if session.account.first_sync_time.is_none() {
                session.account.first_sync_time = Some(batch.in_use_since.unwrap_or(session.now));
            }
            if batch.cursor.is_some() {
                session.account.cursor = batch.cursor;
            }
            for (archive, position) in &batch.positions {
                name::save_archive_position(session.db, archive, position)?;
            }
            batch.changes.iter().try_for_each(|change| session.apply(change))
        })
    }
}

impl Session<'_> {
    fn apply(&mut self, change: &Change) -> Fallible<()> {
        match change {
            Change::Message(message) => self.receive(message),
            Change::Archived(archived) => self.receive_archived(archived),
            Change::Effect {
                conversation,
                target,
                effect,
            } => self.effect(conversation, target, *effect),
            Change::SendFailed { conversation, msg_id } => self.send_failed(conversation, msg_id),
            Change::Revoked { conversation, msg_id } => self.recalled(conversation, msg_id),
            Change::MessagesDeleted { conversation, msg_ids } => self.messages_deleted(conversation, msg_ids),
            Change::HistoryCleared { conversation, up_to } => self.history_cleared(conversation, *up_to),
            Change::ConversationDeleted { conversation, up_to } => self.conversation_deleted(conversation, *up_to),
            Change::Settings {
                conversation,
                pinned,
                recv_opt,
                read,
                time,
            } => {
                if let Some(opt) = recv_opt {
                    self.recv_opt_elsewhere(conversation, *opt)?;
                }
                if let Some(position) = read {
                    self.edit(conversation, |session, touched| {
                        session.read_elsewhere(touched, *position);
                        Ok(())
                    })?;
                }
                pinned.map_or(Ok(()), |pinned| self.pinned_elsewhere(conversation, pinned, *time))
            }
            Change::PeerRead { conversation, position } => self.peer_read(conversation, *position),
            Change::Profile(profile) => self.profile(profile),
            Change::Friend { user_id, remark } => self.friend(user_id, remark.as_deref()),
            Change::Group { group, time } => self.group(group, *time),
            Change::GroupLeft { group_id } => self.group_left(group_id),
        }
    }
}
