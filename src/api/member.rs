//! The members of groups: adding and removing them. `member_list` reads them.

use super::account::user_ids;
use super::method::{Method, Request, Topic};
use super::request::Timeout;
use super::response::{Data, to_data};
use crate::backend::{MemberOutcome, MemberResult};
use crate::client::Call;
use crate::events::Event;
use crate::model::{ConversationId, OperationResult, Result, Status};
use serde::{Deserialize, Serialize};

/// The outcome of an operation on one member.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimGroupMemberOperationResult")
)]
#[serde(rename_all = "camelCase")]
pub(super) struct MemberOperationResult<'a> {
    /// The user.
    #[serde(rename = "memberID")]
    member_id: &'a str,
    /// The outcome: 1 it is done, 3 somebody has to decide first, 0 it has failed.
    #[cfg_attr(feature = "schema", schemars(with = "OperationResult"))]
    result: i64,
    /// Empty, or why the operation failed.
    result_info: &'a str,
}

fn member_results(results: &[MemberResult]) -> Result<Data> {
    let list: Vec<MemberOperationResult<'_>> = results
        .iter()
        .map(|member| MemberOperationResult {
            member_id: member.user_id.as_str(),
            result: match member.result {
                Ok(MemberOutcome::Done) => OperationResult::Succeed,
                Ok(MemberOutcome::Pending) => OperationResult::Pending,
                Err(_) => OperationResult::Fail,
            } as i64,
            result_info: member.result.as_ref().err().map_or("", |error| &error.desc),
        })
        .collect();
    to_data(&list)
}

/// Adds users to a group, or invites them: `approveOpt` of the group says whom its ordinary members may bring in. The owner and the
/// administrators need no approval.
///
/// A user whose `result` is 3 is no member yet. Embedded: the owner or an administrator decides, and `onApplicationProcessed` tells it.
/// XMPP: the user decides, where a member who may not change the members of the room invites into one that anybody may enter.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct InviteUserToGroup {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// The users, 1 to 100.
    user_list: Vec<String>,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for InviteUserToGroup {
    type Answer = Vec<MemberOperationResult<'static>>;
    const METHOD: Method = Method {
        name: "inviteUserToGroup",
        c_name: "im_invite_user_to_group",
        topic: Topic::Member,
        answer: "the outcome for each user, in the order requested",
        events: &[
            (Event::MemberInvited, "for all members, if somebody came in"),
            (
                Event::ReceiveJoinApplication,
                "for those who decide, if somebody has to",
            ),
        ],
        errors: &[
            (Status::InvalidParameters, "no userID, or more than 100"),
            (Status::InvalidGroupId, "not valid, or there is no such group"),
            (Status::InvalidUserId, ""),
            (Status::NoPermission, "not a member, or not permitted"),
        ],
        example: r#"{"groupID":"team","userList":["carol"]}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = client.group("groupID", self.group_id)?;
        let users = user_ids(client, "userList", self.user_list)?;
        member_results(&client.request(
            Self::METHOD.name,
            &[ConversationId::group(&id)],
            self.timeout_ms.0,
            |backend, deadline| backend.invite_to_group(&id, &users, deadline),
        )?)
    }
}

/// Removes members from a group.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct KickGroupMember {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// The members' userIDs, 1 to 100.
    member_list: Vec<String>,
    /// Ignored: it is not passed on.
    #[serde(default)]
    #[allow(dead_code)]
    reason: String,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for KickGroupMember {
    type Answer = Vec<MemberOperationResult<'static>>;
    const METHOD: Method = Method {
        name: "kickGroupMember",
        c_name: "im_kick_group_member",
        topic: Topic::Member,
        answer: "the outcome for each member, in the order requested",
        errors: &[
            (Status::InvalidParameters, "no userID, or more than 100"),
            (Status::InvalidGroupId, "not valid, or there is no such group"),
            (Status::InvalidUserId, ""),
            (Status::NoPermission, "neither the owner nor an administrator"),
        ],
        example: r#"{"groupID":"team","memberList":["carol"]}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = client.group("groupID", self.group_id)?;
        let users = user_ids(client, "memberList", self.member_list)?;
        member_results(&client.request(
            Self::METHOD.name,
            &[ConversationId::group(&id)],
            self.timeout_ms.0,
            |backend, deadline| backend.kick_from_group(&id, &users, deadline),
        )?)
    }
}
