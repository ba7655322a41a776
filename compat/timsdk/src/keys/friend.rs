//! Friends and friend applications.

use super::{Form, Key, field, inward, key, lacking, list, number, outward, outward_all, text, user};
use crate::ids::Ids;
use serde_json::{Value, json};

/// A friend.
const FRIEND: &[Key] = &[
    key("friend_profile_identifier", "userID", Form::User),
    key("friend_profile_remark", "friendRemark", Form::Text),
    key("friend_profile_user_profile", "userProfile", Form::Part(user::PROFILE)),
    lacking("friend_profile_group_name_array", Form::Nothing),
    lacking("friend_profile_add_wording", Form::Empty),
    lacking("friend_profile_add_source", Form::Empty),
    lacking("friend_profile_add_time", Form::Zero),
    lacking("friend_profile_custom_string_array", Form::Nothing),
];

/// A change of a friend: the current user's notes about them. Their profile stands beside it ([`user::UPDATE`]).
const UPDATE: &[Key] = &[
    key("friend_profile_item_remark", "friendRemark", Form::Text),
    lacking("friend_profile_item_group_name_array", Form::Nothing),
    lacking("friend_profile_item_custom_string_array", Form::Nothing),
];

const RESULT: &[Key] = &[
    key("friend_result_identifier", "userID", Form::User),
    key("friend_result_code", "resultCode", Form::Number),
    key("friend_result_desc", "resultInfo", Form::Text),
];

/// The direction of an application: `TIMFriendPendencyType`.
const PENDENCY_TYPES: &[(i64, i64)] = &[(0, 1), (1, 2), (2, 3)];

const PENDENCY: &[Key] = &[
    key("friend_add_pendency_info_type", "type", Form::Choice(PENDENCY_TYPES)),
    key("friend_add_pendency_info_identifier", "userID", Form::User),
    key("friend_add_pendency_info_nick_name", "nickname", Form::Text),
    key("friend_add_pendency_info_face_url", "faceUrl", Form::Text),
    key("friend_add_pendency_info_add_time", "addTime", Form::Number),
    key("friend_add_pendency_info_add_source", "addSource", Form::Text),
    key("friend_add_pendency_info_add_wording", "addWording", Form::Text),
];

/// The same, as it is told.
const NEW_PENDENCY: &[Key] = &[
    key("friend_add_pendency_type", "type", Form::Choice(PENDENCY_TYPES)),
    key("friend_add_pendency_identifier", "userID", Form::User),
    key("friend_add_pendency_nick_name", "nickname", Form::Text),
    key("friend_add_pendency_face_url", "faceUrl", Form::Text),
    key("friend_add_pendency_add_time", "addTime", Form::Number),
    key("friend_add_pendency_add_source", "addSource", Form::Text),
    key("friend_add_pendency_add_wording", "addWording", Form::Text),
];

/// The current user's friends.
pub(crate) fn friends(own: &Value, ids: &Ids) -> Value {
    outward_all(FRIEND, own, ids)
}

/// The same for a user who was asked for by name; `None` for one who is no friend.
pub(crate) fn friend_info(user: &str, own: Option<&Value>, ids: &Ids) -> Value {
    json!({
        "friendship_friend_info_get_result_identifier": ids.outward(user),
        "friendship_friend_info_get_result_relation_type": if own.is_some() { 1 } else { 0 },
        "friendship_friend_info_get_result_error_code": 0,
        "friendship_friend_info_get_result_error_message": "",
        "friendship_friend_info_get_result_field_info": outward(FRIEND, own.unwrap_or(&json!({ "userID": user })), ids),
    })
}

/// Friends whose data changed.
pub(crate) fn updates(own: &Value, ids: &Ids) -> Value {
    let update = |own: &Value| {
        let mut item = outward(UPDATE, own, ids);
        if let (Some(fields), Value::Object(profile)) = (
            item.as_object_mut(),
            outward(user::UPDATE, field(own, "userProfile"), ids),
        ) {
            fields.extend(profile);
        }
        json!({
            "friend_profile_update_identifier": ids.outward(text(own, "userID")),
            "friend_profile_update_item": item,
        })
    };
    list(own).iter().map(update).collect()
}

/// The userIDs of a list of friends or of userIDs.
pub(crate) fn identifiers(own: &Value, ids: &Ids) -> Value {
    let user = |entry: &Value| ids.outward(entry.as_str().unwrap_or_else(|| text(entry, "userID")));
    list(own).iter().map(user).collect()
}

/// The result of an operation on a friend.
pub(crate) fn result(own: &Value, ids: &Ids) -> Value {
    outward(RESULT, own, ids)
}

/// The results of an operation on several.
pub(crate) fn results(own: &Value, ids: &Ids) -> Value {
    outward_all(RESULT, own, ids)
}

/// A result for somebody of whom all is well.
pub(crate) fn done(user: &str, ids: &Ids) -> Value {
    result(&json!({ "userID": user, "resultCode": 0, "resultInfo": "" }), ids)
}

/// Friend applications: all of them, or one kind.
pub(crate) fn pendencies(own: &Value, ids: &Ids, kind: i64) -> Value {
    let wanted = |entry: &&Value| kind == 2 || number(entry, "type") == kind + 1;
    let applications = list(field(own, "friendApplicationList"));
    let pendencies: Value = applications
        .iter()
        .filter(wanted)
        .map(|entry| outward(PENDENCY, entry, ids))
        .collect();
    json!({
        "pendency_page_start_time": 0,
        "pendency_page_unread_num": number(own, "unreadCount"),
        "pendency_page_current_seq": 0,
        "pendency_page_pendency_info_array": pendencies,
    })
}

/// New friend applications by others.
pub(crate) fn new_pendencies(own: &Value, ids: &Ids) -> Value {
    let incoming = list(own).iter().filter(|entry| number(entry, "type") == INCOMING);
    incoming.map(|entry| outward(NEW_PENDENCY, entry, ids)).collect()
}

/// libim's number of an application of somebody else's.
const INCOMING: i64 = 1;

/// libim's number of who asks whom.
pub(crate) fn own_pendency_type(theirs: i64) -> i64 {
    theirs + 1
}

const ADD: &[Key] = &[
    key("friendship_add_friend_param_identifier", "userID", Form::User),
    key("friendship_add_friend_param_remark", "remark", Form::Text),
    key("friendship_add_friend_param_add_source", "addSource", Form::Text),
    key("friendship_add_friend_param_add_wording", "addWording", Form::Text),
    key(
        "friendship_add_friend_param_friend_type",
        "addType",
        Form::Choice(&[(0, 1), (1, 2)]),
    ),
];

/// Somebody to be added.
pub(crate) fn own_add(theirs: &Value, ids: &Ids) -> Value {
    Value::Object(inward(ADD, theirs, ids))
}
