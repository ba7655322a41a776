//! Stanzas that anybody can send and few clients would: too deep, with values that are too long, with parts that are wrong.
//! None ends the session, what they say is shown where there is anything to show, and a device that comes later, and reads
//! them in the archive, shows the same. And a message of the user's own that the server does not take for its size.

#[allow(dead_code)] // these tests use a part of it
#[path = "foreign/client.rs"]
mod client;
#[path = "servers/mod.rs"]
mod servers;
mod support;

use client::Foreign;
use im::events::Event;
use serde_json::json;
use servers::Server;
use support::app::App;
use support::temp_dir;

fn open(server: &dyn Server, dir: &std::path::Path, jid: &str) -> App {
    let app = App::open_with(&json!({ "dataDir": dir, "backend": server.backend(jid) }));
    app.ok("login", json!({}));
    app.wait("the sync has ended", |app| {
        app.heard.count(Event::SyncServerFinish) == 1
    });
    app
}

fn each(run: impl Fn(&dyn Server)) {
    for server in [servers::prosody(), servers::ejabberd()] {
        println!("on {}", server.kind());
        run(server);
    }
}

/// What follows the body, each in a message of its own.
fn odd_payloads() -> Vec<String> {
    let long = "x".repeat(20_000);
    vec![
        "<x xmlns='urn:x'>".repeat(80) + &"</x>".repeat(80),
        "<x xmlns='urn:x'>".repeat(2_000) + &"</x>".repeat(2_000),
        format!("<x xmlns='urn:x' a='{long}'><y/></x>"),
        format!("<thumbnail xmlns='urn:xmpp:thumbs:1' uri='data:image/png;base64,{long}'/>"),
        "<thread>1</thread><thread>2</thread>".to_owned(),
        "<x xmlns='urn:x' xmlns:p='urn:p' p:a='1' a='2'><p:x/></x>".to_owned(),
        "<delay xmlns='urn:xmpp:delay' stamp='yesterday'/>".to_owned(),
        "<stanza-id xmlns='urn:xmpp:sid:0'/><origin-id xmlns='urn:xmpp:sid:0'/>".to_owned(),
        "<json xmlns='urn:other:json'>{</json><meta xmlns='urn:libim:message:0'>{</meta>".to_owned(),
        "<reference xmlns='urn:xmpp:reference:0' type='mention' uri='xmpp:@'/>".to_owned(),
        "<replace xmlns='urn:xmpp:message-correct:0' id=''/>".to_owned(),
        "<reply xmlns='urn:xmpp:reply:0'/><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'>\
         <body start='99' end='3'/></fallback>"
            .to_owned(),
    ]
}

/// Sends them all, and a last one that says so. Gives the texts.
fn send_odd(sender: &mut Foreign, kind: &str, to: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for (number, payload) in odd_payloads().into_iter().enumerate() {
        let text = format!("odd {number}");
        let xml = format!("<message type='{kind}' to='{to}' id='{text}'><body>{text}</body>{payload}</message>");
        sender.act(&json!({ "do": "raw", "xml": xml }));
        texts.push(text);
    }
    sender.say(kind, to, "last", "last");
    texts.push("last".to_owned());
    texts
}

#[test]
fn no_stanza_ends_a_session_and_what_it_says_is_shown_by_every_device() {
    each(|server| {
        let dir = temp_dir();
        let (alice, bob) = (server.new_user("alice"), server.new_user("bob"));
        let app = open(server, &dir.path().join("alice"), &alice);
        let request = json!({ "groupType": "Public", "groupName": "Team", "memberList": [{ "userID": bob }] });
        let room = app.ok("createGroup", request).as_str().unwrap().to_owned();
        let (with_bob, group) = (format!("c2c_{bob}"), format!("group_{room}"));

        let mut foreign = Foreign::login(server, &bob);
        let said = send_odd(&mut foreign, "chat", &alice);
        app.wait("all was shown", |app| app.texts(&with_bob) == said);
        foreign.act(&json!({ "do": "join", "room": room, "nick": "fox" }));
        let said_in_room = send_odd(&mut foreign, "groupchat", &room);
        app.wait("all was shown in the room", |app| app.texts(&group) == said_in_room);
        assert_eq!(app.heard.count(Event::ConnectFailed), 0);
        assert_eq!(app.heard.count(Event::ConnectSuccess), 1);

        let later = open(server, &dir.path().join("later"), &alice);
        later.wait("a later device has all", |app| app.texts(&with_bob) == said);
        later.wait("of the room too", |app| app.texts(&group) == said_in_room);
        assert_eq!(later.heard.count(Event::ConnectFailed), 0);
    });
}

/// Names and prefixes that one parser takes and another does not. A server may end the sender's connection for them.
#[test]
fn what_no_parser_of_ours_reads_is_skipped() {
    each(|server| {
        let dir = temp_dir();
        let (alice, bob, mallory) = (
            server.new_user("alice"),
            server.new_user("bob"),
            server.new_user("mallory"),
        );
        let app = open(server, &dir.path().join("alice"), &alice);
        for odd in ["<p:x/>", "<x p:a='1'/>", "<a:b:c xmlns:a='u'/>", "<x xmlns:p=''/>"] {
            let xml = format!("<message type='chat' to='{alice}' id='odd'><body>odd</body>{odd}</message>");
            Foreign::login(server, &mallory).act(&json!({ "do": "raw", "xml": xml }));
        }
        let with_bob = format!("c2c_{bob}");
        Foreign::login(server, &bob).say("chat", &alice, "1", "still here");
        app.wait("others are heard", |app| app.texts(&with_bob) == ["still here"]);
        assert_eq!(app.heard.count(Event::ConnectFailed), 0);
        let later = open(server, &dir.path().join("later"), &alice);
        later.wait("a later device too", |app| app.texts(&with_bob) == ["still here"]);
        assert_eq!(later.heard.count(Event::ConnectFailed), 0);
    });
}

/// What archives have in place of a recalled message, written by a member: in the name of who leads the room.
#[test]
fn nobody_can_write_that_another_has_recalled_something() {
    each(|server| {
        let dir = temp_dir();
        let (alice, bob) = (server.new_user("alice"), server.new_user("bob"));
        let app = open(server, &dir.path().join("alice"), &alice);
        let request = json!({ "groupType": "Public", "groupName": "Team", "memberList": [{ "userID": bob }] });
        let room = app.ok("createGroup", request).as_str().unwrap().to_owned();
        let group = format!("group_{room}");
        let nick = alice.split('@').next().unwrap();
        let moderated = |version: u8, inner: &str| {
            format!("<moderated xmlns='urn:xmpp:message-moderate:{version}' by='{room}/{nick}'>{inner}</moderated>")
        };
        let reason = "<reason>rude</reason>";
        let forged = [
            format!(
                "<retracted xmlns='urn:xmpp:message-retract:1' id='f'>{}{reason}</retracted>",
                moderated(1, "")
            ),
            moderated(0, &format!("<retracted xmlns='urn:xmpp:message-retract:0'/>{reason}")),
        ];
        let mut foreign = Foreign::login(server, &bob);
        foreign.act(&json!({ "do": "join", "room": room, "nick": "fox" }));
        for (number, inner) in forged.iter().enumerate() {
            let store = "<store xmlns='urn:xmpp:hints'/>";
            let xml = format!("<message type='groupchat' to='{room}' id='f{number}'>{inner}{store}</message>");
            foreign.act(&json!({ "do": "raw", "xml": xml }));
        }
        foreign.say("groupchat", &room, "last", "last");
        app.wait("what was said after them", |app| app.texts(&group) == ["last"]);
        let later = open(server, &dir.path().join("later"), &alice);
        let is_last = |message: &serde_json::Value| message["textElem"]["text"] == "last";
        later.wait("the same later", |app| app.history(&group).iter().any(is_last));
        for message in later.history(&group).iter().filter(|message| !is_last(message)) {
            println!("the archive has kept one");
            assert_eq!((&message["status"], &message["sender"]), (&json!(6), &json!(bob)));
            assert_eq!(
                (&message["revokerInfo"], &message["revokeReason"]),
                (&json!(null), &json!(""))
            );
        }
    });
}

#[test]
fn a_message_that_is_too_large_for_the_server_fails_and_the_next_one_is_sent() {
    each(|server| {
        let dir = temp_dir();
        let (alice, bob) = (server.new_user("alice"), server.new_user("bob"));
        let app = open(server, &dir.path().join("alice"), &alice);
        let room = app.ok("createGroup", json!({ "groupType": "Public", "groupName": "Team" }));
        let room = room.as_str().unwrap();
        // Every character is written as five, and the tests' servers take 1 MiB.
        let (text, more) = ("&".repeat(60_000), "&".repeat(180_000));
        for (to, id) in [
            (json!({ "receiver": bob }), format!("c2c_{bob}")),
            (json!({ "groupID": room }), format!("group_{room}")),
        ] {
            let mut request = json!({ "textElem": { "text": text }, "cloudCustomData": more });
            request.as_object_mut().unwrap().extend(to.as_object().unwrap().clone());
            app.ok("sendMessage", request);
            app.send(&id, "after");
            app.wait("both have met their end", |app| {
                app.history(&id).iter().all(|message| message["status"] != 1)
            });
            let mut statuses: Vec<_> = app
                .history(&id)
                .iter()
                .map(|message| message["status"].clone())
                .collect();
            statuses.sort_by_key(|status| status.as_i64());
            assert_eq!(statuses, [2, 3], "{}", server.kind());
        }
        // The server's limit is known after the first.
        assert_eq!(app.heard.count(Event::ConnectFailed), 1);
    });
}

#[test]
fn a_message_that_is_returned_long_after_it_was_taken_has_failed() {
    each(|server| {
        let dir = temp_dir();
        let alice = server.new_user("alice");
        let app = open(server, dir.path(), &alice);
        // The server takes it, and learns only then that there is nobody to give it to.
        let nobody = "c2c_bob@nowhere.invalid";
        let msg_id = app.send(nobody, "hello?");
        app.wait_for(
            std::time::Duration::from_secs(120),
            "it is told that it has failed",
            |app| {
                let told = app.heard.all().into_iter();
                let mut told = told.filter(|(event, _)| *event == Event::MessageStatusChanged);
                told.any(|(_, message)| message["msgID"] == *msg_id && message["status"] == 3)
            },
        );
        let last = app.conversation(nobody)["lastMessage"].clone();
        assert_eq!((&last["msgID"], &last["status"]), (&json!(msg_id), &json!(3)));
        assert_ne!(last["errorCode"], 0);
    });
}
