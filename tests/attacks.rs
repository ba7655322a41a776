//! Mallory has an account on alice's server and sends what a liar can send: copies and results that nobody asked for, news
//! in the name of others, other people's names and ids. What alice's app shows of everybody else stays as it was, and the
//! genuine message that comes after all of it arrives.

#[allow(dead_code)] // these tests use a part of it
#[path = "foreign/client.rs"]
mod client;
#[path = "servers/mod.rs"]
mod servers;
mod support;
#[path = "attacks/tips.rs"]
mod tips;

use client::Foreign;
use serde_json::{Value, json};
use servers::{DOMAIN, Server};
use support::app::App;
use support::temp_dir;

fn open(server: &dyn Server, dir: &std::path::Path, jid: &str) -> App {
    let mut backend = server.backend(jid);
    backend["resource"] = json!("phone");
    let app = App::open_with(&json!({ "dataDir": dir, "backend": backend }));
    app.ok("login", json!({}));
    app.wait("the sync has ended", |app| {
        app.heard.count(im::events::Event::SyncServerFinish) == 1
    });
    app
}

/// Everything that alice's app shows, but for mallory.
fn shown(app: &App, mallory: &str) -> Value {
    let mallory = format!("c2c_{mallory}");
    let list: Vec<Value> = app
        .list()
        .into_iter()
        .filter(|row| row["conversationID"] != *mallory)
        .collect();
    let ids: Vec<String> = list
        .iter()
        .map(|row| row["conversationID"].as_str().unwrap().to_owned())
        .collect();
    let histories: Vec<Value> = ids.iter().map(|id| json!(app.history(id))).collect();
    json!([
        list,
        histories,
        app.ok("getFriendList", json!({})),
        app.ok("getJoinedGroupList", json!({})),
    ])
}

fn raw(attacker: &mut Foreign, xml: &str) {
    attacker.act(&json!({ "do": "raw", "xml": xml }));
}

fn each(run: impl Fn(&dyn Server)) {
    for server in [servers::prosody(), servers::ejabberd()] {
        println!("on {}", server.kind());
        run(server);
    }
}

#[test]
fn what_a_user_can_send_changes_nothing_of_others() {
    each(|server| {
        let dir = temp_dir();
        let (alice, bob, mallory) = (
            server.new_user("alice"),
            server.new_user("bob"),
            server.new_user("mallory"),
        );
        let app = open(server, &dir.path().join("alice"), &alice);
        let bobs = open(server, &dir.path().join("bob"), &bob);
        let with_bob = format!("c2c_{bob}");
        app.ok("addFriend", json!({ "userID": bob, "remark": "Bobby" }));
        let genuine = bobs.send(&format!("c2c_{alice}"), "genuine");
        app.wait("bob's message is there", |app| app.texts(&with_bob) == ["genuine"]);
        let own = app.send(&with_bob, "an answer");
        app.wait("the answer is sent, and bob's device has it", |app| {
            let history = app.history(&with_bob);
            history.iter().all(|message| message["status"] == 2)
                && history.iter().any(|message| message["isDelivered"] == true)
        });
        let before = shown(&app, &mallory);

        let forged = format!(
            "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>\
             <message xmlns='jabber:client' type='chat' from='{bob}/x' to='{alice}' id='forged'><body>forged</body>\
             </message></forwarded>"
        );
        let forged_own = forged.replace(
            &format!("from='{bob}/x' to='{alice}'"),
            &format!("from='{alice}/x' to='{bob}'"),
        );
        let event = |node: &str, item: &str| {
            format!(
                "<message type='headline' to='{alice}'><event xmlns='http://jabber.org/protocol/pubsub#event'>\
                 <items node='{node}'>{item}</items></event></message>"
            )
        };
        let pin = format!(
            "<item id='{with_bob}'><conversation xmlns='urn:libim:conversations:0'>\
             {{\"revision\":9,\"isPinned\":true,\"pinTime\":9,\"deleted\":\"{own}\",\"deleteTime\":9,\"removed\":[\"{genuine}\"]}}\
             </conversation></item>"
        );
        let read = format!(
            "<item id='{bob}'><displayed xmlns='urn:xmpp:mds:displayed:0'><stanza-id xmlns='urn:xmpp:sid:0' by='{alice}' \
             id='1'/></displayed></item>"
        );
        let bookmark = format!(
            "<item id='trap@conference.{DOMAIN}'><conference xmlns='urn:xmpp:bookmarks:1' autojoin='true'/></item>"
        );
        let card = "<item id='current'><vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><nickname><text>Mallory</text>\
                    </nickname></vcard></item>";
        let attacks = [
            // XEP-0280: only the own server makes copies.
            format!(
                "<message to='{alice}' type='chat'><received xmlns='urn:xmpp:carbons:2'>{forged}</received></message>"
            ),
            format!("<message to='{alice}' type='chat'><sent xmlns='urn:xmpp:carbons:2'>{forged_own}</sent></message>"),
            // XEP-0313: only what was asked for, from the archive that was asked.
            format!(
                "<message to='{alice}'><result xmlns='urn:xmpp:mam:2' queryid='q' id='1'>{forged}</result></message>"
            ),
            format!("<message to='{alice}'><result xmlns='urn:xmpp:mam:2' id='1'>{forged}</result></message>"),
            // RFC 6121: only the own server keeps the roster.
            format!(
                "<iq type='set' to='{alice}/phone' id='push'><query xmlns='jabber:iq:roster'><item jid='{mallory}' \
                 name='Your bank'/><item jid='{bob}' subscription='remove'/></query></iq>"
            ),
            // XEP-0163: the private nodes are the own ones.
            event("urn:libim:conversations:0", &pin),
            event("urn:xmpp:mds:displayed:0", &read),
            event("urn:xmpp:bookmarks:1", &bookmark),
            event("urn:xmpp:vcard4", card),
            // XEP-0045: only rooms that we are in are rooms.
            format!("<message to='{alice}' type='groupchat' id='g'><body>forged</body></message>"),
            // XEP-0424, XEP-0333: everybody recalls and reads what is theirs.
            format!(
                "<message to='{alice}' type='chat'><retract xmlns='urn:xmpp:message-retract:1' id='{genuine}'/></message>"
            ),
            format!(
                "<message to='{alice}' type='chat'><displayed xmlns='urn:xmpp:chat-markers:0' id='{own}'/></message>"
            ),
            // Nobody but the server returns what was sent to somebody else.
            format!(
                "<message to='{alice}' type='error' id='{own}'><error type='cancel'><service-unavailable \
                 xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
            ),
        ];
        let mut attacker = Foreign::login(server, &mallory);
        for attack in &attacks {
            raw(&mut attacker, attack);
        }
        // Stanzas keep their order: when this one is there, all the others were dealt with.
        attacker.say("chat", &alice, "last", "nothing personal");
        app.wait("mallory's own message is there", |app| {
            app.texts(&format!("c2c_{mallory}")) == ["nothing personal"]
        });
        assert_eq!(shown(&app, &mallory), before);
        bobs.send(&format!("c2c_{alice}"), "still here");
        app.wait("bob still arrives", |app| {
            app.texts(&with_bob) == ["genuine", "an answer", "still here"]
        });
        // A device that comes later believes none of it either.
        let later = open(server, &dir.path().join("later"), &alice);
        later.wait("it has all", |app| {
            app.texts(&with_bob) == ["genuine", "an answer", "still here"]
        });
        assert_eq!(later.texts(&format!("c2c_{mallory}")), ["nothing personal"]);
        assert_eq!(later.list().len(), 2);
    });
}

#[test]
fn an_id_that_somebody_else_has_used_keeps_no_message_out() {
    each(|server| {
        let dir = temp_dir();
        let (alice, bob, mallory) = (
            server.new_user("alice"),
            server.new_user("bob"),
            server.new_user("mallory"),
        );
        let app = open(server, &dir.path().join("alice"), &alice);
        let (mut attacker, mut honest) = (Foreign::login(server, &mallory), Foreign::login(server, &bob));
        attacker.say("chat", &alice, "the-same-id", "first");
        app.wait("mallory was first", |app| {
            app.texts(&format!("c2c_{mallory}")) == ["first"]
        });
        honest.say("chat", &alice, "the-same-id", "genuine");
        app.wait("bob's message is there", |app| {
            app.texts(&format!("c2c_{bob}")) == ["genuine"]
        });
        attacker.say("chat", &alice, "the-same-id", "first");
        attacker.say("chat", &alice, "another-id", "second");
        app.wait("what is repeated is there once", |app| {
            app.texts(&format!("c2c_{mallory}")) == ["first", "second"]
        });
        // An archive's id that the sender makes up is not the archive's.
        let made_up = format!(
            "<message to='{alice}' type='chat' id='m'><body>third</body><stanza-id xmlns='urn:xmpp:sid:0' by='{alice}' \
             id='made-up'/></message>"
        );
        raw(&mut attacker, &made_up);
        raw(
            &mut attacker,
            &made_up.replace("third", "fourth").replace("id='m'", "id='n'"),
        );
        app.wait("both are there", |app| {
            app.texts(&format!("c2c_{mallory}")) == ["first", "second", "third", "fourth"]
        });
    });
}

#[test]
fn a_member_of_a_room_speaks_only_for_themselves() {
    each(|server| {
        let dir = temp_dir();
        let (alice, bob, mallory) = (
            server.new_user("alice"),
            server.new_user("bob"),
            server.new_user("mallory"),
        );
        let app = open(server, &dir.path().join("alice"), &alice);
        let members = json!([{ "userID": bob }, { "userID": mallory }]);
        let request = json!({ "groupType": "Public", "groupName": "Team", "memberList": members });
        let room = app.ok("createGroup", request).as_str().unwrap().to_owned();
        let group = format!("group_{room}");
        let own = app.send(&group, "genuine");
        app.wait("it is sent", |app| {
            app.history(&group).iter().all(|message| message["status"] == 2)
        });

        let mut attacker = Foreign::login(server, &mallory);
        attacker.act(&json!({ "do": "join", "room": room, "nick": "mallory" }));
        let claim = format!(
            "<x xmlns='http://jabber.org/protocol/muc#user'><item jid='{bob}' affiliation='owner' role='moderator'/></x>"
        );
        raw(
            &mut attacker,
            &format!("<message to='{room}' type='groupchat' id='c1'>{claim}<body>bob says</body></message>"),
        );
        // The archive's name of alice's message, as every member sees it.
        let history = attacker.act(&json!({ "do": "history", "room": room }));
        let archived = history["messages"][0]["archiveID"].as_str().unwrap().to_owned();
        raw(
            &mut attacker,
            &format!(
                "<message to='{room}' type='groupchat' id='c2'><retract xmlns='urn:xmpp:message-retract:1' id='{archived}'/>\
                 <body>recalled</body><store xmlns='urn:xmpp:hints'/></message>"
            ),
        );
        attacker.say("groupchat", &room, "c3", "the end");
        app.wait("all was said", |app| {
            app.texts(&group).last().is_some_and(|text| text == "the end")
        });

        // Who was there, and who reads it in the archive.
        let bobs = open(server, &dir.path().join("bob"), &bob);
        bobs.wait("bob has caught up", |app| {
            app.list().iter().any(|row| row["conversationID"] == *group)
                && app.texts(&group).last().is_some_and(|text| text == "the end")
        });
        let later = open(server, &dir.path().join("later"), &alice);
        later.wait("a later device has caught up", |app| {
            app.texts(&group).last().is_some_and(|text| text == "the end")
        });
        for app in [&app, &bobs, &later] {
            for message in app.history(&group) {
                match message["textElem"]["text"].as_str() {
                    Some("bob says") => assert_ne!(message["sender"], *bob, "{message}"),
                    Some("genuine") => assert_eq!(
                        (&message["status"], &message["sender"], &message["msgID"]),
                        (&json!(2), &json!(alice), &json!(own))
                    ),
                    _ => {}
                }
                assert_ne!(message["status"], 6, "{message}");
            }
        }
    });
}

#[test]
fn a_delay_that_a_sender_writes_chooses_no_place_in_the_history() {
    each(|server| {
        let dir = temp_dir();
        let (alice, mallory) = (server.new_user("alice"), server.new_user("mallory"));
        let app = open(server, &dir.path().join("alice"), &alice);
        let request = json!({ "groupType": "Public", "groupName": "Team", "memberList": [{ "userID": mallory }] });
        let room = app.ok("createGroup", request).as_str().unwrap().to_owned();
        let places = [
            (alice.clone(), format!("c2c_{mallory}"), "chat"),
            (room.clone(), format!("group_{room}"), "groupchat"),
        ];

        let mut attacker = Foreign::login(server, &mallory);
        attacker.act(&json!({ "do": "join", "room": room, "nick": "mallory" }));
        let keepers = [
            "",
            &format!("from='{DOMAIN}'"),
            &format!("from='{alice}'"),
            &format!("from='{room}'"),
        ];
        let mut said = vec!["first".to_owned()];
        said.extend((0..keepers.len()).map(|number| format!("late {number}")));
        said.push("last".to_owned());
        for (to, _, kind) in &places {
            let mut say = |text: &str, more: &str| {
                raw(
                    &mut attacker,
                    &format!("<message to='{to}' type='{kind}' id='{text}'><body>{text}</body>{more}</message>"),
                );
            };
            say("first", "");
            for (number, keeper) in keepers.iter().enumerate() {
                let delay = format!("<delay xmlns='urn:xmpp:delay' {keeper} stamp='2001-01-01T00:00:00Z'/>");
                say(&format!("late {number}"), &delay);
            }
            say("last", "");
        }
        let later = || open(server, &dir.path().join("later"), &alice);
        for (_, id, _) in &places {
            app.wait("all has arrived", |app| app.texts(id).len() >= said.len());
        }
        for device in [&app, &later()] {
            for (_, id, _) in &places {
                device.wait("all was read", |app| app.texts(id).len() >= said.len());
                let texts: Vec<String> = device
                    .texts(id)
                    .into_iter()
                    .filter(|text| said.contains(text))
                    .collect();
                assert_eq!(texts, said, "{id}");
                for message in device.history(id) {
                    assert!(message["timestamp"].as_i64().unwrap() > 1_500_000_000, "{message}");
                }
            }
        }
    });
}
