//! Other people's clients between two: what they send that is no message, how they write addresses, and their names.

use crate::client::Foreign;
use crate::login;
use crate::servers::Server;
use serde_json::json;

fn send(client: &mut Foreign, to: &str, id: &str, inner: &str) {
    let xml = format!("<message type='chat' to='{to}' id='{id}'>{inner}</message>");
    client.act(&json!({ "do": "raw", "xml": xml }));
}

pub fn what_is_no_message_counts_as_nothing(server: &dyn Server) {
    let (alice_id, bob_id) = (server.new_user("alice"), server.new_user("bob"));
    let with_bob = format!("c2c_{bob_id}");
    let (alice, _dir) = login(server, &alice_id);
    let mut bob = Foreign::login(server, &bob_id);
    send(&mut bob, &alice_id, "1", "<body>first</body>");
    for (id, inner) in [
        "<body/>",
        "<body></body><active xmlns='http://jabber.org/protocol/chatstates'/>",
        "<body/><received xmlns='urn:xmpp:receipts' id='x'/>",
        "<composing xmlns='http://jabber.org/protocol/chatstates'/><no-store xmlns='urn:xmpp:hints'/>",
        "<reactions xmlns='urn:xmpp:reactions:0' id='1'><reaction>+1</reaction></reactions><store xmlns='urn:xmpp:hints'/>",
        "<body>&gt; first +1</body><reactions xmlns='urn:xmpp:reactions:0' id='1'><reaction>+1</reaction></reactions>\
         <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reactions:0'><body/></fallback>",
        "<received xmlns='urn:xmpp:chat-markers:0' id='x'/><store xmlns='urn:xmpp:hints'/>",
    ]
    .iter()
    .enumerate()
    {
        send(&mut bob, &alice_id, &format!("nothing {id}"), inner);
    }
    send(
        &mut bob,
        &alice_id,
        "2",
        "<body>second</body><body xml:lang='de'>Zweite</body>",
    );
    let texts = ["first", "Zweite"];
    alice.wait("both messages", |alice| alice.texts(&with_bob) == texts);
    assert_eq!(alice.conversation(&with_bob)["unreadCount"], 2);
    // Nobody has asked to be told what alice reads.
    alice.ok(
        "cleanConversationUnreadMessageCount",
        json!({ "conversationID": with_bob }),
    );
    send(
        &mut bob,
        &alice_id,
        "3",
        "<body>third</body><markable xmlns='urn:xmpp:chat-markers:0'/>",
    );
    alice.wait("the third", |alice| alice.conversation(&with_bob)["unreadCount"] == 1);
    // A stranger would be told nothing.
    alice.ok("addFriend", json!({ "userID": bob_id }));
    alice.ok(
        "cleanConversationUnreadMessageCount",
        json!({ "conversationID": with_bob }),
    );
    let told = bob.until("is told", |event| event["is"] == "displayed");
    assert_eq!(told["id"], "3");

    // An id that is used again for something else hides nothing, on no device.
    let origin = "<origin-id xmlns='urn:xmpp:sid:0' id='same'/>";
    send(&mut bob, &alice_id, "same", &format!("<body>pay 10</body>{origin}"));
    send(&mut bob, &alice_id, "same", &format!("<body>pay 99</body>{origin}"));
    send(&mut bob, &alice_id, "same", &format!("<body>pay 99</body>{origin}"));
    let texts = ["first", "Zweite", "third", "pay 10", "pay 99"];
    alice.wait("both sums", |alice| alice.texts(&with_bob) == texts);
    let (later, _later_dir) = login(server, &alice_id);
    later.wait("a later device has the same", |later| later.texts(&with_bob) == texts);
    for alice in [&alice, &later] {
        assert_eq!(alice.conversation(&with_bob)["unreadCount"], 2);
    }
}

pub fn one_person_has_one_id(server: &dyn Server) {
    let (alice_id, bob_id) = (server.new_user("alice"), server.new_user("bob"));
    let with_bob = format!("c2c_{bob_id}");
    let (alice, _dir) = login(server, &alice_id);
    let mut bob = Foreign::login(server, &bob_id);
    let loud = bob_id.to_uppercase();
    alice.send_and_wait(&format!("c2c_{loud}"), "upper");
    bob.hears("upper");
    bob.say("chat", &alice_id, "1", "answer");
    alice.wait("the answer", |alice| alice.texts(&with_bob) == ["upper", "answer"]);
    alice.ok(
        "pinConversation",
        json!({ "conversationID": format!("c2c_{loud}"), "isPinned": true }),
    );
    alice.ok("addFriend", json!({ "userID": loud, "remark": "Bobby" }));
    alice.ok(
        "setConversationDraft",
        json!({ "conversationID": format!("c2c_{loud}"), "draftText": "well" }),
    );
    let list = alice.list();
    assert_eq!(list.len(), 1, "{list:?}");
    let row = &list[0];
    assert_eq!(row["conversationID"], *with_bob);
    assert_eq!(
        (&row["isPinned"], &row["showName"], &row["draftText"]),
        (&json!(true), &json!("Bobby"), &json!("well"))
    );
    assert_eq!(alice.conversation(&format!("c2c_{loud}"))["conversationID"], *with_bob);
    assert_eq!(alice.ok("getFriendList", json!({}))[0]["userID"], *bob_id);
}

pub fn names_and_requests(server: &dyn Server) {
    let (alice_id, bob_id) = (server.new_user("alice"), server.new_user("bob"));
    let with_bob = format!("c2c_{bob_id}");
    let (alice, _dir) = login(server, &alice_id);
    let mut bob = Foreign::login(server, &bob_id);
    // Bob asks first, and alice sees that somebody does.
    let word = "<status>It is bob</status>";
    bob.act(&json!({ "do": "raw", "xml": format!("<presence to='{alice_id}' type='subscribe'>{word}</presence>") }));
    alice.wait("the request is there", |alice| {
        let rows = alice.list();
        rows.iter()
            .any(|row| row["conversationID"] == *with_bob && row["unreadCount"] == 1)
    });
    let elem = alice.history(&with_bob)[0]["customElem"]["data"].clone();
    assert_eq!(elem, r#"{"type":"contactRequest"}"#);
    let asked = alice.ok("getFriendApplicationList", json!({}));
    assert_eq!(asked["unreadCount"], 1, "{asked}");
    let only = &asked["friendApplicationList"][0];
    assert_eq!(
        (&only["userID"], &only["addWording"]),
        (&json!(bob_id), &json!("It is bob"))
    );
    // Alice agrees by adding bob.
    alice.ok("addFriend", json!({ "userID": bob_id }));
    let asked = alice.ok("getFriendApplicationList", json!({}));
    assert_eq!(asked["friendApplicationList"], json!([]));
    // Looked at again and again by a client that may change.
    let bob_again = std::cell::RefCell::new(Foreign::login(server, &bob_id));
    alice.wait("bob is let in", |_| {
        let roster = bob_roster(&mut bob_again.borrow_mut());
        roster.contains(&alice_id) && !roster.contains("ask=\"subscribe\"")
    });
    bob.act(&json!({ "do": "raw", "xml": format!("<presence to='{alice_id}' type='subscribed'/>") }));
    // ejabberd's events of such nodes depend on what it has learned of a client's wishes by then.
    if server.kind() == "ejabberd" {
        return;
    }
    let nick = "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='http://jabber.org/protocol/nick'>\
        <item id='current'><nick xmlns='http://jabber.org/protocol/nick'>Bob the Builder</nick></item></publish></pubsub>";
    bob.ask("set", None, nick);
    alice.wait("bob's name is shown", |alice| {
        alice.conversation(&with_bob)["showName"] == "Bob the Builder"
    });
}

fn bob_roster(bob: &mut Foreign) -> String {
    bob.ask("get", None, "<query xmlns='jabber:iq:roster'/>")
}
