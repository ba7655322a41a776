//! Groups and their members. One function for each method, each the same as `im_call` with that method's name.

use crate::ffi::call::named;
use crate::ffi::types::{im_client, im_status};
use std::ffi::c_char;

/// Creates a group, with the own user as its owner.
///
/// Request: `groupType` (string, required: `Work`, `Public`, `Meeting`, `AVChatRoom` or `Community`), `groupID`
/// (string, default null: the server chooses), `groupName` (string, default empty), `faceUrl` (string, default
/// empty), `memberList` (array of `{"userID": string, "role": integer}`, default `[]`; `role` is 200 member, the
/// default, or 300 administrator), `timeoutMs` (integer, ms, default 30000).
///
/// Data: the groupID (string).
///
/// Errors: `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NOT_LOGGED_IN`,
/// `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED` (also: the id is taken).
///
/// V2TIM: `createGroup`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_create_group(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "createGroup", request, out_response) }
}

/// Joins a group that is open to join (all but `Work`).
///
/// Request: `groupID` (string, required), `timeoutMs` (integer, ms, default 30000).
///
/// Data: null.
///
/// Errors: `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_NO_PERMISSION` (joined by invitation only),
/// `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
/// `IM_STATUS_REFUSED`.
///
/// V2TIM: `joinGroup`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_join_group(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "joinGroup", request, out_response) }
}

/// Leaves a group. The conversation stays, with its history.
///
/// Request: `groupID` (string, required), `timeoutMs` (integer, ms, default 30000).
///
/// Data: null.
///
/// Errors: `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_NO_PERMISSION` (not a member, or the owner),
/// `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
/// `IM_STATUS_REFUSED`.
///
/// V2TIM: `quitGroup`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_quit_group(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "quitGroup", request, out_response) }
}

/// Dissolves a group of one's own. The members' conversations stay.
///
/// Request: `groupID` (string, required), `timeoutMs` (integer, ms, default 30000).
///
/// Data: null.
///
/// Errors: `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_NO_PERMISSION` (not the owner), `IM_STATUS_NOT_LOGGED_IN`,
/// `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
///
/// V2TIM: `dismissGroup`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_dismiss_group(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "dismissGroup", request, out_response) }
}

/// Takes users into a group.
///
/// Request: `groupID` (string, required), `userList` (array of userIDs, required), `timeoutMs` (integer, ms, default
/// 30000).
///
/// Data: array of `{"memberID": string, "result": integer}`, one for each user; V2TIM's numbers: 0 failed, 1 done, 2
/// was a member already.
///
/// Errors: `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NO_PERMISSION`,
/// `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
/// `IM_STATUS_REFUSED`.
///
/// V2TIM: `inviteUserToGroup`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_invite_user_to_group(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "inviteUserToGroup", request, out_response) }
}

/// Removes members from a group.
///
/// Request: `groupID` (string, required), `memberList` (array of userIDs, required), `timeoutMs` (integer, ms,
/// default 30000).
///
/// Data: array of `{"memberID": string, "result": integer}`, as for `im_invite_user_to_group`.
///
/// Errors: `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NO_PERMISSION`,
/// `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
/// `IM_STATUS_REFUSED`.
///
/// V2TIM: `kickGroupMember`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_kick_group_member(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "kickGroupMember", request, out_response) }
}

/// Sets the name and picture of a group.
///
/// Request: `groupID` (string, required), `groupName` (string), `faceUrl` (string), `timeoutMs` (integer, ms, default
/// 30000). A field that is absent stays as it is.
///
/// Data: null.
///
/// Events: `onConversationChanged` for every member who has the conversation.
///
/// Errors: `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_NO_PERMISSION`, `IM_STATUS_NOT_LOGGED_IN`,
/// `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
///
/// V2TIM: `setGroupInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_set_group_info(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "setGroupInfo", request, out_response) }
}

/// Asks the server about groups.
///
/// Request: `groupIDList` (array of strings, required), `timeoutMs` (integer, ms, default 30000).
///
/// Data: array of `{"resultCode": integer, "resultMessage": string, "groupInfo": object or null}`, one for each id,
/// in the order asked.
///
/// Errors: `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
/// `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
///
/// V2TIM: `getGroupsInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_get_groups_info(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "getGroupsInfo", request, out_response) }
}

/// Reads the groups that the own user is in from the cache.
///
/// Request: no fields.
///
/// Data: array of groups, by groupID.
///
/// V2TIM: `getJoinedGroupList`. Any thread, also inside callbacks; does not wait for the server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_get_joined_group_list(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "getJoinedGroupList", request, out_response) }
}

/// Asks the server for the members of a group.
///
/// Request: `groupID` (string, required), `timeoutMs` (integer, ms, default 30000).
///
/// Data: `{"nextSeq": string, "memberInfoList": array of members}`, in the order they joined.
///
/// Errors: `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_NO_PERMISSION` (not a member), `IM_STATUS_NOT_LOGGED_IN`,
/// `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
///
/// V2TIM: `getGroupMemberList`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_get_group_member_list(
    client: im_client,
    request: *const c_char,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: the contract of this function is that of `named`.
    unsafe { named(client, "getGroupMemberList", request, out_response) }
}
