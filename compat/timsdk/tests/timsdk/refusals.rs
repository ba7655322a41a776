//! What libim does not have is refused where leaving it away would do something else, and so is JSON of another shape.

use super::support::app::App;
use super::support::temp_dir;
use super::tim::{Callback, Chars, Data, Tim, ask, c, call, refused};
use serde_json::{Value, json};
use std::ffi::{c_char, c_int};

unsafe extern "C" {
    fn TIMGroupCreate(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupDeleteMember(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupGetJoinedGroupList(cb: Callback, data: Data) -> c_int;
    fn TIMFriendshipAddFriend(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgModifyMessage(message: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgSendMessage(
        id: Chars,
        kind: c_int,
        message: Chars,
        msg_id: *mut c_char,
        cb: Callback,
        data: Data,
    ) -> c_int;
}

/// `TIM_ERR_JSON`.
const JSON: c_int = -3;

fn groups() -> usize {
    // SAFETY, here and below: texts live during the calls, and callbacks take the data.
    let answer = call(|cb, data| unsafe { TIMGroupGetJoinedGroupList(cb, data) });
    answer.ok().as_array().unwrap().len()
}

#[test]
fn what_would_do_something_else_without_a_field_is_refused_with_its_name() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let eve = App::login(dir.path(), "eve");
    let new = json!({
        "create_group_param_group_name": "Team", "create_group_param_group_id": "team",
        "create_group_param_group_member_array": [{ "group_member_info_identifier": "eve" }],
    });
    ask(TIMGroupCreate, &new).ok();
    eve.wait("eve is in it", |app| {
        app.ok("getJoinedGroupList", json!({})).as_array().unwrap().len() == 1
    });
    let (team, secret) = (
        c("team"),
        c(json!({
            "message_elem_array": [{ "elem_type": 0, "text_elem_content": "for bob" }],
            "message_target_group_member_array": ["bob"],
        })),
    );
    let sent = call(|cb, data| unsafe {
        TIMMsgSendMessage(team.as_ptr(), 2, secret.as_ptr(), std::ptr::null_mut(), cb, data)
    });
    assert_eq!(sent.code, 7013);
    assert!(sent.desc.contains("message_target_group_member_array"), "{}", sent.desc);
    let kick = json!({
        "group_delete_member_param_group_id": "team",
        "group_delete_member_param_identifier_array": ["eve"],
        "group_delete_member_param_duration": 3600,
    });
    let friend = json!({
        "friendship_add_friend_param_identifier": "eve", "friendship_add_friend_param_group_name": "Work",
    });
    let topics = json!({ "create_group_param_group_name": "Topics", "create_group_param_is_support_topic": true });
    for (answer, field) in [
        (ask(TIMGroupDeleteMember, &kick), "duration"),
        (ask(TIMFriendshipAddFriend, &friend), "group_name"),
        (ask(TIMGroupCreate, &topics), "is_support_topic"),
    ] {
        assert_eq!(answer.code, 7013, "{field}: {}", answer.desc);
        assert!(answer.desc.contains(field), "{}", answer.desc);
    }
    assert_eq!(groups(), 1);
    let history = eve.history("group_team");
    assert!(history.iter().all(|message| message["elemType"] == 9), "{history:?}");
    assert_eq!(eve.ok("getJoinedGroupList", json!({})).as_array().unwrap().len(), 1);
    drop(tim);
}

#[test]
fn json_of_another_shape_does_nothing() {
    let dir = temp_dir();
    let _tim = Tim::login(dir.path(), "alice");
    for wrong in [json!([]), json!(5), Value::Null, json!("x")] {
        assert_eq!(refused(TIMGroupCreate, &wrong), JSON, "{wrong}");
        assert_eq!(refused(TIMFriendshipAddFriend, &wrong), JSON, "{wrong}");
    }
    assert_eq!(groups(), 0);
}

#[test]
fn an_edit_may_be_of_the_cloud_data_alone() {
    let dir = temp_dir();
    let _tim = Tim::login(dir.path(), "alice");
    let (bob, message) = (
        c("bob"),
        c(json!({ "message_elem_array": [{ "elem_type": 0, "text_elem_content": "hi" }] })),
    );
    let sent = call(|cb, data| unsafe {
        TIMMsgSendMessage(bob.as_ptr(), 1, message.as_ptr(), std::ptr::null_mut(), cb, data)
    })
    .ok();
    let edit = json!({ "message_msg_id": sent["message_msg_id"], "message_cloud_custom_str": "{\"a\":1}" });
    let edited = ask(TIMMsgModifyMessage, &edit).ok();
    assert_eq!(edited["message_cloud_custom_str"], "{\"a\":1}");
    assert_eq!(edited["message_elem_array"][0]["text_elem_content"], "hi");
}
