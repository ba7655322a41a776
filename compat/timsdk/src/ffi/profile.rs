//! Profiles.

use super::handler::Callback;
use super::request;
use super::types::{Data, Text};
use crate::call::{Call, Refusal, json};
use crate::callbacks::{Notice, Topic, tell};
use crate::keys::{inward, list, outward, outward_all, user};
use crate::sdk;
use serde_json::{Value, json};
use std::ffi::c_int;

#[unsafe(no_mangle)]
pub extern "C" fn TIMProfileGetUserProfileList(
    json_get_user_profile_list_param: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        let param = json(json_get_user_profile_list_param.get()?)?;
        let users = param.get("friendship_getprofilelist_param_identifier_array");
        let users = users.and_then(Value::as_array).ok_or(Refusal::Json)?;
        let users: Vec<String> = users
            .iter()
            .filter_map(Value::as_str)
            .map(|user| ids.inward(user))
            .collect();
        let call = Call::new("getUsersInfo", json!({ "userIDList": users }));
        Ok(call.answering(|own, ids| outward_all(user::PROFILE, own, ids)))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMProfileModifySelfUserProfile(
    json_modify_self_user_profile_param: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        let param = json(json_modify_self_user_profile_param.get()?)?;
        let own = inward(user::PROFILE_ITEM, &param, ids);
        if own.is_empty() {
            return Ok(Call::unsupported());
        }
        let myself = ids.inward(&sdk::current()?.login_user());
        let call = Call::new("setSelfInfo", Value::Object(own));
        let call = call.then("getUsersInfo", move |_| json!({ "userIDList": [myself] }));
        // libim has no event of one's own profile: it is told here, on this device only.
        Ok(call.answering(|own, ids| {
            if let Some(profile) = list(own).first() {
                let profile = outward(user::PROFILE, profile, ids).to_string();
                tell(Topic::SelfInfo, &Notice::of([profile]));
            }
            json!({})
        }))
    })
}
