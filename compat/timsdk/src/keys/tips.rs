//! Group tips: events of a group, in its messages.

use super::{Form, Key, field, group, key, lacking, list, number, outward, outward_all, text, user};
use crate::ids::Ids;
use serde_json::{Value, json};

/// The kinds: `TIMGroupTipType`, and libim's. Invited users have joined too, by `join_type`.
const TYPES: &[(i64, i64)] = &[
    (1, 1),
    (1, INVITED),
    (2, 3),
    (3, 4),
    (4, 5),
    (5, 6),
    (6, 7),
    (7, 8),
    (9, 9),
    (10, 10),
    (11, 11),
];
const INVITED: i64 = 2;

/// How somebody has joined: `TIMGroupJoinType`.
const JOINED: i64 = 1;
const JOINED_BY_INVITATION: i64 = 2;

const GROUP_CHANGE: &[Key] = &[
    key("group_tips_group_change_info_flag", "type", Form::Number),
    key("group_tips_group_change_info_value", "value", Form::Text),
    key("group_tips_group_change_info_key", "key", Form::Text),
    key("group_tips_group_change_info_bool_value", "boolValue", Form::Flag),
    key("group_tips_group_change_info_int_value", "intValue", Form::Number),
    lacking("group_tips_group_change_info_uint64_value", Form::Zero),
];

const MEMBER_CHANGE: &[Key] = &[
    key("group_tips_member_change_info_identifier", "userID", Form::User),
    key("group_tips_member_change_info_shutupTime", "muteTime", Form::Number),
];

/// The element.
pub(super) fn tips(own: &Value, message: &Value, ids: &Ids) -> Value {
    let kind = number(own, "type");
    let theirs = TYPES.iter().find(|(_, ours)| *ours == kind).map_or(0, |pair| pair.0);
    let operator = field(own, "opMember");
    let members = field(own, "memberList");
    let users: Value = list(members)
        .iter()
        .map(|member| ids.outward(text(member, "userID")))
        .collect();
    json!({
        "group_tips_elem_tip_type": theirs,
        "group_tips_elem_join_type": match kind {
            1 => JOINED,
            INVITED => JOINED_BY_INVITATION,
            _ => 0,
        },
        "group_tips_elem_group_id": text(own, "groupID"),
        "group_tips_elem_group_name": "",
        "group_tips_elem_time": number(message, "timestamp"),
        "group_tips_elem_op_user": ids.outward(text(operator, "userID")),
        "group_tips_elem_op_user_info": outward(user::PROFILE, operator, ids),
        "group_tips_elem_op_group_memberinfo": outward(group::MEMBER, operator, ids),
        "group_tips_elem_user_array": users,
        "group_tips_elem_changed_user_info_array": outward_all(user::PROFILE, members, ids),
        "group_tips_elem_changed_group_memberinfo_array": outward_all(group::MEMBER, members, ids),
        "group_tips_elem_group_change_info_array": outward_all(GROUP_CHANGE, field(own, "groupChangeInfoList"), ids),
        "group_tips_elem_member_change_info_array": outward_all(MEMBER_CHANGE, field(own, "memberChangeInfoList"), ids),
        "group_tips_elem_member_num": number(own, "memberCount"),
        "group_tips_elem_platform": "",
        "group_tips_elem_member_mark_info_array": [],
        "group_tips_elem_pinned_message_list": [],
    })
}
