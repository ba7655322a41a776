//! The JavaScript of Tencent's npm package `im_electron_sdk`, with our library where its closed one would lie: two users, each in
//! a process of Node, on the embedded service and on Prosody.
//!
//! Its needs of Electron, and of a package that registries lack, are in `tests/timsdk/electron`.

use super::servers::{self, DOMAIN, PASSWORD};
use super::support::{self, root, temp_dir};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How long an answer or an event may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The packages that scripts/setup.sh has installed for this: the SDK's without its native libraries, and `ffi-rs`.
fn tools() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let modules = target.join("timsdk-tools/node_modules");
    let is_there = modules.join("im_electron_sdk/dist/main.js").exists();
    assert!(is_there, "{} is missing: run scripts/setup.sh test", modules.display());
    modules
}

/// A project as an app's is: the packages in `node_modules`, and the library in that of the SDK.
fn project(dir: &Path) -> PathBuf {
    let project = dir.join("app");
    let modules = project.join("node_modules");
    std::fs::create_dir_all(&modules).unwrap();
    let stubs = root().join("tests/timsdk/electron");
    std::fs::copy(stubs.join("user.js"), project.join("user.js")).unwrap();
    for name in ["electron", "json-bigint-parse"] {
        std::fs::create_dir(modules.join(name)).unwrap();
        let file = stubs.join(name).with_extension("js");
        std::fs::copy(file, modules.join(name).join("index.js")).unwrap();
    }
    for name in ["ffi-rs", "@yuuang"] {
        std::os::unix::fs::symlink(tools().join(name), modules.join(name)).unwrap();
    }
    let sdk = modules.join("im_electron_sdk");
    std::fs::create_dir_all(sdk.join("lib/linux/lib")).unwrap();
    std::fs::create_dir(sdk.join("dist")).unwrap();
    std::fs::copy(tools().join("im_electron_sdk/dist/main.js"), sdk.join("dist/main.js")).unwrap();
    let library = support::library("libImSDK.so");
    for name in ["libImSDK.so", "libImSDK_arm64.so"] {
        std::os::unix::fs::symlink(&library, sdk.join("lib/linux/lib").join(name)).unwrap();
    }
    project
}

/// A user, in a process of their own.
struct User {
    child: Child,
    commands: ChildStdin,
    lines: Receiver<Value>,
    /// Events that were heard while something else was waited for.
    heard: Vec<(String, Value)>,
}

impl User {
    /// Starts a process that has initialized the SDK.
    fn start(dir: &Path, name: &str, config: &Value) -> Self {
        let own = dir.join(name);
        std::fs::create_dir(&own).unwrap();
        let file = own.join("server.json");
        std::fs::write(&file, config.to_string()).unwrap();
        let project = project(&own);
        let mut child = Command::new("node")
            .arg("user.js")
            .current_dir(&project)
            .env("LIBIM_TIMSDK_CONFIG", file)
            .env("HOME", &own)
            .env_remove("NODE_OPTIONS")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (said, lines) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        // The SDK prints lines of its own; ours begin with an @.
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Some(json) = line.strip_prefix('@') {
                    let _ = said.send(serde_json::from_str(json).unwrap());
                }
            }
        });
        let commands = child.stdin.take().unwrap();
        let mut user = Self {
            child,
            commands,
            lines,
            heard: Vec::new(),
        };
        let answer = user.call("timBaseManager", "TIMInit", json!({ "config_path": own }));
        assert_eq!(answer, 0);
        user
    }

    fn next(&mut self, what: &str) -> Value {
        let line = self.lines.recv_timeout(PATIENCE);
        line.unwrap_or_else(|_| panic!("waited in vain: {what}; heard {:#?}", self.heard))
    }

    fn take(&mut self, line: Value) -> Option<Value> {
        let Some(name) = line["callback"].as_str() else {
            return Some(line["answer"].clone());
        };
        self.heard.push((name.to_owned(), line["data"].clone()));
        None
    }

    /// Calls a method of the package, and waits for its answer.
    fn call(&mut self, manager: &str, method: &str, param: Value) -> Value {
        let callback = method.contains("Callback").then_some(method);
        let command = json!({ "manager": manager, "method": method, "param": param, "callback": callback });
        writeln!(self.commands, "{command}").unwrap();
        loop {
            let line = self.next(method);
            if let Some(answer) = self.take(line) {
                return answer;
            }
        }
    }

    /// The same of a method that must succeed: its JSON.
    fn ok(&mut self, manager: &str, method: &str, param: Value) -> Value {
        let answer = self.call(manager, method, param);
        assert_eq!(answer["code"], 0, "{method}: {answer}");
        let json = [&answer["json_params"], &answer["json_param"]];
        let text = json.into_iter().find_map(Value::as_str);
        match text {
            Some("") => Value::Null,
            Some(text) => serde_json::from_str(text).unwrap(),
            None => answer["json_param"].clone(),
        }
    }

    fn conversation(&mut self, method: &str, param: Value) -> Value {
        self.ok("conversationManager", method, param)
    }

    /// Waits for an event.
    fn hears(&mut self, name: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let mut seen = 0;
        loop {
            for (heard, data) in &self.heard[seen..] {
                if heard == name && is_it(data) {
                    return data.clone();
                }
            }
            seen = self.heard.len();
            let line = self.next(name);
            assert!(self.take(line).is_none());
        }
    }

    fn login(&mut self, user: &str, sig: &str) {
        self.ok("timBaseManager", "TIMLogin", json!({ "userID": user, "userSig": sig }));
        let answer = self.call("timBaseManager", "TIMGetLoginUserID", Value::Null);
        assert_eq!(answer["json_param"], user);
        assert_eq!(self.call("timBaseManager", "TIMGetLoginStatus", Value::Null), 1);
        let events = [
            ("conversationManager", "TIMSetConvEventCallback"),
            (
                "conversationManager",
                "TIMSetConvTotalUnreadMessageCountChangedCallback",
            ),
            (
                "conversationManager",
                "TIMSetConvUnreadMessageCountChangedByFilterCallback",
            ),
            ("conversationManager", "TIMSetConvConversationGroupCreatedCallback"),
            ("advanceMessageManager", "TIMAddRecvNewMsgCallback"),
        ];
        for (manager, method) in events {
            self.call(manager, method, json!({ "user_data": "" }));
        }
    }

    fn list(&mut self) -> Vec<Value> {
        let list = self.conversation("TIMConvGetConvList", json!({}));
        list.as_array().unwrap().clone()
    }

    fn by_filter(&mut self, filter: Value) -> Vec<String> {
        let page = self.conversation("TIMConvGetConversationListByFilter", json!({ "params": filter }));
        let rows = page["conversation_list_result_conv_list"].as_array().unwrap().iter();
        rows.map(|row| row["conv_id"].as_str().unwrap().to_owned()).collect()
    }

    fn send(&mut self, to: &str, text: &str) -> Value {
        let message = json!({ "message_elem_array": [{ "elem_type": 0, "text_elem_content": text }] });
        let param = json!({ "conv_id": to, "conv_type": 1, "params": message, "user_data": "" });
        self.ok("advanceMessageManager", "TIMMsgSendMessage", param)
    }

    /// Waits for a message.
    fn receives(&mut self, text: &str) -> Value {
        let texts = |data: &Value| -> Value { serde_json::from_str(data[0].as_str().unwrap()).unwrap() };
        let is_it = |data: &Value| texts(data)[0]["message_elem_array"][0]["text_elem_content"] == text;
        texts(&self.hears("TIMAddRecvNewMsgCallback", is_it))[0].clone()
    }
}

impl Drop for User {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ids(list: &[Value]) -> Vec<&str> {
    list.iter().map(|row| row["conv_id"].as_str().unwrap()).collect()
}

/// The story. The names are those of Alice, Bob and Carol.
fn two_users(dir: &Path, config: impl Fn(&str) -> Value, [a, b, c]: [&str; 3], sig: &str) {
    let mut alice = User::start(dir, "alice", &config("alice"));
    let mut bob = User::start(dir, "bob", &config("bob"));
    let mut carol = User::start(dir, "carol", &config("carol"));
    alice.login(a, sig);
    bob.login(b, sig);
    carol.login(c, sig);

    // A message goes, its sender hears that it was sent, and its receiver gets it.
    let sent = bob.send(a, "Hello, Alice");
    assert_eq!(sent["message_status"], 2);
    assert_eq!(sent["message_sender"], b);
    let received = alice.receives("Hello, Alice");
    assert_eq!(received["message_conv_id"], b);
    assert_eq!(received["message_is_from_self"], false);
    alice.hears("TIMSetConvEventCallback", |data| {
        data[0] == 0 && data[1].as_str().unwrap().contains("Hello, Alice")
    });
    carol.send(a, "Hi");
    alice.receives("Hi");
    assert_eq!(ids(&alice.list()), [c, b]);

    // Pins, drafts, marks.
    alice.conversation(
        "TIMConvPinConversation",
        json!({ "convId": b, "convType": 1, "isPinned": true }),
    );
    assert_eq!(ids(&alice.list()), [b, c]);
    let draft = json!({
        "draft_msg": { "message_elem_array": [{ "elem_type": 0, "text_elem_content": "later" }] },
        "draft_user_define": "", "draft_edit_time": 0,
    });
    let drafted = alice.call(
        "conversationManager",
        "TIMConvSetDraft",
        json!({ "convId": c, "convType": 1, "draftParam": draft }),
    );
    assert_eq!(drafted, 0);
    let row = alice.list()[1].clone();
    assert_eq!(
        row["conv_draft"]["draft_msg"]["message_elem_array"][0]["text_elem_content"],
        "later"
    );
    let star = json!({ "conversation_id_array": [format!("c2c_{c}")], "mark_type": 1, "enable_mark": true });
    let marked = alice.conversation("TIMConvMarkConversation", star);
    assert_eq!(marked[0]["conversation_operation_result_result_code"], 0);
    assert_eq!(alice.by_filter(json!({ "conversation_list_filter_mark_type": 1 })), [c]);
    assert_eq!(
        alice.by_filter(json!({ "conversation_list_filter_conv_type": 1 })),
        [b, c]
    );

    // Groups of conversations, and the counts of one.
    let work = json!({ "group_name": "Work", "conversation_id_array": [format!("c2c_{b}")] });
    alice.conversation("TIMConvCreateConversationGroup", work);
    alice.hears("TIMSetConvConversationGroupCreatedCallback", |data| data[0] == "Work");
    let filter = json!({ "conversation_list_filter_conversation_group": "Work" });
    assert_eq!(alice.by_filter(filter.clone()), [b]);
    let total = alice.conversation("TIMConvGetTotalUnreadMessageCount", json!({}));
    assert_eq!(total["conv_get_total_unread_message_count_result_unread_count"], 2);
    let subscribed = alice.call(
        "conversationManager",
        "TIMConvSubscribeUnreadMessageCountByFilter",
        json!({ "params": filter }),
    );
    assert_eq!(subscribed, 0);
    bob.send(a, "Are you there?");
    alice.hears("TIMSetConvTotalUnreadMessageCountChangedCallback", |data| data[0] == 3);
    alice.hears("TIMSetConvUnreadMessageCountChangedByFilterCallback", |data| {
        data[0].as_str() == Some(filter.to_string().as_str()) && data[1] == 2
    });
    let read = json!({ "conversation_id": format!("c2c_{b}"), "clean_timestamp": 0, "clean_sequence": 0 });
    alice.conversation("TIMConvCleanConversationUnreadMessageCount", read);
    alice.hears("TIMSetConvTotalUnreadMessageCountChangedCallback", |data| data[0] == 1);

    // The answer, and the end.
    alice.send(b, "Yes");
    assert_eq!(bob.receives("Yes")["message_sender"], a);
    for user in [&mut alice, &mut bob, &mut carol] {
        user.call("timBaseManager", "TIMUninit", Value::Null);
    }
}

#[test]
fn two_users_on_the_embedded_service() {
    let dir = temp_dir();
    let service = dir.path().join("service.db");
    let config = |name: &str| json!({ "dataDir": dir.path().join(name).join("data"), "backend": { "path": service } });
    two_users(dir.path(), config, ["alice", "bob", "carol"], "");
}

#[test]
fn two_users_on_prosody() {
    let dir = temp_dir();
    let server = servers::prosody();
    let users = ["alice", "bob", "carol"].map(|name| server.new_user(name));
    let names = users
        .each_ref()
        .map(|jid| jid.strip_suffix(DOMAIN).unwrap().strip_suffix('@').unwrap());
    let config = |name: &str| {
        json!({
            "dataDir": dir.path().join(name).join("data"),
            "backend": {
                "kind": "xmpp",
                "domain": DOMAIN,
                "host": "127.0.0.1",
                "port": server.port(),
                "caFile": server.ca_file(),
            },
        })
    };
    two_users(dir.path(), config, names, PASSWORD);
}
