//! Changing messages: reading, recalling, editing, deleting, reacting.

use super::handler::Callback;
use super::request;
use super::types::{Data, Text};
use crate::call::{Call, NOT_SUPPORTED, Refusal, json, json_list};
use crate::ids::{C2C, GROUP};
use crate::keys::{field, message, receipt, text};
use serde_json::{Value, json};
use std::ffi::c_int;

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgReportReaded(
    conv_id: Text,
    conv_type: c_int,
    json_msg_param: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        let id = match (conv_id.or_empty()?, conv_type) {
            // All conversations of the kind.
            ("", C2C) => "c2c".to_owned(),
            ("", GROUP) => "group".to_owned(),
            (id, _) => ids.conversation(id, conv_type)?,
        };
        let param = json_msg_param.or_empty()?;
        // Up to a message, or to the end.
        let message = if param.is_empty() { Value::Null } else { json(param)? };
        let fields = json!({
            "conversationID": id,
            "cleanTimestamp": if conv_type == C2C { field(&message, "message_server_time").as_u64().unwrap_or(0) } else { 0 },
            "cleanSequence": if conv_type == C2C { 0 } else { field(&message, "message_seq").as_u64().unwrap_or(0) },
        });
        Ok(Call::new("cleanConversationUnreadMessageCount", fields))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgMarkAllMessageAsRead(cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| Ok(Call::new("markAllMessageAsRead", json!({}))))
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgRevoke(
    conv_id: Text,
    conv_type: c_int,
    json_msg_param: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        ids.conversation(conv_id.get()?, conv_type)?;
        let message = json(json_msg_param.get()?)?;
        Ok(Call::new(
            "revokeMessage",
            json!({ "msgID": text(&message, "message_msg_id") }),
        ))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgModifyMessage(json_msg_param: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let theirs = json(json_msg_param.get()?)?;
        Ok(match message::edited(&theirs, ids) {
            Ok(own) => Call::new("modifyMessage", Value::Object(own)).answering(message::change),
            Err(reason) => Call::failing(NOT_SUPPORTED, reason),
        })
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgSetLocalCustomData(json_msg_param: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        let theirs = json(json_msg_param.get()?)?;
        let id = text(&theirs, "message_msg_id");
        let data = field(&theirs, "message_custom_str");
        let number = field(&theirs, "message_custom_int");
        let data = (!data.is_null()).then(|| json!({ "msgID": id, "localCustomData": data }));
        let number = (!number.is_null()).then(|| json!({ "msgID": id, "localCustomInt": number }));
        match (data, number) {
            (Some(data), Some(number)) => {
                Ok(Call::new("setLocalCustomData", data).then("setLocalCustomInt", |_| number))
            }
            (Some(data), None) => Ok(Call::new("setLocalCustomData", data)),
            (None, Some(number)) => Ok(Call::new("setLocalCustomInt", number)),
            (None, None) => Err(Refusal::Parameter),
        }
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgDelete(
    conv_id: Text,
    conv_type: c_int,
    json_msgdel_param: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        ids.conversation(conv_id.get()?, conv_type)?;
        let param = json(json_msgdel_param.get()?)?;
        let id = text(field(&param, "msg_delete_param_msg"), "message_msg_id");
        Ok(Call::new("deleteMessages", json!({ "msgIDs": [id] })))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgListDelete(
    conv_id: Text,
    conv_type: c_int,
    json_msg_array: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        ids.conversation(conv_id.get()?, conv_type)?;
        let messages = Value::Array(json_list(json_msg_array.get()?)?);
        let fields = json!({ "msgIDs": message::msg_ids(&messages) });
        Ok(Call::new("deleteMessages", fields))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgClearHistoryMessage(conv_id: Text, conv_type: c_int, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let id = conv_id.get()?;
        ids.conversation(id, conv_type)?;
        Ok(if conv_type == C2C {
            Call::new("clearC2CHistoryMessage", json!({ "userID": ids.inward(id) }))
        } else {
            Call::new("clearGroupHistoryMessage", json!({ "groupID": id }))
        })
    })
}

fn react(method: &'static str, message: &Text, reaction: &Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        let message = json(message.get()?)?;
        let fields = json!({ "msgID": text(&message, "message_msg_id"), "reactionID": reaction.get()? });
        Ok(Call::new(method, fields))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgAddMessageReaction(json_msg: Text, reaction_id: Text, cb: Callback, user_data: Data) -> c_int {
    react("addMessageReaction", &json_msg, &reaction_id, cb, user_data)
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgRemoveMessageReaction(
    json_msg: Text,
    reaction_id: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    react("removeMessageReaction", &json_msg, &reaction_id, cb, user_data)
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgGetMessageReactions(
    json_msg_array: Text,
    max_user_count_per_reaction: u32,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |_| {
        let messages = Value::Array(json_list(json_msg_array.get()?)?);
        let fields = json!({
            "msgIDList": message::msg_ids(&messages),
            "maxUserCountPerReaction": max_user_count_per_reaction,
        });
        Ok(Call::new("getMessageReactions", fields).answering(receipt::reactions))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgGetAllUserListOfMessageReaction(
    json_msg: Text,
    reaction_id: Text,
    next_seq: u32,
    count: u32,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |_| {
        let message = json(json_msg.get()?)?;
        let fields = json!({
            "msgID": text(&message, "message_msg_id"),
            "reactionID": reaction_id.get()?,
            "nextSeq": next_seq,
            "count": count,
        });
        Ok(Call::new("getAllUserListOfMessageReaction", fields).answering(receipt::reaction_users))
    })
}
