//! The members of groups.

use super::handler::Callback;
use super::request;
use super::types::{Data, Text};
use crate::call::{Call, Refusal, json};
use crate::ids::Ids;
use crate::keys::{field, group, list, number, text};
use serde_json::{Value, json};
use std::ffi::c_int;

/// libim's userIDs of a list within a parameter.
fn users(param: &Value, key: &str, ids: &Ids) -> Vec<String> {
    let list = list(field(param, key)).iter();
    list.filter_map(Value::as_str).map(|user| ids.inward(user)).collect()
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupInviteMember(json_group_invite_param: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let param = json(json_group_invite_param.get()?)?;
        let fields = json!({
            "groupID": text(&param, "group_invite_member_param_group_id"),
            "userList": users(&param, "group_invite_member_param_identifier_array", ids),
        });
        let call = Call::new("inviteUserToGroup", fields);
        Ok(call.answering(|own, ids| group::outcomes(own, ids, "group_invite_member_result")))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupDeleteMember(json_group_delete_param: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let param = json(json_group_delete_param.get()?)?;
        let fields = json!({
            "groupID": text(&param, "group_delete_member_param_group_id"),
            "memberList": users(&param, "group_delete_member_param_identifier_array", ids),
            "reason": text(&param, "group_delete_member_param_user_data"),
        });
        let call = Call::new("kickGroupMember", fields);
        Ok(call.answering(|own, ids| group::outcomes(own, ids, "group_delete_member_result")))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupGetMemberInfoList(
    json_group_getmeminfos_param: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        let param = json(json_group_getmeminfos_param.get()?)?;
        let id = text(&param, "group_get_members_info_list_param_group_id");
        let named = users(&param, "group_get_members_info_list_param_identifier_array", ids);
        if !named.is_empty() {
            let fields = json!({ "groupID": id, "memberList": named });
            return Ok(Call::new("getGroupMembersInfo", fields).answering(group::named_members));
        }
        let option = field(&param, "group_get_members_info_list_param_option");
        let fields = json!({
            "groupID": id,
            "filter": number(option, "group_member_get_info_option_role_flag"),
            "nextSeq": field(&param, "group_get_members_info_list_param_next_seq").as_u64().unwrap_or_default(),
        });
        Ok(Call::new("getGroupMemberList", fields).answering(group::members))
    })
}

/// What a change of a member can be, by the bits of `TIMGroupMemberModifyInfoFlag`.
const ROLE: i64 = 1 << 1;
const MUTE: i64 = 1 << 2;
const NAME_CARD: i64 = 1 << 3;

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupModifyMemberInfo(
    json_group_modifymeminfo_param: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        let param = json(json_group_modifymeminfo_param.get()?)?;
        let flags = number(&param, "group_modify_member_info_modify_flag");
        if flags & !(ROLE | MUTE | NAME_CARD) != 0 {
            return Ok(Call::unsupported());
        }
        let about = |name: &str, value: Value| {
            let user = ids.inward(text(&param, "group_modify_member_info_identifier"));
            json!({ "groupID": text(&param, "group_modify_member_info_group_id"), "userID": user, name: value })
        };
        let mut changes = Vec::new();
        if flags & ROLE != 0 {
            let role = number(&param, "group_modify_member_info_member_role");
            changes.push(("setGroupMemberRole", about("role", role.into())));
        }
        if flags & MUTE != 0 {
            let seconds = number(&param, "group_modify_member_info_shutup_time");
            changes.push(("muteGroupMember", about("seconds", seconds.into())));
        }
        if flags & NAME_CARD != 0 {
            let card = text(&param, "group_modify_member_info_name_card");
            changes.push(("setGroupMemberInfo", about("nameCard", card.into())));
        }
        let mut changes = changes.into_iter();
        let (method, first) = changes.next().ok_or(Refusal::Parameter)?;
        Ok(changes.fold(Call::new(method, first), |call, (method, fields)| {
            call.then(method, move |_| fields)
        }))
    })
}
