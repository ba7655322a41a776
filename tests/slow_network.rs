//! Networks on which every question takes long: how many there are before the app has what it waits for. The server is a
//! script that answers late, or counts; no time is looked at.

mod support;

use im::events::Event;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use support::app::App;
use support::script::{Connection, ME, Script, attr, bookmarks};
use support::temp_dir;

fn login(app: &App) {
    app.ok("login", json!({}));
}

fn wait_for_sync(app: &App) {
    app.wait("the sync has ended", |app| app.heard.count(Event::SyncServerFinish) > 0);
}

/// What an archive holds: sender's name, and text. The place is the id and the second.
type Archive = Vec<(String, String)>;

/// Answers a question about the account's archive.
fn answer_archive(server: &mut Connection, iq: &str, archive: &Archive) {
    let text = |tag: &str| {
        let (_, rest) = iq.split_once(&format!("<{tag}>"))?;
        let text = rest.split('<').next().unwrap_or_default();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let max: usize = text("max").unwrap().parse().unwrap();
    let with = iq.split_once("'with'").or(iq.split_once("\"with\"")).map(|(_, rest)| {
        let (_, value) = rest.split_once("<value>").unwrap();
        value.split('@').next().unwrap().to_owned()
    });
    let after: Option<usize> = text("after").map(|id| id.parse().unwrap());
    let before: Option<usize> = text("before").map(|id| id.parse().unwrap());
    let is_newest = iq.contains("<before") && before.is_none();
    let all: Vec<usize> = (0..archive.len())
        .filter(|place| with.as_ref().is_none_or(|with| archive[*place].0 == *with))
        .filter(|place| after.is_none_or(|after| *place > after) && before.is_none_or(|before| *place < before))
        .collect();
    let skipped = if is_newest || before.is_some() {
        all.len().saturating_sub(max)
    } else {
        0
    };
    let page: Vec<usize> = all.iter().copied().skip(skipped).take(max).collect();
    let query = attr(&iq[iq.find("<query").unwrap()..], "queryid");
    for place in &page {
        let (name, text) = &archive[*place];
        let (minutes, seconds) = (place / 60 % 60, place % 60);
        server.say(&format!(
            "<message to='{ME}/phone'><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='{place}'>\
             <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-02T{:02}:{minutes:02}:{seconds:02}Z'/>\
             <message xmlns='jabber:client' type='chat' from='{name}@im.test/x' to='{ME}' id='m{place}'><body>{text}</body>\
             <origin-id xmlns='urn:xmpp:sid:0' id='m{place}'/></message></forwarded></result></message>",
            place / 3600
        ));
    }
    let ends = match (page.first(), page.last()) {
        (Some(first), Some(last)) => format!("<first>{first}</first><last>{last}</last>"),
        _ => String::new(),
    };
    let complete = if page.len() == all.len() { "complete='true'" } else { "" };
    server.reply(
        iq,
        &format!(
            "<fin xmlns='urn:xmpp:mam:2' {complete}><set xmlns='http://jabber.org/protocol/rsm'>{ends}</set></fin>"
        ),
    );
}

/// However much was missed: the list has the right order and the right last messages after a few questions, while the
/// archive is not asked any further. Then the rest comes, and everything is in its place.
#[test]
fn the_list_is_right_before_what_was_missed_is_read() {
    const USERS: usize = 30;
    const MISSED: usize = 3000;
    let name = |number: usize| format!("user{}", number % USERS);
    let mut archive: Archive = (0..USERS)
        .map(|number| (name(number), format!("old {number}")))
        .collect();
    // One conversation that is not among the newest messages, and that is listed already.
    let quiet = USERS + 1000;
    archive.extend((0..MISSED).map(|number| {
        let user = if number == 1000 {
            "user0".to_owned()
        } else {
            name(1 + number % (USERS - 1))
        };
        (user, format!("new {number}"))
    }));
    let archive = Arc::new(archive);
    let known = Arc::new(AtomicUsize::new(USERS));
    let is_stuck = Arc::new(AtomicBool::new(true));
    let questions = Arc::new(AtomicUsize::new(0));
    let script = {
        let (archive, known, is_stuck) = (Arc::clone(&archive), Arc::clone(&known), Arc::clone(&is_stuck));
        let questions = Arc::clone(&questions);
        Script::start(false, move |server, xml| {
            if !xml.starts_with("<iq") || !xml.contains("urn:xmpp:mam:2") || attr(xml, "to").contains("conference") {
                return false;
            }
            let known = known.load(Ordering::Acquire);
            if known > USERS {
                questions.fetch_add(1, Ordering::AcqRel);
                let is_further = xml.contains("<after>") && !xml.contains(&format!("<after>{}<", USERS - 1));
                while is_further && is_stuck.load(Ordering::Acquire) {
                    std::thread::sleep(std::time::Duration::from_millis(2));
                }
            }
            answer_archive(server, xml, &archive[..known].to_vec());
            true
        })
    };
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    wait_for_sync(&app);
    app.wait("the old ones are there", |app| {
        app.list().iter().filter(|row| row["type"] == 1).count() == USERS
    });
    drop(app);

    known.store(archive.len(), Ordering::Release);
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let expected: Vec<(String, String)> = {
        let last = |user: usize| {
            (0..archive.len())
                .rev()
                .find(|place| archive[*place].0 == name(user))
                .unwrap()
        };
        let mut places: Vec<usize> = (0..USERS).map(last).collect();
        places.sort_unstable_by(|one, other| other.cmp(one));
        let row = |place: &usize| (format!("{}@im.test", archive[*place].0), archive[*place].1.clone());
        places.iter().map(row).collect()
    };
    assert_eq!(expected.last().unwrap().1, archive[quiet].1);
    let shown = |app: &App| -> Vec<(String, String)> {
        let rows = app.list();
        let users = rows.iter().filter(|row| row["type"] == 1);
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        users
            .map(|row| (text(&row["userID"]), text(&row["lastMessage"]["textElem"]["text"])))
            .collect()
    };
    app.wait("the list is right", |app| shown(app) == expected);
    assert_eq!(
        app.heard.count(Event::SyncServerFinish),
        0,
        "the archive has not said all"
    );
    // One page of what was missed, the newest, the conversations that it does not show, and the next page of what was missed.
    assert!(questions.load(Ordering::Acquire) <= 3 + USERS);

    is_stuck.store(false, Ordering::Release);
    wait_for_sync(&app);
    assert_eq!(shown(&app), expected);
    for user in 0..USERS {
        let of_user = archive.iter().filter(|(sender, _)| *sender == name(user));
        let texts: Vec<String> = of_user.map(|(_, text)| text.clone()).collect();
        assert_eq!(app.texts(&format!("c2c_{}@im.test", name(user))), texts);
    }
}

/// Nothing that a device knows is asked for again: a room costs three stanzas at a later login, and a profile none.
#[test]
fn a_later_login_costs_three_stanzas_a_room_and_none_a_profile() {
    const ROOMS: usize = 20;
    let rooms: Vec<String> = (0..ROOMS)
        .map(|number| format!("room{number}@conference.im.test"))
        .collect();
    let listed = rooms.clone();
    let archive: Archive = vec![("bob".to_owned(), "hi".to_owned())];
    let script = Script::start(false, move |server, xml| {
        if !xml.starts_with("<iq") {
            return false;
        }
        if xml.contains("<items") && xml.contains("urn:xmpp:bookmarks:1") {
            let names: Vec<&str> = listed.iter().map(String::as_str).collect();
            server.reply(xml, &bookmarks(&names));
            return true;
        }
        if xml.contains("urn:xmpp:mam:2") && !attr(xml, "to").contains("conference") {
            answer_archive(server, xml, &archive);
            return true;
        }
        false
    });
    let dir = temp_dir();
    let sync = || {
        let app = App::open_with(&script.config(dir.path()));
        login(&app);
        wait_for_sync(&app);
        let groups = app.ok("getJoinedGroupList", json!({}));
        assert_eq!(groups.as_array().unwrap().len(), ROOMS);
    };
    let asked = || {
        let of_rooms = rooms
            .iter()
            .map(|room| script.heard(&[&format!("'{room}")]).len() + script.heard(&[&format!("\"{room}")]).len());
        let stanzas: usize = of_rooms.sum();
        (stanzas, script.heard(&["bob@im.test", "urn:xmpp:vcard4"]).len())
    };
    sync();
    let first = asked();
    assert!(first.0 >= ROOMS && first.1 > 0, "{first:?}");
    sync();
    let second = asked();
    // And a presence when the first session says goodbye is no part of a login.
    assert!(second.0 - first.0 <= 3 * ROOMS, "{first:?} {second:?}");
    assert_eq!(second.1, first.1, "the profile of a user who is known");
}

/// Friends' servers tell profiles by themselves, and those are not asked for.
#[test]
fn a_profile_that_was_told_is_not_asked_for() {
    let archive: Archive = ["bob", "carol"].map(|name| (name.to_owned(), "hi".to_owned())).to_vec();
    let script = Script::start(false, move |server, xml| {
        if xml.starts_with("<presence") {
            server.say(
                "<message from='bob@im.test' to='alice@im.test'><event xmlns='http://jabber.org/protocol/pubsub#event'>\
                 <items node='urn:xmpp:vcard4'><item id='current'><vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'>\
                 <nickname><text>Bobby</text></nickname></vcard></item></items></event></message>",
            );
        }
        let is_of_archive =
            xml.starts_with("<iq") && xml.contains("urn:xmpp:mam:2") && !attr(xml, "to").contains("conference");
        if is_of_archive {
            answer_archive(server, xml, &archive);
        }
        is_of_archive
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    wait_for_sync(&app);
    assert_eq!(app.conversation("c2c_bob@im.test")["showName"], "Bobby");
    let asked = |user: &str| script.heard(&["<iq", user, "urn:xmpp:vcard4"]).len();
    assert!(asked("carol@im.test") > 0, "nobody told hers");
    assert_eq!(asked("bob@im.test"), 0);
}

/// What the user writes goes out while a sync still waits for the archive.
#[test]
fn what_is_written_during_a_sync_does_not_wait_for_its_end() {
    let archive: Archive = vec![("bob".to_owned(), "hi".to_owned())];
    let is_silent = Arc::new(AtomicBool::new(false));
    let silence = Arc::clone(&is_silent);
    let script = Script::start(false, move |server, xml| {
        let is_of_archive =
            xml.starts_with("<iq") && xml.contains("urn:xmpp:mam:2") && !attr(xml, "to").contains("conference");
        if is_of_archive && !silence.load(Ordering::Acquire) {
            answer_archive(server, xml, &archive);
        }
        is_of_archive
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    wait_for_sync(&app);
    drop(app);
    is_silent.store(true, Ordering::Release);
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    app.wait("the sync has begun", |app| app.heard.count(Event::SyncServerStart) > 0);
    app.ok(
        "sendMessage",
        json!({"conversationID": "c2c_bob@im.test", "elemType": 1, "textElem": {"text": "meanwhile"}}),
    );
    app.wait("the server has it", |_| {
        !script.heard(&["<message", "meanwhile"]).is_empty()
    });
    assert_eq!(app.heard.count(Event::SyncServerFinish), 0);
}
