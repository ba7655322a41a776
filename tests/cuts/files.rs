//! Files from the smallest to large ones through real upload services, in programs that are killed in the middle of the upload and of
//! the download. `LIBIM_LARGE_MIB` says how large; 24 unless it is set.

use crate::servers::ejabberd::Ejabberd;
use crate::servers::prosody::Prosody;
use crate::servers::{Age, Server};
use crate::support::app::App;
use crate::support::{compile, link_shared, temp_dir};
use im::events::Event;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// By how much the memory of a program may grow: docs/media.md.
const MOST_KIB: i64 = 8 << 10;
const PATIENCE: Duration = Duration::from_secs(600);

fn large() -> usize {
    std::env::var("LIBIM_LARGE_MIB").map_or(24, |mib| mib.parse().unwrap()) << 20
}

/// The limits of the services are those of large files.
fn config(text: &str, limit: &str) -> String {
    assert!(text.contains(limit));
    text.replace(limit, &(1_u64 << 30).to_string())
}

fn write_random(path: &Path, size: usize, seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut file = File::create(path).unwrap();
    let mut part = vec![0; 1 << 20];
    let mut left = size;
    while left > 0 {
        let length = left.min(part.len());
        random.fill(&mut part[..length]);
        file.write_all(&part[..length]).unwrap();
        left -= length;
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    let [mut one, mut other] = [one, other].map(|path| BufReader::new(File::open(path).unwrap()));
    let (mut a, mut b) = (vec![0; 1 << 20], Vec::new());
    loop {
        let read = one.read(&mut a).unwrap();
        b.clear();
        Read::by_ref(&mut other)
            .take(read.max(1) as u64)
            .read_to_end(&mut b)
            .unwrap();
        if a[..read] != b[..] {
            return false;
        }
        if read == 0 {
            return true;
        }
    }
}

/// A user on a device.
struct Device<'a> {
    program: &'a Path,
    config: Value,
    dir: PathBuf,
}

impl Device<'_> {
    fn login(&self) -> App {
        let app = App::open_with(&self.config);
        app.ok("login", json!({}));
        app
    }

    fn start(&self, args: &[&str]) -> std::process::Child {
        let mut command = Command::new(self.program);
        command.args([self.config.to_string().as_str(), "-"]).args(args);
        command.stdout(Stdio::piped()).spawn().unwrap()
    }

    /// Runs the program, and kills it when some of the file has gone over. False when it had come to its end by then.
    fn killed(&self, args: &[&str]) -> bool {
        let mut child = self.start(args);
        let mut lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let is_there = lines.any(|line| line == "step");
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(is_there, "it comes to the middle");
        !lines.any(|line| line.starts_with("grown"))
    }

    /// Runs it to its end: by how many KiB its memory has grown.
    fn grown(&self, args: &[&str]) -> i64 {
        let output = self.start(args).wait_with_output().unwrap();
        assert!(output.status.success(), "{:?}", output.status);
        let text = String::from_utf8(output.stdout).unwrap();
        let grown = text.lines().find_map(|line| line.strip_prefix("grown "));
        grown.unwrap().parse().unwrap()
    }

    /// The files of the account: how many are complete, and how many are not.
    fn kept(&self) -> (usize, usize) {
        let account = std::fs::read_dir(&self.dir).unwrap().next().unwrap().unwrap().path();
        let Ok(entries) = std::fs::read_dir(account.join("media")) else {
            return (0, 0);
        };
        let (whole, rest): (Vec<_>, Vec<_>) =
            entries.partition(|entry| entry.as_ref().unwrap().file_name().len() == 64);
        (whole.len(), rest.len())
    }
}

fn play(server: &dyn Server) {
    let dir = temp_dir();
    let program = compile("processes", "files", dir.path(), link_shared(dir.path()));
    let (alice, bob) = (server.new_user("alice"), server.new_user("bob"));
    let device = |jid: &str, name: &str| {
        let place = dir.path().join(name);
        std::fs::create_dir(&place).unwrap();
        Device {
            program: &program,
            config: json!({ "dataDir": place, "backend": server.backend(jid) }),
            dir: place,
        }
    };
    let (sender, receiver) = (device(&alice, "alice"), device(&bob, "bob"));
    let (to_bob, to_alice) = (format!("c2c_{bob}"), format!("c2c_{alice}"));
    let mut sent: Vec<PathBuf> = Vec::new();
    let mut put = |size: usize| {
        let path = dir.path().join(format!("file-{}", sent.len()));
        write_random(&path, size, sent.len() as u64);
        sent.push(path.clone());
        path
    };
    // The first ones in one go; the large one once more, cut off.
    let sending = [1, 65_537, large()].map(|size| {
        let path = put(size);
        sender.grown(&["send", &bob, path.to_str().unwrap()])
    });
    assert!(
        sending.iter().all(|kib| *kib < MOST_KIB),
        "sending took {sending:?} KiB"
    );
    let path = put(large() + 1);
    let is_cut = sender.killed(&["send", &bob, path.to_str().unwrap()]);
    let app = App::open_with(&sender.config);
    assert_eq!(
        sender.kept(),
        (sent.len(), 0),
        "its copy is whole, and nothing else is there"
    );
    let last = |app: &App| app.history(&to_bob).pop().unwrap();
    assert_eq!(last(&app)["status"] == 1, is_cut, "killed before it was sent");
    assert!(is_cut);
    app.ok("login", json!({}));
    app.wait_for(PATIENCE, "it is sent", |app| last(app)["status"] == 2);
    drop(app);
    let app = receiver.login();
    app.wait_for(PATIENCE, "all messages", |app| {
        app.history(&to_alice).len() >= sent.len()
    });
    let got = app.history(&to_alice);
    assert_eq!(got.len(), sent.len(), "each once");
    drop(app);
    let msg_id = |place: usize| got[place]["msgID"].as_str().unwrap();
    let downloading = [0, 1, 2].map(|place| receiver.grown(&["download", msg_id(place)]));
    assert!(
        downloading.iter().all(|kib| *kib < MOST_KIB),
        "downloading took {downloading:?} KiB"
    );
    println!("sending took {sending:?} KiB, downloading {downloading:?} KiB");
    let before = receiver.kept();
    let is_cut = receiver.killed(&["download", msg_id(sent.len() - 1)]);
    assert!(is_cut);
    let app = App::open_with(&receiver.config);
    assert_eq!(receiver.kept(), before, "nothing half is there");
    app.ok("login", json!({}));
    for (place, path) in sent.iter().enumerate() {
        let request = json!({ "msgID": msg_id(place), "timeoutMs": 600_000 });
        let message = app.ok("downloadMessage", request);
        let file = &message["fileElem"];
        assert_eq!(file["fileSize"], path.metadata().unwrap().len());
        assert!(
            is_same(path, Path::new(file["localUrl"].as_str().unwrap())),
            "{}",
            path.display()
        );
    }
    app.wait("the end of each", |app| {
        let told = app.heard.all().into_iter();
        let ends = told.filter(|(event, told)| *event == Event::MessageDownloadProgress && told["isFinish"] == true);
        ends.count() == sent.len()
    });
}

#[test]
fn files_of_all_sizes_go_through_prosody_whole_also_cut_off_on_both_sides() {
    let text = config(include_str!("../servers/prosody.cfg.lua"), "10 * 1024 * 1024");
    let quota = "http_file_share_daily_quota = 1024 * 1024 * 1024";
    let text = text.replace(quota, "http_file_share_daily_quota = 8 * 1024 * 1024 * 1024");
    play(&Prosody::start_with(Age::Installed, &text));
}

#[test]
fn files_of_all_sizes_go_through_ejabberd_whole_also_cut_off_on_both_sides() {
    let text = config(include_str!("../servers/ejabberd.yml"), "10485760");
    play(&Ejabberd::start_with(Age::Installed, &text));
}
