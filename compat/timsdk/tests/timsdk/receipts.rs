//! Receipts, mergers, and the C functions of conversations that no other story calls.

use super::conversations::list;
use super::support::app::App;
use super::support::temp_dir;
use super::tim::{Callback, Chars, Data, Tim, ask, ask_of, c, call, text, wait_for};
use serde_json::{Value, json};
use std::ffi::{c_int, c_void};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

type OnReaders = Option<unsafe extern "C" fn(Chars, u64, bool, Data)>;

unsafe extern "C" {
    fn TIMConvCreate(id: Chars, kind: c_int, cb: Callback, data: Data) -> c_int;
    fn TIMConvDeleteConversationList(list: Chars, clear: bool, cb: Callback, data: Data) -> c_int;
    fn TIMConvSetConversationCustomData(list: Chars, custom: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMConvGetUnreadMessageCountByFilter(filter: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupCreate(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgSendNewMsg(id: Chars, kind: c_int, msg: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgGetMsgList(id: Chars, kind: c_int, param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgSendMessageReadReceipts(list: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgGetMessageReadReceipts(list: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgGetGroupMessageReadMemberList(
        msg: Chars,
        filter: c_int,
        next: u64,
        count: u32,
        cb: OnReaders,
        data: *const c_void,
    ) -> c_int;
    fn TIMMsgDownloadMergerMessage(msg: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgMarkAllMessageAsRead(cb: Callback, data: Data) -> c_int;
    fn TIMMsgRemoveMessageReaction(msg: Chars, reaction: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgAddMessageReaction(msg: Chars, reaction: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgGetAllUserListOfMessageReaction(
        msg: Chars,
        reaction: Chars,
        next: u32,
        count: u32,
        cb: Callback,
        data: Data,
    ) -> c_int;
    fn TIMMsgSetAllReceiveMessageOpt(
        opt: c_int,
        hour: i32,
        minute: i32,
        second: i32,
        duration: u32,
        cb: Callback,
        data: Data,
    ) -> c_int;
    fn TIMMsgGetAllReceiveMessageOpt(cb: Callback, data: Data) -> c_int;
    fn TIMMsgDelete(id: Chars, kind: c_int, param: Chars, cb: Callback, data: Data) -> c_int;
}

fn message(words: &str) -> Value {
    json!({
        "message_elem_array": [{ "elem_type": 0, "text_elem_content": words }], "message_need_read_receipt": true,
    })
}

fn send(to: (&str, c_int), message: &Value) -> Value {
    ask_of(TIMMsgSendNewMsg, to, message).ok()
}

fn ids(list: &[Value]) -> Vec<&str> {
    list.iter().map(|row| row["conv_id"].as_str().unwrap()).collect()
}

type Readers = (Value, u64, bool);

unsafe extern "C" fn on_readers(members: Chars, next: u64, is_finished: bool, data: Data) {
    // SAFETY: the sender of one call, which is answered once.
    let readers = unsafe { Box::from_raw(data.cast_mut().cast::<Sender<Readers>>()) };
    let members = serde_json::from_str(&text(members)).unwrap();
    readers.send((members, next, is_finished)).unwrap_or_default();
}

/// A page of the members who have read a message of a group (0), or have not (1).
fn readers(message: &Value, filter: c_int, next: u64) -> Readers {
    let (sender, page) = channel();
    let message = c(message);
    let data = Box::into_raw(Box::new(sender)).cast();
    // SAFETY, here and below: texts live during the calls, and callbacks take the data.
    let returned =
        unsafe { TIMMsgGetGroupMessageReadMemberList(message.as_ptr(), filter, next, 1, Some(on_readers), data) };
    assert_eq!(returned, 0);
    page.recv_timeout(Duration::from_secs(60)).unwrap()
}

#[test]
fn receipts_are_sent_and_read() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let [bob, carol] = ["bob", "carol"].map(|user| App::login(dir.path(), user));
    ask(
        TIMGroupCreate,
        &json!({
            "create_group_param_group_id": "team", "create_group_param_group_type": 1,
            "create_group_param_group_member_array": [
                { "group_member_info_identifier": "bob" }, { "group_member_info_identifier": "carol" },
            ],
        }),
    )
    .ok();
    let sent = send(("team", 2), &message("hello"));
    assert_eq!(sent["message_need_read_receipt"], true);
    let id = sent["message_msg_id"].as_str().unwrap();
    for reader in [&bob, &carol] {
        let has = |app: &App| app.history("group_team").iter().any(|own| own["msgID"] == id);
        reader.wait("it has come", has);
    }
    let receipt = || ask(TIMMsgGetMessageReadReceipts, &json!([sent])).ok()[0].clone();
    assert_eq!(
        (
            &receipt()["msg_receipt_read_count"],
            &receipt()["msg_receipt_unread_count"]
        ),
        (&json!(0), &json!(2))
    );
    bob.ok("sendMessageReadReceipts", json!({ "messageIDList": [id] }));
    tim.wait("one has read it", |_| receipt()["msg_receipt_read_count"] == 1);
    assert_eq!(
        (&receipt()["msg_receipt_conv_id"], &receipt()["msg_receipt_conv_type"]),
        (&json!("team"), &json!(2))
    );
    let (members, _, is_finished) = readers(&sent, 0, 0);
    assert_eq!(
        (&members[0]["group_member_info_identifier"], is_finished),
        (&json!("bob"), true)
    );
    assert_eq!(readers(&sent, 1, 0).0[0]["group_member_info_identifier"], "carol");
    carol.ok("sendMessageReadReceipts", json!({ "messageIDList": [id] }));
    tim.wait("both have read it", |_| receipt()["msg_receipt_read_count"] == 2);
    // In pages of one.
    let (first, next, is_finished) = readers(&sent, 0, 0);
    assert!(!is_finished);
    let (second, _, is_finished) = readers(&sent, 0, next);
    assert!(is_finished);
    assert_ne!(first, second);

    // And the other way: Alice confirms a message of Bob's, who is no stranger, as she has written to him.
    send(("bob", 1), &message("hi"));
    let request = json!({ "receiver": "alice", "textElem": { "text": "read?" }, "needReadReceipt": true });
    let asked = bob.ok("sendMessage", request)["msgID"].clone();
    let find = || {
        let last = list().into_iter().find(|row| row["conv_id"] == "bob")?["conv_last_msg"].clone();
        (last["message_msg_id"] == asked).then_some(last)
    };
    let received = wait_for(&tim, "it has come", find);
    ask(TIMMsgSendMessageReadReceipts, &json!([received])).ok();
    let is_read = |app: &App| {
        let receipts = app.ok("getMessageReadReceipts", json!({ "messageIDList": [asked] }));
        receipts[0]["isPeerRead"] == true
    };
    bob.wait("bob has the receipt", is_read);
}

#[test]
fn a_merger_has_its_messages() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let bob = App::login(dir.path(), "bob");
    let carol = App::login(dir.path(), "carol");
    let said = [
        carol.send_and_wait("c2c_bob", "one"),
        carol.send_and_wait("c2c_bob", "two"),
    ];
    bob.wait("bob has both", |app| app.history("c2c_carol").len() == 2);
    let merger =
        json!({ "msgIDList": said, "title": "Carol says", "abstractList": ["Carol: one"], "compatibleText": "" });
    bob.ok("sendMessage", json!({ "receiver": "alice", "mergerElem": merger }));
    let find = || {
        let last = list().into_iter().find(|row| row["conv_id"] == "bob")?["conv_last_msg"].clone();
        (last["message_elem_array"][0]["elem_type"] == 12).then_some(last)
    };
    let merged = wait_for(&tim, "it has come", find);
    let element = &merged["message_elem_array"][0];
    assert_eq!(element["merge_elem_title"], "Carol says");
    assert_eq!(element["merge_elem_abstract_array"], json!(["Carol: one"]));
    let within = ask(TIMMsgDownloadMergerMessage, &merged).ok();
    let texts: Vec<&Value> = within
        .as_array()
        .unwrap()
        .iter()
        .map(|message| &message["message_elem_array"][0]["text_elem_content"])
        .collect();
    assert_eq!(texts, [&json!("one"), &json!("two")]);
    assert_eq!(within[0]["message_sender"], "carol");
    assert_eq!(
        ask(TIMMsgDownloadMergerMessage, &json!({ "message_msg_id": "none" })).code,
        6017
    );
}

#[test]
fn conversations_are_created_noted_counted_and_removed() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let [bob, carol] = ["bob", "carol"].map(|user| App::login(dir.path(), user));
    bob.send_and_wait("c2c_alice", "hello");
    carol.send_and_wait("c2c_alice", "hi");
    carol.send_and_wait("c2c_alice", "hi again");
    let unread = |filter: Value| {
        let count = ask(TIMConvGetUnreadMessageCountByFilter, &filter).ok();
        count["conv_get_total_unread_message_count_result_unread_count"].clone()
    };
    tim.wait("all is there", |_| unread(json!({})) == 3);
    assert_eq!(unread(json!({ "conversation_list_filter_conv_type": 2 })), 0);
    let (dave, notes) = (c("dave"), c("{\"color\":1}"));
    let created = call(|cb, data| unsafe { TIMConvCreate(dave.as_ptr(), 1, cb, data) }).ok();
    assert_eq!(
        (&created["conv_id"], &created["conv_is_has_lastmsg"]),
        (&json!("dave"), &json!(false))
    );

    let both = c(json!(["c2c_bob", "c2c_carol"]));
    let set =
        call(|cb, data| unsafe { TIMConvSetConversationCustomData(both.as_ptr(), notes.as_ptr(), cb, data) }).ok();
    assert_eq!(set[1]["conversation_operation_result_conversation_id"], "c2c_carol");
    assert_eq!(set[1]["conversation_operation_result_result_code"], 0);
    assert!(list().iter().all(|row| row["conv_custom_data"] == "{\"color\":1}"));
    call(|cb, data| unsafe { TIMMsgMarkAllMessageAsRead(cb, data) }).ok();
    assert_eq!(unread(json!({})), 0);

    // Out of the list, without the history and with it.
    for (id, clears, left) in [("bob", false, 1), ("carol", true, 0)] {
        let one = c(json!([format!("c2c_{id}")]));
        let gone = call(|cb, data| unsafe { TIMConvDeleteConversationList(one.as_ptr(), clears, cb, data) }).ok();
        assert_eq!(gone[0]["conversation_operation_result_result_code"], 0);
        let history = ask_of(TIMMsgGetMsgList, (id, 1), &json!({ "msg_getmsglist_param_count": 9 })).ok();
        assert_eq!(history.as_array().unwrap().len(), left, "{id}");
        assert!(!ids(&list()).contains(&id));
    }
}

#[test]
fn reactions_and_receive_options_come_and_go() {
    let dir = temp_dir();
    let _tim = Tim::login(dir.path(), "alice");
    let sent = c(send(("bob", 1), &message("hello")));
    let smile = c("smile");
    let users = || {
        let page = call(|cb, data| unsafe {
            TIMMsgGetAllUserListOfMessageReaction(sent.as_ptr(), smile.as_ptr(), 0, 10, cb, data)
        })
        .ok();
        assert_eq!(page["message_reaction_user_result_is_finished"], true);
        let users = page["message_reaction_user_result_user_info_array"]
            .as_array()
            .unwrap()
            .iter();
        users
            .map(|user| user["user_profile_identifier"].clone())
            .collect::<Vec<_>>()
    };
    call(|cb, data| unsafe { TIMMsgAddMessageReaction(sent.as_ptr(), smile.as_ptr(), cb, data) }).ok();
    assert_eq!(users(), [json!("alice")]);
    call(|cb, data| unsafe { TIMMsgRemoveMessageReaction(sent.as_ptr(), smile.as_ptr(), cb, data) }).ok();
    assert!(users().is_empty());

    call(|cb, data| unsafe { TIMMsgSetAllReceiveMessageOpt(2, 22, 30, 5, 3600, cb, data) }).ok();
    let option = call(|cb, data| unsafe { TIMMsgGetAllReceiveMessageOpt(cb, data) }).ok();
    for (key, value) in [
        ("msg_all_recv_msg_opt_level", 2),
        ("msg_all_recv_msg_opt_start_hour", 22),
        ("msg_all_recv_msg_opt_start_minute", 30),
        ("msg_all_recv_msg_opt_start_second", 5),
        ("msg_all_recv_msg_duration", 3600),
    ] {
        assert_eq!(option[key], value, "{key}");
    }

    let message: Value = serde_json::from_str(sent.to_str().unwrap()).unwrap();
    ask_of(TIMMsgDelete, ("bob", 1), &json!({ "msg_delete_param_msg": message })).ok();
    let left = ask_of(
        TIMMsgGetMsgList,
        ("bob", 1),
        &json!({ "msg_getmsglist_param_count": 9 }),
    )
    .ok();
    assert_eq!(left, json!([]));
}
