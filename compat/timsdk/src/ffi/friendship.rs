//! Friends.

use super::handler::Callback;
use super::message_options::users;
use super::request;
use super::types::{Data, Text};
use crate::call::{Call, NOT_SUPPORTED, Refusal, given, json};
use crate::ids::Ids;
use crate::keys::{field, friend, is_set, list, number, text};
use serde_json::{Value, json};
use std::ffi::c_int;

/// The userIDs in a field of a parameter.
fn users_of(param: &Value, key: &str, ids: &Ids) -> Result<Vec<String>, Refusal> {
    let list = param.get(key).and_then(Value::as_array).ok_or(Refusal::Json)?;
    Ok(list
        .iter()
        .filter_map(Value::as_str)
        .map(|user| ids.inward(user))
        .collect())
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMFriendshipGetFriendProfileList(cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        Ok(Call::new("getFriendList", json!({})).answering(friend::friends))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMFriendshipGetFriendsInfo(friend_id_list: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let wanted = users(&friend_id_list, ids)?;
        Ok(Call::new("getFriendList", json!({})).answering(move |own, ids| {
            let info = |user: &String| {
                let found = list(own).iter().find(|friend| text(friend, "userID") == user);
                friend::friend_info(user, found, ids)
            };
            wanted.iter().map(info).collect()
        }))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMFriendshipAddFriend(json_add_friend_param: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let param = json(json_add_friend_param.get()?)?;
        if is_set(field(&param, "friendship_add_friend_param_group_name")) {
            let reason = "friendship_add_friend_param_group_name: libim's friends have no groups";
            return Ok(Call::failing(NOT_SUPPORTED, reason));
        }
        Ok(Call::new("addFriend", friend::own_add(&param, ids)).answering(friend::result))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMFriendshipDeleteFriend(json_delete_friend_param: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let param = json(json_delete_friend_param.get()?)?;
        let users = users_of(&param, "friendship_delete_friend_param_identifier_array", ids)?;
        Ok(Call::new("deleteFromFriendList", json!({ "userIDList": users })).answering(friend::results))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMFriendshipModifyFriendProfile(
    json_modify_friend_info_param: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        let param = json(json_modify_friend_info_param.get()?)?;
        let user = ids.inward(text(&param, "friendship_modify_friend_profile_param_identifier"));
        let item = field(&param, "friendship_modify_friend_profile_param_item");
        // libim's friends have a remark, and neither groups nor data of the app's.
        Ok(match field(item, "friend_profile_item_remark").as_str() {
            Some(remark) => Call::new("setFriendInfo", json!({ "userID": user, "friendRemark": remark })),
            None => Call::unsupported(),
        })
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMFriendshipGetPendencyList(
    json_get_pendency_list_param: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |_| {
        let param = json(json_get_pendency_list_param.get()?)?;
        let kind = number(&param, "friendship_get_pendency_list_param_type");
        let call = Call::new("getFriendApplicationList", json!({}));
        Ok(call.answering(move |own, ids| friend::pendencies(own, ids, kind)))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMFriendshipHandleFriendAddRequest(
    json_handle_friend_add_param: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    /// `TIMFriendResponseAction`: libim accepts by the same numbers.
    const AGREE: i64 = 0;
    const AGREE_AND_ADD: i64 = 1;
    const REJECT: i64 = 2;
    request(cb, user_data, |ids| {
        let param = json(json_handle_friend_add_param.get()?)?;
        let user = ids.inward(text(&param, "friend_response_identifier"));
        let call = match given(&param, "friend_response_action")?.as_i64() {
            Some(REJECT) => Call::new("refuseFriendApplication", json!({ "userID": user })),
            Some(action @ (AGREE | AGREE_AND_ADD)) => Call::new(
                "acceptFriendApplication",
                json!({ "userID": user, "responseType": action }),
            ),
            _ => return Err(Refusal::Parameter),
        };
        Ok(call.answering(friend::result))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMFriendshipDeletePendency(
    json_delete_pendency_param: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        let param = json(json_delete_pendency_param.get()?)?;
        let users = users_of(&param, "friendship_delete_pendency_param_identifier_array", ids)?;
        let kind = given(&param, "friendship_delete_pendency_param_type")?.as_i64();
        let kind = friend::own_pendency_type(kind.ok_or(Refusal::Parameter)?);
        let mut requests = users
            .clone()
            .into_iter()
            .map(move |user| json!({ "userID": user, "type": kind }));
        let Some(first) = requests.next() else {
            return Err(Refusal::Parameter);
        };
        let method = "deleteFriendApplication";
        let call = requests.fold(Call::new(method, first), |call, request| {
            call.then(method, move |_| request)
        });
        Ok(call.answering(move |_, ids| users.iter().map(|user| friend::done(user, ids)).collect()))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMFriendshipReportPendencyReaded(_time_stamp: u64, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| Ok(Call::new("setFriendApplicationRead", json!({}))))
}
