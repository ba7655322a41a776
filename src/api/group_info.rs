//! The data of groups. Their members are `member`'s.

use super::account::{MAX_IDS, check_name};
use super::method::{Method, Request, Topic};
use super::request::{Timeout, check_list};
use super::response::{Data, nothing, to_data};
use crate::client::Call;
use crate::engine::Engine;
use crate::events::Event;
#[cfg(feature = "schema")]
use crate::model::GroupRole;
use crate::model::{ConversationId, Error, Group, GroupAddOpt, GroupEdit, GroupId, GroupType, Result, Status, UserId};
use serde::{Deserialize, Serialize};

/// A group as the current user sees it.
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
    /// The type of the group.
    group_type: GroupType,
    /// The name; empty when not set.
    group_name: &'a str,
    /// The address of the picture; empty when not set.
    face_url: &'a str,
    /// What the group is about; empty when not set.
    introduction: &'a str,
    /// The group's notice to its members; empty when not set or not known.
    notification: &'a str,
    /// The owner's userID; null when unknown.
    owner: Option<&'a str>,
    /// When the group was created, in seconds since 1970; 0 when unknown.
    #[cfg_attr(feature = "schema", schemars(extend("x-time" = "none is 0")))]
    create_time: i64,
    /// The number of members.
    member_count: i64,
    /// The current user's role: 0 not a member, 200 member, 300 administrator, 400 owner.
    #[cfg_attr(feature = "schema", schemars(with = "GroupRole"))]
    role: i64,
    /// Whether only the owner and the administrators may send messages. XMPP: always false.
    is_all_muted: bool,
    /// Who may join by themselves: 0 nobody, 1 whoever the owner or an administrator accepts, 2 anybody. XMPP: 0 for a room for
    /// members only, else 2.
    #[cfg_attr(feature = "schema", schemars(with = "GroupAddOpt"))]
    group_add_opt: i64,
    /// Whom ordinary members may bring in (`inviteUserToGroup`): 0 nobody, 1 whoever the owner or an administrator accepts, 2 anybody.
    /// XMPP: 0 or 2, as the room says; where it does not, 2 for a `Work` group, else 0.
    #[cfg_attr(feature = "schema", schemars(with = "GroupAddOpt"))]
    approve_opt: i64,
}

impl<'a> From<&'a Group> for GroupInfo<'a> {
    fn from(group: &'a Group) -> Self {
        Self {
            group_id: group.group_id.as_str(),
            group_type: group.group_type,
            group_name: &group.group_name,
            face_url: &group.face_url,
            introduction: &group.introduction,
            notification: group.notification.as_deref().unwrap_or_default(),
            owner: group.owner.as_ref().map(UserId::as_str),
            create_time: group.create_time,
            member_count: group.member_count,
            role: group.role as i64,
            is_all_muted: group.is_all_muted,
            group_add_opt: group.add_opt as i64,
            approve_opt: group.approve_opt as i64,
        }
    }
}

/// Sets the name, picture, introduction and notification of a group, whether all its members are muted, who may join it, and whom
/// its members may invite.
///
/// At least one of them must be given.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SetGroupInfo {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// The name, at most 500 bytes. Absent or null: unchanged.
    group_name: Option<String>,
    /// The address of the picture, at most 500 bytes. Absent or null: unchanged.
    face_url: Option<String>,
    /// What the group is about, at most 500 bytes. Absent or null: unchanged.
    introduction: Option<String>,
    /// The group's notice to its members, at most 500 bytes. Absent or null: unchanged.
    notification: Option<String>,
    /// Whether only the owner and the administrators may send messages. Absent or null: unchanged. XMPP: 7013.
    is_all_muted: Option<bool>,
    /// Who may join by themselves: 0 nobody, 1 whoever the owner or an administrator accepts, 2 anybody, as at first. Absent or
    /// null: unchanged. Of a `Work` group it is 0. XMPP: 7013.
    #[cfg_attr(feature = "schema", schemars(with = "Option<GroupAddOpt>"))]
    group_add_opt: Option<i64>,
    /// Whom ordinary members may bring in: 0 nobody, 1 whoever the owner or an administrator accepts, 2 anybody. Absent or null:
    /// unchanged. Of an `AVChatRoom` it is 0. XMPP: 1 is 7013.
    #[cfg_attr(feature = "schema", schemars(with = "Option<GroupAddOpt>"))]
    approve_opt: Option<i64>,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for SetGroupInfo {
    type Answer = ();
    const METHOD: Method = Method {
        name: "setGroupInfo",
        c_name: "im_set_group_info",
        topic: Topic::Group,
        events: &[
            (
                Event::ConversationChanged,
                "if the name or picture changed, for every member who has the conversation",
            ),
            (Event::GroupInfoChanged, "if something changed, for all members"),
        ],
        errors: &[
            (
                Status::InvalidParameters,
                "all are missing, one is too long, or `groupAddOpt` or `approveOpt` is unknown or not for that type",
            ),
            (Status::InvalidGroupId, "not valid, or there is no such group"),
            (Status::NoPermission, "not a member, or not permitted"),
            (
                Status::NotSupported,
                "`isAllMuted`, `groupAddOpt` and `approveOpt` 1 over XMPP",
            ),
        ],
        example: r#"{"groupID":"team","groupName":"The team"}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = client.group("groupID", self.group_id)?;
        let edit = GroupEdit {
            group_name: self.group_name,
            face_url: self.face_url,
            introduction: self.introduction,
            notification: self.notification,
            is_all_muted: self.is_all_muted,
            add_opt: group_add_opt("groupAddOpt", self.group_add_opt)?,
            approve_opt: group_add_opt("approveOpt", self.approve_opt)?,
        };
        for (field, value) in [
            ("groupName", &edit.group_name),
            ("faceUrl", &edit.face_url),
            ("introduction", &edit.introduction),
            ("notification", &edit.notification),
        ] {
            check_name(field, value.as_deref())?;
        }
        if edit == GroupEdit::default() {
            let sentence = "none of groupName, faceUrl, introduction, notification, isAllMuted, groupAddOpt and approveOpt is given";
            return Err(Error::invalid(sentence));
        }
        client
            .request(
                Self::METHOD.name,
                &[ConversationId::group(&id)],
                self.timeout_ms.0,
                |backend, deadline| backend.set_group_info(&id, &edit, deadline),
            )
            .map(nothing)
    }
}

/// What one of the two options of a group is to be, if it is given.
pub(super) fn group_add_opt(field: &str, number: Option<i64>) -> Result<Option<GroupAddOpt>> {
    number
        .map(|number| {
            GroupAddOpt::numbered(number).ok_or_else(|| Error::invalid(format!("{field} {number} is not 0, 1 or 2")))
        })
        .transpose()
}

/// Fetches the data of groups from the server.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GetGroupsInfo {
    /// The groups, 1 to 100.
    #[serde(rename = "groupIDList")]
    group_id_list: Vec<String>,
    #[serde(default)]
    timeout_ms: Timeout,
}

/// The outcome of the request for one group.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimGroupInfoResult")
)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupInfoResult<'a> {
    /// A status code: 0, or 8501 when there is no such group.
    result_code: i32,
    /// Empty, or one sentence.
    result_message: &'a str,
    /// The group; null when `resultCode` is not 0.
    group_info: Option<GroupInfo<'a>>,
}

impl Request for GetGroupsInfo {
    type Answer = Vec<GroupInfoResult<'static>>;
    const METHOD: Method = Method {
        name: "getGroupsInfo",
        c_name: "im_get_groups_info",
        topic: Topic::Group,
        answer: "the outcome for each group, in the order requested",
        errors: &[
            (Status::InvalidParameters, "no groupID, or more than 100"),
            (Status::InvalidGroupId, "not valid"),
        ],
        example: r#"{"groupIDList":["team"]}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        check_list("groupIDList", &self.group_id_list, MAX_IDS, Status::InvalidParameters)?;
        let ids: Vec<GroupId> = self
            .group_id_list
            .into_iter()
            .enumerate()
            .map(|(place, id)| client.group(&format!("groupIDList[{place}]"), id))
            .collect::<Result<_>>()?;
        let groups = client.request(Self::METHOD.name, &[], self.timeout_ms.0, |backend, deadline| {
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
}

/// Reads from the cache the groups that the current user is a member of.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GetJoinedGroupList {}

impl Request for GetJoinedGroupList {
    type Answer = Vec<GroupInfo<'static>>;
    const METHOD: Method = Method {
        name: "getJoinedGroupList",
        c_name: "im_get_joined_group_list",
        topic: Topic::Group,
        answer: "the groups, sorted by groupID",
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let groups = client.read(Engine::joined_groups)?;
        to_data(&groups.iter().map(GroupInfo::from).collect::<Vec<_>>())
    }
}
