//! Parameters that apps leave out or write out, and requests for things that are not there.

use super::support::app::App;
use super::support::temp_dir;
use super::tim::{Answer, Callback, Chars, Data, Tim, c, call};
use serde_json::{Value, json};
use std::ffi::{c_char, c_int};

unsafe extern "C" {
    fn TIMMsgSendMessage(id: Chars, kind: c_int, msg: Chars, buffer: *mut c_char, cb: Callback, data: Data) -> c_int;
    fn TIMMsgSaveMsg(id: Chars, kind: c_int, msg: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgGetMsgList(id: Chars, kind: c_int, param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgSearchLocalMessages(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgReportReaded(id: Chars, kind: c_int, msg: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupCreate(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMConvGetTotalUnreadMessageCount(cb: Callback, data: Data) -> c_int;
}

/// A picture of one point.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\0\0\0\nIDATx\x9cc\xf8\x0f\0\x01\x01\x01\0\x1b\xb6\xeeV\0\0\0\0IEND\xaeB\x60\x82";

fn send(to: &str, kind: c_int, message: &Value) -> Answer {
    let (to, message) = (c(to), c(message));
    // SAFETY, here and below: texts live during the calls, and the callback takes the data.
    call(|cb, data| unsafe { TIMMsgSendMessage(to.as_ptr(), kind, message.as_ptr(), std::ptr::null_mut(), cb, data) })
}

fn text(text: &str) -> Value {
    json!({ "message_elem_array": [{ "elem_type": 0, "text_elem_content": text }] })
}

fn texts(messages: &Value) -> Vec<&str> {
    let texts = messages.as_array().unwrap().iter();
    texts
        .map(|message| {
            message["message_elem_array"][0]["text_elem_content"]
                .as_str()
                .unwrap_or_default()
        })
        .collect()
}

fn history(with: &str, kind: c_int, param: Value) -> Value {
    let (with, param) = (c(with), c(param));
    call(|cb, data| unsafe { TIMMsgGetMsgList(with.as_ptr(), kind, param.as_ptr(), cb, data) }).ok()
}

fn found(param: Value) -> Value {
    let param = c(param);
    let found = call(|cb, data| unsafe { TIMMsgSearchLocalMessages(param.as_ptr(), cb, data) }).ok();
    found["msg_search_result_total_count"].clone()
}

#[test]
fn histories_and_searches_take_what_apps_write() {
    let dir = temp_dir();
    let _tim = Tim::login(dir.path(), "alice");
    let _bob = App::login(dir.path(), "bob");
    for what in ["one", "two"] {
        send("bob", 1, &text(what)).ok();
    }
    let nulls = json!({
        "msg_getmsglist_param_count": null, "msg_getmsglist_param_time_begin": null,
        "msg_getmsglist_param_time_period": null, "msg_getmsglist_param_last_msg": null,
        "msg_getmsglist_param_message_seq_array": null, "msg_getmsglist_param_message_type_array": null,
    });
    assert_eq!(texts(&history("bob", 1, nulls)), ["two", "one"]);
    // Of a kind that libim does not have there is nothing; and texts there are.
    let kinds = |kinds: Value| history("bob", 1, json!({ "msg_getmsglist_param_message_type_array": kinds }));
    assert_eq!(kinds(json!([8])), json!([]));
    assert_eq!(texts(&kinds(json!([8, 0]))), ["two", "one"]);
    let search = |more: Value| {
        let mut param = json!({ "msg_search_param_keyword_array": ["o"], "msg_search_param_page_size": 10 });
        param.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        found(param)
    };
    assert_eq!(search(json!({ "msg_search_param_message_type_array": [8] })), 0);
    assert_eq!(search(json!({ "msg_search_param_message_type_array": [0] })), 1);
    for (id, count) in [("bob", 1), ("c2c_bob", 1), ("c2c_carol", 0)] {
        let param = json!({ "msg_search_param_conv_id": id, "msg_search_param_conv_type": 1 });
        assert_eq!(search(param), count, "{id}");
    }

    let team = c(json!({
        "create_group_param_group_id": "team", "create_group_param_group_name": "Team", "create_group_param_group_type": 1,
    }));
    call(|cb, data| unsafe { TIMGroupCreate(team.as_ptr(), cb, data) }).ok();
    let seqs: Vec<Value> = ["a", "b", "c"]
        .iter()
        .map(|what| send("team", 2, &text(what)).ok()["message_seq"].clone())
        .collect();
    let wanted = json!({ "msg_getmsglist_param_message_seq_array": [seqs[0], seqs[2]] });
    assert_eq!(texts(&history("team", 2, wanted)), ["c", "a"]);
}

#[test]
fn no_conversation_means_all_of_its_kind() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let bob = App::login(dir.path(), "bob");
    let total = || {
        let total = call(|cb, data| unsafe { TIMConvGetTotalUnreadMessageCount(cb, data) }).ok();
        total["conv_get_total_unread_message_count_result_unread_count"].clone()
    };
    let empty = c("");
    for (round, id) in [std::ptr::null(), empty.as_ptr()].into_iter().enumerate() {
        bob.send("c2c_alice", &round.to_string());
        tim.wait("it has come", |_| total() == 1);
        call(|cb, data| unsafe { TIMMsgReportReaded(id, 2, std::ptr::null(), cb, data) }).ok();
        assert_eq!(total(), 1, "those of groups");
        call(|cb, data| unsafe { TIMMsgReportReaded(id, 1, std::ptr::null(), cb, data) }).ok();
        assert_eq!(total(), 0);
    }
}

#[test]
fn a_message_is_kept_on_this_device_or_forwarded() {
    let dir = temp_dir();
    let _tim = Tim::login(dir.path(), "alice");
    let bob = App::login(dir.path(), "bob");
    let save = |message: &Value| {
        let (to, message) = (c("bob"), c(message));
        call(|cb, data| unsafe { TIMMsgSaveMsg(to.as_ptr(), 1, message.as_ptr(), cb, data) })
    };
    let file = dir.path().join("notes.txt");
    std::fs::write(&file, "some notes").unwrap();
    let picture = dir.path().join("dot.png");
    std::fs::write(&picture, PNG).unwrap();
    let one = send("bob", 1, &text("one")).ok();
    for (element, key, value) in [
        (
            json!({ "elem_type": 0, "text_elem_content": "note" }),
            "text_elem_content",
            json!("note"),
        ),
        (
            json!({ "elem_type": 3, "custom_elem_data": "d", "custom_elem_desc": "e", "custom_elem_ext": "f" }),
            "custom_elem_ext",
            json!("f"),
        ),
        (
            json!({ "elem_type": 7, "location_elem_desc": "here", "location_elem_longitude": 1.5, "location_elem_latitude": 2.5 }),
            "location_elem_latitude",
            json!(2.5),
        ),
        (
            json!({ "elem_type": 6, "face_elem_index": 3, "face_elem_buf": "smile" }),
            "face_elem_index",
            json!(3),
        ),
        (
            json!({ "elem_type": 4, "file_elem_file_path": file, "file_elem_file_name": "my notes.txt" }),
            "file_elem_file_name",
            json!("my notes.txt"),
        ),
        (
            json!({ "elem_type": 1, "image_elem_orig_path": picture }),
            "image_elem_orig_pic_size",
            json!(PNG.len()),
        ),
        (
            json!({ "elem_type": 2, "sound_elem_file_path": file, "sound_elem_file_time": 3 }),
            "sound_elem_file_time",
            json!(3),
        ),
        (
            json!({
                "elem_type": 9, "video_elem_video_path": file, "video_elem_video_duration": 4,
                "video_elem_image_path": picture,
            }),
            "video_elem_image_size",
            json!(PNG.len()),
        ),
        (
            json!({
                "elem_type": 12, "merge_elem_title": "Chat", "merge_elem_abstract_array": ["a"],
                "merge_elem_message_array": [one],
            }),
            "merge_elem_title",
            json!("Chat"),
        ),
    ] {
        let kind = element["elem_type"].clone();
        let note = json!({
            "message_sender": "bob", "message_elem_array": [element], "message_cloud_custom_str": "mine",
            "message_custom_str": "here",
        });
        let saved = save(&note).ok();
        assert_eq!(
            (&saved["message_sender"], &saved["message_status"]),
            (&json!("bob"), &json!(5)),
            "{kind}"
        );
        let kept = &history("bob", 1, json!({}))[0];
        assert_eq!(kept["message_msg_id"], saved["message_msg_id"]);
        assert_eq!(
            (&saved["message_custom_str"], &kept["message_custom_str"]),
            (&json!("here"), &json!("here"))
        );
        assert_eq!(kept["message_cloud_custom_str"], "mine");
        assert_eq!(
            (
                &kept["message_elem_array"][0]["elem_type"],
                &kept["message_elem_array"][0][key]
            ),
            (&kind, &value)
        );
    }
    bob.wait("only what was sent goes out", |app| app.history("c2c_alice").len() == 1);
    for element in [
        json!({ "elem_type": 8 }),
        json!({ "elem_type": 4, "file_elem_url": "https://example.org/a" }),
    ] {
        assert_eq!(save(&json!({ "message_elem_array": [element] })).code, 7013);
    }

    // With its file, of which the app says nothing.
    let element = json!({ "elem_type": 4, "file_elem_file_path": file, "file_elem_file_name": "notes.txt" });
    let mut message = send("bob", 1, &json!({ "message_elem_array": [element] })).ok();
    std::fs::remove_file(&file).unwrap();
    message["message_is_forward_message"] = json!(true);
    message["message_cloud_custom_str"] = json!("see");
    message["message_elem_array"][0]["file_elem_file_path"] = json!("");
    let forwarded = send("bob", 1, &message).ok();
    assert_ne!(forwarded["message_msg_id"], message["message_msg_id"]);
    assert_eq!(forwarded["message_cloud_custom_str"], "see");
    assert_eq!(forwarded["message_elem_array"][0]["file_elem_file_size"], 10);
    bob.wait("bob has all", |app| app.history("c2c_alice").len() == 3);
}
