//! Sending and reading messages.

use super::handler::{Callback, c_text};
use super::types::{Buffer, Data, Text};
use super::{answer, guard, request};
use crate::call::{Answer, Call, NOT_SUPPORTED, Refusal, json, json_list, json_texts};
use crate::ids::{C2C, Ids};
use crate::keys::{element, field, list, message, number, receipt, text};
use crate::logic::Logic;
use crate::sending::Held;
use crate::{sdk, sending};
use serde_json::{Value, json};
use std::ffi::{c_char, c_int};
use std::sync::Arc;
use std::sync::atomic::Ordering;

fn send(conv_id: &Text, conv_type: c_int, param: &Text, answer: Answer) -> Result<String, Refusal> {
    let session = sdk::current()?.session()?;
    let theirs = json(param.get()?)?;
    match sending::request(&session, conv_id.get()?, conv_type, &theirs)? {
        Ok(own) => session.send(&own, answer),
        Err(reason) => {
            session.run(Call::failing(NOT_SUPPORTED, reason), answer)?;
            Ok(String::new())
        }
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgSendMessage(
    conv_id: Text,
    conv_type: c_int,
    json_msg_param: Text,
    message_id_buffer: Buffer,
    cb: Callback,
    user_data: Data,
) -> c_int {
    guard(|| {
        let id = send(&conv_id, conv_type, &json_msg_param, answer(cb, user_data)?)?;
        message_id_buffer.fill(&id);
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgSendNewMsg(
    conv_id: Text,
    conv_type: c_int,
    json_msg_param: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    guard(|| send(&conv_id, conv_type, &json_msg_param, answer(cb, user_data)?).map(|_| ()))
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgSendNewMsgEx(
    conv_id: Text,
    conv_type: c_int,
    json_msg_param: Text,
    msgid_cb: Callback,
    res_cb: Callback,
    user_data: Data,
) -> c_int {
    guard(|| {
        let (told, held) = (answer(msgid_cb, user_data)?, Held::new(answer(res_cb, user_data)?));
        let id = send(&conv_id, conv_type, &json_msg_param, held.answer())?;
        sdk::current()?.session()?.tell_id(id, told, held)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgSaveMsg(
    conv_id: Text,
    conv_type: c_int,
    json_msg_param: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    guard(|| {
        let me = sdk::current()?.session()?.user;
        sdk::put(answer(cb, user_data)?, |ids| {
            let id = conv_id.get()?;
            ids.conversation(id, conv_type)?;
            let theirs = json(json_msg_param.get()?)?;
            let own = message::inserted(&theirs, &me, ids);
            let (method, key, id) = match conv_type {
                C2C => ("insertC2CMessageToLocalStorage", "userID", ids.inward(id)),
                _ => ("insertGroupMessageToLocalStorage", "groupID", id.to_owned()),
            };
            let (mut own, (create, element)) = match own {
                Ok(own) => own,
                Err(reason) => return Ok(Call::failing(NOT_SUPPORTED, reason)),
            };
            own.insert(key.to_owned(), id.into());
            let call = Call::new(create, element).then(method, move |answers| {
                let created = answers.first().map_or(&Value::Null, |made| field(made, "id"));
                own.insert("createdMsgID".to_owned(), created.clone());
                Value::Object(own)
            });
            match text(&theirs, "message_custom_str") {
                "" => Ok(call.answering(message::message)),
                // Kept beside the message, which is read again with it.
                data => {
                    let data = data.to_owned();
                    let id = |answers: &[Value]| answers.get(1).map_or(Value::Null, |own| field(own, "msgID").clone());
                    let call = call
                        .then(
                            "setLocalCustomData",
                            move |answers| json!({ "msgID": id(answers), "localCustomData": data }),
                        )
                        .then("findMessages", move |answers| json!({ "messageIDList": [id(answers)] }));
                    Ok(call.answering(|found, ids| message::message(list(found).first().unwrap_or(&Value::Null), ids)))
                }
            }
        })
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgCancelSend(
    conv_id: Text,
    conv_type: c_int,
    message_id: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        ids.conversation(conv_id.get()?, conv_type)?;
        Ok(Call::new("cancelSendingMessage", json!({ "msgID": message_id.get()? })))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgFindMessages(json_message_id_array: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        let list = json_texts(json_message_id_array.get()?)?;
        Ok(Call::new("findMessages", json!({ "messageIDList": list })).answering(message::messages))
    })
}

/// A request for a part of a history; nothing where it can have nothing.
fn history(conversation: &str, param: &Value) -> Option<Value> {
    let kinds = element::own_types(field(param, "msg_getmsglist_param_message_type_array"))?;
    let mut own = json!({
        "conversationID": conversation,
        // V2TIM's numbers of reading towards newer and older messages.
        "getType": if field(param, "msg_getmsglist_param_is_forward") == true { 2 } else { 1 },
    });
    if let Some(own) = own.as_object_mut() {
        let plain = [
            ("msg_getmsglist_param_count", "count"),
            ("msg_getmsglist_param_time_begin", "timeBegin"),
            ("msg_getmsglist_param_time_period", "timePeriod"),
            ("msg_getmsglist_param_message_seq_array", "messageSeqList"),
        ];
        for (theirs, ours) in plain {
            let given = field(param, theirs);
            if !given.is_null() {
                own.insert(ours.to_owned(), given.clone());
            }
        }
        match text(field(param, "msg_getmsglist_param_last_msg"), "message_msg_id") {
            "" => {
                let seq = number(param, "msg_getmsglist_param_last_msg_seq");
                if seq > 0 {
                    own.insert("lastMsgSeq".to_owned(), seq.into());
                }
            }
            id => {
                own.insert("lastMsgID".to_owned(), id.into());
            }
        }
        own.insert("messageTypeList".to_owned(), kinds.into());
    }
    Some(own)
}

/// An answer that needs no question.
fn nothing() -> Call {
    Call::new("getLoginStatus", json!({}))
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgGetMsgList(
    conv_id: Text,
    conv_type: c_int,
    json_get_msg_param: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        let id = ids.conversation(conv_id.get()?, conv_type)?;
        let param = json(json_get_msg_param.get()?)?;
        Ok(match history(&id, &param) {
            Some(own) => Call::new("getHistoryMessageList", own).answering(message::messages),
            None => nothing().answering(|_, _| json!([])),
        })
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgSearchLocalMessages(json_search_message_param: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let param = json(json_search_message_param.get()?)?;
        Ok(match receipt::own_search(&param, ids) {
            Some(own) => Call::new("searchLocalMessages", json!({ "searchParam": own })).answering(receipt::found),
            None => nothing().answering(|_, ids| receipt::found(&Value::Null, ids)),
        })
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgDownloadMergerMessage(json_single_msg: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        let message = json(json_single_msg.get()?)?;
        let fields = json!({ "msgID": text(&message, "message_msg_id") });
        Ok(Call::new("downloadMergerMessage", fields).answering(message::messages))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgDownloadElemToPath(
    json_download_elem_param: Text,
    path: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    guard(|| {
        let session = sdk::current()?.session()?;
        let param = json(json_download_elem_param.get()?)?;
        let path = path.get()?.to_owned();
        session.download(text(&param, "msg_download_elem_param_id"), path, answer(cb, user_data)?)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgSendMessageReadReceipts(json_msg_array: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        let messages = Value::Array(json_list(json_msg_array.get()?)?);
        let fields = json!({ "messageIDList": message::msg_ids(&messages) });
        Ok(Call::new("sendMessageReadReceipts", fields))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgGetMessageReadReceipts(json_msg_array: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        let messages = Value::Array(json_list(json_msg_array.get()?)?);
        let fields = json!({ "messageIDList": message::msg_ids(&messages) });
        Ok(Call::new("getMessageReadReceipts", fields).answering(receipt::receipts))
    })
}

/// `TIMMsgGroupMessageReadMemberListCallback`.
type OnReaders = Option<unsafe extern "C" fn(*const c_char, u64, u8, Data)>;

/// Tells who has read. This callback has no code: a failure is an empty last page.
fn readers(cb: OnReaders, data: Data) -> Result<Answer, Refusal> {
    let is_over = Arc::clone(&sdk::current()?.is_over);
    Ok(Arc::new(move |_, _, page| {
        let Some(cb) = cb else { return };
        if is_over.load(Ordering::Acquire) {
            return;
        }
        let page: Value = serde_json::from_str(page).unwrap_or_default();
        let members = c_text(&Value::Array(list(field(&page, "members")).to_vec()).to_string());
        let next = text(&page, "nextSeq").parse().unwrap_or_default();
        let is_finished = field(&page, "isFinished").as_bool().unwrap_or(true);
        // SAFETY: by the contract the callback may be called on any thread until it has run.
        Logic::call_back(|| unsafe { cb(members.as_ptr(), next, is_finished.into(), data) });
    }))
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMMsgGetGroupMessageReadMemberList(
    json_msg: Text,
    filter: c_int,
    next_seq: u64,
    count: u32,
    cb: OnReaders,
    user_data: Data,
) -> c_int {
    guard(|| {
        let answer = readers(cb, user_data)?;
        sdk::put(answer, |_| {
            let message = json(json_msg.get()?)?;
            let fields = json!({
                "messageID": text(&message, "message_msg_id"),
                "filter": filter,
                "nextSeq": next_seq.to_string(),
                "count": count,
            });
            Ok(Call::new("getGroupMessageReadMemberList", fields).answering(page_of_readers))
        })
    })
}

fn page_of_readers(own: &Value, ids: &Ids) -> Value {
    json!({
        "members": crate::keys::outward_all(crate::keys::group::MEMBER, field(own, "memberInfoList"), ids),
        "nextSeq": text(own, "nextSeq"),
        "isFinished": field(own, "isFinished"),
    })
}
