//! Group tips: what happened in a group, as an element of a message.

use super::numbered::numbered;
use serde::{Deserialize, Serialize};

numbered! {
    /// What happened in a group.
    GroupTipsType as "GroupTipsType" {
        /// Unknown.
        Invalid = 0,
        /// The members of `memberList` joined.
        Join = 1,
        /// `opMember` invited the members of `memberList`.
        Invite = 2,
        /// `opMember` left.
        Quit = 3,
        /// `opMember` removed the members of `memberList`.
        Kicked = 4,
        /// `opMember` made the members of `memberList` administrators.
        SetAdmin = 5,
        /// `opMember` took that role from the members of `memberList`.
        CancelAdmin = 6,
        /// `opMember` changed the group: `groupChangeInfoList`.
        GroupInfoChange = 7,
        /// `opMember` changed members: `memberChangeInfoList`.
        MemberInfoChange = 8,
        /// A topic of a community was changed.
        TopicInfoChange = 9,
        /// A message was pinned.
        PinnedMessageAdded = 10,
        /// A message is not pinned any more.
        PinnedMessageDeleted = 11,
    }
}

numbered! {
    /// What was changed about a group.
    GroupChangeType as "GroupChangeType" {
        /// Unknown.
        Invalid = 0,
        /// The name: `value`.
        Name = 1,
        /// The introduction: `value`.
        Introduction = 2,
        /// The notification: `value`.
        Notification = 3,
        /// The picture: `value`.
        FaceUrl = 4,
        /// The owner: `value`.
        Owner = 5,
        /// A field of the app's own: `key` and `value`.
        Custom = 6,
        /// Whether all are muted: `boolValue`.
        ShutUpAll = 8,
        /// The custom data of a topic: `value`.
        TopicCustomData = 9,
        /// The receive option: `intValue`.
        ReceiveMessageOpt = 10,
        /// Who may join: `intValue`.
        GroupAddOpt = 11,
        /// Who may invite: `intValue`.
        GroupApproveOpt = 12,
    }
}

/// What happened in a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimGroupTipsElem")
)]
#[serde(rename_all = "camelCase")]
pub struct GroupTipsElem {
    /// The group.
    #[serde(rename = "groupID")]
    pub group_id: String,
    /// What happened: 1 joined, 2 invited, 3 left, 4 removed, 5 made administrators, 6 no administrators any more, 7 the
    /// group was changed, 8 members were changed.
    #[cfg_attr(feature = "schema", schemars(with = "GroupTipsType"))]
    pub r#type: i64,
    /// The member who did it.
    pub op_member: GroupMemberInfo,
    /// The members that it was done to, at most 100 of them.
    pub member_list: Vec<GroupMemberInfo>,
    /// What was changed about the group.
    pub group_change_info_list: Vec<GroupChangeInfo>,
    /// What was changed about members.
    pub member_change_info_list: Vec<MemberChangeInfo>,
    /// The number of members after it; 0 when unknown.
    pub member_count: i64,
}

/// A member of a group, as group tips show them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimGroupMemberInfo")
)]
#[serde(rename_all = "camelCase")]
pub struct GroupMemberInfo {
    /// The user.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// The nickname; empty when unknown.
    pub nick_name: String,
    /// The name in the group; empty when there is none.
    pub name_card: String,
    /// Always empty: the friends of `getFriendList` have the remarks.
    pub friend_remark: String,
    /// The address of the picture; empty when unknown.
    pub face_url: String,
}

/// A change of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimGroupChangeInfo")
)]
#[serde(rename_all = "camelCase")]
pub struct GroupChangeInfo {
    /// What was changed: 1 name, 2 introduction, 3 notification, 4 picture, 5 owner, 6 a field of the app's own, 8 whether all
    /// are muted, 11 who may join, 12 whom ordinary members may bring in.
    #[cfg_attr(feature = "schema", schemars(with = "GroupChangeType"))]
    pub r#type: i64,
    /// The new value as a text.
    pub value: String,
    /// The name of the app's own field; else empty.
    pub key: String,
    /// The new value where it is true or false.
    pub bool_value: bool,
    /// The new value where it is a number.
    pub int_value: i64,
}

impl GroupChangeInfo {
    /// All members are muted, or are so no more.
    pub fn all_muted(is_muted: bool) -> Self {
        Self {
            r#type: GroupChangeType::ShutUpAll as i64,
            bool_value: is_muted,
            ..Self::default()
        }
    }

    /// A change of what has no number of V2TIM's, by a name of libim's own, to true or false.
    pub fn named(key: &str, value: bool) -> Self {
        Self {
            r#type: GroupChangeType::Custom as i64,
            key: key.to_owned(),
            value: value.to_string(),
            bool_value: value,
            ..Self::default()
        }
    }

    /// A change to a new number.
    pub fn number(what: GroupChangeType, value: i64) -> Self {
        Self {
            r#type: what as i64,
            int_value: value,
            ..Self::default()
        }
    }

    /// A change to a new text.
    pub fn text(what: GroupChangeType, value: &str) -> Self {
        Self {
            r#type: what as i64,
            value: value.to_owned(),
            ..Self::default()
        }
    }
}

/// The seconds of one who is muted until somebody ends it, and the time that stands for that end.
pub const MUTED_FOR_GOOD: i64 = 4_294_967_295;

/// A change of a member of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimMemberChangeInfo")
)]
#[serde(rename_all = "camelCase")]
pub struct MemberChangeInfo {
    /// The member.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// For how many seconds from then on the member is muted; 0: not muted. 4294967295: until somebody ends it.
    pub mute_time: i64,
    /// The member's name in the group by now; empty when there is none. libim's own.
    #[serde(default)]
    pub name_card: String,
}
