//! What a slow network costs: between the clients and a Prosody of its own a relay delays everything by 50 ms each way.
//!
//! Sending, side by side with slixmpp, which sends without waiting; 200 rooms on a new device, side by side with slixmpp,
//! which enters them at once; what a later login of that device sends; and the list after 10,000 messages were missed.
//! docs/performance.md has the figures. `cargo bench --bench network`, or a part of it: `-- sending`

#[path = "archive.rs"]
mod archive;
#[path = "other.rs"]
mod other;
#[path = "relay.rs"]
mod relay;
#[path = "../../tests/servers/mod.rs"]
mod servers;

use archive::{Archive, now};
use im::api;
use im::client::Client;
use im::events::{Event, Listener};
use other::Other;
use relay::Relay;
use serde_json::{Value, json};
use servers::prosody::Prosody;
use servers::{DOMAIN, Server};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Each way.
const DELAY: Duration = Duration::from_millis(50);
/// What is still worth waiting for.
const PATIENCE: Duration = Duration::from_secs(300);
const MESSAGES: usize = 400;
const ROOMS: usize = 200;
const PER_ROOM: usize = 20;
const CONTACTS: usize = 300;
const MISSED: usize = 10_000;
/// The last messages that were missed come from so many of the contacts.
const BUSY: usize = 40;
const PAGE: usize = 100;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|name| !name.starts_with('-')).collect();
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|name| name == part || name == "network");
    let parts = [
        ("sending", sending as fn(&Prosody, &Path)),
        ("rooms", rooms),
        ("gap", gap),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|(name, _)| is_wanted(name)).collect();
    if parts.is_empty() {
        return;
    }
    let server = Prosody::start();
    // A connection to this machine may go without encryption, for counting what is sent.
    let config = server.dir().join("prosody.cfg.lua");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(
        &config,
        text.replace("c2s_require_encryption = true", "c2s_require_encryption = false"),
    )
    .unwrap();
    server.restart();
    let dir = servers::fresh_dir("network");
    println!(
        "| {} ms there and back | libim | slixmpp | Ratio | Goal |",
        DELAY.as_millis() * 2
    );
    println!("| --- | --- | --- | --- | --- |");
    for (_, part) in parts {
        part(&server, &dir);
    }
    std::fs::remove_dir_all(dir).unwrap();
}

/// A device, and the syncs that it has heard of.
struct Device {
    client: Arc<Client>,
    syncs: Arc<Syncs>,
}

#[derive(Default)]
struct Syncs(AtomicUsize);

impl Listener for Syncs {
    fn on_event(&self, event: Event, _: &str) {
        if event == Event::SyncServerFinish {
            self.0.fetch_add(1, Ordering::AcqRel);
        }
    }
}

impl Device {
    fn open(dir: &Path, name: &str, backend: &Value) -> Self {
        let config = json!({ "dataDir": dir.join(name), "backend": backend });
        let (client, response) = api::open(&config.to_string());
        let client = client.unwrap_or_else(|| panic!("{}", response.json));
        let syncs = Arc::<Syncs>::default();
        client.add_listener(0, syncs.clone()).unwrap();
        Self { client, syncs }
    }

    fn ok(&self, method: &str, request: &Value) -> Value {
        let response = api::call(&self.client, method, &request.to_string());
        let mut envelope: Value = serde_json::from_str(&response.json).unwrap();
        assert_eq!(envelope["code"], 0, "{method}: {envelope}");
        envelope["data"].take()
    }

    fn login(&self) {
        self.ok("login", &json!({}));
    }

    fn list(&self, count: usize) -> Vec<Value> {
        let page = self.ok("getConversationList", &json!({ "count": count }));
        page["conversationList"].as_array().unwrap().clone()
    }

    fn has_synced(&self) -> bool {
        self.syncs.0.load(Ordering::Acquire) > 0
    }

    fn wait(&self, what: &str, is_true: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is_true(self) {
            assert!(Instant::now() < end, "waited in vain: {what}; {:#?}", self.list(3));
            // Looking costs time too.
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// Logs in and waits for the end of the sync.
    fn sync(&self) {
        self.login();
        self.wait("the sync has ended", Self::has_synced);
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        let _ = self.client.close();
    }
}

fn text(row: &Value) -> &str {
    row["lastMessage"]["textElem"]["text"].as_str().unwrap_or_default()
}

fn without_tls(mut backend: Value) -> Value {
    backend["tls"] = json!("disabled");
    backend.as_object_mut().unwrap().remove("caFile");
    backend
}

/// Messages that reach somebody else, from the first call on. The receiver has a fast connection.
fn sending(server: &Prosody, dir: &Path) {
    let relay = Relay::to(server.port(), DELAY);
    let [alice, carol, bob] = ["alice", "carol", "bob"].map(|name| server.new_user(name));
    let receiver = Device::open(dir, "bob", &server.backend(&bob));
    receiver.sync();
    let request = json!({ "groupType": "Public", "groupID": "busy", "groupName": "Busy" });
    let room = receiver.ok("createGroup", &request).as_str().unwrap().to_owned();
    let sender = Device::open(dir, "alice", &server.backend_at(&alice, relay.port()));
    sender.sync();
    sender.ok("joinGroup", &json!({ "groupID": room }));
    let mut other = Other::start(server, &carol, relay.port());
    other.ok(&json!({ "do": "login" }));
    other.ok(&json!({ "do": "enter", "room": room }));
    let last = |conversation: &str| {
        let row = receiver.ok("getConversation", &json!({ "conversationID": conversation }));
        text(&row).to_owned()
    };
    let has = |conversation: &str, who: &str| last(conversation) == format!("{who} {}", MESSAGES - 1);
    for (what, to, field, kind) in [
        ("Messages to a user", &bob, "receiver", "chat"),
        ("Messages to a group", &room, "groupID", "groupchat"),
    ] {
        let [of_libim, of_other] = match kind {
            "chat" => [format!("c2c_{alice}"), format!("c2c_{carol}")],
            _ => [format!("group_{room}"), format!("group_{room}")],
        };
        let begun = Instant::now();
        for number in 0..MESSAGES {
            let text = json!({ "text": format!("libim {number}") });
            sender.ok("sendMessage", &json!({ field: to, "elemType": 1, "textElem": text }));
        }
        receiver.wait("libim's messages", |_| has(&of_libim, "libim"));
        let libim = begun.elapsed();
        let begun = Instant::now();
        other.begin(&json!({ "do": "send", "to": to, "type": kind, "count": MESSAGES }));
        receiver.wait("slixmpp's messages", |_| has(&of_other, "slixmpp"));
        let slixmpp = begun.elapsed();
        other.until("done");
        let rate = |time: Duration| MESSAGES as f64 / time.as_secs_f64();
        println!(
            "| {what}, {MESSAGES} at a time | {:.0}/s | {:.0}/s | {:.2} | at least 0.5 |",
            rate(libim),
            rate(slixmpp),
            rate(libim) / rate(slixmpp)
        );
    }
}

/// Rooms on a device that is new, and what a later login of it sends.
fn rooms(server: &Prosody, dir: &Path) {
    let alice = server.new_user("alice");
    let first = Device::open(dir, "first", &server.backend(&alice));
    first.login();
    let rooms: Vec<String> = (0..ROOMS)
        .map(|room| {
            let request =
                json!({ "groupType": "Public", "groupID": format!("r{room}"), "groupName": format!("Room {room}") });
            first.ok("createGroup", &request).as_str().unwrap().to_owned()
        })
        .collect();
    drop(first);
    let archive = Archive::of(server);
    let when = now() + 1;
    for number in 0..ROOMS * PER_ROOM {
        archive.said(&rooms[number % ROOMS], number, when);
    }
    archive.commit();
    // So that nothing was said in the future.
    std::thread::sleep(Duration::from_secs(3));

    let has_all = |device: &Device| {
        let rows = device.list(ROOMS + 1);
        let is_right = |row: &Value| {
            let number = rooms.iter().position(|room| row["groupID"] == room.as_str());
            number.is_some_and(|number| text(row) == format!("message {}", (PER_ROOM - 1) * ROOMS + number))
        };
        rows.len() == ROOMS && rows.iter().all(is_right)
    };
    let relay = Relay::to(server.port(), DELAY);
    let device = Device::open(dir, "new", &server.backend_at(&alice, relay.port()));
    let begun = Instant::now();
    device.login();
    device.wait("all rooms are listed", has_all);
    let libim = begun.elapsed();
    device.wait("the sync has ended", Device::has_synced);
    let synced = begun.elapsed();
    drop(device);
    let mut other = Other::start(server, &alice, relay.port());
    let begun = Instant::now();
    other.begin(&json!({ "do": "login" }));
    other.begin(&json!({ "do": "rooms" }));
    other.until("done");
    other.until("done");
    let slixmpp = begun.elapsed();
    drop(other);
    println!(
        "| {ROOMS} rooms, first login: until all are listed with their last messages | {:.1} s | {:.1} s | {:.1} | at most 3 s |",
        libim.as_secs_f64(),
        slixmpp.as_secs_f64(),
        libim.as_secs_f64() / slixmpp.as_secs_f64()
    );
    println!(
        "| The same, until onSyncServerFinish | {:.1} s | | | none |",
        synced.as_secs_f64()
    );

    relay.sent();
    let device = Device::open(dir, "new", &without_tls(server.backend_at(&alice, relay.port())));
    let begun = Instant::now();
    device.sync();
    let synced = begun.elapsed();
    let sent = relay.sent();
    drop(device);
    // What the goodbye costs is not of the login.
    let of_rooms = sent.iter().filter(|stanza| stanza.contains("@conference.")).count();
    println!(
        "| {ROOMS} rooms, later login: stanzas sent for each | {:.2} | | | at most 3 |",
        of_rooms as f64 / ROOMS as f64
    );
    println!(
        "| The same: stanzas sent besides | {} | | | none |",
        sent.len() - of_rooms
    );
    println!(
        "| The same, until onSyncServerFinish | {:.1} s | | | none |",
        synced.as_secs_f64()
    );
}

/// The list of a device that has missed much.
fn gap(server: &Prosody, dir: &Path) {
    let alice = server.new_user("alice");
    // Prosody makes its tables when somebody first asks for them.
    Device::open(dir, "first", &server.backend(&alice)).sync();
    let contact = |number: usize| format!("contact-{number}@{DOMAIN}");
    let sender = |number: usize| {
        let is_busy = number + MISSED / 5 >= CONTACTS + MISSED;
        contact(number % if is_busy { BUSY } else { CONTACTS })
    };
    // After the first login, before which everything counts as read.
    let begin = now() + 1;
    let time = |number: usize| begin + i64::try_from(number / 1000).unwrap();
    let write = |range: std::ops::Range<usize>| {
        let archive = Archive::of(server);
        for number in range {
            archive.received(&alice, &sender(number), number, time(number));
        }
        archive.commit();
    };
    write(0..CONTACTS);
    // So that nothing is said in the future.
    std::thread::sleep(Duration::from_secs(12));
    let relay = Relay::to(server.port(), DELAY);
    Device::open(dir, "away", &server.backend(&alice)).sync();
    write(CONTACTS..CONTACTS + MISSED);

    let mut seen = HashSet::new();
    let all = (0..CONTACTS + MISSED).rev();
    let newest: Vec<i64> = all
        .filter(|number| seen.insert(sender(*number)))
        .take(PAGE)
        .map(time)
        .collect();
    let last: HashMap<_, _> = (0..CONTACTS + MISSED)
        .map(|number| (sender(number), format!("message {number}")))
        .collect();
    // Within a second the server knows no order of conversations.
    let is_right = |device: &Device| {
        let rows = device.list(PAGE);
        let times = rows
            .iter()
            .map(|row| row["lastMessage"]["timestamp"].as_i64().unwrap_or_default());
        let is_last = |row: &Value| last[row["userID"].as_str().unwrap_or_default()] == text(row);
        times.eq(newest.iter().copied()) && rows.iter().all(is_last)
    };
    let device = Device::open(dir, "away", &server.backend_at(&alice, relay.port()));
    let begun = Instant::now();
    device.login();
    device.wait("the first page is right", is_right);
    let listed = begun.elapsed();
    device.wait("the sync has ended", Device::has_synced);
    let synced = begun.elapsed();
    println!(
        "| {MISSED} messages missed: until the first page of {PAGE} is right | {:.1} s | | | at most 3 s |",
        listed.as_secs_f64()
    );
    println!(
        "| The same, until onSyncServerFinish | {:.1} s | | | none |",
        synced.as_secs_f64()
    );
    let unread: i64 = device
        .list(CONTACTS)
        .iter()
        .filter_map(|row| row["unreadCount"].as_i64())
        .sum();
    assert_eq!(
        usize::try_from(unread).unwrap(),
        CONTACTS + MISSED,
        "everything since the account is in use is unread"
    );
}
