//! Conversations.

use super::handler::Callback;
use super::types::{Data, Text};
use super::{guard, request};
use crate::call::{Call, Refusal, json, json_list, json_texts};
use crate::ids::Ids;
use crate::keys::{conversation, field, message, number, text};
use crate::sdk;
use serde_json::{Value, json};
use std::ffi::c_int;

/// As many as there are: this function of the API has no pages.
const ALL: u32 = i32::MAX as u32;

/// The conversationIDs of a list.
fn full_ids(theirs: &Text, ids: &Ids) -> Result<Vec<String>, Refusal> {
    let list = json_texts(theirs.get()?)?;
    Ok(list.iter().map(|id| ids.full_inward(id)).collect())
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvGetConvList(cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        let call = Call::new("getConversationList", json!({ "nextSeq": "0", "count": ALL }));
        Ok(call.answering(|page, ids| conversation::conversations(field(page, "conversationList"), ids)))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvGetConvInfo(json_get_conv_list_param: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let list = json_list(json_get_conv_list_param.get()?)?;
        let list = list.iter().map(|entry| {
            let kind = i32::try_from(number(entry, "get_conversation_list_param_conv_type")).unwrap_or_default();
            ids.conversation(text(entry, "get_conversation_list_param_conv_id"), kind)
        });
        let list: Vec<String> = list.collect::<Result<_, _>>()?;
        let call = Call::new(
            "getConversationListByConversationIds",
            json!({ "conversationIDList": list }),
        );
        Ok(call.answering(conversation::conversations))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvGetConversationListByFilter(
    filter: Text,
    next_seq: u64,
    count: u32,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        let filter = own_filter(&filter, ids)?;
        let page = json!({ "filter": filter, "nextSeq": next_seq.to_string(), "count": count });
        Ok(Call::new("getConversationListByFilter", page).answering(conversation::page))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvCreate(conv_id: Text, conv_type: c_int, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let id = ids.conversation(conv_id.get()?, conv_type)?;
        let call = Call::new("getConversation", json!({ "conversationID": id }));
        Ok(call.answering(conversation::conversation))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvDelete(conv_id: Text, conv_type: c_int, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let id = ids.conversation(conv_id.get()?, conv_type)?;
        Ok(Call::new("deleteConversation", json!({ "conversationID": id })))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvDeleteConversationList(
    conversation_id_array: Text,
    clear_message: u8,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        let list = full_ids(&conversation_id_array, ids)?;
        let fields = json!({ "conversationIDList": list, "clearMessage": clear_message != 0 });
        Ok(Call::new("deleteConversationList", fields).answering(conversation::operations))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvSetDraft(conv_id: Text, conv_type: c_int, json_draft_param: Text) -> c_int {
    guard(|| {
        let draft = json(json_draft_param.get()?)?;
        set_draft(&conv_id, conv_type, message::draft_text(&draft)?)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvCancelDraft(conv_id: Text, conv_type: c_int) -> c_int {
    guard(|| set_draft(&conv_id, conv_type, ""))
}

fn set_draft(conv_id: &Text, conv_type: c_int, draft: &str) -> Result<(), Refusal> {
    sdk::ask("setConversationDraft", |ids| {
        let id = ids.conversation(conv_id.get()?, conv_type)?;
        Ok(json!({ "conversationID": id, "draftText": draft }))
    })?;
    Ok(())
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvSetConversationCustomData(
    conversation_id_array: Text,
    custom_data: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        let list = full_ids(&conversation_id_array, ids)?;
        let fields = json!({ "conversationIDList": list, "customData": custom_data.or_empty()? });
        Ok(Call::new("setConversationCustomData", fields).answering(conversation::operations))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvPinConversation(
    conv_id: Text,
    conv_type: c_int,
    is_pinned: u8,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        let id = ids.conversation(conv_id.get()?, conv_type)?;
        let fields = json!({ "conversationID": id, "isPinned": is_pinned != 0 });
        Ok(Call::new("pinConversation", fields))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvMarkConversation(
    conversation_id_array: Text,
    mark_type: u64,
    enable_mark: u8,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        let list = full_ids(&conversation_id_array, ids)?;
        let marks = conversation::own_marks(mark_type);
        let fields = json!({ "conversationIDList": list, "markType": marks, "enableMark": enable_mark != 0 });
        Ok(Call::new("markConversation", fields).answering(conversation::operations))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvGetTotalUnreadMessageCount(cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        Ok(Call::new("getTotalUnreadMessageCount", json!({})).answering(conversation::unread))
    })
}

fn own_filter(filter: &Text, ids: &Ids) -> Result<Value, Refusal> {
    let filter = json(filter.get()?)?;
    if filter.is_object() {
        Ok(conversation::own_filter(&filter, ids))
    } else {
        Err(Refusal::Json)
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvGetUnreadMessageCountByFilter(filter: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let fields = json!({ "filter": own_filter(&filter, ids)? });
        Ok(Call::new("getUnreadMessageCountByFilter", fields).answering(conversation::unread))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvSubscribeUnreadMessageCountByFilter(filter: Text) -> c_int {
    guard(|| {
        let method = "subscribeUnreadMessageCountByFilter";
        sdk::ask(method, |ids| Ok(json!({ "filter": own_filter(&filter, ids)? })))?;
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvUnsubscribeUnreadMessageCountByFilter(filter: Text) -> c_int {
    guard(|| {
        let method = "unsubscribeUnreadMessageCountByFilter";
        sdk::ask(method, |ids| Ok(json!({ "filter": own_filter(&filter, ids)? })))?;
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvCleanConversationUnreadMessageCount(
    conversation_id: Text,
    clean_timestamp: u64,
    clean_sequence: u64,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |ids| {
        let id = ids.full_inward(conversation_id.or_empty()?);
        let fields = json!({
            "conversationID": id,
            "cleanTimestamp": clean_timestamp,
            "cleanSequence": clean_sequence,
        });
        Ok(Call::new("cleanConversationUnreadMessageCount", fields))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvGetConversationGroupList(cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        Ok(Call::new("getConversationGroupList", json!({})).answering(|names, _| names.clone()))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvDeleteConversationGroup(group_name: Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |_| {
        let fields = json!({ "groupName": group_name.get()? });
        Ok(Call::new("deleteConversationGroup", fields))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvRenameConversationGroup(
    old_name: Text,
    new_name: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    request(cb, user_data, |_| {
        let fields = json!({ "oldName": old_name.get()?, "newName": new_name.get()? });
        Ok(Call::new("renameConversationGroup", fields))
    })
}

fn change_group(method: &'static str, name: &Text, list: &Text, cb: Callback, user_data: Data) -> c_int {
    request(cb, user_data, |ids| {
        let fields = json!({ "groupName": name.get()?, "conversationIDList": full_ids(list, ids)? });
        Ok(Call::new(method, fields).answering(conversation::operations))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvCreateConversationGroup(
    group_name: Text,
    conversation_id_array: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    change_group(
        "createConversationGroup",
        &group_name,
        &conversation_id_array,
        cb,
        user_data,
    )
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvAddConversationsToGroup(
    group_name: Text,
    conversation_id_array: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    change_group(
        "addConversationsToGroup",
        &group_name,
        &conversation_id_array,
        cb,
        user_data,
    )
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMConvDeleteConversationsFromGroup(
    group_name: Text,
    conversation_id_array: Text,
    cb: Callback,
    user_data: Data,
) -> c_int {
    change_group(
        "deleteConversationsFromGroup",
        &group_name,
        &conversation_id_array,
        cb,
        user_data,
    )
}
