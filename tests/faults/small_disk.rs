//! A small disk with a service on it: its write-ahead log must not take all the room for good.

use crate::support::app::App;
use crate::support::temp_dir;
use im::events::Event;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A disk of its own in memory.
struct Disk(PathBuf);

impl Disk {
    /// `None` where nobody may mount one.
    fn mount(path: &Path, bytes: u64) -> Option<Self> {
        std::fs::create_dir(path).unwrap();
        let size = format!("size={bytes}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(path)
            .status();
        if !mounted.is_ok_and(|mounted| mounted.success()) {
            println!("nothing can be mounted here");
            return None;
        }
        Some(Self(path.to_owned()))
    }

    /// Gives it another size.
    fn resize(&self, bytes: u64) {
        let size = format!("remount,size={bytes}");
        let resized = Command::new("mount").args(["-o", &size]).arg(&self.0).status();
        assert!(resized.unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Everything that alice has written is sent, and bob has it in her order.
fn everything_arrives(alice: &App, bob: &App, texts: &[String]) {
    alice.wait("everything is sent", |alice| {
        alice.history("c2c_bob").iter().all(|message| message["status"] == 2)
    });
    bob.wait("everything has arrived", |bob| bob.texts("c2c_alice") == texts);
}

#[test]
fn what_a_long_reader_has_kept_in_the_log_gives_the_room_back_when_it_has_gone() {
    let dir = temp_dir();
    let Some(_disk) = Disk::mount(&dir.path().join("disk"), 2_000_000) else {
        return;
    };
    symlink("disk/service.db", dir.path().join("service.db")).unwrap();
    let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
    let reader = Connection::open(dir.path().join("service.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM message;").unwrap();
    let _: i64 = reader
        .query_row("SELECT count(*) FROM message", (), |row| row.get(0))
        .unwrap();
    let mut texts = Vec::new();
    while alice.heard.count(Event::ConnectFailed) + bob.heard.count(Event::ConnectFailed) == 0 {
        let text = format!("text {}", texts.len());
        alice.send("c2c_bob", &text);
        texts.push(text);
        assert!(texts.len() < 2000, "the disk is not full");
        // One transaction each.
        let last: Value = alice.history("c2c_bob").last().unwrap()["msgID"].clone();
        alice.call("waitUntilSent", &json!({ "msgID": last, "timeoutMs": 200 }));
    }
    println!("the disk was full after {} messages", texts.len());
    reader.execute_batch("COMMIT").unwrap();
    drop(reader);
    everything_arrives(&alice, &bob, &texts);
}

#[test]
fn the_log_on_a_small_disk_leaves_room_for_the_messages() {
    let dir = temp_dir();
    let Some(_disk) = Disk::mount(&dir.path().join("disk"), 1_500_000) else {
        return;
    };
    symlink("disk/service.db", dir.path().join("service.db")).unwrap();
    let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
    let texts: Vec<String> = (0..200).map(|number| format!("text {number}")).collect();
    for text in &texts {
        let sent = alice.send("c2c_bob", text);
        alice.call("waitUntilSent", &json!({ "msgID": sent, "timeoutMs": 2000 }));
    }
    everything_arrives(&alice, &bob, &texts);
    assert_eq!(alice.heard.count(Event::ConnectFailed), 0);
}

#[test]
fn a_file_for_which_the_service_has_no_room_is_refused_and_can_be_sent_again_when_it_has() {
    let dir = temp_dir();
    let Some(disk) = Disk::mount(&dir.path().join("disk"), 6_000_000) else {
        return;
    };
    symlink("disk/service.db", dir.path().join("service.db")).unwrap();
    let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
    let film: Vec<u8> = (0..8_000_000_u32).map(|number| number.to_le_bytes()[1]).collect();
    let path = dir.path().join("film.mp4");
    std::fs::write(&path, &film).unwrap();
    let request = json!({ "receiver": "bob", "fileElem": { "path": path } });
    let sent = alice.ok("sendMessage", request)["msgID"].clone();
    alice.send("c2c_bob", "after it");
    let of = |app: &App, id: &str| {
        let found = app.history(id).into_iter().find(|message| message["msgID"] == sent);
        found.unwrap_or_default()
    };
    alice.wait("the refusal", |alice| of(alice, "c2c_bob")["status"] == 3);
    assert_eq!(of(&alice, "c2c_bob")["errorCode"], 6022);
    bob.wait("what was said after it", |bob| bob.texts("c2c_alice") == ["after it"]);
    let files = || {
        std::fs::read_dir(dir.path().join("disk/service.db.files"))
            .unwrap()
            .count()
    };
    assert_eq!(files(), 0, "its room is free again");
    disk.resize(20_000_000);
    alice.ok("reSendMessage", json!({ "msgID": sent }));
    bob.wait("the file", |bob| of(bob, "c2c_alice")["status"] == 2);
    let message = bob.ok(
        "downloadMessage",
        json!({ "msgID": sent, "imageType": 0, "isSnapshot": false }),
    );
    let got = std::fs::read(message["fileElem"]["localUrl"].as_str().unwrap()).unwrap();
    assert!(got == film, "{} bytes", got.len());
}
