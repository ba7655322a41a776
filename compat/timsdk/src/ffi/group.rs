//! Groups.

use super::handler::Callback;
use super::types::{Data, Text};
use super::{answer, guard, request};
use crate::call::{Call, NOT_SUPPORTED, Refusal, json, json_texts};
use crate::keys::{field, group};
use crate::sdk;
use serde_json::{Value, json};
use std::ffi::c_int;

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupCreate(json_group_create_param: Text, cb: Callback, user_data: Data) -> c_int {
    guard(|| {
        let session = sdk::current()?.session()?;
        let param = json(json_group_create_param.get()?)?;
        let call = match group::own_new(&param, session.is_xmpp, &session.ids) {
            Err(reason) => Call::failing(NOT_SUPPORTED, reason),
            Ok((new, info)) if info.is_empty() => Call::new("createGroup", new),
            Ok((new, mut info)) => Call::new("createGroup", new).then("setGroupInfo", move |answers| {
                info.insert("groupID".to_owned(), answers.first().cloned().unwrap_or_default());
                Value::Object(info)
            }),
        };
        session.run(call.answering_so_far(created), answer(cb, user_data)?)
    })
}

/// The id of a new group, also where the group was made and something about it was refused afterwards.
fn created(answers: &[Value]) -> Value {
    match answers.first().and_then(Value::as_str) {
        Some(id) => json!({ "create_group_result_groupid": id }),
        None => Value::Null,
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupDelete(group_id: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        Ok(Call::new("dismissGroup", json!({ "groupID": id(&group_id)? })))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMGroupJoin(group_id: Text, hello_msg: Text, cb: Callback, user_data: Data) -> c_int {
    guard(|| {
        let session = sdk::current()?.session()?;
        let group = id(&group_id)?;
        let fields = json!({ "groupID": group, "message": hello_msg.or_empty()? });
        session.asked.add(group);
        session.run(Call::new("joinGroup", fields), answer(cb, user_data)?)
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
    guard(|| {
        let session = sdk::current()?.session()?;
        let asked = session.clone();
        let conversation = move |group: &str| {
            let id = format!("group_{group}");
            asked.read("getConversation", &json!({ "conversationID": id }))
        };
        let call = Call::new("getJoinedGroupList", json!({}));
        let call = call.answering(move |own, ids| group::joined(own, conversation, ids));
        session.run(call, answer(cb, user_data)?)
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
        let Some((mut changes, owner)) = group::own_changes(&param, ids)? else {
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
