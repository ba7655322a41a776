//! Login and profiles.

use super::method::{Method, Request, Topic};
use super::request::{Timeout, check_list};
use super::response::{Data, nothing, to_data};
use crate::client::{Call, ConnectionStatus};
use crate::events::Event;
use crate::model::{AllowType, Error, LoginStatus, Profile, Result, Status, UserId};
use serde::Deserialize;

/// The longest name or picture address, in bytes (V2TIM: 500).
pub(super) const MAX_NAME_BYTES: usize = 500;
/// How many users, groups or members one call may name.
pub(super) const MAX_IDS: usize = 100;

/// Logs in: connects to the server, starts the sync, and delivers the outbox.
///
/// Returns once the account is usable: immediately if the cache knows it from an earlier login, even offline; otherwise
/// when the server has accepted the user. The sync continues in the background.
///
/// A call while another login is in progress joins it: there is one connection and one sync, and both calls end the same way,
/// each within its own `timeoutMs`. When the user is logged in already, it returns immediately.
///
/// If the server cannot be reached in time (9508, 9510), libim keeps trying: `getLoginStatus` is 2 until `onConnectSuccess`,
/// and another `login` waits again. `logout` ends the attempts.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Login {
    /// The client's user, as a check. Absent or null: no check.
    #[serde(rename = "userID", default)]
    user_id: Option<String>,
    /// Ignored: no backend reads it. The password of an XMPP account is `backend.password` in the config.
    #[serde(default)]
    #[allow(dead_code)]
    user_sig: Option<String>,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for Login {
    type Answer = ();
    const METHOD: Method = Method {
        name: "login",
        c_name: "im_login",
        topic: Topic::Account,
        events: &[
            (Event::Connecting, ""),
            (Event::ConnectSuccess, ""),
            (Event::ConnectFailed, ""),
            (Event::SyncServerStart, ""),
            (Event::SyncServerFinish, "after the events of its changes"),
            (Event::SyncServerFailed, ""),
        ],
        errors: &[
            (
                Status::InvalidParameters,
                "`userID` is not the client's user, or `backend.path` is a file of another kind",
            ),
            (Status::IoFailed, "`backend.path` cannot be opened or created"),
            (Status::NotLoggedIn, "the password is wrong, or the account is disabled"),
            (
                Status::Refused,
                "the server does not let the user in, or cannot be trusted",
            ),
            (
                Status::DatabaseFailed,
                "the cache cannot be read, or a newer libim has made the service file",
            ),
            (Status::Disconnected, ""),
            (Status::Timeout, ""),
            (Status::Cancelled, "the app has logged out or closed the client"),
        ],
        server_errors: &[],
        example: r#"{"userID":"alice"}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let user = self.user_id.map(|user| client.user("userID", user)).transpose()?;
        client.login(user.as_ref(), self.timeout_ms.0).map(nothing)
    }
}

/// Logs out: ends the connection.
///
/// The cache stays readable and writable. The outbox is kept, and is delivered after the next login.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Logout {
    /// How long to wait for the server to close the connection, in milliseconds, and 2 seconds at most. The account is
    /// logged out in any case.
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for Logout {
    type Answer = ();
    const METHOD: Method = Method {
        name: "logout",
        c_name: "im_logout",
        topic: Topic::Account,
        events: &[(Event::SyncServerFailed, "if a sync was in progress")],
        server_errors: &[],
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        client.logout(self.timeout_ms.0).map(nothing)
    }
}

/// Returns the user who is logged in.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GetLoginUser {}

impl Request for GetLoginUser {
    type Answer = Option<String>;
    const METHOD: Method = Method {
        name: "getLoginUser",
        c_name: "im_get_login_user",
        topic: Topic::Account,
        answer: "the userID; null when nobody is logged in",
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        to_data(&client.login_user()?)
    }
}

/// Returns the state of the login.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GetLoginStatus {}

impl Request for GetLoginStatus {
    type Answer = LoginStatus;
    const METHOD: Method = Method {
        name: "getLoginStatus",
        c_name: "im_get_login_status",
        topic: Topic::Account,
        answer: "1 logged in, 2 logging in, 3 logged out",
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        to_data(&(client.login_status()? as i64))
    }
}

/// Returns the state of the connection and of the sync: what the events about them have told so far.
///
/// For apps that add a listener late, or draw a header. What is newer than the answer is told after it.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GetConnectionStatus {}

impl Request for GetConnectionStatus {
    type Answer = ConnectionStatus;
    const METHOD: Method = Method {
        name: "getConnectionStatus",
        c_name: "im_get_connection_status",
        topic: Topic::Account,
        is_own: true,
        answer: "the state",
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        to_data(&client.connection_status()?)
    }
}

/// Tells libim that the device's network may have changed: a new network, or the device woke up.
///
/// If the server is unreachable, the next attempt to connect starts at once. An open connection is probed, and dropped
/// within seconds if the server does not answer. Calling this is optional: without it the same happens later. The
/// embedded service ignores it.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct NetworkChanged {}

impl Request for NetworkChanged {
    type Answer = ();
    const METHOD: Method = Method {
        name: "networkChanged",
        c_name: "im_network_changed",
        topic: Topic::Account,
        is_own: true,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        client.network_changed().map(nothing)
    }
}

/// Sets the current user's nickname and picture, and who may add the user as a friend.
///
/// At least one of them must be given. Peers receive `onConversationChanged` where the change is visible in their
/// list.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SetSelfInfo {
    /// The nickname, at most 500 bytes. Absent or null: unchanged.
    nick_name: Option<String>,
    /// The address of the picture, at most 500 bytes. Absent or null: unchanged.
    face_url: Option<String>,
    /// Who may add the user as a friend: 0 anybody, as at first, 1 whoever the user accepts, 2 nobody. Absent or null:
    /// unchanged. XMPP: 7013, because such servers always ask.
    #[cfg_attr(feature = "schema", schemars(with = "Option<AllowType>"))]
    allow_type: Option<i64>,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for SetSelfInfo {
    type Answer = ();
    const METHOD: Method = Method {
        name: "setSelfInfo",
        c_name: "im_set_self_info",
        topic: Topic::Account,
        errors: &[
            (
                Status::InvalidParameters,
                "all are missing, one is too long, or `allowType` is unknown",
            ),
            (Status::NotSupported, "`allowType` over XMPP"),
        ],
        example: r#"{"nickName":"Alice","faceUrl":"https://example.org/alice.png"}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        check_name("nickName", self.nick_name.as_deref())?;
        check_name("faceUrl", self.face_url.as_deref())?;
        let allow_type = self.allow_type.map(|number| {
            AllowType::numbered(number).ok_or_else(|| Error::invalid(format!("allowType {number} is not 0, 1 or 2")))
        });
        let allow_type = allow_type.transpose()?;
        if self.nick_name.is_none() && self.face_url.is_none() && allow_type.is_none() {
            return Err(Error::invalid("none of nickName, faceUrl and allowType is given"));
        }
        client
            .request(Self::METHOD.name, &[], self.timeout_ms.0, |backend, deadline| {
                // First, because a server may not be able to: then nothing is changed.
                if let Some(allow_type) = allow_type {
                    backend.set_allow_type(allow_type, deadline)?;
                    if self.nick_name.is_none() && self.face_url.is_none() {
                        return Ok(());
                    }
                }
                backend.set_self_info(self.nick_name.as_deref(), self.face_url.as_deref(), deadline)
            })
            .map(nothing)
    }
}

/// Fetches the profiles of users from the server.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GetUsersInfo {
    /// The users, 1 to 100.
    #[serde(rename = "userIDList")]
    user_id_list: Vec<String>,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for GetUsersInfo {
    type Answer = Vec<Profile>;
    const METHOD: Method = Method {
        name: "getUsersInfo",
        c_name: "im_get_users_info",
        topic: Topic::Account,
        answer: "the profiles of those users who exist, in the order requested. An XMPP server does not tell who exists; \
                 the profile of a user it does not know is empty",
        errors: &[
            (Status::InvalidParameters, "no userID, or more than 100"),
            (Status::InvalidUserId, ""),
        ],
        example: r#"{"userIDList":["bob"]}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let users = user_ids(client, "userIDList", self.user_id_list)?;
        to_data(
            &client.request(Self::METHOD.name, &[], self.timeout_ms.0, |backend, deadline| {
                backend.users_info(&users, deadline)
            })?,
        )
    }
}

/// Checks a list of user ids; the error names the place.
pub(super) fn user_ids(client: &Call<'_>, field: &str, list: Vec<String>) -> Result<Vec<UserId>> {
    check_list(field, &list, MAX_IDS, Status::InvalidParameters)?;
    list.into_iter()
        .enumerate()
        .map(|(place, user)| client.user(&format!("{field}[{place}]"), user))
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
