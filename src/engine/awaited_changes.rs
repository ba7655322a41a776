//! Changes of messages that have a content of their own and wait for their message, as the marks do in `awaited`.

use super::json::to_json;
use super::transaction::Transaction;
use crate::model::{ConversationId, IdKind, MessageId, Modification};
use crate::store::awaited_change::{self, Awaited};
use crate::store::{StoreResult, deleted, message};

impl Transaction<'_> {
    /// Keeps an edit until its message comes.
    pub(super) fn await_modification(
        &mut self,
        id: &ConversationId,
        conversation: i64,
        target: &MessageId,
        modification: &Modification,
    ) -> StoreResult<()> {
        let Some(author) = &target.sender else { return Ok(()) };
        let is_deleted = match target.kind {
            IdKind::Server => deleted::by_server_id(self.db, conversation, &target.id)?.is_some(),
            IdKind::Origin | IdKind::MsgId => deleted::contains(self.db, conversation, &target.id)?,
        };
        if is_deleted {
            return Ok(());
        }
        let waiting = awaited_change::find(self.db, id, Awaited::Modified, author, target)?;
        let waiting = waiting.and_then(|value| serde_json::from_str::<Modification>(&value).ok());
        if modification.replaces(waiting.map(|waiting| waiting.stamp).as_ref()) {
            let name = (target.kind, target.id.as_str());
            awaited_change::keep(self.db, id, Awaited::Modified, author, name, &to_json(modification)?)?;
        }
        Ok(())
    }

    /// Takes the changes that waited for a message that may have come just now.
    pub(super) fn apply_awaited_changes(
        &mut self,
        id: &ConversationId,
        msg_id: &str,
        ids: (&str, &str),
    ) -> StoreResult<()> {
        let modified = awaited_change::take(self.db, id, Awaited::Modified, msg_id, ids)?;
        for (author, value) in modified {
            let row = message::by_msg_id(self.db, msg_id)?;
            let Ok(modification) = serde_json::from_str::<Modification>(&value) else {
                continue;
            };
            match row {
                // The app has not seen it as it was, unless it was told just now.
                Some(row) if row.sender == author => {
                    self.apply_modification(id, msg_id, &modification, self.live)?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}
