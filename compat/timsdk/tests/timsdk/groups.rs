//! Groups, friends and profiles, through the C functions.

use super::support::app::App;
use super::support::temp_dir;
use super::tim::{Callback, Chars, Data, Tim, c, call};
use serde_json::{Value, json};
use std::ffi::c_int;

unsafe extern "C" {
    fn TIMGroupCreate(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupGetJoinedGroupList(cb: Callback, data: Data) -> c_int;
    fn TIMGroupGetGroupInfoList(list: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupModifyGroupInfo(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupInviteMember(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupDeleteMember(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupGetMemberInfoList(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupModifyMemberInfo(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMGroupDelete(id: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgGetMsgList(id: Chars, kind: c_int, param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMFriendshipAddFriend(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMFriendshipModifyFriendProfile(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMFriendshipGetFriendProfileList(cb: Callback, data: Data) -> c_int;
    fn TIMFriendshipGetFriendsInfo(list: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMFriendshipDeleteFriend(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMFriendshipGetPendencyList(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMFriendshipHandleFriendAddRequest(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMProfileModifySelfUserProfile(param: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMProfileGetUserProfileList(param: Chars, cb: Callback, data: Data) -> c_int;
}

type Function = unsafe extern "C" fn(Chars, Callback, Data) -> c_int;

/// Calls a function with one parameter, which must succeed.
fn ok(function: Function, param: Value) -> Value {
    // An id is no JSON.
    let param = param.as_str().map_or_else(|| c(&param), c);
    // SAFETY, here and below: the text lives during the call, and the callback takes the data.
    call(|cb, data| unsafe { function(param.as_ptr(), cb, data) }).ok()
}

#[test]
fn a_group_is_made_changed_and_dismissed() {
    let dir = temp_dir();
    let _tim = Tim::login(dir.path(), "alice");
    let bob = App::login(dir.path(), "bob");
    let _carol = App::login(dir.path(), "carol");
    let made = ok(
        TIMGroupCreate,
        json!({
            "create_group_param_group_id": "team", "create_group_param_group_name": "Team", "create_group_param_group_type": 1,
            "create_group_param_introduction": "Who we are",
            "create_group_param_group_member_array": [{ "group_member_info_identifier": "bob" }],
        }),
    );
    assert_eq!(made, json!({ "create_group_result_groupid": "team" }));
    let joined = call(|cb, data| unsafe { TIMGroupGetJoinedGroupList(cb, data) }).ok();
    assert_eq!(joined[0]["group_base_info_group_name"], "Team");
    assert_eq!(joined[0]["group_base_info_group_type"], 1);
    assert_eq!(joined[0]["group_base_info_self_info"]["group_self_info_role"], 400);

    ok(
        TIMGroupModifyGroupInfo,
        json!({
            "group_modify_info_param_group_id": "team", "group_modify_info_param_modify_flag": 0b11,
            "group_modify_info_param_group_name": "Crew", "group_modify_info_param_notification": "Monday",
            "group_modify_info_param_introduction": "not said by the flags",
        }),
    );
    let infos = ok(TIMGroupGetGroupInfoList, json!(["team", "none"]));
    let info = &infos[0]["get_groups_info_result_info"];
    assert_eq!(info["group_detail_info_group_name"], "Crew");
    assert_eq!(info["group_detail_info_notification"], "Monday");
    assert_eq!(info["group_detail_info_introduction"], "Who we are");
    assert_ne!(infos[1]["get_groups_info_result_code"], 0);

    let invited = ok(
        TIMGroupInviteMember,
        json!({
            "group_invite_member_param_group_id": "team", "group_invite_member_param_identifier_array": ["carol"],
        }),
    );
    assert_eq!(invited[0]["group_invite_member_result_identifier"], "carol");
    ok(
        TIMGroupModifyMemberInfo,
        json!({
            "group_modify_member_info_group_id": "team", "group_modify_member_info_identifier": "bob",
            "group_modify_member_info_modify_flag": 0b1010,
            "group_modify_member_info_member_role": 300, "group_modify_member_info_name_card": "Bobby",
        }),
    );
    let members = ok(
        TIMGroupGetMemberInfoList,
        json!({ "group_get_members_info_list_param_group_id": "team" }),
    );
    let members = members["group_get_member_info_list_result_info_array"]
        .as_array()
        .unwrap();
    let role = |user: &str| {
        let member = members
            .iter()
            .find(|member| member["group_member_info_identifier"] == user);
        member.unwrap()["group_member_info_member_role"].clone()
    };
    assert_eq!([role("alice"), role("bob"), role("carol")], [400, 300, 200]);
    let named = ok(
        TIMGroupGetMemberInfoList,
        json!({
            "group_get_members_info_list_param_group_id": "team",
            "group_get_members_info_list_param_identifier_array": ["bob"],
        }),
    );
    assert_eq!(
        named["group_get_member_info_list_result_info_array"][0]["group_member_info_name_card"],
        "Bobby"
    );
    let removed = ok(
        TIMGroupDeleteMember,
        json!({
            "group_delete_member_param_group_id": "team", "group_delete_member_param_identifier_array": ["carol"],
        }),
    );
    assert_eq!(removed[0]["group_delete_member_result_result"], 1);

    // The tips stand in the history, by the numbers of the API.
    bob.send_and_wait("group_team", "hello");
    let (team, param) = (c("team"), c(json!({ "msg_getmsglist_param_count": 50 })));
    let history = || {
        let list = call(|cb, data| unsafe { TIMMsgGetMsgList(team.as_ptr(), 2, param.as_ptr(), cb, data) }).ok();
        list.as_array().unwrap().clone()
    };
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while history()
        .first()
        .is_none_or(|message| message["message_elem_array"][0]["text_elem_content"] != "hello")
    {
        assert!(std::time::Instant::now() < until, "{:#?}", history());
        std::thread::park_timeout(std::time::Duration::from_millis(5));
    }
    let elements: Vec<Value> = history()
        .iter()
        .map(|message| message["message_elem_array"][0].clone())
        .collect();
    let tips: Vec<i64> = elements
        .iter()
        .filter_map(|element| element["group_tips_elem_tip_type"].as_i64())
        .collect();
    for (tip, what) in [
        (1, "joined"),
        (3, "removed"),
        (4, "an administrator"),
        (6, "the group's data"),
    ] {
        assert!(tips.contains(&tip), "{what}: {tips:?}");
    }
    let removal = elements
        .iter()
        .find(|element| element["group_tips_elem_tip_type"] == 3)
        .unwrap();
    assert_eq!(removal["group_tips_elem_op_user"], "alice");
    assert_eq!(removal["group_tips_elem_user_array"], json!(["carol"]));
    ok(TIMGroupDelete, json!("team"));
    assert_eq!(
        call(|cb, data| unsafe { TIMGroupGetJoinedGroupList(cb, data) }).ok(),
        json!([])
    );
}

#[test]
fn friends_and_profiles() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let bob = App::login(dir.path(), "bob");
    let carol = App::login(dir.path(), "carol");
    bob.ok("setSelfInfo", json!({ "nickName": "Bob", "allowType": 0 }));
    let added = ok(
        TIMFriendshipAddFriend,
        json!({
            "friendship_add_friend_param_identifier": "bob", "friendship_add_friend_param_friend_type": 1,
        }),
    );
    assert_eq!(
        (&added["friend_result_identifier"], &added["friend_result_code"]),
        (&json!("bob"), &json!(0))
    );
    ok(
        TIMFriendshipModifyFriendProfile,
        json!({
            "friendship_modify_friend_profile_param_identifier": "bob",
            "friendship_modify_friend_profile_param_item": { "friend_profile_item_remark": "Bobby" },
        }),
    );
    let friends = call(|cb, data| unsafe { TIMFriendshipGetFriendProfileList(cb, data) }).ok();
    assert_eq!(friends[0]["friend_profile_remark"], "Bobby");
    assert_eq!(
        friends[0]["friend_profile_user_profile"]["user_profile_identifier"],
        "bob"
    );
    let infos = ok(TIMFriendshipGetFriendsInfo, json!(["bob", "carol"]));
    assert_eq!(infos[0]["friendship_friend_info_get_result_relation_type"], 1);
    assert_eq!(infos[1]["friendship_friend_info_get_result_relation_type"], 0);

    // Carol asks.
    ok(
        TIMProfileModifySelfUserProfile,
        json!({
            "user_profile_item_nick_name": "Alice", "user_profile_item_add_permission": 2,
        }),
    );
    let profiles = ok(
        TIMProfileGetUserProfileList,
        json!({
            "friendship_getprofilelist_param_identifier_array": ["alice", "bob"],
        }),
    );
    assert_eq!(profiles[0]["user_profile_nick_name"], "Alice");
    assert_eq!(profiles[0]["user_profile_add_permission"], 2);
    assert_eq!(profiles[1]["user_profile_nick_name"], "Bob");
    carol.ok(
        "addFriend",
        json!({ "userID": "alice", "addWording": "It is me", "addType": 2 }),
    );
    let pendencies = || {
        let page = ok(
            TIMFriendshipGetPendencyList,
            json!({ "friendship_get_pendency_list_param_type": 0 }),
        );
        page["pendency_page_pendency_info_array"].as_array().unwrap().clone()
    };
    tim.wait("somebody asks", |_| !pendencies().is_empty());
    let asked = &pendencies()[0];
    assert_eq!(asked["friend_add_pendency_info_identifier"], "carol");
    assert_eq!(asked["friend_add_pendency_info_add_wording"], "It is me");
    ok(
        TIMFriendshipHandleFriendAddRequest,
        json!({ "friend_response_identifier": "carol", "friend_response_action": 1 }),
    );
    assert!(pendencies().is_empty());
    let gone = ok(
        TIMFriendshipDeleteFriend,
        json!({
            "friendship_delete_friend_param_friend_type": 1, "friendship_delete_friend_param_identifier_array": ["bob"],
        }),
    );
    assert_eq!(gone[0]["friend_result_code"], 0);
    let friends = call(|cb, data| unsafe { TIMFriendshipGetFriendProfileList(cb, data) }).ok();
    let names: Vec<_> = friends
        .as_array()
        .unwrap()
        .iter()
        .map(|friend| &friend["friend_profile_identifier"])
        .collect();
    assert_eq!(names, [&json!("carol")]);
}
