//! What only shows between processes: delivery from one to another, one account for one process, and sudden death.

#[path = "../support/mod.rs"]
mod support;

mod files;
mod kill;
mod pictures;
#[path = "../faults/rig.rs"]
#[allow(dead_code, unreachable_pub)] // the faults use the rest
mod rig;
mod web_files;

use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::app::App;
use support::{compile, link_shared, temp_dir};

/// Compiles a program of this directory.
fn program(name: &str, dir: &Path) -> PathBuf {
    compile("processes", name, dir, link_shared(dir))
}

fn start(program: &Path, args: &[&OsStr]) -> std::process::Child {
    Command::new(program).args(args).stdout(Stdio::piped()).spawn().unwrap()
}

/// The histories that a flood wrote: the texts, oldest first.
fn histories(output: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(output).unwrap();
    text.lines()
        .map(|line| {
            let response: Value = serde_json::from_str(line).unwrap();
            let list = response["data"].as_array().unwrap();
            list.iter()
                .map(|message| message["textElem"]["text"].as_str().unwrap().to_owned())
                .collect()
        })
        .collect()
}

#[test]
fn thousands_of_messages_each_way_between_two_processes_arrive_once_and_in_one_order() {
    const COUNT: usize = 1500;
    let dir = temp_dir();
    let flood = program("flood", dir.path());
    let host = App::login(dir.path(), "host");
    host.ok(
        "createGroup",
        serde_json::json!({ "groupType": "Public", "groupID": "hall", "memberList": [{ "userID": "alice" }, { "userID": "bob" }] }),
    );
    let count = COUNT.to_string();
    let run = |user: &str, peer: &str| {
        start(
            &flood,
            &[dir.path().as_os_str(), user.as_ref(), peer.as_ref(), count.as_ref()],
        )
    };
    let (alice, bob) = (run("alice", "bob"), run("bob", "alice"));
    let (alice, bob) = (alice.wait_with_output().unwrap(), bob.wait_with_output().unwrap());
    assert!(
        alice.status.success() && bob.status.success(),
        "{:?} {:?}",
        alice.status,
        bob.status
    );
    let (alice, bob) = (histories(&alice.stdout), histories(&bob.stdout));
    assert_eq!(alice.len(), 2);
    assert!(alice == bob, "both have the same order");
    for history in &alice {
        for user in ["alice", "bob"] {
            let own: Vec<&String> = history.iter().filter(|text| text.starts_with(user)).collect();
            let sent: Vec<String> = (0..COUNT).map(|number| format!("{user} {number}")).collect();
            assert!(
                own.iter().copied().eq(&sent),
                "{user}'s messages, once and in order: {} of {COUNT}",
                own.len()
            );
        }
    }
    // The third member has the same, in the same order.
    host.wait("all of it", |host| host.history("group_hall").len() == 2 * COUNT);
    assert!(host.texts("group_hall") == alice[1]);
}

#[test]
fn an_account_is_open_in_one_process_at_a_time() {
    let dir = temp_dir();
    let writer = program("writer", dir.path());
    let here = App::open(dir.path(), "alice");
    let args = [dir.path().as_os_str(), "alice".as_ref(), "0".as_ref(), "0".as_ref()];
    let refused = start(&writer, &args).wait_with_output().unwrap();
    assert_eq!(refused.status.code(), Some(42), "90001 in the other process");
    let config = App::config(dir.path(), "alice", "alice").to_string();
    let (again, response) = im::api::open(&config);
    assert!(
        again.is_none() && response.status.code() == 90001,
        "90001 in the same process: {}",
        response.json
    );
    here.client.close().unwrap();

    let mut there = start(&writer, &args);
    let mut line = [0; 3];
    std::io::Read::read_exact(there.stdout.as_mut().unwrap(), &mut line).unwrap();
    assert_eq!(&line, b"try", "the other process is at work");
    assert_eq!(im::api::open(&config).1.status.code(), 90001);
    // The lock dies with its process, however it dies.
    there.kill().unwrap();
    there.wait().unwrap();
    assert_eq!(im::api::open(&config).1.status.code(), 0);
}
