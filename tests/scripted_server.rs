//! What XMPP servers and other people's clients do seldom, and no real one can be told to do: a server that is a script.

mod support;

use im::events::Event;
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::app::App;
use support::script::{self, ME, MUC_USER, ROOM, Script};
use support::temp_dir;

const BOB: &str = "bob@im.test";
const CHAT: &str = "c2c_bob@im.test";

/// Logs in and waits until the first sync has ended.
fn login(app: &App) {
    app.ok("login", json!({}));
    app.wait("the first sync has ended", |app| {
        app.heard.count(Event::SyncServerFinish) > 0
    });
}

/// A message of Bob's, with these elements.
fn from_bob(id: &str, elements: &str) -> String {
    format!("<message type='chat' from='{BOB}/phone' to='{ME}/phone' id='{id}'>{elements}</message>")
}

#[test]
fn what_the_cache_cannot_store_is_never_acknowledged() {
    let script = Script::start(true, |_, _| false);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    // A cache that cannot store this message, as on a disk that is full.
    let cache = rusqlite::Connection::open(dir.path().join("alice%40im%2etest/im.db")).unwrap();
    cache
        .execute_batch("CREATE TRIGGER full BEFORE INSERT ON message BEGIN SELECT RAISE(ABORT, 'full'); END")
        .unwrap();
    let before = script.heard(&["<a ", "urn:xmpp:sm:3"]).len();
    script.say("<r xmlns='urn:xmpp:sm:3'/>");
    app.wait("it acknowledges", |_| {
        script.heard(&["<a ", "urn:xmpp:sm:3"]).len() > before
    });
    let stored = script::attr(script.heard(&["<a ", "urn:xmpp:sm:3"]).last().unwrap(), "h");
    script.say(&from_bob("lost", "<body>hi</body>"));
    app.wait("the session is given up", |app| {
        app.heard.count(Event::ConnectFailed) > 0
    });
    app.wait("another one begins", |app| app.heard.count(Event::ConnectSuccess) == 2);
    let last = script.heard(&["<a ", "urn:xmpp:sm:3"]);
    let last = last.iter().map(|ack| script::attr(ack, "h")).next_back();
    assert_eq!(last, Some(stored), "the server is to deliver the message again");
    cache.execute_batch("DROP TRIGGER full").unwrap();
    script.say(&from_bob("lost", "<body>hi</body>"));
    app.wait("it is stored", |app| app.texts(CHAT) == ["hi"]);
}

#[test]
fn a_message_counts_whatever_a_peer_adds_to_it() {
    let script = Script::start(false, |_, _| false);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let odd = [
        // Asks the servers not to copy it (XEP-0280, 8).
        "<private xmlns='urn:xmpp:carbons:2'/>",
        "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='n'/></event>",
        "<event xmlns='http://jabber.org/protocol/pubsub#event'/>",
    ];
    for (number, element) in odd.iter().enumerate() {
        script.say(&from_bob(
            &format!("m{number}"),
            &format!("<body>{number}</body>{element}"),
        ));
    }
    app.wait("all are there", |app| app.texts(CHAT) == ["0", "1", "2"]);
    assert_eq!(app.conversation(CHAT)["unreadCount"], 3);
}

#[test]
fn news_of_a_node_without_a_sender_are_the_accounts_own() {
    let script = Script::start(false, |_, _| false);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    script.say(&from_bob("m", "<body>hi</body>"));
    app.wait("it is unread", |app| app.conversation(CHAT)["unreadCount"] == 1);
    script.say(&format!(
        "<message type='headline' to='{ME}/phone'><event xmlns='http://jabber.org/protocol/pubsub#event'>\
         <items node='urn:xmpp:mds:displayed:0'><item id='{BOB}'><displayed xmlns='urn:xmpp:mds:displayed:0'>\
         <stanza-id xmlns='urn:xmpp:sid:0' by='{ME}' id='s1'/></displayed></item></items></event></message>"
    ));
    script.say(&from_bob(
        "n",
        &format!("<body>ho</body><stanza-id xmlns='urn:xmpp:sid:0' by='{ME}' id='s1'/>"),
    ));
    app.wait("another device has read all", |app| {
        app.texts(CHAT).len() == 2 && app.conversation(CHAT)["unreadCount"] == 0
    });
}

/// The groups that the account is in.
fn groups(app: &App) -> Vec<String> {
    let groups = app.ok("getJoinedGroupList", json!({}));
    let ids = groups.as_array().unwrap().iter();
    ids.map(|group| group["groupID"].as_str().unwrap().to_owned()).collect()
}

fn is_retraction(xml: &str) -> bool {
    xml.contains("<retract") && xml.contains("urn:xmpp:bookmarks:1")
}

#[test]
fn a_group_is_quit_when_the_server_knows_it() {
    let refusals = AtomicUsize::new(1);
    let script = Script::start(false, move |server, xml| {
        let refuses = is_retraction(xml) && refusals.swap(0, Ordering::Relaxed) == 1;
        if refuses {
            server.refuse(xml, "internal-server-error");
        }
        refuses
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    assert_eq!(groups(&app), [ROOM]);
    let (code, desc) = app.call("quitGroup", &json!({ "groupID": ROOM }));
    assert_eq!(code, 90004, "the bookmark is there, and with it the membership: {desc}");
    assert_eq!(groups(&app), [ROOM]);
    assert!(
        script.heard(&["<presence", "unavailable"]).is_empty(),
        "the room is not left"
    );
    app.ok("quitGroup", json!({ "groupID": ROOM }));
    assert_eq!(groups(&app), [""; 0]);
    app.wait("the room is left", |_| {
        script.heard(&["<presence", "unavailable", ROOM]).len() == 1
    });
}

#[test]
fn a_group_that_another_device_quits_during_the_sync_is_left() {
    let reads = AtomicUsize::new(0);
    let script = Script::start(false, move |server, xml| {
        let reads_bookmarks = xml.contains("<items") && xml.contains("urn:xmpp:bookmarks:1");
        let is_gone = reads_bookmarks && reads.fetch_add(1, Ordering::Relaxed) > 0;
        if is_gone {
            server.reply(xml, &script::bookmarks(&[]));
        }
        is_gone
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    assert_eq!(groups(&app), [""; 0]);
    app.wait("the room is left", |_| {
        script.heard(&["<presence", "unavailable", ROOM]).len() == 1
    });
}

#[test]
fn one_member_who_cannot_be_invited_keeps_nobody_out_of_a_new_group() {
    const NEW: &str = "new@conference.im.test";
    let script = Script::start(false, |server, xml| {
        let is_iq = xml.starts_with("<iq") && script::attr(xml, "to") == NEW;
        if is_iq && xml.contains("disco#info") {
            server.refuse(xml, "item-not-found");
        } else if is_iq && xml.contains("muc#owner") && xml.contains("'get'") {
            server.reply(
                xml,
                "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='form'/></query>",
            );
        } else if is_iq && xml.contains("carol") {
            server.refuse(xml, "internal-server-error");
        } else if xml.starts_with("<presence") && script::attr(xml, "to").starts_with(NEW) {
            let owner = script::entered(NEW).replace("'member'", "'owner'");
            server.say(&owner.replace("code='110'/>", "code='110'/><status code='201'/>"));
        } else {
            return false;
        }
        true
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let members = ["carol@im.test", "dave@im.test"].map(|user| json!({ "userID": user }));
    let group = json!({ "groupType": "Work", "groupID": "new", "memberList": members });
    assert_eq!(app.ok("createGroup", group), NEW);
    assert_eq!(
        script.heard(&["<message", "jabber:x:conference", "dave@im.test"]).len(),
        1
    );
    assert_eq!(groups(&app), [NEW, ROOM]);
}

#[test]
fn friends_stay_friends_whatever_their_server_adds_to_the_roster() {
    let script = Script::start(false, |server, xml| {
        let is_roster = xml.contains("jabber:iq:roster") && xml.contains("'get'");
        if is_roster {
            server.reply(
                xml,
                "<query xmlns='jabber:iq:roster' odd='1'><item jid='bob@im.test' name='Bobby' subscription='both' odd='1'>\
                 <group>Work</group><channel xmlns='urn:xmpp:mix:roster:0' participant-id='1'/></item><odd xmlns='urn:odd'/>\
                 <item jid='carol@im.test' subscription='none'/></query>",
            );
        }
        is_roster
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let friends = app.ok("getFriendList", json!({}));
    let remarks: Vec<_> = friends
        .as_array()
        .unwrap()
        .iter()
        .map(|friend| &friend["friendRemark"])
        .collect();
    assert_eq!(remarks, ["Bobby", ""]);
    let gone = app.ok("deleteFromFriendList", json!({ "userIDList": ["stranger@im.test"] }));
    assert_eq!(gone[0]["resultCode"], 0, "as on the embedded service");
}

/// Bob's vCard, as an answer.
const CARD: &str = "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:vcard4'><item id='current'>\
    <vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><nickname><text>Bobby</text></nickname></vcard></item></items></pubsub>";

fn asks_for_card(xml: &str) -> bool {
    xml.contains("<items") && xml.contains("urn:xmpp:vcard4") && script::attr(xml, "to") == BOB
}

#[test]
fn a_name_that_a_client_sends_with_each_message_is_looked_up_once() {
    let script = Script::start(false, |server, xml| {
        let asks = asks_for_card(xml);
        if asks {
            server.reply(xml, CARD);
        }
        asks
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let say = |id: &str, nick: &str| {
        script.say(&from_bob(
            id,
            &format!("<body>{id}</body><nick xmlns='http://jabber.org/protocol/nick'>{nick}</nick>"),
        ));
        app.wait("it is there", |app| {
            app.texts(CHAT).last().is_some_and(|text| text == id)
        });
        // An answer to what is asked later comes later.
        app.ok("getGroupsInfo", json!({ "groupIDList": [ROOM] }));
        script.heard(&[]).iter().filter(|xml| asks_for_card(xml)).count()
    };
    say("m0", "Bobby");
    app.wait("the profile is known", |app| {
        app.conversation(CHAT)["showName"] == "Bobby"
    });
    assert_eq!(say("m1", "Bobby"), 1);
    let asked = say("m2", "Robert");
    assert_eq!(
        [say("m3", "Robert"), say("m4", "Bobby"), say("m5", "Robert")],
        [asked; 3]
    );
}

#[test]
fn a_name_stays_when_the_server_of_its_owner_cannot_be_reached() {
    let asked = AtomicUsize::new(0);
    let script = Script::start(false, move |server, xml| {
        if !asks_for_card(xml) {
            return false;
        }
        match asked.fetch_add(1, Ordering::Relaxed) {
            0 => server.reply(xml, CARD),
            1 => server.refuse(xml, "remote-server-timeout"),
            _ => server.refuse(xml, "remote-server-not-found"),
        }
        true
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    script.say(&from_bob("m", "<body>hi</body>"));
    app.wait("the profile is known", |app| {
        app.conversation(CHAT)["showName"] == "Bobby"
    });
    for _ in 0..2 {
        let info = app.ok("getUsersInfo", json!({ "userIDList": [BOB] }));
        assert_eq!(info[0]["nickName"], "Bobby");
        assert_eq!(app.conversation(CHAT)["showName"], "Bobby");
    }
}

/// The account reads the archive of the room, which refuses so many times, and meanwhile somebody says "now" there. What the
/// account has of it in the end.
fn read_an_archive_that_refuses(times: usize) -> Vec<String> {
    let refusals = AtomicUsize::new(0);
    let script = Script::start(false, move |server, xml| {
        if !xml.contains("urn:xmpp:mam:2") || script::attr(xml, "to") != ROOM {
            return false;
        }
        if refusals.fetch_add(1, Ordering::Relaxed) < times {
            server.say(&in_room("n", "now"));
            server.refuse(xml, "internal-server-error");
            return true;
        }
        let query = script::attr(xml, "queryid");
        server.say(&format!(
            "<message from='{ROOM}' to='{ME}/phone'><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='s-m'>\
             <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>{}\
             </forwarded></result></message>",
            in_room("m", "missed")
        ));
        server.reply(
            xml,
            "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'>\
             <first>s-m</first><last>s-m</last></set></fin>",
        );
        true
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let group = format!("group_{ROOM}");
    app.wait("what is said now is there", |app| {
        app.texts(&group).last().is_some_and(|text| text == "now")
    });
    app.texts(&group)
}

fn in_room(id: &str, text: &str) -> String {
    format!(
        "<message xmlns='jabber:client' type='groupchat' from='{ROOM}/bob' id='{id}'><body>{text}</body>\
         <stanza-id xmlns='urn:xmpp:sid:0' by='{ROOM}' id='s-{id}'/><x xmlns='{MUC_USER}'><item jid='{BOB}/phone'/></x>\
         </message>"
    )
}

#[test]
fn what_was_missed_in_a_room_comes_before_what_is_said_now_also_if_the_archive_is_late() {
    assert_eq!(read_an_archive_that_refuses(2), ["missed", "now"]);
}

#[test]
fn a_room_whose_archive_stays_broken_is_not_silent() {
    assert_eq!(read_an_archive_that_refuses(usize::MAX), ["now"]);
}
