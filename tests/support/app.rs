//! An app for tests: a client with its cache in a directory, called with JSON.

use im::api;
use im::client::Client;
use im::events::{Event, Listener};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// How long a condition may take to come true.
const PATIENCE: Duration = Duration::from_secs(60);

/// The events an app heard, in order.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<(Event, Value)>>>);

impl Listener for Heard {
    fn on_event(&self, event: Event, payload: &str) {
        self.0
            .lock()
            .unwrap()
            .push((event, serde_json::from_str(payload).unwrap()));
    }
}

impl Heard {
    /// Everything so far.
    pub fn all(&self) -> Vec<(Event, Value)> {
        self.0.lock().unwrap().clone()
    }

    /// How often an event came.
    pub fn count(&self, event: Event) -> usize {
        self.all().iter().filter(|(heard, _)| *heard == event).count()
    }
}

/// An open client.
pub struct App {
    pub client: Arc<Client>,
    pub heard: Heard,
}

impl App {
    /// The config of a user's device: its cache in `dir/device`, the service in `dir`.
    pub fn config(dir: &Path, user: &str, device: &str) -> Value {
        json!({
            "dataDir": dir.join(device),
            "userID": user,
            "backend": { "kind": "embedded", "path": dir.join("service.db") },
        })
    }

    /// Opens a user's first device.
    pub fn open(dir: &Path, user: &str) -> Self {
        Self::open_with(&Self::config(dir, user, user))
    }

    /// Opens and logs in.
    pub fn login(dir: &Path, user: &str) -> Self {
        Self::login_on(dir, user, user)
    }

    /// Opens a device of a user, and logs in.
    pub fn login_on(dir: &Path, user: &str, device: &str) -> Self {
        let app = Self::open_with(&Self::config(dir, user, device));
        app.ok("login", json!({}));
        app
    }

    /// Opens with a config.
    pub fn open_with(config: &Value) -> Self {
        let (client, response) = api::open(&config.to_string());
        let client = client.unwrap_or_else(|| panic!("{}", response.json));
        let heard = Heard::default();
        client.add_listener(0, Arc::new(heard.clone())).unwrap();
        Self { client, heard }
    }

    /// Calls a method: its code and its data.
    pub fn call(&self, method: &str, request: &Value) -> (i64, Value) {
        let response = api::call(&self.client, method, &request.to_string());
        let mut envelope: Value = serde_json::from_str(&response.json).unwrap();
        let code = envelope["code"].as_i64().unwrap();
        assert_eq!(code, i64::from(response.status.code()));
        (
            code,
            if code == 0 {
                envelope["data"].take()
            } else {
                envelope["desc"].take()
            },
        )
    }

    /// Calls a method that must succeed.
    pub fn ok(&self, method: &str, request: Value) -> Value {
        let (code, data) = self.call(method, &request);
        assert_eq!(code, 0, "{method} {request}: {data}");
        data
    }

    /// Sends a text; its msgID.
    pub fn send(&self, to: &str, text: &str) -> String {
        let field = if to.starts_with("group_") {
            "groupID"
        } else {
            "receiver"
        };
        let target = to.split_once('_').map_or(to, |(_, target)| target);
        let sent = self.ok(
            "sendMessage",
            json!({ field: target, "elemType": 1, "textElem": { "text": text } }),
        );
        sent["msgID"].as_str().unwrap().to_owned()
    }

    /// The same, and waits until the server has the message. What others say before the server's word comes stands above the
    /// message until the next sync, also where it answers it.
    pub fn send_and_wait(&self, to: &str, text: &str) -> String {
        let msg_id = self.send(to, text);
        self.ok("waitUntilSent", json!({ "msgID": msg_id }));
        msg_id
    }

    /// The whole list.
    pub fn list(&self) -> Vec<Value> {
        self.ok("getConversationList", json!({ "count": 10_000 }))["conversationList"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// One conversation.
    pub fn conversation(&self, id: &str) -> Value {
        self.ok("getConversation", json!({ "conversationID": id }))
    }

    /// A whole history, oldest first.
    pub fn history(&self, id: &str) -> Vec<Value> {
        let (field, target) = match id.strip_prefix("group_") {
            Some(group) => ("groupID", group),
            None => ("userID", id.strip_prefix("c2c_").unwrap()),
        };
        let request = json!({ field: target, "count": 1_000_000, "getType": 4 });
        self.ok("getHistoryMessageList", request).as_array().unwrap().clone()
    }

    /// The texts of a history, oldest first, without the group tips.
    pub fn texts(&self, id: &str) -> Vec<String> {
        self.history(id)
            .iter()
            .filter(|message| message["elemType"] != 9)
            .map(|message| message["textElem"]["text"].as_str().unwrap_or("").to_owned())
            .collect()
    }

    /// Waits until the app has been told of everything that can be read by now: what is stored is read before it is told.
    pub fn hear_out(&self) {
        // What is stored is queued under the lock that this takes. It changes nothing: nobody subscribes to this.
        let none = json!({ "filter": { "conversationType": 1, "hasGroupAtInfo": true, "markType": 1_u64 << 52 } });
        api::call(&self.client, "unsubscribeUnreadMessageCountByFilter", &none.to_string());
        let (told, all_told) = mpsc::channel();
        // Carried out at its place among the events.
        let done = Box::new(move |_| told.send(()).unwrap_or_default());
        if api::call_async(&self.client, "getTotalUnreadMessageCount", "{}".to_owned(), done).is_ok() {
            // A listener that takes its time is the test's business.
            let _ = all_told.recv_timeout(PATIENCE);
        }
    }

    /// Looks again and again until something is true, and waits until it was told, too.
    pub fn wait(&self, what: &str, is_true: impl Fn(&Self) -> bool) {
        self.wait_for(PATIENCE, what, is_true);
    }

    /// The same for something that may take longer.
    pub fn wait_for(&self, patience: Duration, what: &str, is_true: impl Fn(&Self) -> bool) {
        let until = Instant::now() + patience;
        while !is_true(self) {
            assert!(
                Instant::now() < until,
                "waited in vain: {what}; the list is {:#?}",
                self.list()
            );
            std::thread::yield_now();
            std::thread::park_timeout(Duration::from_millis(2));
        }
        self.hear_out();
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // Fails when the test has closed it before.
        let _ = self.client.close();
    }
}
