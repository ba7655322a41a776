//! Applying what the server says.

use super::Engine;
use super::session::{Session, to_json};
use crate::events::Event;
use crate::model::{Change, ConversationId, Inbound, Result};
use crate::store::{Fallible, account};

impl Engine {
    /// The cursor stored with the last batch; `None` when this account was never synced.
    pub fn cursor(&self) -> Result<Option<String>> {
        self.store.read(|db| Ok(account::cursor(db)?))
    }

    /// Applies a batch and stores its cursor, in one transaction.
    pub fn apply(&self, batch: Inbound) -> Result<()> {
        self.write(batch.live, |session| {
            if session.account.first_sync_time.is_none() {
                session.account.first_sync_time = Some(session.now);
            }
            if batch.cursor.is_some() {
                session.account.cursor = batch.cursor;
            }
            let mut missed = Vec::new();
            for change in &batch.changes {
                session.apply(change, &mut missed)?;
            }
            session.tell_missed(missed)
        })
    }
}

impl Session<'_> {
    /// Messages that a sync brought are not told one by one (V2TIM: `onRecvNewMessage` is for what happens now); the app
    /// reads those histories.
    fn tell_missed(&mut self, missed: Vec<ConversationId>) -> Fallible<()> {
        for id in missed {
            let payload = to_json(&[id.as_str()])?;
            self.tell(Event::MessagesMissed, id, payload);
        }
        Ok(())
    }

    fn apply(&mut self, change: &Change, missed: &mut Vec<ConversationId>) -> Fallible<()> {
        match change {
            Change::Message(message) => {
                if self.receive(message)? && !self.live && !missed.contains(&message.conversation) {
                    missed.push(message.conversation.clone());
                }
                Ok(())
            }
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
