//! The list, through the C functions.

use super::support::app::App;
use super::support::temp_dir;
use super::tim::{Callback, Chars, Data, Heard, Tim, c, call};
use serde_json::{Value, json};
use std::ffi::c_int;

unsafe extern "C" {
    fn TIMConvGetConvList(cb: Callback, data: Data) -> c_int;
    fn TIMConvGetConvInfo(list: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMConvGetConversationListByFilter(filter: Chars, next: u64, count: u32, cb: Callback, data: Data) -> c_int;
    fn TIMConvPinConversation(id: Chars, kind: c_int, is_pinned: bool, cb: Callback, data: Data) -> c_int;
    fn TIMConvMarkConversation(list: Chars, mark: u64, enable: bool, cb: Callback, data: Data) -> c_int;
    fn TIMConvSetDraft(id: Chars, kind: c_int, draft: Chars) -> c_int;
    fn TIMConvCancelDraft(id: Chars, kind: c_int) -> c_int;
    fn TIMConvCreateConversationGroup(name: Chars, list: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMConvGetConversationGroupList(cb: Callback, data: Data) -> c_int;
    fn TIMConvGetTotalUnreadMessageCount(cb: Callback, data: Data) -> c_int;
    fn TIMConvSubscribeUnreadMessageCountByFilter(filter: Chars) -> c_int;
    fn TIMConvCleanConversationUnreadMessageCount(id: Chars, time: u64, seq: u64, cb: Callback, data: Data) -> c_int;
    fn TIMConvDelete(id: Chars, kind: c_int, cb: Callback, data: Data) -> c_int;
}

pub fn list() -> Vec<Value> {
    // SAFETY: the callback takes the data.
    let list = call(|cb, data| unsafe { TIMConvGetConvList(cb, data) }).ok();
    list.as_array().unwrap().clone()
}

fn ids(list: &[Value]) -> Vec<&str> {
    list.iter().map(|row| row["conv_id"].as_str().unwrap()).collect()
}

fn page(filter: Value, next: u64, count: u32) -> Value {
    let filter = c(filter);
    // SAFETY: the text lives during the call.
    call(|cb, data| unsafe { TIMConvGetConversationListByFilter(filter.as_ptr(), next, count, cb, data) }).ok()
}

fn rows(page: &Value) -> Vec<&str> {
    ids(page["conversation_list_result_conv_list"].as_array().unwrap())
}

fn mark(id: &str, mark: u64, enable: bool) -> Value {
    let list = c(json!([id]));
    // SAFETY: as above.
    call(|cb, data| unsafe { TIMConvMarkConversation(list.as_ptr(), mark, enable, cb, data) }).ok()
}

#[test]
fn an_inbox_with_pins_drafts_marks_groups_and_counts() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let [bob, carol, dave] = ["bob", "carol", "dave"].map(|user| App::login(dir.path(), user));
    for peer in [&bob, &carol, &dave] {
        peer.send_and_wait("c2c_alice", "hello");
    }
    bob.send_and_wait("c2c_alice", "hello again");
    tim.wait("all have written", |_| {
        list()
            .iter()
            .map(|row| row["conv_unread_num"].as_u64().unwrap())
            .sum::<u64>()
            == 4
    });
    assert_eq!(ids(&list()), ["bob", "dave", "carol"]);
    let row = &list()[0];
    assert_eq!(row["conv_type"], 1);
    assert_eq!(row["conv_is_has_lastmsg"], true);
    assert_eq!(
        row["conv_last_msg"]["message_elem_array"][0]["text_elem_content"],
        "hello again"
    );
    assert_eq!(row["conv_last_msg"]["message_conv_id"], "bob");

    // SAFETY, here and below: the texts live during the calls.
    let carol_id = c("carol");
    call(|cb, data| unsafe { TIMConvPinConversation(carol_id.as_ptr(), 1, true, cb, data) }).ok();
    assert_eq!(ids(&list()), ["carol", "bob", "dave"]);
    assert_eq!(list()[0]["conv_is_pinned"], true);

    let (dave_id, draft) = (
        c("dave"),
        c(json!({
            "draft_msg": { "message_elem_array": [{ "elem_type": 0, "text_elem_content": "not yet" }] },
            "draft_user_define": "", "draft_edit_time": 1,
        })),
    );
    assert_eq!(unsafe { TIMConvSetDraft(dave_id.as_ptr(), 1, draft.as_ptr()) }, 0);
    assert_eq!(ids(&list()), ["carol", "dave", "bob"]);
    let row = &list()[1];
    assert_eq!(row["conv_is_has_draft"], true);
    assert_eq!(
        row["conv_draft"]["draft_msg"]["message_elem_array"][0]["text_elem_content"],
        "not yet"
    );
    assert!(row["conv_draft"]["draft_edit_time"].as_u64().unwrap() > 1_700_000_000);
    assert_eq!(unsafe { TIMConvCancelDraft(dave_id.as_ptr(), 1) }, 0);
    assert_eq!(list()[1]["conv_is_has_draft"], false);

    for bit in [0, 1, 32, 52, 53, 62, 63] {
        let answer = mark("c2c_bob", 1 << bit, true);
        assert_eq!(answer[0]["conversation_operation_result_conversation_id"], "c2c_bob");
        assert_eq!(answer[0]["conversation_operation_result_result_code"], 0, "bit {bit}");
    }
    let marked = page(json!({ "conversation_list_filter_mark_type": 1_u64 << 63 }), 0, 10);
    assert_eq!(rows(&marked), ["bob"]);
    let marks: Vec<u64> = serde_json::from_value(list()[2]["conv_mark_array"].clone()).unwrap();
    assert_eq!(
        marks.iter().fold(0, |all, mark| all | mark),
        0b11 | 1 << 32 | 1 << 52 | 1 << 53 | 1 << 62 | 1 << 63
    );
    mark("c2c_bob", 1 << 63, false);
    assert!(
        rows(&page(
            json!({ "conversation_list_filter_mark_type": 1_u64 << 63 }),
            0,
            10
        ))
        .is_empty()
    );

    let (name, members) = (c("Work"), c(json!(["c2c_bob", "c2c_dave"])));
    call(|cb, data| unsafe { TIMConvCreateConversationGroup(name.as_ptr(), members.as_ptr(), cb, data) }).ok();
    assert_eq!(
        call(|cb, data| unsafe { TIMConvGetConversationGroupList(cb, data) }).ok(),
        json!(["Work"])
    );
    let work = json!({ "conversation_list_filter_conversation_group": "Work" });
    assert_eq!(rows(&page(work.clone(), 0, 10)), ["dave", "bob"]);

    // Pages.
    let first = page(json!({}), 0, 2);
    assert_eq!(rows(&first), ["carol", "dave"]);
    assert_eq!(first["conversation_list_result_is_finished"], false);
    let next = first["conversation_list_result_next_seq"].as_u64().unwrap();
    let last = page(json!({}), next, 2);
    assert_eq!(rows(&last), ["bob"]);
    assert_eq!(last["conversation_list_result_is_finished"], true);

    // Counts, and what is told of them.
    let total = || call(|cb, data| unsafe { TIMConvGetTotalUnreadMessageCount(cb, data) }).ok();
    assert_eq!(total()["conv_get_total_unread_message_count_result_unread_count"], 4);
    let filter = c(&work);
    assert_eq!(
        unsafe { TIMConvSubscribeUnreadMessageCountByFilter(filter.as_ptr()) },
        0
    );
    let bob_id = c("c2c_bob");
    call(|cb, data| unsafe { TIMConvCleanConversationUnreadMessageCount(bob_id.as_ptr(), 0, 0, cb, data) }).ok();
    tim.wait("the counts are told", |tim| {
        let heard = tim.heard();
        heard.contains(&Heard::Total(2)) && heard.contains(&Heard::ByFilter(work.clone(), 1))
    });
    assert_eq!(total()["conv_get_total_unread_message_count_result_unread_count"], 2);

    let wanted = c(json!([
        { "get_conversation_list_param_conv_id": "bob", "get_conversation_list_param_conv_type": 1 },
        { "get_conversation_list_param_conv_id": "nobody", "get_conversation_list_param_conv_type": 1 },
    ]));
    let found = call(|cb, data| unsafe { TIMConvGetConvInfo(wanted.as_ptr(), cb, data) }).ok();
    assert_eq!(ids(found.as_array().unwrap()), ["bob"]);

    call(|cb, data| unsafe { TIMConvDelete(dave_id.as_ptr(), 1, cb, data) }).ok();
    assert_eq!(ids(&list()), ["carol", "bob"]);
    tim.wait("the end of a conversation is told", |tim| {
        tim.heard()
            .iter()
            .any(|heard| matches!(heard, Heard::Conversations(1, gone) if gone[0]["conv_id"] == "dave"))
    });
    let first_event = tim
        .heard()
        .into_iter()
        .find(|heard| matches!(heard, Heard::Conversations(..)));
    assert_eq!(
        first_event,
        Some(Heard::Conversations(3, Value::Null)),
        "a sync has begun"
    );
}
