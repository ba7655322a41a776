//! Messages, through the C functions: sending, receiving and changing them.

use super::conversations::list;
use super::support::app::App;
use super::support::temp_dir;
use super::tim::{Answer, Callback, Chars, Data, Heard, Tim, c, call, later, wait};
use serde_json::{Value, json};
use std::ffi::{CStr, c_char, c_int};
use std::time::{Duration, Instant};

unsafe extern "C" {
    fn TIMMsgSendMessage(id: Chars, kind: c_int, msg: Chars, buffer: *mut c_char, cb: Callback, data: Data) -> c_int;
    fn TIMMsgCancelSend(id: Chars, kind: c_int, msg: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgGetMsgList(id: Chars, kind: c_int, param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgFindMessages(list: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgRevoke(id: Chars, kind: c_int, msg: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgModifyMessage(msg: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgListDelete(id: Chars, kind: c_int, list: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgClearHistoryMessage(id: Chars, kind: c_int, cb: Callback, data: Data) -> c_int;
    fn TIMMsgReportReaded(id: Chars, kind: c_int, msg: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgAddMessageReaction(msg: Chars, reaction: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgGetMessageReactions(list: Chars, most: u32, cb: Callback, data: Data) -> c_int;
    fn TIMMsgSearchLocalMessages(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgDownloadElemToPath(param: Chars, path: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgSetC2CReceiveMessageOpt(list: Chars, opt: c_int, cb: Callback, data: Data) -> c_int;
    fn TIMMsgGetC2CReceiveMessageOpt(list: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgSetLocalCustomData(msg: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMLogout(cb: Callback, data: Data) -> c_int;
}

/// Sends elements: the id that was given at once, and the answer.
fn send_all(to: &str, elements: Value, fields: Value) -> (String, Answer) {
    let mut message = fields;
    message["message_elem_array"] = elements;
    let (to, message) = (c(to), c(message));
    let mut buffer = [0; 128];
    // SAFETY, here and below: texts and buffers live during the calls, and the callback takes the data.
    let answer =
        call(|cb, data| unsafe { TIMMsgSendMessage(to.as_ptr(), 1, message.as_ptr(), buffer.as_mut_ptr(), cb, data) });
    let id = unsafe { CStr::from_ptr(buffer.as_ptr()) }.to_str().unwrap().to_owned();
    (id, answer)
}

fn send(to: &str, element: Value) -> Value {
    let (id, answer) = send_all(to, json!([element]), json!({}));
    let message = answer.ok();
    assert_eq!(message["message_msg_id"], id);
    assert_eq!(message["message_status"], 2);
    message
}

fn text(text: &str) -> Value {
    json!({ "elem_type": 0, "text_elem_content": text })
}

fn history(with: &str, param: Value) -> Vec<Value> {
    let (with, param) = (c(with), c(param));
    let list = call(|cb, data| unsafe { TIMMsgGetMsgList(with.as_ptr(), 1, param.as_ptr(), cb, data) }).ok();
    list.as_array().unwrap().clone()
}

fn text_of(message: &Value) -> &str {
    message["message_elem_array"][0]["text_elem_content"]
        .as_str()
        .unwrap_or_default()
}

fn texts(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(text_of).collect()
}

/// Calls a function on a message.
fn on(message: &Value, function: impl FnOnce(Chars, Callback, Data) -> c_int) -> Answer {
    let message = c(message);
    call(|cb, data| function(message.as_ptr(), cb, data))
}

#[test]
fn a_message_is_sent_found_edited_answered_recalled_and_deleted() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let bob = App::login(dir.path(), "bob");
    let bob_id = c("bob");
    let first = send("bob", text("one"));
    send("bob", text("two"));
    let third = send("bob", text("three"));
    bob.wait("bob has all", |app| app.history("c2c_alice").len() == 3);

    // Newest first, then from a message on, in both directions.
    assert_eq!(
        texts(&history("bob", json!({ "msg_getmsglist_param_count": 2 }))),
        ["three", "two"]
    );
    let older = json!({ "msg_getmsglist_param_count": 9, "msg_getmsglist_param_last_msg": third });
    assert_eq!(texts(&history("bob", older)), ["two", "one"]);
    let newer = json!({
        "msg_getmsglist_param_count": 9, "msg_getmsglist_param_last_msg": first, "msg_getmsglist_param_is_forward": true,
    });
    assert_eq!(texts(&history("bob", newer)), ["two", "three"]);

    let wanted = c(json!([first["message_msg_id"]]));
    let found = call(|cb, data| unsafe { TIMMsgFindMessages(wanted.as_ptr(), cb, data) }).ok();
    assert_eq!(texts(found.as_array().unwrap()), ["one"]);
    let search = c(json!({ "msg_search_param_keyword_array": ["tw"], "msg_search_param_page_size": 10 }));
    let found = call(|cb, data| unsafe { TIMMsgSearchLocalMessages(search.as_ptr(), cb, data) }).ok();
    assert_eq!(found["msg_search_result_total_count"], 1);
    assert_eq!(
        found["msg_search_result_item_array"][0]["msg_search_result_item_conv_id"],
        "bob"
    );

    // An edit, a note of one's own, a reaction.
    let mut edited = third.clone();
    edited["message_elem_array"][0]["text_elem_content"] = json!("drei");
    let answer = on(&edited, |msg, cb, data| unsafe { TIMMsgModifyMessage(msg, cb, data) }).ok();
    assert_eq!(texts(&[answer]), ["drei"]);
    bob.wait("bob has the edit", |app| {
        app.texts("c2c_alice").contains(&"drei".to_owned())
    });
    let mut noted = third.clone();
    noted["message_custom_str"] = json!("seen");
    noted["message_custom_int"] = json!(7);
    on(&noted, |msg, cb, data| unsafe {
        TIMMsgSetLocalCustomData(msg, cb, data)
    })
    .ok();
    let newest = &history("bob", json!({ "msg_getmsglist_param_count": 1 }))[0];
    assert_eq!(
        (&newest["message_custom_str"], &newest["message_custom_int"]),
        (&json!("seen"), &json!(7))
    );
    let smile = c("smile");
    on(&third, |msg, cb, data| unsafe {
        TIMMsgAddMessageReaction(msg, smile.as_ptr(), cb, data)
    })
    .ok();
    let answer = on(&json!([third]), |list, cb, data| unsafe {
        TIMMsgGetMessageReactions(list, 10, cb, data)
    })
    .ok();
    let reaction = &answer[0]["message_reaction_result_reaction_list"][0];
    assert_eq!(reaction["message_reaction_id"], "smile");
    assert_eq!(reaction["message_reaction_reacted_by_myself"], true);
    assert_eq!(
        reaction["message_reaction_partial_user_info_array"][0]["user_profile_identifier"],
        "alice"
    );

    // A recall, and a deletion.
    on(&third, |msg, cb, data| unsafe {
        TIMMsgRevoke(bob_id.as_ptr(), 1, msg, cb, data)
    })
    .ok();
    let newest = &history("bob", json!({ "msg_getmsglist_param_count": 1 }))[0];
    assert_eq!(newest["message_status"], 6);
    assert_eq!(newest["message_revoke_reason"], "");
    on(&json!([first]), |list, cb, data| unsafe {
        TIMMsgListDelete(bob_id.as_ptr(), 1, list, cb, data)
    })
    .ok();
    assert_eq!(history("bob", json!({ "msg_getmsglist_param_count": 9 })).len(), 2);
    call(|cb, data| unsafe { TIMMsgClearHistoryMessage(bob_id.as_ptr(), 1, cb, data) }).ok();
    assert!(history("bob", json!({ "msg_getmsglist_param_count": 9 })).is_empty());

    // Receiving and reading.
    bob.send_and_wait("c2c_alice", "back");
    tim.wait("the message is told", |tim| {
        let is_it = |heard: &Heard| matches!(heard, Heard::Messages(messages) if texts(messages.as_array().unwrap()) == ["back"]);
        tim.heard().iter().any(is_it)
    });
    assert_eq!(list()[0]["conv_unread_num"], 1);
    on(&list()[0]["conv_last_msg"], |msg, cb, data| unsafe {
        TIMMsgReportReaded(bob_id.as_ptr(), 1, msg, cb, data)
    })
    .ok();
    assert_eq!(list()[0]["conv_unread_num"], 0);
    let users = c(json!(["bob"]));
    call(|cb, data| unsafe { TIMMsgSetC2CReceiveMessageOpt(users.as_ptr(), 2, cb, data) }).ok();
    let opts = call(|cb, data| unsafe { TIMMsgGetC2CReceiveMessageOpt(users.as_ptr(), cb, data) }).ok();
    assert_eq!(
        opts,
        json!([{ "msg_recv_msg_opt_result_identifier": "bob", "msg_recv_msg_opt_result_opt": 2 }])
    );
}

#[test]
fn elements_of_every_kind_come_as_they_went() {
    let dir = temp_dir();
    let _tim = Tim::login(dir.path(), "alice");
    let bob = App::login(dir.path(), "bob");
    let file = dir.path().join("notes.txt");
    std::fs::write(&file, "some notes").unwrap();
    let one = send(
        "bob",
        json!({ "elem_type": 3, "custom_elem_data": "d", "custom_elem_desc": "e", "custom_elem_ext": "f" }),
    );
    assert_eq!(one["message_elem_array"][0]["custom_elem_ext"], "f");
    let place = send(
        "bob",
        json!({
            "elem_type": 7, "location_elem_desc": "here", "location_elem_longitude": 116, "location_elem_latitude": 39.5,
        }),
    );
    assert!(
        place.to_string().contains("\"location_elem_longitude\":116.0"),
        "{place}"
    );
    let face = send(
        "bob",
        json!({ "elem_type": 6, "face_elem_index": 3, "face_elem_buf": "smile" }),
    );
    assert_eq!(face["message_elem_array"][0]["face_elem_buf"], "smile");
    let sent = send(
        "bob",
        json!({ "elem_type": 4, "file_elem_file_path": file, "file_elem_file_name": "notes.txt" }),
    );
    let element = &sent["message_elem_array"][0];
    assert_eq!(
        (&element["elem_type"], &element["file_elem_file_size"]),
        (&json!(4), &json!(10))
    );
    let merged = send(
        "bob",
        json!({
            "elem_type": 12, "merge_elem_title": "Chat", "merge_elem_abstract_array": ["a: b"],
            "merge_elem_compatible_text": "no", "merge_elem_message_array": [one],
        }),
    );
    assert_eq!(merged["message_elem_array"][0]["merge_elem_title"], "Chat");
    bob.wait("bob has all", |app| app.history("c2c_alice").len() == 5);
    let kinds: Vec<i64> = bob
        .history("c2c_alice")
        .iter()
        .map(|own| own["elemType"].as_i64().unwrap())
        .collect();
    assert_eq!(kinds, [2, 7, 8, 6, 10]);

    // The file comes back by the id in the message.
    let copy = dir.path().join("copy.txt");
    let path = c(copy.display());
    let param =
        json!({ "msg_download_elem_param_type": 1, "msg_download_elem_param_id": element["file_elem_file_id"] });
    let answer = on(&param, |param, cb, data| unsafe {
        TIMMsgDownloadElemToPath(param, path.as_ptr(), cb, data)
    })
    .ok();
    assert_eq!(answer["msg_download_elem_result_total_size"], 10);
    assert_eq!(std::fs::read_to_string(copy).unwrap(), "some notes");

    // Elements that libim does not send are refused in words.
    for elements in [json!([text("a"), text("b")]), json!([{ "elem_type": 8 }]), json!([])] {
        let (id, answer) = send_all("bob", elements, json!({}));
        assert_eq!((answer.code, id.as_str()), (7013, ""), "{answer:?}");
        assert!(!answer.desc.is_empty());
    }
}

#[test]
fn a_message_that_cannot_go_out_is_taken_back_or_told_at_the_logout() {
    let dir = temp_dir();
    let _tim = Tim::login(dir.path(), "alice");
    // The service is gone for a while, and so is the connection.
    let service = dir.path().join("service.db");
    let away = dir.path().join("away.db");
    send("bob", text("there"));
    std::fs::rename(&service, &away).unwrap();
    let pending = |what: &str| {
        let (to, message) = (c("bob"), c(json!({ "message_elem_array": [text(what)] })));
        let mut buffer = [0; 128];
        let answer = later(|cb, data| unsafe {
            TIMMsgSendMessage(to.as_ptr(), 1, message.as_ptr(), buffer.as_mut_ptr(), cb, data)
        });
        (unsafe { CStr::from_ptr(buffer.as_ptr()) }.to_owned(), answer)
    };
    let bob = c("bob");
    let cancel = |id: &CStr| call(|cb, data| unsafe { TIMMsgCancelSend(bob.as_ptr(), 1, id.as_ptr(), cb, data) }).code;
    let (_, second) = pending("later");
    // Those that went out before the end of the connection was known may have arrived.
    let until = Instant::now() + Duration::from_secs(60);
    let (id, first) = loop {
        let (id, answer) = pending("never");
        match cancel(&id) {
            0 => break (id, answer),
            code => assert_eq!(code, 8020),
        }
        assert!(Instant::now() < until, "every message is on its way");
        std::thread::park_timeout(Duration::from_millis(5));
    };
    assert_eq!(wait(&first).code, 8021);
    assert_eq!(cancel(&id), 8020);
    let waiting = history("bob", json!({ "msg_getmsglist_param_count": 99 }));
    let status = |is_it: &dyn Fn(&Value) -> bool| {
        let message = waiting.iter().find(|message| is_it(message)).unwrap();
        message["message_status"].clone()
    };
    assert_eq!(status(&|message| message["message_msg_id"] == id.to_str().unwrap()), 3);
    assert_eq!(status(&|message| text_of(message) == "later"), 1);
    call(|cb, data| unsafe { TIMLogout(cb, data) }).ok();
    assert_eq!(wait(&second).code, 7009);
}
