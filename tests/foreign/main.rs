//! A foreign client in the same conversations: what it sends arrives right, what libim sends it reads right, and what it
//! says was read counts.

mod bookmarks;
mod client;
mod expected;
mod hidden;
mod invitations;
mod mentions;
mod moderation;
mod open_rooms;
mod people;
mod private;
mod receipts;
mod rooms;
#[path = "../servers/mod.rs"]
mod servers;
mod shown;
mod silence;
mod stanzas;
#[path = "../support/mod.rs"]
mod support;
mod ways;

use client::Foreign;
use im::events::Event;
use serde_json::json;
use servers::Server;
pub use support::app::App;

/// What is hard for XML and for people.
const TEXT: &str = "<b>&amp;</b> \"'\nnaïve 你好 שלום 🇪🇺 👩‍👩‍👧";

#[test]
fn on_prosody() {
    all_on(servers::prosody());
}

#[test]
fn on_ejabberd() {
    all_on(servers::ejabberd());
}

#[test]
fn on_a_newer_prosody() {
    all_on(servers::newer_prosody());
}

#[test]
fn on_a_newer_ejabberd() {
    all_on(servers::newer_ejabberd());
}

#[test]
fn on_a_public_prosody() {
    all_on(servers::public_prosody());
}

#[test]
fn on_a_public_ejabberd() {
    all_on(servers::public_ejabberd());
}

#[test]
fn on_an_older_public_prosody() {
    all_on(servers::older_public_prosody());
}

#[test]
fn on_an_older_public_ejabberd() {
    all_on(servers::older_public_ejabberd());
}

#[test]
#[ignore = "waits for minutes"]
fn what_an_archive_never_answers_for() {
    silence::is_passed_over(servers::prosody());
}

fn all_on(server: &'static dyn Server) {
    // Each with users of its own, all at a time: they wait more than they work.
    std::thread::scope(|scope| {
        scope.spawn(|| messages_between_two(server));
        scope.spawn(|| what_was_read_between_two(server));
        scope.spawn(|| another_device_of_the_same_user(server));
        scope.spawn(|| receipts::between_two(server));
        scope.spawn(|| receipts::in_a_room(server));
        scope.spawn(|| receipts::typing(server));
        scope.spawn(|| private::is_a_conversation_of_its_own(server));
        scope.spawn(|| a_room(server));
        scope.spawn(|| a_room_whose_server_is_gone(server));
        scope.spawn(|| moderation::by_the_owner_of_a_room(server));
        scope.spawn(|| mentions::by_name_and_beside_the_text(server));
        scope.spawn(|| open_rooms::are_joined_kept_and_left(server));
        scope.spawn(|| invitations::are_for_the_user_to_decide(server));
        scope.spawn(|| bookmarks::pins_and_notification_settings(server));
        scope.spawn(|| bookmarks::of_a_client_that_knows_the_older_form_only(server));
        scope.spawn(|| ways::all_ways_lead_to_the_same(server));
        scope.spawn(|| {
            rooms::bookmarks_are_left_alone(server);
            rooms::a_room_that_hides_who_people_are(server);
            rooms::what_another_client_does_is_told(server);
            if server.names_occupants() {
                hidden::is_the_same_on_each_way(server);
            }
            people::what_is_no_message_counts_as_nothing(server);
            people::one_person_has_one_id(server);
            people::names_and_requests(server);
        });
    });
}

/// The config of a device, of an app in German.
fn config(server: &dyn Server, dir: &std::path::Path, jid: &str) -> serde_json::Value {
    json!({ "dataDir": dir, "backend": server.backend(jid), "language": "de" })
}

fn login(server: &dyn Server, jid: &str) -> (App, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let app = App::open_with(&config(server, dir.path(), jid));
    app.ok("login", json!({}));
    app.wait("the first sync has ended", |app| {
        app.heard.count(Event::SyncServerFinish) > 0
    });
    (app, dir)
}

/// Another app has left a bookmark of a room that nobody can reach. One can quit it, and nothing else waits for it.
fn a_room_whose_server_is_gone(server: &dyn Server) {
    let (alice_id, bob_id) = (server.new_user("alice"), server.new_user("bob"));
    let room = "team@rooms.gone.test";
    let (alice, _dir) = login(server, &alice_id);
    let mut other = Foreign::login(server, &alice_id);
    other.act(&json!({ "do": "raw", "xml": format!(
        "<iq type='set' id='b1'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:bookmarks:1'>\
         <item id='{room}'><conference xmlns='urn:xmpp:bookmarks:1' autojoin='true' name='Team'/></item></publish></pubsub></iq>"
    ) }));
    alice.send(&format!("c2c_{bob_id}"), "to bob");
    alice.wait("the message is sent", |alice| {
        alice.history(&format!("c2c_{bob_id}"))[0]["status"] == 2
    });
    // 10007 until it has heard of the bookmark.
    let quit = || alice.call("quitGroup", &json!({ "groupID": room })).0;
    alice.wait("the room can be quit", |_| quit() == 0);
    assert_eq!(quit(), 10007);
}

fn messages_between_two(server: &dyn Server) {
    let (alice_id, bob_id) = (server.new_user("alice"), server.new_user("bob"));
    let to_bob = format!("c2c_{bob_id}");
    let (alice, _dir) = login(server, &alice_id);
    let mut bob = Foreign::login(server, &bob_id);

    bob.say("chat", &alice_id, "bobs-1", TEXT);
    alice.wait("bob's message", |alice| alice.texts(&to_bob) == [TEXT]);
    let message = &alice.history(&to_bob)[0];
    assert_eq!(
        (&message["sender"], &message["userID"], &message["isSelf"]),
        (&json!(bob_id), &json!(bob_id), &json!(false))
    );
    assert_eq!(alice.conversation(&to_bob)["unreadCount"], 1);

    let msg_id = alice.send(&to_bob, TEXT);
    let heard = bob.hears(TEXT);
    for (key, value) in [("id", &msg_id), ("originID", &msg_id), ("to", &bob_id)] {
        assert_eq!(heard[key], **value, "{key} of {heard}");
    }
    assert!(heard["sender"].as_str().unwrap().starts_with(&alice_id), "{heard}");
    assert_eq!((&heard["type"], &heard["markable"]), (&json!("chat"), &json!(true)));

    // Many, both ways: each in its order, and once.
    let said = |who: &str| -> Vec<String> { (0..30).map(|number| format!("{who} {number}")).collect() };
    for (mine, yours) in said("alice").iter().zip(&said("bob")) {
        alice.send(&to_bob, mine);
        bob.say("chat", &alice_id, &format!("id of {yours}"), yours);
    }
    bob.hears("alice 29");
    alice.wait("bob's last", |alice| {
        alice.texts(&to_bob).contains(&"bob 29".to_owned())
    });
    assert_eq!(bob.heard()[1..], said("alice"));
    let all = alice.texts(&to_bob);
    for who in ["alice", "bob"] {
        let texts: Vec<&String> = all.iter().filter(|text| text.starts_with(who)).collect();
        assert_eq!(texts, said(who).iter().collect::<Vec<_>>());
    }
    // What the server keeps for bob's other clients is the same.
    let kept = bob.history(json!({ "with": alice_id }));
    assert_eq!(kept.len(), 62, "{kept:#?}");
    let kept_of_alice: Vec<&str> = kept
        .iter()
        .filter_map(|message| message["text"].as_str().filter(|text| text.starts_with("alice")))
        .collect();
    assert_eq!(kept_of_alice, said("alice"));
}

fn what_was_read_between_two(server: &dyn Server) {
    let (alice_id, bob_id) = (server.new_user("alice"), server.new_user("bob"));
    let to_bob = format!("c2c_{bob_id}");
    let (alice, _dir) = login(server, &alice_id);
    let mut bob = Foreign::login(server, &bob_id);

    let ids = ["one", "two", "three"].map(|text| alice.send_and_wait(&to_bob, text));
    bob.hears("three");
    let is_read = |alice: &App| -> Vec<bool> {
        let history = alice.history(&to_bob);
        history.iter().map(|message| message["isPeerRead"] == true).collect()
    };
    assert_eq!(is_read(&alice), [false; 3]);
    // He has read the first two.
    bob.act(&json!({ "do": "displayed", "to": alice_id, "id": ids[1] }));
    alice.wait("bob has read two", |alice| is_read(alice) == [true, true, false]);
    alice.wait("the receipt is told", |alice| {
        alice
            .heard
            .all()
            .iter()
            .any(|(event, receipts)| *event == Event::RecvC2CReadReceipt && receipts[0]["userID"] == *bob_id)
    });

    bob.say("chat", &alice_id, "first", "hello");
    bob.say("chat", &alice_id, "second", "are you there?");
    alice.wait("two are unread", |alice| {
        alice.conversation(&to_bob)["unreadCount"] == 2
    });
    alice.ok(
        "cleanConversationUnreadMessageCount",
        json!({ "conversationID": to_bob }),
    );
    let told = bob.until("learns what alice has read", |event| {
        event["is"] == "displayed" && event["sender"] == *alice_id
    });
    assert_eq!(told["id"], "second");
}

fn another_device_of_the_same_user(server: &dyn Server) {
    let (alice_id, bob_id) = (server.new_user("alice"), server.new_user("bob"));
    let (to_alice, to_bob) = (format!("c2c_{alice_id}"), format!("c2c_{bob_id}"));
    let (alice, _dir) = login(server, &alice_id);
    let (bob, _dir_of_bob) = login(server, &bob_id);
    let mut tablet = Foreign::login(server, &alice_id);

    // What she writes on the tablet is hers on the phone too.
    tablet.say("chat", &bob_id, "from-tablet", "written on the tablet");
    bob.wait("bob has it", |bob| bob.texts(&to_alice) == ["written on the tablet"]);
    alice.wait("alice's phone has it", |alice| {
        alice.texts(&to_bob) == ["written on the tablet"]
    });
    let message = &alice.history(&to_bob)[0];
    assert_eq!(
        (&message["isSelf"], &message["sender"], &message["status"]),
        (&json!(true), &json!(alice_id), &json!(2))
    );
    assert_eq!(alice.conversation(&to_bob)["unreadCount"], 0);

    // What she writes on the phone, and what she gets, the tablet has too.
    alice.send(&to_bob, "written on the phone");
    assert_eq!(tablet.hears("written on the phone")["carbon"], "sent");
    let msg_id = bob.send(&to_alice, "an answer");
    assert_eq!(tablet.hears("an answer")["id"], *msg_id);
    alice.wait("one is unread", |alice| alice.conversation(&to_bob)["unreadCount"] == 1);

    // She reads it on the tablet: so it is read on the phone, and bob knows.
    tablet.act(&json!({ "do": "displayed", "to": bob_id, "id": msg_id }));
    alice.wait("nothing is unread", |alice| {
        alice.conversation(&to_bob)["unreadCount"] == 0
    });
    bob.wait("bob knows", |bob| {
        let history = bob.history(&to_alice);
        history
            .iter()
            .any(|message| message["msgID"] == *msg_id && message["isPeerRead"] == true)
    });
}

fn a_room(server: &dyn Server) {
    let (alice_id, bob_id) = (server.new_user("alice"), server.new_user("bob"));
    let (alice, _dir) = login(server, &alice_id);
    let mut bob = Foreign::login(server, &bob_id);
    let name = alice_id.split('@').next().unwrap();
    let room = format!("room-of-{name}@conference.{}", servers::DOMAIN);
    let group = format!("group_{room}");
    alice.ok(
        "createGroup",
        json!({ "groupType": "Work", "groupID": room, "groupName": "Team", "memberList": [{ "userID": bob_id }] }),
    );
    bob.act(&json!({ "do": "join", "room": room, "nick": "bobby" }));

    bob.say("groupchat", &room, "bobs-1", TEXT);
    alice.wait("bob's message", |alice| alice.texts(&group) == [TEXT]);
    let message = &alice.history(&group)[0];
    assert_eq!(
        (&message["sender"], &message["groupID"], &message["isSelf"]),
        (&json!(bob_id), &json!(room), &json!(false))
    );
    assert_eq!(alice.conversation(&group)["unreadCount"], 1);

    alice.send(&group, "good morning");
    let heard = bob.hears("good morning");
    assert_eq!(heard["type"], "groupchat");
    assert!(
        heard["sender"].as_str().unwrap().starts_with(&format!("{room}/")),
        "{heard}"
    );

    for number in 0..20 {
        alice.send(&group, &format!("alice {number}"));
        bob.say("groupchat", &room, &format!("id-{number}"), &format!("bob {number}"));
    }
    alice.wait("all is said", |alice| {
        let history = alice.history(&group);
        history.len() == 42 && history.iter().all(|message| message["status"] == 2)
    });
    bob.hears("alice 19");
    bob.hears("bob 19");
    // A room has one order, and both see it.
    assert_eq!(alice.texts(&group), bob.heard());
    let kept = bob.history(json!({ "room": room }));
    let kept: Vec<&str> = kept.iter().map(|message| message["text"].as_str().unwrap()).collect();
    assert_eq!(alice.texts(&group), kept);
}
