//! Friends.

use super::account::{check_name, user_ids};
use super::method::{Method, Request, Topic};
use super::request::Timeout;
use super::response::{Data, nothing, to_data};
use crate::backend::{FriendAdded, NewFriend};
use crate::client::Call;
use crate::engine::Engine;
use crate::events::Event;
use crate::model::id::quoted;
use crate::model::{ConversationId, Error, Friend, FriendType, Result, Status, UserId};
use serde::{Deserialize, Serialize};

/// The outcome of an operation on one user.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimFriendOperationResult")
)]
#[serde(rename_all = "camelCase")]
pub(super) struct OperationResult<'a> {
    /// The user.
    #[serde(rename = "userID")]
    user_id: &'a str,
    /// A status code; 0 on success.
    result_code: i32,
    /// Empty, or why the operation failed.
    result_info: String,
}

pub(super) fn operation_result<'a>(user: &'a UserId, result: Result<()>) -> OperationResult<'a> {
    let (result_code, result_info) = match result {
        Ok(()) => (0, String::new()),
        Err(error) => (error.status.code(), error.desc),
    };
    OperationResult {
        user_id: user.as_str(),
        result_code,
        result_info,
    }
}

/// Adds a user to the friend list.
///
/// The remark, or else the friend's nickname, becomes the name of the conversation. A user who wants to be asked
/// (`allowType` of `setSelfInfo`) gets a friend application instead; adding somebody who asks the current user accepts them.
///
/// XMPP: the user is in the friend list at once. With `addType` 2 they are asked, and their answer decides whether the
/// current user is in their list.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct AddFriend {
    /// The user.
    #[serde(rename = "userID")]
    user_id: String,
    /// The current user's own name for the friend, at most 500 bytes. Empty: none.
    #[serde(default)]
    remark: String,
    /// What to say to a user who is asked, at most 500 bytes.
    #[serde(default)]
    add_wording: String,
    /// Where the current user has found the user, for one who is asked, at most 500 bytes. XMPP does not carry it.
    #[serde(default)]
    add_source: String,
    /// In whose friend list: 1 the user in the current user's, 2 each in the other's. Absent: 1.
    #[serde(default = "single")]
    #[cfg_attr(feature = "schema", schemars(with = "FriendType"))]
    add_type: i64,
    #[serde(default)]
    timeout_ms: Timeout,
}

const fn single() -> i64 {
    FriendType::Single as i64
}

impl Request for AddFriend {
    type Answer = OperationResult<'static>;
    const METHOD: Method = Method {
        name: "addFriend",
        c_name: "im_add_friend",
        topic: Topic::Friend,
        answer: "the outcome; its `resultCode` is 30539 when the user is asked, 30516 when the user lets nobody add them",
        events: &[
            (
                Event::ConversationChanged,
                "if there is a conversation and its name or picture changed",
            ),
            (Event::FriendListAdded, "if the user was no friend"),
            (Event::FriendApplicationListAdded, "if the user is asked; not over XMPP"),
        ],
        errors: &[
            (Status::InvalidParameters, "a text is too long, or an unknown `addType`"),
            (Status::InvalidUserId, ""),
        ],
        example: r#"{"userID":"bob","remark":"Bobby"}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let user = client.user("userID", self.user_id)?;
        check_name("remark", Some(&self.remark))?;
        check_name("addWording", Some(&self.add_wording))?;
        check_name("addSource", Some(&self.add_source))?;
        let Some(add_type) = FriendType::numbered(self.add_type) else {
            return Err(Error::invalid(format!("addType {} is not 1 or 2", self.add_type)));
        };
        let friend = NewFriend {
            user_id: user.clone(),
            remark: self.remark,
            wording: self.add_wording,
            source: self.add_source,
            is_mutual: add_type == FriendType::Both,
        };
        let added = client.request(
            Self::METHOD.name,
            &[ConversationId::c2c(&user)],
            self.timeout_ms.0,
            |backend, deadline| match backend.add_friend(&friend, deadline) {
                // That the user lets nobody in is a result; a server that is gone is a failure of the call.
                Err(error) if error.status == Status::FriendAddDenied => Ok(Err(error)),
                added => added.map(Ok),
            },
        )?;
        let result = added.and_then(|added| match added {
            FriendAdded::Now => Ok(()),
            FriendAdded::WhenConfirmed => {
                let desc = format!("userID {} is asked", quoted(user.as_str()));
                Err(Error::new(Status::FriendAddNeedsConfirmation, desc))
            }
        });
        to_data(&operation_result(&user, result))
    }
}

/// Sets the current user's own name for a friend.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SetFriendInfo {
    /// The friend.
    #[serde(rename = "userID")]
    user_id: String,
    /// The name, at most 500 bytes. Empty: the name is removed.
    friend_remark: String,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for SetFriendInfo {
    type Answer = ();
    const METHOD: Method = Method {
        name: "setFriendInfo",
        c_name: "im_set_friend_info",
        topic: Topic::Friend,
        events: &[(
            Event::ConversationChanged,
            "if there is a conversation and its name changed",
        )],
        errors: &[
            (
                Status::InvalidParameters,
                "the user is not a friend, or the name is too long",
            ),
            (Status::InvalidUserId, ""),
        ],
        example: r#"{"userID":"bob","friendRemark":"Bob"}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let user = client.user("userID", self.user_id)?;
        check_name("friendRemark", Some(&self.friend_remark))?;
        client
            .request(
                Self::METHOD.name,
                &[ConversationId::c2c(&user)],
                self.timeout_ms.0,
                |backend, deadline| backend.set_friend_remark(&user, &self.friend_remark, deadline),
            )
            .map(nothing)
    }
}

/// Removes users from the friend list. Their conversations stay.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct DeleteFromFriendList {
    /// The users, 1 to 100.
    #[serde(rename = "userIDList")]
    user_id_list: Vec<String>,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for DeleteFromFriendList {
    type Answer = Vec<OperationResult<'static>>;
    const METHOD: Method = Method {
        name: "deleteFromFriendList",
        c_name: "im_delete_from_friend_list",
        topic: Topic::Friend,
        answer: "the outcome for each user, in the order requested",
        events: &[(Event::ConversationChanged, "where a name changed")],
        errors: &[
            (Status::InvalidParameters, "no userID, or more than 100"),
            (Status::InvalidUserId, ""),
        ],
        example: r#"{"userIDList":["bob"]}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let users = user_ids(client, "userIDList", self.user_id_list)?;
        let conversations: Vec<_> = users.iter().map(ConversationId::c2c).collect();
        client.request(
            Self::METHOD.name,
            &conversations,
            self.timeout_ms.0,
            |backend, deadline| {
                let mut results = Vec::with_capacity(users.len());
                for user in &users {
                    match backend.delete_friend(user, deadline) {
                        // One who is no friend is a result; a server that is gone is a failure of the call.
                        Err(error) if error.status != Status::InvalidParameters => return Err(error),
                        result => results.push(operation_result(user, result)),
                    }
                }
                to_data(&results)
            },
        )
    }
}

/// Reads the friend list from the cache.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GetFriendList {}

impl Request for GetFriendList {
    type Answer = Vec<Friend>;
    const METHOD: Method = Method {
        name: "getFriendList",
        c_name: "im_get_friend_list",
        topic: Topic::Friend,
        answer: "the friends, sorted by userID",
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        to_data(&client.read(Engine::friends)?)
    }
}
