//! The days of an account (`account.c`): what it was told is done, and whether the cache still has it.

use crate::support::app::App;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const PEERS: [&str; 4] = ["bob", "carol", "dave", "erin"];

/// What the program was told, over all its runs.
#[derive(Clone, Default)]
pub struct Day {
    /// By peer: texts in their order, with their ids.
    sent: BTreeMap<String, Vec<(String, String)>>,
    drafts: BTreeMap<String, String>,
    pins: BTreeMap<String, bool>,
    recalled: BTreeSet<String>,
    /// The call during which the program was killed.
    unfinished: Option<String>,
    /// How the cache was found, at each opening.
    pub openings: Vec<String>,
    /// The statuses of calls that failed.
    pub failures: BTreeSet<i64>,
    /// How many have failed.
    pub failed: usize,
    /// Whether it came to the end of the last run.
    pub is_over: bool,
}

impl Day {
    /// A cache that holds a draft and nothing else.
    pub fn with_draft(peer: &str, text: &str) -> Self {
        let mut day = Self::default();
        day.drafts.insert(peer.to_owned(), text.to_owned());
        day
    }

    /// Adds a run's lines.
    pub fn add(&mut self, lines: &[String]) {
        self.is_over = false;
        for line in lines {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "open" => self.openings.push(rest.to_owned()),
                "try" => self.unfinished = Some(rest.to_owned()),
                "ack" => {
                    let what = self.unfinished.take().unwrap();
                    self.done(&what, rest);
                }
                "fail" => {
                    self.unfinished = None;
                    self.failed += 1;
                    self.failures.insert(rest.parse().unwrap());
                }
                _ => self.is_over = true,
            }
        }
    }

    fn done(&mut self, what: &str, msg_id: &str) {
        let mut words = what.splitn(3, ' ');
        let (what, peer, rest) = (
            words.next().unwrap(),
            words.next().unwrap_or("").to_owned(),
            words.next().unwrap_or("").to_owned(),
        );
        match what {
            "send" => self.sent.entry(peer).or_default().push((rest, msg_id.to_owned())),
            "draft" => drop(self.drafts.insert(peer, rest)),
            "pin" => drop(self.pins.insert(peer, rest == "true")),
            "recall" => drop(self.recalled.insert(peer)),
            _ => {}
        }
    }

    /// What differs between this and the cache. A call that was cut off may have taken effect.
    pub fn difference(&self, app: &App) -> Option<String> {
        let found = self.compare(app, true)?;
        match &self.unfinished {
            Some(what) => {
                let mut with = self.clone();
                with.done(what, "");
                with.compare(app, true).map(|_| found)
            }
            None => Some(found),
        }
    }

    /// The same, where there may be more in the cache than this knows of.
    pub fn missing(&self, app: &App) -> Option<String> {
        self.compare(app, false)
    }

    fn compare(&self, app: &App, is_all: bool) -> Option<String> {
        for peer in PEERS {
            let id = format!("c2c_{peer}");
            let row = app.conversation(&id);
            let history = app.history(&id);
            let expected = self.sent.get(peer).cloned().unwrap_or_default();
            let known: BTreeSet<&str> = expected.iter().map(|(_, msg_id)| msg_id.as_str()).collect();
            let shown: Vec<&Value> = history
                .iter()
                .filter(|message| is_all || known.contains(message["msgID"].as_str().unwrap()))
                .collect();
            if shown.len() != expected.len() {
                return Some(format!("{peer}: {} messages, not {}", shown.len(), expected.len()));
            }
            for (message, (text, msg_id)) in shown.iter().zip(&expected) {
                // The id of a message is not known when the program was killed while it was being sent.
                if !msg_id.is_empty() && message["msgID"] != **msg_id {
                    return Some(format!("{peer}: {} in place of {msg_id}", message["msgID"]));
                }
                let is_recalled = self.recalled.contains(msg_id);
                let (status, content) = (&message["status"], &message["textElem"]["text"]);
                if is_recalled != (*status == 6) || (!is_recalled && *content != **text) {
                    return Some(format!("{peer}: {text} is {content} with status {status}"));
                }
                // Nobody has logged in: what was to be sent still is, and has not become a message that failed.
                if is_all && !is_recalled && *status != 1 {
                    return Some(format!(
                        "{peer}: {text} has status {status}, so it is not sent any more"
                    ));
                }
            }
            let draft = self.drafts.get(peer).map(String::as_str);
            if (is_all || draft.is_some()) && row["draftText"].as_str() != draft {
                return Some(format!("{peer}: draft {} in place of {draft:?}", row["draftText"]));
            }
            let is_pinned = self.pins.get(peer).copied();
            if (is_all || is_pinned.is_some()) && row["isPinned"] != is_pinned.unwrap_or(false) {
                return Some(format!("{peer}: isPinned {}", row["isPinned"]));
            }
        }
        inconsistency(app)
    }
}

/// The account logs in, for the first time. Everything that it has in its histories reaches the peers, once and in order, and
/// nobody can read what was recalled.
pub fn undelivered(app: &App, dir: &Path) -> Option<String> {
    app.ok("login", json!({}));
    PEERS.iter().find_map(|peer| {
        let id = format!("c2c_{peer}");
        let is_sent = |app: &App| app.history(&id).iter().all(|message| message["status"] != 1);
        app.wait("everything is sent", is_sent);
        let texts = |app: &App, id: &str| -> Vec<Value> {
            let history = app.history(id);
            let readable = history.into_iter().filter(|message| message["status"] != 6);
            readable
                .map(|mut message| json!([message["msgID"].take(), message["textElem"].take()]))
                .collect()
        };
        let sent = texts(app, &id);
        if app.history(&id).iter().any(|message| message["status"] == 3) {
            return Some(format!("{peer}: a message was not sent"));
        }
        let other = App::login(dir, peer);
        // Nothing follows the last message: what is missing then is lost.
        other.wait("everything has arrived", |other| texts(other, "c2c_alice") == sent);
        None
    })
}

/// Where the list says something else than the histories.
fn inconsistency(app: &App) -> Option<String> {
    let rows = app.list();
    let ids: BTreeSet<&str> = rows.iter().map(|row| row["conversationID"].as_str().unwrap()).collect();
    if ids.len() != rows.len() {
        return Some("a conversation is listed twice".to_owned());
    }
    rows.iter().find_map(|row| {
        let id = row["conversationID"].as_str().unwrap();
        let last = app.history(id).pop().unwrap_or(Value::Null);
        (last != row["lastMessage"]).then(|| format!("{id}: its last message is another"))
    })
}
