//! A device of the account's in a process of its own, with a clock that may be wrong.

use crate::support::{command, compile, link_shared, root, temp_dir};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// The program, and the clock that is loaded into it.
pub struct Program {
    pub dir: tempfile::TempDir,
    device: PathBuf,
    clock: PathBuf,
}

impl Program {
    pub fn new() -> Self {
        let dir = temp_dir();
        let clock = dir.path().join("clock.so");
        command("gcc")
            .args([
                "-std=c11",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-shared",
                "-fPIC",
                "-D_GNU_SOURCE",
            ])
            .arg(root().join("tests/wrong_clock/clock.c"))
            .arg("-o")
            .arg(&clock)
            .output();
        let device = compile("wrong_clock", "device", dir.path(), link_shared(dir.path()));
        Self { dir, device, clock }
    }

    /// Starts a device whose clock is so many seconds ahead.
    pub fn start(&self, config: &Value, ahead: i64) -> Device {
        let mut child = Command::new(&self.device)
            .arg(config.to_string())
            .env("LD_PRELOAD", &self.clock)
            .env("CLOCK_SHIFT", ahead.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Device {
            calls: child.stdin.take(),
            answers: BufReader::new(child.stdout.take().unwrap()).lines(),
            child,
        }
    }
}

/// A running device, which is killed when the test fails.
pub struct Device {
    child: Child,
    calls: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Device {
    /// Calls a method that must succeed.
    pub fn ok(&mut self, method: &str, request: &Value) -> Value {
        writeln!(self.calls.as_mut().unwrap(), "{method} {request}").unwrap();
        let line = self.answers.next().unwrap().unwrap();
        let mut envelope: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(envelope["code"], 0, "{method} {request}: {envelope}");
        envelope["data"].take()
    }

    fn list(&mut self) -> Vec<Value> {
        let mut page = self.ok("getConversationList", &json!({ "count": 100 }));
        serde_json::from_value(page["conversationList"].take()).unwrap()
    }

    /// The history of a conversation with a user, oldest first.
    pub fn history(&mut self, user: &str) -> Vec<Value> {
        let request = json!({ "userID": user, "count": 100, "getType": 4 });
        serde_json::from_value(self.ok("getHistoryMessageList", &request)).unwrap()
    }

    /// The list without the groups: of each conversation the user, how many are unread, whether it is pinned, the last text, and all texts.
    pub fn shown(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        for row in self.list() {
            let Some(user) = row["userID"].as_str() else {
                continue;
            };
            let texts: Vec<Value> = self
                .history(user)
                .iter_mut()
                .map(|message| message["textElem"]["text"].take())
                .collect();
            let last = &row["lastMessage"]["textElem"]["text"];
            lines.push(json!([user, row["unreadCount"], row["isPinned"], last, texts]).to_string());
        }
        lines
    }

    /// Looks until it shows this, in this order, or in any.
    pub fn shows(&mut self, expected: &[Value], is_ordered: bool, when: &str) {
        let sort = |mut lines: Vec<String>| {
            if !is_ordered {
                lines.sort();
            }
            lines
        };
        let expected = sort(expected.iter().map(Value::to_string).collect());
        let end = Instant::now() + Duration::from_secs(60);
        let mut shown = sort(self.shown());
        while shown != expected && Instant::now() < end {
            std::thread::park_timeout(Duration::from_millis(5));
            shown = sort(self.shown());
        }
        assert_eq!(shown, expected, "{when}");
    }

    /// Sends a text and waits until the server has it, and what was written before.
    pub fn deliver(&mut self, user: &str, text: &str) {
        let request = json!({ "receiver": user, "elemType": 1, "textElem": { "text": text } });
        let sent = self.ok("sendMessage", &request);
        self.ok("waitUntilSent", &json!({ "msgID": sent["msgID"] }));
    }

    /// Closes the client.
    pub fn end(mut self) {
        self.calls = None;
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
