//! What a backend looks up in the cache: how far archives were read, and stored messages with their ids.

use super::core::Engine;
use crate::model::{ConversationId, Result, StoredMessage};
use crate::store::message::MessageRow;
use crate::store::{StoreResult, archive, conversation, message, message_ids};
use rusqlite::Connection;

impl Engine {
    /// How far an archive has been read; `None` when it never was.
    pub fn archive_position(&self, archive: &str) -> Result<Option<String>> {
        self.store.read(|db| Ok(archive::position(db, archive)?))
    }

    /// A stored message with its ids.
    pub fn stored_message(&self, msg_id: &str) -> Result<Option<StoredMessage>> {
        self.store.snapshot(|db| with_ids(db, message::by_msg_id(db, msg_id)?))
    }

    /// The newest message that others sent to a conversation, up to a sequence.
    pub fn newest_received(&self, id: &ConversationId, up_to: u64) -> Result<Option<StoredMessage>> {
        let up_to = i64::try_from(up_to).unwrap_or(i64::MAX);
        self.store.snapshot(|db| match conversation::load(db, id)? {
            Some(row) => with_ids(db, message::newest_received(db, row.id, up_to)?),
            None => Ok(None),
        })
    }

    /// The oldest message of a conversation that the server has.
    pub fn oldest_stored(&self, id: &ConversationId) -> Result<Option<StoredMessage>> {
        self.store.snapshot(|db| match conversation::load(db, id)? {
            Some(row) => with_ids(db, message::oldest(db, row.id)?),
            None => Ok(None),
        })
    }
}

fn with_ids(db: &Connection, row: Option<MessageRow>) -> StoreResult<Option<StoredMessage>> {
    let Some(row) = row else { return Ok(None) };
    let (server_id, origin_id) = message_ids::of(db, row.id)?.unwrap_or_default();
    let conversation = message::conversation_of(db, &row.msg_id)?;
    Ok(conversation.map(|conversation| StoredMessage {
        msg_id: row.msg_id,
        conversation,
        sender: row.sender,
        time: row.time,
        server_id,
        origin_id,
    }))
}
