//! Connections that break at any moment: while a login, a stanza or an answer is on its way. Two users write to each other
//! and to a group all the while; in the end everybody has everything, once, in the order it was sent.

#[path = "cuts/files.rs"]
mod files;
#[path = "servers/mod.rs"]
mod servers;
mod support;

use im::events::Event;
use serde_json::{Value, json};
use servers::proxy::Proxy;
use servers::{DOMAIN, Server};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use support::app::App;
use support::temp_dir;

/// How many connections are broken at least, for each of the two.
const CUTS: usize = 150;
/// How many messages each sends to the other and to the group at least.
const MESSAGES: usize = 200;
/// How long the last of it may take: a server that has lost an answer with a connection is asked again after seconds, one that
/// takes nothing in any more gets another session after half a minute, and that may happen more than once.
const RECOVERY: Duration = Duration::from_secs(180);

#[test]
fn nothing_is_lost_or_doubled_on_prosody() {
    run(servers::prosody());
}

#[test]
fn nothing_is_lost_or_doubled_on_ejabberd() {
    run(servers::ejabberd());
}

/// One of the two: an app behind a proxy of its own.
struct Side<'a> {
    app: App,
    proxy: Proxy,
    name: &'a str,
    peer: String,
}

impl Side<'_> {
    /// Sends as long as connections break. Says how many went to each.
    fn write(&self, group: &str, is_over: &AtomicBool) -> usize {
        let mut sent = 0;
        while sent < MESSAGES || !is_over.load(Ordering::Acquire) {
            self.app.send(&self.peer, &format!("{} {sent}", self.name));
            self.app.send(group, &format!("{} {sent}", self.name));
            sent += 1;
            // As fast as somebody types who types very fast; and on a busy machine, where connections are made more slowly,
            // not more than can be sent.
            std::thread::sleep(Duration::from_millis(20));
            while sent > MESSAGES / 4 + 4 * self.proxy.cuts() && !is_over.load(Ordering::Acquire) {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        sent
    }

    /// Breaks connections, at random bytes of what passes, until it was done often enough.
    fn cut(&self, mut rng: fastrand::Rng) {
        while self.proxy.cuts() < CUTS {
            match rng.u8(0..8) {
                0 => self.proxy.cut(),
                1 => {
                    self.proxy.refuse(true);
                    self.proxy.cut();
                    std::thread::sleep(Duration::from_millis(rng.u64(0..50)));
                    self.proxy.refuse(false);
                }
                // A login is some 6,000 bytes, a message some 1,000.
                2..=4 => self.proxy.cut_after(rng.i64(1..12_000)),
                _ => self.proxy.cut_after(rng.i64(6_000..40_000)),
            }
            std::thread::sleep(Duration::from_millis(rng.u64(1..120)));
            // The app says that the network is back, as a phone's would.
            self.app.ok("networkChanged", json!({}));
        }
    }
}

fn run(server: &dyn Server) {
    let seed = support::seed(1);
    println!("LIBIM_SEED={seed}");
    let mut rng = fastrand::Rng::with_seed(seed);
    let (alice, bob) = (server.new_user("alice"), server.new_user("bob"));
    let dir = temp_dir();
    let side = |name: &'static str, jid: &str, peer: &str| {
        let proxy = Proxy::to(server.port());
        let config = json!({ "dataDir": dir.path().join(name), "backend": server.backend_at(jid, proxy.port()) });
        let app = App::open_with(&config);
        app.ok("login", json!({ "timeoutMs": 180_000 }));
        let peer = format!("c2c_{peer}");
        Side { app, proxy, name, peer }
    };
    let alice_side = side("a", &alice, &bob);
    let bob_side = side("b", &bob, &alice);
    let members = json!([{ "userID": bob }]);
    let request = json!({ "groupType": "Work", "groupName": "Team", "memberList": members, "timeoutMs": 180_000 });
    let group = alice_side.app.ok("createGroup", request);
    let group = format!("group_{}", group.as_str().unwrap());
    assert!(group.ends_with(&format!("@conference.{DOMAIN}")));
    bob_side.app.wait("bob is in the group", |app| {
        app.list().iter().any(|row| row["conversationID"] == group.as_str())
    });

    let sides = [&alice_side, &bob_side];
    let is_over = AtomicBool::new(false);
    let sent = std::thread::scope(|scope| {
        let writers = sides.map(|side| scope.spawn(|| side.write(&group, &is_over)));
        let cutters = sides.map(|side| {
            let rng = rng.fork();
            scope.spawn(move || side.cut(rng))
        });
        for cutter in cutters {
            cutter.join().unwrap();
        }
        is_over.store(true, Ordering::Release);
        writers.map(|writer| writer.join().unwrap())
    });

    let expected: [Vec<String>; 2] = [("a", sent[0]), ("b", sent[1])]
        .map(|(name, sent)| (0..sent).map(|number| format!("{name} {number}")).collect());
    for side in sides {
        side.app.ok("networkChanged", json!({}));
        for id in [side.peer.as_str(), &group] {
            if let Err(found) = wait_for_all(&side.app, id, &expected) {
                // Whether the archive has it in that order, or only this device.
                let user = if side.name == "a" { &alice } else { &bob };
                let archive = later_device(server, user, dir.path());
                let archived = wait_for_all(&archive, id, &expected).err();
                panic!(
                    "{} has of {id}, LIBIM_SEED={seed}: {found}; a later device: {archived:?}",
                    side.name
                );
            }
        }
        // However often a sync was cut, the app hears in the end that one has ended well.
        side.app.wait_for(RECOVERY, "the last sync has finished", |app| {
            let syncs = [Event::SyncServerStart, Event::SyncServerFailed, Event::SyncServerFinish];
            let heard: Vec<Event> = app.heard.all().into_iter().map(|(event, _)| event).collect();
            heard.iter().rfind(|event| syncs.contains(event)) == Some(&Event::SyncServerFinish)
        });
        // A connection that breaks is no member who leaves.
        let history = side.app.history(&group);
        let tips: Vec<_> = history.iter().filter(|message| message["elemType"] == 9).collect();
        assert!(tips.is_empty(), "LIBIM_SEED={seed}: {tips:?}");
        side.app.wait_for(RECOVERY, "everything is sent", |app| {
            [side.peer.as_str(), &group]
                .iter()
                .all(|id| app.history(id).iter().all(|message| message["status"] == 2))
        });
    }
    // The room's order is everybody's, also that of a device that comes later.
    assert_eq!(
        alice_side.app.texts(&group),
        bob_side.app.texts(&group),
        "LIBIM_SEED={seed}"
    );
    let later = later_device(server, &alice, dir.path());
    for id in [alice_side.peer.as_str(), &group] {
        let all = wait_for_all(&later, id, &expected);
        assert_eq!(all, Ok(()), "the later device has of {id}, LIBIM_SEED={seed}");
    }
    assert_eq!(later.texts(&group), bob_side.app.texts(&group), "LIBIM_SEED={seed}");
    for side in sides {
        let row = side.app.conversation(&group);
        let others = sent.iter().sum::<usize>() - if side.name == "a" { sent[0] } else { sent[1] };
        assert_eq!(row["unreadCount"], others, "LIBIM_SEED={seed}");
    }
}

/// A device of the user that has only what the server has.
fn later_device(server: &dyn Server, user: &str, dir: &Path) -> App {
    let config = json!({ "dataDir": dir.join("later"), "backend": server.backend(user) });
    let app = App::open_with(&config);
    app.ok("login", json!({ "timeoutMs": 180_000 }));
    app
}

/// Waits until a history has everything, once, in the order of each sender: with patience for a busy machine, as long as it
/// goes on. Says what is wrong if it never has.
fn wait_for_all(app: &App, id: &str, expected: &[Vec<String>; 2]) -> Result<(), String> {
    let has_all = |texts: &[String]| {
        ["a", "b"].iter().zip(expected).all(|(name, expected)| {
            let own: Vec<&String> = texts.iter().filter(|text| text.starts_with(name)).collect();
            own.len() == expected.len() && own.iter().copied().eq(expected)
        })
    };
    let (mut so_far, mut since) = (0, Instant::now());
    loop {
        let texts = app.texts(id);
        if has_all(&texts) {
            return Ok(());
        }
        if texts.len() != so_far {
            (so_far, since) = (texts.len(), Instant::now());
        }
        if since.elapsed() > RECOVERY {
            return Err(differences(app, id, expected));
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// What is missing, doubled or out of order, in a few words.
fn differences(app: &App, id: &str, expected: &[Vec<String>; 2]) -> String {
    let history = app.history(id);
    let text = |message: &Value| message["textElem"]["text"].as_str().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for (name, expected) in ["a", "b"].iter().zip(expected) {
        let own: Vec<&Value> = history
            .iter()
            .filter(|message| text(message).starts_with(name))
            .collect();
        let texts: Vec<String> = own.iter().map(|message| text(message)).collect();
        let missing: Vec<&String> = expected.iter().filter(|text| !texts.contains(text)).collect();
        let doubled = own.len() - texts.iter().collect::<std::collections::HashSet<_>>().len();
        let first_wrong = texts.iter().zip(expected).position(|(own, expected)| own != expected);
        let around = first_wrong.map(|at| {
            let around = &own[at.saturating_sub(2)..own.len().min(at + 12)];
            let shown = around
                .iter()
                .map(|message| format!("{} at {}", text(message), message["seq"]));
            shown.collect::<Vec<_>>()
        });
        found.push(format!(
            "of {name} {} of {}, {doubled} doubled, {} missing ({:?}…), first wrong {first_wrong:?} {around:?}",
            own.len(),
            expected.len(),
            missing.len(),
            missing.first()
        ));
    }
    found.join("; ")
}
