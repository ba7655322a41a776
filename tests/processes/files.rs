//! Files of messages: killed at any moment nothing is lost and nothing is half there, and memory does not grow with them.

use crate::support::app::App;
use crate::support::temp_dir;
use crate::{program, start};
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// By how much the memory of a program may grow: what docs/media.md says.
pub(crate) const MOST_KIB: i64 = 8 << 10;
const ROUNDS: usize = 12;
/// A little more than two parts of an upload.
const SIZE: usize = 9 << 20;

/// A file of one byte again and again: which one, says its name.
fn file(dir: &Path, number: u8, size: usize) -> PathBuf {
    let path = dir.join(format!("file-{number}"));
    std::fs::write(&path, vec![number; size]).unwrap();
    path
}

/// Starts the program and kills it at a moment after its login; the lines that it came to write.
fn killed(program: &Path, args: &[&OsStr], moment: Duration) -> Vec<String> {
    let mut child = start(program, args);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "ready");
    let killer = std::thread::spawn(move || {
        // The moment of death is what the test is about; no condition is waited for.
        std::thread::park_timeout(moment);
        child.kill().unwrap();
        child.wait().unwrap();
    });
    let lines = lines.map_while(Result::ok).collect();
    killer.join().unwrap();
    lines
}

fn local_url(message: &Value) -> &str {
    message["fileElem"]["localUrl"].as_str().unwrap()
}

/// Whether a file is here; then it is the whole one.
fn is_whole(message: &Value) -> bool {
    let name = message["fileElem"]["fileName"].as_str().unwrap();
    let number: u8 = name.strip_prefix("file-").unwrap().parse().unwrap();
    let path = local_url(message);
    if path.is_empty() {
        return false;
    }
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(bytes.len(), SIZE);
    assert!(bytes.iter().all(|byte| *byte == number));
    true
}

/// The files in the account's folder that are not complete.
fn rests(dir: &Path, user: &str) -> usize {
    let folder = dir.join(user).join(user).join("media");
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    entries
        .filter(|entry| entry.as_ref().unwrap().file_name().len() != 64)
        .count()
}

#[test]
fn killed_while_files_are_sent_and_downloaded_nothing_is_lost_or_half_there() {
    let dir = temp_dir();
    let program = program("files", dir.path());
    let mut rng = fastrand::Rng::with_seed(13);
    let mut moment = |most: u64| Duration::from_micros(rng.u64(0..most));
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..ROUNDS {
        let path = file(dir.path(), u8::try_from(round).unwrap(), SIZE);
        let send: [&OsStr; 5] = [
            dir.path().as_os_str(),
            "alice".as_ref(),
            "send".as_ref(),
            "bob".as_ref(),
            path.as_os_str(),
        ];
        let lines = killed(&program, &send, moment(800_000));
        let path = path.to_str().unwrap().to_owned();
        acknowledged.extend(lines.contains(&path).then_some(path));
        let alice = App::open(dir.path(), "alice");
        assert_eq!(rests(dir.path(), "alice"), 0);
        let history = alice.history("c2c_bob");
        assert!(
            history.iter().all(is_whole),
            "the copy is there as long as it is needed"
        );
        let named = |path: &String| {
            history
                .iter()
                .any(|message| message["fileElem"]["path"] == path.as_str())
        };
        assert!(acknowledged.iter().all(named), "round {round}");
    }
    assert!(!acknowledged.is_empty(), "the program must have come to send");

    let alice = App::login(dir.path(), "alice");
    alice.wait("the delivery", |app| {
        let history = app.history("c2c_bob");
        history.iter().all(|message| message["status"] == 2)
    });
    let sent = alice.history("c2c_bob");
    let bob = App::login(dir.path(), "bob");
    bob.wait("all messages", |app| app.history("c2c_alice").len() == sent.len());
    drop(bob);
    for message in &sent {
        let msg_id = message["msgID"].as_str().unwrap();
        let download: [&OsStr; 4] = [
            dir.path().as_os_str(),
            "bob".as_ref(),
            "download".as_ref(),
            msg_id.as_ref(),
        ];
        killed(&program, &download, moment(150_000));
        let bob = App::open(dir.path(), "bob");
        assert_eq!(rests(dir.path(), "bob"), 0);
        bob.history("c2c_alice").iter().for_each(|message| {
            is_whole(message);
        });
        bob.ok("login", json!({}));
        assert!(is_whole(&bob.ok("downloadMessage", json!({ "msgID": msg_id }))));
    }
}

/// Runs the program to its end: by how many KiB its memory has grown at most.
pub(crate) fn grown(program: &Path, args: &[&OsStr]) -> i64 {
    let output = start(program, args).wait_with_output().unwrap();
    assert!(output.status.success(), "{:?}", output.status);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().any(|line| line == "step"), "{text}");
    let grown = text.lines().find_map(|line| line.strip_prefix("grown "));
    grown.unwrap().parse().unwrap()
}

#[test]
fn memory_does_not_grow_with_the_size_of_a_file() {
    let dir = temp_dir();
    let program = program("files", dir.path());
    let path = dir.path().join("large");
    // It has holes, so only its copies take room.
    std::fs::File::create(&path).unwrap().set_len(200 << 20).unwrap();
    let grown = |args: &[&str]| -> i64 {
        let mut all: Vec<&OsStr> = vec![dir.path().as_os_str()];
        all.extend(args.iter().map(OsStr::new));
        grown(&program, &all)
    };
    let sending = grown(&["alice", "send", "bob", path.to_str().unwrap()]);
    assert!(sending < MOST_KIB, "sending took {sending} KiB");
    let bob = App::login(dir.path(), "bob");
    bob.wait("the message", |app| app.history("c2c_alice").len() == 1);
    let msg_id = bob.history("c2c_alice")[0]["msgID"].as_str().unwrap().to_owned();
    drop(bob);
    let downloading = grown(&["bob", "download", &msg_id]);
    assert!(downloading < MOST_KIB, "downloading took {downloading} KiB");
}
