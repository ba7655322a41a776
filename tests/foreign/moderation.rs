//! What the owner of a room recalls of others (XEP-0425), on servers that know how.

use crate::client::Foreign;
use crate::servers::Server;
use crate::{login, servers};
use im::events::Event;
use serde_json::json;

pub fn by_the_owner_of_a_room(server: &dyn Server) {
    let (alice_id, bob_id) = (server.new_user("alice"), server.new_user("bob"));
    let (alice, _dir) = login(server, &alice_id);
    let name = alice_id.split('@').next().unwrap();
    let room = format!("moderated-by-{name}@conference.{}", servers::DOMAIN);
    let group = format!("group_{room}");
    alice.ok(
        "createGroup",
        json!({ "groupType": "Work", "groupID": room, "groupName": "Team", "memberList": [{ "userID": bob_id }] }),
    );
    let mut bob = Foreign::login(server, &bob_id);
    bob.act(&json!({ "do": "join", "room": room, "nick": "bobby" }));
    let features = bob.ask(
        "get",
        Some(&room),
        "<query xmlns='http://jabber.org/protocol/disco#info'/>",
    );
    bob.say("groupchat", &room, "rude", "a rude word");
    bob.say("groupchat", &room, "kind", "a kind word");
    alice.wait("bob's words", |alice| {
        alice.texts(&group) == ["a rude word", "a kind word"]
    });
    let rude = alice.history(&group)[0]["msgID"].clone();
    alice.ok("revokeMessage", json!({ "msgID": rude }));
    let is_offered = features.contains("urn:xmpp:message-moderate:");
    if !is_offered {
        // It is undone, and said.
        alice.wait("bob's words are back", |alice| {
            alice.heard.all().iter().any(|(event, told)| {
                *event == Event::MessageStatusChanged && told["msgID"] == rude && told["status"] == 2
            })
        });
        assert_eq!(alice.texts(&group), ["a rude word", "a kind word"]);
        return;
    }
    alice.send_and_wait(&group, "settled");
    let (tablet, _tablet_dir) = login(server, &alice_id);
    // Some archives have nothing in place of what was recalled.
    let archived = if server.drops_retracted() { vec![2] } else { vec![6, 2] };
    for (device, statuses) in [(&alice, vec![6, 2]), (&tablet, archived)] {
        let of_bob = |device: &crate::App| {
            let history = device.history(&group);
            let of_bob = history.iter().filter(|message| message["sender"] == *bob_id);
            of_bob.map(|message| message["status"].clone()).collect::<Vec<_>>()
        };
        device.wait("only the rude word is recalled", |device| of_bob(device) == statuses);
        let history = device.history(&group);
        for recalled in history.iter().filter(|message| message["status"] == 6) {
            // An archive need not say who it was.
            let revoker = &recalled["revokerInfo"];
            assert!(
                revoker["userID"] == *alice_id || std::ptr::eq(device, &tablet) && revoker.is_null(),
                "{recalled}"
            );
        }
    }
}
