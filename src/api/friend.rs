//! Friends.

use super::account::{check_name, user_ids};
use super::request::{Empty, Timeout};
use super::response::{Data, nothing, to_data};
use crate::client::Client;
use crate::model::{Result, Status, UserId};
use serde::{Deserialize, Serialize};

/// What became of one user.
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
    /// A status; 0 done.
    result_code: i32,
    /// Empty, or why it was not done.
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

/// `addFriend`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct AddFriend {
    /// The user.
    #[serde(rename = "userID")]
    user_id: String,
    /// One's own name for the friend; at most 500 bytes.
    #[serde(default)]
    remark: String,
    #[serde(default)]
    timeout_ms: Timeout,
}

pub(super) fn add_friend(client: &Client, request: AddFriend) -> Result<Data> {
    let user = UserId::parse("userID", request.user_id)?;
    check_name("remark", Some(&request.remark))?;
    client.request("addFriend", request.timeout_ms.0, |backend, deadline| {
        backend.add_friend(&user, &request.remark, deadline)
    })?;
    to_data(&operation_result(&user, Ok(())))
}

/// `setFriendInfo`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SetFriendInfo {
    /// The friend.
    #[serde(rename = "userID")]
    user_id: String,
    /// One's own name for the friend; at most 500 bytes. Empty takes it away.
    friend_remark: String,
    #[serde(default)]
    timeout_ms: Timeout,
}

pub(super) fn set_friend_info(client: &Client, request: SetFriendInfo) -> Result<Data> {
    let user = UserId::parse("userID", request.user_id)?;
    check_name("friendRemark", Some(&request.friend_remark))?;
    client
        .request("setFriendInfo", request.timeout_ms.0, |backend, deadline| {
            backend.set_friend_remark(&user, &request.friend_remark, deadline)
        })
        .map(nothing)
}

/// `deleteFromFriendList`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct DeleteFromFriendList {
    /// 1 to 100 users.
    #[serde(rename = "userIDList")]
    user_id_list: Vec<String>,
    #[serde(default)]
    timeout_ms: Timeout,
}

pub(super) fn delete_from_friend_list(client: &Client, request: DeleteFromFriendList) -> Result<Data> {
    let users = user_ids("userIDList", request.user_id_list)?;
    client.request("deleteFromFriendList", request.timeout_ms.0, |backend, deadline| {
        let mut results = Vec::with_capacity(users.len());
        for user in &users {
            match backend.delete_friend(user, deadline) {
                // One who is no friend is a result; a server that is gone is a failure of the call.
                Err(error) if error.status != Status::InvalidParameters => return Err(error),
                result => results.push(operation_result(user, result)),
            }
        }
        to_data(&results)
    })
}

pub(super) fn friend_list(client: &Client, _: Empty) -> Result<Data> {
    let friends = client.read(crate::engine::Engine::friends)?;
    to_data(&friends)
}
