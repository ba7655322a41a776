//! The states of an account's directory from which rounds start.

use crate::day::Day;
use crate::full_day;
use crate::rig::{Fault, How, Rig, Run};
use crate::support::{root, temp_dir};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// There is no cache.
    Missing,
    /// It was closed.
    Closed,
    /// Its process was killed: the write-ahead log holds the last commits.
    Killed,
    /// It was made by the first version of the schema.
    Old,
    /// It is damaged where the outbox and the messages are not, and a client has marked it.
    Damaged,
}

impl Place {
    pub const ALL: &[Self] = &[Self::Missing, Self::Closed, Self::Killed, Self::Old, Self::Damaged];
}

/// A copy of a state, for one round.
pub struct Round {
    dir: tempfile::TempDir,
    /// What it holds.
    pub day: Day,
}

impl Round {
    /// The folder of the account's files.
    pub fn account(&self) -> PathBuf {
        self.dir.path().join("alice/alice")
    }

    /// The round's own folder.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The config of a client for it. Nobody logs in.
    pub fn config(&self) -> Value {
        crate::support::app::App::config(self.dir.path(), "alice", "alice")
    }
}

/// The states, made once.
pub struct Places {
    rig: Rig,
    program: PathBuf,
    states: BTreeMap<Place, Round>,
}

impl Places {
    pub fn new() -> Self {
        let rig = Rig::new();
        let program = rig.program("account");
        let mut places = Self {
            rig,
            program,
            states: BTreeMap::new(),
        };
        for place in Place::ALL {
            let state = places.make(*place);
            places.states.insert(*place, state);
        }
        places
    }

    fn make(&self, place: Place) -> Round {
        let mut round = Round {
            dir: fast_dir(),
            day: Day::default(),
        };
        match place {
            Place::Missing => {}
            Place::Closed | Place::Damaged => {
                let run = self.run(&round, Fault::none("w"), "normal", None);
                round.day.add(&run.lines);
                assert!(run.is_success && round.day.failures.is_empty(), "{}", run.error);
                if place == Place::Damaged {
                    damage_index(&round.account());
                }
            }
            Place::Killed => {
                let writes = self.run(&round, Fault::none("w"), "normal", None).counted.0;
                fs::remove_dir_all(round.dir.path().join("alice")).unwrap();
                let fault = Fault {
                    operations: "w",
                    error: 0,
                    how: How::Kill,
                    nth: writes * 3 / 4,
                };
                let run = self.run(&round, fault, "normal", None);
                // It was killed in the middle of a call; whether that took effect is not what the rounds are about.
                let whole = run.lines.iter().rposition(|line| line.starts_with("ack")).unwrap();
                round.day.add(&run.lines[..=whole]);
                assert!(run.is_killed && round.account().join("im.db-wal").exists());
            }
            Place::Old => {
                fs::create_dir_all(round.account()).unwrap();
                let db = rusqlite::Connection::open(round.account().join("im.db")).unwrap();
                let first = fs::read_to_string(root().join("src/store/migrations/0001_initial.sql")).unwrap();
                db.execute_batch(&first).unwrap();
                let row = json!({ "conversationID": "c2c_erin", "draftText": "an old draft", "isPinned": false, "lastMessage": null });
                db.execute(
                    "INSERT INTO conversation (conversation_id, orderkey, activation, draft_text, draft_timestamp, json) \
                     VALUES ('c2c_erin', 5, 5, 'an old draft', 1, ?1)",
                    [row.to_string()],
                )
                .unwrap();
                db.pragma_update(None, "user_version", 1).unwrap();
                round.day = Day::with_draft("erin", "an old draft");
            }
        }
        round
    }

    /// A copy of a state.
    pub fn round(&self, place: Place) -> Round {
        let state = &self.states[&place];
        let copy = Round {
            dir: fast_dir(),
            day: state.day.clone(),
        };
        if state.account().exists() {
            fs::create_dir_all(copy.account()).unwrap();
            full_day::copy(&state.account(), &copy.account());
        }
        copy
    }

    /// How many such operations a day has that starts from a state.
    pub fn count(&self, place: Place, operations: &'static str) -> u64 {
        self.run(&self.round(place), Fault::none(operations), "normal", None)
            .counted
            .0
    }

    /// Plays a day.
    pub fn run(&self, round: &Round, fault: Fault, durability: &str, disk: Option<&Path>) -> Run {
        let (data, service) = (round.path().join("alice"), round.path().join("service.db"));
        let args = [
            data.as_os_str(),
            "alice".as_ref(),
            service.as_os_str(),
            durability.as_ref(),
        ];
        let report = round.path().join("report");
        self.rig
            .run(&self.program, &args, &round.account(), fault, &report, disk)
    }
}

/// In memory where that is possible: a round syncs often, and none of them is about the real disk.
pub fn fast_dir() -> tempfile::TempDir {
    match tempfile::tempdir_in("/dev/shm") {
        Ok(dir) => dir,
        Err(_) => temp_dir(),
    }
}

/// Destroys the first page of an index of the list.
fn damage_index(account: &Path) {
    let path = account.join("im.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    let page: i64 = db
        .query_row(
            "SELECT rootpage FROM sqlite_master WHERE name = 'conversation_last_time'",
            (),
            |row| row.get(0),
        )
        .unwrap();
    drop(db);
    let page = usize::try_from(page).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes[(page - 1) * 4096..page * 4096].fill(0xa5);
    fs::write(&path, bytes).unwrap();
    fs::write(account.join("damaged"), "").unwrap();
}
