//! Groups, their members and group applications.

use super::conversation::GROUP_TYPES;
use super::{Form, Key, field, inward, is_set, key, lacking, list, number, outward, text};
use crate::call::{Refusal, given};
use crate::ids::Ids;
use serde_json::{Map, Value, json};

/// A member.
pub(crate) const MEMBER: &[Key] = &[
    key("group_member_info_identifier", "userID", Form::User),
    key("group_member_info_nick_name", "nickName", Form::Text),
    key("group_member_info_name_card", "nameCard", Form::Text),
    key("group_member_info_friend_remark", "friendRemark", Form::Text),
    key("group_member_info_face_url", "faceUrl", Form::Text),
    key("group_member_info_member_role", "role", Form::Number),
    key("group_member_info_join_time", "joinTime", Form::Number),
    key("group_member_info_shutup_time", "muteUntil", Form::Number),
    lacking("group_member_info_group_id", Form::Empty),
    lacking("group_member_info_msg_flag", Form::Zero),
    lacking("group_member_info_msg_seq", Form::Zero),
    lacking("group_member_info_custom_info", Form::Nothing),
    lacking("group_member_info_is_online", Form::No),
    lacking("group_member_info_online_devices", Form::Nothing),
];

/// The sender of a message, as a member of the group.
pub(super) const SENDER: &[Key] = &[
    key("group_member_info_identifier", "sender", Form::User),
    key("group_member_info_nick_name", "nickName", Form::Text),
    key("group_member_info_name_card", "nameCard", Form::Text),
    key("group_member_info_friend_remark", "friendRemark", Form::Text),
    key("group_member_info_face_url", "faceUrl", Form::Text),
    key("group_member_info_group_id", "groupID", Form::Text),
    lacking("group_member_info_member_role", Form::Zero),
    lacking("group_member_info_join_time", Form::Zero),
    lacking("group_member_info_shutup_time", Form::Zero),
    lacking("group_member_info_msg_flag", Form::Zero),
    lacking("group_member_info_msg_seq", Form::Zero),
    lacking("group_member_info_custom_info", Form::Nothing),
    lacking("group_member_info_is_online", Form::No),
    lacking("group_member_info_online_devices", Form::Nothing),
];

/// A page of members.
const MEMBERS: &[Key] = &[
    key("group_get_member_info_list_result_next_seq", "nextSeq", Form::Digits),
    key(
        "group_get_member_info_list_result_info_array",
        "memberInfoList",
        Form::Parts(MEMBER),
    ),
];

/// A group, as others see it.
const DETAILS: &[Key] = &[
    key("group_detail_info_group_id", "groupID", Form::Text),
    key("group_detail_info_group_type", "groupType", Form::Word(GROUP_TYPES)),
    key("group_detail_info_group_name", "groupName", Form::Text),
    key("group_detail_info_notification", "notification", Form::Text),
    key("group_detail_info_introduction", "introduction", Form::Text),
    key("group_detail_info_face_url", "faceUrl", Form::Text),
    key("group_detail_info_create_time", "createTime", Form::Number),
    key("group_detail_info_member_num", "memberCount", Form::Number),
    key("group_detail_info_add_option", "groupAddOpt", Form::Number),
    key("group_detail_info_approve_option", "approveOpt", Form::Number),
    key("group_detail_info_is_shutup_all", "isAllMuted", Form::Flag),
    key("group_detail_info_owner_identifier", "owner", Form::User),
    lacking("group_detail_info_is_support_topic", Form::No),
    lacking("group_detail_info_info_seq", Form::Zero),
    lacking("group_detail_info_last_info_time", Form::Zero),
    lacking("group_detail_info_next_msg_seq", Form::Zero),
    lacking("group_detail_info_last_msg_time", Form::Zero),
    lacking("group_detail_info_max_member_num", Form::Zero),
    lacking("group_detail_info_online_member_num", Form::Zero),
    lacking("group_detail_info_visible", Form::Zero),
    lacking("group_detail_info_searchable", Form::Zero),
    lacking("group_detail_info_custom_info", Form::Nothing),
    lacking("group_detail_info_enable_permission_group", Form::No),
    lacking("group_detail_info_default_permissions", Form::Zero),
];

const INFO_RESULT: &[Key] = &[
    key("get_groups_info_result_code", "resultCode", Form::Number),
    key("get_groups_info_result_desc", "resultMessage", Form::Text),
    key("get_groups_info_result_info", "groupInfo", Form::Part(DETAILS)),
];

const SELF: &[Key] = &[
    key("group_self_info_role", "role", Form::Number),
    key("group_self_info_unread_num", "unreadCount", Form::Number),
    key("group_self_info_msg_flag", "recvOpt", Form::Number),
    lacking("group_self_info_join_time", Form::Zero),
];

/// A group of the current user.
const JOINED: &[Key] = &[
    key("group_base_info_group_id", "groupID", Form::Text),
    key("group_base_info_group_name", "groupName", Form::Text),
    key("group_base_info_group_type", "groupType", Form::Word(GROUP_TYPES)),
    key("group_base_info_face_url", "faceUrl", Form::Text),
    key("group_base_info_is_shutup_all", "isAllMuted", Form::Flag),
    lacking("group_base_info_info_seq", Form::Zero),
    lacking("group_base_info_latest_seq", Form::Zero),
    lacking("group_base_info_readed_seq", Form::Zero),
    key("group_base_info_msg_flag", "recvOpt", Form::Number),
];

/// The current user's groups; their receive options and unread messages are those of their conversations.
pub(crate) fn joined(own: &Value, conversation_of: impl Fn(&str) -> Value, ids: &Ids) -> Value {
    let group = |own: &Value| {
        let (mut own, conversation) = (own.clone(), conversation_of(text(own, "groupID")));
        if let Some(fields) = own.as_object_mut() {
            for key in ["recvOpt", "unreadCount"] {
                fields.insert(key.into(), field(&conversation, key).clone());
            }
        }
        let own = &own;
        let mut theirs = outward(JOINED, own, ids);
        if let Some(fields) = theirs.as_object_mut() {
            fields.insert("group_base_info_self_info".into(), outward(SELF, own, ids));
        }
        theirs
    };
    list(own).iter().map(group).collect()
}

/// The data of groups.
pub(crate) fn infos(own: &Value, ids: &Ids) -> Value {
    super::outward_all(INFO_RESULT, own, ids)
}

/// A page of members.
pub(crate) fn members(own: &Value, ids: &Ids) -> Value {
    outward(MEMBERS, own, ids)
}

/// The same, of members who were asked for by name.
pub(crate) fn named_members(own: &Value, ids: &Ids) -> Value {
    members(&json!({ "memberInfoList": own }), ids)
}

const NEW_MEMBER: &[Key] = &[
    key("group_member_info_identifier", "userID", Form::User),
    key("group_member_info_member_role", "role", Form::Number),
];

const NEW: &[Key] = &[
    key("create_group_param_group_id", "groupID", Form::Text),
    key("create_group_param_group_name", "groupName", Form::Text),
    key("create_group_param_group_type", "groupType", Form::Word(GROUP_TYPES)),
    key("create_group_param_face_url", "faceUrl", Form::Text),
    key(
        "create_group_param_group_member_array",
        "memberList",
        Form::Parts(NEW_MEMBER),
    ),
    key("create_group_param_approve_option", "approveOpt", Form::Number),
];

/// The fields of a new group that `createGroup` does not take: they are set afterwards.
const NEW_INFO: &[Key] = &[
    key("create_group_param_notification", "notification", Form::Text),
    key("create_group_param_introduction", "introduction", Form::Text),
    key("create_group_param_add_option", "groupAddOpt", Form::Number),
];

/// Everybody may join: `kTIMGroupAddOpt_Any`, and libim's number.
const ANY: i64 = 2;

/// What libim's groups do not have, and why a group is not made that should have it.
const NOT_OF_NEW: &[(&str, &str)] = &[
    (
        "create_group_param_is_support_topic",
        "create_group_param_is_support_topic: libim's groups have no topics",
    ),
    (
        "create_group_param_custom_info",
        "create_group_param_custom_info: libim's groups have no fields of the app's own",
    ),
];

/// A new group: for `createGroup`, and for `setGroupInfo` after it. `Err` says what the server would refuse once the group is
/// there.
pub(crate) fn own_new(theirs: &Value, is_xmpp: bool, ids: &Ids) -> Result<(Value, Map<String, Value>), &'static str> {
    for (key, reason) in NOT_OF_NEW {
        if is_set(field(theirs, key)) {
            return Err(reason);
        }
    }
    let mut new = inward(NEW, theirs, ids);
    let group_type = new.entry("groupType").or_insert_with(|| "Public".into());
    let is_work = *group_type == "Work";
    new.retain(|name, value| name != "groupID" || value != "");
    let mut info = inward(NEW_INFO, theirs, ids);
    let wanted = info.get("groupAddOpt").and_then(Value::as_i64);
    if is_work || wanted == Some(ANY) {
        // A Work group has no such option, and that of others is this one from the start.
        info.remove("groupAddOpt");
    } else if is_xmpp && wanted.is_some() {
        return Err("create_group_param_add_option: XMPP rooms are open or for members only, as their type says");
    }
    Ok((Value::Object(new), info))
}

/// A field of a group that can be changed, and the bit that says so: `TIMGroupModifyInfoFlag`.
const CHANGES: &[(i64, Key)] = &[
    (1, key("group_modify_info_param_group_name", "groupName", Form::Text)),
    (
        2,
        key("group_modify_info_param_notification", "notification", Form::Text),
    ),
    (
        4,
        key("group_modify_info_param_introduction", "introduction", Form::Text),
    ),
    (8, key("group_modify_info_param_face_url", "faceUrl", Form::Text)),
    (
        16,
        key("group_modify_info_param_add_option", "groupAddOpt", Form::Number),
    ),
    (
        256,
        key("group_modify_info_param_is_shutup_all", "isAllMuted", Form::Flag),
    ),
    (
        1 << 12,
        key("group_modify_info_param_approve_option", "approveOpt", Form::Number),
    ),
];

/// For `setGroupInfo`, and the new owner.
type Changes = (Map<String, Value>, Option<String>);

/// The bit of a change that is not a field of libim's groups.
const OWNER: i64 = 1 << 31;

/// Changes of a group: for `setGroupInfo`, and the new owner; `None` when there is something that libim's groups do not have.
/// Every field that the bits name has to be given.
pub(crate) fn own_changes(theirs: &Value, ids: &Ids) -> Result<Option<Changes>, Refusal> {
    // A C enum makes a negative number of the last bit.
    let flags = number(theirs, "group_modify_info_param_modify_flag") & i64::from(u32::MAX);
    let known = CHANGES.iter().fold(OWNER, |known, (bit, _)| known | bit);
    if flags & !known != 0 {
        return Ok(None);
    }
    let mut own = Map::new();
    for (bit, key) in CHANGES {
        if flags & bit != 0 {
            given(theirs, key.theirs)?;
            own.extend(inward(std::slice::from_ref(key), theirs, ids));
        }
    }
    let mut owner = None;
    if flags & OWNER != 0 {
        let user = given(theirs, "group_modify_info_param_owner")?.as_str();
        owner = Some(ids.inward(user.ok_or(Refusal::Parameter)?));
    }
    Ok(Some((own, owner)))
}

/// The results of inviting or removing users.
pub(crate) fn outcomes(own: &Value, ids: &Ids, prefix: &str) -> Value {
    let outcome = |own: &Value| {
        json!({
            format!("{prefix}_identifier"): ids.outward(text(own, "memberID")),
            format!("{prefix}_result"): number(own, "result"),
        })
    };
    list(own).iter().map(outcome).collect()
}

/// A group application.
const PENDENCY: &[Key] = &[
    key("group_pendency_group_id", "groupID", Form::Text),
    key("group_pendency_form_identifier", "fromUser", Form::User),
    key("group_pendency_from_nick_name", "fromUserNickName", Form::Text),
    key("group_pendency_from_face_url", "fromUserFaceUrl", Form::Text),
    key("group_pendency_to_identifier", "toUser", Form::User),
    key("group_pendency_add_time", "addTime", Form::Number),
    key("group_pendency_pendency_type", "type", Form::Number),
    key("group_pendency_handled", "handleStatus", Form::Number),
    key("group_pendency_handle_result", "handleResult", Form::Number),
    key("group_pendency_apply_invite_msg", "requestMsg", Form::Text),
    key("group_pendency_approval_msg", "handledMsg", Form::Text),
    lacking("group_pendency_form_user_defined_data", Form::Empty),
    lacking("group_pendency_to_user_defined_data", Form::Empty),
    lacking("group_pendency_key", Form::Empty),
    lacking("group_pendency_authentication", Form::Empty),
    lacking("group_pendency_self_identifier", Form::Empty),
];

/// All of them.
const PENDENCIES: &[Key] = &[
    key("group_pendency_result_unread_num", "unreadCount", Form::Number),
    key(
        "group_pendency_result_pendency_array",
        "groupApplicationList",
        Form::Parts(PENDENCY),
    ),
    // There is one page.
    lacking("group_pendency_result_next_start_time", Form::Zero),
    lacking("group_pendency_result_read_time_seq", Form::Zero),
];

/// All group applications.
pub(crate) fn pendencies(own: &Value, ids: &Ids) -> Value {
    outward(PENDENCIES, own, ids)
}

/// The request of one that the app has decided.
pub(crate) fn own_pendency(theirs: &Value, ids: &Ids) -> Value {
    let pendency = field(theirs, "group_handle_pendency_param_pendency");
    let mut own = inward(PENDENCY, pendency, ids);
    own.retain(|name, _| ["groupID", "fromUser", "toUser", "type"].contains(&name.as_str()));
    let reason = text(theirs, "group_handle_pendency_param_handle_msg");
    own.insert("reason".into(), reason.into());
    Value::Object(own)
}
