//! Messages from one occupant of a room to another (XEP-0045, 7.5): a conversation of their own on all devices, and answers
//! that go the same way.

use crate::client::Foreign;
use crate::servers::Server;
use crate::{App, login, servers};
use serde_json::json;

const X: &str = "<x xmlns='http://jabber.org/protocol/muc#user'/>";

pub fn is_a_conversation_of_its_own(server: &dyn Server) {
    let (alice_id, bob_id) = (server.new_user("alice"), server.new_user("bob"));
    let nick = alice_id.split('@').next().unwrap();
    let room = format!("private-of-{nick}@conference.{}", servers::DOMAIN);
    let (group, with_bobby) = (format!("group_{room}"), format!("c2c_{room}/bobby"));
    let (alice, _dir) = login(server, &alice_id);
    alice.ok(
        "createGroup",
        json!({ "groupType": "Work", "groupID": room, "groupName": "Team", "memberList": [{ "userID": bob_id }] }),
    );
    let (tablet, _tablet_dir) = login(server, &alice_id);
    let is_in_room = |app: &App| {
        let list = app.list();
        list.iter()
            .any(|row| row["conversationID"] == *group && row["showName"] == "Team")
    };
    for device in [&alice, &tablet] {
        device.wait("it is in the room", is_in_room);
    }
    let mut bob = Foreign::login(server, &bob_id);
    bob.act(&json!({ "do": "join", "room": room, "nick": "bobby" }));

    bob.raw(&format!(
        "<message type='chat' to='{room}/{nick}' id='pm-1'><body>between us</body>{X}\
         <markable xmlns='urn:xmpp:chat-markers:0'/></message>"
    ));
    for device in [&alice, &tablet] {
        device.wait("bobby's message", |app| app.texts(&with_bobby) == ["between us"]);
        let row = device.conversation(&with_bobby);
        assert_eq!(
            [&row["type"], &row["userID"], &row["showName"], &row["unreadCount"]],
            [
                &json!(1),
                &json!(format!("{room}/bobby")),
                &json!("bobby (Team)"),
                &json!(1)
            ]
        );
        let message = &device.history(&with_bobby)[0];
        assert_eq!(
            [&message["sender"], &message["nickName"], &message["isSelf"]],
            [&json!(format!("{room}/bobby")), &json!("bobby"), &json!(false)]
        );
        assert_eq!(device.conversation(&group)["unreadCount"], 0);
        assert!(device.texts(&group).is_empty());
    }

    // An answer goes through the room too, whichever way the id is written.
    let written = format!("c2c_{}/bobby", room.to_uppercase());
    let answer = alice.send(&written, "and back");
    let heard = bob.hears("and back");
    assert_eq!(
        (&heard["type"], &heard["sender"]),
        (&json!("chat"), &json!(format!("{room}/{nick}")))
    );
    for device in [&alice, &tablet] {
        device.wait("the answer is sent", |app| {
            let history = app.history(&with_bobby);
            history.len() == 2 && history[1]["isSelf"] == true && history[1]["status"] == 2
        });
    }

    bob.raw(&format!(
        "<message type='chat' to='{room}/{nick}' id='pm-2'><body>only between us</body>{X}\
         <replace xmlns='urn:xmpp:message-correct:0' id='pm-1'/></message>"
    ));
    bob.raw(&format!(
        "<message type='chat' to='{room}/{nick}' id='pm-3'>{X}<reactions xmlns='urn:xmpp:reactions:0' id='{answer}'>\
         <reaction>👍</reaction></reactions><store xmlns='urn:xmpp:hints'/></message>"
    ));
    let reacted = |app: &App| {
        let request = json!({ "msgIDList": [answer], "maxUserCountPerReaction": 10 });
        let user = app.ok("getMessageReactions", request)[0]["reactionList"][0]["partialUserList"][0]["userID"].clone();
        user == format!("{room}/bobby")
    };
    for device in [&alice, &tablet] {
        device.wait("the edit and the reaction", |app| {
            app.texts(&with_bobby) == ["only between us", "and back"] && reacted(app)
        });
    }

    alice.ok(
        "cleanConversationUnreadMessageCount",
        json!({ "conversationID": with_bobby }),
    );
    bob.until("learns that it was read", |event| {
        event["is"] == "displayed" && event["sender"] == *room && event["id"] == "pm-1"
    });
    alice.ok("setGroupInfo", json!({ "groupID": room, "groupName": "Crew" }));
    let is_right = |app: &App| {
        let row = app.conversation(&with_bobby);
        row["unreadCount"] == 0
            && row["showName"] == "bobby (Crew)"
            && app.texts(&with_bobby) == ["only between us", "and back"]
    };
    tablet.wait("it is read, and the group has another name", is_right);
    let (new, _new_dir) = login(server, &alice_id);
    new.wait("a new device has the same", |app| {
        app.list().iter().any(|row| row["conversationID"] == *with_bobby) && is_right(app)
    });

    // Once nobody has that name, nobody gets it.
    bob.raw(&format!("<presence type='unavailable' to='{room}/bobby'/>"));
    bob.flush();
    alice.send(&with_bobby, "are you there?");
    alice.wait("it has not arrived", |app| {
        app.history(&with_bobby).iter().any(|message| message["status"] == 3)
    });
}
