//! The list as Tencent's Flutter conversation screen keeps it, from the JSON of the C functions that its newest models read: it pages
//! by the filter and takes a short page for the last, replaces what it has when it asks from 0, drops twins, puts what an event
//! names at the top, and sorts by `conv_active_time` with no look at pins. Its models take every key for granted, and none for null. At
//! rest it must show what the library's list is.

use super::conversations::list;
use super::support::app::App;
use super::support::temp_dir;
use super::tim::{Callback, Chars, Data, Heard, Tim, c, call};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::ffi::c_int;

unsafe extern "C" {
    fn TIMConvGetConversationListByFilter(filter: Chars, next: u64, count: u32, cb: Callback, data: Data) -> c_int;
    fn TIMConvPinConversation(id: Chars, kind: c_int, is_pinned: bool, cb: Callback, data: Data) -> c_int;
    fn TIMConvMarkConversation(list: Chars, mark: u64, enable: bool, cb: Callback, data: Data) -> c_int;
    fn TIMConvSetDraft(id: Chars, kind: c_int, draft: Chars) -> c_int;
    fn TIMConvCleanConversationUnreadMessageCount(id: Chars, time: u64, seq: u64, cb: Callback, data: Data) -> c_int;
    fn TIMConvDelete(id: Chars, kind: c_int, cb: Callback, data: Data) -> c_int;
    fn TIMConvGetTotalUnreadMessageCount(cb: Callback, data: Data) -> c_int;
}

const PAGE: u32 = 3;
const GROUPS: usize = 2;

/// The keys of a conversation that the models read.
const CONVERSATION: &str = "conv_id conv_type conv_show_name conv_face_url conv_group_type conv_unread_num conv_active_time \
    conv_is_has_lastmsg conv_is_has_draft conv_draft conv_recv_opt conv_group_at_info_array conv_is_pinned \
    conv_mark_array conv_custom_data conv_conversation_group_array conv_c2c_read_timestamp conv_group_read_sequence";

/// Those of a message.
const MESSAGE: &str = "message_msg_id message_client_time message_server_time message_conv_id message_conv_type message_sender \
    message_elem_array message_is_from_self message_is_read message_is_peer_read message_is_online_msg message_status message_seq \
    message_rand message_unique_id message_priority message_platform message_custom_int message_custom_str \
    message_cloud_custom_str message_is_excluded_from_unread_count message_excluded_from_last_message \
    message_group_at_user_array message_sender_profile message_sender_group_member_info message_need_read_receipt \
    message_has_risk_content message_revoker_user_id message_revoker_nick_name message_revoker_face_url message_revoke_reason \
    message_support_message_extension message_is_broadcast_message message_target_group_member_array message_is_forward_message";

fn has_no_null(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(entries) => entries.iter().all(has_no_null),
        Value::Object(fields) => fields.values().all(has_no_null),
        _ => true,
    }
}

/// Checks what the models would read.
fn read(row: &Value) {
    assert!(has_no_null(row), "{row}");
    let keys = |object: &Value, keys: &str| {
        for key in keys.split_whitespace() {
            assert!(object.get(key).is_some(), "{key} is missing: {object}");
        }
    };
    keys(row, CONVERSATION);
    // Read when it is there.
    assert_eq!(row["conv_is_has_lastmsg"], row.get("conv_last_msg").is_some(), "{row}");
    if let Some(last) = row.get("conv_last_msg") {
        keys(last, MESSAGE);
    }
    keys(&row["conv_draft"], "draft_msg draft_user_define draft_edit_time");
    keys(&row["conv_draft"]["draft_msg"], MESSAGE);
    for number in [
        "conv_active_time",
        "conv_unread_num",
        "conv_c2c_read_timestamp",
        "conv_group_read_sequence",
    ] {
        assert!(row[number].as_u64().unwrap() < 1 << 53);
    }
}

/// The screen.
#[derive(Default)]
struct Screen {
    rows: Vec<Value>,
    next_seq: u64,
    has_more: bool,
    total: i64,
    taken: usize,
}

fn id(row: &Value) -> &str {
    row["conv_id"].as_str().unwrap()
}

impl Screen {
    fn settle(&mut self) {
        let mut known = BTreeSet::new();
        self.rows.retain(|row| known.insert(id(row).to_owned()));
        self.rows
            .sort_by_key(|row| std::cmp::Reverse(row["conv_active_time"].as_u64()));
    }

    fn load(&mut self, next_seq: u64) {
        let filter = c("{}");
        // SAFETY, here and below: the texts live during the calls, and the callback takes the data.
        let page =
            call(|cb, data| unsafe { TIMConvGetConversationListByFilter(filter.as_ptr(), next_seq, PAGE, cb, data) })
                .ok();
        let rows = page["conversation_list_result_conv_list"].as_array().unwrap();
        rows.iter().for_each(read);
        if next_seq == 0 {
            self.rows.clear();
        }
        let shown: BTreeSet<&str> = rows.iter().map(id).collect();
        self.rows.retain(|row| !shown.contains(id(row)));
        self.rows.extend(rows.iter().cloned());
        self.has_more = rows.len() >= PAGE as usize;
        self.next_seq = page["conversation_list_result_next_seq"].as_u64().unwrap();
        self.settle();
    }

    fn take_events(&mut self, tim: &Tim) {
        let heard = tim.heard();
        for event in &heard[self.taken..] {
            match event {
                Heard::Conversations(0 | 2, rows) => {
                    for row in rows.as_array().unwrap() {
                        read(row);
                        self.rows.retain(|other| id(other) != id(row));
                        self.rows.insert(0, row.clone());
                    }
                    self.settle();
                }
                Heard::Conversations(1, gone) => {
                    for row in gone.as_array().unwrap() {
                        read(row);
                        self.rows.retain(|other| id(other) != id(row));
                    }
                }
                Heard::Total(total) => self.total = i64::from(*total),
                _ => {}
            }
        }
        self.taken = heard.len();
    }
}

/// One thing that the user or a peer does.
fn act(rng: &mut fastrand::Rng, peers: &[App]) {
    let peer = rng.usize(0..peers.len());
    let (bare, full) = (c(format!("p{peer}")), c(format!("c2c_p{peer}")));
    // The group is led by the peer of its number; the others are members.
    let group = rng.usize(0..GROUPS);
    let (bare_group, full_group) = (c(format!("g{group}")), c(format!("group_g{group}")));
    match rng.u8(0..16) {
        10 | 11 => {
            peers[peer].send(&format!("group_g{group}"), "hi all");
        }
        12 => {
            // Told as tips, and as another name in the list.
            let name = format!("Group {}", rng.u8(..));
            peers[group].ok(
                "setGroupInfo",
                json!({ "groupID": format!("g{group}"), "groupName": name }),
            );
        }
        13 | 14 => {
            let chat = [format!("group_g{group}"), "c2c_alice".to_owned()][usize::from(rng.bool())].clone();
            let history = peers[peer].history(&chat);
            let own = |message: &&Value| message["isSelf"] == true && message["status"] == 2;
            if let Some(last) = history.iter().rev().find(own) {
                // A message that waits in vain for its number cannot be recalled.
                peers[peer].call("revokeMessage", &json!({ "msgID": last["msgID"] }));
            }
        }
        15 => match rng.u8(0..3) {
            0 => {
                let is_pinned = rng.bool();
                call(|cb, data| unsafe { TIMConvPinConversation(bare_group.as_ptr(), 2, is_pinned, cb, data) });
            }
            1 => {
                call(|cb, data| unsafe {
                    TIMConvCleanConversationUnreadMessageCount(full_group.as_ptr(), 0, 0, cb, data)
                });
            }
            _ => {
                call(|cb, data| unsafe { TIMConvDelete(bare_group.as_ptr(), 2, cb, data) });
            }
        },
        0..=3 => {
            peers[peer].send("c2c_alice", "hi");
        }
        4 => {
            let is_pinned = rng.bool();
            call(|cb, data| unsafe { TIMConvPinConversation(bare.as_ptr(), 1, is_pinned, cb, data) });
        }
        5 => {
            let text = rng.u8(..).to_string();
            let message = json!({ "message_elem_array": [{ "elem_type": 0, "text_elem_content": text }] });
            let draft = c(json!({ "draft_msg": message }));
            assert_eq!(unsafe { TIMConvSetDraft(bare.as_ptr(), 1, draft.as_ptr()) }, 0);
        }
        6 | 7 => {
            call(|cb, data| unsafe { TIMConvCleanConversationUnreadMessageCount(full.as_ptr(), 0, 0, cb, data) });
        }
        8 => {
            let (list, is_on) = (c(json!([format!("c2c_p{peer}")])), rng.bool());
            call(|cb, data| unsafe { TIMConvMarkConversation(list.as_ptr(), 1 << 63, is_on, cb, data) });
        }
        _ => {
            call(|cb, data| unsafe { TIMConvDelete(bare.as_ptr(), 1, cb, data) });
        }
    }
}

#[test]
fn the_screen_shows_the_list() {
    let rng = &mut fastrand::Rng::with_seed(17);
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let peers: Vec<App> = (0..7)
        .map(|number| App::login(dir.path(), &format!("p{number}")))
        .collect();
    for peer in &peers {
        peer.send("c2c_alice", "hello");
    }
    let members: Vec<Value> = (0..peers.len())
        .map(|number| json!({ "userID": format!("p{number}") }))
        .collect();
    for (number, leader) in peers.iter().take(GROUPS).enumerate() {
        let mut members = members.clone();
        members[number] = json!({ "userID": "alice" });
        let (id, name) = (format!("g{number}"), format!("Group {number}"));
        leader.ok(
            "createGroup",
            json!({ "groupType": "Work", "groupID": id, "groupName": name, "memberList": members }),
        );
    }
    let rows = peers.len() + GROUPS;
    tim.wait("everybody has written", |_| list().len() == rows);
    let mut screen = Screen::default();
    screen.load(0);
    for step in 0..300 {
        act(rng, &peers);
        match rng.u8(0..6) {
            0 if screen.has_more => screen.load(screen.next_seq),
            1 => screen.take_events(&tim),
            2 if step % 7 == 0 => {
                screen.take_events(&tim);
                screen.load(0);
            }
            _ => {}
        }
    }
    for peer in &peers {
        peer.wait("all is sent", |app| {
            let is_sent = |message: &Value| message["status"] != 1;
            ["c2c_alice", "group_g0", "group_g1"]
                .iter()
                .all(|chat| app.history(chat).iter().all(is_sent))
        });
        peer.send_and_wait("c2c_alice", "bye");
    }
    for (number, leader) in peers.iter().take(GROUPS).enumerate() {
        leader.send_and_wait(&format!("group_g{number}"), "bye");
    }
    let told = |row: &Value| {
        let is_it = |heard: &Heard| matches!(heard, Heard::Conversations(0 | 2, rows) if rows.as_array().unwrap().contains(row));
        tim.heard().iter().any(is_it)
    };
    tim.wait("all have said bye, and it is told", |_| {
        let list = list();
        let last = |row: &Value| row["conv_last_msg"]["message_elem_array"][0]["text_elem_content"] == "bye";
        list.len() == rows && list.iter().all(|row| last(row) && told(row))
    });
    // Events come before the answer of what is asked after them.
    let total = call(|cb, data| unsafe { TIMConvGetTotalUnreadMessageCount(cb, data) }).ok();
    screen.take_events(&tim);
    while screen.has_more {
        screen.load(screen.next_seq);
    }
    assert_eq!(screen.rows, list());
    // Tips and recalls came on the way.
    let seen = |is_it: fn(&Value) -> bool| {
        let told = super::told::all();
        let mut lists = told
            .iter()
            .flat_map(|told| told.arguments.first().and_then(Value::as_array).cloned());
        lists.any(|list| list.iter().any(is_it))
    };
    assert!(seen(|message| message["message_elem_array"][0]["elem_type"] == 5));
    assert!(seen(|recall| recall["message_locator_is_revoked"] == true));
    assert_eq!(
        total["conv_get_total_unread_message_count_result_unread_count"],
        screen.total
    );
}
