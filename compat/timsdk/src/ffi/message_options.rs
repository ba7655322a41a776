//! Receive options.

use super::handler::Callback;
use super::request;
use super::types::{Data, Text};
use crate::call::{Call, Refusal, json_texts};
use crate::ids::Ids;
use crate::keys::receipt;
use serde_json::json;
use std::ffi::c_int;

/// libim's userIDs of a list.
pub(super) fn users(theirs: &Text, ids: &Ids) -> Result<Vec<String>, Refusal> {
    let list = json_texts(theirs.get()?)?;
    Ok(list.iter().map(|user| ids.inward(user)).collect())
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgSetC2CReceiveMessageOpt(
    json_identifier_array: Text,
    opt: c_int,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        let fields = json!({ "userIDList": users(&json_identifier_array, ids)?, "opt": opt });
        Ok(Call::new("setC2CReceiveMessageOpt", fields))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgGetC2CReceiveMessageOpt(json_identifier_array: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let fields = json!({ "userIDList": users(&json_identifier_array, ids)? });
        Ok(Call::new("getC2CReceiveMessageOpt", fields).answering(receipt::recv_opts))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgSetGroupReceiveMessageOpt(group_id: Text, opt: c_int, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        let fields = json!({ "groupID": group_id.get()?, "opt": opt });
        Ok(Call::new("setGroupReceiveMessageOpt", fields))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgSetAllReceiveMessageOpt(
    opt: c_int,
    start_hour: i32,
    start_minute: i32,
    start_second: i32,
    duration: u32,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |_| {
        let fields = json!({
            "opt": opt,
            "startHour": start_hour,
            "startMinute": start_minute,
            "startSecond": start_second,
            "duration": duration,
        });
        Ok(Call::new("setAllReceiveMessageOpt", fields))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgSetAllReceiveMessageOpt2(
    opt: c_int,
    start_time_stamp: u32,
    duration: u32,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |_| {
        let fields = json!({ "opt": opt, "startTimeStamp": start_time_stamp, "duration": duration });
        Ok(Call::new("setAllReceiveMessageOptWithTimestamp", fields))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgGetAllReceiveMessageOpt(cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        Ok(Call::new("getAllReceiveMessageOpt", json!({})).answering(receipt::all_recv_opt))
    })
}
