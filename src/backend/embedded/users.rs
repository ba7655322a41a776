//! Users: mailboxes, profiles, and the users who are told of a profile.

use super::change::{Kind, Tx};
use super::error::ServiceResult;
use super::row::{Name, User, readable};
use crate::model::{AllowType, ConversationId, Profile, UserId};
use rusqlite::{Connection, OptionalExtension};

/// The user that a connection belongs to.
#[derive(Clone, Debug)]
pub(super) struct Me {
    pub(super) id: i64,
    pub(super) user_id: UserId,
}

/// The row id of a user who is known to the service.
pub(super) fn find(db: &Connection, user: &UserId) -> ServiceResult<Option<i64>> {
    let mut statement = db.prepare_cached("SELECT id FROM user WHERE user_id = ?1")?;
    Ok(statement.query_row([user.as_str()], |row| row.get(0)).optional()?)
}

/// The row id of a user; a userID that is new to the service gets a mailbox.
pub(super) fn ensure(tx: &Tx<'_>, user: &UserId) -> ServiceResult<i64> {
    if let Some(id) = find(tx.db, user)? {
        return Ok(id);
    }
    tx.execute("INSERT INTO user (user_id) VALUES (?1)", [user.as_str()])?;
    Ok(tx.db.last_insert_rowid())
}

/// Whether a user has logged in before: then logging in again writes nothing.
pub(super) fn find_active(db: &Connection, user: &UserId) -> ServiceResult<Option<i64>> {
    let mut statement = db.prepare_cached("SELECT id FROM user WHERE user_id = ?1 AND is_active = 1")?;
    Ok(statement.query_row([user.as_str()], |row| row.get(0)).optional()?)
}

/// The first login creates the user.
pub(super) fn log_in(tx: &mut Tx<'_>, user: &UserId) -> ServiceResult<i64> {
    let id = ensure(tx, user)?;
    // Whoever holds the row's number must notice when a copy without the user is put back.
    tx.count_change();
    tx.execute("UPDATE user SET is_active = 1 WHERE id = ?1", [id])?;
    Ok(id)
}

/// `setSelfInfo`: everyone who shows the user is told.
pub(super) fn set_self_info(
    tx: &mut Tx<'_>,
    me: &Me,
    nick_name: Option<&str>,
    face_url: Option<&str>,
) -> ServiceResult<()> {
    let changed = tx.execute(
        "UPDATE user SET nick_name = coalesce(?2, nick_name), face_url = coalesce(?3, face_url) \
         WHERE id = ?1 AND (nick_name <> coalesce(?2, nick_name) OR face_url <> coalesce(?3, face_url))",
        (me.id, nick_name, face_url),
    )?;
    if changed > 0 {
        tx.tell_profile(me.id)?;
    }
    Ok(())
}

/// The profiles of the users who have logged in at some time, in the order of the request.
pub(super) fn infos(db: &Connection, users: &[UserId]) -> ServiceResult<Vec<Profile>> {
    let mut profiles = Vec::new();
    for user in users {
        // A mailbox that nobody has opened may belong to a mistyped userID.
        if let Some(id) = find_active(db, user)? {
            profiles.extend(readable("a profile", profile(db, id))?.flatten());
        }
    }
    Ok(profiles)
}

/// A user's profile.
pub(super) fn profile(db: &Connection, user: i64) -> ServiceResult<Option<Profile>> {
    let mut statement = db.prepare_cached("SELECT user_id, nick_name, face_url, allow_type FROM user WHERE id = ?1")?;
    let profile = statement.query_row([user], |row| {
        Ok(Profile {
            user_id: row.get::<_, User>(0)?.0,
            nick_name: row.get::<_, Name>(1)?.0,
            face_url: row.get::<_, Name>(2)?.0,
            allow_type: allow_type(row.get(3)?),
        })
    });
    Ok(profile.optional()?)
}

/// Who may add a user. A value that nobody has chosen lets nobody in unasked.
pub(super) fn allow_type(number: i64) -> AllowType {
    AllowType::numbered(number).unwrap_or(AllowType::NeedConfirm)
}

/// From now on `user` is told of `target`'s profile. The first time, it is told as it is.
pub(super) fn introduce(tx: &mut Tx<'_>, user: i64, target: i64) -> ServiceResult<()> {
    if tx.execute(
        "INSERT OR IGNORE INTO watch (target, user) VALUES (?1, ?2)",
        (target, user),
    )? > 0
    {
        tx.tell(user, Kind::Profile, target)?;
    }
    Ok(())
}

/// The account shows a conversation with somebody: it is told their profile, now and when it changes. The data of a
/// group comes with being a member.
pub(super) fn watch(tx: &mut Tx<'_>, me: &Me, conversation: &ConversationId) -> ServiceResult<()> {
    if let Some(peer) = conversation.user_id() {
        let peer = ensure(tx, &peer)?;
        introduce(tx, me.id, peer)?;
        tx.tell(me.id, Kind::Profile, peer)?;
    }
    Ok(())
}

/// A member's name in a group; empty when there is none.
pub(super) fn name_card(db: &Connection, conversation: i64, user: i64) -> ServiceResult<String> {
    let mut statement = db.prepare_cached("SELECT name_card FROM member WHERE conversation = ?1 AND user = ?2")?;
    let card = statement.query_row((conversation, user), |row| row.get::<_, Name>(0));
    Ok(card.optional()?.map(|Name(card)| card).unwrap_or_default())
}
