//! A room that goes away while a message is on its way to it, and comes back: the account enters it again, and the message
//! is sent, once. The server is a script, because no real one can be told to forget a room at a given stanza.

mod support;

use im::events::Event;
use serde_json::json;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use support::app::App;
use support::temp_dir;

const ME: &str = "alice@im.test";
const ROOM: &str = "team@conference.im.test";
const HEADER: &str = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' \
    xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0' from='im.test'>";
const USER: &str = "http://jabber.org/protocol/muc#user";

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

/// A server with one account and one room.
fn serve(room: Arc<Mutex<Room>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let room = Arc::clone(&room);
            std::thread::spawn(move || Connection::new(stream.unwrap(), room).run());
        }
    });
    port
}

struct Connection {
    stream: TcpStream,
    unread: String,
    room: Arc<Mutex<Room>>,
}

/// The value of an attribute of the first tag that has it.
fn attr(xml: &str, name: &str) -> String {
    for quote in ['\'', '"'] {
        if let Some((_, rest)) = xml.split_once(&format!(" {name}={quote}")) {
            return rest.split(quote).next().unwrap().to_owned();
        }
    }
    String::new()
}

/// The length of the first whole element, if there is one.
fn element_end(xml: &str) -> Option<usize> {
    let (mut depth, mut at) = (0, 0);
    while let Some(start) = xml[at..].find('<').map(|found| at + found) {
        let end = start + xml[start..].find('>')? + 1;
        let tag = &xml[start..end];
        if tag.starts_with("</") {
            depth -= 1;
        } else if !tag.ends_with("/>") {
            depth += 1;
        }
        at = end;
        if depth == 0 {
            return Some(end);
        }
    }
    None
}

impl Connection {
    fn new(stream: TcpStream, room: Arc<Mutex<Room>>) -> Self {
        Self {
            stream,
            unread: String::new(),
            room,
        }
    }

    /// Takes what `end` finds off the input. `None` when the client has gone.
    fn take(&mut self, end: impl Fn(&str) -> Option<usize>) -> Option<String> {
        let mut buffer = [0; 4096];
        loop {
            if let Some(end) = end(&self.unread) {
                return Some(self.unread.drain(..end).collect());
            }
            let read = self.stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
            self.unread.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        }
    }

    fn say(&mut self, xml: &str) {
        // The client may have gone.
        let _ = self.stream.write_all(xml.as_bytes());
    }

    fn run(mut self) -> Option<()> {
        let header = |xml: &str| {
            let start = xml.find("<stream:stream")?;
            Some(start + xml[start..].find('>')? + 1)
        };
        self.take(header)?;
        self.say(&format!(
            "{HEADER}<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>\
             </mechanisms></stream:features>"
        ));
        self.take(element_end)?;
        self.say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
        self.take(header)?;
        self.say(&format!(
            "{HEADER}<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>"
        ));
        loop {
            let stanza = self.take(element_end)?;
            match stanza.trim_start() {
                iq if iq.starts_with("<iq") => self.on_iq(iq),
                presence if presence.starts_with("<presence") => self.on_presence(presence),
                message if message.starts_with("<message") => self.on_message(message),
                _ => {}
            }
        }
    }

    fn on_iq(&mut self, iq: &str) {
        let to = attr(iq, "to");
        let features = |identity: &str, feature: &str| {
            format!(
                "<query xmlns='http://jabber.org/protocol/disco#info'><identity {identity}/>\
                 <feature var='http://jabber.org/protocol/disco#info'/><feature var='{feature}'/></query>"
            )
        };
        let nothing = |_: &str| String::new();
        let answer = if iq.contains("xmpp-bind") {
            format!(
                "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>{ME}/{}</jid></bind>",
                "phone"
            )
        } else if iq.contains("disco#items") {
            "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='conference.im.test'/></query>".to_owned()
        } else if iq.contains("disco#info") && to == ROOM {
            features("category='conference' type='text' name='Team'", "muc_membersonly")
        } else if iq.contains("disco#info") && to == "conference.im.test" {
            features("category='conference' type='text'", "http://jabber.org/protocol/muc")
        } else if iq.contains("disco#info") {
            features("category='account' type='registered'", "urn:xmpp:mam:2")
        } else if iq.contains("jabber:iq:roster") {
            "<query xmlns='jabber:iq:roster'/>".to_owned()
        } else if iq.contains("urn:xmpp:mam:2") {
            self.say_archive(&to, &attr(iq, "queryid"));
            "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'/></fin>".to_owned()
        } else if iq.contains("<items") && iq.contains("urn:xmpp:bookmarks:1") {
            format!(
                "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'><item id='{ROOM}'>\
                 <conference xmlns='urn:xmpp:bookmarks:1' autojoin='true' name='Team'/></item></items></pubsub>"
            )
        } else {
            nothing(iq)
        };
        let from = if to.is_empty() {
            String::new()
        } else {
            format!("from='{to}'")
        };
        self.say(&format!(
            "<iq type='result' id='{}' {from}>{answer}</iq>",
            attr(iq, "id")
        ));
    }

    fn say_archive(&mut self, archive: &str, query: &str) {
        let archived = if archive == ROOM {
            self.room.lock().unwrap().archived.clone()
        } else {
            Vec::new()
        };
        for id in archived {
            let message = format!(
                "<message xmlns='jabber:client' type='groupchat' from='{ROOM}/alice' id='{id}'><body>hi</body>\
                 <origin-id xmlns='urn:xmpp:sid:0' id='{id}'/><x xmlns='{USER}'><item jid='{ME}/phone'/></x></message>"
            );
            self.say(&format!(
                "<message from='{ROOM}' to='{ME}/phone'><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='s-{id}'>\
                 <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>\
                 {message}</forwarded></result></message>"
            ));
        }
    }

    fn on_presence(&mut self, presence: &str) {
        if attr(presence, "to").starts_with(ROOM) && attr(presence, "type").is_empty() {
            self.room.lock().unwrap().entered += 1;
            self.say(&format!(
                "<presence from='{ROOM}/alice' to='{ME}/phone'><x xmlns='{USER}'>\
                 <item affiliation='member' role='participant' jid='{ME}/phone'/><status code='110'/></x></presence>"
            ));
        }
    }

    /// The first message finds a room whose service shuts down.
    fn on_message(&mut self, message: &str) {
        if attr(message, "to") != ROOM {
            return;
        }
        let id = attr(message, "id");
        let is_first = {
            let mut room = self.room.lock().unwrap();
            room.got.push(id.clone());
            if room.keeps {
                room.archived.push(id.clone());
            }
            room.got.len() == 1
        };
        if is_first {
            self.say(&format!(
                "<presence type='unavailable' from='{ROOM}/alice' to='{ME}/phone'><x xmlns='{USER}'>\
                 <item affiliation='member' role='none'/><status code='110'/><status code='332'/></x></presence>"
            ));
        } else {
            self.say(&format!(
                "<message type='groupchat' from='{ROOM}/alice' to='{ME}/phone' id='{id}'><body>hi</body>\
                 <origin-id xmlns='urn:xmpp:sid:0' id='{id}'/><stanza-id xmlns='urn:xmpp:sid:0' by='{ROOM}' id='s-{id}'/>\
                 </message>"
            ));
        }
    }
}

/// Sends a message that finds the room going away, and waits until it is sent. Gives what the room saw.
fn send_into_a_room_that_goes_away(keeps: bool) -> Arc<Mutex<Room>> {
    let room = Arc::new(Mutex::new(Room {
        keeps,
        ..Room::default()
    }));
    let dir = temp_dir();
    let app = App::open_with(&json!({
        "dataDir": dir.path(),
        "backend": {
            "kind": "xmpp", "jid": ME, "password": "secret",
            "host": "127.0.0.1", "port": serve(Arc::clone(&room)), "tls": "disabled",
        },
    }));
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
