//! Friend applications.

use super::friend::{OperationResult, operation_result};
use super::method::{Method, Request, Topic};
use super::request::Timeout;
use super::response::{Data, nothing, to_data};
use crate::backend::ApplicationAnswer;
use crate::client::Call;
use crate::engine::{Engine, FriendApplicationResult};
use crate::events::Event;
use crate::model::{ConversationId, Error, FriendApplicationType, FriendResponseType, Result, Status, UserId};
use serde::Deserialize;

/// Reads the friend applications from the cache: who asks the current user, and whom the current user has asked.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GetFriendApplicationList {}

impl Request for GetFriendApplicationList {
    type Answer = FriendApplicationResult;
    const METHOD: Method = Method {
        name: "getFriendApplicationList",
        c_name: "im_get_friend_application_list",
        topic: Topic::Friend,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        to_data(&client.read(Engine::friend_applications)?)
    }
}

/// Accepts the friend application of somebody who asks the current user.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct AcceptFriendApplication {
    /// Who asks.
    #[serde(rename = "userID")]
    user_id: String,
    /// Whose friend list changes: 0 the applicant's, 1 the current user's too. XMPP: the current user's in any case, because
    /// whoever may see when the user is there is in the user's roster. Absent: 1.
    #[serde(default = "agree_and_add")]
    #[cfg_attr(feature = "schema", schemars(with = "FriendResponseType"))]
    response_type: i64,
    /// The direction of the application: 1, it came in. Absent: 1.
    #[serde(default = "come_in")]
    #[cfg_attr(feature = "schema", schemars(with = "FriendApplicationType"))]
    r#type: i64,
    #[serde(default)]
    timeout_ms: Timeout,
}

const fn agree_and_add() -> i64 {
    FriendResponseType::AgreeAndAdd as i64
}

pub(super) const fn come_in() -> i64 {
    FriendApplicationType::ComeIn as i64
}

/// What was sent out is for the other user to decide.
fn check_came_in(number: i64) -> Result<()> {
    match FriendApplicationType::numbered(number) {
        Some(FriendApplicationType::ComeIn | FriendApplicationType::Both) => Ok(()),
        _ => Err(Error::invalid(format!(
            "type {number} is not 1: only applications that came in can be decided"
        ))),
    }
}

fn decide(client: &Call<'_>, method: &str, user: &UserId, answer: ApplicationAnswer, timeout: Timeout) -> Result<Data> {
    let done = client.request(method, &[ConversationId::c2c(user)], timeout.0, |backend, deadline| {
        match backend.answer_application(user, answer, deadline) {
            // That there is none is a result; a server that is gone is a failure of the call.
            Err(error) if error.status != Status::NoFriendApplication => Err(error),
            result => Ok(result),
        }
    })?;
    to_data(&operation_result(user, done))
}

impl Request for AcceptFriendApplication {
    type Answer = OperationResult<'static>;
    const METHOD: Method = Method {
        name: "acceptFriendApplication",
        c_name: "im_accept_friend_application",
        topic: Topic::Friend,
        answer: "the outcome; its `resultCode` is 30614 when that user does not ask",
        events: &[
            (Event::FriendApplicationListDeleted, ""),
            (Event::FriendListAdded, "if the user is in the current user's list then"),
        ],
        errors: &[
            (
                Status::InvalidParameters,
                "an unknown `responseType`, or `type` is not 1",
            ),
            (Status::InvalidUserId, ""),
        ],
        example: r#"{"userID":"bob","responseType":1,"type":1}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let user = client.user("userID", self.user_id)?;
        check_came_in(self.r#type)?;
        let answer = match FriendResponseType::numbered(self.response_type) {
            Some(FriendResponseType::Agree) => ApplicationAnswer::Agree,
            Some(FriendResponseType::AgreeAndAdd) => ApplicationAnswer::AgreeAndAdd,
            None => {
                return Err(Error::invalid(format!(
                    "responseType {} is not 0 or 1",
                    self.response_type
                )));
            }
        };
        decide(client, Self::METHOD.name, &user, answer, self.timeout_ms)
    }
}

/// Refuses the friend application of somebody who asks the current user.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct RefuseFriendApplication {
    /// Who asks.
    #[serde(rename = "userID")]
    user_id: String,
    /// The direction of the application: 1, it came in. Absent: 1.
    #[serde(default = "come_in")]
    #[cfg_attr(feature = "schema", schemars(with = "FriendApplicationType"))]
    r#type: i64,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for RefuseFriendApplication {
    type Answer = OperationResult<'static>;
    const METHOD: Method = Method {
        name: "refuseFriendApplication",
        c_name: "im_refuse_friend_application",
        topic: Topic::Friend,
        answer: "the outcome; its `resultCode` is 30614 when that user does not ask",
        events: &[(Event::FriendApplicationListDeleted, "")],
        errors: &[
            (Status::InvalidParameters, "`type` is not 1"),
            (Status::InvalidUserId, ""),
        ],
        example: r#"{"userID":"bob","type":1}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let user = client.user("userID", self.user_id)?;
        check_came_in(self.r#type)?;
        decide(
            client,
            Self::METHOD.name,
            &user,
            ApplicationAnswer::Refuse,
            self.timeout_ms,
        )
    }
}

/// Removes a friend application from the current user's list. The other user is not told, and may still decide.
///
/// XMPP: one that came in is refused by that, because the server tells of it again until it is answered.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct DeleteFriendApplication {
    /// The other user.
    #[serde(rename = "userID")]
    user_id: String,
    /// The direction of the application: 1 it came in, 2 it was sent out, 3 either. Absent: 1.
    #[serde(default = "come_in")]
    #[cfg_attr(feature = "schema", schemars(with = "FriendApplicationType"))]
    r#type: i64,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for DeleteFriendApplication {
    type Answer = ();
    const METHOD: Method = Method {
        name: "deleteFriendApplication",
        c_name: "im_delete_friend_application",
        topic: Topic::Friend,
        events: &[(Event::FriendApplicationListDeleted, "")],
        errors: &[
            (Status::InvalidParameters, "an unknown `type`"),
            (Status::InvalidUserId, ""),
            (Status::NoFriendApplication, ""),
        ],
        example: r#"{"userID":"bob","type":1}"#,
        example_status: Status::NoFriendApplication,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let user = client.user("userID", self.user_id)?;
        let Some(kind) = FriendApplicationType::numbered(self.r#type) else {
            return Err(Error::invalid(format!("type {} is not 1, 2 or 3", self.r#type)));
        };
        client
            .request(
                Self::METHOD.name,
                &[ConversationId::c2c(&user)],
                self.timeout_ms.0,
                |backend, deadline| backend.delete_application(&user, kind, deadline),
            )
            .map(nothing)
    }
}

/// Marks all friend applications that came in as seen, on all devices of the user. XMPP: on this device.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SetFriendApplicationRead {
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for SetFriendApplicationRead {
    type Answer = ();
    const METHOD: Method = Method {
        name: "setFriendApplicationRead",
        c_name: "im_set_friend_application_read",
        topic: Topic::Friend,
        events: &[(Event::FriendApplicationListRead, "if any was not seen before")],
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        client
            .request(Self::METHOD.name, &[], self.timeout_ms.0, |backend, deadline| {
                backend.read_applications(deadline)
            })
            .map(nothing)
    }
}
