//! Messages of a server that does not number them: however a device learns of them, in the end it shows the archive. Random
//! ways of learning against the archive itself; `LIBIM_SEED` repeats a run.

mod support;

use im::engine::{Direction, Engine, HistoryQuery};
use im::model::*;
use serde_json::Value;
use std::collections::HashSet;
use support::engine::{Clock, START, c2c, open, options, text};
use support::temp_dir;

/// One message of the archive.
#[derive(Clone)]
struct Entry {
    id: String,
    origin_id: String,
    is_own: bool,
    /// Whole seconds, several messages in each, as some archives keep them.
    seconds: i64,
    text: String,
}

/// Where a message is, seen from those that are known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Older,
    Newer,
    Ahead,
}

/// What was said: up to where things were read, and what was recalled.
struct Archive {
    entries: Vec<Entry>,
    read: Option<usize>,
    recalled: HashSet<usize>,
}

impl Archive {
    fn random(rng: &mut fastrand::Rng) -> Self {
        let count = rng.usize(1..120);
        let entries: Vec<Entry> = (0..count)
            .map(|number| Entry {
                id: format!("archive-{number}"),
                origin_id: format!("origin-{number}"),
                is_own: rng.u8(0..3) == 0,
                seconds: START - 1000 + i64::try_from(number / 4).unwrap(),
                text: format!("text {number}"),
            })
            .collect();
        let recalled = (0..count).filter(|_| rng.u8(0..10) == 0).collect();
        let read = rng.bool().then(|| rng.usize(0..count));
        Self {
            entries,
            read,
            recalled,
        }
    }

    /// The message as the server tells it.
    fn told(&self, number: usize, place: Place) -> Change {
        let entry = &self.entries[number];
        let sender = if entry.is_own { "alice" } else { "bob" };
        Change::UnnumberedMessage(Box::new(UnnumberedMessage {
            message: Message {
                msg_id: entry.origin_id.clone(),
                conversation: c2c("bob"),
                sender: UserId::trusted(sender),
                nick_name: String::new(),
                face_url: String::new(),
                seq: 0,
                time: Micros(entry.seconds * 1_000_000),
                revoked: None,
                body: text(&entry.text),
            },
            own_id: format!("{sender}/{}", entry.id),
            server_id: entry.id.clone(),
            origin_id: entry.origin_id.clone(),
            is_origin_unique: true,
            older: place == Place::Older,
            is_ahead: place == Place::Ahead,
            is_late: false,
        }))
    }

    /// A message by one of its ids.
    fn target(&self, number: usize, rng: &mut fastrand::Rng) -> Target {
        let entry = &self.entries[number];
        let (kind, id) = match rng.u8(0..3) {
            0 => (IdKind::Server, &entry.id),
            1 => (IdKind::Origin, &entry.origin_id),
            _ => (IdKind::MsgId, &entry.origin_id),
        };
        Target::Id(MessageId {
            kind,
            id: id.clone(),
            not_after: None,
            sender: rng
                .bool()
                .then(|| UserId::trusted(if entry.is_own { "alice" } else { "bob" })),
        })
    }

    fn marks(&self, rng: &mut fastrand::Rng) -> Vec<Change> {
        let mut marks: Vec<Change> = self
            .recalled
            .iter()
            .map(|number| Change::Revoked {
                conversation: c2c("bob"),
                message: self.target(*number, rng),
                recall: im::model::Recall::default(),
            })
            .collect();
        marks.extend(self.read.map(|number| Change::Read {
            conversation: c2c("bob"),
            up_to: self.target(number, rng),
        }));
        rng.shuffle(&mut marks);
        marks
    }

    fn unread(&self) -> usize {
        let first = self.read.map_or(0, |read| read + 1);
        (first..self.entries.len())
            .filter(|number| !self.entries[*number].is_own && !self.recalled.contains(number))
            .count()
    }
}

fn apply(engine: &Engine, live: bool, changes: Vec<Change>) {
    let batch = Inbound {
        live,
        // Long in use: what nobody has read is unread.
        in_use_since: Some(Micros(0)),
        changes,
        ..Inbound::default()
    };
    engine.apply(batch).unwrap();
}

/// A device learns of the archive: from some message on as things happen, before that page by page towards the beginning,
/// with repeats, and what is said of messages at any time.
fn learn(archive: &Archive, dir: &std::path::Path, rng: &mut fastrand::Rng) -> Vec<(String, i64)> {
    let clock = Clock::default();
    let options = options(dir, &clock);
    let (mut engine, _) = open(&options);
    let count = archive.entries.len();
    // What the device has: everything from `oldest` up to, and without, `newest`.
    let mut newest = rng.usize(0..=count);
    let mut oldest = newest;
    // How far the archive goes that the device has seen the end of. Between `newest` and that there may be gaps.
    let mut top = newest;
    let mut marks = archive.marks(rng);
    while oldest > 0 || newest < count || !marks.is_empty() {
        match rng.u8(0..10) {
            // An older page, newest first; now and then it overlaps what is known.
            0..=2 if oldest > 0 => {
                let end = (oldest + rng.usize(0..3)).min(newest);
                let start = oldest - rng.usize(1..=oldest.min(20));
                let page = (start..end).rev().map(|number| archive.told(number, Place::Older));
                apply(&engine, false, page.collect());
                oldest = start;
            }
            // What was missed, oldest first, with overlap. The end of the archive closes all gaps.
            3 | 8 if newest < count => {
                let start = newest.saturating_sub(rng.usize(0..5)).max(oldest);
                let reach = if newest < top { top } else { count };
                let end = newest + rng.usize(1..=(reach - newest).min(20));
                let mut page: Vec<Change> = (start..end).map(|number| archive.told(number, Place::Newer)).collect();
                newest = end;
                if newest >= top {
                    top = newest;
                    page.push(Change::CaughtUp { group_id: None });
                }
                apply(&engine, false, page);
            }
            // What happens now: ahead of what was missed and not read yet.
            4 | 5 if top < count => {
                let place = if newest < top { Place::Ahead } else { Place::Newer };
                apply(&engine, true, vec![archive.told(top, place)]);
                newest = if newest < top { newest } else { top + 1 };
                top += 1;
            }
            // Much was missed: the newest come first, some of them known perhaps.
            9 if top < count => {
                let end = rng.usize(top + 1..=count);
                let start = end.saturating_sub(rng.usize(1..10)).max(oldest);
                // What is older than a message that is stored is left for later.
                let start = if start < top { top } else { start };
                if start > newest || newest < top {
                    apply(
                        &engine,
                        false,
                        (start..end).map(|number| archive.told(number, Place::Ahead)).collect(),
                    );
                    top = end;
                }
            }
            // A repeat of something known.
            6 if oldest < newest => {
                let number = rng.usize(oldest..newest);
                let place = if rng.bool() { Place::Older } else { Place::Newer };
                apply(&engine, rng.bool(), vec![archive.told(number, place)]);
            }
            7 => match marks.pop() {
                Some(mark) => apply(&engine, rng.bool(), vec![mark]),
                None => {
                    engine.close();
                    (engine, _) = open(&options);
                }
            },
            _ => {}
        }
    }
    let row: Value = serde_json::from_str(&engine.conversation(&c2c("bob")).unwrap()).unwrap();
    assert_eq!(row["unreadCount"], archive.unread(), "unread");
    assert_eq!(engine.total_unread().unwrap(), archive.unread() as u64, "total");
    let (history, _) = engine
        .history(&c2c("bob"), &HistoryQuery::new(Direction::Newer, 1_000_000))
        .unwrap();
    let history: Vec<Value> = serde_json::from_str(&history).unwrap();
    assert_eq!(
        row["lastMessage"]["msgID"],
        history.last().unwrap()["msgID"],
        "the last message"
    );
    let seqs: Vec<i64> = history
        .iter()
        .map(|it| it["seq"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(seqs.is_sorted_by(|one, next| one < next), "{seqs:?}");
    let shown = history.iter().map(|message| {
        let id = message["msgID"].as_str().unwrap().to_owned();
        (id, message["status"].as_i64().unwrap())
    });
    shown.collect()
}

#[test]
fn however_it_is_learnt_it_is_the_archive() {
    let seed = support::seed(1);
    println!("LIBIM_SEED={seed}");
    let mut rng = fastrand::Rng::with_seed(seed);
    for _ in 0..60 {
        let archive = Archive::random(&mut rng);
        let expected: Vec<(String, i64)> = archive
            .entries
            .iter()
            .enumerate()
            .map(|(number, entry)| {
                let status = if archive.recalled.contains(&number) { 6 } else { 2 };
                (entry.origin_id.clone(), status)
            })
            .collect();
        for _ in 0..2 {
            let dir = temp_dir();
            assert_eq!(learn(&archive, dir.path(), &mut rng), expected, "LIBIM_SEED={seed}");
        }
    }
}
