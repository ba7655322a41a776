//! What is done to several members one after the other, by a server that takes its time, and what is left of a call that ends before
//! its end.

use crate::login;
use crate::support::app::App;
use crate::support::script::{self, Connection, ME, MUC_USER, ROOM, Script};
use crate::support::temp_dir;
use crate::tips::{banned, group, kicked, lets_in, said, shows, tips};
use im::events::Event;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whom a device puts out.
fn banned_by(xml: &str) -> Option<String> {
    let is_ban = xml.starts_with("<iq") && xml.contains("outcast") | xml.contains("'none'") | xml.contains("\"none\"");
    let jid = script::attr(xml, "jid");
    (is_ban && xml.contains("muc#admin") && !jid.is_empty()).then(|| jid.split('@').next().unwrap().to_owned())
}

/// Those whom tips name as removed, one by one.
fn removed(app: &App) -> Vec<String> {
    let history = app.history(&group());
    let names = history.iter().flat_map(|message| named(&message["groupTipsElem"]));
    names.collect()
}

fn named(elem: &Value) -> Vec<String> {
    let members = elem["memberList"].as_array().cloned().unwrap_or_default();
    members
        .iter()
        .map(|member| member["userID"].as_str().unwrap().to_owned())
        .collect()
}

/// Those whom the app was told of as removed.
fn told(app: &App) -> Vec<String> {
    let all = app.heard.all();
    let kicks = all.iter().filter(|(event, _)| *event == Event::MemberKicked);
    kicks.flat_map(|(_, payload)| named(payload)).collect()
}

const USERS: [&str; 4] = ["bob@im.test", "carol@im.test", "dave@im.test", "erin@im.test"];

fn come_in(script: &Script) {
    for user in USERS {
        let nick = user.split('@').next().unwrap();
        script.say(&format!(
            "<presence from='{ROOM}/{nick}' to='{ME}/phone'><x xmlns='{MUC_USER}'><item affiliation='member' role='participant' \
             jid='{user}/x'/></x></presence>"
        ));
    }
}

/// Removes all of them from a room that takes so long for each.
fn removes_all(pause: Duration) {
    let act = move |server: &mut Connection, xml: &str| {
        let Some(user) = banned_by(xml) else {
            return lets_in(server, xml) || shows(server, xml);
        };
        // The room is slow, and tells everybody before it answers.
        std::thread::sleep(pause);
        server.say(&banned(&user));
        server.reply(xml, "");
        true
    };
    let script = Script::start(false, act);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    come_in(&script);
    app.wait("all are there", |app| {
        let members = app.ok("getGroupMemberList", json!({ "groupID": ROOM, "nextSeq": "0" }));
        members["memberInfoList"].as_array().unwrap().len() == 5
    });
    app.ok("kickGroupMember", json!({ "groupID": ROOM, "memberList": USERS }));
    app.wait_for(
        Duration::from_secs(60),
        "all of it is said, and nothing else is told",
        |app| {
            let all = tips(app);
            removed(app) == USERS && all.iter().all(|tip| *tip == (4, 2))
        },
    );
    // Whatever waits for its time has none any more.
    script.say(&banned("frank"));
    app.wait("what comes later is told", |app| removed(app).len() > USERS.len());
    assert_eq!(removed(&app)[..4], USERS);
    assert_eq!(told(&app), [&USERS[..], &["frank@im.test"]].concat(), "each once");
}

#[test]
fn those_who_are_removed_within_a_moment_are_each_told_once() {
    removes_all(Duration::from_millis(400));
}

#[test]
fn those_whose_removal_takes_longer_than_it_is_waited_for_are_each_told_once() {
    removes_all(Duration::from_millis(3_500));
}

#[test]
fn a_call_that_ends_before_its_end_has_said_what_it_has_done() {
    let script = Script::start(false, |server, xml| match banned_by(xml).as_deref() {
        Some("bob") => {
            server.reply(xml, "");
            true
        }
        // The room never answers.
        Some(_) => true,
        None => lets_in(server, xml) || shows(server, xml),
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    come_in(&script);
    app.wait("all are there", |app| {
        let members = app.ok("getGroupMemberList", json!({ "groupID": ROOM, "nextSeq": "0" }));
        members["memberInfoList"].as_array().unwrap().len() == 5
    });
    let kick = json!({ "groupID": ROOM, "memberList": USERS, "timeoutMs": 2000 });
    let (code, desc) = app.call("kickGroupMember", &kick);
    assert_eq!(code, 9510, "{desc}");
    app.wait("the first was said", |app| {
        removed(app) == ["bob@im.test"] && tips(app) == [(4, 2)]
    });
    // The room has removed another one all the same, and nobody says so.
    script.say(&banned("carol"));
    app.wait("the room is believed", |app| tips(app) == [(4, 2), (4, 5)]);
}

#[test]
fn what_the_room_refuses_is_not_said() {
    let script = Script::start(false, |server, xml| match banned_by(xml).as_deref() {
        Some("bob" | "dave") => {
            server.refuse(xml, "not-allowed");
            true
        }
        Some(_) => {
            server.reply(xml, "");
            true
        }
        None => lets_in(server, xml) || shows(server, xml),
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    come_in(&script);
    app.wait("all are there", |app| {
        let members = app.ok("getGroupMemberList", json!({ "groupID": ROOM, "nextSeq": "0" }));
        members["memberInfoList"].as_array().unwrap().len() == 5
    });
    app.ok("kickGroupMember", json!({ "groupID": ROOM, "memberList": USERS }));
    app.wait("the others are said", |app| {
        removed(app) == ["carol@im.test", "erin@im.test"] && tips(app) == [(4, 2)]
    });
}

#[test]
fn what_was_said_while_the_app_was_closed_takes_the_place_of_what_the_room_told() {
    let is_said = Arc::new(AtomicBool::new(false));
    let script = Script::start(false, {
        let is_said = Arc::clone(&is_said);
        move |server, xml| {
            let reads = xml.contains("urn:xmpp:mam:2") && script::attr(xml, "to") == ROOM;
            if !reads || !is_said.load(Ordering::Relaxed) {
                return lets_in(server, xml);
            }
            let (query, now) = (
                script::attr(xml, "queryid"),
                chrono::DateTime::from(std::time::SystemTime::now()),
            );
            let now: chrono::DateTime<chrono::Utc> = now;
            server.say(&format!(
                "<message from='{ROOM}' to='{ME}/phone'><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='s-m1'>\
                 <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='{}'/>{}</forwarded></result></message>",
                now.format("%Y-%m-%dT%H:%M:%SZ"),
                said("olga", "m1", &kicked("carol")).replacen("<message ", "<message xmlns='jabber:client' ", 1),
            ));
            server.reply(
                xml,
                "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'>\
                 <first>s-m1</first><last>s-m1</last></set></fin>",
            );
            true
        }
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    script.say(&banned("carol"));
    app.wait("the room is believed", |app| tips(app) == [(4, 5)]);
    drop(app);
    is_said.store(true, Ordering::Relaxed);
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    app.wait("it was said", |app| tips(app) == [(4, 2)]);
    assert!(
        app.heard.all().iter().all(|(event, _)| *event != Event::MemberKicked),
        "it was told before"
    );
}
