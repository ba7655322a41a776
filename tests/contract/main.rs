//! The backend contract: what every service does the same way, seen through the JSON API. Each scenario runs on each
//! service, with users of its own.
//!
//! `LIBIM_CONTRACT=name` runs one scenario, or all whose names contain the text.

mod scenarios;
#[path = "../servers/mod.rs"]
mod servers;
mod service;
mod stage;
#[path = "../support/mod.rs"]
mod support;
mod xmpp;

use service::Service;
use stage::Stage;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many scenarios run at a time: they wait more than they work.
const AT_A_TIME: usize = 4;

#[test]
fn embedded() {
    run(&service::Embedded::start());
}

#[test]
fn prosody() {
    run(&xmpp::Xmpp::on(servers::prosody()));
}

#[test]
fn ejabberd() {
    run(&xmpp::Xmpp::on(servers::ejabberd()));
}

#[test]
fn scenarios_have_names_of_their_own() {
    let names: std::collections::HashSet<&str> = scenarios::ALL.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), scenarios::ALL.len());
}

/// Runs the scenarios on a service, and fails with the names of all that failed.
fn run(service: &dyn Service) {
    let wanted = std::env::var("LIBIM_CONTRACT").unwrap_or_default();
    let scenarios: Vec<_> = scenarios::ALL
        .iter()
        .filter(|(name, _)| name.contains(&wanted))
        .collect();
    assert!(!scenarios.is_empty(), "LIBIM_CONTRACT={wanted} names no scenario");
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some((name, scenario)) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // A thread of its own gives a panic the scenario's name.
                    let act = std::thread::Builder::new()
                        .name((*name).to_owned())
                        .spawn_scoped(scope, || scenario(&Stage::new(service)))
                        .unwrap();
                    let Err(panic) = act.join() else {
                        println!("{}: {name} holds", service.name());
                        continue;
                    };
                    let why = panic
                        .downcast_ref::<String>()
                        .cloned()
                        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                        .unwrap_or_default();
                    failed.lock().unwrap().push(format!("{name}: {why}"));
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(
        failed.is_empty(),
        "{}: {} of {} scenarios failed\n\n{}",
        service.name(),
        failed.len(),
        scenarios.len(),
        failed.join("\n\n")
    );
}
