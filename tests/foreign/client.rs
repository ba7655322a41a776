//! The foreign client as a test sees it: a Python program with slixmpp, and everything that it told.

use crate::servers::{PASSWORD, Server};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// How long something may take to reach the client.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Default)]
struct Told {
    events: Mutex<Vec<Value>>,
    more: Condvar,
}

/// A running client. It ends when it is dropped, and with the test program, because that holds its input.
pub struct Foreign {
    process: Child,
    input: Option<ChildStdin>,
    told: Arc<Told>,
}

impl Foreign {
    /// Logs in.
    pub fn login(server: &dyn Server, jid: &str) -> Self {
        Self::start(server, jid, &[])
    }

    /// Logs in without a word that it is there: the server keeps what is sent to the account for a device that says so.
    pub fn login_silently(server: &dyn Server, jid: &str) -> Self {
        Self::start(server, jid, &["silent"])
    }

    fn start(server: &dyn Server, jid: &str, more: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign/client.py");
        let mut process = Command::new(python())
            .arg(script)
            .args([jid, PASSWORD, "127.0.0.1", &server.port().to_string()])
            .arg(server.ca_file())
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python with slixmpp is there: scripts/setup.sh test");
        let told = Arc::new(Told::default());
        let (teller, output) = (Arc::clone(&told), process.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let event = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
                teller.events.lock().unwrap().push(event);
                teller.more.notify_all();
            }
        });
        let client = Self {
            input: process.stdin.take(),
            process,
            told,
        };
        client.until("is online", |event| event["is"] == "online");
        client
    }

    /// Waits until it has told something, and gives the first such event.
    pub fn until(&self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        let mut events = self.told.events.lock().unwrap();
        loop {
            if let Some(event) = events.iter().find(|event| is_it(event)) {
                return event.clone();
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "waited in vain: the client {what}; it told {events:#?}"
            );
            events = self.told.more.wait_timeout(events, left).unwrap().0;
        }
    }

    /// Waits until it has heard a text, and gives the message.
    pub fn hears(&self, text: &str) -> Value {
        self.until(&format!("hears {text}"), |event| {
            event["is"] == "message" && event["text"] == text
        })
    }

    /// How many of such events it has told by now.
    pub fn count(&self, is_it: impl Fn(&Value) -> bool) -> usize {
        let events = self.told.events.lock().unwrap();
        events.iter().filter(|event| is_it(event)).count()
    }

    /// The texts that it has heard, in the order in which they came.
    pub fn heard(&self) -> Vec<String> {
        let events = self.told.events.lock().unwrap();
        let messages = events.iter().filter(|event| event["is"] == "message");
        messages
            .map(|message| message["text"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The messages that it has heard, as they came.
    pub fn everything(&self) -> Vec<String> {
        let events = self.told.events.lock().unwrap();
        let messages = events.iter().filter_map(|event| event["xml"].as_str());
        messages.map(str::to_owned).collect()
    }

    /// Gives it a command and waits until it has carried it out: what it told at the end.
    pub fn act(&mut self, command: &Value) -> Value {
        let is_end = |event: &&Value| {
            ["done", "failed", "history", "answer"]
                .iter()
                .any(|end| event["is"] == *end)
        };
        let before = self.told.events.lock().unwrap().iter().filter(is_end).count();
        writeln!(self.input.as_mut().unwrap(), "{command}").unwrap();
        let end = Instant::now() + PATIENCE;
        let mut events = self.told.events.lock().unwrap();
        loop {
            if let Some(event) = events.iter().filter(is_end).nth(before) {
                assert_ne!(event["is"], "failed", "{command}: {event}");
                return event.clone();
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "the client did not end: {command}");
            events = self.told.more.wait_timeout(events, left).unwrap().0;
        }
    }

    /// Sends a stanza as it is.
    pub fn raw(&mut self, xml: &str) {
        self.act(&json!({ "do": "raw", "xml": xml }));
    }

    /// Waits until the server has handled everything that was sent.
    pub fn flush(&mut self) {
        self.ask("get", None, "<ping xmlns='urn:xmpp:ping'/>");
    }

    /// Says something to a user or in a room (`type` is `chat` or `groupchat`).
    pub fn say(&mut self, kind: &str, to: &str, id: &str, text: &str) {
        self.act(&json!({ "do": "say", "type": kind, "to": to, "id": id, "text": text }));
    }

    /// Asks the account's own server, or somebody else, and gives the answer.
    pub fn ask(&mut self, kind: &str, to: Option<&str>, xml: &str) -> String {
        let answer = self.act(&json!({ "do": "iq", "type": kind, "to": to, "xml": xml }));
        answer["xml"].as_str().unwrap().to_owned()
    }

    /// The messages of an archive, oldest first.
    pub fn history(&mut self, query: Value) -> Vec<Value> {
        let mut command = query;
        command["do"] = json!("history");
        self.act(&command)["messages"].as_array().unwrap().clone()
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        drop(self.input.take());
        // It says goodbye to the server, and may find it gone.
        let end = Instant::now() + Duration::from_secs(3);
        while self.process.try_wait().is_ok_and(|status| status.is_none()) {
            if Instant::now() > end {
                let _ = self.process.kill();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// The Python that scripts/setup.sh has given slixmpp.
fn python() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    target.join("venv/bin/python")
}
