//! Devices whose clocks are ten minutes wrong, on a server that tells what time it is (XEP-0202) or does not; and a server
//! whose clock is put back while a device is away. Order, counts, pins and times are right all the same, and a later device
//! whose clock is right shows the same.

#[path = "../support/mod.rs"]
mod support;

mod device;
#[path = "../stanza_play/server.rs"]
#[allow(dead_code, unreachable_pub)] // the random stanzas use all of it
mod server;

use device::{Device, Program};
use serde_json::json;
use server::{Archived, Memory};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};
use support::script::{ME, Script, attr};

const BOB: &str = "bob@im.test";
const CARL: &str = "carl@im.test";
const DAVE: &str = "dave@im.test";
const WRONG: i64 = 600;

/// A server with one memory and one clock for all devices of the account, each of which has a connection of its own.
#[derive(Clone)]
struct World {
    memory: Arc<Mutex<Memory>>,
    /// How many seconds the server's clock is ahead of the machine's.
    ahead: Arc<AtomicI64>,
    tells: bool,
}

impl World {
    fn new(tells: bool) -> Self {
        Self {
            memory: Arc::default(),
            ahead: Arc::default(),
            tells,
        }
    }

    /// The server's time, some seconds ago.
    fn time(&self, ago: i64) -> String {
        let micros = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
        let micros = i64::try_from(micros).unwrap() + (self.ahead.load(Ordering::Relaxed) - ago) * 1_000_000;
        let time = chrono::DateTime::from_timestamp_micros(micros).unwrap();
        time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
    }

    fn connection(&self) -> Script {
        let world = self.clone();
        Script::start_resuming(move |server, xml| {
            if xml.starts_with("<iq") && xml.contains("urn:xmpp:time") {
                if world.tells {
                    let utc = world.time(0);
                    server.reply(
                        xml,
                        &format!("<time xmlns='urn:xmpp:time'><tzo>+00:00</tzo><utc>{utc}</utc></time>"),
                    );
                } else {
                    server.refuse(xml, "service-unavailable");
                }
                return true;
            }
            if xml.starts_with("<message") && xml.contains("<body") {
                let own = format!("<message xmlns='jabber:client' from='{ME}/phone'");
                let whole = xml.replace(" xmlns='jabber:client'", "").replacen("<message", &own, 1);
                world.archive(&whole, &attr(xml, "to"), 0);
            }
            server::act(&mut world.memory.lock().unwrap(), server, xml)
        })
    }

    /// Keeps a message; its id in the archive.
    fn archive(&self, xml: &str, with: &str, ago: i64) -> String {
        let mut memory = self.memory.lock().unwrap();
        let archive = memory.archive(ME);
        let id = format!("a{:05}", archive.len());
        archive.push(Archived {
            id: id.clone(),
            stamp: self.time(ago),
            xml: xml.to_owned(),
            with: with.to_owned(),
        });
        id
    }

    /// Somebody says something, which these connections hear.
    fn say(&self, user: &str, text: &str, ago: i64, listeners: &[&Script]) {
        let message = |named: &str| {
            format!(
                "<message xmlns='jabber:client' type='chat' from='{user}/x' to='{ME}' id='{text}'>\
                 <body>{text}</body>{named}</message>"
            )
        };
        let id = self.archive(&message(""), user, ago);
        for listener in listeners {
            listener.say(&message(&format!(
                "<stanza-id xmlns='urn:xmpp:sid:0' by='{ME}' id='{id}'/>"
            )));
        }
    }

    /// The times of all messages that a device has, against those of the archive.
    fn compare_times(&self, device: &mut Device, is_known: bool) {
        if !is_known {
            return;
        }
        let archive = self.memory.lock().unwrap().archive(ME).clone();
        for user in [BOB, CARL, DAVE] {
            for message in device.history(user) {
                let text = message["textElem"]["text"].as_str().unwrap();
                let archived = archive
                    .iter()
                    .find(|archived| archived.xml.contains(&format!(">{text}<")));
                let stamp = chrono::DateTime::parse_from_rfc3339(&archived.unwrap().stamp).unwrap();
                let apart = stamp.timestamp() - message["timestamp"].as_i64().unwrap();
                // The machine may be slow, but not for half of what clocks are wrong by.
                assert!(apart.abs() < WRONG / 2, "{text} is {apart} s too early");
            }
        }
    }
}

fn pin(device: &mut Device, user: &str, is_pinned: bool) {
    let request = json!({ "conversationID": format!("c2c_{user}"), "isPinned": is_pinned });
    device.ok("pinConversation", &request);
}

fn login(device: &mut Device) {
    device.ok("login", &json!({}));
}

/// A day of a device whose clock is wrong by so much; the server's is put back by so much while it is away. Where nobody can
/// know how late it is, the order between conversations is not looked at, nor what counts as read on a later device.
fn day(ahead: i64, tells: bool, put_back: i64) {
    let is_known = tells && put_back == 0;
    let world = World::new(tells);
    let program = Program::new();
    world.say(CARL, "old of Carl", 7200, &[]);
    world.say(BOB, "old of Bob", 3600, &[]);
    let script = world.connection();
    let dir = program.dir.path();
    let mut device = program.start(&script.config(&dir.join("wrong")), ahead);
    login(&mut device);
    let bob = |is_pinned: bool| json!([BOB, 0, is_pinned, "old of Bob", ["old of Bob"]]);
    let carl = json!([CARL, 0, false, "old of Carl", ["old of Carl"]]);
    device.shows(&[bob(false), carl], true, "history");

    world.say(CARL, "live", 0, &[&script]);
    let carl = |unread: i64| json!([CARL, unread, false, "live", ["old of Carl", "live"]]);
    device.shows(&[carl(1), bob(false)], true, "a live message");
    device.deliver(DAVE, "own");
    pin(&mut device, BOB, true);
    let dave = json!([DAVE, 0, false, "own", ["own"]]);
    device.shows(&[bob(true), dave.clone(), carl(1)], true, "an own message and a pin");
    device.ok(
        "cleanConversationUnreadMessageCount",
        &json!({ "conversationID": format!("c2c_{CARL}"), "cleanTimestamp": 0, "cleanSequence": 0 }),
    );
    device.shows(&[bob(true), dave, carl(0)], true, "read");
    device.ok(
        "deleteConversation",
        &json!({ "conversationID": format!("c2c_{DAVE}") }),
    );
    device.shows(&[bob(true), carl(0)], true, "deleted");
    device.deliver(CARL, "fin");
    device.ok("logout", &json!({}));

    world.ahead.fetch_sub(put_back, Ordering::Relaxed);
    world.say(DAVE, "missed", 0, &[]);
    world.say(BOB, "missed too", 0, &[]);
    login(&mut device);
    let bob =
        |is_pinned: bool, unread: i64| json!([BOB, unread, is_pinned, "missed too", ["old of Bob", "missed too"]]);
    let dave = |unread: i64, texts: &[&str]| json!([DAVE, unread, false, texts.last(), texts]);
    let carl = |texts: &[&str]| json!([CARL, 0, false, texts.last(), texts]);
    let said = ["old of Carl", "live", "fin", "unpinned", "pinned"];
    let shown = [bob(true, 1), dave(1, &["missed"]), carl(&said[..3])];
    device.shows(&shown, is_known, "after a time away");
    world.say(DAVE, "at last", 0, &[&script]);
    let rows = |is_pinned: bool, unread: i64| (bob(is_pinned, unread), dave(2 * unread, &["missed", "at last"]));
    let (bob, dave) = rows(true, 1);
    device.shows(&[bob, dave, carl(&said[..3])], is_known, "live again");
    world.compare_times(&mut device, tells);

    // A later device, whose clock is right.
    let other_script = world.connection();
    let mut other = program.start(&other_script.config(&dir.join("right")), 0);
    login(&mut other);
    // Where the account's first login seems later than it was, what was said next counts as read there.
    let unread = i64::from(is_known || ahead < 0);
    let (bob, dave) = rows(true, unread);
    other.shows(&[bob, dave, carl(&said[..3])], is_known, "a later device");
    world.compare_times(&mut other, true);
    // What it changes is the newer change, and what the first changes after that is newer still.
    pin(&mut other, BOB, false);
    other.deliver(CARL, "unpinned");
    device.ok("logout", &json!({}));
    login(&mut device);
    for (device, unread) in [(&mut device, 1), (&mut other, unread)] {
        let (bob, dave) = rows(false, unread);
        device.shows(&[carl(&said[..4]), dave, bob], is_known, "unpinned");
    }
    pin(&mut device, BOB, true);
    device.deliver(CARL, "pinned");
    other.ok("logout", &json!({}));
    login(&mut other);
    for (device, unread) in [(&mut device, 1), (&mut other, unread)] {
        let (bob, dave) = rows(true, unread);
        device.shows(&[bob, carl(&said), dave], is_known, "pinned again");
    }
    device.end();
    other.end();
}

#[test]
fn a_clock_that_is_ahead_changes_nothing() {
    day(WRONG, true, 0);
}

#[test]
fn a_clock_that_is_behind_changes_nothing() {
    day(-WRONG, true, 0);
}

#[test]
fn a_wrong_clock_that_nobody_puts_right_loses_nothing() {
    day(WRONG, false, 0);
    day(-WRONG, false, 0);
}

#[test]
fn a_server_whose_clock_is_put_back_loses_nothing() {
    day(0, true, WRONG);
}
