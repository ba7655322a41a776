//! Files over XMPP: bringing them to the server's upload service (XEP-0363) and fetching them, side by side with curl, which
//! brings them to the same Prosody and fetches them from it.
//!
//! libim's time is that of a whole message: the file is taken in (copied, hashed, synced), a slot is asked for, the file is
//! brought, and the server has the message; on the other side it is verified, synced and stored. curl has its slots before it
//! begins, and writes what it fetches without syncing it. docs/performance.md has the figures. `cargo bench --bench media`

#[path = "../network/other.rs"]
mod other;
#[path = "../../tests/servers/mod.rs"]
mod servers;

use im::api;
use im::client::Client;
use im::events::{Event, Listener};
use other::Other;
use serde_json::{Value, json};
use servers::Server;
use servers::prosody::Prosody;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

const ROUNDS: usize = 9;
const SIZES: [(&str, usize); 2] = [("8 MiB", 8 << 20), ("256 KiB", 256 << 10)];
/// What is still worth waiting for.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() {
    let mut wanted = std::env::args()
        .skip(1)
        .filter(|name| !name.starts_with('-'))
        .peekable();
    if wanted.peek().is_some() && !wanted.any(|name| name == "media") {
        return;
    }
    let server = Prosody::start();
    let dir = servers::fresh_dir("media");
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| server.new_user(name));
    let sender = Device::open(&dir, "alice", &server.backend(&alice));
    let receiver = Device::open(&dir, "bob", &server.backend(&bob));
    let mut other = Other::start(&server, &carol, server.port());
    other.ok(&json!({ "do": "login" }));
    println!("| Files over XMPP | libim | curl | Ratio | Goal |");
    println!("| --- | --- | --- | --- | --- |");
    for (name, size) in SIZES {
        let slots = slots(&mut other, &dir, size);
        let mut times: [Vec<Duration>; 4] = Default::default();
        for slot in &slots {
            let file = new_file(&dir, size);
            let begun = Instant::now();
            let path = json!({ "path": file });
            sender.ok(
                "sendMessage",
                &json!({ "receiver": bob, "elemType": 6, "fileElem": path }),
            );
            sender.wait(Event::MessageStatusChanged, |message| message["status"] == 2);
            times[0].push(begun.elapsed());

            let file = new_file(&dir, size);
            let begun = Instant::now();
            put(slot, &file);
            times[1].push(begun.elapsed());

            let message = receiver.wait(Event::RecvNewMessage, |_| true);
            let begun = Instant::now();
            let message = receiver.ok("downloadMessage", &json!({ "msgID": message["msgID"] }));
            times[2].push(begun.elapsed());
            assert_eq!(message["fileElem"]["fileSize"], size);

            let fetched = dir.join("fetched");
            let begun = Instant::now();
            get(slot, &fetched);
            times[3].push(begun.elapsed());
            assert_eq!(std::fs::read(&fetched).unwrap(), std::fs::read(&file).unwrap());
        }
        let [sent, put, received, got] = times.map(median);
        for (what, libim, curl) in [("sent", sent, put), ("fetched", received, got)] {
            let rate = |time: Duration| size as f64 / time.as_secs_f64() / f64::from(1 << 20);
            println!(
                "| A file of {name}, {what} | {:.0} MiB/s ({:.1} ms) | {:.0} MiB/s ({:.1} ms) | {:.2} | at least 0.8 |",
                rate(libim),
                libim.as_secs_f64() * 1e3,
                rate(curl),
                curl.as_secs_f64() * 1e3,
                rate(libim) / rate(curl)
            );
        }
    }
    drop((sender, receiver));
    std::fs::remove_dir_all(dir).unwrap();
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// A file that nobody has yet.
fn new_file(dir: &Path, size: usize) -> PathBuf {
    let path = dir.join("file.bin");
    let mut bytes = vec![0; size];
    fastrand::fill(&mut bytes);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Places for files: where to bring one, with which headers, and where it is then.
fn slots(other: &mut Other, dir: &Path, size: usize) -> Vec<Value> {
    let path = dir.join("slots.json");
    other.ok(&json!({ "do": "slots", "count": ROUNDS, "size": size, "file": path }));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn curl() -> Command {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--fail", "--noproxy", "*"]);
    curl
}

fn put(slot: &Value, file: &Path) {
    let mut curl = curl();
    for (name, value) in slot["headers"].as_object().unwrap() {
        curl.args(["--header", &format!("{name}: {}", value.as_str().unwrap())]);
    }
    // Otherwise it would wait a second for a server that does not say that it may go on.
    curl.args([
        "--header",
        "Expect:",
        "--header",
        "content-type: application/octet-stream",
        "--upload-file",
    ])
    .arg(file)
    .arg(slot["put"].as_str().unwrap());
    assert!(curl.status().expect("curl is installed").success());
}

fn get(slot: &Value, to: &Path) {
    let status = curl()
        .arg("--output")
        .arg(to)
        .arg(slot["get"].as_str().unwrap())
        .status();
    assert!(status.unwrap().success());
}

/// A device, and what it is told.
struct Device {
    client: Arc<Client>,
    told: Receiver<(Event, String)>,
}

struct Told(Sender<(Event, String)>);

impl Listener for Told {
    fn on_event(&self, event: Event, payload: &str) {
        let _ = self.0.send((event, payload.to_owned()));
    }
}

impl Device {
    /// Opens it, and logs in.
    fn open(dir: &Path, name: &str, backend: &Value) -> Self {
        let config = json!({ "dataDir": dir.join(name), "backend": backend });
        let (client, response) = api::open(&config.to_string());
        let client = client.unwrap_or_else(|| panic!("{}", response.json));
        let (sender, told) = channel();
        client.add_listener(0, Arc::new(Told(sender))).unwrap();
        let device = Self { client, told };
        device.ok("login", &json!({}));
        device.wait(Event::SyncServerFinish, |_| true);
        device
    }

    fn ok(&self, method: &str, request: &Value) -> Value {
        let response = api::call(&self.client, method, &request.to_string());
        let mut envelope: Value = serde_json::from_str(&response.json).unwrap();
        assert_eq!(envelope["code"], 0, "{method}: {envelope}");
        envelope["data"].take()
    }

    /// The payload of the next such event.
    fn wait(&self, event: Event, is_meant: impl Fn(&Value) -> bool) -> Value {
        loop {
            let (told, payload) = self.told.recv_timeout(PATIENCE).expect("it is told");
            if told == event {
                let payload: Value = serde_json::from_str(&payload).unwrap();
                if is_meant(&payload) {
                    return payload;
                }
            }
        }
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        let _ = self.client.close();
    }
}
