//! What a scenario acts with: its own users, and their devices.

use crate::service::{Service, Traits, User};
use crate::support::app::App;
use crate::support::log;
use im::events::Event;
use serde_json::{Value, json};
use std::ops::Deref;
use std::time::{Duration, Instant};

/// How long something may take to reach somebody, on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// The place of one scenario: a service that others use too, and a directory of its own for the devices.
pub struct Stage<'a> {
    service: &'a dyn Service,
    dir: tempfile::TempDir,
}

impl<'a> Stage<'a> {
    /// An empty stage.
    pub fn new(service: &'a dyn Service) -> Self {
        Self {
            service,
            dir: tempfile::tempdir().unwrap(),
        }
    }

    /// How the service differs from others.
    pub fn traits(&self) -> Traits {
        self.service.traits()
    }

    /// A new user, who has no device yet.
    pub fn user(&self, prefix: &str) -> User {
        self.service.new_user(prefix)
    }

    /// A user who does not exist.
    pub fn unknown_user(&self) -> User {
        self.service.unknown_user()
    }

    /// The id of a group that is not there yet.
    pub fn group_id(&self, name: &str) -> String {
        self.service.group_id(name)
    }

    /// A device of a user, open and not logged in. Each name is a device.
    pub fn device(&self, user: &User, name: &str) -> Device {
        let dir = self.dir.path().join(format!("{}-{name}", user.id));
        Device::open(user, self.service.config(user, &dir))
    }

    /// The same with more in its config.
    pub fn device_with(&self, user: &User, name: &str, key: &str, value: Value) -> Device {
        let dir = self.dir.path().join(format!("{}-{name}", user.id));
        let mut config = self.service.config(user, &dir);
        config[key] = value;
        Device::open(user, config)
    }

    /// A new user's first device, logged in and synced.
    pub fn login(&self, prefix: &str) -> Device {
        let device = self.device(&self.user(prefix), "phone");
        device.login();
        device
    }

    /// Another device of a user, logged in and synced.
    pub fn other(&self, device: &Device, name: &str) -> Device {
        let other = self.device(&device.user, name);
        other.login();
        other
    }

    /// A group that all the devices' users see in their lists; the first made it.
    pub fn group(&self, group_type: &str, devices: &[&Device]) -> String {
        let id = self.group_id("team");
        let members: Vec<Value> = devices[1..]
            .iter()
            .map(|member| json!({ "userID": member.user.id }))
            .collect();
        let made = devices[0].ok(
            "createGroup",
            json!({ "groupType": group_type, "groupID": id, "groupName": "The team", "memberList": members }),
        );
        assert_eq!(made, id.as_str());
        let conversation = format!("group_{id}");
        for device in devices {
            device.until("the group is in the list, and told", |device| {
                device.row(&conversation)["showName"] == "The team"
                    && device.is_in(&id)
                    && device.told(Event::NewConversation).iter().any(|rows| {
                        let rows = rows.as_array().unwrap();
                        rows.iter().any(|row| row["conversationID"] == *conversation)
                    })
            });
        }
        id
    }
}

/// An open client of a user, and all that it told.
pub struct Device {
    app: App,
    /// Whose it is.
    pub user: User,
    config: Value,
}

impl Deref for Device {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl Device {
    fn open(user: &User, config: Value) -> Self {
        Self {
            app: App::open_with(&config),
            user: user.clone(),
            config,
        }
    }

    /// The conversation that others have with this user.
    pub fn c2c(&self) -> String {
        format!("c2c_{}", self.user.id)
    }

    /// Logs in and waits for the end of the sync.
    pub fn login(&self) {
        let before = self.heard.count(Event::SyncServerFinish);
        self.ok("login", json!({}));
        self.until("the sync is finished", |device| {
            device.heard.count(Event::SyncServerFinish) > before
        });
    }

    /// Logs out.
    pub fn logout(&self) {
        self.ok("logout", json!({}));
    }

    /// The app ends and starts again; it is not logged in then.
    pub fn restart(self) -> Self {
        let Self { app, user, config } = self;
        drop(app);
        Self::open(&user, config)
    }

    /// Calls a method that must fail with one of these codes.
    pub fn refused(&self, codes: &[i64], method: &str, request: &Value) {
        let (code, answer) = self.call(method, request);
        assert!(
            codes.contains(&code),
            "{method} {request} ended with {code}, not one of {codes:?}: {answer}"
        );
    }

    /// A conversation of the list; null when it is not in it.
    pub fn row(&self, id: &str) -> Value {
        let row = self.conversation(id);
        if row["orderkey"] == 0 { Value::Null } else { row }
    }

    /// Whether the user is in a group.
    pub fn is_in(&self, group: &str) -> bool {
        let joined = self.ok("getJoinedGroupList", json!({}));
        joined.as_array().unwrap().iter().any(|it| it["groupID"] == group)
    }

    /// The ids of the list, in its order.
    pub fn ids(&self) -> Vec<String> {
        self.list()
            .iter()
            .map(|row| row["conversationID"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The unread messages of a conversation.
    pub fn unread(&self, id: &str) -> i64 {
        self.conversation(id)["unreadCount"].as_i64().unwrap()
    }

    /// The unread messages of all.
    pub fn total(&self) -> i64 {
        self.ok("getTotalUnreadMessageCount", json!({})).as_i64().unwrap()
    }

    /// Marks as read: a conversation, `c2c`, `group`, or all.
    pub fn read(&self, scope: &str) {
        self.ok(
            "cleanConversationUnreadMessageCount",
            json!({ "conversationID": scope, "cleanTimestamp": 0, "cleanSequence": 0 }),
        );
    }

    /// A stored message.
    pub fn message(&self, id: &str, msg_id: &str) -> Value {
        self.history(id)
            .into_iter()
            .find(|message| message["msgID"] == msg_id)
            .unwrap_or_default()
    }

    /// Waits until the last event of a kind has this payload.
    pub fn until_last_told(&self, event: Event, payload: &Value) {
        self.until(&format!("{} {payload} is told", event.name()), |device| {
            device.told(event).last() == Some(payload)
        });
    }

    /// Sends a text and waits until the service has it; the message as it is then.
    pub fn sent(&self, to: &str, text: &str) -> Value {
        let msg_id = self.send(to, text);
        self.until_sent(to, &msg_id)
    }

    /// Waits until the service has a message.
    pub fn until_sent(&self, to: &str, msg_id: &str) -> Value {
        self.until("the service has the message", |device| {
            device.message(to, msg_id)["status"] != 1
        });
        let message = self.message(to, msg_id);
        assert_eq!(message["status"], 2, "{message}");
        message
    }

    /// Waits until a history has exactly these texts, oldest first.
    pub fn until_texts(&self, id: &str, texts: &[&str]) {
        self.until(&format!("{id} holds {texts:?}"), |device| device.texts(id) == texts);
    }

    /// What all devices of a user agree on, by conversation: not the order of what came within one second, nor drafts.
    pub fn summary(&self) -> Vec<Value> {
        let mut rows = self.list();
        rows.sort_by_key(|row| row["conversationID"].to_string());
        rows.iter()
            .map(|row| {
                let last = &row["lastMessage"];
                let ats = row["groupAtInfoList"].as_array().unwrap();
                let texts = self.texts(row["conversationID"].as_str().unwrap());
                json!([
                    row["conversationID"],
                    row["showName"],
                    row["faceUrl"],
                    row["groupType"],
                    row["unreadCount"],
                    row["isPinned"],
                    row["recvOpt"],
                    row["markList"],
                    row["customData"],
                    row["conversationGroupList"],
                    ats.len(),
                    last["msgID"],
                    last["status"],
                    texts,
                ])
            })
            .collect()
    }

    /// Waits until this device shows the same as another one of the user.
    pub fn until_like(&self, other: &Self) {
        let shows = |device: &Self| json!([device.total(), device.summary()]).to_string();
        let end = Instant::now() + PATIENCE;
        while shows(self) != shows(other) {
            assert!(
                Instant::now() < end,
                "{}: the other device shows\n  {}\nthis one\n  {}",
                self.user.id,
                shows(other),
                shows(self)
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The payloads of an event, in the order they came.
    pub fn told(&self, event: Event) -> Vec<Value> {
        self.heard
            .all()
            .into_iter()
            .filter(|(heard, _)| *heard == event)
            .map(|(_, payload)| payload)
            .collect()
    }

    /// Waits until an event was told of whose payload something is true.
    pub fn until_told(&self, event: Event, is_meant: impl Fn(&Value) -> bool) {
        self.until(event.name(), |device| device.told(event).iter().any(&is_meant));
    }

    /// The texts of the messages that arrived live in a conversation.
    pub fn received(&self, id: &str) -> Vec<String> {
        self.told(Event::RecvNewMessage)
            .iter()
            .filter(|message| conversation_of(message) == id && message["elemType"] != 9)
            .map(|message| message["textElem"]["text"].as_str().unwrap_or("").to_owned())
            .collect()
    }

    /// Looks again and again until something is true, and waits until it was told, too; on failure prints what this device
    /// shows and heard.
    pub fn until(&self, what: &str, is_true: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is_true(self) {
            assert!(
                Instant::now() < end,
                "{} waited in vain until {what}\nits list:\n{}\nits events:\n{}\nthe log:\n{}",
                self.user.id,
                lines(self.list().iter().map(Value::to_string)),
                lines(
                    self.heard
                        .all()
                        .iter()
                        .map(|(event, it)| format!("{} {it}", event.name()))
                ),
                log::recent(),
            );
            std::thread::park_timeout(Duration::from_millis(5));
        }
        self.hear_out();
    }
}

/// Lines, none of them endless.
fn lines(all: impl Iterator<Item = String>) -> String {
    all.map(|line| format!("  {}\n", line.chars().take(1500).collect::<String>()))
        .collect()
}

/// The conversation a message stands in.
pub fn conversation_of(message: &Value) -> String {
    match (message["groupID"].as_str(), message["userID"].as_str()) {
        (Some(group), _) => format!("group_{group}"),
        (None, Some(user)) => format!("c2c_{user}"),
        (None, None) => panic!("no conversation: {message}"),
    }
}
