//! The members of groups: reading them, and their names there.

use super::account::{check_name, user_ids};
use super::conversation::default_count;
use super::method::{Method, Request, Topic};
use super::request::{NextSeq, Timeout};
use super::response::{Data, nothing, to_data};
use crate::client::Call;
use crate::engine::Engine;
use crate::events::Event;
use crate::model::id::quoted;
use crate::model::{ConversationId, Error, Friend, GroupMember, GroupMemberFilter, GroupRole, Result, Status};
use serde::{Deserialize, Serialize};

/// The current user's own names for the members, from the cache: they are no part of the group.
struct Remarks(Vec<Friend>);

impl Remarks {
    fn of(client: &Call<'_>) -> Result<Self> {
        client.read(Engine::friends).map(Self)
    }

    /// A member as it is shown.
    fn with<'a>(&'a self, member: &'a GroupMember) -> MemberInfo<'a> {
        let friend = self.0.iter().find(|friend| friend.user_id == member.user_id);
        MemberInfo {
            user_id: member.user_id.as_str(),
            role: member.role as i64,
            nick_name: &member.nick_name,
            name_card: &member.name_card,
            friend_remark: friend.map_or("", |friend| friend.friend_remark.as_str()),
            face_url: &member.face_url,
            join_time: member.join_time,
            mute_until: member.mute_until,
        }
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
    /// The member's name in the group; empty when there is none.
    name_card: &'a str,
    /// The current user's own name for the member; empty when there is none.
    friend_remark: &'a str,
    /// The address of the member's picture; empty when not set.
    face_url: &'a str,
    /// When the member joined, in seconds since 1970; 0 when unknown.
    #[cfg_attr(feature = "schema", schemars(extend("x-time" = "none is 0")))]
    join_time: i64,
    /// Until when the member is muted, in seconds since 1970; 0 when not muted. XMPP: 4294967295 for a member who is in the room
    /// without voice.
    #[cfg_attr(feature = "schema", schemars(extend("x-time" = "none is 0")))]
    mute_until: i64,
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
        topic: Topic::Member,
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
        let remarks = Remarks::of(client)?;
        let all: Vec<MemberInfo<'_>> = members
            .iter()
            .filter(|member| wanted.is_none_or(|role| member.role == role))
            .map(|member| remarks.with(member))
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

/// Fetches members of a group from the server. Those who are no members are left out.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GetGroupMembersInfo {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// The members' userIDs, 1 to 100.
    member_list: Vec<String>,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for GetGroupMembersInfo {
    type Answer = Vec<MemberInfo<'static>>;
    const METHOD: Method = Method {
        name: "getGroupMembersInfo",
        c_name: "im_get_group_members_info",
        topic: Topic::Member,
        answer: "the members, in the order requested",
        errors: &[
            (Status::InvalidParameters, "no userID, or more than 100"),
            (Status::InvalidGroupId, "not valid, or there is no such group"),
            (Status::InvalidUserId, ""),
            (Status::NoPermission, "not a member"),
        ],
        example: r#"{"groupID":"team","memberList":["alice"]}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = client.group("groupID", self.group_id)?;
        let users = user_ids(client, "memberList", self.member_list)?;
        let members = client.request(Self::METHOD.name, &[], self.timeout_ms.0, |backend, deadline| {
            backend.group_members(&id, deadline)
        })?;
        let remarks = Remarks::of(client)?;
        let found = users
            .iter()
            .filter_map(|user| members.iter().find(|member| member.user_id == *user));
        to_data(&found.map(|member| remarks.with(member)).collect::<Vec<_>>())
    }
}

/// Sets the name of a member in a group: one's own, or that of another member where the server allows it.
///
/// On the embedded service the owner and the administrators may change those of members of lower rank. Over XMPP it is the
/// name in the room, which members choose for themselves.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SetGroupMemberInfo {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// The member.
    #[serde(rename = "userID")]
    user_id: String,
    /// The name, at most 500 bytes. Empty: none.
    name_card: String,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for SetGroupMemberInfo {
    type Answer = ();
    const METHOD: Method = Method {
        name: "setGroupMemberInfo",
        c_name: "im_set_group_member_info",
        topic: Topic::Member,
        events: &[(Event::MemberInfoChanged, "if the name changed, for all members")],
        errors: &[
            (Status::InvalidParameters, "not a member, or the name is too long"),
            (Status::InvalidGroupId, "not valid, or there is no such group"),
            (Status::InvalidUserId, ""),
            (Status::NoPermission, "not a member, or not permitted"),
            (Status::NotSupported, "XMPP: the name of another member"),
            (Status::Refused, "XMPP: another member has the name"),
        ],
        example: r#"{"groupID":"team","userID":"alice","nameCard":"Captain"}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = client.group("groupID", self.group_id)?;
        let user = client.user("userID", self.user_id)?;
        check_name("nameCard", Some(&self.name_card))?;
        client
            .request(
                Self::METHOD.name,
                &[ConversationId::group(&id)],
                self.timeout_ms.0,
                |backend, deadline| backend.set_name_card(&id, &user, &self.name_card, deadline),
            )
            .map(nothing)
    }
}
