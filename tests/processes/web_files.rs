//! Files over XMPP: killed in the middle of an upload or a download nothing is lost or half there, and memory does not grow with
//! them. The servers are scripts, which say when it is the middle.

use crate::files::{MOST_KIB, grown};
use crate::rig::{Fault, How, Rig};
use crate::support::app::App;
use crate::support::script::{ME, Script};
use crate::support::temp_dir;
use crate::support::web::{Visit, serve, slots};
use crate::{program, start};
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

const CHAT: &str = "c2c_bob@im.test";
const SIZE: usize = 5 << 20;

fn with_uploads(web: impl Fn(&mut Visit) + Send + Sync + 'static) -> Script {
    let base = serve(web);
    Script::start(true, move |server, xml| slots(&base, server, xml))
}

/// Starts the program, and kills it when somebody says so.
fn killed(program: &Path, args: &[&OsStr], now: &mpsc::Receiver<()>) {
    let mut child = start(program, args);
    let came = now.recv_timeout(std::time::Duration::from_secs(60));
    child.kill().unwrap();
    child.wait().unwrap();
    came.expect("it comes to the middle");
}

fn args<'a>(config: &'a str, rest: &'a [&'a str]) -> Vec<&'a OsStr> {
    let mut all = vec![OsStr::new(config), OsStr::new("alice")];
    all.extend(rest.iter().map(OsStr::new));
    all
}

/// The account's folder of files: how many there are, complete or not.
fn kept(dir: &Path) -> usize {
    std::fs::read_dir(dir.join("alice%40im%2etest/media")).map_or(0, Iterator::count)
}

fn content() -> Vec<u8> {
    (0..SIZE).map(|place| (place / 1000) as u8).collect()
}

#[test]
fn killed_in_the_middle_of_an_upload_the_next_start_brings_it_whole_and_sends_its_message_once() {
    for middle in [0, SIZE / 2, SIZE] {
        let (says, now) = mpsc::channel();
        let (visits, got) = (AtomicUsize::new(0), Arc::new(Mutex::new(Vec::new())));
        let taken = Arc::clone(&got);
        let script = with_uploads(move |visit| {
            if visits.fetch_add(1, Ordering::Relaxed) == 0 {
                assert_eq!(visit.read(middle).len(), middle);
                says.send(()).unwrap();
                visit.until_gone();
            } else {
                *taken.lock().unwrap() = visit.read(visit.length);
                visit.end("201 Created");
            }
        });
        let dir = temp_dir();
        let path = dir.path().join("film.mp4");
        std::fs::write(&path, content()).unwrap();
        let program = program("files", dir.path());
        let config = script.config(dir.path());
        let send = ["send", "bob@im.test", path.to_str().unwrap()];
        killed(&program, &args(&config.to_string(), &send), &now);
        // Where it was sent from does not matter any more.
        std::fs::remove_file(&path).unwrap();
        let app = App::open_with(&config);
        let waits = app.history(CHAT);
        assert_eq!((waits.len(), &waits[0]["status"]), (1, &json!(1)), "{middle}");
        app.ok("login", json!({}));
        app.wait("it is sent", |app| app.history(CHAT)[0]["status"] == 2);
        assert!(*got.lock().unwrap() == content(), "{middle}");
        assert_eq!(script.heard(&["<message", "/film.mp4"]).len(), 1, "{middle}");
        assert_eq!(kept(dir.path()), 1, "{middle}");
    }
}

/// Tells the account of a file of Bob's, and gives the message.
fn told(script: &Script, app: &App, url: &str) -> Value {
    app.ok("login", json!({}));
    app.wait("it is there", |_| !script.heard(&["<presence"]).is_empty());
    assert!(script.say(&format!(
        "<message type='chat' from='bob@im.test/phone' to='{ME}/phone' id='m'><body>{url}</body>\
         <x xmlns='jabber:x:oob'><url>{url}</url></x></message>"
    )));
    app.wait("the message", |app| app.history(CHAT).len() == 1);
    app.history(CHAT).remove(0)
}

#[test]
fn killed_in_the_middle_of_a_download_nothing_half_is_there_and_the_next_one_is_whole() {
    let (says, now) = mpsc::channel();
    let visits = AtomicUsize::new(0);
    let base = serve(move |visit| {
        if visits.fetch_add(1, Ordering::Relaxed) == 0 {
            visit.answer(&format!("200 OK\r\nContent-Length: {SIZE}"), &content()[..SIZE / 2]);
            says.send(()).unwrap();
            visit.until_gone();
        } else {
            visit.give(&content());
        }
    });
    let script = Script::start(true, |_, _| false);
    let dir = temp_dir();
    let config = script.config(dir.path());
    let app = App::open_with(&config);
    let message = told(&script, &app, &format!("{base}/film.bin"));
    drop(app);
    let msg_id = message["msgID"].as_str().unwrap();
    let program = program("files", dir.path());
    killed(&program, &args(&config.to_string(), &["download", msg_id]), &now);
    assert!(kept(dir.path()) <= 1);
    let app = App::open_with(&config);
    assert_eq!(kept(dir.path()), 0, "what a crash has left goes");
    assert_eq!(app.history(CHAT)[0]["fileElem"]["localUrl"], "");
    app.ok("login", json!({}));
    let whole = app.ok("downloadMessage", json!({ "msgID": msg_id }));
    let path = whole["fileElem"]["localUrl"].as_str().unwrap();
    assert!(std::fs::read(path).unwrap() == content());
}

/// How large the file is of which memory must not know: `LIBIM_FILE_MIB`, or as much as anybody sends.
fn large() -> u64 {
    std::env::var("LIBIM_FILE_MIB").map_or(200, |mib| mib.parse().unwrap()) << 20
}

/// By how many KiB memory grows when a file of a size is sent, and when it is downloaded.
fn taken(size: u64) -> (i64, i64) {
    let got = Arc::new(AtomicU64::new(0));
    let taken = Arc::clone(&got);
    let web = move |visit: &mut Visit| {
        if visit.method == "PUT" {
            let mut left = visit.length;
            while left > 0 {
                let read = visit.read(left.min(1 << 20)).len();
                assert!(read > 0, "it comes whole");
                taken.fetch_add(read as u64, Ordering::Relaxed);
                left -= read;
            }
            visit.end("201 Created");
        } else {
            visit.answer(&format!("200 OK\r\nContent-Length: {size}"), b"");
            let zeros = vec![0; size.min(1 << 20) as usize];
            while visit.say(&zeros) {}
        }
    };
    let base = serve(web);
    let own = base.clone();
    let script = Script::start(true, move |server, xml| slots(&own, server, xml));
    let dir = temp_dir();
    let program = program("files", dir.path());
    let path = dir.path().join("large.bin");
    // It has holes, so only its copies take room.
    File::create(&path).unwrap().set_len(size).unwrap();
    let config = script.config(dir.path());
    let sending = grown(
        &program,
        &args(&config.to_string(), &["send", "bob@im.test", path.to_str().unwrap()]),
    );
    assert_eq!(got.load(Ordering::Relaxed), size);
    let other = temp_dir();
    let config = script.config(other.path());
    let app = App::open_with(&config);
    let message = told(&script, &app, &format!("{base}/large.bin"));
    drop(app);
    let msg_id = message["msgID"].as_str().unwrap();
    let downloading = grown(&program, &args(&config.to_string(), &["download", msg_id]));
    let mut file = std::fs::read_dir(other.path().join("alice%40im%2etest/media")).unwrap();
    assert_eq!(file.next().unwrap().unwrap().metadata().unwrap().len(), size);
    (sending, downloading)
}

#[test]
fn memory_does_not_grow_with_the_size_of_a_file_on_the_web() {
    for size in [1, large()] {
        let (sending, downloading) = taken(size);
        assert!(sending < MOST_KIB, "sending {size} bytes took {sending} KiB");
        assert!(
            downloading < MOST_KIB,
            "downloading {size} bytes took {downloading} KiB"
        );
    }
}

#[test]
fn a_disk_that_is_full_ends_the_call_with_its_code_and_leaves_nothing() {
    let base = serve(|visit| visit.give(&content()));
    let own = base.clone();
    let script = Script::start(true, move |server, xml| slots(&own, server, xml));
    let dir = temp_dir();
    let config = script.config(dir.path());
    let app = App::open_with(&config);
    let message = told(&script, &app, &format!("{base}/film.bin"));
    drop(app);
    let path = dir.path().join("film.mp4");
    std::fs::write(&path, content()).unwrap();
    let rig = Rig::new();
    let program = program("files", dir.path());
    let msg_id = message["msgID"].as_str().unwrap();
    for rest in [
        ["send", "bob@im.test", path.to_str().unwrap()].as_slice(),
        ["download", msg_id].as_slice(),
    ] {
        // Some of the file has room.
        let full = Fault {
            operations: "w",
            error: libc::ENOSPC,
            how: How::Always,
            nth: 7,
        };
        let config = config.to_string();
        let report = dir.path().join("report");
        let run = rig.run(
            &program,
            &args(&config, rest),
            Path::new("/media/"),
            full,
            &report,
            None,
        );
        assert!(
            !run.is_success && !run.is_killed && run.counted.1 > 0,
            "{rest:?} {:?}",
            run.counted
        );
        assert!(run.error.contains("6022"), "{rest:?}: {}", run.error);
        assert_eq!(kept(dir.path()), 0, "{rest:?}");
    }
    // There is room again.
    let app = App::open_with(&config);
    app.ok("login", json!({}));
    assert_eq!(app.history(CHAT).len(), 1, "what could not be copied was not sent");
    let whole = app.ok("downloadMessage", json!({ "msgID": msg_id }));
    assert!(std::fs::read(whole["fileElem"]["localUrl"].as_str().unwrap()).unwrap() == content());
}
