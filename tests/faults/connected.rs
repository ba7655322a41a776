//! A failing disk under the cache of an account that is connected, while a peer writes: when the disk works again, the device
//! has what a device without faults has, and nothing that it sent is lost or doubled.

use crate::full_day;
use crate::places::fast_dir;
use crate::rig::{Fault, How, Rig, Rounds, Run};
use crate::support::app::App;
use crate::{CHANGES, FAULTS, ONCE, play_at_once};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// A round waits more than it works.
const AT_ONCE: usize = 3;
/// How much the peer writes at most.
const MOST: usize = 30;
/// The statuses that a failing disk may cause: of the cache, and of requests that need the connection.
const CODES: [i64; 6] = [6014, 6019, 6022, 7009, 9508, 9510];

/// The states from which rounds start: the first login of the device, and a later one.
struct Connected {
    rig: Rig,
    program: PathBuf,
    first: tempfile::TempDir,
    later: tempfile::TempDir,
    hit: AtomicUsize,
    felt: AtomicUsize,
}

impl Connected {
    fn new() -> Self {
        let (rig, first, later) = (Rig::new(), fast_dir(), fast_dir());
        let program = rig.program("connected");
        {
            let (alice, bob) = (
                App::login_on(first.path(), "alice", "other"),
                App::login(first.path(), "bob"),
            );
            let club = json!({ "groupType": "Work", "groupID": "club", "memberList": [{ "userID": "alice" }] });
            bob.ok("createGroup", club);
            for number in 0..5 {
                bob.send_and_wait("c2c_alice", &format!("earlier {number}"));
            }
            alice.wait("the group", |alice| {
                alice.ok("getJoinedGroupList", json!({})) != json!([])
            });
        }
        full_day::copy(first.path(), later.path());
        let connected = Self {
            rig,
            program,
            first,
            later,
            hit: AtomicUsize::new(0),
            felt: AtomicUsize::new(0),
        };
        let run = connected.run(connected.later.path(), Fault::none("w"));
        assert!(
            run.is_success && words(&run, "fail").next().is_none(),
            "{:?} {}",
            run.lines,
            run.error
        );
        connected
    }

    fn state(&self, is_first: bool) -> tempfile::TempDir {
        let dir = fast_dir();
        let from = if is_first { &self.first } else { &self.later };
        full_day::copy(from.path(), dir.path());
        dir
    }

    fn run(&self, dir: &Path, fault: Fault) -> Run {
        let (data, service) = (dir.join("alice"), dir.join("service.db"));
        let args: [&OsStr; 3] = [data.as_ref(), "alice".as_ref(), service.as_ref()];
        self.rig
            .run(&self.program, &args, &data, fault, &dir.join("report"), None)
    }

    /// The same while bob writes.
    fn run_with(&self, bob: &App, dir: &Path, fault: Fault) -> Run {
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for number in 0..MOST {
                    if is_over.load(Ordering::SeqCst) {
                        break;
                    }
                    bob.send_and_wait("c2c_alice", &format!("meanwhile {number}"));
                    bob.send_and_wait("group_club", &format!("in the club {number}"));
                }
            });
            let run = self.run(dir, fault);
            is_over.store(true, Ordering::SeqCst);
            writer.join().unwrap();
            run
        })
    }

    fn count(&self, operations: &'static str, is_first: bool) -> u64 {
        let dir = self.state(is_first);
        let bob = App::login(dir.path(), "bob");
        self.run_with(&bob, dir.path(), Fault::none(operations)).counted.0
    }

    /// What went wrong in one day.
    fn round(&self, fault: Fault, is_first: bool) -> Option<String> {
        let dir = self.state(is_first);
        let bob = App::login(dir.path(), "bob");
        let run = self.run_with(&bob, dir.path(), fault);
        self.hit.fetch_add(usize::from(run.counted.1 > 0), Ordering::SeqCst);
        let failed: BTreeSet<i64> = words(&run, "fail").map(|code| code.parse().unwrap()).collect();
        self.felt.fetch_add(usize::from(!failed.is_empty()), Ordering::SeqCst);
        let wrong = |what: String| {
            Some(format!(
                "{fault:?}, first {is_first}: {what}; {:?} {}",
                run.lines, run.error
            ))
        };
        if !run.is_killed && (!run.is_success || run.lines.last().map(String::as_str) != Some("end")) {
            return wrong("it crashed".to_owned());
        }
        if let Some(code) = failed.iter().find(|code| !CODES.contains(code)) {
            return wrong(format!("status {code}"));
        }
        // The disk works again.
        let alice = App::login(dir.path(), "alice");
        let last = bob.send_and_wait("c2c_alice", "the last");
        alice.wait(&format!("{fault:?}: everything is sent"), |alice| {
            let history = alice.history("c2c_bob");
            let is_there = history.iter().any(|message| message["msgID"] == *last);
            is_there
                && history
                    .iter()
                    .chain(&alice.history("group_club"))
                    .all(|message| message["status"] != 1)
        });
        let sent: Vec<&str> = words(&run, "sent").collect();
        let lost = sent.iter().find(|id| {
            let all = ["c2c_bob", "group_club"].map(|of| alice.history(of)).concat();
            !all.iter()
                .any(|message| message["msgID"] == ***id && message["status"] != 3)
        });
        if let Some(id) = lost {
            return wrong(format!("{id} is lost"));
        }
        let new = App::login_on(dir.path(), "alice", "a new device");
        // What was told last may still be on its way to one of them.
        let is_same = |app: &App| shown(app) == shown(&alice);
        let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while !is_same(&new) {
            if std::time::Instant::now() > until {
                return wrong(format!(
                    "the device has {:#?}, a new one {:#?}",
                    shown(&alice),
                    shown(&new)
                ));
            }
            std::thread::park_timeout(std::time::Duration::from_millis(5));
        }
        let mine = |app: &App, of: &str| -> Vec<Value> {
            let history = app.history(of).into_iter();
            history
                .map(|message| json!([message["msgID"], message["status"]]))
                .collect()
        };
        for (of, at_bob) in [("c2c_bob", "c2c_alice"), ("group_club", "group_club")] {
            let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
            while mine(&alice, of) != mine(&bob, at_bob) {
                if std::time::Instant::now() > until {
                    return wrong(format!(
                        "{of}: {:?}, and bob has {:?}",
                        mine(&alice, of),
                        mine(&bob, at_bob)
                    ));
                }
                std::thread::park_timeout(std::time::Duration::from_millis(5));
            }
        }
        let recalled = words(&run, "recalled").find(|id| !mine(&alice, "c2c_bob").contains(&json!([id, 6])));
        recalled.and_then(|id| wrong(format!("the recall of {id} is lost")))
    }
}

fn words<'a>(run: &'a Run, word: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = run.lines.iter();
    lines.filter_map(move |line| line.strip_prefix(word)?.strip_prefix(' '))
}

/// The list, the counts and the histories, without what is on one device only.
fn shown(app: &App) -> Vec<Value> {
    let mut shown = vec![app.ok("getTotalUnreadMessageCount", json!({}))];
    for row in app.list() {
        let id = row["conversationID"].as_str().unwrap();
        let history: Vec<Value> = app
            .history(id)
            .iter()
            .map(|message| json!([message["msgID"], message["status"], message["textElem"], message["seq"]]))
            .collect();
        // A draft lists a conversation on one device.
        if id != "c2c_carol" {
            let last = row["lastMessage"]["msgID"].clone();
            shown.push(json!([
                id,
                row["unreadCount"],
                row["isPinned"],
                row["recvOpt"],
                row["markList"],
                last,
                history
            ]));
        }
    }
    shown
}

fn all_rounds(connected: &Connected, rounds: &mut Rounds) -> Vec<(Fault, bool)> {
    let mut all = Vec::new();
    for is_first in [true, false] {
        for (kinds, hows) in [(FAULTS, &[How::Once, How::Always][..]), (ONCE, &[How::Once])] {
            for (operations, error) in kinds {
                let last = connected.count(operations, is_first);
                for (how, nth) in hows
                    .iter()
                    .flat_map(|how| rounds.numbers(last, 1).into_iter().map(move |nth| (*how, nth)))
                {
                    let (operations, error) = (*operations, *error);
                    all.push((
                        Fault {
                            operations,
                            error,
                            how,
                            nth,
                        },
                        is_first,
                    ));
                }
            }
        }
    }
    all
}

#[test]
fn whatever_operation_on_the_cache_of_a_connected_account_fails_it_ends_with_what_others_have() {
    let connected = Connected::new();
    let all = all_rounds(&connected, &mut Rounds::new("failing operations, connected"));
    let played = play_at_once("failing operations, connected", AT_ONCE, &all, |(fault, is_first)| {
        connected.round(*fault, *is_first)
    });
    let (hit, felt) = (connected.hit.into_inner(), connected.felt.into_inner());
    println!("failing operations, connected: an operation failed in {hit} rounds, a call in {felt}");
    assert!(hit > played / 2 && felt > 0, "the faults must be faults");
}

#[test]
fn killed_at_any_operation_on_the_cache_a_connected_account_ends_with_what_others_have() {
    let connected = Connected::new();
    let mut rounds = Rounds::new("kills, connected");
    let mut all = Vec::new();
    for is_first in [true, false] {
        let last = connected.count(CHANGES, is_first);
        for how in [How::Kill, How::After] {
            all.extend(rounds.numbers(last, 6).into_iter().map(|nth| (is_first, how, nth)));
        }
    }
    play_at_once("kills, connected", AT_ONCE, &all, |(is_first, how, nth)| {
        let (how, nth) = (*how, *nth);
        let fault = Fault {
            operations: CHANGES,
            error: 0,
            how,
            nth,
        };
        connected.round(fault, *is_first)
    });
}
