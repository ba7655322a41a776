//! The members of groups.

use super::account::user_ids;
use super::conversation::default_count;
use super::method::{Method, Request, Topic};
use super::request::{NextSeq, Timeout};
use super::response::{Data, to_data};
use crate::backend::MemberResult;
use crate::client::Call;
use crate::engine::Engine;
use crate::model::id::quoted;
use crate::model::{ConversationId, Error, GroupMemberFilter, GroupRole, OperationResult, Result, Status};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

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
    /// The outcome: 1 on success, else 0.
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
                Ok(_) => OperationResult::Succeed,
                Err(_) => OperationResult::Fail,
            } as i64,
            result_info: member.result.as_ref().err().map_or("", |error| &error.desc),
        })
        .collect();
    to_data(&list)
}

/// Adds users to a group.
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
        topic: Topic::Group,
        answer: "the outcome for each user, in the order requested",
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
        topic: Topic::Group,
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

/// Fetches the members of a group from the server, page by page.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GetGroupMemberList {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// The members wanted: 0 all, 1 the owner, 2 the administrators, 4 ordinary members.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "GroupMemberFilter"))]
    filter: i64,
    /// Where the page starts: the `nextSeq` of the page before, or `"0"` for the first page.
    #[serde(default)]
    next_seq: NextSeq,
    /// The size of the page.
    #[serde(default = "default_count")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    count: i64,
    #[serde(default)]
    timeout_ms: Timeout,
}

/// A member of a group.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimGroupMemberFullInfo")
)]
#[serde(rename_all = "camelCase")]
pub(super) struct MemberInfo<'a> {
    /// The member.
    #[serde(rename = "userID")]
    user_id: &'a str,
    /// The role: 200 member, 300 administrator, 400 owner.
    #[cfg_attr(feature = "schema", schemars(with = "GroupRole"))]
    role: i64,
    /// The member's nickname; empty when not set.
    nick_name: &'a str,
    /// Always empty: not supported yet.
    name_card: &'a str,
    /// The current user's own name for the member; empty when there is none.
    friend_remark: &'a str,
    /// The address of the member's picture; empty when not set.
    face_url: &'a str,
    /// When the member joined, in seconds since 1970; 0 when unknown.
    #[cfg_attr(feature = "schema", schemars(extend("x-time" = "none is 0")))]
    join_time: i64,
}

/// A page of the members of a group.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimGroupMemberInfoResult")
)]
#[serde(rename_all = "camelCase")]
pub(super) struct MemberInfoResult<'a> {
    /// The cursor of the next page; `"0"` on the last page.
    next_seq: String,
    /// The members, in the order in which they joined where the server knows it: over XMPP the owner comes first, then the
    /// administrators and the members on the list of the group, then the others.
    member_info_list: Vec<MemberInfo<'a>>,
}

impl Request for GetGroupMemberList {
    type Answer = MemberInfoResult<'static>;
    const METHOD: Method = Method {
        name: "getGroupMemberList",
        c_name: "im_get_group_member_list",
        topic: Topic::Group,
        errors: &[
            (
                Status::InvalidParameters,
                "`filter` is unknown, `nextSeq` is not a cursor, or `count` is below 1",
            ),
            (Status::InvalidGroupId, "not valid, or there is no such group"),
            (Status::NoPermission, "not a member"),
        ],
        example: r#"{"groupID":"team","filter":0,"nextSeq":"0","count":100}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = client.group("groupID", self.group_id)?;
        let wanted = match GroupMemberFilter::numbered(self.filter) {
            Some(GroupMemberFilter::All) => None,
            Some(GroupMemberFilter::Owner) => Some(GroupRole::Owner),
            Some(GroupMemberFilter::Admin) => Some(GroupRole::Admin),
            Some(GroupMemberFilter::Common) => Some(GroupRole::Member),
            None => {
                let sentence = format!("filter {} is not 0, 1, 2 or 4", self.filter);
                return Err(Error::invalid(sentence));
            }
        };
        let start: usize = match self.next_seq.0.as_str() {
            "" => 0,
            text => text
                .parse()
                .map_err(|_| Error::invalid(format!("nextSeq {} is not a cursor", quoted(text))))?,
        };
        let Some(count) = usize::try_from(self.count).ok().filter(|count| *count > 0) else {
            return Err(Error::invalid(format!("count {} is not 1 or more", self.count)));
        };
        let members = client.request(Self::METHOD.name, &[], self.timeout_ms.0, |backend, deadline| {
            backend.group_members(&id, deadline)
        })?;
        // From the cache: remarks are the user's own and no part of the group.
        let friends = client.read(Engine::friends)?;
        let remarks: HashMap<&str, &str> = friends
            .iter()
            .map(|friend| (friend.user_id.as_str(), friend.friend_remark.as_str()))
            .collect();
        let all: Vec<MemberInfo<'_>> = members
            .iter()
            .filter(|member| wanted.is_none_or(|role| member.role == role))
            .map(|member| MemberInfo {
                user_id: member.user_id.as_str(),
                role: member.role as i64,
                nick_name: &member.nick_name,
                name_card: "",
                friend_remark: remarks.get(member.user_id.as_str()).copied().unwrap_or_default(),
                face_url: &member.face_url,
                join_time: member.join_time,
            })
            .collect();
        let end = start.saturating_add(count);
        // V2TIM: the last page of members has "0", unlike that of conversations.
        let next_seq = if end < all.len() {
            end.to_string()
        } else {
            "0".to_owned()
        };
        to_data(&MemberInfoResult {
            next_seq,
            member_info_list: all.into_iter().skip(start).take(count).collect(),
        })
    }
}
