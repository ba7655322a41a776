//! A failing disk under a service file: the others on it go on, and nothing that the app or the service has acknowledged is
//! lost, doubled or put in another order.

use crate::rig::{Fault, How, Rig, Rounds, Run};
use crate::support::app::App;
use crate::support::temp_dir;
use crate::{CHANGES, FAULTS, ONCE, play, play_at_once};
use im::events::Event;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many rounds a processor plays at once: a client whose service fails waits for it most of the time.
const AT_ONCE: usize = 4;

/// The statuses that a failing disk may cause: offline, an I/O error, a service that is damaged or refused, and the
/// timeout of a request.
const CODES: [i64; 6] = [9508, 9510, 6014, 6017, 6019, 6022];

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

    fn run(&self, dir: &Path, fault: Fault) -> Run {
        let (data, service) = (dir.join("alice"), dir.join("service.db"));
        let args: [&OsStr; 3] = [data.as_ref(), "alice".as_ref(), service.as_ref()];
        let report = dir.join("report");
        self.rig.run(&self.member, &args, &service, fault, &report, None)
    }

    /// How many operations there are in a day without faults.
    fn count(&self, operations: &'static str, is_alone: bool) -> u64 {
        let dir = temp_dir();
        let _bob = (!is_alone).then(|| App::login(dir.path(), "bob"));
        self.run(dir.path(), Fault::none(operations)).counted.0
    }

    /// One day with a fault, with bob on the service or not. What went wrong.
    fn round(&self, fault: Fault, is_alone: bool) -> Option<String> {
        let dir = temp_dir();
        let bob = (!is_alone).then(|| App::login(dir.path(), "bob"));
        let run = self.run(dir.path(), fault);
        self.hit.fetch_add(usize::from(run.counted.1 > 0), Ordering::SeqCst);
        self.felt
            .fetch_add(usize::from(words(&run, "fail").next().is_some()), Ordering::SeqCst);
        let wrong = |what: String| Some(format!("{fault:?}, alone {is_alone}: {what}; {}", run.error));
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
        let lost = words(&run, "sent").find(|id| !mine.iter().any(|(mine, _)| mine == id));
        if let Some(id) = lost {
            return wrong(format!("{id} is lost"));
        }
        if words(&run, "recalled").any(|id| !mine.contains(&(id.to_owned(), 6))) {
            return wrong("a recall is lost".to_owned());
        }
        let done: Vec<&str> = words(&run, "done").collect();
        if done.contains(&"group") && bob.ok("getJoinedGroupList", json!({})) == json!([]) {
            return wrong("the group is lost".to_owned());
        }
        let profile = bob.ok("getUsersInfo", json!({ "userIDList": ["alice"] }));
        if done.contains(&"nick") && profile[0]["nickName"] != "Alice" {
            return wrong("the nickname is lost".to_owned());
        }
        drop((alice, bob));
        let db = Connection::open(dir.path().join("service.db")).unwrap();
        let check: String = db.query_row("PRAGMA integrity_check", (), |row| row.get(0)).unwrap();
        if check == "ok" { None } else { wrong(check) }
    }
}

fn words<'a>(run: &'a Run, word: &'a str) -> impl Iterator<Item = &'a str> {
    run.lines
        .iter()
        .filter_map(move |line| line.strip_prefix(word)?.strip_prefix(' '))
}

fn status(app: &App, conversation: &str, msg_id: &str) -> Option<i64> {
    let history = app.history(conversation);
    let message = history.iter().find(|message| message["msgID"] == *msg_id)?;
    message["status"].as_i64()
}

fn ids(app: &App, conversation: &str) -> Vec<(String, i64)> {
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
    for is_alone in [true, false] {
        for (kinds, hows) in [(FAULTS, &[How::Once, How::Always][..]), (ONCE, &[How::Once])] {
            for (operations, error) in kinds {
                let last = service.count(operations, is_alone);
                for how in hows {
                    for nth in rounds.numbers(last, 1) {
                        let (operations, error, how) = (*operations, *error, *how);
                        let fault = Fault {
                            operations,
                            error,
                            how,
                            nth,
                        };
                        all.push((fault, is_alone));
                    }
                }
            }
        }
    }
    let played = play_at_once("failing service", AT_ONCE, &all, |(fault, is_alone)| {
        service.round(*fault, *is_alone)
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
    let run = service.run(dir.path(), fault);
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
    for is_alone in [true, false] {
        let last = service.count(CHANGES, is_alone);
        for how in [How::Kill, How::After] {
            all.extend(rounds.numbers(last, 8).into_iter().map(|nth| (is_alone, how, nth)));
        }
    }
    play_at_once("kills on the service", AT_ONCE, &all, |(is_alone, how, nth)| {
        let fault = Fault {
            operations: CHANGES,
            error: 0,
            how: *how,
            nth: *nth,
        };
        service.round(fault, *is_alone)
    });
}

/// Damages a file; says how.
fn damage(path: &Path, random: &mut fastrand::Rng) -> String {
    let mut bytes = std::fs::read(path).unwrap();
    let (start, length) = (random.usize(..bytes.len()), 1 << random.u32(..14));
    let end = (start + length).min(bytes.len());
    let what = match random.u8(..4) {
        0 => {
            bytes.truncate(start);
            format!("cut at {start}")
        }
        1 => {
            bytes[start..end].fill(0);
            format!("zeros from {start} to {end}")
        }
        2 => {
            bytes[start..end].fill_with(|| random.u8(..));
            format!("noise from {start} to {end}")
        }
        _ => {
            bytes[start] ^= 1 << random.u8(..8);
            format!("a bit at {start}")
        }
    };
    std::fs::write(path, bytes).unwrap();
    what
}

#[test]
fn with_a_damaged_service_the_caches_stay_usable_and_a_backup_brings_everything_back() {
    let mut rounds = Rounds::new("damaged service");
    let seeds: Vec<u64> = (0..if rounds.all { 500 } else { 30 })
        .map(|_| rounds.random().u64(..))
        .collect();
    play("damaged service", &seeds, |seed| {
        let dir = temp_dir();
        let path = dir.path().join("service.db");
        {
            let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
            for number in 0..20 {
                let last = alice.send("c2c_bob", &format!("{number} {}", "x".repeat(number * 40)));
                bob.wait("a message", |bob| status(bob, "c2c_alice", &last) == Some(2));
            }
        }
        let copy = dir.path().join("copy.db");
        std::fs::copy(&path, &copy).unwrap();
        let what = damage(&path, &mut fastrand::Rng::with_seed(*seed));
        let context = format!("{seed}: {what}");
        let later = {
            let (alice, bob) = (App::open(dir.path(), "alice"), App::open(dir.path(), "bob"));
            for app in [&alice, &bob] {
                let code = app.call("login", &json!({ "timeoutMs": 500 })).0;
                if code != 0 && !CODES.contains(&code) {
                    return Some(format!("{context}: login {code}"));
                }
            }
            let later = alice.send("c2c_bob", "written later");
            alice.wait(&context, |alice| {
                alice.heard.count(Event::SyncServerFinish) + alice.heard.count(Event::ConnectFailed) > 0
            });
            if alice.history("c2c_bob").len() != 21 || bob.history("c2c_alice").len() < 20 {
                return Some(format!("{context}: a cache has lost messages"));
            }
            later
        };
        for companion in ["service.db-wal", "service.db-shm"] {
            let _ = std::fs::remove_file(dir.path().join(companion));
        }
        std::fs::copy(&copy, &path).unwrap();
        let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
        let again = alice.send("c2c_bob", "again");
        bob.wait(&context, |bob| status(bob, "c2c_alice", &again) == Some(2));
        alice.wait(&context, |alice| status(alice, "c2c_bob", &again) == Some(2));
        match (status(&alice, "c2c_bob", &later), ids(&alice, "c2c_bob").len()) {
            (Some(2), 22) => None,
            (state, length) => Some(format!("{context}: {state:?}, {length} messages")),
        }
    });
}
