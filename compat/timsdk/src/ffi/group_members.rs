//! The members of groups.

use super::handler::Callback;
use super::types::{Data, Text};
use super::{answer, guard, request};
use crate::call::{Call, NOT_SUPPORTED, Refusal, given, json};
use crate::ids::Ids;
use crate::keys::{field, group, is_set, list, number, text};
use crate::sdk;
use serde_json::{Value, json};
use std::ffi::c_int;

/// libim's userIDs of a list within a parameter.
fn users(param: &Value, key: &str, ids: &Ids) -> Vec<String> {
    let list = list(field(param, key)).iter();
    list.filter_map(Value::as_str).map(|user| ids.inward(user)).collect()
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupInviteMember(json_group_invite_param: Text, cb: Callback, user_data: Data) -> c_int {
    guard(|| {
        let session = sdk::current()?.session()?;
        let param = json(json_group_invite_param.get()?)?;
        let group = text(&param, "group_invite_member_param_group_id");
        // Only members invite: the next decision is about the invitation.
        session.asked.take(group);
        let invited = users(&param, "group_invite_member_param_identifier_array", &session.ids);
        let call = Call::new("inviteUserToGroup", json!({ "groupID": group, "userList": invited }));
        let call = call.answering(|own, ids| group::outcomes(own, ids, "group_invite_member_result"));
        session.run(call, answer(cb, user_data)?)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupDeleteMember(json_group_delete_param: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let param = json(json_group_delete_param.get()?)?;
        if is_set(field(&param, "group_delete_member_param_duration")) {
            let reason = "group_delete_member_param_duration: libim removes members, and keeps nobody out for a time";
            return Ok(Call::failing(NOT_SUPPORTED, reason));
        }
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

/// The changes of a member, by the bits of `TIMGroupMemberModifyInfoFlag`.
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
        // First what some servers refuse, so that nothing is done by then.
        let all = [
            (
                NAME_CARD,
                "setGroupMemberInfo",
                "nameCard",
                "group_modify_member_info_name_card",
            ),
            (
                MUTE,
                "muteGroupMember",
                "seconds",
                "group_modify_member_info_shutup_time",
            ),
            (
                ROLE,
                "setGroupMemberRole",
                "role",
                "group_modify_member_info_member_role",
            ),
        ];
        let mut changes = Vec::new();
        for (flag, method, name, key) in all {
            if flags & flag != 0 {
                changes.push((method, about(name, given(&param, key)?.clone())));
            }
        }
        let mut changes = changes.into_iter();
        let (method, first) = changes.next().ok_or(Refusal::Parameter)?;
        Ok(changes.fold(Call::new(method, first), |call, (method, fields)| {
            call.then(method, move |_| fields)
        }))
    })
}
