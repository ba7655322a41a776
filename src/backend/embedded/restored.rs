//! A service file that was put back from a copy, seen from an account that knows more than the copy: what of the account
//! no longer holds. What does hold is read from the inbox again.

use super::applications;
use super::conversations;
use super::error::{ServiceError, ServiceResult};
use super::friend_list;
use super::group_applications;
use super::membership;
use super::users::{self, Me};
use crate::backend::Sink;
use crate::model::seq::to_stored;
use crate::model::{Change, ConversationId, FriendApplicationType, GroupRole, RecvOpt, Setting, Stamp, StampedSetting};
use rusqlite::Connection;

/// The changes that take back what this life of the service does not know.
pub(super) fn changes(db: &Connection, me: &Me, sink: &dyn Sink) -> ServiceResult<Vec<Change>> {
    let mut changes = Vec::new();
    for conversation in sink.stored_conversations().map_err(ServiceError::Account)? {
        let own = conversations::find_own(db, me, &conversation)?;
        changes.push(Change::Renumbered {
            conversation: conversation.clone(),
            after: agreed(db, own, &conversation, sink)?,
        });
        // Of any other conversation the inbox tells the settings.
        if own.is_none() {
            changes.push(Change::Settings {
                conversation,
                settings: [Setting::RecvOpt(RecvOpt::Receive), Setting::Pinned(false)]
                    .map(unset)
                    .to_vec(),
            });
        }
    }
    for friend in sink.friends().map_err(ServiceError::Account)? {
        let user_id = friend.user_id;
        let row = users::find(db, &user_id)?;
        let remark = row.map_or(Ok(None), |row| friend_list::remark(db, me.id, row))?;
        if remark.is_none() {
            changes.push(Change::Friend { user_id, remark: None });
        }
    }
    for kind in [FriendApplicationType::ComeIn, FriendApplicationType::SendOut] {
        for user_id in sink.applicants(kind).map_err(ServiceError::Account)? {
            let is_there = match users::find(db, &user_id)? {
                Some(row) => applications::is_there(db, me.id, row, kind)?,
                None => false,
            };
            if !is_there {
                let application = None;
                changes.push(Change::FriendApplication {
                    user_id,
                    kind,
                    application,
                });
            }
        }
    }
    for id in sink.group_applicants().map_err(ServiceError::Account)? {
        if !group_applications::is_there(db, me, &id)? {
            let application = None;
            changes.push(Change::GroupApplication { id, application });
        }
    }
    for group in sink.joined_groups().map_err(ServiceError::Account)? {
        let group_id = group.group_id;
        let role = membership::find(db, me, &group_id)?.map_or(GroupRole::None, |found| found.role);
        if role == GroupRole::None {
            changes.push(Change::GroupLeft { group_id });
        }
    }
    Ok(changes)
}

/// A setting that was never changed, as far as this life knows. An account that has changed it changes it again.
fn unset(setting: Setting) -> StampedSetting {
    let stamp = Stamp::default();
    StampedSetting { setting, stamp }
}

/// The last number that means the same message in the account and in this file. Two lives are the same up to a point and
/// have nothing in common after it; so all numbers up to that one agree.
fn agreed(db: &Connection, own: Option<i64>, id: &ConversationId, sink: &dyn Sink) -> ServiceResult<u64> {
    let Some(conversation) = own else {
        return Ok(0);
    };
    let mut statement =
        db.prepare_cached("SELECT 1 FROM message WHERE msg_id = ?1 AND conversation = ?2 AND seq = ?3")?;
    let mut below = u64::MAX;
    while let Some((seq, msg_id)) = sink.numbered_message(id, below).map_err(ServiceError::Account)? {
        if statement.exists((msg_id, conversation, to_stored(seq)))? {
            return Ok(seq);
        }
        below = seq;
    }
    Ok(0)
}
