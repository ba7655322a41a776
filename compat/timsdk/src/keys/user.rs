//! Users.

use super::{Form, Key, key, lacking};

/// The permission to add a user as a friend: `TIMProfileAddPermission`.
const ADD_PERMISSION: &[(i64, i64)] = &[(1, 0), (2, 1), (3, 2)];

/// A profile.
pub(crate) const PROFILE: &[Key] = &[
    key("user_profile_identifier", "userID", Form::User),
    key("user_profile_nick_name", "nickName", Form::Text),
    key("user_profile_face_url", "faceUrl", Form::Text),
    key("user_profile_add_permission", "allowType", Form::Choice(ADD_PERMISSION)),
    key("user_profile_friend_remark", "friendRemark", Form::Text),
    lacking("user_profile_gender", Form::Zero),
    lacking("user_profile_self_signature", Form::Empty),
    lacking("user_profile_location", Form::Empty),
    lacking("user_profile_language", Form::Zero),
    lacking("user_profile_birthday", Form::Zero),
    lacking("user_profile_level", Form::Zero),
    lacking("user_profile_role", Form::Zero),
    lacking("user_profile_custom_string_array", Form::Nothing),
];

/// The sender of a message, as the message names them.
pub(crate) const SENDER: &[Key] = &[
    key("user_profile_identifier", "sender", Form::User),
    key("user_profile_nick_name", "nickName", Form::Text),
    key("user_profile_face_url", "faceUrl", Form::Text),
    key("user_profile_friend_remark", "friendRemark", Form::Text),
    lacking("user_profile_add_permission", Form::Zero),
    lacking("user_profile_gender", Form::Zero),
    lacking("user_profile_self_signature", Form::Empty),
    lacking("user_profile_location", Form::Empty),
    lacking("user_profile_language", Form::Zero),
    lacking("user_profile_birthday", Form::Zero),
    lacking("user_profile_level", Form::Zero),
    lacking("user_profile_role", Form::Zero),
    lacking("user_profile_custom_string_array", Form::Nothing),
];

/// The profile of a friend that has changed.
pub(super) const UPDATE: &[Key] = &[
    key("user_profile_item_nick_name", "nickName", Form::Text),
    key("user_profile_item_face_url", "faceUrl", Form::Text),
    key(
        "user_profile_item_add_permission",
        "allowType",
        Form::Choice(ADD_PERMISSION),
    ),
    lacking("user_profile_item_gender", Form::Zero),
    lacking("user_profile_item_self_signature", Form::Empty),
    lacking("user_profile_item_location", Form::Empty),
    lacking("user_profile_item_language", Form::Zero),
    lacking("user_profile_item_birthday", Form::Zero),
    lacking("user_profile_item_level", Form::Zero),
    lacking("user_profile_item_role", Form::Zero),
    lacking("user_profile_item_custom_string_array", Form::Nothing),
];

/// A change of one's own profile.
pub(crate) const PROFILE_ITEM: &[Key] = &[
    key("user_profile_item_nick_name", "nickName", Form::Text),
    key("user_profile_item_face_url", "faceUrl", Form::Text),
    key(
        "user_profile_item_add_permission",
        "allowType",
        Form::Choice(ADD_PERMISSION),
    ),
];
