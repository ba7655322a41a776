//! Groups. Their members are `member`'s.

use super::account::{MAX_IDS, check_name};
use super::request::{Empty, Timeout, check_list};
use super::response::{Data, nothing, to_data};
use crate::backend::NewGroup;
use crate::client::Client;
use crate::engine::Engine;
use crate::model::id::quoted;
use crate::model::strict::Object;
use crate::model::{Error, Group, GroupId, GroupRole, GroupType, Result, Status, UserId};
use serde::{Deserialize, Serialize};

/// A group as the user sees it.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimGroupInfo")
)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupInfo<'a> {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: &'a str,
    /// Its type.
    group_type: GroupType,
    /// Its name; empty when not set.
    group_name: &'a str,
    /// The address of its picture; empty when not set.
    face_url: &'a str,
    /// The owner's user id; null when unknown.
    owner: Option<&'a str>,
    /// When it was made, in seconds since 1970.
    create_time: i64,
    /// How many members it has.
    member_count: i64,
    /// The asker's: 200 member, 300 admin, 400 owner, 0 not a member.
    role: i64,
}

impl<'a> From<&'a Group> for GroupInfo<'a> {
    fn from(group: &'a Group) -> Self {
        Self {
            group_id: group.group_id.as_str(),
            group_type: group.group_type,
            group_name: &group.group_name,
            face_url: &group.face_url,
            owner: group.owner.as_ref().map(UserId::as_str),
            create_time: group.create_time,
            member_count: group.member_count,
            role: group.role as i64,
        }
    }
}

/// `createGroup`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CreateGroup {
    /// `Work`, `Public`, `Meeting`, `AVChatRoom` or `Community`.
    #[cfg_attr(feature = "schema", schemars(with = "GroupType"))]
    group_type: String,
    /// The id that it is to have. Absent, null or empty: the server makes one.
    #[serde(rename = "groupID", default)]
    group_id: Option<String>,
    /// Its name; at most 500 bytes.
    #[serde(default)]
    group_name: String,
    /// The address of its picture; at most 500 bytes.
    #[serde(default)]
    face_url: String,
    /// Who else is in it from the start.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("default" = [])))]
    member_list: Vec<Object<NewMember>>,
    #[serde(default)]
    timeout_ms: Timeout,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct NewMember {
    /// The user.
    #[serde(rename = "userID")]
    user_id: String,
    /// 200 member, 300 admin.
    #[serde(default = "default_role")]
    role: i64,
}

fn default_role() -> i64 {
    GroupRole::Member as i64
}

pub(super) fn create_group(client: &Client, request: CreateGroup) -> Result<Data> {
    let Some(group_type) = GroupType::parse(&request.group_type) else {
        let desc = "is not Work, Public, Meeting, AVChatRoom or Community";
        return Err(Error::invalid(format!(
            "groupType {} {desc}",
            quoted(&request.group_type)
        )));
    };
    check_name("groupName", Some(&request.group_name))?;
    check_name("faceUrl", Some(&request.face_url))?;
    let mut members = Vec::with_capacity(request.member_list.len());
    for (place, Object(member)) in request.member_list.into_iter().enumerate() {
        let user = UserId::parse(&format!("memberList[{place}].userID"), member.user_id)?;
        let role = match GroupRole::from_code(member.role) {
            role @ (GroupRole::Member | GroupRole::Admin) => role,
            _ => {
                return Err(Error::invalid(format!(
                    "memberList[{place}].role {} is not 200 or 300",
                    member.role
                )));
            }
        };
        members.push((user, role));
    }
    let group_id = request
        .group_id
        .filter(|id| !id.is_empty())
        .map(|id| GroupId::parse("groupID", id))
        .transpose()?;
    let (group_name, face_url) = (request.group_name, request.face_url);
    let group = NewGroup {
        group_id,
        group_type,
        group_name,
        face_url,
        members,
    };
    let id = client.request("createGroup", request.timeout_ms.0, |backend, deadline| {
        backend.create_group(group, deadline)
    })?;
    to_data(&id)
}

/// The methods that take one group and nothing else.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct OneGroup {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    #[serde(default)]
    timeout_ms: Timeout,
}

pub(super) fn quit_group(client: &Client, request: OneGroup) -> Result<Data> {
    let id = GroupId::parse("groupID", request.group_id)?;
    client
        .request("quitGroup", request.timeout_ms.0, |backend, deadline| {
            backend.quit_group(&id, deadline)
        })
        .map(nothing)
}

pub(super) fn dismiss_group(client: &Client, request: OneGroup) -> Result<Data> {
    let id = GroupId::parse("groupID", request.group_id)?;
    client
        .request("dismissGroup", request.timeout_ms.0, |backend, deadline| {
            backend.dismiss_group(&id, deadline)
        })
        .map(nothing)
}

/// `joinGroup`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct JoinGroup {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// Words for an administrator who has to agree; nobody has to here.
    #[serde(default)]
    #[allow(dead_code)]
    message: String,
    #[serde(default)]
    timeout_ms: Timeout,
}

pub(super) fn join_group(client: &Client, request: JoinGroup) -> Result<Data> {
    let id = GroupId::parse("groupID", request.group_id)?;
    client
        .request("joinGroup", request.timeout_ms.0, |backend, deadline| {
            backend.join_group(&id, deadline)
        })
        .map(nothing)
}

/// `setGroupInfo`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SetGroupInfo {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// Its name; at most 500 bytes. Absent: stays as it is.
    group_name: Option<String>,
    /// The address of its picture; at most 500 bytes. Absent: stays as it is.
    face_url: Option<String>,
    #[serde(default)]
    timeout_ms: Timeout,
}

pub(super) fn set_group_info(client: &Client, request: SetGroupInfo) -> Result<Data> {
    let id = GroupId::parse("groupID", request.group_id)?;
    check_name("groupName", request.group_name.as_deref())?;
    check_name("faceUrl", request.face_url.as_deref())?;
    if request.group_name.is_none() && request.face_url.is_none() {
        return Err(Error::invalid("neither groupName nor faceUrl is given"));
    }
    client
        .request("setGroupInfo", request.timeout_ms.0, |backend, deadline| {
            backend.set_group_info(
                &id,
                request.group_name.as_deref(),
                request.face_url.as_deref(),
                deadline,
            )
        })
        .map(nothing)
}

/// `getGroupsInfo`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GroupsInfo {
    /// 1 to 100 groups.
    #[serde(rename = "groupIDList")]
    group_id_list: Vec<String>,
    #[serde(default)]
    timeout_ms: Timeout,
}

/// What the server knows of one group.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimGroupInfoResult")
)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupInfoResult<'a> {
    /// A status: 0, or 8501 when there is no such group.
    result_code: i32,
    /// Empty, or one sentence.
    result_message: &'a str,
    /// The group; null when `resultCode` is not 0.
    group_info: Option<GroupInfo<'a>>,
}

pub(super) fn groups_info(client: &Client, request: GroupsInfo) -> Result<Data> {
    check_list(
        "groupIDList",
        &request.group_id_list,
        MAX_IDS,
        Status::InvalidParameters,
    )?;
    let ids: Vec<GroupId> = request
        .group_id_list
        .into_iter()
        .enumerate()
        .map(|(place, id)| GroupId::parse(&format!("groupIDList[{place}]"), id))
        .collect::<Result<_>>()?;
    let groups = client.request("getGroupsInfo", request.timeout_ms.0, |backend, deadline| {
        backend.groups_info(&ids, deadline)
    })?;
    let results: Vec<GroupInfoResult<'_>> = groups
        .iter()
        .map(|group| match group {
            Ok(group) => GroupInfoResult {
                result_code: 0,
                result_message: "",
                group_info: Some(group.into()),
            },
            Err(error) => GroupInfoResult {
                result_code: error.status.code(),
                result_message: &error.desc,
                group_info: None,
            },
        })
        .collect();
    to_data(&results)
}

pub(super) fn joined_group_list(client: &Client, _: Empty) -> Result<Data> {
    let groups = client.read(Engine::joined_groups)?;
    to_data(&groups.iter().map(GroupInfo::from).collect::<Vec<_>>())
}
