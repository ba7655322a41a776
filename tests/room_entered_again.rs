//! A room that goes away while a message is on its way to it, and comes back: the account enters it again, and the message
//! is sent, once. The server is a script, because no real one can be told to forget a room at a given stanza.

mod support;

use im::events::Event;
use serde_json::json;
use std::sync::{Arc, Mutex};
use support::app::App;
use support::script::{self, Connection, ME, MUC_USER, ROOM, Script, attr};
use support::temp_dir;

/// What the room does.
#[derive(Default)]
struct Room {
    /// Whether the room's archive gets the message that it does not show.
    keeps: bool,
    /// How often the account has entered it.
    entered: usize,
    /// The ids of the messages that it got.
    got: Vec<String>,
    /// Those that its archive has.
    archived: Vec<String>,
}

/// What the room does with an element of the client's. False when that is not its business.
fn act(room: &mut Room, server: &mut Connection, xml: &str) -> bool {
    let to = attr(xml, "to");
    if xml.starts_with("<iq") && xml.contains("urn:xmpp:mam:2") && to == ROOM {
        for id in &room.archived {
            say_archived(server, &attr(xml, "queryid"), id);
        }
        return false;
    }
    if xml.starts_with("<presence") && to.starts_with(ROOM) && attr(xml, "type").is_empty() {
        room.entered += 1;
        server.say(&script::entered(ROOM));
        return true;
    }
    if xml.starts_with("<message") && to == ROOM {
        on_message(room, server, &attr(xml, "id"));
        return true;
    }
    false
}

fn say_archived(server: &mut Connection, query: &str, id: &str) {
    let message = format!(
        "<message xmlns='jabber:client' type='groupchat' from='{ROOM}/alice' id='{id}'><body>hi</body>\
         <origin-id xmlns='urn:xmpp:sid:0' id='{id}'/><x xmlns='{MUC_USER}'><item jid='{ME}/phone'/></x></message>"
    );
    server.say(&format!(
        "<message from='{ROOM}' to='{ME}/phone'><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='s-{id}'>\
         <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>\
         {message}</forwarded></result></message>"
    ));
}

/// The first message finds a room whose service shuts down.
fn on_message(room: &mut Room, server: &mut Connection, id: &str) {
    room.got.push(id.to_owned());
    if room.keeps {
        room.archived.push(id.to_owned());
    }
    if room.got.len() == 1 {
        server.say(&format!(
            "<presence type='unavailable' from='{ROOM}/alice' to='{ME}/phone'><x xmlns='{MUC_USER}'>\
             <item affiliation='member' role='none'/><status code='110'/><status code='332'/></x></presence>"
        ));
    } else {
        server.say(&format!(
            "<message type='groupchat' from='{ROOM}/alice' to='{ME}/phone' id='{id}'><body>hi</body>\
             <origin-id xmlns='urn:xmpp:sid:0' id='{id}'/><stanza-id xmlns='urn:xmpp:sid:0' by='{ROOM}' id='s-{id}'/>\
             </message>"
        ));
    }
}

/// Sends a message that finds the room going away, and waits until it is sent. Gives what the room saw.
fn send_into_a_room_that_goes_away(keeps: bool) -> Arc<Mutex<Room>> {
    let room = Arc::new(Mutex::new(Room {
        keeps,
        ..Room::default()
    }));
    let script = Script::start(false, {
        let room = Arc::clone(&room);
        move |server, xml| act(&mut room.lock().unwrap(), server, xml)
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    app.ok("login", json!({}));
    app.wait("the first sync has ended", |app| {
        app.heard.count(Event::SyncServerFinish) > 0
    });
    let group = format!("group_{ROOM}");
    let msg_id = app.send(&group, "hi");
    let status = |app: &App| app.history(&group)[0]["status"].clone();
    app.wait("the message has met its end", |app| status(app) != 1);
    assert_eq!(status(&app), 2, "the account is still a member");
    assert_eq!(app.texts(&group), ["hi"]);
    assert_eq!(app.history(&group)[0]["msgID"], msg_id.as_str());
    assert_eq!(app.conversation(&group)["groupType"], "Work");
    assert_eq!(room.lock().unwrap().entered, 2, "the room was entered again");
    room
}

#[test]
fn a_message_that_the_room_has_kept_is_sent() {
    let room = send_into_a_room_that_goes_away(true);
    assert_eq!(room.lock().unwrap().got.len(), 1, "it is not sent again");
}

#[test]
fn a_message_that_the_room_has_lost_is_sent_again() {
    let room = send_into_a_room_that_goes_away(false);
    let room = room.lock().unwrap();
    assert_eq!(room.got.len(), 2);
    assert_eq!(room.got[0], room.got[1], "under the same id");
}
