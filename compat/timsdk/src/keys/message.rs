//! Messages.

use super::element::{self, Created, elements};
use super::{Form, Key, field, group, inward, is_set, key, lacking, list, number, outward, text, user};
use crate::call::Refusal;
use crate::ids::{C2C, GROUP, Ids};
use serde_json::{Map, Value, json};

/// How urgent a message is: `TIMMsgPriority`, and the plugin's numbers. Its default is normal.
const PRIORITY: &[(i64, i64)] = &[(1, 0), (0, 1), (1, 2), (2, 3), (3, 3)];

/// A message, without what is no plain field.
const MESSAGE: &[Key] = &[
    key("message_msg_id", "msgID", Form::Text),
    key("message_client_time", "timestamp", Form::Number),
    key("message_server_time", "timestamp", Form::Number),
    key("message_sender", "sender", Form::User),
    key("message_is_from_self", "isSelf", Form::Flag),
    key("message_is_read", "isRead", Form::Flag),
    key("message_is_peer_read", "isPeerRead", Form::Flag),
    key("message_receipt_peer_read", "isPeerRead", Form::Flag),
    key("message_is_online_msg", "isOnlineOnly", Form::Flag),
    key("message_need_read_receipt", "needReadReceipt", Form::Flag),
    key("message_status", "status", Form::Number),
    key("message_seq", "seq", Form::Digits),
    key("message_rand", "random", Form::Number),
    key("message_priority", "priority", Form::Choice(PRIORITY)),
    key("message_custom_int", "localCustomInt", Form::Number),
    key("message_custom_str", "localCustomData", Form::Text),
    key("message_cloud_custom_str", "cloudCustomData", Form::Text),
    key(
        "message_is_excluded_from_unread_count",
        "isExcludedFromUnreadCount",
        Form::Flag,
    ),
    key(
        "message_excluded_from_last_message",
        "isExcludedFromLastMessage",
        Form::Flag,
    ),
    key("message_group_at_user_array", "groupAtUserList", Form::Users),
    key("message_revoke_reason", "revokeReason", Form::Text),
    lacking("message_platform", Form::Zero),
    lacking("message_version", Form::Zero),
    lacking("message_support_message_extension", Form::No),
    lacking("message_is_broadcast_message", Form::No),
    lacking("message_has_sent_receipt", Form::No),
    lacking("message_group_receipt_read_count", Form::Zero),
    lacking("message_group_receipt_unread_count", Form::Zero),
    lacking("message_is_forward_message", Form::No),
    lacking("message_excluded_from_content_moderation", Form::No),
    lacking("message_custom_moderation_configuration_id", Form::Empty),
    lacking("message_has_risk_content", Form::No),
    lacking("message_risk_type_identified", Form::Zero),
    lacking("message_target_group_member_array", Form::Nothing),
    lacking("message_offline_push_config", Form::NoObject),
    lacking("message_pinner_user_id", Form::Empty),
    lacking("message_pinner_nick_name", Form::Empty),
    lacking("message_pinner_friend_remark", Form::Empty),
    lacking("message_pinner_name_card", Form::Empty),
    lacking("message_pinner_face_url", Form::Empty),
];

const REVOKER: &[Key] = &[
    key("message_revoker_user_id", "userID", Form::User),
    key("message_revoker_nick_name", "nickName", Form::Text),
    key("message_revoker_face_url", "faceUrl", Form::Text),
];

/// The locator of a message, plain fields only.
const LOCATOR: &[Key] = &[
    key("message_locator_time", "timestamp", Form::Number),
    key("message_locator_seq", "seq", Form::Digits),
    key("message_locator_rand", "random", Form::Number),
    key("message_locator_is_self", "isSelf", Form::Flag),
];

/// A message.
pub(crate) fn message(own: &Value, ids: &Ids) -> Value {
    let (id, kind) = match field(own, "groupID").as_str() {
        Some(group) => (group.to_owned(), GROUP),
        None => (ids.outward(text(own, "userID")), C2C),
    };
    let mut theirs = outward(MESSAGE, own, ids);
    if let Some(fields) = theirs.as_object_mut() {
        fields.insert("message_conv_id".into(), id.into());
        fields.insert("message_conv_type".into(), kind.into());
        fields.insert("message_elem_array".into(), elements(own, ids));
        fields.insert("message_unique_id".into(), unique_id(own).into());
        fields.insert("message_sender_profile".into(), outward(user::SENDER, own, ids));
        fields.insert(
            "message_sender_group_member_info".into(),
            outward(group::SENDER, own, ids),
        );
        if let Value::Object(revoker) = outward(REVOKER, field(own, "revokerInfo"), ids) {
            fields.extend(revoker);
        }
    }
    theirs
}

/// The SDK's number of a message: its time and its random number.
fn unique_id(own: &Value) -> u64 {
    let half = |key| u64::from(u32::try_from(number(own, key) & i64::from(u32::MAX)).unwrap_or_default());
    half("timestamp") << 32 | half("random")
}

/// A list of messages.
pub(crate) fn messages(own: &Value, ids: &Ids) -> Value {
    list(own).iter().map(|entry| message(entry, ids)).collect()
}

/// The message that a draft of a conversation would become.
pub(crate) fn draft(draft: &str, conversation: &Value, ids: &Ids) -> Value {
    let own = json!({
        "userID": field(conversation, "userID"),
        "groupID": field(conversation, "groupID"),
        "timestamp": field(conversation, "draftTimestamp"),
        "isSelf": true,
        "elemType": 1,
        "textElem": { "text": draft },
    });
    message(&own, ids)
}

/// The text of a draft that the app has given; empty for none. A draft of libim's is one text: `Parameter` for one that has more,
/// which would be lost.
pub(crate) fn draft_text(theirs: &Value) -> Result<&str, Refusal> {
    let message = field(theirs, "draft_msg");
    match message {
        Value::Object(_) => {}
        Value::Null => return Err(Refusal::Parameter),
        _ => return Err(Refusal::Json),
    }
    let others = [
        field(theirs, "draft_user_define"),
        field(message, "message_cloud_custom_str"),
        field(message, "message_group_at_user_array"),
    ];
    if others.into_iter().any(is_set) {
        return Err(Refusal::Parameter);
    }
    match field(message, "message_elem_array") {
        Value::Null => Ok(""),
        Value::Array(elements) => match elements.as_slice() {
            [] => Ok(""),
            [element] if field(element, "elem_type") == element::TEXT => {
                field(element, "text_elem_content").as_str().ok_or(Refusal::Parameter)
            }
            _ => Err(Refusal::Parameter),
        },
        _ => Err(Refusal::Json),
    }
}

/// The fields of a message that an app sends.
const SENT: &[Key] = &[
    key("message_cloud_custom_str", "cloudCustomData", Form::Text),
    key("message_custom_str", "localCustomData", Form::Text),
    key(
        "message_is_excluded_from_unread_count",
        "isExcludedFromUnreadCount",
        Form::Flag,
    ),
    key(
        "message_excluded_from_last_message",
        "isExcludedFromLastMessage",
        Form::Flag,
    ),
    key("message_need_read_receipt", "needReadReceipt", Form::Flag),
    key("message_is_online_msg", "onlineUserOnly", Form::Flag),
    key("message_priority", "priority", Form::Choice(PRIORITY)),
    key("message_group_at_user_array", "groupAtUserList", Form::Users),
];

/// The app's fields of a message whose element libim has.
pub(crate) fn sent_of_created(theirs: &Value, ids: &Ids) -> Map<String, Value> {
    inward(SENT, theirs, ids)
}

/// A message of the app's as a request of `sendMessage`, without its target. `Err` says why libim cannot send it.
pub(crate) fn sent(theirs: &Value, ids: &Ids) -> Result<Map<String, Value>, &'static str> {
    // Left away, it would make everybody read what is for a few.
    if is_set(field(theirs, "message_target_group_member_array")) {
        return Err("message_target_group_member_array: libim sends to all members of a group");
    }
    let (name, element) = element::own(theirs, ids)?;
    let mut own = sent_of_created(theirs, ids);
    own.insert(name.to_owned(), element);
    Ok(own)
}

/// A message of the app's that only this device has: the request without its conversation, and how its element is created. `Err` says
/// why libim cannot keep it.
pub(crate) fn inserted(theirs: &Value, me: &str, ids: &Ids) -> Result<(Map<String, Value>, Created), &'static str> {
    let created = element::created(theirs, ids)?;
    let sender = match text(theirs, "message_sender") {
        "" => me,
        sender => sender,
    };
    let mut own = inward(INSERTED, theirs, ids);
    own.insert("sender".into(), ids.inward(sender).into());
    own.insert("data".into(), "".into());
    Ok((own, created))
}

/// The fields of a message that only this device has.
const INSERTED: &[Key] = &[
    key("message_cloud_custom_str", "cloudCustomData", Form::Text),
    key(
        "message_excluded_from_last_message",
        "isExcludedFromLastMessage",
        Form::Flag,
    ),
];

/// The fields that an edit may change.
pub(crate) fn edited(theirs: &Value, ids: &Ids) -> Result<Map<String, Value>, &'static str> {
    let mut own = Map::new();
    if is_set(field(theirs, "message_elem_array"))
        && let (name @ ("textElem" | "customElem"), element) = element::own(theirs, ids)?
    {
        own.insert(name.to_owned(), element);
    }
    if let Some(data) = field(theirs, "message_cloud_custom_str").as_str() {
        own.insert("cloudCustomData".into(), data.into());
    }
    own.insert("msgID".into(), text(theirs, "message_msg_id").into());
    Ok(own)
}

/// The ids of messages that the app has given as messages.
pub(crate) fn msg_ids(theirs: &Value) -> Vec<&str> {
    list(theirs)
        .iter()
        .map(|message| text(message, "message_msg_id"))
        .collect()
}

/// An edit: code and desc are those of the callback, the data is the message.
pub(crate) fn change(own: &Value, ids: &Ids) -> Value {
    message(field(own, "message"), ids)
}

/// A recall, as it is told: where the message is found, by the keys of a locator, and what was said of it. `message` is null if
/// this device does not have it.
pub(crate) fn revocation(own: &Value, message: &Value, ids: &Ids) -> Value {
    let (id, kind) = ids.bare(text(own, "conversationID"));
    let mut theirs = outward(LOCATOR, message, ids);
    if let Some(fields) = theirs.as_object_mut() {
        for prefix in ["message_locator", "message"] {
            fields.insert(format!("{prefix}_conv_id"), id.clone().into());
            fields.insert(format!("{prefix}_conv_type"), kind.into());
            fields.insert(format!("{prefix}_msg_id"), text(own, "msgID").into());
        }
        fields.insert("message_locator_is_revoked".into(), true.into());
        fields.insert("message_locator_unique_id".into(), unique_id(message).into());
        fields.insert("message_revoke_reason".into(), text(own, "reason").into());
    }
    if let (Some(fields), Value::Object(revoker)) =
        (theirs.as_object_mut(), outward(REVOKER, field(own, "operateUser"), ids))
    {
        fields.extend(revoker);
    }
    theirs
}
