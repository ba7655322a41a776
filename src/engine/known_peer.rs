//! Who is no stranger: what would tell a stranger that somebody is there, or where, is not done for them.

use crate::store::conversation::ConversationRow;
use crate::store::{StoreResult, directory, read_receipt};
use rusqlite::Connection;

/// Whether a conversation is a group, or one with a friend or with somebody to whom the current user has written.
pub(super) fn is_known(db: &Connection, of: &ConversationRow) -> StoreResult<bool> {
    let Some(peer) = of.conversation_id.user_id() else {
        return Ok(true);
    };
    let is_friend = directory::user(db, &peer)?.is_some_and(|user| user.remark.is_some());
    Ok(is_friend || read_receipt::has_written(db, of.id)?)
}
