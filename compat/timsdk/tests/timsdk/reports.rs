//! Group reports: news of the user in groups, as messages of the system.

use super::listeners::has;
use super::support::app::App;
use super::support::temp_dir;
use super::tim::{Callback, Chars, Data, Tim, ask, c, call, wait_for};
use super::told;
use serde_json::{Value, json};
use std::ffi::c_int;

unsafe extern "C" {
    fn TIMGroupCreate(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupJoin(group: Chars, hello: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupQuit(group: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupInviteMember(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupGetPendencyList(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupHandlePendency(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupReportPendencyReaded(time: u64, cb: Callback, data: Data) -> c_int;
}

fn messages() -> Vec<Value> {
    let told = told::all()
        .into_iter()
        .filter(|told| told.by == "TIMAddRecvNewMsgCallback");
    let lists = told.map(|mut told| told.arguments.remove(0));
    lists.flat_map(|list| list.as_array().unwrap().clone()).collect()
}

/// The element of the report of a kind about a group, once it has come.
fn report(tim: &Tim, kind: i64, group: &str) -> Value {
    let find = || {
        let mut reports = messages()
            .into_iter()
            .filter(|message| message["message_conv_type"] == 3);
        reports.find(|message| {
            let element = &message["message_elem_array"][0];
            element["group_report_elem_report_type"] == kind && element["group_report_elem_group_id"] == group
        })
    };
    wait_for(tim, &format!("a report {kind} of {group}"), find)["message_elem_array"][0].clone()
}

fn join(group: &str, hello: &str) {
    let (group, hello) = (c(group), c(hello));
    // SAFETY, here and below: texts live during the calls, and the callback takes the data.
    call(|cb, data| unsafe { TIMGroupJoin(group.as_ptr(), hello.as_ptr(), cb, data) }).ok();
}

/// Makes a group of Bob's that he lets people into.
fn bobs(bob: &App, group: &str) {
    bob.ok(
        "createGroup",
        json!({ "groupType": "Public", "groupID": group, "groupName": "Crew" }),
    );
    bob.ok("setGroupInfo", json!({ "groupID": group, "groupAddOpt": 1 }));
}

#[test]
fn what_happens_to_the_user_in_groups_is_reported() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let bob = App::login(dir.path(), "bob");
    let new = json!({ "create_group_param_group_id": "own", "create_group_param_group_type": 1 });
    ask(TIMGroupCreate, &new).ok();
    report(&tim, 6, "own");

    // Bob takes Alice into a group, makes her an administrator, takes that back, mutes her, and puts her out.
    bobs(&bob, "crew");
    bob.ok("inviteUserToGroup", json!({ "groupID": "crew", "userList": ["alice"] }));
    let invited = report(&tim, 7, "crew");
    has(
        &invited,
        "group_report_elem_report_type group_report_elem_group_id group_report_elem_group_name \
         group_report_elem_op_user group_report_elem_msg group_report_elem_user_data group_report_elem_op_user_info \
         group_report_elem_op_group_memberinfo group_report_elem_platform group_report_elem_shut_up_time \
         group_report_elem_group_message_receive_option",
    );
    assert_eq!(invited["elem_type"], 8);
    assert_eq!(invited["group_report_elem_op_user"], "bob");
    assert_eq!(invited["group_report_elem_group_name"], "Crew");
    assert_eq!(
        invited["group_report_elem_op_group_memberinfo"]["group_member_info_identifier"],
        "bob"
    );
    assert_eq!(
        invited["group_report_elem_op_user_info"]["user_profile_identifier"],
        "bob"
    );
    let message = messages()
        .into_iter()
        .find(|message| message["message_conv_type"] == 3)
        .unwrap();
    for (key, value) in [
        ("message_conv_id", json!("")),
        ("message_sender", json!("@TIM#SYSTEM")),
        ("message_is_from_self", json!(false)),
        ("message_status", json!(2)),
    ] {
        assert_eq!(message[key], value, "{key}");
    }
    for (role, kind) in [(300, 9), (200, 10)] {
        bob.ok(
            "setGroupMemberRole",
            json!({ "groupID": "crew", "userID": "alice", "role": role }),
        );
        report(&tim, kind, "crew");
    }
    bob.ok(
        "muteGroupMember",
        json!({ "groupID": "crew", "userID": "alice", "seconds": 600 }),
    );
    let muted = report(&tim, 17, "crew")["group_report_elem_shut_up_time"]
        .as_i64()
        .unwrap();
    assert!((1..=600).contains(&muted), "{muted}");
    bob.ok("kickGroupMember", json!({ "groupID": "crew", "memberList": ["alice"] }));
    report(&tim, 4, "crew");

    // She asks to come in.
    for (group, method, kind) in [
        ("open", "acceptGroupApplication", 2),
        ("shut", "refuseGroupApplication", 3),
    ] {
        bobs(&bob, group);
        join(group, "please");
        let asks = || {
            let all = bob.ok("getGroupApplicationList", json!({}));
            all["groupApplicationList"]
                .as_array()
                .unwrap()
                .iter()
                .find(|entry| entry["groupID"] == group)
                .cloned()
        };
        let asked = wait_for(&tim, "Alice asks", asks);
        let decision = json!({ "groupID": group, "fromUser": "alice", "toUser": asked["toUser"], "type": 0, "reason": "so be it" });
        bob.ok(method, decision);
        let decided = report(&tim, kind, group);
        assert_eq!(decided["group_report_elem_msg"], "so be it");
        assert_eq!(decided["group_report_elem_op_user"], "bob");
    }
    let open = c("open");
    call(|cb, data| unsafe { TIMGroupQuit(open.as_ptr(), cb, data) }).ok();
    report(&tim, 8, "open");
    bobs(&bob, "gone");
    bob.ok("inviteUserToGroup", json!({ "groupID": "gone", "userList": ["alice"] }));
    report(&tim, 7, "gone");
    bob.ok("dismissGroup", json!({ "groupID": "gone" }));
    report(&tim, 5, "gone");

    // Each once, with an id of its own, and none is in the list or in a history.
    let mut reports: Vec<Value> = messages()
        .into_iter()
        .filter(|message| message["message_conv_type"] == 3)
        .collect();
    let kinds: Vec<i64> = reports
        .iter()
        .map(|message| {
            message["message_elem_array"][0]["group_report_elem_report_type"]
                .as_i64()
                .unwrap()
        })
        .collect();
    assert_eq!(kinds, [6, 7, 9, 10, 17, 4, 2, 3, 8, 7, 5]);
    reports.dedup_by_key(|message| message["message_msg_id"].clone());
    assert_eq!(reports.len(), kinds.len());
}

#[test]
fn who_wants_to_join_is_reported_listed_and_decided() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let [bob, carol] = ["bob", "carol"].map(|user| App::login(dir.path(), user));
    ask(
        TIMGroupCreate,
        &json!({
            "create_group_param_group_id": "team", "create_group_param_group_name": "Team",
            "create_group_param_group_type": 0, "create_group_param_add_option": 1, "create_group_param_approve_option": 1,
        }),
    )
    .ok();
    let page = || ask(TIMGroupGetPendencyList, &json!({})).ok();
    let decide = |from: &str, accept: bool| {
        let page = page();
        let all = page["group_pendency_result_pendency_array"].as_array().unwrap();
        let pendency = all
            .iter()
            .find(|entry| entry["group_pendency_form_identifier"] == from)
            .unwrap();
        let decision = json!({
            "group_handle_pendency_param_is_accept": accept, "group_handle_pendency_param_handle_msg": "so be it",
            "group_handle_pendency_param_pendency": pendency,
        });
        ask(TIMGroupHandlePendency, &decision).ok();
        pendency.clone()
    };
    bob.ok("joinGroup", json!({ "groupID": "team", "message": "It is me" }));
    let asked = report(&tim, 1, "team");
    assert_eq!(asked["group_report_elem_op_user"], "bob");
    assert_eq!(asked["group_report_elem_msg"], "It is me");
    assert_eq!(page()["group_pendency_result_unread_num"], 1);
    call(|cb, data| unsafe { TIMGroupReportPendencyReaded(0, cb, data) }).ok();
    assert_eq!(page()["group_pendency_result_unread_num"], 0);
    let pendency = decide("bob", true);
    assert_eq!(pendency["group_pendency_apply_invite_msg"], "It is me");
    assert_eq!(pendency["group_pendency_pendency_type"], 0);
    bob.wait("Bob is in", |app| app.list().iter().any(|row| row["groupID"] == "team"));
    // A member invites, and the owner decides; and the other way round.
    bob.ok("inviteUserToGroup", json!({ "groupID": "team", "userList": ["carol"] }));
    let invited = report(&tim, 24, "team");
    assert_eq!(invited["group_report_elem_op_user"], "bob");
    decide("bob", false);
    assert!(!carol.list().iter().any(|row| row["groupID"] == "team"));

    bob.ok(
        "createGroup",
        json!({ "groupType": "Public", "groupID": "crew", "approveOpt": 1 }),
    );
    bob.ok("inviteUserToGroup", json!({ "groupID": "crew", "userList": ["alice"] }));
    report(&tim, 7, "crew");
    let invitation = json!({
        "group_invite_member_param_group_id": "crew", "group_invite_member_param_identifier_array": ["carol"],
    });
    ask(TIMGroupInviteMember, &invitation).ok();
    let waits = || {
        let all = bob.ok("getGroupApplicationList", json!({}));
        all["groupApplicationList"].as_array().unwrap().first().cloned()
    };
    let waiting = wait_for(&tim, "Alice has invited", waits);
    let decision = json!({ "groupID": "crew", "fromUser": "alice", "toUser": "carol", "type": waiting["type"] });
    bob.ok("acceptGroupApplication", decision);
    report(&tim, 13, "crew");
}
