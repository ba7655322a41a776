//! A failing disk under a service file: the others on it go on, and nothing that the app or the service has acknowledged is
//! lost, doubled or put in another order.

use crate::old_service::{self, SAID};
use crate::places::fast_dir;
use crate::power::Disk;
use crate::rig::{Fault, How, Rig, Rounds, Run};
use crate::support::app::App;
use crate::support::temp_dir;
use crate::{CHANGES, FAULTS, ONCE, play_at_once};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many rounds a processor plays at once: a client whose service fails waits for it most of the time.
const AT_ONCE: usize = 4;

/// The statuses that a failing disk may cause: offline, an I/O error, a service that is damaged or refused, and the
/// timeout of a request.
pub const CODES: [i64; 6] = [9508, 9510, 6014, 6017, 6019, 6022];

/// How a day begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// There is no service yet.
    Alone,
    /// Bob is on it.
    Together,
    /// An earlier version has made it, with the schema of this number.
    Old(usize),
    /// There is none yet, the durability is full, and a kill is a power cut, which leaves what this seed says.
    Power(u64),
}

struct Service {
    rig: Rig,
    member: PathBuf,
    /// In how many rounds an operation failed, and in how many the program heard of it.
    hit: AtomicUsize,
    felt: AtomicUsize,
}

impl Service {
    fn new() -> Self {
        let rig = Rig::new();
        let member = rig.program("member");
        Self {
            rig,
            member,
            hit: AtomicUsize::new(0),
            felt: AtomicUsize::new(0),
        }
    }

    /// Plays a day in a folder that `begin` has prepared.
    fn run(&self, dir: &Path, start: Start, fault: Fault) -> Run {
        let (data, service) = (dir.join("alice"), dir.join("service.db"));
        let report = dir.join("report");
        let mut args: Vec<&OsStr> = vec![data.as_ref(), "alice".as_ref(), service.as_ref()];
        let Start::Power(seed) = start else {
            return self.rig.run(&self.member, &args, &service, fault, &report, None);
        };
        args.push("full".as_ref());
        let folder = dir.join("disk");
        let disk = Disk::of(&folder);
        let run = self
            .rig
            .run(&self.member, &args, &folder, fault, &report, Some(disk.path()));
        if run.is_killed {
            disk.cut(&folder, seed);
        }
        run
    }

    /// A folder for a day, and bob if he is there.
    fn begin(start: Start) -> (tempfile::TempDir, Option<App>) {
        let dir = fast_dir();
        match start {
            Start::Old(schema) => old_service::make(&dir.path().join("service.db"), schema),
            // In a folder of its own, whose names the disk keeps.
            Start::Power(_) => {
                std::fs::create_dir(dir.path().join("disk")).unwrap();
                std::os::unix::fs::symlink("disk/service.db", dir.path().join("service.db")).unwrap();
            }
            Start::Alone | Start::Together => {}
        }
        let bob = (start == Start::Together).then(|| App::login(dir.path(), "bob"));
        (dir, bob)
    }

    /// How many operations there are in a day without faults.
    fn count(&self, operations: &'static str, start: Start) -> u64 {
        let (dir, _bob) = Self::begin(start);
        self.run(dir.path(), start, Fault::none(operations)).counted.0
    }

    /// One day with a fault. What went wrong.
    fn round(&self, fault: Fault, start: Start) -> Option<String> {
        let (dir, bob) = Self::begin(start);
        let run = self.run(dir.path(), start, fault);
        self.hit.fetch_add(usize::from(run.counted.1 > 0), Ordering::SeqCst);
        self.felt
            .fetch_add(usize::from(words(&run, "fail").next().is_some()), Ordering::SeqCst);
        let wrong = |what: String| Some(format!("{fault:?}, {start:?}: {what}; {}", run.error));
        if !run.is_killed {
            if !run.is_success || run.lines.last().map(String::as_str) != Some("end") {
                return wrong("it crashed".to_owned());
            }
            let failed = words(&run, "fail").find(|code| !CODES.contains(&code.parse().unwrap()));
            if let Some(code) = failed {
                return wrong(format!("status {code}"));
            }
        }
        let bob = bob.unwrap_or_else(|| App::login(dir.path(), "bob"));
        let alice = App::login(dir.path(), "alice");
        let last = alice.send("c2c_bob", "the last");
        bob.wait(&format!("{fault:?}: the last message"), |bob| {
            status(bob, "c2c_alice", &last) == Some(2)
        });
        alice.wait(&format!("{fault:?}: its delivery"), |alice| {
            status(alice, "c2c_bob", &last) == Some(2)
        });
        // The recall stands after the message in the outbox.
        let answer = bob.send("c2c_alice", "an answer");
        alice.wait(&format!("{fault:?}: an answer"), |alice| {
            status(alice, "c2c_bob", &answer) == Some(2)
        });
        // Alice may have it before bob hears that it was sent.
        bob.wait(&format!("{fault:?}: the answer's delivery"), |bob| {
            status(bob, "c2c_alice", &answer) == Some(2)
        });
        let (mine, theirs) = (ids(&alice, "c2c_bob"), ids(&bob, "c2c_alice"));
        if mine != theirs {
            return wrong(format!("alice has {mine:?}, bob {theirs:?}"));
        }
        if let Start::Old(_) = start
            && !SAID.iter().all(|id| mine.contains(&((*id).to_owned(), 2)))
        {
            return wrong(format!("what was said before is not all in {mine:?}"));
        }
        let lost = words(&run, "sent").find(|id| !mine.iter().any(|(mine, _)| mine == id));
        if let Some(id) = lost {
            return wrong(format!("{id} is lost"));
        }
        if words(&run, "recalled").any(|id| !mine.contains(&(id.to_owned(), 6))) {
            return wrong("a recall is lost".to_owned());
        }
        let done: Vec<&str> = words(&run, "done").collect();
        let groups = bob.ok("getJoinedGroupList", json!({}));
        if done.contains(&"group") && !groups.to_string().contains("\"team\"") {
            return wrong("the group is lost".to_owned());
        }
        let profile = bob.ok("getUsersInfo", json!({ "userIDList": ["alice"] }));
        if done.contains(&"nick") && profile[0]["nickName"] != "Alice" {
            return wrong("the nickname is lost".to_owned());
        }
        drop((alice, bob));
        let db = Connection::open(dir.path().join("service.db")).unwrap();
        let schema: u32 = db.query_row("PRAGMA user_version", (), |row| row.get(0)).unwrap();
        if schema as usize != old_service::migrations().len() {
            return wrong(format!("the schema is {schema}"));
        }
        let check: String = db.query_row("PRAGMA integrity_check", (), |row| row.get(0)).unwrap();
        if check == "ok" { None } else { wrong(check) }
    }
}

fn words<'a>(run: &'a Run, word: &'a str) -> impl Iterator<Item = &'a str> {
    run.lines
        .iter()
        .filter_map(move |line| line.strip_prefix(word)?.strip_prefix(' '))
}

pub fn status(app: &App, conversation: &str, msg_id: &str) -> Option<i64> {
    let history = app.history(conversation);
    let message = history.iter().find(|message| message["msgID"] == *msg_id)?;
    message["status"].as_i64()
}

pub fn ids(app: &App, conversation: &str) -> Vec<(String, i64)> {
    let of = |message: &Value| {
        (
            message["msgID"].as_str().unwrap().to_owned(),
            message["status"].as_i64().unwrap(),
        )
    };
    app.history(conversation).iter().map(of).collect()
}

#[test]
fn whatever_operation_on_the_service_fails_the_others_go_on_and_nothing_is_lost() {
    let service = Service::new();
    let mut rounds = Rounds::new("failing service");
    let mut all = Vec::new();
    for start in [
        Start::Alone,
        Start::Together,
        Start::Old(rounds.random().usize(1..old_service::migrations().len())),
    ] {
        for (kinds, hows) in [(FAULTS, &[How::Once, How::Always][..]), (ONCE, &[How::Once])] {
            for (operations, error) in kinds {
                let last = service.count(operations, start);
                for how in hows {
                    for nth in rounds.numbers(last, 1) {
                        let (operations, error, how) = (*operations, *error, *how);
                        let fault = Fault {
                            operations,
                            error,
                            how,
                            nth,
                        };
                        all.push((fault, start));
                    }
                }
            }
        }
    }
    let played = play_at_once("failing service", AT_ONCE, &all, |(fault, start)| {
        service.round(*fault, *start)
    });
    let (hit, felt) = (service.hit.into_inner(), service.felt.into_inner());
    println!("failing service: an operation failed in {hit} rounds, a call in {felt}");
    assert!(hit > played / 2 && felt > 0, "the faults must be faults");
}

/// Others are on it, so the file is there and well.
#[test]
fn a_first_login_says_at_once_that_the_disk_is_full() {
    let (service, dir) = (Service::new(), temp_dir());
    let _bob = App::login(dir.path(), "bob");
    let fault = Fault {
        operations: "w",
        error: libc::ENOSPC,
        how: How::Always,
        nth: 1,
    };
    let run = service.run(dir.path(), Start::Together, fault);
    assert_eq!(
        words(&run, "fail").next(),
        Some("6022"),
        "{:?} {}",
        run.lines,
        run.error
    );
}

#[test]
fn killed_at_any_operation_on_the_service_nothing_is_lost() {
    let service = Service::new();
    let mut rounds = Rounds::new("kills on the service");
    let mut all = Vec::new();
    for start in [Start::Alone, Start::Together] {
        all.extend(kills(&service, &mut rounds, start, 8));
    }
    play_kills("kills on the service", &service, &all);
}

/// Kills before and after operations.
fn kills(service: &Service, rounds: &mut Rounds, start: Start, some: usize) -> Vec<(Start, How, u64)> {
    let last = service.count(CHANGES, start);
    let mut all = Vec::new();
    for how in [How::Kill, How::After] {
        all.extend(rounds.numbers(last, some).into_iter().map(|nth| (start, how, nth)));
    }
    all
}

fn play_kills(name: &str, service: &Service, all: &[(Start, How, u64)]) {
    play_at_once(name, AT_ONCE, all, |(start, how, nth)| {
        let fault = Fault {
            operations: CHANGES,
            error: 0,
            how: *how,
            nth: *nth,
        };
        service.round(fault, *start)
    });
}

#[test]
fn killed_at_any_operation_a_service_of_an_earlier_version_is_migrated_all_the_same() {
    let service = Service::new();
    let mut rounds = Rounds::new("kills while a service is migrated");
    let mut all = Vec::new();
    for schema in 1..old_service::migrations().len() {
        // Most of the operations come after the migration.
        let last = service.count(CHANGES, Start::Old(schema));
        for how in [How::Kill, How::After] {
            let numbers = if rounds.all {
                rounds.numbers(last, 0)
            } else {
                rounds.numbers(last.min(40), 1)
            };
            all.extend(numbers.into_iter().map(|nth| (Start::Old(schema), how, nth)));
        }
    }
    play_kills("kills while a service is migrated", &service, &all);
}

#[test]
fn a_power_cut_takes_nothing_of_the_service_that_was_acknowledged_when_durability_is_full() {
    let service = Service::new();
    let mut rounds = Rounds::new("power cuts of the service");
    let mut all = Vec::new();
    let last = service.count(CHANGES, Start::Power(0));
    // Every operation is cut four times: once strictly, and with luck.
    for seed in 0..if rounds.all { 4 } else { 1 } {
        for nth in rounds.numbers(last, 20) {
            let luck = if seed == 0 { 0 } else { rounds.random().u64(..) };
            all.push((Start::Power(luck), How::Kill, nth));
        }
    }
    play_kills("power cuts of the service", &service, &all);
}
