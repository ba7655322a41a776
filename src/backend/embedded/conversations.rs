//! Conversations: finding them from a user's point of view, and each user's side of them.

use super::change::{Kind, Tx};
use super::error::ServiceResult;
use super::row::{Group, User};
use super::users::{self, Me};
use crate::model::{ConversationId, UserId};
use rusqlite::{Connection, OptionalExtension};

/// The conversation with that id from a user's point of view, if it exists: C2C with anyone, or any group there ever was.
pub(super) fn find(db: &Connection, me: &Me, id: &ConversationId) -> ServiceResult<Option<i64>> {
    if let Some(group) = id.group_id() {
        let mut statement = db.prepare_cached("SELECT conversation FROM chat_group WHERE group_id = ?1")?;
        return Ok(statement.query_row([group.as_str()], |row| row.get(0)).optional()?);
    }
    match users::find(db, &UserId::trusted(id.target()))? {
        Some(peer) => find_pair(db, me.id, peer),
        None => Ok(None),
    }
}

fn find_pair(db: &Connection, one: i64, other: i64) -> ServiceResult<Option<i64>> {
    let mut statement = db.prepare_cached("SELECT id FROM conversation WHERE user_low = ?1 AND user_high = ?2")?;
    // A pair is stored once, the lower id first, so that both find it by the same index.
    let found = statement.query_row((one.min(other), one.max(other)), |row| row.get(0));
    Ok(found.optional()?)
}

/// The conversation that concerns the user; `None` if it does not exist or does not concern the user.
pub(super) fn find_own(db: &Connection, me: &Me, id: &ConversationId) -> ServiceResult<Option<i64>> {
    let Some(conversation) = find(db, me, id)? else {
        return Ok(None);
    };
    let mut statement = db.prepare_cached("SELECT 1 FROM setting WHERE user = ?1 AND conversation = ?2")?;
    Ok(statement.exists((me.id, conversation))?.then_some(conversation))
}

/// The conversation of two users, who may be one; made when they never had one.
pub(super) fn ensure_pair(tx: &mut Tx<'_>, one: i64, other: i64) -> ServiceResult<i64> {
    if let Some(conversation) = find_pair(tx.db, one, other)? {
        return Ok(conversation);
    }
    tx.execute(
        "INSERT INTO conversation (user_low, user_high) VALUES (?1, ?2)",
        (one.min(other), one.max(other)),
    )?;
    Ok(tx.db.last_insert_rowid())
}

/// From now on the conversation concerns the user. Its settings, with the read position, are told before anything else
/// of it, also to a device that asks only after they changed: a client must never have to guess the read position. False if it
/// concerned the user before.
pub(super) fn enter(tx: &mut Tx<'_>, user: i64, conversation: i64) -> ServiceResult<bool> {
    let is_new = tx.execute(
        "INSERT OR IGNORE INTO setting (user, conversation) VALUES (?1, ?2)",
        (user, conversation),
    )? > 0;
    if is_new {
        tx.tell(user, Kind::Entered, conversation)?;
    }
    Ok(is_new)
}

/// The other user of a C2C conversation; oneself in a conversation with oneself; `None` for a group.
pub(super) fn peer(db: &Connection, user: i64, conversation: i64) -> ServiceResult<Option<i64>> {
    // The sum of both without oneself is the other; a group has neither, and its sum is NULL.
    let mut statement = db.prepare_cached("SELECT user_low + user_high - ?2 FROM conversation WHERE id = ?1")?;
    let peer: Option<Option<i64>> = statement.query_row((conversation, user), |row| row.get(0)).optional()?;
    Ok(peer.flatten())
}

/// A user's name for a conversation.
pub(super) fn name(db: &Connection, user: i64, conversation: i64) -> ServiceResult<Option<ConversationId>> {
    let mut statement = db.prepare_cached(
        "SELECT g.group_id, u.user_id FROM conversation c LEFT JOIN chat_group g ON g.conversation = c.id \
         LEFT JOIN user u ON u.id = c.user_low + c.user_high - ?2 WHERE c.id = ?1",
    )?;
    let row = statement.query_row((conversation, user), |row| {
        Ok((row.get::<_, Option<Group>>(0)?, row.get::<_, Option<User>>(1)?))
    });
    Ok(row.optional()?.and_then(|(group, peer)| match (group, peer) {
        (Some(Group(group)), _) => Some(ConversationId::group(&group)),
        (None, Some(User(peer))) => Some(ConversationId::c2c(&peer)),
        (None, None) => None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::embedded::messages;
    use crate::backend::embedded::testing::{TestService, text};
    use crate::model::Change;

    #[test]
    fn how_far_a_conversation_was_read_is_told_before_its_first_message() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m1")));
        let told = service.told(&bob, 0);
        let read = told.iter().position(|change| matches!(change, Change::Read { .. }));
        let message = told.iter().position(|change| matches!(change, Change::Message(_)));
        assert!(read.is_some() && read < message, "{told:?}");
    }

    #[test]
    fn two_users_have_one_conversation_and_each_their_own_name_for_it() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        let conversation = service.write(|tx| ensure_pair(tx, alice.id, bob.id));
        assert_eq!(service.write(|tx| ensure_pair(tx, bob.id, alice.id)), conversation);
        let name = |user: &Me| service.read(|db| name(db, user.id, conversation)).unwrap();
        assert_eq!((name(&alice).as_str(), name(&bob).as_str()), ("c2c_bob", "c2c_alice"));
        assert_eq!(service.read(|db| peer(db, alice.id, conversation)), Some(bob.id));
    }
}
