//! Receipts, reactions, receive options and searches.

use super::{Form, Key, element, field, key, list, message, number, outward, outward_all, text, user};
use crate::ids::Ids;
use serde_json::{Value, json};

const RECEIPT: &[Key] = &[
    key("msg_receipt_msg_id", "msgID", Form::Text),
    key("msg_receipt_time_stamp", "timestamp", Form::Number),
    key("msg_receipt_is_peer_read", "isPeerRead", Form::Flag),
    key("msg_receipt_read_count", "readCount", Form::Number),
    key("msg_receipt_unread_count", "unreadCount", Form::Number),
];

/// Receipts of messages.
pub(crate) fn receipts(own: &Value, ids: &Ids) -> Value {
    let receipt = |own: &Value| {
        let (id, kind) = match text(own, "groupID") {
            "" => (ids.outward(text(own, "userID")), crate::ids::C2C),
            group => (group.to_owned(), crate::ids::GROUP),
        };
        let mut theirs = outward(RECEIPT, own, ids);
        if let Some(fields) = theirs.as_object_mut() {
            fields.insert("msg_receipt_conv_id".into(), id.into());
            fields.insert("msg_receipt_conv_type".into(), kind.into());
        }
        theirs
    };
    list(own).iter().map(receipt).collect()
}

const REACTION: &[Key] = &[
    key("message_reaction_id", "reactionID", Form::Text),
    key("message_reaction_total_user_count", "totalUserCount", Form::Number),
    key(
        "message_reaction_partial_user_info_array",
        "partialUserList",
        Form::Parts(user::PROFILE),
    ),
    key("message_reaction_reacted_by_myself", "reactedByMyself", Form::Flag),
];

const REACTIONS: &[Key] = &[
    key("message_reaction_result_code", "resultCode", Form::Number),
    key("message_reaction_result_info", "resultInfo", Form::Text),
    key("message_reaction_result_msg_id", "messageID", Form::Text),
    key(
        "message_reaction_result_reaction_list",
        "reactionList",
        Form::Parts(REACTION),
    ),
];

const REACTION_CHANGE: &[Key] = &[
    key("message_reaction_change_info_msg_id", "messageID", Form::Text),
    key(
        "message_reaction_change_info_reaction_list",
        "reactionList",
        Form::Parts(REACTION),
    ),
];

const REACTION_USERS: &[Key] = &[
    key(
        "message_reaction_user_result_user_info_array",
        "userInfoList",
        Form::Parts(user::PROFILE),
    ),
    key("message_reaction_user_result_next_seq", "nextSeq", Form::Number),
    key("message_reaction_user_result_is_finished", "isFinished", Form::Flag),
];

/// The reactions to messages.
pub(crate) fn reactions(own: &Value, ids: &Ids) -> Value {
    outward_all(REACTIONS, own, ids)
}

/// Changed reactions.
pub(crate) fn reaction_changes(own: &Value, ids: &Ids) -> Value {
    outward_all(REACTION_CHANGE, own, ids)
}

/// The users who have reacted.
pub(crate) fn reaction_users(own: &Value, ids: &Ids) -> Value {
    outward(REACTION_USERS, own, ids)
}

const RECV_OPT: &[Key] = &[
    key("msg_recv_msg_opt_result_identifier", "userID", Form::User),
    key("msg_recv_msg_opt_result_opt", "c2CReceiveMessageOpt", Form::Number),
];

/// The receive options of users.
pub(crate) fn recv_opts(own: &Value, ids: &Ids) -> Value {
    outward_all(RECV_OPT, own, ids)
}

const ALL_RECV_OPT: &[Key] = &[
    key("msg_all_recv_msg_opt_level", "allReceiveMessageOpt", Form::Number),
    key("msg_all_recv_msg_opt_start_hour", "startHour", Form::Number),
    key("msg_all_recv_msg_opt_start_minute", "startMinute", Form::Number),
    key("msg_all_recv_msg_opt_start_second", "startSecond", Form::Number),
    key("msg_all_recv_msg_opt_start_time_stamp", "startTimeStamp", Form::Number),
    key("msg_all_recv_msg_duration", "duration", Form::Number),
];

/// The receive option of all conversations together.
pub(crate) fn all_recv_opt(own: &Value, ids: &Ids) -> Value {
    outward(ALL_RECV_OPT, own, ids)
}

/// The words of a search.
const SEARCH: &[Key] = &[
    key("msg_search_param_keyword_array", "keywordList", Form::Texts),
    key("msg_search_param_keyword_list_match_type", "type", Form::Number),
    key("msg_search_param_send_identifier_array", "userIDList", Form::Users),
    key(
        "msg_search_param_search_time_position",
        "searchTimePosition",
        Form::Number,
    ),
    key("msg_search_param_search_time_period", "searchTimePeriod", Form::Number),
    key("msg_search_param_page_size", "pageSize", Form::Number),
    key("msg_search_param_page_index", "pageIndex", Form::Number),
    key("msg_search_param_search_count", "searchCount", Form::Number),
    key("msg_search_param_search_cursor", "searchCursor", Form::Text),
];

/// The app's search; `None` if it can find nothing.
pub(crate) fn own_search(theirs: &Value, ids: &Ids) -> Option<Value> {
    let mut own = super::inward(SEARCH, theirs, ids);
    let kinds = element::own_types(field(theirs, "msg_search_param_message_type_array"))?;
    own.insert("messageTypeList".into(), kinds.into());
    let kind = i32::try_from(number(theirs, "msg_search_param_conv_type")).unwrap_or_default();
    let id = text(theirs, "msg_search_param_conv_id");
    // Some apps write it out.
    if id.starts_with("c2c_") || id.starts_with("group_") {
        own.insert("conversationID".into(), ids.full_inward(id).into());
    } else if let Ok(id) = ids.conversation(id, kind) {
        own.insert("conversationID".into(), id.into());
    }
    Some(Value::Object(own))
}

/// The results of a search.
pub(crate) fn found(own: &Value, ids: &Ids) -> Value {
    let item = |own: &Value| {
        let (id, kind) = ids.bare(text(own, "conversationID"));
        json!({
            "msg_search_result_item_conv_id": id,
            "msg_search_result_item_conv_type": kind,
            "msg_search_result_item_total_message_count": number(own, "messageCount"),
            "msg_search_result_item_message_array": message::messages(field(own, "messageList"), ids),
        })
    };
    let items: Value = list(field(own, "messageSearchResultItems")).iter().map(item).collect();
    json!({
        "msg_search_result_total_count": number(own, "totalCount"),
        "msg_search_result_item_array": items,
        "msg_search_result_search_cursor": text(own, "searchCursor"),
    })
}
