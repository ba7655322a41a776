//! How often a client that has nothing to do wakes up: logged in to an embedded service, after its sync.

use crate::support::Table;
use im::api;
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// Clients of the service; an app has one, a bot may have many.
const CLIENTS: usize = 10;
const SECONDS: u64 = 10;

pub fn run(table: &mut Table, dir: &Path) {
    let service = dir.join("idle.service");
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let config = json!({
                "userID": format!("user{number}"),
                "dataDir": dir.join(format!("idle-{number}")),
                "backend": { "kind": "embedded", "path": service },
            });
            let (client, _) = api::open(&config.to_string());
            let client = client.expect("a client");
            let login = api::call(&client, "login", "{}");
            assert_eq!(login.status as i32, 0, "login");
            client
        })
        .collect();
    // What a login leaves to do ends within this time.
    std::thread::sleep(Duration::from_secs(5));
    let before = switches();
    std::thread::sleep(Duration::from_secs(SECONDS));
    let wakes = (switches() - before) as f64 / (SECONDS as usize * CLIENTS) as f64;
    table.push(
        "wake-ups of an idle client, a second",
        format!("{wakes:.2}"),
        String::new(),
        String::new(),
        "<= 1",
        if wakes <= 1.0 { "met" } else { "missed" },
    );
    for client in clients {
        client.close().expect("the end of a client");
    }
}

/// How often the threads of this process have waited for something.
fn switches() -> u64 {
    let threads = std::fs::read_dir("/proc/self/task").expect("Linux");
    threads
        .flatten()
        .filter_map(|thread| std::fs::read_to_string(thread.path().join("status")).ok())
        .flat_map(|status| {
            let count = status
                .lines()
                .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
            count.and_then(|count| count.trim().parse::<u64>().ok())
        })
        .sum()
}
