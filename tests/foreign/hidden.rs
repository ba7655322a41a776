//! A room that hides who people are (XEP-0421 tells them apart), on each way by which a device learns of what is said there:
//! own messages, also of the user's other clients, retractions under whichever name, and what moderators take away.

use crate::client::Foreign;
use crate::rooms::room;
use crate::servers::Server;
use crate::support::second::next_second;
use crate::{App, login};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What a device shows: whose it is (`isSelf`), the text, the status.
fn shown(app: &App, group: &str) -> Value {
    let history = app.history(group);
    let rows = history
        .iter()
        .map(|message| json!([message["isSelf"], message["textElem"]["text"], message["status"]]));
    json!([app.conversation(group)["unreadCount"], rows.collect::<Vec<_>>()])
}

/// The id that the archive gave a message, as its sender learns it.
fn archive_id(client: &Foreign, id: &str) -> String {
    let shown = client.until("sees its own", |event| event["is"] == "message" && event["id"] == id);
    shown["stanzaIDs"][0].as_str().unwrap_or_default().to_owned()
}

/// Dino's retraction.
fn retraction(room: &str, stanza: &str, id: &str) -> String {
    format!(
        "<message to='{room}' type='groupchat' id='{stanza}'><retract xmlns='urn:xmpp:message-retract:1' id='{id}'/>\
         <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:message-retract:1'/><body>This person attempted to retract a \
         previous message, but it's unsupported by your client.</body><store xmlns='urn:xmpp:hints'/></message>"
    )
}

/// What a moderator's client asks the room for, in the style that the room offers.
fn moderation(namespace: &str, id: &str) -> String {
    if namespace.ends_with(":1") {
        return format!(
            "<moderate xmlns='{namespace}' id='{id}'><retract xmlns='urn:xmpp:message-retract:1'/><reason>spam</reason></moderate>"
        );
    }
    format!(
        "<apply-to xmlns='urn:xmpp:fasten:0' id='{id}'><moderate xmlns='{namespace}'>\
         <retract xmlns='urn:xmpp:message-retract:0'/><reason>spam</reason></moderate></apply-to>"
    )
}

pub fn is_the_same_on_each_way(server: &dyn Server) {
    let [alice_id, olga_id, bob_id, carl_id] = ["alice", "olga", "bob", "carl"].map(|name| server.new_user(name));
    let name = alice_id.split('@').next().unwrap();
    let mut olga = Foreign::login(server, &olga_id);
    let room = room(&mut olga, &format!("veiled-{name}"), "Olga", &[("whois", "moderators")]);
    let group = format!("group_{room}");
    let info = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    let features = olga.ask("get", Some(&room), info);
    // What holds without them is in `rooms::a_room_that_hides_who_people_are`.
    assert!(features.contains("urn:xmpp:occupant-id:0"));
    let (alice, _dir) = login(server, &alice_id);
    alice.ok("joinGroup", json!({ "groupID": room }));
    let (away, away_dir) = login(server, &alice_id);
    away.wait("it is in the room", |away| {
        away.list().iter().any(|row| row["conversationID"] == group.as_str())
    });
    drop(away);
    let [mut bob, mut carl, mut tablet] = [&bob_id, &carl_id, &alice_id].map(|jid| Foreign::login(server, jid));
    for (client, nick) in [(&mut bob, "Bob"), (&mut carl, "Carl"), (&mut tablet, "Tablet")] {
        client.act(&json!({ "do": "join", "room": room, "nick": nick }));
    }

    let mut expected: Vec<(bool, Value, i64)> = Vec::new();
    let mut said = |is_self: bool, text: &str| expected.push((is_self, json!(text), 2));
    alice.send(&group, "mine");
    carl.hears("mine");
    said(true, "mine");
    tablet.say("groupchat", &room, "t1", "from the tablet");
    tablet.say("groupchat", &room, "t2", "oops, the tablet");
    let of_tablet = archive_id(&tablet, "t2");
    said(true, "from the tablet");
    said(true, "oops, the tablet");
    for (id, text) in [
        ("b1", "from bob"),
        ("b2", "oops, bob"),
        ("b3", "oops, bob, earlier"),
        ("b4", "spam"),
    ] {
        bob.say("groupchat", &room, id, text);
        said(false, text);
    }
    let [from_bob, of_bob, spam] = ["b1", "b2", "b4"].map(|id| archive_id(&bob, id));
    let wrong = alice.send(&group, "oops, mine");
    carl.hears("oops, mine");
    said(true, "oops, mine");
    next_second();

    // Nobody takes back what another has said, whichever name the other had.
    for (client, nick) in [(&mut bob, "Robert"), (&mut carl, "Bob")] {
        client.raw(&format!("<presence to='{room}/{nick}'/>"));
        client.flush();
    }
    carl.raw(&retraction(&room, "c1", &from_bob));
    carl.flush();
    bob.raw(&retraction(&room, "b5", &of_bob));
    bob.raw(&format!(
        "<message to='{room}' type='groupchat' id='b6'><apply-to xmlns='urn:xmpp:fasten:0' id='b3'>\
         <retract xmlns='urn:xmpp:message-retract:0'/></apply-to><fallback xmlns='urn:xmpp:fallback:0'/>\
         <body>This person attempted to retract a previous message, but it's unsupported by your client.</body>\
         <store xmlns='urn:xmpp:hints'/></message>"
    ));
    tablet.raw(&retraction(&room, "t3", &of_tablet));
    alice.ok("revokeMessage", json!({ "msgID": wrong }));
    let mut recalled = vec!["oops, bob", "oops, bob, earlier", "oops, the tablet", "oops, mine"];
    let offered = ["urn:xmpp:message-moderate:0", "urn:xmpp:message-moderate:1"];
    let offered = offered.into_iter().filter(|style| features.contains(style));
    let mut left = vec![spam];
    for style in offered {
        // The first style takes the spam away; each further one has a message of its own.
        let id = left.pop().unwrap_or_else(|| {
            bob.say("groupchat", &room, style, style);
            said(false, style);
            archive_id(&bob, style)
        });
        recalled.push(if recalled.contains(&"spam") { style } else { "spam" });
        olga.ask("set", Some(&room), &moderation(style, &id));
    }
    bob.flush();
    bob.say("groupchat", &room, "b9", "the last");
    said(false, "the last");
    bob.hears("the last");
    for (_, text, status) in &mut expected {
        if recalled.contains(&text.as_str().unwrap_or_default()) {
            *status = 6;
        }
    }
    let shows = |app: &App, what: &str, is_archived: bool| {
        // Some archives have nothing left of what was retracted in the newer form.
        let is_dropped = |text: &Value| is_archived && server.drops_retracted() && text != "oops, bob, earlier";
        let here = expected
            .iter()
            .filter(|(_, text, status)| *status == 2 || !is_dropped(text));
        let rows = here.map(|(is_self, text, status)| match status {
            2 => json!([is_self, text, status]),
            _ => json!([is_self, null, status]),
        });
        let unread = expected.iter().filter(|(is_self, _, status)| !is_self && *status == 2);
        let expected = json!([unread.count(), rows.collect::<Vec<_>>()]);
        let end = Instant::now() + Duration::from_secs(60);
        while shown(app, &group) != expected && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(shown(app, &group), expected, "{what}");
    };
    shows(&alice, "live", false);
    let again = App::open_with(&json!({ "dataDir": away_dir.path(), "backend": server.backend(&alice_id) }));
    again.ok("login", json!({}));
    shows(&again, "after a time away", true);
    let (new, _new_dir) = login(server, &alice_id);
    shows(&new, "a new device", true);

    // The room keeps a secret, and so does libim.
    let told = carl.everything();
    assert!(!told.iter().any(|xml| xml.contains(&alice_id)), "{told:#?}");
}
