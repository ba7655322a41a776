//! Group applications.

use super::account::check_name;
use super::method::{Method, Request, Topic};
use super::request::Timeout;
use super::response::{Data, nothing, to_data};
use crate::backend::GroupApplicationAnswer;
use crate::client::Call;
use crate::engine::{Engine, GroupApplicationResult};
use crate::events::Event;
use crate::model::{ConversationId, Error, GroupApplicationId, GroupApplicationType, Result, Status};
use serde::Deserialize;

/// Reads the group applications from the cache: who asks to join the groups that the current user leads, and which invitations wait
/// for the current user's decision.
///
/// Embedded: requests to join (0) and invitations by members (2), of the groups that the current user leads. XMPP: invitations of the
/// current user (1).
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
        "there is no such application, `type` is not 0, 1 or 2, `toUser` is missing, or the reason is too long",
    ),
    (Status::InvalidGroupId, "not valid, or there is no such group"),
    (Status::InvalidUserId, ""),
    (
        Status::NoPermission,
        "neither owner nor administrator; XMPP: the room does not let the user in",
    ),
    (Status::NotSupported, "`type` 0 and 2 over XMPP"),
];

fn decide(
    client: &Call<'_>,
    method: &str,
    (group, from_user, to_user): (String, String, String),
    (kind, is_agreed, reason): (i64, bool, String),
    timeout: &Timeout,
) -> Result<Data> {
    let Some(kind) = GroupApplicationType::numbered(kind) else {
        return Err(Error::invalid(format!("type {kind} is not 0, 1 or 2")));
    };
    let group_id = client.group("groupID", group)?;
    let from_user = client.user("fromUser", from_user)?;
    let is_by_admin = kind == GroupApplicationType::InviteApprovedByAdmin;
    if is_by_admin && to_user.is_empty() {
        return Err(Error::invalid("toUser is missing: with type 2 it names who is invited"));
    }
    // Of the other types it says nothing more.
    let to_user = if is_by_admin {
        Some(client.user("toUser", to_user)?)
    } else {
        None
    };
    check_name("reason", Some(&reason))?;
    let answer = GroupApplicationAnswer {
        id: GroupApplicationId {
            group_id,
            kind,
            from_user,
            to_user,
        },
        is_agreed,
        reason,
    };
    let conversation = ConversationId::group(&answer.id.group_id);
    client
        .request(method, &[conversation], timeout.0, |backend, deadline| {
            backend.answer_group_application(&answer, deadline)
        })
        .map(nothing)
}

/// Accepts a group application: a request to join or an invitation, whose user is a member then.
///
/// Requests (0) and invitations by members (2) are decided by the owner and the administrators, invitations of the current user (1) by
/// that user.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct AcceptGroupApplication {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// Who asks, or invites: `fromUser` of the application.
    from_user: String,
    /// Who is invited: `toUser` of the application. Needed with `type` 2.
    #[serde(default)]
    to_user: String,
    /// What to say to them, at most 500 bytes.
    #[serde(default)]
    reason: String,
    /// `type` of the application. Absent: 0, a request to join.
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
            (Event::GroupApplicationListChanged, "for all who could decide"),
            (Event::ApplicationProcessed, "for who asked, or invited"),
            (Event::MemberInvited, "for all members"),
        ],
        errors: ERRORS,
        example: r#"{"groupID":"team","fromUser":"carol","reason":"Welcome"}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let about = (self.group_id, self.from_user, self.to_user);
        let decision = (self.r#type, true, self.reason);
        decide(client, Self::METHOD.name, about, decision, &self.timeout_ms)
    }
}

/// Refuses a group application: a request to join or an invitation.
///
/// Requests (0) and invitations by members (2) are decided by the owner and the administrators, invitations of the current user (1) by
/// that user.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct RefuseGroupApplication {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// Who asks, or invites: `fromUser` of the application.
    from_user: String,
    /// Who is invited: `toUser` of the application. Needed with `type` 2.
    #[serde(default)]
    to_user: String,
    /// What to say to them, at most 500 bytes.
    #[serde(default)]
    reason: String,
    /// `type` of the application. Absent: 0, a request to join.
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
            (Event::GroupApplicationListChanged, "for all who could decide"),
            (Event::ApplicationProcessed, "for who asked, or invited"),
        ],
        errors: ERRORS,
        example: r#"{"groupID":"team","fromUser":"carol","reason":"We are full"}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let about = (self.group_id, self.from_user, self.to_user);
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
