//! Friends.

use super::account::{check_name, user_ids};
use super::method::{Method, Request, Topic};
use super::request::Timeout;
use super::response::{Data, nothing, to_data};
use crate::client::Call;
use crate::engine::Engine;
use crate::events::Event;
use crate::model::{ConversationId, Friend, Result, Status, UserId};
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

fn operation_result<'a>(user: &'a UserId, result: Result<()>) -> OperationResult<'a> {
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
/// The remark, or else the friend's nickname, becomes the name of the conversation.
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
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for AddFriend {
    type Answer = OperationResult<'static>;
    const METHOD: Method = Method {
        name: "addFriend",
        c_name: "im_add_friend",
        topic: Topic::Friend,
        events: &[(
            Event::ConversationChanged,
            "if there is a conversation and its name or picture changed",
        )],
        errors: &[
            (Status::InvalidParameters, "the remark is too long"),
            (Status::InvalidUserId, ""),
        ],
        example: r#"{"userID":"bob","remark":"Bobby"}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let user = client.user("userID", self.user_id)?;
        check_name("remark", Some(&self.remark))?;
        client.request(
            Self::METHOD.name,
            &[ConversationId::c2c(&user)],
            self.timeout_ms.0,
            |backend, deadline| backend.add_friend(&user, &self.remark, deadline),
        )?;
        to_data(&operation_result(&user, Ok(())))
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
