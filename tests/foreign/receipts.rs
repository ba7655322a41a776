//! Receipts from and for other people's clients: delivery (XEP-0184) and markers (XEP-0333).

use crate::client::Foreign;
use crate::servers::{self, Server};
use crate::{App, login};
use im::events::Event;
use serde_json::{Value, json};

fn ask(alice: &App, conversation: &str, text: &str) -> String {
    let request = json!({ "conversationID": conversation, "textElem": { "text": text }, "needReadReceipt": true });
    alice.ok("sendMessage", request)["msgID"].as_str().unwrap().to_owned()
}

fn receipt(alice: &App, msg_id: &str) -> Value {
    alice.ok("getMessageReadReceipts", json!({ "messageIDList": [msg_id] }))[0].clone()
}

fn message(alice: &App, conversation: &str, msg_id: &str) -> Value {
    let history = alice.history(conversation);
    // A device that has just come may not have it yet.
    history
        .into_iter()
        .find(|message| message["msgID"] == *msg_id)
        .unwrap_or_default()
}

/// A stanza that asks for a receipt and a marker.
fn asking(to: &str, id: &str) -> String {
    format!(
        "<message to='{to}' id='{id}' type='chat'><body>{id}</body><request xmlns='urn:xmpp:receipts'/>\
         <markable xmlns='urn:xmpp:chat-markers:0'/></message>"
    )
}

pub fn between_two(server: &dyn Server) {
    let [alice_id, bob_id, mallory_id] = ["alice", "bob", "mallory"].map(|name| server.new_user(name));
    let (to_bob, to_mallory) = (format!("c2c_{bob_id}"), format!("c2c_{mallory_id}"));
    let (alice, _dir) = login(server, &alice_id);
    let mut bob = Foreign::login(server, &bob_id);
    let mut mallory = Foreign::login(server, &mallory_id);
    alice.ok("addFriend", json!({ "userID": bob_id }));

    // A friend who asks is told that a message has arrived, and a stranger is not.
    mallory.raw(&asking(&alice_id, "strange"));
    alice.wait("mallory's message", |alice| alice.texts(&to_mallory) == ["strange"]);
    bob.raw(&asking(&alice_id, "asks"));
    let received =
        |client: &Foreign| client.until("hears that it has arrived", |event| event["is"] == "received")["id"].clone();
    assert_eq!(received(&bob), "asks");
    assert_eq!(alice.history(&to_bob)[0]["needReadReceipt"], true);
    for (conversation, id) in [(&to_mallory, "strange"), (&to_bob, "asks")] {
        let history = alice.history(conversation);
        let message = history
            .iter()
            .find(|message| message["textElem"]["text"] == id)
            .unwrap();
        alice.ok(
            "sendMessageReadReceipts",
            json!({ "messageIDList": [message["msgID"]] }),
        );
    }
    let displayed = bob.until("hears that it was read", |event| event["is"] == "displayed");
    assert_eq!(displayed["id"], "asks");
    assert_eq!(alice.conversation(&to_bob)["unreadCount"], 1);

    // What bob says of alice's messages counts, and what mallory says of them does not.
    let [one, two] = ["one", "two"].map(|text| ask(&alice, &to_bob, text));
    let heard = bob.hears("two");
    assert!(heard["xml"].as_str().unwrap().contains("urn:xmpp:receipts"), "{heard}");
    for lie in [
        "received xmlns='urn:xmpp:receipts'",
        "displayed xmlns='urn:xmpp:chat-markers:0'",
    ] {
        mallory.raw(&format!(
            "<message to='{alice_id}' type='chat'><{lie} id='{two}'/></message>"
        ));
    }
    mallory.raw(&format!(
        "<message to='{alice_id}' type='chat'><displayed xmlns='urn:xmpp:chat-markers:0' id='{two}'/>\
         <read xmlns='urn:libim:read:0'><message id='{two}'/></read></message>"
    ));
    mallory.raw(&asking(&alice_id, "lied"));
    alice.wait("mallory's lies", |alice| {
        alice.texts(&to_mallory) == ["strange", "lied"]
    });
    let is = |key: &str, msg_id: &str| message(&alice, &to_bob, msg_id)[key] == true;
    assert!(!is("isDelivered", &two) && !is("isPeerRead", &two));
    bob.raw(&format!(
        "<message to='{alice_id}' type='chat'><received xmlns='urn:xmpp:receipts' id='{one}'/></message>"
    ));
    alice.wait("the first has arrived", |_| is("isDelivered", &one));
    assert!(!is("isDelivered", &two));
    alice.wait("that is told", |alice| {
        let all = alice.heard.all();
        let mut told = all.iter().filter(|(event, _)| *event == Event::RecvC2CDeliveryReceipt);
        told.any(|(_, receipts)| receipts[0]["msgID"] == *one && receipts[0]["userID"] == *bob_id)
    });
    bob.act(&json!({ "do": "displayed", "to": alice_id, "id": two }));
    alice.wait("both are read", |alice| receipt(alice, &one)["isPeerRead"] == true);
    assert_eq!(receipt(&alice, &two)["isPeerRead"], true);
    assert!(is("isDelivered", &two));
    // The list knows it before the app is told.
    alice.wait("both are told, each once", |alice| {
        let told = alice.heard.all().into_iter();
        let told = told.filter(|(event, _)| *event == Event::RecvMessageReadReceipts);
        let told = told.flat_map(|(_, list)| list.as_array().cloned().unwrap_or_default());
        told.map(|receipt| receipt["msgID"].clone())
            .eq([json!(one), json!(two)])
    });

    // A device that comes later knows it from the archive, and acknowledges nothing that it finds there.
    let (later, _later_dir) = login(server, &alice_id);
    later.wait("it is known there", |later| {
        message(later, &to_bob, &two)["isPeerRead"] == true && message(later, &to_bob, &one)["isDelivered"] == true
    });
    let acknowledged = bob.count(|event| event["is"] == "received" && event["id"] == "asks");
    assert_eq!(acknowledged, 1);
    assert_eq!(
        mallory.count(|event| event["is"] == "received" || event["is"] == "displayed"),
        0
    );
}

pub fn in_a_room(server: &dyn Server) {
    let [alice_id, bob_id] = ["alice", "bob"].map(|name| server.new_user(name));
    let (alice, _dir) = login(server, &alice_id);
    let mut bob = Foreign::login(server, &bob_id);
    let name = alice_id.split('@').next().unwrap();
    let room = format!("receipts-of-{name}@conference.{}", servers::DOMAIN);
    let group = format!("group_{room}");
    alice.ok(
        "createGroup",
        json!({ "groupType": "Work", "groupID": room, "memberList": [{ "userID": bob_id }] }),
    );
    bob.act(&json!({ "do": "join", "room": room, "nick": "bobby" }));
    let [one, two] = ["one", "two"].map(|text| ask(&alice, &group, text));
    let named = bob.hears("two")["stanzaIDs"][0].as_str().unwrap().to_owned();
    assert_eq!(
        (
            &receipt(&alice, &two)["readCount"],
            &receipt(&alice, &two)["unreadCount"]
        ),
        (&json!(0), &json!(1))
    );
    // His client marks the last one only, which means all of them.
    bob.raw(&format!(
        "<message to='{room}' type='groupchat' id='marks'><displayed xmlns='urn:xmpp:chat-markers:0' id='{named}'/>\
         <store xmlns='urn:xmpp:hints'/></message>"
    ));
    for msg_id in [&one, &two] {
        alice.wait("bob has read it", |alice| receipt(alice, msg_id)["readCount"] == 1);
        assert_eq!(receipt(&alice, msg_id)["unreadCount"], 0);
        let list = alice.ok("getGroupMessageReadMemberList", json!({ "messageID": msg_id }));
        assert_eq!(list["memberInfoList"][0]["userID"], *bob_id);
    }
    // Alice confirms what bob's client asks for.
    bob.say("groupchat", &room, "bobs-1", "from bob");
    alice.wait("bob's message", |alice| alice.texts(&group).len() == 3);
    let his = alice.history(&group)[2]["msgID"].clone();
    alice.ok("sendMessageReadReceipts", json!({ "messageIDList": [his] }));
    let named = bob.hears("from bob")["stanzaIDs"][0].clone();
    let displayed = bob.until("hears that it was read", |event| {
        event["is"] == "displayed" && event["id"] == named
    });
    assert_eq!(displayed["sender"], *room);
}

/// Whether somebody types (XEP-0085), as other people's clients say it.
pub fn typing(server: &dyn Server) {
    let [alice_id, bob_id] = ["alice", "bob"].map(|name| server.new_user(name));
    let to_bob = format!("c2c_{bob_id}");
    let (alice, _dir) = login(server, &alice_id);
    let mut bob = Foreign::login(server, &bob_id);
    let state = |name: &str, more: &str| {
        format!(
            "<message to='{alice_id}' type='chat'><{name} xmlns='http://jabber.org/protocol/chatstates'/>{more}\
             <no-store xmlns='urn:xmpp:hints'/></message>"
        )
    };
    let heard = |alice: &App| -> Vec<bool> {
        let all = alice.heard.all();
        let told = all.iter().filter(|(event, _)| *event == Event::TypingStatusChanged);
        told.map(|(_, told)| {
            assert_eq!(
                (&told["userID"], &told["conversationID"]),
                (&json!(bob_id), &json!(to_bob))
            );
            told["isTyping"] == true
        })
        .collect()
    };
    // Of somebody with whom there is no conversation nothing is told, nor of the past.
    bob.raw(&state("composing", ""));
    bob.say("chat", &alice_id, "hello", "hello");
    alice.wait("his message", |alice| alice.texts(&to_bob) == ["hello"]);
    bob.raw(&state(
        "composing",
        "<delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>",
    ));
    bob.say("chat", &alice_id, "again", "again");
    alice.wait("his message", |alice| alice.texts(&to_bob) == ["hello", "again"]);
    bob.raw(&state("composing", ""));
    alice.wait("he types", |alice| heard(alice) == [true]);
    bob.raw(&state("paused", ""));
    alice.wait("he types no more", |alice| heard(alice) == [true, false]);
    assert_eq!(alice.texts(&to_bob).len(), 2);
    // He sees alice type, to whom she has written.
    alice.send(&to_bob, "hello");
    alice.wait("alice types", |alice| {
        alice.ok("sendTypingStatus", json!({ "userID": bob_id, "isTyping": true }));
        bob.count(|event| event["is"] == "state" && event["state"] == "composing") > 0
    });
    alice.ok("sendTypingStatus", json!({ "userID": bob_id, "isTyping": false }));
    let paused = bob.until("hears that she types no more", |event| {
        event["is"] == "state" && event["state"] == "paused"
    });
    assert!(paused["xml"].as_str().unwrap().contains("no-store"), "{paused}");
    assert_eq!(paused["sender"], *alice_id);
}
