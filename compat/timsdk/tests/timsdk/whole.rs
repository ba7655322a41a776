//! A call is done whole, or refused before anything is done.

use super::conversations::list;
use super::servers::{self, DOMAIN, PASSWORD};
use super::support::app::App;
use super::support::temp_dir;
use super::tim::{Answer, Callback, Chars, Data, Tim, ask, ask_of, c, call, refused};
use serde_json::{Value, json};
use std::ffi::c_int;
use std::sync::mpsc::{Sender, channel};

unsafe extern "C" {
    fn TIMConvSetDraft(id: Chars, kind: c_int, draft: Chars) -> c_int;
    fn TIMGroupCreate(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupGetJoinedGroupList(cb: Callback, data: Data) -> c_int;
    fn TIMGroupGetGroupInfoList(list: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupModifyGroupInfo(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupModifyMemberInfo(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgSetGroupReceiveMessageOpt(group: Chars, opt: c_int, cb: Callback, data: Data) -> c_int;
    fn TIMMsgSetLocalCustomData(msg: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgSendNewMsgEx(id: Chars, kind: c_int, msg: Chars, id_cb: Callback, cb: Callback, data: Data) -> c_int;
    fn TIMMsgSendNewMsg(id: Chars, kind: c_int, msg: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgSearchLocalMessages(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMFriendshipHandleFriendAddRequest(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMProfileModifySelfUserProfile(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMFriendshipGetPendencyList(param: Chars, cb: Callback, data: Data) -> c_int;
}

/// `TIM_ERR_JSON` and `TIM_ERR_PARAM`.
const JSON: c_int = -3;
const PARAMETER: c_int = -4;

fn text(text: &str) -> Value {
    json!({ "elem_type": 0, "text_elem_content": text })
}

fn message(element: Value) -> Value {
    json!({ "message_elem_array": [element] })
}

#[test]
fn a_draft_is_one_text_and_nothing_of_another_is_lost() {
    let dir = temp_dir();
    let _tim = Tim::login(dir.path(), "alice");
    let bob = c("bob");
    let set = |draft: Value| {
        let draft = c(draft);
        // SAFETY, here and below: texts live during the calls, and callbacks take the data.
        unsafe { TIMConvSetDraft(bob.as_ptr(), 1, draft.as_ptr()) }
    };
    assert_eq!(set(json!({ "draft_msg": message(text("kept")) })), 0);
    let picture = json!({ "elem_type": 1, "image_elem_orig_path": "/tmp/a.png" });
    for lost in [
        json!({ "draft_msg": message(picture.clone()) }),
        json!({ "draft_msg": { "message_elem_array": [text("a"), picture] } }),
        json!({ "draft_msg": message(text("a")), "draft_user_define": "mine" }),
        json!({ "draft_msg": { "message_elem_array": [text("a")], "message_cloud_custom_str": "{}" } }),
        json!({ "draft_msg": { "message_elem_array": [text("a")], "message_group_at_user_array": ["bob"] } }),
    ] {
        assert_eq!(set(lost.clone()), PARAMETER, "{lost}");
    }
    let draft = || list()[0]["conv_draft"].clone();
    assert_eq!(draft()["draft_msg"]["message_elem_array"], json!([text("kept")]));
    // The library takes the draft that it tells.
    assert_eq!(set(draft()), 0);
    assert_eq!(draft()["draft_msg"]["message_elem_array"], json!([text("kept")]));
    // Nothing of another shape takes it away.
    for (wrong, code) in [
        (json!([]), JSON),
        (json!("x"), JSON),
        (json!({ "draft_msg": "hi" }), JSON),
        (json!({ "draft_ms": {} }), PARAMETER),
    ] {
        assert_eq!(set(wrong.clone()), code, "{wrong}");
    }
    assert_eq!(draft()["draft_msg"]["message_elem_array"], json!([text("kept")]));
    assert_eq!(set(json!({ "draft_msg": {} })), 0);
    assert_eq!(list()[0]["conv_is_has_draft"], false);
}

#[test]
fn a_decision_that_is_not_said_is_not_made() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let bob = App::login(dir.path(), "bob");
    ask(
        TIMProfileModifySelfUserProfile,
        &json!({ "user_profile_item_add_permission": 2 }),
    )
    .ok();
    bob.ok("addFriend", json!({ "userID": "alice", "addType": 2 }));
    let pendencies = || {
        let page = ask(
            TIMFriendshipGetPendencyList,
            &json!({ "friendship_get_pendency_list_param_type": 2 }),
        )
        .ok();
        page["pendency_page_pendency_info_array"].as_array().unwrap().len()
    };
    tim.wait("Bob asks", |_| pendencies() == 1);
    for action in [json!(null), json!(3), json!("agree")] {
        let answer = json!({ "friend_response_identifier": "bob", "friend_response_action": action });
        assert_eq!(
            refused(TIMFriendshipHandleFriendAddRequest, &answer),
            PARAMETER,
            "{action}"
        );
    }
    assert_eq!(pendencies(), 1);

    let team = json!({
        "create_group_param_group_id": "team", "create_group_param_group_type": 1,
        "create_group_param_group_member_array": [{ "group_member_info_identifier": "bob" }],
    });
    ask(TIMGroupCreate, &team).ok();
    for flag in [1 << 1, 1 << 2, 1 << 3] {
        let change = json!({
            "group_modify_member_info_group_id": "team", "group_modify_member_info_identifier": "bob",
            "group_modify_member_info_modify_flag": flag,
        });
        assert_eq!(refused(TIMGroupModifyMemberInfo, &change), PARAMETER, "{flag}");
    }
    for flag in [1, 2, 1 | 8, 256, 1_i64 << 31] {
        let change = json!({
            "group_modify_info_param_group_id": "team", "group_modify_info_param_modify_flag": flag,
            "group_modify_info_param_face_url": "x",
        });
        assert_eq!(refused(TIMGroupModifyGroupInfo, &change), PARAMETER, "{flag}");
    }

    // A note of which one half is given leaves the other half.
    let sent = ask_of(TIMMsgSendNewMsg, ("bob", 1), &message(text("hi"))).ok();
    let note = |fields: Value| {
        let mut note = json!({ "message_msg_id": sent["message_msg_id"] });
        note.as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        note
    };
    ask(TIMMsgSetLocalCustomData, &note(json!({ "message_custom_str": "seen" }))).ok();
    ask(TIMMsgSetLocalCustomData, &note(json!({ "message_custom_int": 7 }))).ok();
    let last = &list()[0]["conv_last_msg"];
    assert_eq!(
        (&last["message_custom_str"], &last["message_custom_int"]),
        (&json!("seen"), &json!(7))
    );
    assert_eq!(refused(TIMMsgSetLocalCustomData, &note(json!({}))), PARAMETER);
}

#[test]
fn groups_tell_how_they_are_received() {
    let dir = temp_dir();
    let _tim = Tim::login(dir.path(), "alice");
    let new = json!({ "create_group_param_group_id": "team", "create_group_param_group_type": 1 });
    ask(TIMGroupCreate, &new).ok();
    let team = c("team");
    call(|cb, data| unsafe { TIMMsgSetGroupReceiveMessageOpt(team.as_ptr(), 2, cb, data) }).ok();
    let joined = call(|cb, data| unsafe { TIMGroupGetJoinedGroupList(cb, data) }).ok();
    assert_eq!(joined[0]["group_base_info_msg_flag"], 2);
    assert_eq!(joined[0]["group_base_info_self_info"]["group_self_info_msg_flag"], 2);
}

#[test]
fn a_search_goes_on_where_its_cursor_stands() {
    let dir = temp_dir();
    let _tim = Tim::login(dir.path(), "alice");
    let send = |what: &str| ask_of(TIMMsgSendNewMsg, ("bob", 1), &message(text(what))).ok();
    for what in ["word one", "word two", "word three"] {
        send(what);
    }
    let page = |cursor: &Value| {
        let param = json!({
            "msg_search_param_keyword_array": ["word"], "msg_search_param_conv_id": "bob", "msg_search_param_conv_type": 1,
            "msg_search_param_page_size": 2, "msg_search_param_search_cursor": cursor,
        });
        let page = ask(TIMMsgSearchLocalMessages, &param).ok();
        let found = page["msg_search_result_item_array"][0]["msg_search_result_item_message_array"].clone();
        let texts = found.as_array().unwrap().iter();
        let texts: Vec<String> = texts
            .map(|one| {
                one["message_elem_array"][0]["text_elem_content"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        (texts, page["msg_search_result_search_cursor"].clone())
    };
    let (texts, cursor) = page(&json!(""));
    assert_eq!(texts, ["word three", "word two"]);
    // New messages do not move the pages.
    send("word four");
    assert_eq!(page(&cursor).0, ["word one"]);
}

/// A call of a callback: which one, the code, the msgID.
type Said = (&'static str, i32, Value);

unsafe extern "C" fn on_id(code: i32, _: Chars, json: Chars, data: Data) {
    said("id", code, json, data);
}
unsafe extern "C" fn on_end(code: i32, _: Chars, json: Chars, data: Data) {
    said("end", code, json, data);
}
fn said(which: &'static str, code: i32, json: Chars, data: Data) {
    let json = super::tim::text(json);
    let id = serde_json::from_str::<Value>(&json).unwrap_or_default()["message_msg_id"].clone();
    // SAFETY: the sender lives for ever.
    let said = unsafe { &*data.cast::<Sender<Said>>() };
    said.send((which, code, id)).unwrap_or_default();
}

#[test]
fn the_id_of_a_message_comes_before_its_answer() {
    let dir = temp_dir();
    let _tim = Tim::login(dir.path(), "alice");
    let (sender, told) = channel();
    // For ever: when it fails, the callbacks may still come.
    let sender: &'static Sender<Said> = Box::leak(Box::new(sender));
    let send = |element: Value| {
        let (to, message) = (c("bob"), c(message(element)));
        let data = std::ptr::from_ref(sender).cast();
        let returned = unsafe { TIMMsgSendNewMsgEx(to.as_ptr(), 1, message.as_ptr(), Some(on_id), Some(on_end), data) };
        assert_eq!(returned, 0);
    };
    let next = || told.recv_timeout(std::time::Duration::from_secs(60)).unwrap();
    // Several times: the server may be faster than the app.
    for number in 0..50 {
        send(text(&number.to_string()));
        let (first, second) = (next(), next());
        assert_eq!((first.0, first.1), ("id", 0));
        assert_eq!((second.0, second.1), ("end", 0));
        assert!(first.2.as_str().is_some_and(|id| !id.is_empty()));
        assert_eq!(first.2, second.2);
    }
    // One that libim refuses has none.
    send(json!({ "elem_type": 8 }));
    let (first, second) = (next(), next());
    assert_eq!((first.0, first.1, second.0, second.1), ("id", 7013, "end", 7013));
}

fn on_prosody(user_sig: &Value) -> (tempfile::TempDir, Tim, Answer) {
    let dir = temp_dir();
    let server = servers::prosody();
    let user = server.new_user("alice");
    let user = user.strip_suffix(DOMAIN).unwrap().strip_suffix('@').unwrap();
    let mut config = json!({
        "dataDir": dir.path(),
        "backend": {
            "kind": "xmpp", "domain": DOMAIN, "host": "127.0.0.1", "port": server.port(), "caFile": server.ca_file(),
        },
    });
    if !user_sig.is_null() {
        config["backend"]["userSig"] = user_sig.clone();
    }
    let (tim, answer) = Tim::log_in(&config, user, PASSWORD);
    (dir, tim, answer)
}

#[test]
fn a_group_is_not_made_when_something_about_it_would_be_refused() {
    let (_dir, _tim, answer) = on_prosody(&json!("password"));
    answer.ok();
    let new = |group: &str, kind: i64, option: i64| {
        json!({
            "create_group_param_group_name": group, "create_group_param_group_type": kind,
            "create_group_param_add_option": option, "create_group_param_introduction": "Us",
        })
    };
    let answer = ask(TIMGroupCreate, &new("Refused", 0, 1));
    assert_eq!(answer.code, 7013);
    assert!(answer.desc.contains("add_option"), "{}", answer.desc);
    let joined = || call(|cb, data| unsafe { TIMGroupGetJoinedGroupList(cb, data) }).ok();
    assert_eq!(joined(), json!([]));
    // The option that a room of its type has is no other.
    for (kind, option) in [(0, 2), (1, 2), (1, 0)] {
        let made = ask(TIMGroupCreate, &new("Made", kind, option)).ok();
        let infos = ask(TIMGroupGetGroupInfoList, &json!([made["create_group_result_groupid"]])).ok();
        assert_eq!(
            infos[0]["get_groups_info_result_info"]["group_detail_info_introduction"],
            "Us"
        );
    }
    assert_eq!(joined().as_array().unwrap().len(), 3);
}

#[test]
fn what_is_refused_of_a_group_that_was_made_is_told_with_its_id() {
    let dir = temp_dir();
    let _tim = Tim::login(dir.path(), "alice");
    let new = json!({
        "create_group_param_group_id": "team", "create_group_param_introduction": "x".repeat(100_000),
    });
    let answer = ask(TIMGroupCreate, &new);
    assert_eq!(answer.code, 6017, "{}", answer.desc);
    let told: Value = serde_json::from_str(&answer.json).unwrap();
    assert_eq!(told, json!({ "create_group_result_groupid": "team" }));
    // One that was not made has none.
    let taken = ask(TIMGroupCreate, &json!({ "create_group_param_group_id": "team" }));
    assert_ne!(taken.code, 0);
    assert_eq!(taken.json, "");
}

#[test]
fn a_token_is_sent_where_passwords_are() {
    // The server of the tests takes passwords: here the one is the other.
    let (_dir, _tim, answer) = on_prosody(&json!("token"));
    answer.ok();
}
