//! What happens in a group, where the word of whoever did it comes late, not at all, or not in the order of a real server.

use crate::groups::{answer, groups, is_retraction};
use crate::login;
use crate::support::app::App;
use crate::support::script::{self, Connection, ME, MUC_USER, ROOM, Script};
use crate::support::temp_dir;
use im::events::Event;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const OTHER: &str = "other@conference.im.test";

pub(crate) fn group() -> String {
    format!("group_{ROOM}")
}

/// A room that shows who is there lets the account in, as an administrator.
pub(crate) fn lets_in(server: &mut Connection, xml: &str) -> bool {
    let to = script::attr(xml, "to");
    let enters = xml.starts_with("<presence") && script::attr(xml, "type").is_empty();
    let Some((room, _)) = to.split_once('/').filter(|_| enters) else {
        return false;
    };
    let open = script::entered(room).replace("<status code='110'/>", "<status code='110'/><status code='100'/>");
    let affiliation = if room == OTHER { "none" } else { "admin" };
    server.say(&open.replace("'member'", &format!("'{affiliation}'")));
    true
}

/// The room shows a message that the account has sent to it.
pub(crate) fn shows(server: &mut Connection, xml: &str) -> bool {
    let is_said = xml.starts_with("<message") && xml.contains("groupchat");
    if is_said {
        let (id, room) = (script::attr(xml, "id"), script::attr(xml, "to"));
        let from = format!("<message from='{room}/alice' ");
        let stamped = format!("<stanza-id xmlns='urn:xmpp:sid:0' by='{room}' id='s-{id}'/></message>");
        let rest = xml.trim_start_matches("<message ").trim_end_matches("</message>");
        server.say(&format!(
            "{from}{}{stamped}",
            rest.replacen(&format!("to='{room}'"), &format!("to='{ME}/phone'"), 1)
        ));
    }
    is_said
}

/// A member of the room says what happened.
pub(crate) fn said(nick: &str, id: &str, tips: &Value) -> String {
    format!(
        "<message type='groupchat' from='{ROOM}/{nick}' to='{ME}/phone' id='{id}'><tips xmlns='urn:libim:tips:0'>{tips}</tips>\
         <stanza-id xmlns='urn:xmpp:sid:0' by='{ROOM}' id='s-{id}'/><x xmlns='{MUC_USER}'><item jid='{nick}@im.test/x'/></x>\
         </message>"
    )
}

/// The room tells that somebody was shut out.
pub(crate) fn banned(user: &str) -> String {
    format!(
        "<message from='{ROOM}' to='{ME}/phone'><x xmlns='{MUC_USER}'><item affiliation='outcast' jid='{user}@im.test'/></x>\
         </message>"
    )
}

pub(crate) fn kicked(user: &str) -> Value {
    let info =
        |user: &str| json!({ "userID": user, "nickName": "", "nameCard": "", "friendRemark": "", "faceUrl": "" });
    json!({
        "groupID": "", "type": 4, "opMember": info(""), "memberList": [info(&format!("{user}@im.test"))],
        "groupChangeInfoList": [], "memberChangeInfoList": [], "memberCount": 0,
    })
}

/// The kinds of the tips of the group, and their statuses.
pub(crate) fn tips(app: &App) -> Vec<(i64, i64)> {
    let history = app.history(&group());
    let tips = history.iter().filter(|message| message["elemType"] == 9);
    tips.map(|message| {
        let number = |value: &Value| value.as_i64().unwrap();
        (number(&message["groupTipsElem"]["type"]), number(&message["status"]))
    })
    .collect()
}

fn place(script: &Script, texts: &[&str]) -> usize {
    let all = script.heard(&[]);
    let found = all.iter().position(|xml| texts.iter().all(|text| xml.contains(text)));
    found.unwrap_or_else(|| panic!("{texts:?} was not sent"))
}

#[test]
fn whoever_quits_says_so_when_that_is_done_and_before_they_are_out() {
    let refuses = Arc::new(AtomicBool::new(true));
    let script = Script::start(false, {
        let refuses = Arc::clone(&refuses);
        move |server, xml| {
            if is_retraction(xml) && refuses.load(Ordering::Relaxed) {
                server.refuse(xml, "internal-server-error");
            } else if is_retraction(xml) {
                // The device is told of its own doing before it has its answer.
                let told = format!(
                    "<message type='headline' from='{ME}' to='{ME}/phone'>\
                     <event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:bookmarks:1'>\
                     <retract id='{ROOM}'/></items></event></message>"
                );
                server.say(&(told + &answer(xml, "")));
            } else {
                return lets_in(server, xml) || shows(server, xml);
            }
            true
        }
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let (code, desc) = app.call("quitGroup", &json!({ "groupID": ROOM }));
    assert_eq!(code, 90004, "{desc}");
    assert!(script.heard(&["urn:libim:tips:0"]).is_empty(), "nobody has left");
    assert_eq!(groups(&app), [ROOM]);
    refuses.store(false, Ordering::Relaxed);
    app.ok("quitGroup", json!({ "groupID": ROOM }));
    app.wait("the room is left", |_| {
        !script.heard(&["<presence", "unavailable", ROOM]).is_empty()
    });
    assert_eq!(script.heard(&["urn:libim:tips:0"]).len(), 1);
    let said = place(&script, &["urn:libim:tips:0"]);
    assert!(said < place(&script, &["<presence", "unavailable", ROOM]));
    let retractions = script.heard(&[]).into_iter().enumerate();
    let last = retractions
        .filter(|(_, xml)| is_retraction(xml))
        .map(|(place, _)| place)
        .next_back();
    assert!(last < Some(said));
    assert_eq!(tips(&app), [], "on none of their devices");
    assert_eq!(app.heard.count(Event::QuitFromGroup), 1);
}

#[test]
fn whoever_joins_says_so_when_that_is_done() {
    let refuses = Arc::new(AtomicBool::new(true));
    let script = Script::start(false, {
        let refuses = Arc::clone(&refuses);
        move |server, xml| {
            let publishes = xml.contains("<publish ") && xml.contains("urn:xmpp:bookmarks:1") && xml.contains(OTHER);
            let refuses = publishes && refuses.load(Ordering::Relaxed);
            if refuses {
                server.refuse(xml, "internal-server-error");
            }
            refuses || lets_in(server, xml) || shows(server, xml)
        }
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let (code, desc) = app.call("joinGroup", &json!({ "groupID": OTHER }));
    assert_eq!(code, 90004, "{desc}");
    assert!(script.heard(&["urn:libim:tips:0"]).is_empty(), "nobody has joined");
    assert_eq!(groups(&app), [ROOM], "nothing was done");
    refuses.store(false, Ordering::Relaxed);
    app.ok("joinGroup", json!({ "groupID": OTHER }));
    app.wait("it is said", |_| script.heard(&["urn:libim:tips:0", OTHER]).len() == 1);
    assert!(place(&script, &["<publish ", OTHER]) < place(&script, &["urn:libim:tips:0"]));
}

#[test]
fn what_is_said_after_the_room_was_believed_takes_the_place_of_that() {
    let script = Script::start(false, lets_in);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    script.say(&banned("carol"));
    app.wait("the room is believed", |app| tips(app) == [(4, 5)]);
    // The connection of whoever did it was broken.
    script.say(&said("olga", "m1", &kicked("carol")));
    app.wait("it was said", |app| tips(app) == [(4, 2)]);
    app.wait("the app is told to look", |app| {
        app.heard.count(Event::MessagesMissed) > 0
    });
    assert_eq!(app.heard.count(Event::MemberKicked), 1);
    // The other way round, and what nobody says.
    script.say(&said("olga", "m2", &kicked("dave")));
    script.say(&banned("dave"));
    script.say(&banned("erin"));
    app.wait("all is told", |app| tips(app) == [(4, 2), (4, 2), (4, 5)]);
    assert_eq!(app.heard.count(Event::MemberKicked), 3);
}

#[test]
fn a_new_name_that_the_app_has_no_time_to_tell_is_told_after_the_next_login() {
    let is_renamed = Arc::new(AtomicBool::new(false));
    let script = Script::start(false, {
        let is_renamed = Arc::clone(&is_renamed);
        move |server, xml| {
            let asks = xml.contains("disco#info") && script::attr(xml, "to") == ROOM;
            if asks && is_renamed.load(Ordering::Relaxed) {
                server.reply(
                    xml,
                    "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text' \
                     name='Crew'/><feature var='http://jabber.org/protocol/disco#info'/><feature var='muc_membersonly'/></query>",
                );
                return true;
            }
            lets_in(server, xml)
        }
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    is_renamed.store(true, Ordering::Relaxed);
    script.say(&format!(
        "<message type='groupchat' from='{ROOM}' to='{ME}/phone'><x xmlns='{MUC_USER}'><status code='104'/></x></message>"
    ));
    app.wait("the name is known", |app| {
        app.conversation(&group())["showName"] == "Crew"
    });
    drop(app);
    let app = App::open_with(&script.config(dir.path()));
    assert_eq!(tips(&app), [], "there was no time to tell it");
    login(&app);
    app.wait("it is told", |app| tips(app) == [(7, 5)]);
    assert_eq!(app.heard.count(Event::GroupInfoChanged), 1);
}

#[test]
fn what_the_user_does_is_told_once_also_when_the_connection_breaks_before_it_is_said() {
    let is_cut = Arc::new(AtomicBool::new(false));
    let script = Script::start(false, {
        let is_cut = Arc::clone(&is_cut);
        move |server, xml| {
            if xml.starts_with("<message") && xml.contains("urn:libim:tips:0") && !is_cut.swap(true, Ordering::Relaxed)
            {
                // What the client has said is lost with the connection.
                server.break_off();
                return true;
            }
            lets_in(server, xml) || shows(server, xml)
        }
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    script.say(&format!(
        "<presence from='{ROOM}/carol' to='{ME}/phone'><x xmlns='{MUC_USER}'><item affiliation='member' role='participant' \
         jid='carol@im.test/x'/></x></presence>"
    ));
    app.wait("carol is there", |app| {
        let members = app.ok("getGroupMemberList", json!({ "groupID": ROOM, "nextSeq": "0" }));
        members["memberInfoList"].as_array().unwrap().len() == 2
    });
    let kick = json!({ "groupID": ROOM, "memberList": ["carol@im.test"] });
    app.ok("kickGroupMember", kick);
    app.wait("it is said on the next connection", |app| tips(app) == [(4, 2)]);
    script.say(&banned("carol"));
    script.say(&banned("erin"));
    app.wait("what comes later is told", |app| tips(app).len() > 1);
    assert_eq!(tips(&app), [(4, 2), (4, 5)]);
    assert_eq!(app.heard.count(Event::MemberKicked), 2);
}
