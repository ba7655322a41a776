//! Friends, names and pictures.

use crate::support::app::App;
use crate::support::script::{self, ROOM, Script};
use crate::support::temp_dir;
use crate::{BOB, CHAT, from_bob, login};
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

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

/// Two devices change one friend at the same moment: the pushes may come in another order than the changes were made.
#[test]
fn changes_of_a_friend_that_cross_end_as_the_roster_has_them() {
    const BOBBY: &str = "<item jid='bob@im.test' name='Bobby' subscription='none'/>";
    const GONE: &str = "<item jid='bob@im.test' subscription='remove'/>";
    for (pushes, roster, remarks) in [([BOBBY, GONE], BOBBY, vec!["Bobby"]), ([GONE, BOBBY], "", vec![])] {
        let asked = AtomicUsize::new(0);
        let script = Script::start(false, move |server, xml| {
            let is_roster = xml.contains("jabber:iq:roster") && xml.contains("'get'");
            if is_roster {
                // At first nobody is in it.
                let items = if asked.fetch_add(1, Ordering::SeqCst) == 0 {
                    ""
                } else {
                    roster
                };
                server.reply(xml, &format!("<query xmlns='jabber:iq:roster'>{items}</query>"));
            }
            is_roster
        });
        let dir = temp_dir();
        let app = App::open_with(&script.config(dir.path()));
        login(&app);
        for (number, item) in pushes.iter().enumerate() {
            script.say(&format!(
                "<iq type='set' id='push-{number}'><query xmlns='jabber:iq:roster'>{item}</query></iq>"
            ));
        }
        app.wait("it is asked again", |_| {
            script.heard(&["jabber:iq:roster", "type='get'"]).len() == 2
        });
        app.wait("it is as the roster has it", |app| {
            let friends = app.ok("getFriendList", json!({}));
            let shown: Vec<_> = friends
                .as_array()
                .unwrap()
                .iter()
                .map(|friend| friend["friendRemark"].clone())
                .collect();
            shown == remarks
        });
    }
}

/// A server that answers from another process than it pushes from may send the push first.
#[test]
fn a_friend_who_is_added_while_the_roster_is_read_stays() {
    let asked = AtomicUsize::new(0);
    let script = Script::start(false, move |server, xml| {
        let is_roster = xml.contains("jabber:iq:roster") && xml.contains("'get'");
        if is_roster {
            let roster = |item: &str| format!("<query xmlns='jabber:iq:roster'>{item}</query>");
            let bobby = roster("<item jid='bob@im.test' name='Bobby' subscription='none'/>");
            if asked.fetch_add(1, Ordering::SeqCst) == 0 {
                server.say(&format!("<iq type='set' id='push'>{bobby}</iq>"));
                server.reply(xml, &roster(""));
            } else {
                server.reply(xml, &bobby);
            }
        }
        is_roster
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    app.wait("it is as the roster has it", |app| {
        app.ok("getFriendList", json!({}))[0]["friendRemark"] == "Bobby"
    });
}

/// A message may have to wait until the archive is read, and whoever has sent it is not shown as typing all that time.
#[test]
fn nobody_types_a_message_that_waits_for_the_archive() {
    let is_later = Arc::new(AtomicBool::new(false));
    let withheld = Arc::new(Mutex::new(Vec::new()));
    let script = Script::start(false, {
        let (is_later, withheld) = (Arc::clone(&is_later), Arc::clone(&withheld));
        move |_, xml| {
            let waits = is_later.load(Ordering::Relaxed) && xml.contains("urn:xmpp:mam:2") && xml.contains("<set");
            if waits {
                withheld.lock().unwrap().push(xml.to_owned());
            }
            waits
        }
    });
    let dir = temp_dir();
    let config = script.config(dir.path());
    let app = App::open_with(&config);
    login(&app);
    script.say(&from_bob("s1", "<body>s1</body>"));
    app.wait("it is there", |app| app.texts(CHAT) == ["s1"]);
    drop(app);
    is_later.store(true, Ordering::Relaxed);
    let app = App::open_with(&config);
    app.ok("login", json!({}));
    app.wait("the archive is asked", |_| !withheld.lock().unwrap().is_empty());
    let typing = |app: &App| -> Vec<bool> {
        let all = app.heard.all();
        all.iter().filter_map(|(_, told)| told["isTyping"].as_bool()).collect()
    };
    let types = || {
        script.say(&from_bob(
            "t",
            "<composing xmlns='http://jabber.org/protocol/chatstates'/>",
        ))
    };
    types();
    app.wait("he types", |app| typing(app) == [true]);
    script.say(&from_bob("s2", "<body>s2</body>"));
    // Said again and again it does not end by itself; it begins again after the end only.
    app.wait("he has written, and types again", |app| {
        types();
        typing(app) == [true, false, true]
    });
    assert_eq!(app.texts(CHAT), ["s1"], "it waits");
}
