//! Random stanzas to a session that is real, from a server that remembers. Each stanza comes on one or several ways: live,
//! as a copy, in an archive, again after a resumption, late after a session that was forgotten. No stanza ends the session,
//! none counts twice, and a device that was there shows what a new one reads in the archives. Between them come presences,
//! nodes, questions and answers, whole and forged, which change nothing.
//!
//! LIBIM_STANZA_PLAYS says how many plays, LIBIM_STANZA_SEED the first one's seed.

#[path = "../support/mod.rs"]
mod support;

mod noise;
mod server;
mod stanzas;

use im::events::Event;
use serde_json::{Value, json};
use server::Memory;
use stanzas::{Said, Stanza, last_words, stanza};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use support::app::App;
use support::script::{ME, ROOM, Script};
use support::temp_dir;

const STEPS: usize = 60;

struct Play {
    random: fastrand::Rng,
    script: Script,
    memory: Arc<Mutex<Memory>>,
    said: Said,
    /// The texts that every device has to show, with the ids by which others may recall them.
    counted: Vec<(String, [String; 2])>,
    number: usize,
    /// Whether connections break, and how many did.
    may_cut: bool,
    cuts: usize,
}

impl Play {
    /// Somebody sends something, and others what says nothing to the user.
    fn send_any(&mut self, is_online: bool) {
        while self.random.u8(..3) == 0 {
            let noise = noise::noise(&mut self.random);
            if is_online {
                self.script.say(&noise);
            }
        }
        let next = stanza(&mut self.random, &mut self.said);
        self.send(&next, is_online);
    }

    /// Somebody sends this. The archive gets it, and the device in one way or in several.
    fn send(&mut self, next: &Stanza, is_online: bool) {
        let random = &mut self.random;
        self.number += 1;
        let archive_id = format!("a{:05}", self.number);
        let is_in_room = next.kind == "groupchat";
        let owner = if is_in_room { ROOM } else { ME };
        let is_kept = next.kind != "headline";
        let stamp = now();
        let named = is_kept.then_some((owner, archive_id.as_str()));
        let mut memory = self.memory.lock().unwrap();
        if is_kept {
            let bare = |jid: &str| jid.split('/').next().unwrap().to_owned();
            let is_own = bare(&next.from) == ME;
            let jid = server::OCCUPANTS
                .iter()
                .find(|(nick, _)| next.from.ends_with(&format!("/{nick}")));
            let jid = jid.map_or(ME, |(_, jid)| jid);
            let item = if is_in_room {
                format!("<x xmlns='http://jabber.org/protocol/muc#user'><item jid='{jid}'/></x>")
            } else {
                String::new()
            };
            memory.archive(owner).push(server::Archived {
                id: archive_id.clone(),
                stamp: stamp.clone(),
                xml: next.xml(&next.to, named, &item),
                with: bare(if is_own { &next.to } else { &next.from }),
            });
            let id = next.id.clone().unwrap_or_default();
            self.counted
                .extend(next.counts.clone().map(|text| (text, [id.clone(), archive_id.clone()])));
            self.said.all.push((next.from.clone(), id, archive_id.clone()));
        }
        let late = || format!("<delay xmlns='urn:xmpp:delay' from='im.test' stamp='{stamp}'/>");
        let ways = ways(random, next, named, &late());
        let is_said = is_online && ways.iter().all(|xml| self.script.say(xml));
        // Servers keep what others sent while nobody was there, and tell it at the next login.
        let may_keep = !is_in_room && next.from.split('/').next() != Some(ME);
        if !is_said && may_keep && random.bool() {
            memory.kept.push(next.xml(ME, named, &late()));
        }
    }

    /// The connection breaks: the session is resumed, with what was on its way, or was forgotten.
    fn cut(&mut self, app: &App) {
        self.cuts += 1;
        let is_forgotten = self.random.u8(..3) == 0;
        self.end_connection(is_forgotten);
        app.ok("networkChanged", json!({}));
    }

    /// What was on its way comes late where the session is forgotten.
    fn end_connection(&self, is_forgotten: bool) {
        let mut memory = self.memory.lock().unwrap();
        for stanza in self.script.cut(is_forgotten) {
            // Answers, copies and what rooms said are gone, as on a real server: a new session asks again.
            let gone = [
                "urn:xmpp:mam:2",
                "type='groupchat'",
                "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from",
            ];
            let archived = memory
                .archive(ME)
                .iter()
                .find(|archived| stanza.contains(&format!("id='{}'", archived.id)));
            let stamp = archived.map_or_else(now, |archived| archived.stamp.clone());
            if let Some(open) = stanza.strip_suffix("</message>")
                && !gone.iter().any(|sign| stanza.contains(sign))
            {
                let late = format!("<delay xmlns='urn:xmpp:delay' from='im.test' stamp='{stamp}'/></message>");
                memory.kept.push(open.to_owned() + &late);
            }
        }
    }
}

/// The time as archives write it.
fn now() -> String {
    let micros = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
    let time = chrono::DateTime::from_timestamp_micros(i64::try_from(micros).unwrap()).unwrap();
    time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// The stanzas in which a device learns of one.
fn ways(random: &mut fastrand::Rng, next: &Stanza, named: Option<(&str, &str)>, late: &str) -> Vec<String> {
    let direct = next.xml(&format!("{ME}/phone"), named, "");
    if next.kind == "groupchat" {
        return match random.u8(..6) {
            0 => vec![direct.clone(), next.xml(&format!("{ME}/phone"), named, late)],
            _ => vec![direct],
        };
    }
    let is_own = next.from.starts_with(&format!("{ME}/"));
    let name = if is_own { "sent" } else { "received" };
    let copy = format!(
        "<message xmlns='jabber:client' from='{ME}' to='{ME}/phone' type='{}'><{name} xmlns='urn:xmpp:carbons:2'>\
         <forwarded xmlns='urn:xmpp:forward:0'>{}</forwarded></{name}></message>",
        next.kind,
        next.xml(&next.to, named, "")
    );
    match random.u8(..6) {
        _ if is_own => vec![copy],
        0 => vec![direct, copy],
        1 => vec![copy.clone(), copy],
        2 => vec![copy],
        3 => vec![direct.clone(), direct],
        4 => vec![direct, next.xml(&format!("{ME}/phone"), named, late)],
        _ => vec![direct],
    }
}

fn open(script: &Script, dir: &Path) -> App {
    let app = App::open_with(&script.config(dir));
    app.ok("login", json!({}));
    app
}

/// Every conversation with what the list and its history show of it.
fn shown(app: &App) -> Vec<String> {
    let mut lines = Vec::new();
    for row in app.list() {
        let id = row["conversationID"].as_str().unwrap();
        let line = json!([
            id,
            row["unreadCount"],
            row["lastMessage"]["msgID"],
            row["groupAtInfoList"].as_array().unwrap().len()
        ]);
        lines.push(line.to_string());
        // A device sees alone what happens in a room while it is there.
        for message in app.history(id).iter().filter(|message| message["status"] != 5) {
            let parts = ["sender", "status", "isSelf", "isPeerRead"].map(|key| message[key].clone());
            lines.push(json!([parts, message["textElem"]["text"]]).to_string());
        }
    }
    lines
}

fn play(seed: u64, may_cut: bool) {
    println!("LIBIM_STANZA_SEED={seed}");
    let memory = Arc::default();
    let script = server::start(&memory);
    let dir = temp_dir();
    let mut play = Play {
        random: fastrand::Rng::with_seed(seed),
        script: script.clone(),
        memory,
        said: Said::default(),
        counted: Vec::new(),
        number: 0,
        may_cut,
        cuts: 0,
    };
    let mut app = open(&script, &dir.path().join("old"));
    let is_synced = |app: &App| app.heard.count(Event::SyncServerFinish) > 0;
    app.wait("the first sync has ended", is_synced);
    for _ in 0..STEPS {
        match play.random.u8(..20) {
            0 => {
                drop(app);
                play.end_connection(true);
                for _ in 0..play.random.usize(1..12) {
                    play.send_any(false);
                }
                app = open(&script, &dir.path().join("old"));
                play.cuts = 0;
                if play.random.bool() {
                    app.wait("the sync has ended", is_synced);
                }
            }
            1 | 2 if play.may_cut => play.cut(&app),
            _ => play.send_any(true),
        }
        if play.random.u8(..10) == 0 {
            std::thread::sleep(Duration::from_millis(play.random.u64(..30)));
        }
    }
    app.wait("the app is online", |app| app.ok("getLoginStatus", json!({})) == 1);
    // Once more, when what was missed has been read: one after the other, so that every device has them in one order.
    for is_last in [false, true] {
        for word in last_words(&mut play.said) {
            play.send(&word, true);
            let text = json!(word.counts);
            app.wait("the session goes on", |app| {
                let rows = app.list();
                let mut shown = rows.iter().map(|row| &row["lastMessage"]["textElem"]["text"]);
                if is_last {
                    shown.next() == Some(&text)
                } else {
                    shown.any(|shown| *shown == text)
                }
            });
        }
    }
    let end = Instant::now() + Duration::from_secs(60);
    let new = open(&server::start(&play.memory), &dir.path().join("new"));
    new.wait("a new device has synced", is_synced);
    while shown(&app) != shown(&new) && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
    let (old, new) = (shown(&app), shown(&new));
    for (old, new) in old.iter().zip(&new) {
        assert_eq!(old, new, "the old device, and the new one; seed {seed}");
    }
    let more = [old.get(new.len()..), new.get(old.len()..)]
        .into_iter()
        .flatten()
        .flatten();
    assert_eq!(
        old.len(),
        new.len(),
        "more on one device: {:?}; seed {seed}",
        more.collect::<Vec<_>>()
    );
    let mut times: HashMap<String, usize> = HashMap::new();
    for row in app.list() {
        for message in app.history(row["conversationID"].as_str().unwrap()) {
            if let Value::String(text) = &message["textElem"]["text"] {
                *times.entry(text.clone()).or_default() += 1;
            }
        }
    }
    for (text, times) in &times {
        assert_eq!(*times, 1, "{text}; seed {seed}");
    }
    for (text, ids) in &play.counted {
        let may_be_recalled = ids.iter().any(|id| play.said.named.contains(id));
        assert!(
            may_be_recalled || times.contains_key(text),
            "{text} is missing; seed {seed}"
        );
    }
    let failures: Vec<(Event, Value)> = app
        .heard
        .all()
        .into_iter()
        .filter(|(event, _)| *event == Event::ConnectFailed)
        .collect();
    assert!(
        failures.len() <= play.cuts,
        "{failures:?} after {} cuts; seed {seed}",
        play.cuts
    );
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}

fn plays(may_cut: bool) {
    let (first, plays) = (number("LIBIM_STANZA_SEED", 1), number("LIBIM_STANZA_PLAYS", 8));
    for seed in first..first + plays {
        play(seed, may_cut);
    }
}

#[test]
fn no_stanza_ends_a_session_or_counts_twice() {
    plays(false);
}

#[test]
fn none_counts_twice_where_connections_break() {
    plays(true);
}
