//! Groups: being in them, and what is said there.

use crate::support::app::App;
use crate::support::script::{self, Connection, ME, MUC_USER, ROOM, Script};
use crate::support::temp_dir;
use crate::{BOB, CHAT, from_bob, login};
use serde_json::json;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The groups that the account is in.
pub(crate) fn groups(app: &App) -> Vec<String> {
    let groups = app.ok("getJoinedGroupList", json!({}));
    let ids = groups.as_array().unwrap().iter();
    ids.map(|group| group["groupID"].as_str().unwrap().to_owned()).collect()
}

pub(crate) fn is_retraction(xml: &str) -> bool {
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
        let is_gone = reads_bookmarks(xml) && reads.fetch_add(1, Ordering::Relaxed) > 0;
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

/// What the server tells when another device of the user has joined the group, or quit it.
fn bookmarked(is_member: bool) -> String {
    let item = if is_member {
        format!("<item id='{ROOM}'><conference xmlns='urn:xmpp:bookmarks:1' autojoin='true' name='Team'/></item>")
    } else {
        format!("<retract id='{ROOM}'/>")
    };
    format!(
        "<message type='headline' from='{ME}' to='{ME}/phone'><event xmlns='http://jabber.org/protocol/pubsub#event'>\
         <items node='urn:xmpp:bookmarks:1'>{item}</items></event></message>"
    )
}

/// At once, so that the device finds all of it where it looks for the next stanza.
pub(crate) fn answer(iq: &str, payload: &str) -> String {
    format!("<iq type='result' id='{}'>{payload}</iq>", script::attr(iq, "id"))
}

fn reads_bookmarks(xml: &str) -> bool {
    xml.contains("<items") && xml.contains("urn:xmpp:bookmarks:1")
}

#[test]
fn what_another_device_joins_after_the_sync_has_read_the_bookmarks_is_joined() {
    let reads = AtomicUsize::new(0);
    let script = Script::start(false, move |server, xml| {
        let is_gone = reads_bookmarks(xml) && reads.fetch_add(1, Ordering::Relaxed) == 1;
        if is_gone {
            server.say(&(answer(xml, &script::bookmarks(&[])) + &bookmarked(true)));
        }
        is_gone
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    app.wait("the group was left and is joined", |app| {
        !script.heard(&["<presence", "unavailable", ROOM]).is_empty() && groups(app) == [ROOM]
    });
}

#[test]
fn what_another_device_joins_after_this_one_has_quit_it_is_joined() {
    let script = Script::start(false, |server, xml| {
        if is_retraction(xml) {
            server.say(&(bookmarked(false) + &answer(xml, "") + &bookmarked(true)));
        }
        is_retraction(xml)
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    app.ok("quitGroup", json!({ "groupID": ROOM }));
    app.wait("the group was left and is joined", |app| {
        !script.heard(&["<presence", "unavailable", ROOM]).is_empty() && groups(app) == [ROOM]
    });
}

#[test]
fn what_another_device_quits_after_the_room_has_let_this_one_in_is_left_until_it_joins_again() {
    let entries = AtomicUsize::new(0);
    let script = Script::start(false, move |server, xml| {
        if reads_bookmarks(xml) {
            server.reply(xml, &script::bookmarks(&[]));
        } else if xml.starts_with("<presence") && script::attr(xml, "to") == format!("{ROOM}/alice") {
            if script::attr(xml, "type").is_empty() {
                let is_first = entries.fetch_add(1, Ordering::Relaxed) == 0;
                let quits = if is_first { bookmarked(false) } else { String::new() };
                server.say(&(script::entered(ROOM) + &quits));
            }
        } else {
            return false;
        }
        true
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    // As libim writes it: since when the user is a member.
    let joined = "<extensions><joined xmlns='urn:libim:bookmark:0' stamp='2026-01-01T00:00:00Z'/></extensions>";
    let joins = bookmarked(true).replace("name='Team'/>", &format!("name='Team'>{joined}</conference>"));
    script.say(&joins);
    app.wait("the room is left", |_| {
        script.heard(&["<presence", "unavailable", ROOM]).len() == 1
    });
    script.say(&from_bob("b", "<body>b</body>"));
    app.wait("all was heard", |app| app.texts(CHAT) == ["b"]);
    assert_eq!(groups(&app), [""; 0]);
    // If this device took itself for a member still, it would not enter.
    script.say(&joins);
    app.wait("the group is joined", |app| groups(app) == [ROOM]);
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

/// Logs in again where the answers to some requests are other ones, and says in which groups the account is then.
fn groups_after_another_login(odd: impl Fn(&mut Connection, &str) -> bool + Send + Sync + 'static) -> Vec<String> {
    let is_odd = Arc::new(AtomicBool::new(false));
    let script = Script::start(false, {
        let is_odd = Arc::clone(&is_odd);
        move |server, xml| is_odd.load(Ordering::Relaxed) && odd(server, xml)
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    assert_eq!(groups(&app), [ROOM]);
    drop(app);
    is_odd.store(true, Ordering::Relaxed);
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    groups(&app)
}

#[test]
fn groups_stay_while_the_service_that_knows_them_is_down() {
    let reads = |xml: &str| xml.contains("<items") && xml.contains("urn:xmpp:bookmarks:1");
    let groups = groups_after_another_login(move |server, xml| {
        if reads(xml) {
            server.refuse(xml, "service-unavailable");
        }
        reads(xml)
    });
    assert_eq!(groups, [ROOM]);
    let groups = groups_after_another_login(move |server, xml| {
        if reads(xml) {
            server.refuse(xml, "item-not-found");
        }
        reads(xml)
    });
    assert_eq!(groups, [""; 0], "nobody has any group");
}

#[test]
fn members_are_not_told_without_the_list_that_did_not_come() {
    let script = Script::start(false, |server, xml| {
        let asks = xml.contains("muc#admin") && xml.contains("member");
        if asks {
            server.refuse(xml, "remote-server-timeout");
        }
        asks
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let (code, desc) = app.call("getGroupMemberList", &json!({ "groupID": ROOM }));
    assert_eq!(code, 9510, "{desc}");
}

#[test]
fn a_message_that_a_room_takes_only_later_is_sent_again() {
    let refused = Mutex::new(HashSet::new());
    let script = Script::start(false, move |server, xml| {
        if !xml.starts_with("<message") || !xml.contains("groupchat") {
            return false;
        }
        let id = script::attr(xml, "id");
        if refused.lock().unwrap().insert(id.clone()) {
            server.say(&format!(
                "<message type='error' from='{ROOM}' to='{ME}/phone' id='{id}'><error type='wait'>\
                 <policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
            ));
        } else {
            let body = xml.split("<body>").nth(1).and_then(|rest| rest.split("</body>").next());
            server.say(&format!(
                "<message xmlns='jabber:client' type='groupchat' from='{ROOM}/alice' to='{ME}/phone' id='{id}'>\
                 <body>{}</body><stanza-id xmlns='urn:xmpp:sid:0' by='{ROOM}' id='s-{id}'/></message>",
                body.unwrap_or_default()
            ));
        }
        true
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let group = format!("group_{ROOM}");
    for text in ["one", "two"] {
        app.send(&group, text);
    }
    app.wait("both are sent", |app| {
        app.history(&group).iter().all(|message| message["status"] == 2)
    });
    assert_eq!(app.texts(&group), ["one", "two"]);
    assert_eq!(script.heard(&["<message", "groupchat", "one"]).len(), 2);
}

#[test]
fn a_room_that_takes_one_message_in_a_while_gets_all_in_order() {
    let last = Mutex::new(None::<Instant>);
    let script = Script::start(false, move |server, xml| {
        if !xml.starts_with("<message") || !xml.contains("groupchat") {
            return false;
        }
        let id = script::attr(xml, "id");
        let mut last = last.lock().unwrap();
        if last.is_some_and(|last| last.elapsed() < Duration::from_millis(500)) {
            server.say(&format!(
                "<message type='error' from='{ROOM}' to='{ME}/phone' id='{id}'><error type='wait'>\
                 <policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
            ));
        } else {
            *last = Some(Instant::now());
            let body = xml.split("<body>").nth(1).and_then(|rest| rest.split("</body>").next());
            server.say(&format!(
                "<message xmlns='jabber:client' type='groupchat' from='{ROOM}/alice' to='{ME}/phone' id='{id}'>\
                 <body>{}</body><stanza-id xmlns='urn:xmpp:sid:0' by='{ROOM}' id='s-{id}'/></message>",
                body.unwrap_or_default()
            ));
        }
        true
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let group = format!("group_{ROOM}");
    let texts: Vec<String> = (1..=9).map(|number| number.to_string()).collect();
    for text in &texts {
        app.send(&group, text);
    }
    app.wait_for(Duration::from_secs(120), "all have ended", |app| {
        app.history(&group).iter().all(|message| message["status"] != 1)
    });
    let sent = |message: &serde_json::Value| message["status"] == 2;
    assert!(app.history(&group).iter().all(sent), "{:#?}", app.history(&group));
    assert_eq!(app.texts(&group), texts);
}
