//! One device of a user: what it does at random, and how it comes and goes.

#[path = "acts.rs"]
mod acts;

use crate::support::app::App;
use im::events::Event;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long something may take to reach a device.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// What a device may act on.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The other users' ids.
    pub peers: Vec<String>,
    /// The groupIDs: everybody is invited to the first, the second is open.
    pub groups: Vec<String>,
    /// Whether users and groups change their names.
    pub renames: bool,
    /// Whether devices lose what they had noted last.
    pub crashes: bool,
    /// Whether messages are edited and reacted to.
    pub changes: bool,
    pub start: Instant,
}

/// A device.
pub struct Device {
    pub user: String,
    pub name: String,
    app: Option<App>,
    config: Value,
    rng: fastrand::Rng,
    /// For labels: a generator of its own, so that what a seed plays beside them stays as it was.
    labels: fastrand::Rng,
    /// For edits and reactions likewise.
    changes: fastrand::Rng,
    is_online: bool,
    /// How many events of the app have been looked at.
    events_seen: usize,
    /// The conversations that messages which never reached the server have moved up or listed here: no other device can know.
    /// Deleting the conversation here ends that.
    pub moved_here: BTreeSet<String>,
    /// The drafts, which only this device has.
    pub drafts: BTreeMap<String, String>,
    /// The conversations that it has deleted.
    pub deleted: BTreeSet<String>,
    /// The conversations of which it has deleted messages one by one.
    pub thinned: BTreeSet<String>,
    /// Memberships that it has ended, or may have: of which user, in which group.
    pub ended: BTreeSet<(String, String)>,
    /// What it did, with the time since the start.
    pub log: Vec<(Duration, String)>,
}

impl Device {
    pub fn new(user: &str, name: &str, config: Value, rng: fastrand::Rng) -> Self {
        Self {
            user: user.to_owned(),
            name: name.to_owned(),
            app: Some(App::open_with(&config)),
            config,
            labels: fastrand::Rng::with_seed(rng.clone().u64(..)),
            changes: fastrand::Rng::with_seed(rng.clone().u64(..) ^ 1),
            rng,
            is_online: false,
            events_seen: 0,
            moved_here: BTreeSet::new(),
            drafts: BTreeMap::new(),
            deleted: BTreeSet::new(),
            thinned: BTreeSet::new(),
            ended: BTreeSet::new(),
            log: Vec::new(),
        }
    }

    pub fn app(&self) -> &App {
        self.app.as_ref().unwrap()
    }

    /// Logs in, and does not wait for the sync.
    fn come(&mut self) {
        if !self.is_online {
            self.app()
                .ok("login", json!({ "timeoutMs": PATIENCE.as_millis() as u64 }));
            self.is_online = true;
        }
    }

    fn go(&mut self) {
        self.app().ok("logout", json!({}));
        self.is_online = false;
    }

    /// Logs in, if it is not, and waits until its sync is over.
    pub fn sync(&mut self) -> Result<(), String> {
        self.come();
        let is_synced = |app: &App| {
            let heard = app.heard.all();
            let last = |event: Event| heard.iter().rposition(|(heard, _)| *heard == event);
            last(Event::SyncServerFinish) > last(Event::SyncServerStart)
        };
        self.until("its sync is over", is_synced)
    }

    pub fn until(&self, what: &str, is_true: impl Fn(&App) -> bool) -> Result<(), String> {
        let end = Instant::now() + PATIENCE;
        while !is_true(self.app()) {
            if Instant::now() > end {
                return Err(format!("{} of {} waited in vain until {what}", self.name, self.user));
            }
            std::thread::park_timeout(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Notes the messages that the server has refused.
    pub fn look_for_refused(&mut self) {
        let heard = self.app().heard.all();
        for (event, message) in heard.iter().skip(self.events_seen) {
            if *event == Event::MessageStatusChanged && message["status"] == 3 {
                self.moved_here.insert(conversation_of(message));
            }
        }
        self.events_seen = heard.len();
        // A client that is closed may not tell of it any more.
        for row in self.app().list() {
            let id = row["conversationID"].as_str().unwrap_or_default();
            if self.app().history(id).iter().any(|message| message["status"] == 3) {
                self.moved_here.insert(id.to_owned());
            }
        }
    }

    /// The messages of a conversation, all or one, are about to be deleted: those that were not sent leave no trace elsewhere.
    fn look_for_unsent(&mut self, id: &str, msg_id: Option<&str>) {
        let is_unsent = |message: &Value| {
            msg_id.is_none_or(|msg_id| message["msgID"] == msg_id) && message["status"] != 2 && message["seq"] == "0"
        };
        if self.app().history(id).iter().any(is_unsent) {
            self.moved_here.insert(id.to_owned());
        }
    }

    fn note(&mut self, scene: &Scene, act: &str, request: &Value, code: i64) {
        let at = scene.start.elapsed();
        let online = if self.is_online { "" } else { " (offline)" };
        let line = format!("{}/{}{online}: {act} {request} = {code}", self.user, self.name);
        self.log.push((at, line));
    }

    /// Does something that may only fail with these codes.
    fn act(&mut self, scene: &Scene, method: &str, request: &Value, codes: &[i64]) -> Value {
        let (code, answer) = self.app().call(method, request);
        self.note(scene, method, request, code);
        assert!(
            code == 0 || codes.contains(&code),
            "{method} {request} ended with {code}: {answer}"
        );
        if code == 0 { answer } else { Value::Null }
    }

    /// Asks the server for something, which it may refuse.
    fn ask(&mut self, scene: &Scene, method: &str, mut request: Value) {
        request["timeoutMs"] = 5000.into();
        let (code, _) = self.app().call(method, &request);
        self.note(scene, method, &request, code);
        let group = request["groupID"].as_str().unwrap_or_default().to_owned();
        // It may have been done although the answer did not come in time.
        if matches!(code, 0 | 9510) {
            if method == "quitGroup" {
                self.ended.insert((self.user.clone(), group));
            } else if let Some(members) = request["memberList"].as_array() {
                let members = members.iter().filter_map(Value::as_str);
                let ended = members.map(|member| (member.to_owned(), group.clone()));
                self.ended.extend(ended);
            }
        }
    }

    /// Does one thing at random.
    pub fn step(&mut self, scene: &Scene) {
        if self.labels.u8(0..4) == 0 {
            self.label(scene);
        }
        if scene.changes && self.changes.u8(0..4) == 0 {
            self.change_message(scene);
        }
        let peer = scene.peers[self.rng.usize(0..scene.peers.len())].clone();
        let group = scene.groups[self.rng.usize(0..scene.groups.len())].clone();
        let is_group = self.rng.u8(0..3) == 0;
        let id = if is_group {
            format!("group_{group}")
        } else {
            format!("c2c_{peer}")
        };
        let target = if is_group {
            json!({ "groupID": group })
        } else {
            json!({ "userID": peer })
        };
        match self.rng.u8(0..100) {
            0..=29 => self.send(scene, is_group, &group, &peer),
            30..=38 => {
                let request = json!({ "conversationID": id, "isPinned": self.rng.bool() });
                self.act(scene, "pinConversation", &request, &[]);
            }
            39..=46 => {
                let opt = self.rng.u8(0..4);
                if is_group {
                    let request = json!({ "groupID": group, "opt": opt });
                    self.act(scene, "setGroupReceiveMessageOpt", &request, &[]);
                } else {
                    let request = json!({ "userIDList": [peer], "opt": opt });
                    self.act(scene, "setC2CReceiveMessageOpt", &request, &[]);
                }
            }
            47..=55 => {
                let scope = if self.rng.u8(0..4) == 0 { "" } else { &id };
                let request = json!({ "conversationID": scope, "cleanTimestamp": 0, "cleanSequence": 0 });
                self.act(scene, "cleanConversationUnreadMessageCount", &request, &[]);
            }
            56..=59 => {
                let method = if is_group {
                    "clearGroupHistoryMessage"
                } else {
                    "clearC2CHistoryMessage"
                };
                self.look_for_unsent(&id, None);
                self.act(scene, method, &target, &[]);
            }
            60..=64 => {
                let with_messages = self.labels.bool();
                self.delete(scene, id, with_messages);
            }
            65..=69 => {
                if let Some(msg_id) = self.any_message(&id, true) {
                    // It may have failed, or been deleted on another device meanwhile.
                    self.act(scene, "revokeMessage", &json!({ "msgID": msg_id }), &[6017, 10007]);
                }
            }
            70..=77 => {
                if let Some(msg_id) = self.any_message(&id, false) {
                    self.look_for_unsent(&id, Some(&msg_id));
                    self.thinned.insert(id);
                    self.act(scene, "deleteMessages", &json!({ "msgIDs": [msg_id] }), &[6017]);
                }
            }
            78..=84 => {
                let is_coming = !self.is_online;
                self.note(scene, if is_coming { "login" } else { "logout" }, &Value::Null, 0);
                if is_coming { self.come() } else { self.go() }
            }
            85..=87 => {
                let crashes = self.rng.bool() && scene.crashes;
                self.note(scene, if crashes { "crash" } else { "restart" }, &Value::Null, 0);
                self.look_for_refused();
                self.events_seen = 0;
                self.app = None;
                if crashes {
                    self.crash();
                }
                self.app = Some(App::open_with(&self.config));
                self.is_online = false;
                if self.rng.bool() {
                    self.come();
                }
            }
            88..=90 => match self.rng.u8(0..3) {
                0 => self.ask(scene, "deleteFromFriendList", json!({ "userIDList": [peer] })),
                _ => {
                    let remark = format!("friend {}", self.rng.u8(0..3));
                    self.ask(scene, "addFriend", json!({ "userID": peer, "remark": remark }));
                }
            },
            91..=92 => self.ask(scene, "quitGroup", json!({ "groupID": group })),
            93..=95 => self.ask(scene, "joinGroup", json!({ "groupID": group })),
            96 => self.ask(
                scene,
                "inviteUserToGroup",
                json!({ "groupID": group, "userList": [peer] }),
            ),
            97 => match self.rng.u8(0..3) {
                0 => self.ask(
                    scene,
                    "kickGroupMember",
                    json!({ "groupID": group, "memberList": [peer] }),
                ),
                _ if !scene.renames => {}
                1 => self.ask(
                    scene,
                    "setGroupInfo",
                    json!({ "groupID": group, "groupName": format!("group {}", self.log.len()) }),
                ),
                _ => self.ask(
                    scene,
                    "setSelfInfo",
                    json!({ "nickName": format!("name {}", self.log.len()) }),
                ),
            },
            98 => self.draft(scene, id),
            _ => std::thread::park_timeout(Duration::from_millis(self.rng.u64(1..60))),
        }
        // As fast as can be, or with time for the others to hear of it.
        if self.rng.u8(0..3) == 0 {
            std::thread::park_timeout(Duration::from_millis(self.rng.u64(1..30)));
        }
    }

    /// The power fails while the device is online: the server keeps what it has carried out and told, and the device has lost
    /// what it had noted of that.
    fn crash(&mut self) {
        let dir = PathBuf::from(self.config["dataDir"].as_str().unwrap());
        // Not by the extension: names of users may have dots.
        let kept = dir.with_file_name(format!("{}-{}.kept", self.user, self.name));
        copy(&dir, &kept);
        let app = App::open_with(&self.config);
        app.ok("login", json!({}));
        std::thread::park_timeout(Duration::from_millis(self.rng.u64(0..40)));
        drop(app);
        std::fs::remove_dir_all(&dir).unwrap();
        std::fs::rename(&kept, &dir).unwrap();
    }
}

fn conversation_of(message: &Value) -> String {
    let target = |key: &str| message[key].as_str().filter(|id| !id.is_empty());
    match (target("groupID"), target("userID")) {
        (Some(group), _) => format!("group_{group}"),
        (None, user) => format!("c2c_{}", user.unwrap_or_default()),
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (from, to) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).unwrap();
        if from.is_dir() {
            copy(&from, &to);
        } else {
            std::fs::copy(&from, &to).unwrap();
        }
    }
}
