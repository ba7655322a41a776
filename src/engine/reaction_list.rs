//! What an app reads of reactions: those of messages, and the users who have made one.

use super::core::Engine;
use super::json::shown_json;
use super::recall::unknown;
use crate::model::{MessageStatus, Result, Status, UserId};
use crate::store::message::{self, MessageRow};
use crate::store::{StoreResult, directory, hidden, reaction};
use rusqlite::Connection;
use serde::Serialize;

/// How many users an event names for each reaction, as in V2TIM.
const NAMED: i64 = 10;

/// The reactions to a message.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimMessageReactionResult")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageReactionResult<'a> {
    /// 0, or 6017 when there is no such message.
    result_code: i32,
    /// The sentence of an error; empty when `resultCode` is 0.
    result_info: String,
    /// The message.
    #[serde(rename = "messageID")]
    message_id: &'a str,
    /// The reactions, in the order in which this device has got the first of each. None once the message is recalled.
    reaction_list: Vec<MessageReaction>,
}

/// A reaction to a message.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimMessageReaction")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageReaction {
    /// Its id: an emoji, or any text that the apps agree on.
    #[serde(rename = "reactionID")]
    reaction_id: String,
    /// How many users have made it. In an event 0 when nobody has any more.
    total_user_count: i64,
    /// The first of them, in the order in which this device has got their reactions.
    partial_user_list: Vec<UserInfo>,
    /// Whether the current user is one of them.
    reacted_by_myself: bool,
}

/// A user as far as a reaction shows them.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "V2TimUserInfo"))]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserInfo {
    /// The user.
    #[serde(rename = "userID")]
    user_id: String,
    /// The user's nickname; empty when unknown.
    nick_name: String,
    /// The address of the user's picture; empty when unknown.
    face_url: String,
}

/// A page of the users who have made a reaction.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimMessageReactionUserResult")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageReactionUserResult {
    /// The users, in the order in which this device has got their reactions.
    user_info_list: Vec<UserInfo>,
    /// Where the next page begins.
    next_seq: i64,
    /// Whether this page holds the last of them.
    is_finished: bool,
}

/// What has changed of the reactions to a message.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimMessageReactionChangeInfo")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageReactionChangeInfo<'a> {
    /// The message.
    #[serde(rename = "messageID")]
    message_id: &'a str,
    /// Those that have changed, as they are now. Up to 10 users are named for each.
    reaction_list: Vec<MessageReaction>,
}

impl Engine {
    /// `getMessageReactions`: a JSON array, with a result for each message.
    pub fn reactions(&self, msg_ids: &[String], named: i64) -> Result<String> {
        let me = &self.options.user_id;
        self.store.snapshot(|db| {
            let results = msg_ids.iter().map(|msg_id| {
                let found = reacted_to(db, msg_id)?;
                let error = found.is_none().then(|| unknown(msg_id));
                let reaction_list = match found {
                    Some(row) if row.status != MessageStatus::Revoked => reaction::ids(db, row.id)?
                        .into_iter()
                        .map(|id| shown(db, &row, id, named, me))
                        .collect::<StoreResult<_>>()?,
                    _ => Vec::new(),
                };
                Ok(MessageReactionResult {
                    result_code: error.as_ref().map_or(Status::Ok, |error| error.status).code(),
                    result_info: error.map(|error| error.desc).unwrap_or_default(),
                    message_id: msg_id,
                    reaction_list,
                })
            });
            shown_json(&results.collect::<StoreResult<Vec<_>>>()?)
        })
    }

    /// `getAllUserListOfMessageReaction`: a page of the users who have made a reaction. 6017: no such message.
    pub fn reaction_users(&self, msg_id: &str, reaction_id: &str, after: i64, count: i64) -> Result<String> {
        self.store.snapshot(|db| {
            let Some(row) = reacted_to(db, msg_id)? else {
                return Err(unknown(msg_id).into());
            };
            let mut users = match row.status {
                MessageStatus::Revoked => Vec::new(),
                _ => reaction::users(db, row.id, reaction_id, after, count.saturating_add(1))?,
            };
            let wanted = usize::try_from(count).unwrap_or_default();
            let is_finished = users.len() <= wanted;
            users.truncate(wanted);
            shown_json(&MessageReactionUserResult {
                next_seq: users.last().map_or(after, |user| user.place),
                is_finished,
                user_info_list: users
                    .into_iter()
                    .map(|by| user_info(db, by))
                    .collect::<StoreResult<_>>()?,
            })
        })
    }
}

/// A message that is stored and shown.
fn reacted_to(db: &Connection, msg_id: &str) -> StoreResult<Option<MessageRow>> {
    Ok(match message::by_msg_id(db, msg_id)? {
        Some(row) if !hidden::contains(db, row.id)? => Some(row),
        _ => None,
    })
}

/// The payload of the event about reactions that have changed.
pub(super) fn changed(db: &Connection, row: &MessageRow, changed: &[String], me: &UserId) -> StoreResult<String> {
    let reactions = changed.iter().map(|id| shown(db, row, id.clone(), NAMED, me));
    shown_json(&[MessageReactionChangeInfo {
        message_id: &row.msg_id,
        reaction_list: reactions.collect::<StoreResult<_>>()?,
    }])
}

fn shown(
    db: &Connection,
    row: &MessageRow,
    reaction_id: String,
    named: i64,
    me: &UserId,
) -> StoreResult<MessageReaction> {
    let (total_user_count, reacted_by_myself) = reaction::count(db, row.id, &reaction_id, me)?;
    let users = reaction::users(db, row.id, &reaction_id, 0, named)?;
    Ok(MessageReaction {
        reaction_id,
        total_user_count,
        partial_user_list: users
            .into_iter()
            .map(|by| user_info(db, by))
            .collect::<StoreResult<_>>()?,
        reacted_by_myself,
    })
}

fn user_info(db: &Connection, by: reaction::By) -> StoreResult<UserInfo> {
    // As it is now, where that is known.
    let known = directory::user(db, &by.user_id)?.filter(|user| !user.nick_name.is_empty());
    let (nick_name, face_url) = known.map_or((by.nick_name, by.face_url), |user| (user.nick_name, user.face_url));
    Ok(UserInfo {
        user_id: by.user_id.to_string(),
        nick_name,
        face_url,
    })
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, message, team, team_with};
    use crate::model::{Change, GroupRole, Outbound, Reacted, Target, UserId};
    use serde_json::Value;

    #[test]
    fn one_s_own_reaction_has_the_name_that_others_see_where_one_has_set_none() {
        let fixture = Fixture::new();
        fixture.live(team_with(GroupRole::Member));
        fixture.live(Change::Message(message(&team(), "bob", 1)));
        fixture.engine.react("m1", "x", true).unwrap();
        let Some(Outbound::React(reaction)) = fixture.command() else {
            panic!("no reaction");
        };
        // The room shows it, by the name that the user has there.
        fixture.live(Change::Reacted {
            conversation: team(),
            message: Target::MsgId("m1".to_owned()),
            reacted: Box::new(Reacted {
                user: UserId::trusted("alice"),
                nick_name: "Ally".to_owned(),
                face_url: String::new(),
                reactions: reaction.reactions,
                stamp: reaction.stamp,
                older: false,
            }),
        });
        let results = fixture.engine.reactions(&["m1".to_owned()], 5).unwrap();
        let results: Value = serde_json::from_str(&results).unwrap();
        let users = &results[0]["reactionList"][0]["partialUserList"];
        assert_eq!(
            (&users[0]["userID"], &users[0]["nickName"]),
            (&"alice".into(), &"Ally".into())
        );
    }
}
