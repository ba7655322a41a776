//! Group tips that a member makes up. Anybody can say that they have done something: that it was them is all that is believed, and
//! what a group is and who is in it the room alone says.

use crate::client::Foreign;
use crate::support::app::App;
use crate::support::temp_dir;
use crate::{each, open, raw};
use im::events::Event;
use serde_json::{Value, json};

/// A tip of this type, by and about these.
fn tips(group: &str, what: i64, by: &str, whom: &[&str], changes: Value) -> String {
    let member = |user: &str| json!({ "userID": user, "nickName": "Your bank", "nameCard": "", "friendRemark": "", "faceUrl": "" });
    let members: Vec<Value> = whom.iter().map(|user| member(user)).collect();
    let tips = json!({
        "groupID": group, "type": what, "opMember": member(by), "memberList": members, "groupChangeInfoList": changes,
        "memberChangeInfoList": [], "memberCount": 99,
    });
    format!("<tips xmlns='urn:libim:tips:0'>{tips}</tips><store xmlns='urn:xmpp:hints'/>")
}

fn change(what: i64, value: &str) -> Value {
    json!({ "type": what, "value": value, "key": "", "boolValue": false, "intValue": 0 })
}

fn of_group(app: &App, group: &str) -> Vec<Value> {
    let history = app.history(&format!("group_{group}"));
    let tips = history.into_iter().filter(|message| message["elemType"] == 9);
    tips.collect()
}

/// Who is in the group, and how it is called.
fn shown(app: &App, group: &str) -> Value {
    let members = app.ok("getGroupMemberList", json!({ "groupID": group, "nextSeq": "0" }));
    let mut members: Vec<(String, i64)> = members["memberInfoList"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| {
            (
                member["userID"].as_str().unwrap().to_owned(),
                member["role"].as_i64().unwrap(),
            )
        })
        .collect();
    members.sort_unstable();
    let groups = app.ok("getJoinedGroupList", json!({}));
    let names: Vec<&Value> = groups
        .as_array()
        .unwrap()
        .iter()
        .map(|group| &group["groupName"])
        .collect();
    json!([members, names])
}

#[test]
fn what_a_member_says_to_have_done_is_theirs_and_changes_nothing() {
    each(|server| {
        let dir = temp_dir();
        let (alice, bob, mallory) = (
            server.new_user("alice"),
            server.new_user("bob"),
            server.new_user("mallory"),
        );
        let app = open(server, &dir.path().join("alice"), &alice);
        let bobs = open(server, &dir.path().join("bob"), &bob);
        let members = json!([{ "userID": bob }, { "userID": mallory }]);
        let request = json!({ "groupType": "Public", "groupName": "Team", "memberList": members });
        let room = app.ok("createGroup", request).as_str().unwrap().to_owned();
        let group = format!("group_{room}");
        bobs.wait("bob is in the group", |app| {
            app.list().iter().any(|row| row["conversationID"] == *group)
        });
        let mut attacker = Foreign::login(server, &mallory);
        attacker.act(&json!({ "do": "join", "room": room, "nick": "mallory" }));
        attacker.say("groupchat", &room, "first", "first");
        for app in [&app, &bobs] {
            app.wait("mallory is heard", |app| app.texts(&group) == ["first"]);
        }
        let before = shown(&app, &room);

        let other = room.replacen('@', "2@", 1);
        let many: Vec<String> = (0..250).map(|number| format!("user{number}@im.test")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let long = "x".repeat(40_000);
        let said = [
            // Removing others, and the one who hears it; making oneself and others administrators; giving the group away.
            tips(&room, 4, &alice, &[&bob], json!([])),
            tips(&room, 4, &bob, &[&alice], json!([])),
            tips(&room, 5, &alice, &[&mallory], json!([])),
            tips(&room, 6, &alice, &[&alice], json!([])),
            tips(
                &room,
                7,
                &alice,
                &[],
                json!([change(5, &mallory), change(1, "Mallory's")]),
            ),
            // In the name of others, and of another group.
            tips(&room, 3, &bob, &[], json!([])),
            tips(&other, 1, &bob, &[&bob, &alice], json!([])),
            // More than anybody does at once.
            tips(&room, 2, &alice, &many, json!([])),
            // What rooms alone say, and what is no tip.
            tips(
                &room,
                7,
                &alice,
                &[],
                json!([{ "type": 6, "value": "", "key": "libim.isLogged", "boolValue": true, "intValue": 0 }]),
            ),
            tips(&room, 99, &alice, &[&bob], json!([])),
            tips(&room, 7, &alice, &[], json!([change(1, &long)])),
            "<tips xmlns='urn:libim:tips:0'>[]</tips><store xmlns='urn:xmpp:hints'/>".to_owned(),
        ];
        for (number, tips) in said.iter().enumerate() {
            raw(
                &mut attacker,
                &format!("<message to='{room}' type='groupchat' id='t{number}'>{tips}</message>"),
            );
        }
        // Not in a message to a user, nor to somebody in the room, nor in what is forwarded, nor in place of another.
        let forged = tips(&room, 4, &alice, &[&bob], json!([]));
        let forward = format!(
            "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='groupchat' from='{room}/alice' id='f'>\
             {forged}</message></forwarded>"
        );
        for elements in [&forged, &forward] {
            raw(
                &mut attacker,
                &format!("<message to='{alice}' type='chat' id='c'>{elements}</message>"),
            );
            raw(
                &mut attacker,
                &format!("<message to='{room}/alice' type='chat' id='p'>{elements}</message>"),
            );
        }
        raw(
            &mut attacker,
            &format!("<message to='{room}' type='groupchat' id='n'>{forward}</message>"),
        );
        let replaced = format!("{forged}<replace xmlns='urn:xmpp:message-correct:0' id='first'/>");
        raw(
            &mut attacker,
            &format!("<message to='{room}' type='groupchat' id='r'>{replaced}</message>"),
        );
        attacker.say("chat", &alice, "last", "nothing personal");
        attacker.say("groupchat", &room, "end", "the end");

        let is_last = |app: &App| app.texts(&group).last().is_some_and(|text| text == "the end");
        for app in [&app, &bobs] {
            app.wait("all was said", is_last);
        }
        let later = open(server, &dir.path().join("later"), &alice);
        later.wait("a later device has caught up", is_last);
        let mut all = Vec::new();
        for app in [&app, &bobs, &later] {
            let tips = of_group(app, &room);
            for tip in &tips {
                let elem = &tip["groupTipsElem"];
                let names = elem["memberList"].as_array().unwrap();
                assert_eq!(
                    (&tip["sender"], &elem["opMember"]["userID"]),
                    (&json!(mallory), &json!(mallory)),
                    "{tip}"
                );
                assert_eq!(
                    (&elem["groupID"], &elem["memberCount"]),
                    (&json!(room), &json!(0)),
                    "{tip}"
                );
                assert!(
                    names.len() <= 100 && names.iter().all(|name| name["nickName"] != "Your bank"),
                    "{tip}"
                );
                assert!(tip.to_string().len() < 40_000, "it is bounded");
            }
            all.push(
                tips.iter()
                    .map(|tip| tip["groupTipsElem"]["type"].clone())
                    .collect::<Vec<_>>(),
            );
            let list = app.list();
            let chats = list.iter().map(|row| row["conversationID"].as_str().unwrap());
            for id in chats.filter(|id| id.starts_with("c2c_")) {
                assert!(app.history(id).iter().all(|message| message["elemType"] != 9), "{id}");
            }
        }
        let claims = [4, 4, 5, 6, 7, 3, 1, 2].map(|what| json!(what));
        assert_eq!(all, [&claims, &claims, &claims], "the same on all devices");
        assert_eq!(
            shown(&later, &room),
            before,
            "who is in it, and its name, the room says"
        );
        assert_eq!(
            bobs.heard.count(Event::GroupDismissed) + bobs.heard.count(Event::QuitFromGroup),
            0
        );
        bobs.send(&group, "still here");
        later.wait("bob is in the group still", |app| {
            app.texts(&group).last().is_some_and(|text| text == "still here")
        });
    });
}
