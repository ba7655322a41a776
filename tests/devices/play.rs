//! One seed's play: users and devices, what all of them do at once, and how it must be at rest.

use crate::calm::{self, Calm};
use crate::device::{Device, PATIENCE, Scene};
use crate::service::{Service, User};
use crate::shown::{Uncomparable, difference, shown};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// The play of one seed.
pub struct Play<'a> {
    service: &'a dyn Service,
    dir: tempfile::TempDir,
    seed: u64,
    acts: usize,
    scene: Scene,
    users: Vec<User>,
    /// By user.
    devices: Vec<Vec<Device>>,
    calm: Calm,
}

impl<'a> Play<'a> {
    pub fn new(service: &'a dyn Service, seed: u64, acts: usize) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let names = ["alice", "bob", "carol"];
        let users: Vec<User> = names[..rng.usize(2..=3)]
            .iter()
            .map(|name| service.new_user(name))
            .collect();
        let mut play = Self {
            service,
            dir: tempfile::tempdir().unwrap(),
            seed,
            acts,
            scene: Scene {
                peers: Vec::new(),
                groups: vec![service.group_id("work"), service.group_id("open")],
                // On others a new name may take its time.
                renames: service.traits().signs_messages,
                crashes: true,
                changes: true,
                start: Instant::now(),
            },
            users,
            devices: Vec::new(),
            calm: Calm::new(),
        };
        for user in play.users.clone() {
            let count = rng.usize(1..=3);
            let devices = (0..count).map(|number| play.device(&user, &format!("d{number}"), rng.fork()));
            let devices = devices.collect();
            play.devices.push(devices);
        }
        play
    }

    fn device(&self, user: &User, name: &str, rng: fastrand::Rng) -> Device {
        let dir = self.dir.path().join(format!("{}-{name}", user.id));
        Device::new(&user.id, name, self.service.config(user, &dir), rng)
    }

    /// Plays. What differs at rest is the error.
    pub fn run(mut self) -> Result<(), String> {
        self.begin()?;
        let (scene, acts, users) = (self.scene.clone(), self.acts, self.users.clone());
        std::thread::scope(|scope| {
            for device in self.devices.iter_mut().flatten() {
                let mut scene = scene.clone();
                scene.peers = users
                    .iter()
                    .map(|user| user.id.clone())
                    .filter(|id| *id != device.user)
                    .collect();
                scope.spawn(move || (0..acts).for_each(|_| device.step(&scene)));
            }
        });
        for device in self.devices.iter_mut().flatten() {
            device.sync()?;
        }
        self.drain()?;
        for number in 0..self.users.len() {
            self.compare(number, "new")?;
        }
        if self.service.traits().crossing_messages_have_one_order {
            return Ok(());
        }
        self.calm = calm::say(&self.devices, &self.scene.groups)?;
        for number in 0..self.users.len() {
            self.compare(number, "newest")?;
        }
        Ok(())
    }

    /// Everybody is online, and the groups are there.
    fn begin(&mut self) -> Result<(), String> {
        for device in self.devices.iter_mut().flatten() {
            device.sync()?;
        }
        let others: Vec<_> = self.users[1..]
            .iter()
            .map(|user| json!({ "userID": user.id }))
            .collect();
        let owner = &self.devices[0][0];
        for (id, kind) in self.scene.groups.iter().zip(["Work", "Public"]) {
            let members = if kind == "Work" { others.clone() } else { Vec::new() };
            let request = json!({ "groupType": kind, "groupID": id, "memberList": members });
            owner.app().ok("createGroup", request);
        }
        Ok(())
    }

    /// Everything that was done has reached everybody: each device ends with a note to its user, which comes after all that
    /// is in its outbox.
    fn drain(&self) -> Result<(), String> {
        for devices in &self.devices {
            let own = format!("c2c_{}", devices[0].user);
            for device in devices {
                device.app().send(&own, &format!("end of {} 0", device.name));
            }
            for device in devices {
                let end = device.until("all notes are there", |app| app.texts(&own).len() == devices.len());
                end.map_err(|why| format!("{why}; it has {:?}", device.app().history(&own)))?;
            }
        }
        Ok(())
    }

    /// All devices of a user show the same, and a new one too.
    fn compare(&mut self, number: usize, name: &str) -> Result<(), String> {
        let new = self.device(&self.users[number], name, fastrand::Rng::new());
        self.agree(number)?;
        self.drafts_are_kept(number)?;
        self.devices[number].push(new);
        if let Some(new) = self.devices[number].last_mut() {
            new.sync()?;
        }
        self.agree(number)
    }

    /// What was typed stays until the conversation is deleted: here later, or on another device.
    fn drafts_are_kept(&self, number: usize) -> Result<(), String> {
        let devices = &self.devices[number];
        for device in devices {
            for (id, text) in &device.drafts {
                let is_others = |other: &Device| other.name != device.name && other.deleted.contains(id);
                let shown = device.app().conversation(id)["draftText"].clone();
                if shown != text.as_str() && !devices.iter().any(is_others) {
                    return Err(format!("{} of {} has lost the draft of {id}", device.name, device.user));
                }
            }
        }
        Ok(())
    }

    fn agree(&mut self, number: usize) -> Result<(), String> {
        let traits = self.service.traits();
        let user = self.users[number].id.clone();
        let ended = self.devices.iter().flatten().flat_map(|device| &device.ended);
        let left: BTreeSet<String> = ended
            .filter(|(member, _)| !traits.histories_survive_leaving && *member == user)
            .map(|(_, group)| format!("group_{group}"))
            .collect();
        let end = Instant::now() + PATIENCE / 4;
        loop {
            self.devices[number].iter_mut().for_each(Device::look_for_refused);
            let devices = &self.devices[number];
            let apart = Uncomparable {
                left: left.clone(),
                thinned: devices.iter().flat_map(|device| device.thinned.clone()).collect(),
                calm: self.calm.get(&user).cloned().unwrap_or_default(),
                ..Uncomparable::default()
            };
            let pairs = (0..devices.len()).flat_map(|one| (one + 1..devices.len()).map(move |other| (one, other)));
            let differing = pairs
                .map(|(one, other)| (&devices[one], &devices[other]))
                .find_map(|(one, other)| {
                    let apart = apart.clone().between(one, other);
                    let lines = difference(&shown(one, traits, &apart), &shown(other, traits, &apart));
                    (!lines.is_empty()).then_some((one, other, lines))
                });
            let Some((one, other, lines)) = differing else {
                return Ok(());
            };
            if Instant::now() > end {
                return Err(self.report(one, other, &lines));
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// What differs, and what was done to the conversations that differ.
    fn report(&self, one: &Device, other: &Device, lines: &[String]) -> String {
        let targets = self.scene.groups.iter().chain(self.users.iter().map(|user| &user.id));
        let is_named = |target: &&String| lines.iter().any(|line| line.contains(target.as_str()));
        let about: Vec<&String> = targets.filter(is_named).collect();
        let mut acts: Vec<&(Duration, String)> = self.devices.iter().flatten().flat_map(|device| &device.log).collect();
        acts.sort();
        let acts = acts.iter().filter(|(_, act)| {
            let is_general = act.contains("log")
                || act.contains("restart")
                || act.contains("crash")
                || act.contains("\"conversationID\":\"\"");
            let is_about = |target: &&String| act.contains(target.as_str());
            (act.starts_with(&one.user) && (is_general || act.contains("msgID"))) || about.iter().any(is_about)
        });
        let acts: Vec<String> = acts
            .map(|(at, act)| format!("  {:>6} ms {act}", at.as_millis()))
            .collect();
        let places = |device: &Device| -> Vec<String> {
            let rows = device.app().list();
            rows.iter()
                .map(|row| format!("  {} {}", device.name, place(row)))
                .collect()
        };
        let ids = lines.iter().filter_map(|line| line.split(' ').nth(1));
        let ids: BTreeSet<&str> = ids
            .filter(|id| id.starts_with("c2c_") || id.starts_with("group_"))
            .collect();
        let shown = |device: &Device| -> Vec<String> {
            let messages = ids.iter().flat_map(|id| device.app().history(id));
            messages
                .map(|message| format!("  {} {}", device.name, facts(&message)))
                .collect()
        };
        format!(
            "seed {}: {} of {} (-) and {} (+) differ:\n{}\nwhat was done:\n{}\ntheir lists:\n{}\n{}\ntheir messages:\n{}\n{}",
            self.seed,
            one.name,
            one.user,
            other.name,
            lines.join("\n"),
            acts.join("\n"),
            places(one).join("\n"),
            places(other).join("\n"),
            shown(one).join("\n"),
            shown(other).join("\n")
        )
    }
}

/// Where a conversation stands, on a line.
fn place(row: &serde_json::Value) -> String {
    let last = &row["lastMessage"];
    format!(
        "{} {} {} {}",
        row["conversationID"], row["orderkey"], last["timestamp"], last["textElem"]
    )
}

/// What tells a message from others, on a line.
fn facts(message: &serde_json::Value) -> String {
    let keys = ["seq", "msgID", "timestamp", "status", "sender", "isRead", "textElem"];
    keys.map(|key| message[key].to_string()).join(" ")
}
