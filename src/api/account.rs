//! Login and profiles.

use super::request::{Empty, Timeout, check_list};
use super::response::{Data, nothing, to_data};
use crate::client::Client;
use crate::model::{Error, Result, Status, UserId};
use serde::Deserialize;

/// The longest name or picture address, in bytes (V2TIM: 500).
pub(super) const MAX_NAME_BYTES: usize = 500;
/// How many users, groups or members one call may name.
pub(super) const MAX_IDS: usize = 100;

/// `login`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Login {
    /// Must be the client's own user when given.
    #[serde(rename = "userID", default)]
    user_id: Option<String>,
    /// Not looked at: no backend asks for one here.
    #[serde(default)]
    #[allow(dead_code)]
    user_sig: Option<String>,
    #[serde(default)]
    timeout_ms: Timeout,
}

pub(super) fn login(client: &Client, request: Login) -> Result<Data> {
    let user = request.user_id.map(|user| UserId::parse("userID", user)).transpose()?;
    client.login(user.as_ref(), request.timeout_ms.0).map(nothing)
}

/// `logout`. Accepts `timeoutMs` like every method that concerns the server.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Logout {
    #[serde(default)]
    #[allow(dead_code)]
    timeout_ms: Timeout,
}

pub(super) fn logout(client: &Client, _: Logout) -> Result<Data> {
    client.logout().map(nothing)
}

pub(super) fn login_user(client: &Client, _: Empty) -> Result<Data> {
    to_data(&client.login_user()?)
}

pub(super) fn login_status(client: &Client, _: Empty) -> Result<Data> {
    to_data(&(client.login_status()? as i64))
}

pub(super) fn network_changed(client: &Client, _: Empty) -> Result<Data> {
    client.network_changed().map(nothing)
}

/// `setSelfInfo`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SetSelfInfo {
    /// The name to show; at most 500 bytes. Absent: stays as it is.
    nick_name: Option<String>,
    /// The address of the picture; at most 500 bytes. Absent: stays as it is.
    face_url: Option<String>,
    #[serde(default)]
    timeout_ms: Timeout,
}

pub(super) fn set_self_info(client: &Client, request: SetSelfInfo) -> Result<Data> {
    check_name("nickName", request.nick_name.as_deref())?;
    check_name("faceUrl", request.face_url.as_deref())?;
    if request.nick_name.is_none() && request.face_url.is_none() {
        return Err(Error::invalid("neither nickName nor faceUrl is given"));
    }
    client
        .request("setSelfInfo", request.timeout_ms.0, |backend, deadline| {
            backend.set_self_info(request.nick_name.as_deref(), request.face_url.as_deref(), deadline)
        })
        .map(nothing)
}

/// `getUsersInfo`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct UsersInfo {
    /// 1 to 100 users.
    #[serde(rename = "userIDList")]
    user_id_list: Vec<String>,
    #[serde(default)]
    timeout_ms: Timeout,
}

pub(super) fn users_info(client: &Client, request: UsersInfo) -> Result<Data> {
    let users = user_ids("userIDList", request.user_id_list)?;
    to_data(
        &client.request("getUsersInfo", request.timeout_ms.0, |backend, deadline| {
            backend.users_info(&users, deadline)
        })?,
    )
}

/// Checks a list of user ids; the error names the place.
pub(super) fn user_ids(field: &str, list: Vec<String>) -> Result<Vec<UserId>> {
    check_list(field, &list, MAX_IDS, Status::InvalidParameters)?;
    list.into_iter()
        .enumerate()
        .map(|(place, user)| UserId::parse(&format!("{field}[{place}]"), user))
        .collect()
}

/// Checks a name or the address of a picture.
pub(super) fn check_name(field: &str, name: Option<&str>) -> Result<()> {
    match name {
        Some(name) if name.len() > MAX_NAME_BYTES => Err(Error::invalid(format!(
            "{field} has {} bytes; the most is {MAX_NAME_BYTES}",
            name.len()
        ))),
        _ => Ok(()),
    }
}
