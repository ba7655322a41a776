//! A failing disk under an account's cache: what was acknowledged is there, what failed has changed nothing, and no fault
//! crashes, hangs or is told by an undocumented code.
//!
//! In the normal run a few rounds of each kind are played, chosen by a seed; `make torture` plays all of them, and
//! `LIBIM_FAULTS=20 cargo test --test faults` 20 of each kind. All of them take hours: `LIBIM_FAULTS_PART=3/8` plays every
//! eighth, from the third on, so that eight runs together play each of them once.

#[path = "../support/mod.rs"]
mod support;

mod connected;
mod day;
mod full_day;
mod modes;
mod old_service;
mod places;
mod power;
mod rig;
mod rot;
mod rotten;
mod service;
mod service_damage;
mod small_disk;

use day::{Day, undelivered};
use places::{Place, Places, fast_dir};
use rig::{Fault, How, Rounds};
use std::sync::atomic::{AtomicUsize, Ordering};
use support::app::App;

/// The statuses that a failing disk may cause.
const CODES: [i64; 2] = [6019, 6022];

/// The kinds of faults: operations, errno.
const FAULTS: &[(&str, i32)] = &[
    ("r", libc::EIO),
    ("r", 0),
    ("w", libc::ENOSPC),
    ("w", libc::EIO),
    ("w", 0),
    ("s", libc::EIO),
    ("t", libc::ENOSPC),
    ("o", libc::EMFILE),
    ("o", libc::EACCES),
    ("m", libc::ENOMEM),
    ("n", libc::EIO),
    ("n", libc::ENOSPC),
];

/// Those that come once only: an operation that was interrupted is made again, and for a lock that cannot be had SQLite
/// waits ten seconds in each call.
const ONCE: &[(&str, i32)] = &[
    ("r", libc::EINTR),
    ("w", libc::EINTR),
    ("s", libc::EINTR),
    ("l", libc::EINTR),
    ("l", libc::EIO),
];

/// Operations after which something is different on the disk.
const CHANGES: &str = "wstomn";

/// Runs the rounds of this part on as many threads as there are processors, and says what went wrong in each; how many there
/// were.
fn play<T: Sync>(name: &str, rounds: &[T], round: impl Fn(&T) -> Option<String> + Sync) -> usize {
    play_at_once(name, 1, rounds, round)
}

/// The same on more threads for each processor: rounds that wait more than they work.
fn play_at_once<T: Sync>(name: &str, each: usize, rounds: &[T], round: impl Fn(&T) -> Option<String> + Sync) -> usize {
    let (part, parts) = rig::part();
    let rounds: Vec<&T> = rounds.iter().skip(part - 1).step_by(parts).collect();
    let (next, faults) = (AtomicUsize::new(0), std::sync::Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..each * std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(one) = rounds.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if let Some(fault) = round(one) {
                        faults.lock().unwrap().push(fault);
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    println!("{name}: {} rounds", rounds.len());
    assert!(
        faults.is_empty(),
        "{} of {} rounds:\n{}",
        faults.len(),
        rounds.len(),
        faults.join("\n")
    );
    rounds.len()
}

fn fault_rounds(places: &Places, rounds: &mut Rounds) -> Vec<(Place, Fault)> {
    let mut all = Vec::new();
    for place in Place::ALL {
        for (kinds, hows) in [(FAULTS, &[How::Once, How::Always][..]), (ONCE, &[How::Once])] {
            for (operations, error) in kinds {
                let last = places.count(*place, operations);
                for how in hows {
                    for nth in rounds.numbers(last, 2) {
                        let (operations, error, how) = (*operations, *error, *how);
                        all.push((
                            *place,
                            Fault {
                                operations,
                                error,
                                how,
                                nth,
                            },
                        ));
                    }
                }
            }
        }
    }
    all
}

#[test]
fn whatever_operation_fails_nothing_acknowledged_is_lost_and_nothing_that_failed_was_done() {
    let places = Places::new();
    let rounds = fault_rounds(&places, &mut Rounds::new("failing operations"));
    let (hit, felt) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let played = play("failing operations", &rounds, |(place, fault)| {
        let round = places.round(*place);
        let run = places.run(&round, *fault, "normal", None);
        let mut day = round.day.clone();
        day.add(&run.lines);
        hit.fetch_add(usize::from(run.counted.1 > 0), Ordering::SeqCst);
        felt.fetch_add(usize::from(!day.failures.is_empty()), Ordering::SeqCst);
        let context = format!("{place:?} {fault:?}");
        if !run.is_success || !day.is_over {
            return Some(format!("{context}: it crashed; {}", run.error));
        }
        if !day.failures.iter().all(|code| CODES.contains(code)) {
            return Some(format!("{context}: statuses {:?}; {}", day.failures, run.error));
        }
        if fault.how == How::Once && day.failed > 1 {
            let lines = run.lines.join(", ");
            return Some(format!(
                "{context}: one fault, and {} failures: {lines}; {}",
                day.failed, run.error
            ));
        }
        if *place != Place::Damaged && day.openings.iter().any(|state| state == "rebuilt") {
            return Some(format!("{context}: a sound cache was rebuilt; {}", run.error));
        }
        let app = App::open_with(&round.config());
        let difference = day.difference(&app).or_else(|| undelivered(&app, round.path()));
        difference.map(|difference| format!("{context}: {difference}; {}", run.error))
    });
    let (hit, felt) = (hit.into_inner(), felt.into_inner());
    println!("failing operations: an operation failed in {hit} rounds, a call in {felt}");
    assert!(hit > played / 2 && felt > played / 10, "the faults must be faults");
}

#[test]
fn killed_at_any_operation_the_cache_is_whole_at_the_next_opening() {
    let places = Places::new();
    let mut rounds = Rounds::new("kills");
    let mut all = Vec::new();
    for place in Place::ALL {
        let last = places.count(*place, CHANGES);
        for how in [How::Kill, How::After] {
            all.extend(rounds.numbers(last, 10).into_iter().map(|nth| (*place, how, nth)));
        }
    }
    play("kills", &all, |(place, how, nth)| {
        let fault = Fault {
            operations: CHANGES,
            error: 0,
            how: *how,
            nth: *nth,
        };
        let round = places.round(*place);
        let run = places.run(&round, fault, "normal", None);
        let mut day = round.day.clone();
        day.add(&run.lines);
        let context = format!("{place:?} {fault:?}");
        if !run.is_killed && !day.is_over {
            return Some(format!("{context}: it ended by itself; {}", run.error));
        }
        let (client, response) = im::api::open(&round.config().to_string());
        drop(client);
        let data: serde_json::Value = serde_json::from_str(&response.json).unwrap();
        if data["code"] != 0 || (*place != Place::Damaged && data["data"]["cache"] == "rebuilt") {
            return Some(format!("{context}: {}", response.json));
        }
        let app = App::open_with(&round.config());
        let difference = day.difference(&app).or_else(|| undelivered(&app, round.path()));
        difference.map(|difference| format!("{context}: {difference}"))
    });
}

#[test]
fn a_power_cut_takes_nothing_acknowledged_when_durability_is_full() {
    let places = Places::new();
    let mut rounds = Rounds::new("power cuts");
    let mut all = Vec::new();
    for place in [Place::Missing, Place::Closed, Place::Killed, Place::Damaged] {
        let last = places.count(place, CHANGES);
        let numbers = rounds.numbers(last, 20);
        all.extend(numbers.into_iter().map(|nth| (place, nth, rounds.random().u64(..))));
    }
    play("power cuts", &all, |(place, nth, seed)| {
        let fault = Fault {
            operations: CHANGES,
            error: 0,
            how: How::Kill,
            nth: *nth,
        };
        let round = places.round(*place);
        let disk = power::Disk::of(&round.account());
        let run = places.run(&round, fault, "full", Some(disk.path()));
        let mut day = round.day.clone();
        day.add(&run.lines);
        disk.cut(&round.account(), *seed);
        let context = format!("{place:?} {nth} {seed}");
        let (client, response) = im::api::open(&round.config().to_string());
        drop(client);
        if response.status.code() != 0 {
            return Some(format!("{context}: {}", response.json));
        }
        let difference = day.difference(&App::open_with(&round.config()));
        difference.map(|difference| format!("{context}: {difference}"))
    });
}

#[test]
fn after_any_damage_to_any_file_the_account_works_again() {
    let places = Places::new();
    let mut rounds = Rounds::new("damaged files");
    let seeds: Vec<(Place, u64)> = (0..if rounds.all { 500 } else { 60 })
        .map(|number| {
            let place = [Place::Closed, Place::Killed, Place::Damaged][number % 3];
            (place, rounds.random().u64(..))
        })
        .collect();
    play("damaged files", &seeds, |(place, seed)| {
        let round = places.round(*place);
        let what = power::damage(&round.account(), &mut fastrand::Rng::with_seed(*seed));
        let context = format!("{place:?} {seed}: {what}");
        // The first run may meet the damage in the middle of its work; the next one opens the cache that was made then.
        let mut day = Day::default();
        for _ in 0..3 {
            day = Day::default();
            let run = places.run(&round, Fault::none("w"), "normal", None);
            day.add(&run.lines);
            if !run.is_success || !day.is_over {
                return Some(format!("{context}: it crashed; {}", run.error));
            }
            if !day.failures.iter().all(|code| CODES.contains(code)) {
                return Some(format!("{context}: statuses {:?}; {}", day.failures, run.error));
            }
        }
        if !day.failures.is_empty() {
            return Some(format!("{context}: it still fails: {:?}", day.failures));
        }
        let missing = day.missing(&App::open_with(&round.config()));
        missing.map(|missing| format!("{context}: {missing}"))
    });
}
