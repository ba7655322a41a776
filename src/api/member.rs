//! The members of groups.

use super::account::user_ids;
use super::conversation::default_count;
use super::request::{NextSeq, Timeout};
use super::response::{Data, to_data};
use crate::backend::MemberResult;
use crate::client::Client;
use crate::engine::Engine;
use crate::model::id::quoted;
use crate::model::{Error, GroupId, GroupRole, Result};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What became of one member.
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
    /// 1 done, 0 not.
    result: i64,
    /// Empty, or why it was not done.
    result_info: &'a str,
}

fn member_results(results: &[MemberResult]) -> Result<Data> {
    let list: Vec<MemberOperationResult<'_>> = results
        .iter()
        .map(|member| MemberOperationResult {
            member_id: member.user_id.as_str(),
            result: i64::from(member.result.is_ok()),
            result_info: member.result.as_ref().err().map_or("", |error| &error.desc),
        })
        .collect();
    to_data(&list)
}

/// `inviteUserToGroup`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct InviteUserToGroup {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// 1 to 100 users.
    user_list: Vec<String>,
    #[serde(default)]
    timeout_ms: Timeout,
}

pub(super) fn invite_user_to_group(client: &Client, request: InviteUserToGroup) -> Result<Data> {
    let id = GroupId::parse("groupID", request.group_id)?;
    let users = user_ids("userList", request.user_list)?;
    member_results(
        &client.request("inviteUserToGroup", request.timeout_ms.0, |backend, deadline| {
            backend.invite_to_group(&id, &users, deadline)
        })?,
    )
}

/// `kickGroupMember`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct KickGroupMember {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// 1 to 100 members.
    member_list: Vec<String>,
    /// For the app's own records; not carried.
    #[serde(default)]
    #[allow(dead_code)]
    reason: String,
    #[serde(default)]
    timeout_ms: Timeout,
}

pub(super) fn kick_group_member(client: &Client, request: KickGroupMember) -> Result<Data> {
    let id = GroupId::parse("groupID", request.group_id)?;
    let users = user_ids("memberList", request.member_list)?;
    member_results(
        &client.request("kickGroupMember", request.timeout_ms.0, |backend, deadline| {
            backend.kick_from_group(&id, &users, deadline)
        })?,
    )
}

/// `getGroupMemberList`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GroupMemberList {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// 0 all, 1 owner, 2 admins, 4 ordinary members.
    #[serde(default)]
    filter: i64,
    /// Where the page starts: the `nextSeq` of the page before; `"0"` is the first page.
    #[serde(default)]
    next_seq: NextSeq,
    /// How many members, from 1.
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
    /// 200 member, 300 administrator, 400 owner.
    role: i64,
    /// The name the member chose.
    nick_name: &'a str,
    /// Always empty: not supported yet.
    name_card: &'a str,
    /// The user's own name for the member; empty when not a friend.
    friend_remark: &'a str,
    /// The address of the member's picture.
    face_url: &'a str,
    /// When the member joined, in seconds since 1970.
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
    /// Where the next page starts; "0" after the last one.
    next_seq: String,
    /// The members, in the order they joined.
    member_info_list: Vec<MemberInfo<'a>>,
}

pub(super) fn group_member_list(client: &Client, request: GroupMemberList) -> Result<Data> {
    let id = GroupId::parse("groupID", request.group_id)?;
    let wanted = match request.filter {
        0 => None,
        1 => Some(GroupRole::Owner),
        2 => Some(GroupRole::Admin),
        4 => Some(GroupRole::Member),
        other => return Err(Error::invalid(format!("filter {other} is not 0, 1, 2 or 4"))),
    };
    let start: usize = match request.next_seq.0.as_str() {
        "" => 0,
        text => text
            .parse()
            .map_err(|_| Error::invalid(format!("nextSeq {} is not a cursor", quoted(text))))?,
    };
    let Some(count) = usize::try_from(request.count).ok().filter(|count| *count > 0) else {
        return Err(Error::invalid(format!("count {} is not 1 or more", request.count)));
    };
    let members = client.request("getGroupMemberList", request.timeout_ms.0, |backend, deadline| {
        backend.group_members(&id, deadline)
    })?;
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
