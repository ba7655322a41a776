//! Rooms that another client has made or noted: what it owns stays, and rooms that hide who people are.

use crate::client::Foreign;
use crate::{login, servers};
use im::events::Event;
use serde_json::json;
use servers::Server;

pub const BOOKMARKS: &str = "urn:xmpp:bookmarks:1";

/// A room of somebody's, with these fields of its configuration.
pub fn room(owner: &mut Foreign, name: &str, nick: &str, fields: &[(&str, &str)]) -> String {
    let room = format!("{name}@conference.{}", servers::DOMAIN);
    owner.act(&json!({ "do": "join", "room": room, "nick": nick }));
    let fields: String = fields
        .iter()
        .map(|(name, value)| format!("<field var='muc#roomconfig_{name}'><value>{value}</value></field>"))
        .collect();
    let form = format!(
        "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'>\
         <field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field>\
         <field var='muc#roomconfig_persistentroom'><value>1</value></field>{fields}</x></query>"
    );
    owner.ask("set", Some(&room), &form);
    room
}

fn form(kind: &str, fields: &[(&str, &str)]) -> String {
    let fields: String = fields
        .iter()
        .map(|(name, value)| format!("<field var='pubsub#{name}'><value>{value}</value></field>"))
        .collect();
    format!(
        "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'>\
         <value>http://jabber.org/protocol/pubsub#{kind}</value></field>{fields}</x>"
    )
}

/// The node for bookmarks, as another client makes it.
pub fn make_node(client: &mut Foreign) {
    let fields = [
        ("persist_items", "true"),
        ("max_items", "255"),
        ("access_model", "whitelist"),
    ];
    let configure = form("node_config", &fields);
    let create = format!(
        "<pubsub xmlns='http://jabber.org/protocol/pubsub'><create node='{BOOKMARKS}'/><configure>{configure}</configure></pubsub>"
    );
    client.ask("set", None, &create);
}

/// Another client of the user notes a room.
pub fn note(client: &mut Foreign, room: &str, attributes: &str, inner: &str) {
    let publish = format!(
        "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='{BOOKMARKS}'><item id='{room}'>\
         <conference xmlns='{BOOKMARKS}' {attributes}>{inner}</conference></item></publish></pubsub>"
    );
    client.ask("set", None, &publish);
}

/// What the account's bookmarks say of a room.
pub fn noted(client: &mut Foreign, room: &str) -> Option<String> {
    let items = format!("<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='{BOOKMARKS}'/></pubsub>");
    let answer = client.ask("get", None, &items);
    let (_, item) = answer.split_once(&format!("id=\"{room}\""))?;
    item.split("</item>").next().map(str::to_owned)
}

pub fn bookmarks_are_left_alone(server: &dyn Server) {
    let (alice_id, olga_id) = (server.new_user("alice"), server.new_user("olga"));
    let name = alice_id.split('@').next().unwrap();
    let mut olga = Foreign::login(server, &olga_id);
    let mut other = Foreign::login(server, &alice_id);
    let secret = [("passwordprotectedroom", "1"), ("roomsecret", "sesame")];
    let known = room(&mut olga, &format!("known-{name}"), "Olga", &secret);
    let unknown = room(&mut olga, &format!("unknown-{name}"), "Olga", &secret);
    let members = room(&mut olga, &format!("members-{name}"), "Olga", &[("membersonly", "1")]);
    let open = room(&mut olga, &format!("open-{name}"), "Olga", &[]);
    let later = room(&mut olga, &format!("later-{name}"), "Olga", &[]);
    make_node(&mut other);
    let gone = format!("gone-{name}@conference.{}", servers::DOMAIN);
    note(
        &mut other,
        &known,
        "autojoin='true' name='Known'",
        "<nick>Al</nick><password>sesame</password>",
    );
    note(
        &mut other,
        &later,
        "autojoin='false' name='Later'",
        "<nick>Al</nick><extensions><x xmlns='other:app'/></extensions>",
    );
    for (room, name) in [
        (&unknown, "Unknown"),
        (&members, "Members"),
        (&open, "Open"),
        (&gone, "Gone"),
    ] {
        note(
            &mut other,
            room,
            &format!("autojoin='true' name='{name}'"),
            "<nick>Al</nick>",
        );
    }

    let (alice, _dir) = login(server, &alice_id);
    let group = |room: &str| format!("group_{room}");
    for room in [&known, &unknown, &members, &open, &gone] {
        alice.wait("it is listed", |alice| {
            alice.list().iter().any(|row| row["conversationID"] == *group(room))
        });
    }
    let joined = |alice: &crate::App| {
        let groups = alice.ok("getJoinedGroupList", json!({}));
        let mut ids: Vec<String> = groups
            .as_array()
            .unwrap()
            .iter()
            .map(|group| group["groupID"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    let mut let_in = vec![known.clone(), open.clone()];
    let_in.sort();
    alice.wait("the others have let it in", |alice| joined(alice) == let_in);
    assert_eq!(alice.conversation(&group(&gone))["showName"], "Gone");
    for (room, code, says) in [
        (&unknown, 10007, "password"),
        (&members, 10007, "members only"),
        (&gone, 8501, "does not exist"),
    ] {
        alice.wait("the app is told why", |alice| {
            let told = alice.heard.all();
            told.iter().any(|(event, payload)| {
                *event == im::events::Event::GroupEntryFailed
                    && payload["groupID"] == **room
                    && payload["code"] == code
                    && payload["desc"].as_str().unwrap().contains(says)
            })
        });
    }

    // A kick ends the visit. Whoever wants to come back may.
    let kick = "<query xmlns='http://jabber.org/protocol/muc#admin'><item nick='Al' role='none'/></query>";
    olga.ask("set", Some(&open), kick);
    alice.wait("it is out", |alice| joined(alice) == [known.clone()]);
    alice.ok("joinGroup", json!({ "groupID": open }));
    alice.ok("joinGroup", json!({ "groupID": later }));
    assert_eq!(
        alice.call("joinGroup", &json!({ "groupID": members })).0,
        10007,
        "the app is told why"
    );

    // With the password of a room it is let in, whether or not there was a bookmark; the bookmark keeps it.
    let fresh = room(&mut olga, &format!("fresh-{name}"), "Olga", &secret);
    note(&mut other, &fresh, "autojoin='false' name='Fresh'", "<nick>Al</nick>");
    for room in [&unknown, &fresh] {
        for (password, code) in [(None, 10007), (Some("open"), 10007), (Some("sesame"), 0)] {
            let request = json!({ "groupID": room, "password": password });
            assert_eq!(alice.call("joinGroup", &request).0, code, "{password:?}");
        }
        let bookmark = noted(&mut other, room).unwrap();
        assert!(bookmark.contains("<password>sesame</password>"), "{bookmark}");
    }

    for room in [&known, &unknown, &members, &open, &gone, &later] {
        let bookmark = noted(&mut other, room).expect(room);
        assert!(bookmark.contains("<nick>Al</nick>"), "{bookmark}");
    }
    assert!(
        noted(&mut other, &known)
            .unwrap()
            .contains("<password>sesame</password>")
    );
    let rewritten = noted(&mut other, &later).unwrap();
    assert!(
        rewritten.contains("other:app") && rewritten.contains("autojoin=\"true\""),
        "{rewritten}"
    );
    // Leaving here is what retracts one, of a room that one is in and of one that one is not let into.
    for room in [&open, &gone] {
        alice.ok("quitGroup", json!({ "groupID": room }));
        assert_eq!(noted(&mut other, room), None);
    }
}

pub fn a_room_that_hides_who_people_are(server: &dyn Server) {
    let (alice_id, olga_id, carl_id) = (
        server.new_user("alice"),
        server.new_user("olga"),
        server.new_user("carl"),
    );
    let name = alice_id.split('@').next().unwrap();
    let mut olga = Foreign::login(server, &olga_id);
    let whois = [("whois", "moderators")];
    let room = room(&mut olga, &format!("hidden-{name}"), "Olga", &whois);
    let group = format!("group_{room}");
    // Somebody else has the name that alice would have.
    let mut carl = Foreign::login(server, &carl_id);
    carl.act(&json!({ "do": "join", "room": room, "nick": name }));
    let (alice, _dir) = login(server, &alice_id);
    alice.ok("joinGroup", json!({ "groupID": room }));
    let mine = alice.send(&group, "mine");
    alice.wait("it is sent", |alice| alice.history(&group)[0]["status"] == 2);
    let heard = carl.hears("mine");
    let nick = heard["sender"].as_str().unwrap().split_once('/').unwrap().1;
    assert!(
        !nick.contains(servers::DOMAIN) && nick != name,
        "{nick} tells who it is"
    );
    olga.say("groupchat", &room, "o1", "oops");
    alice.wait("olga's message", |alice| alice.texts(&group) == ["mine", "oops"]);
    assert_eq!(alice.conversation(&group)["unreadCount"], 1);
    let history = alice.history(&group);
    let oops = history.iter().find(|message| message["isSelf"] == false).unwrap();
    assert!(
        oops["sender"].as_str().unwrap().starts_with(&format!("{room}/")),
        "{oops}"
    );
    assert_eq!(oops["nickName"], "Olga");
    let info = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    let features = olga.ask("get", Some(&room), info);
    assert_eq!(features.contains("urn:xmpp:occupant-id:0"), server.names_occupants());
    let (later, _later_dir) = login(server, &alice_id);
    later.wait("a later device", |later| later.texts(&group) == ["mine", "oops"]);
    let message = later
        .history(&group)
        .into_iter()
        .find(|message| message["msgID"] == *mine)
        .unwrap();
    assert_eq!(
        (&message["isSelf"], &message["sender"]),
        (&json!(true), &json!(alice_id))
    );
    let archived = olga.history(json!({ "room": room }));
    let id = archived.iter().find(|message| message["text"] == "oops").unwrap()["archiveID"]
        .as_str()
        .unwrap()
        .to_owned();
    let recall = format!(
        "<message to='{room}' type='groupchat' id='o2'><retract xmlns='urn:xmpp:message-retract:1' id='{id}'/>\
         <body>recalled</body></message>"
    );
    // Only who has said it may take it back, also under the name that the other had.
    carl.act(&json!({ "do": "raw", "xml": recall }));
    carl.say("groupchat", &room, "c1", "was it me?");
    alice.wait("carl has tried", |alice| {
        alice.texts(&group).last().is_some_and(|text| text == "was it me?")
    });
    assert_eq!(alice.texts(&group), ["mine", "oops", "was it me?"]);
    olga.act(&json!({ "do": "raw", "xml": recall }));
    if server.names_occupants() {
        alice.wait("it is recalled", |alice| {
            alice.history(&group).iter().any(|message| message["status"] == 6)
        });
    } else {
        // Nobody can say that this is the one who has said it.
        olga.say("groupchat", &room, "o3", "and me?");
        alice.wait("olga has tried", |alice| {
            alice.texts(&group) == ["mine", "oops", "was it me?", "and me?"]
        });
    }
}

/// What an owner does with another client is told here; what somebody only claims is not.
pub fn what_another_client_does_is_told(server: &dyn Server) {
    let (alice_id, olga_id, bob_id) = (
        server.new_user("alice"),
        server.new_user("olga"),
        server.new_user("bob"),
    );
    let name = alice_id.split('@').next().unwrap();
    let mut olga = Foreign::login(server, &olga_id);
    let room = room(&mut olga, &format!("told-{name}"), "Olga", &[("whois", "anyone")]);
    let (alice, _dir) = login(server, &alice_id);
    alice.ok("joinGroup", json!({ "groupID": room }));
    let mut list = |jid: &str, affiliation: &str| {
        let item = format!("<item jid='{jid}' affiliation='{affiliation}'/>");
        let query = format!("<query xmlns='http://jabber.org/protocol/muc#admin'>{item}</query>");
        olga.ask("set", Some(&room), &query);
    };
    let told = |alice: &crate::App, events: &[Event], user: &str| {
        let heard = alice.heard.all();
        heard.iter().any(|(event, payload)| {
            events.contains(event) && payload["groupID"] == *room && payload["memberList"][0]["userID"] == *user
        })
    };
    list(&bob_id, "member");
    alice.wait("bob is a member", |alice| {
        told(alice, &[Event::MemberEnter, Event::MemberInvited], &bob_id)
    });
    // A claim of his own, to her and in the room, and then the truth.
    let mut bob = Foreign::login(server, &bob_id);
    let claim =
        format!("<x xmlns='http://jabber.org/protocol/muc#user'><item jid='{olga_id}' affiliation='outcast'/></x>");
    bob.raw(&format!("<message to='{alice_id}'>{claim}</message>"));
    bob.raw(&format!("<message to='{room}' type='groupchat'>{claim}</message>"));
    bob.flush();
    list(&alice_id, "admin");
    alice.wait("she is an administrator", |alice| {
        told(alice, &[Event::GrantAdministrator], &alice_id)
    });
    list(&bob_id, "outcast");
    alice.wait("bob is out", |alice| told(alice, &[Event::MemberKicked], &bob_id));
    assert!(!told(&alice, &[Event::MemberKicked], &olga_id));
    let history = alice.history(&format!("group_{room}"));
    let kinds: Vec<_> = history.iter().map(|tip| tip["groupTipsElem"]["type"].clone()).collect();
    assert_eq!(kinds[0], 1, "that she has joined herself: {kinds:?}");
    assert_eq!(kinds[2..], [json!(5), json!(4)], "{kinds:?}");
    assert_eq!(alice.conversation(&format!("group_{room}"))["unreadCount"], 0);
}
