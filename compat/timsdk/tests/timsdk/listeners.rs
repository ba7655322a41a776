//! Every callback for events is called, with the keys that the API documents.

use super::support::app::App;
use super::support::{root, temp_dir};
use super::tim::{Callback, Chars, Data, OfParam, Tim, ask, c, call, refused};
use super::told::{self, Told};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::ffi::{c_char, c_int};
use std::path::Path;

unsafe extern "C" {
    fn TIMConvGetTotalUnreadMessageCount(cb: Callback, data: Data) -> c_int;
    fn TIMConvSubscribeUnreadMessageCountByFilter(filter: Chars) -> c_int;
    fn TIMConvUnsubscribeUnreadMessageCountByFilter(filter: Chars) -> c_int;
    fn TIMConvCreateConversationGroup(name: Chars, list: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMConvAddConversationsToGroup(name: Chars, list: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMConvDeleteConversationsFromGroup(name: Chars, list: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMConvRenameConversationGroup(old: Chars, new: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMConvDeleteConversationGroup(name: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgSendMessage(id: Chars, kind: c_int, msg: Chars, buffer: *mut c_char, cb: Callback, data: Data) -> c_int;
    fn TIMMsgSetAllReceiveMessageOpt2(opt: c_int, start: u32, duration: u32, cb: Callback, data: Data) -> c_int;
    fn TIMGroupCreate(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupModifyGroupInfo(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMFriendshipAddFriend(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMFriendshipDeleteFriend(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMFriendshipDeletePendency(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMFriendshipReportPendencyReaded(time: u64, cb: Callback, data: Data) -> c_int;
    fn TIMProfileModifySelfUserProfile(param: Chars, cb: Callback, data: Data) -> c_int;
}

/// Waits for a call of a callback whose arguments are such: they.
pub fn hears(tim: &Tim, by: &'static str, is_it: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let find = || {
        let mut all = told::all().into_iter();
        all.find(|told| told.by == by && is_it(&told.arguments))
    };
    tim.wait(by, |_| find().is_some());
    find().map(|Told { arguments, .. }| arguments).unwrap()
}

/// Checks that an object has these keys, and null nowhere.
pub fn has(object: &Value, keys: &str) {
    let fields = object.as_object().unwrap_or_else(|| panic!("{object} is no object"));
    for key in keys.split_whitespace() {
        assert!(fields.contains_key(key), "{key} is missing: {object:#}");
    }
    for (key, value) in fields {
        assert!(!value.is_null(), "{key} is null: {object:#}");
    }
}

const CONVERSATION: &str =
    "conv_id conv_type conv_show_name conv_unread_num conv_active_time conv_is_has_lastmsg conv_draft";
const MESSAGE: &str =
    "message_msg_id message_conv_id message_conv_type message_elem_array message_sender message_status";
const PROFILE: &str =
    "user_profile_identifier user_profile_nick_name user_profile_face_url user_profile_add_permission";

fn send(to: &str, element: &Value) -> Value {
    let (to, message) = (
        c(to),
        c(json!({ "message_elem_array": [element], "message_need_read_receipt": true })),
    );
    // SAFETY, here and below: texts live during the calls, and callbacks take the data.
    call(|cb, data| unsafe { TIMMsgSendMessage(to.as_ptr(), 1, message.as_ptr(), std::ptr::null_mut(), cb, data) }).ok()
}

fn text(text: &str) -> Value {
    json!({ "elem_type": 0, "text_elem_content": text })
}

fn of_conversations(tim: &Tim, bob: &App) {
    call(|cb, data| unsafe { TIMConvGetTotalUnreadMessageCount(cb, data) }).ok();
    let filter = json!({ "conversation_list_filter_conv_type": 1 });
    let c_filter = c(&filter);
    assert_eq!(
        unsafe { TIMConvSubscribeUnreadMessageCountByFilter(c_filter.as_ptr()) },
        0
    );
    bob.send("c2c_alice", "hello");
    let told = hears(tim, "TIMSetConvEventCallback", |told| told[0] == 0);
    has(&told[1][0], CONVERSATION);
    has(&told[1][0]["conv_last_msg"], MESSAGE);
    hears(tim, "TIMSetConvTotalUnreadMessageCountChangedCallback", |told| {
        told[0] == 1
    });
    hears(tim, "TIMSetConvUnreadMessageCountChangedByFilterCallback", |told| {
        told == [filter.clone(), json!(1)]
    });
    assert_eq!(
        unsafe { TIMConvUnsubscribeUnreadMessageCountByFilter(c_filter.as_ptr()) },
        0
    );
    let told = hears(tim, "TIMAddRecvNewMsgCallback", |told| {
        told[0][0]["message_conv_id"] == "bob"
    });
    has(&told[0][0], MESSAGE);

    let (work, home, list) = (c("Work"), c("Home"), c(json!(["c2c_bob"])));
    let (work, home, list) = (work.as_ptr(), home.as_ptr(), list.as_ptr());
    let is_bob = |conversations: &Value| conversations[0]["conv_id"] == "bob";
    call(|cb, data| unsafe { TIMConvCreateConversationGroup(work, list, cb, data) }).ok();
    let told = hears(tim, "TIMSetConvConversationGroupCreatedCallback", |told| {
        told[0] == "Work"
    });
    has(&told[1][0], CONVERSATION);
    call(|cb, data| unsafe { TIMConvDeleteConversationsFromGroup(work, list, cb, data) }).ok();
    hears(tim, "TIMSetConvConversationsDeletedFromGroupCallback", |told| {
        told[0] == "Work" && is_bob(&told[1]) && told[2] == 0
    });
    call(|cb, data| unsafe { TIMConvAddConversationsToGroup(work, list, cb, data) }).ok();
    hears(tim, "TIMSetConvConversationsAddedToGroupCallback", |told| {
        told[0] == "Work" && is_bob(&told[1])
    });
    call(|cb, data| unsafe { TIMConvRenameConversationGroup(work, home, cb, data) }).ok();
    hears(tim, "TIMSetConvConversationGroupNameChangedCallback", |told| {
        told == ["Work", "Home"]
    });
    call(|cb, data| unsafe { TIMConvDeleteConversationGroup(home, cb, data) }).ok();
    hears(tim, "TIMSetConvConversationGroupDeletedCallback", |told| {
        told == ["Home"]
    });
}

fn of_messages(tim: &Tim, bob: &App, dir: &Path) {
    let file = dir.join("notes.txt");
    std::fs::write(&file, "some notes").unwrap();
    let sent = send(
        "bob",
        &json!({ "elem_type": 4, "file_elem_file_path": file, "file_elem_file_name": "notes.txt" }),
    );
    let told = hears(tim, "TIMSetMsgElemUploadProgressCallback", |told| told[2] == told[3]);
    has(&told[0], MESSAGE);
    assert_eq!(told[0]["message_msg_id"], sent["message_msg_id"]);
    assert_eq!(told[1..], [json!(0), json!(10), json!(10)]);

    // Bob confirms it, reacts, and reads all.
    let id = sent["message_msg_id"].as_str().unwrap().to_owned();
    bob.wait("bob has it", |app| {
        app.history("c2c_alice").iter().any(|own| own["msgID"] == id.as_str())
    });
    bob.ok("sendMessageReadReceipts", json!({ "messageIDList": [id] }));
    let is_of = |told: &[Value], id: &str| told[0][0]["msg_receipt_msg_id"] == id;
    let told = hears(tim, "TIMSetMsgReadedReceiptCallback", |told| is_of(told, &id));
    has(
        &told[0][0],
        "msg_receipt_conv_id msg_receipt_conv_type msg_receipt_time_stamp msg_receipt_read_count msg_receipt_is_peer_read",
    );
    bob.ok(
        "cleanConversationUnreadMessageCount",
        json!({ "conversationID": "c2c_alice" }),
    );
    let told = hears(tim, "TIMSetMsgReadedReceiptCallback", |told| is_of(told, ""));
    assert_eq!(told[0][0]["msg_receipt_conv_id"], "bob");
    bob.ok("addMessageReaction", json!({ "msgID": id, "reactionID": "smile" }));
    let told = hears(tim, "TIMSetMsgReactionsChangedCallback", |told| {
        told[0][0]["message_reaction_change_info_msg_id"] == id.as_str()
    });
    let reaction = &told[0][0]["message_reaction_change_info_reaction_list"][0];
    has(
        reaction,
        "message_reaction_id message_reaction_total_user_count message_reaction_partial_user_info_array \
         message_reaction_reacted_by_myself",
    );
    assert_eq!(
        reaction["message_reaction_partial_user_info_array"][0]["user_profile_identifier"],
        "bob"
    );

    // He edits a message of his own, and takes it back.
    let first = bob.send_and_wait("c2c_alice", "helo");
    tim.wait("it is there", |_| {
        told::all().iter().any(|told| {
            told.arguments
                .first()
                .is_some_and(|list| list[0]["message_msg_id"] == first.as_str())
        })
    });
    bob.ok(
        "modifyMessage",
        json!({ "msgID": first, "textElem": { "text": "hello" } }),
    );
    let told = hears(tim, "TIMSetMsgUpdateCallback", |told| {
        told[0][0]["message_msg_id"] == first.as_str()
    });
    has(&told[0][0], MESSAGE);
    assert_eq!(told[0][0]["message_elem_array"], json!([text("hello")]));
    bob.ok("revokeMessage", json!({ "msgID": first }));
    let told = hears(tim, "TIMSetMsgRevokeCallback", |told| {
        told[0][0]["message_msg_id"] == first.as_str()
    });
    let recall = &told[0][0];
    has(
        recall,
        "message_locator_msg_id message_locator_seq message_locator_rand message_locator_unique_id message_conv_id \
         message_conv_type message_revoke_reason message_revoker_nick_name message_revoker_face_url",
    );
    for (key, value) in [
        ("message_locator_conv_id", json!("bob")),
        ("message_locator_conv_type", json!(1)),
        ("message_locator_is_revoked", json!(true)),
        ("message_locator_is_self", json!(false)),
        ("message_revoker_user_id", json!("bob")),
    ] {
        assert_eq!(recall[key], value, "{key}");
    }
    // As the message had them.
    let told = hears(tim, "TIMAddRecvNewMsgCallback", |told| {
        told[0][0]["message_msg_id"] == first.as_str()
    });
    for (locator, key) in [
        ("message_locator_time", "message_server_time"),
        ("message_locator_seq", "message_seq"),
        ("message_locator_rand", "message_rand"),
        ("message_locator_unique_id", "message_unique_id"),
    ] {
        assert_eq!(recall[locator], told[0][0][key], "{locator}");
        assert_ne!(recall[locator], 0, "{locator}");
    }

    call(|cb, data| unsafe { TIMMsgSetAllReceiveMessageOpt2(2, 1_700_000_000, 3600, cb, data) }).ok();
    let told = hears(tim, "TIMSetMsgAllMessageReceiveOptionCallback", |_| true);
    has(
        &told[0],
        "msg_all_recv_msg_opt_level msg_all_recv_msg_opt_start_hour msg_all_recv_msg_opt_start_minute \
         msg_all_recv_msg_opt_start_second msg_all_recv_msg_opt_start_time_stamp msg_all_recv_msg_duration",
    );
    assert_eq!(told[0]["msg_all_recv_msg_opt_level"], 2);
}

fn ok(function: OfParam, param: Value) -> Value {
    ask(function, &param).ok()
}

fn of_groups(tim: &Tim) {
    ok(
        TIMGroupCreate,
        json!({ "create_group_param_group_id": "team", "create_group_param_group_name": "Team", "create_group_param_group_type": 1 }),
    );
    ok(
        TIMGroupModifyGroupInfo,
        json!({
            "group_modify_info_param_group_id": "team", "group_modify_info_param_modify_flag": 1,
            "group_modify_info_param_group_name": "Crew",
        }),
    );
    let told = hears(tim, "TIMSetGroupTipsEventCallback", |told| {
        told[0]["group_tips_elem_tip_type"] == 6
    });
    has(
        &told[0],
        "elem_type group_tips_elem_group_id group_tips_elem_op_user group_tips_elem_op_user_info \
         group_tips_elem_op_group_memberinfo group_tips_elem_user_array group_tips_elem_changed_user_info_array \
         group_tips_elem_changed_group_memberinfo_array group_tips_elem_group_change_info_array \
         group_tips_elem_member_change_info_array group_tips_elem_member_num group_tips_elem_time",
    );
    assert_eq!(
        told[0]["group_tips_elem_group_change_info_array"][0]["group_tips_group_change_info_value"],
        "Crew"
    );
}

fn of_users(tim: &Tim, bob: &App, carol: &App) {
    ok(
        TIMProfileModifySelfUserProfile,
        json!({ "user_profile_item_nick_name": "Alice", "user_profile_item_add_permission": 2 }),
    );
    let told = hears(tim, "TIMSetSelfInfoUpdatedCallback", |told| {
        told[0]["user_profile_nick_name"] == "Alice"
    });
    has(&told[0], PROFILE);

    carol.ok(
        "addFriend",
        json!({ "userID": "alice", "addWording": "It is me", "addType": 2 }),
    );
    let told = hears(tim, "TIMSetFriendAddRequestCallback", |told| {
        told[0][0]["friend_add_pendency_identifier"] == "carol"
    });
    has(
        &told[0][0],
        "friend_add_pendency_nick_name friend_add_pendency_add_source friend_add_pendency_add_wording \
         friend_add_pendency_face_url friend_add_pendency_add_time",
    );
    assert_eq!(told[0][0]["friend_add_pendency_add_wording"], "It is me");
    call(|cb, data| unsafe { TIMFriendshipReportPendencyReaded(0, cb, data) }).ok();
    hears(tim, "TIMSetFriendApplicationListReadCallback", |_| true);
    let pendency = json!({ "friendship_delete_pendency_param_identifier_array": ["carol"] });
    assert_eq!(refused(TIMFriendshipDeletePendency, &pendency), -4, "of which kind?");
    let mut pendency = pendency;
    pendency["friendship_delete_pendency_param_type"] = json!(0);
    let gone = ok(TIMFriendshipDeletePendency, pendency);
    assert_eq!(gone[0]["friend_result_identifier"], "carol");
    hears(tim, "TIMSetFriendApplicationListDeletedCallback", |told| {
        told[0] == json!(["carol"])
    });

    ok(
        TIMFriendshipAddFriend,
        json!({ "friendship_add_friend_param_identifier": "bob", "friendship_add_friend_param_remark": "Bobby" }),
    );
    hears(tim, "TIMSetOnAddFriendCallback", |told| told[0] == json!(["bob"]));
    bob.ok(
        "setSelfInfo",
        json!({ "nickName": "Bob", "faceUrl": "https://example.org/bob.png", "allowType": 1 }),
    );
    let told = hears(tim, "TIMSetUpdateFriendProfileCallback", |told| {
        told[0][0]["friend_profile_update_item"]["user_profile_item_nick_name"] == "Bob"
    });
    assert_eq!(told[0][0]["friend_profile_update_identifier"], "bob");
    let item = &told[0][0]["friend_profile_update_item"];
    has(
        item,
        "friend_profile_item_group_name_array friend_profile_item_custom_string_array user_profile_item_gender \
         user_profile_item_birthday user_profile_item_level user_profile_item_role user_profile_item_self_signature \
         user_profile_item_custom_string_array",
    );
    for (key, value) in [
        ("friend_profile_item_remark", json!("Bobby")),
        ("user_profile_item_face_url", json!("https://example.org/bob.png")),
        ("user_profile_item_add_permission", json!(2)),
    ] {
        assert_eq!(item[key], value, "{key}");
    }
    ok(
        TIMFriendshipDeleteFriend,
        json!({ "friendship_delete_friend_param_identifier_array": ["bob"] }),
    );
    hears(tim, "TIMSetOnDeleteFriendCallback", |told| told[0] == json!(["bob"]));
}

#[test]
fn every_callback_is_called_with_its_keys() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let [bob, carol] = ["bob", "carol"].map(|user| App::login(dir.path(), user));
    of_conversations(&tim, &bob);
    of_messages(&tim, &bob, dir.path());
    of_groups(&tim);
    of_users(&tim, &bob, &carol);
    // `kTIMConnecting`, `kTIMConnected`, and, when the service goes, `kTIMDisconnected`.
    for status in [2, 0] {
        let told = hears(&tim, "TIMSetNetworkStatusListenerCallback", |told| told[0] == status);
        assert_eq!(told[1..], [json!(0), json!("")]);
    }
    std::fs::rename(dir.path().join("service.db"), dir.path().join("away.db")).unwrap();
    let told = hears(&tim, "TIMSetNetworkStatusListenerCallback", |told| told[0] == 1);
    assert!(told[1] != 0 && told[2] != "", "{told:?}");

    let heard: BTreeSet<&str> = told::all().iter().map(|told| told.by).collect();
    let silent: Vec<&&str> = told::NAMES.iter().filter(|name| !heard.contains(**name)).collect();
    // The embedded service ends no session: `sessions`.
    assert_eq!(
        silent,
        [&"TIMSetKickedOfflineCallback", &"TIMSetUserSigExpiredCallback"]
    );
}

#[test]
fn the_tests_know_every_callback() {
    let source = std::fs::read_to_string(root().join("src/ffi/callbacks.rs")).unwrap();
    let rows = source.split("setters! {").nth(1).unwrap().split_once("\n}").unwrap().0;
    let set = rows.lines().filter_map(|row| Some(row.trim().split_once('(')?.0));
    let set: BTreeSet<&str> = set.chain(["TIMAddRecvNewMsgCallback"]).collect();
    assert_eq!(told::NAMES.iter().copied().collect::<BTreeSet<_>>(), set);
}
