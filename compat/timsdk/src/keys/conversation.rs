//! Conversations, and what is read and told of them.

use super::{Form, Key, field, key, list, outward, text};
use crate::ids::Ids;
use serde_json::{Value, json};

/// Kinds of groups: `TIMGroupType`.
pub(crate) const GROUP_TYPES: &[(i64, &str)] = &[
    (0, "Public"),
    (1, "Work"),
    (2, "Meeting"),
    (4, "AVChatRoom"),
    (5, "Community"),
    // BChatRoom, which is no more.
    (3, "AVChatRoom"),
];

const AT_INFO: &[Key] = &[
    key("conv_group_at_info_seq", "seq", Form::Digits),
    key("conv_group_at_info_at_type", "atType", Form::Number),
];

/// A conversation, without what is no plain field.
const CONVERSATION: &[Key] = &[
    key("conv_type", "type", Form::Number),
    key("conv_show_name", "showName", Form::Text),
    key("conv_face_url", "faceUrl", Form::Text),
    key("conv_group_type", "groupType", Form::Word(GROUP_TYPES)),
    key("conv_unread_num", "unreadCount", Form::Number),
    key("conv_active_time", "orderkey", Form::Number),
    key("conv_recv_opt", "recvOpt", Form::Number),
    key("conv_group_at_info_array", "groupAtInfoList", Form::Parts(AT_INFO)),
    key("conv_is_pinned", "isPinned", Form::Flag),
    key("conv_mark_array", "markList", Form::Made(marks)),
    key("conv_custom_data", "customData", Form::Text),
    key("conv_conversation_group_array", "conversationGroupList", Form::Texts),
    key("conv_c2c_read_timestamp", "c2cReadTimestamp", Form::Number),
    key("conv_group_read_sequence", "groupReadSequence", Form::Number),
];

/// A page of the list.
const PAGE: &[Key] = &[
    key(
        "conversation_list_result_conv_list",
        "conversationList",
        Form::Made(conversations),
    ),
    key("conversation_list_result_next_seq", "nextSeq", Form::Digits),
    key("conversation_list_result_is_finished", "isFinished", Form::Flag),
];

/// The outcome of an operation on one of several conversations.
const OPERATION: &[Key] = &[
    key(
        "conversation_operation_result_conversation_id",
        "conversationID",
        Form::Made(full_id),
    ),
    key("conversation_operation_result_result_code", "resultCode", Form::Number),
    key("conversation_operation_result_result_info", "resultInfo", Form::Text),
];

/// The marks that this API has above libim's, and the bits that stand for them there: a number above 2^53 would not be exact
/// in its JSON.
const HIGH_MARKS: std::ops::Range<u32> = 53..64;
const HIGH_MARK_SHIFT: u32 = 32;

/// libim's value of one or several marks.
pub(crate) fn own_marks(marks: u64) -> u64 {
    let high = HIGH_MARKS.fold(0, |high, bit| high | marks & 1 << bit);
    // A bit that would be taken for one of those stands for none: libim refuses it as it is.
    let clash = marks & high_marks_of_libim();
    (marks & !high) | (high >> HIGH_MARK_SHIFT) | if clash == 0 { 0 } else { 1 << 4 }
}

fn high_marks_of_libim() -> u64 {
    HIGH_MARKS.fold(0, |all, bit| all | 1 << (bit - HIGH_MARK_SHIFT))
}

/// This API's value of them.
fn their_marks(marks: u64) -> u64 {
    let high = marks & high_marks_of_libim();
    (marks & !high) | (high << HIGH_MARK_SHIFT)
}

fn marks(own: &Value, _: &Ids) -> Value {
    list(own)
        .iter()
        .map(|mark| their_marks(mark.as_u64().unwrap_or_default()))
        .collect()
}

fn full_id(own: &Value, ids: &Ids) -> Value {
    ids.full_outward(own.as_str().unwrap_or_default()).into()
}

/// A conversation.
pub(crate) fn conversation(own: &Value, ids: &Ids) -> Value {
    let mut theirs = outward(CONVERSATION, own, ids);
    let (id, _) = ids.bare(text(own, "conversationID"));
    let last = field(own, "lastMessage");
    let draft = field(own, "draftText").as_str();
    if let Some(fields) = theirs.as_object_mut() {
        fields.insert("conv_id".into(), id.into());
        fields.insert("conv_owner".into(), "".into());
        fields.insert("conv_is_has_lastmsg".into(), last.is_object().into());
        // Readers take every key of a message for granted, so without one there is no key.
        if last.is_object() {
            fields.insert("conv_last_msg".into(), super::message::message(last, ids));
        }
        fields.insert("conv_is_has_draft".into(), draft.is_some().into());
        fields.insert("conv_draft".into(), draft_of(draft.unwrap_or_default(), own, ids));
    }
    theirs
}

/// A draft: the message that it would become, and the time.
fn draft_of(text: &str, own: &Value, ids: &Ids) -> Value {
    json!({
        "draft_msg": super::message::draft(text, own, ids),
        "draft_user_define": "",
        "draft_edit_time": super::number(own, "draftTimestamp"),
    })
}

/// A list of conversations.
pub(crate) fn conversations(own: &Value, ids: &Ids) -> Value {
    list(own).iter().map(|entry| conversation(entry, ids)).collect()
}

/// Deleted conversations, of which only the ids are left.
pub(crate) fn deleted(own: &Value, ids: &Ids) -> Value {
    let gone = |id: &Value| {
        let id = id.as_str().unwrap_or_default();
        let kind = if id.starts_with("group_") { 2 } else { 1 };
        conversation(&json!({ "conversationID": id, "type": kind }), ids)
    };
    list(own).iter().map(gone).collect()
}

/// A page of the list.
pub(crate) fn page(own: &Value, ids: &Ids) -> Value {
    outward(PAGE, own, ids)
}

/// The outcomes of an operation on several conversations.
pub(crate) fn operations(own: &Value, ids: &Ids) -> Value {
    super::outward_all(OPERATION, own, ids)
}

/// A count of unread messages.
pub(crate) fn unread(own: &Value, _: &Ids) -> Value {
    json!({ "conv_get_total_unread_message_count_result_unread_count": own })
}

const FILTER: &[Key] = &[
    key("conversation_list_filter_conv_type", "conversationType", Form::Number),
    key(
        "conversation_list_filter_conversation_group",
        "conversationGroup",
        Form::Text,
    ),
    key("conversation_list_filter_mark_type", "markType", Form::Number),
    key(
        "conversation_list_filter_has_unread_count",
        "hasUnreadCount",
        Form::Flag,
    ),
    key(
        "conversation_list_filter_has_group_at_info",
        "hasGroupAtInfo",
        Form::Flag,
    ),
];

/// A filter that the app has given: a key that is not there does not filter.
pub(crate) fn own_filter(theirs: &Value, ids: &Ids) -> Value {
    let mut own = super::inward(FILTER, theirs, ids);
    // The number of no kind of conversation.
    if own.get("conversationType") == Some(&json!(0)) {
        own.remove("conversationType");
    }
    if let Some(marks) = own.get("markType").and_then(Value::as_u64) {
        own.insert("markType".into(), own_marks(marks).into());
    }
    Value::Object(own)
}

/// A filter of a subscription: the keys that it was made with.
pub(crate) fn their_filter(own: &Value) -> Value {
    let given = FILTER.iter().filter(|key| !field(own, key.ours).is_null());
    let value = |key: &Key| match field(own, key.ours).as_u64() {
        Some(marks) if key.ours == "markType" => their_marks(marks).into(),
        _ => field(own, key.ours).clone(),
    };
    Value::Object(given.map(|key| (key.theirs.to_owned(), value(key))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_up_to_the_last_bit_come_back_as_they_went() {
        for bit in (0..4).chain(32..64) {
            let mark = 1_u64 << bit;
            assert!(own_marks(mark) < 1 << 53);
            assert_eq!(their_marks(own_marks(mark)), mark, "bit {bit}");
        }
        let several = 1 | 1 << 32 | 1 << 53 | 1 << 63;
        assert_eq!(their_marks(own_marks(several)), several);
        for bit in 21..32 {
            assert_ne!(own_marks(1 << bit) & 1 << 4, 0, "bit {bit} is no mark");
        }
    }

    #[test]
    fn without_a_last_message_there_is_no_key_of_it() {
        let gone = deleted(&json!(["group_team"]), &Ids::default());
        assert_eq!(gone[0]["conv_is_has_lastmsg"], false);
        assert_eq!(gone[0].get("conv_last_msg"), None);
    }

    #[test]
    fn a_filter_has_the_keys_that_were_given() {
        let ids = Ids::default();
        assert_eq!(own_filter(&json!({}), &ids), json!({}));
        let theirs = json!({
            "conversation_list_filter_conversation_group": "",
            "conversation_list_filter_mark_type": 1_u64 << 63,
            "conversation_list_filter_has_unread_count": false,
        });
        let own = own_filter(&theirs, &ids);
        assert_eq!(
            own,
            json!({ "conversationGroup": "", "markType": 1_u64 << 31, "hasUnreadCount": false })
        );
        assert_eq!(their_filter(&own), theirs);
        assert_eq!(
            own_filter(&json!({ "conversation_list_filter_conv_type": 0 }), &ids),
            json!({})
        );
    }
}
