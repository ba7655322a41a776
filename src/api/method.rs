//! The table of methods.

use super::request;
use super::response::Data;
use super::{account, conversation, friend, group, member, message};
use crate::client::Client;
use crate::model::id::quoted;
use crate::model::{Error, Result, Status};
use serde::de::DeserializeOwned;

/// One method.
pub struct Method {
    /// V2TIM's name.
    pub name: &'static str,
    /// The name of its C function.
    pub c_name: &'static str,
    /// Whether it waits for the server.
    pub needs_server: bool,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// A request that is complete and right.
    pub example: &'static str,
    /// What the example ends with when the examples run in the table's order.
    pub example_status: Status,
    run: fn(&Client, &str) -> Result<Data>,
}

impl Method {
    /// Parses the request and runs the method.
    pub(super) fn run(&self, client: &Client, request: &str) -> Result<Data> {
        (self.run)(client, request)
    }
}

/// The method of that name; 90003 when there is none.
pub(super) fn find(name: &str) -> Result<&'static Method> {
    METHODS
        .iter()
        .find(|method| method.name == name)
        .ok_or_else(|| Error::new(Status::UnknownMethod, format!("there is no method {}", quoted(name))))
}

/// A handler of a typed request as a handler of text.
macro_rules! method {
    ($name:literal, $c_name:literal, $kind:ident, $handler:path, $summary:literal, $example:literal) => {
        method!($name, $c_name, $kind, $handler, $summary, $example, Ok)
    };
    ($name:literal, $c_name:literal, $kind:ident, $handler:path, $summary:literal, $example:literal, $status:ident) => {
        Method {
            name: $name,
            c_name: $c_name,
            needs_server: method!($kind),
            summary: $summary,
            example: $example,
            example_status: Status::$status,
            run: |client, text| handle(client, text, $handler),
        }
    };
    (local) => {
        false
    };
    (server) => {
        true
    };
}

fn handle<T: DeserializeOwned>(
    client: &Client,
    text: &str,
    handler: impl FnOnce(&Client, T) -> Result<Data>,
) -> Result<Data> {
    handler(client, request::parse("request", text)?)
}

/// Every method, by topic. The examples run in this order, as alice, on a service where bob exists.
pub static METHODS: &[Method] = &[
    // Account
    method!(
        "login",
        "im_login",
        server,
        account::login,
        "log in and start the sync",
        r#"{"userID":"alice"}"#
    ),
    method!(
        "getLoginUser",
        "im_get_login_user",
        local,
        account::login_user,
        "who is logged in",
        "{}"
    ),
    method!(
        "getLoginStatus",
        "im_get_login_status",
        local,
        account::login_status,
        "1 logged in, 2 logging in, 3 not",
        "{}"
    ),
    method!(
        "networkChanged",
        "im_network_changed",
        local,
        account::network_changed,
        "say that the device's network may have changed",
        "{}"
    ),
    method!(
        "setSelfInfo",
        "im_set_self_info",
        server,
        account::set_self_info,
        "change one's own name and picture",
        r#"{"nickName":"Alice","faceUrl":"https://example.org/alice.png"}"#
    ),
    method!(
        "getUsersInfo",
        "im_get_users_info",
        server,
        account::users_info,
        "names and pictures of users",
        r#"{"userIDList":["bob"]}"#
    ),
    // Friends
    method!(
        "addFriend",
        "im_add_friend",
        server,
        friend::add_friend,
        "put a user on the friend list",
        r#"{"userID":"bob","remark":"Bobby"}"#
    ),
    method!(
        "setFriendInfo",
        "im_set_friend_info",
        server,
        friend::set_friend_info,
        "change a friend's remark",
        r#"{"userID":"bob","friendRemark":"Bob"}"#
    ),
    method!(
        "getFriendList",
        "im_get_friend_list",
        local,
        friend::friend_list,
        "the friend list",
        "{}"
    ),
    method!(
        "deleteFromFriendList",
        "im_delete_from_friend_list",
        server,
        friend::delete_from_friend_list,
        "take users off the friend list",
        r#"{"userIDList":["bob"]}"#
    ),
    // Groups
    method!(
        "createGroup",
        "im_create_group",
        server,
        group::create_group,
        "make a group",
        r#"{"groupType":"Work","groupID":"team","groupName":"Team","memberList":[{"userID":"bob"}]}"#
    ),
    method!(
        "setGroupInfo",
        "im_set_group_info",
        server,
        group::set_group_info,
        "change a group's name and picture",
        r#"{"groupID":"team","groupName":"The team"}"#
    ),
    method!(
        "inviteUserToGroup",
        "im_invite_user_to_group",
        server,
        member::invite_user_to_group,
        "bring users into a group",
        r#"{"groupID":"team","userList":["carol"]}"#
    ),
    method!(
        "kickGroupMember",
        "im_kick_group_member",
        server,
        member::kick_group_member,
        "remove members of a group",
        r#"{"groupID":"team","memberList":["carol"]}"#
    ),
    method!(
        "getGroupsInfo",
        "im_get_groups_info",
        server,
        group::groups_info,
        "names, types and sizes of groups",
        r#"{"groupIDList":["team"]}"#
    ),
    method!(
        "getJoinedGroupList",
        "im_get_joined_group_list",
        local,
        group::joined_group_list,
        "one's own groups",
        "{}"
    ),
    method!(
        "getGroupMemberList",
        "im_get_group_member_list",
        server,
        member::group_member_list,
        "who is in a group",
        r#"{"groupID":"team","filter":0,"nextSeq":"0","count":100}"#
    ),
    // Messages
    method!(
        "sendMessage",
        "im_send_message",
        local,
        message::send_message,
        "send a message",
        r#"{"receiver":"bob","elemType":1,"textElem":{"text":"hi"}}"#
    ),
    method!(
        "getHistoryMessageList",
        "im_get_history_message_list",
        local,
        message::history_message_list,
        "read a history",
        r#"{"userID":"bob","count":20}"#
    ),
    method!(
        "revokeMessage",
        "im_revoke_message",
        local,
        message::revoke_message,
        "recall a message",
        r#"{"msgID":"0b1c4d8e-0000-4000-8000-000000000000"}"#,
        InvalidParameters
    ),
    method!(
        "deleteMessages",
        "im_delete_messages",
        local,
        message::delete_messages,
        "delete messages for oneself",
        r#"{"msgIDs":["0b1c4d8e-0000-4000-8000-000000000000"]}"#,
        InvalidParameters
    ),
    method!(
        "setC2CReceiveMessageOpt",
        "im_set_c2c_receive_message_opt",
        local,
        message::set_c2c_receive_message_opt,
        "mute or block C2C conversations",
        r#"{"userIDList":["bob"],"opt":2}"#
    ),
    method!(
        "setGroupReceiveMessageOpt",
        "im_set_group_receive_message_opt",
        local,
        message::set_group_receive_message_opt,
        "mute or block a group",
        r#"{"groupID":"team","opt":0}"#
    ),
    // Conversations
    method!(
        "getConversationList",
        "im_get_conversation_list",
        local,
        conversation::conversation_list,
        "a page of the list",
        r#"{"nextSeq":"0","count":100}"#
    ),
    method!(
        "getConversation",
        "im_get_conversation",
        local,
        conversation::conversation,
        "one conversation",
        r#"{"conversationID":"c2c_bob"}"#
    ),
    method!(
        "getConversationListByConversationIds",
        "im_get_conversation_list_by_conversation_ids",
        local,
        conversation::conversation_list_by_ids,
        "several conversations",
        r#"{"conversationIDList":["c2c_bob","group_team"]}"#
    ),
    method!(
        "setConversationDraft",
        "im_set_conversation_draft",
        local,
        conversation::set_draft,
        "keep or cancel a draft",
        r#"{"conversationID":"c2c_bob","draftText":"see you"}"#
    ),
    method!(
        "pinConversation",
        "im_pin_conversation",
        local,
        conversation::pin,
        "pin or unpin",
        r#"{"conversationID":"c2c_bob","isPinned":true}"#
    ),
    method!(
        "getTotalUnreadMessageCount",
        "im_get_total_unread_message_count",
        local,
        conversation::total_unread,
        "all unread messages",
        "{}"
    ),
    method!(
        "cleanConversationUnreadMessageCount",
        "im_clean_conversation_unread_message_count",
        local,
        conversation::clean_unread,
        "mark as read",
        r#"{"conversationID":"c2c_bob","cleanTimestamp":0,"cleanSequence":0}"#
    ),
    method!(
        "clearC2CHistoryMessage",
        "im_clear_c2c_history_message",
        local,
        message::clear_c2c_history_message,
        "empty a C2C history for oneself",
        r#"{"userID":"bob"}"#
    ),
    method!(
        "clearGroupHistoryMessage",
        "im_clear_group_history_message",
        local,
        message::clear_group_history_message,
        "empty a group's history for oneself",
        r#"{"groupID":"team"}"#
    ),
    method!(
        "deleteConversation",
        "im_delete_conversation",
        local,
        conversation::delete,
        "delete a conversation and its history",
        r#"{"conversationID":"c2c_bob"}"#
    ),
    // Ends
    method!(
        "joinGroup",
        "im_join_group",
        server,
        group::join_group,
        "enter a group that is open",
        r#"{"groupID":"team","message":""}"#
    ),
    method!(
        "quitGroup",
        "im_quit_group",
        server,
        group::quit_group,
        "leave a group",
        r#"{"groupID":"team"}"#
    ),
    method!(
        "dismissGroup",
        "im_dismiss_group",
        server,
        group::dismiss_group,
        "end a group one owns",
        r#"{"groupID":"team"}"#,
        NoPermission
    ),
    method!(
        "logout",
        "im_logout",
        server,
        account::logout,
        "log out; the cache stays usable",
        "{}"
    ),
];
