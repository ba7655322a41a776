//! The first sync of a big account: 2,000 contacts and 50 rooms with 50,000 archived messages, on a Prosody of its own.
//!
//! The archive is written straight into Prosody's database; a new process then logs in, and says when the first page of the
//! list was right, when its unread counts were, when the sync had ended, and how much memory it took at most.
//! docs/performance.md has the figures. `cargo bench --bench first_sync`

#[path = "../../tests/servers/mod.rs"]
mod servers;

use im::api;
use im::client::Client;
use im::events::{Event, Listener};
use serde_json::{Value, json};
use servers::prosody::{Prosody, file_name};
use servers::{DOMAIN, Server};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const CONTACTS: usize = 2_000;
const PER_CONTACT: usize = 20;
const ROOMS: usize = 50;
const PER_ROOM: usize = 200;
const PAGE: usize = 100;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == "--sync") {
        return sync(&arguments[place + 1]);
    }
    // Cargo asks every benchmark for those of its parts that a word names; this one has a single part.
    if arguments
        .iter()
        .skip(1)
        .any(|argument| !argument.starts_with('-') && argument != "first_sync")
    {
        return;
    }
    let server = Prosody::start();
    let dir = servers::fresh_dir("first-sync");
    let alice = server.new_user("alice");
    fill(&server, &alice, &dir);
    println!(
        "| {CONTACTS} contacts, {ROOMS} rooms, {} messages | |",
        CONTACTS * PER_CONTACT + ROOMS * PER_ROOM
    );
    println!("|---|---|");
    let config = json!({ "dataDir": dir.join("device"), "backend": server.backend(&alice) });
    let status = Command::new(std::env::current_exe().unwrap())
        .arg("--sync")
        .arg(config.to_string())
        .status()
        .unwrap();
    assert!(status.success());
    std::fs::remove_dir_all(dir).unwrap();
}

fn call(client: &Arc<Client>, method: &str, request: &Value) -> Value {
    let response = api::call(client, method, &request.to_string());
    let mut envelope: Value = serde_json::from_str(&response.json).unwrap();
    assert_eq!(envelope["code"], 0, "{method}: {envelope}");
    envelope["data"].take()
}

/// The rooms are made by alice herself, as an app makes them; what was said is written into the database.
fn fill(server: &Prosody, alice: &str, dir: &std::path::Path) {
    let roster: String = (0..CONTACTS)
        .map(|contact| {
            format!("[\"contact-{contact}@{DOMAIN}\"] = {{ subscription = \"none\"; groups = {{}}; name = \"Contact {contact}\" }};\n")
        })
        .collect();
    let path = server.dir().join("data/im%2etest/roster");
    std::fs::create_dir_all(&path).unwrap();
    let name = alice.split('@').next().unwrap();
    std::fs::write(
        path.join(format!("{}.dat", file_name(name))),
        format!("return {{ {roster} [false] = {{ version = 1; pending = {{}} }} }};\n"),
    )
    .unwrap();

    let config = json!({ "dataDir": dir.join("first"), "backend": server.backend(alice) });
    let (client, response) = api::open(&config.to_string());
    let client = client.unwrap_or_else(|| panic!("{}", response.json));
    call(&client, "login", &json!({}));
    let rooms: Vec<String> = (0..ROOMS)
        .map(|room| {
            let request = json!({ "groupType": "Public", "groupID": format!("room-{room}"), "groupName": format!("Room {room}") });
            call(&client, "createGroup", &request).as_str().unwrap().to_owned()
        })
        .collect();
    client.close().unwrap();

    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let mut db = rusqlite::Connection::open(server.dir().join("archive.sqlite")).unwrap();
    db.busy_timeout(Duration::from_secs(30)).unwrap();
    let transaction = db.transaction().unwrap();
    {
        let mut insert = transaction
            .prepare(
                "INSERT INTO prosodyarchive (host, user, store, key, \"when\", \"with\", type, value) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'xml', ?7)",
            )
            .unwrap();
        // In the order of their times, as they would have come.
        let first = now - i64::try_from(CONTACTS * PER_CONTACT).unwrap() - 60;
        for number in 0..CONTACTS * PER_CONTACT {
            let contact = format!("contact-{}@{DOMAIN}", number % CONTACTS);
            let value = format!(
                "<message to='{alice}' id='m{number}' type='chat' from='{contact}/phone'><body>message {number}</body>\
                 <origin-id xmlns='urn:xmpp:sid:0' id='m{number}'/></message>"
            );
            let when = first + i64::try_from(number).unwrap();
            let row = (DOMAIN, name, "archive", format!("c-{number}"), when, contact, value);
            insert.execute(row).unwrap();
        }
        for number in 0..ROOMS * PER_ROOM {
            let room = &rooms[number % ROOMS];
            let node = room.split('@').next().unwrap();
            let value = format!(
                "<message id='r{number}' type='groupchat' from='{room}/bob'><body>message {number}</body>\
                 <origin-id xmlns='urn:xmpp:sid:0' id='r{number}'/><x xmlns='http://jabber.org/protocol/muc#user'>\
                 <item role='participant' affiliation='member' jid='bob@{DOMAIN}'/></x></message>"
            );
            // After alice had made the rooms: what was said before would not be for her.
            let when = now + 1 + i64::try_from(number / ROOMS).unwrap() / 20;
            let host = format!("conference.{DOMAIN}");
            let row = (
                host,
                node,
                "muc_log",
                format!("r-{number}"),
                when,
                "message<groupchat",
                value,
            );
            insert.execute(row).unwrap();
        }
    }
    transaction.commit().unwrap();
    // So that no room is younger than what was said in it.
    std::thread::sleep(Duration::from_secs(12));
}

struct Ended(AtomicBool);

impl Listener for Ended {
    fn on_event(&self, event: Event, _: &str) {
        if event == Event::SyncServerFinish {
            self.0.store(true, Ordering::Release);
        }
    }
}

/// What the first page should show: the rooms, and the contacts who wrote last.
fn is_right(rows: &[Value], with_unread: bool) -> bool {
    let last = |row: &Value| row["lastMessage"]["textElem"]["text"].as_str().map(str::to_owned);
    let rooms = rows.iter().take(ROOMS).all(|row| {
        let number = row["groupID"].as_str().and_then(|id| id.strip_prefix("room-"));
        let number: Option<usize> = number
            .and_then(|rest| rest.split('@').next())
            .and_then(|text| text.parse().ok());
        number.is_some_and(|number| last(row) == Some(format!("message {}", (PER_ROOM - 1) * ROOMS + number)))
            && (!with_unread || row["unreadCount"] == PER_ROOM)
    });
    let contacts = rows.iter().skip(ROOMS).enumerate().all(|(place, row)| {
        let number = CONTACTS * PER_CONTACT - 1 - place;
        row["userID"] == format!("contact-{}@{DOMAIN}", number % CONTACTS)
            && last(row) == Some(format!("message {number}"))
            && row["unreadCount"] == 0
    });
    rows.len() == PAGE && rooms && contacts
}

/// The process that syncs.
fn sync(config: &str) {
    let (client, response) = api::open(config);
    let client = client.unwrap_or_else(|| panic!("{}", response.json));
    let ended = Arc::new(Ended(AtomicBool::new(false)));
    client.add_listener(0, ended.clone()).unwrap();
    let begun = Instant::now();
    call(&client, "login", &json!({}));
    let mut told = [false; 2];
    let names = ["a right first page", "its unread counts"];
    while !ended.0.load(Ordering::Acquire) || told != [true; 2] {
        let page = call(&client, "getConversationList", &json!({ "count": PAGE }));
        let rows = page["conversationList"].as_array().unwrap();
        for (place, name) in names.iter().enumerate() {
            if !told[place] && is_right(rows, place == 1) {
                told[place] = true;
                println!("| {name} | {:.2} s |", begun.elapsed().as_secs_f64());
            }
        }
        if ended.0.load(Ordering::Acquire) && told != [true; 2] {
            assert!(
                begun.elapsed() < Duration::from_secs(600),
                "the first page is not right: {:#?}",
                &rows[..3]
            );
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    println!("| onSyncServerFinish | {:.2} s |", begun.elapsed().as_secs_f64());
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    let peak: f64 = peak.split_whitespace().nth(1).unwrap().parse().unwrap();
    println!("| peak memory of the process | {:.0} MB |", peak / 1024.0);
    client.close().unwrap();
}
