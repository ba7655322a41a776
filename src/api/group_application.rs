//! Group applications.

use super::account::check_name;
use super::method::{Method, Request, Topic};
use super::request::Timeout;
use super::response::{Data, nothing, to_data};
use crate::backend::GroupApplicationAnswer;
use crate::client::Call;
use crate::engine::{Engine, GroupApplicationResult};
use crate::events::Event;
use crate::model::{ConversationId, Error, GroupApplicationType, Result, Status};
use serde::Deserialize;

/// Reads the group applications from the cache: who asks to join the groups that the current user leads. XMPP: none.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GetGroupApplicationList {}

impl Request for GetGroupApplicationList {
    type Answer = GroupApplicationResult;
    const METHOD: Method = Method {
        name: "getGroupApplicationList",
        c_name: "im_get_group_application_list",
        topic: Topic::Member,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        to_data(&client.read(Engine::group_applications)?)
    }
}

const fn to_join() -> i64 {
    GroupApplicationType::JoinApprovedByAdmin as i64
}

const ERRORS: &[(Status, &str)] = &[
    (
        Status::InvalidParameters,
        "that user does not ask to join the group, `type` is not 0, or the reason is too long",
    ),
    (Status::InvalidGroupId, "not valid, or there is no such group"),
    (Status::InvalidUserId, ""),
    (Status::NoPermission, "neither owner nor administrator"),
    (Status::NotSupported, "XMPP"),
];

fn decide(
    client: &Call<'_>,
    method: &str,
    (group, user): (String, String),
    (kind, is_agreed, reason): (i64, bool, String),
    timeout: &Timeout,
) -> Result<Data> {
    let answer = GroupApplicationAnswer {
        group_id: client.group("groupID", group)?,
        user_id: client.user("fromUser", user)?,
        is_agreed,
        reason,
    };
    check_name("reason", Some(&answer.reason))?;
    if kind != to_join() {
        return Err(Error::invalid(format!(
            "type {kind} is not 0: there are only applications to join"
        )));
    }
    let conversation = ConversationId::group(&answer.group_id);
    client
        .request(method, &[conversation], timeout.0, |backend, deadline| {
            backend.answer_group_application(&answer, deadline)
        })
        .map(nothing)
}

/// Accepts the request of a user to join a group: they are a member then. The owner and the administrators may.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct AcceptGroupApplication {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// Who asks.
    from_user: String,
    /// What to say to them, at most 500 bytes.
    #[serde(default)]
    reason: String,
    /// What they ask for: 0, to join. Absent: 0.
    #[serde(default = "to_join")]
    #[cfg_attr(feature = "schema", schemars(with = "GroupApplicationType"))]
    r#type: i64,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for AcceptGroupApplication {
    type Answer = ();
    const METHOD: Method = Method {
        name: "acceptGroupApplication",
        c_name: "im_accept_group_application",
        topic: Topic::Member,
        events: &[
            (Event::GroupApplicationListChanged, "for all who lead the group"),
            (Event::ApplicationProcessed, "for who asked"),
            (Event::MemberInvited, "for all members"),
        ],
        errors: ERRORS,
        example: r#"{"groupID":"team","fromUser":"carol","reason":"Welcome"}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let about = (self.group_id, self.from_user);
        let decision = (self.r#type, true, self.reason);
        decide(client, Self::METHOD.name, about, decision, &self.timeout_ms)
    }
}

/// Refuses the request of a user to join a group. The owner and the administrators may.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct RefuseGroupApplication {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// Who asks.
    from_user: String,
    /// What to say to them, at most 500 bytes.
    #[serde(default)]
    reason: String,
    /// What they ask for: 0, to join. Absent: 0.
    #[serde(default = "to_join")]
    #[cfg_attr(feature = "schema", schemars(with = "GroupApplicationType"))]
    r#type: i64,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for RefuseGroupApplication {
    type Answer = ();
    const METHOD: Method = Method {
        name: "refuseGroupApplication",
        c_name: "im_refuse_group_application",
        topic: Topic::Member,
        events: &[
            (Event::GroupApplicationListChanged, "for all who lead the group"),
            (Event::ApplicationProcessed, "for who asked"),
        ],
        errors: ERRORS,
        example: r#"{"groupID":"team","fromUser":"carol","reason":"We are full"}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let about = (self.group_id, self.from_user);
        let decision = (self.r#type, false, self.reason);
        decide(client, Self::METHOD.name, about, decision, &self.timeout_ms)
    }
}

/// Marks all group applications as seen, on all devices of the user.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SetGroupApplicationRead {
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for SetGroupApplicationRead {
    type Answer = ();
    const METHOD: Method = Method {
        name: "setGroupApplicationRead",
        c_name: "im_set_group_application_read",
        topic: Topic::Member,
        events: &[(Event::GroupApplicationListChanged, "if any was not seen before")],
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        client
            .request(Self::METHOD.name, &[], self.timeout_ms.0, |backend, deadline| {
                backend.read_group_applications(deadline)
            })
            .map(nothing)
    }
}
