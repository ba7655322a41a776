//! The models, each as a test: see `src/main.rs`.

use std::process::Command;

fn play(model: &str) {
    let outcome = Command::new(env!("CARGO_BIN_EXE_models")).arg(model).output().unwrap();
    let (said, faults) = (outcome.stdout, outcome.stderr);
    assert!(
        outcome.status.success(),
        "{}{}",
        String::from_utf8_lossy(&said),
        String::from_utf8_lossy(&faults)
    );
}

#[test]
fn logins_against_logouts() {
    play("logins");
}

#[test]
fn waits_for_the_server_against_a_logout_and_the_end_of_the_client() {
    play("waits");
}

#[test]
fn asynchronous_calls_against_the_end_of_the_client() {
    play("calls");
}

#[test]
fn reads_among_events() {
    play("reads");
}

#[test]
fn listeners_that_come_and_go() {
    play("listeners");
}
