//! Groups.

use super::handler::Callback;
use super::request;
use super::types::{Data, Text};
use crate::call::{Call, Refusal, json, json_texts};
use crate::keys::{field, group};
use serde_json::{Value, json};
use std::ffi::c_int;

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupCreate(json_group_create_param: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let param = json(json_group_create_param.get()?)?;
        let (new, info) = group::own_new(&param, ids);
        let call = Call::new("createGroup", new);
        let call = match info {
            Value::Object(mut info) if !info.is_empty() => call.then("setGroupInfo", move |answers| {
                info.insert("groupID".to_owned(), answers.first().cloned().unwrap_or_default());
                Value::Object(info)
            }),
            _ => call,
        };
        Ok(call.answering_all(|answers, _| {
            json!({ "create_group_result_groupid": answers.first().and_then(Value::as_str).unwrap_or_default() })
        }))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupDelete(group_id: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        Ok(Call::new("dismissGroup", json!({ "groupID": id(&group_id)? })))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupJoin(group_id: Text, hello_msg: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        let fields = json!({ "groupID": id(&group_id)?, "message": hello_msg.or_empty()? });
        Ok(Call::new("joinGroup", fields))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupQuit(group_id: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        Ok(Call::new("quitGroup", json!({ "groupID": id(&group_id)? })))
    })
}

/// A groupID.
pub(super) fn id(group: &Text) -> Result<&str, Refusal> {
    match group.get()? {
        "" => Err(Refusal::Group),
        id => Ok(id),
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupGetJoinedGroupList(cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        Ok(Call::new("getJoinedGroupList", json!({})).answering(group::joined))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupGetGroupInfoList(json_group_getinfo_param: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        let list = json_texts(json_group_getinfo_param.get()?)?;
        Ok(Call::new("getGroupsInfo", json!({ "groupIDList": list })).answering(group::infos))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupModifyGroupInfo(json_group_modifyinfo_param: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let param = json(json_group_modifyinfo_param.get()?)?;
        let group = field(&param, "group_modify_info_param_group_id").clone();
        let Some((Value::Object(mut changes), owner)) = group::own_changes(&param, ids) else {
            return Ok(Call::unsupported());
        };
        let transfer = owner.map(|owner| json!({ "groupID": group, "userID": owner }));
        if changes.is_empty() {
            return match transfer {
                Some(transfer) => Ok(Call::new("transferGroupOwner", transfer)),
                None => Err(Refusal::Parameter),
            };
        }
        changes.insert("groupID".to_owned(), group);
        let call = Call::new("setGroupInfo", Value::Object(changes));
        // Last, because afterwards the rest is for the new owner to change.
        Ok(match transfer {
            Some(transfer) => call.then("transferGroupOwner", move |_| transfer),
            None => call,
        })
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupGetPendencyList(
    json_group_getpendence_list_param: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |_| {
        json(json_group_getpendence_list_param.get()?)?;
        Ok(Call::new("getGroupApplicationList", json!({})).answering(group::pendencies))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupReportPendencyReaded(_time_stamp: u64, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| Ok(Call::new("setGroupApplicationRead", json!({}))))
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupHandlePendency(
    json_group_handle_pendency_param: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        let param = json(json_group_handle_pendency_param.get()?)?;
        let method = match field(&param, "group_handle_pendency_param_is_accept").as_bool() {
            Some(true) => "acceptGroupApplication",
            _ => "refuseGroupApplication",
        };
        Ok(Call::new(method, group::own_pendency(&param, ids)))
    })
}
