//! The order inside of the XMPP wing (`src/backend/xmpp`): what each of its rooms may import, and the features from the
//! bottom up. A feature reaches a sibling only through the sibling's type or functions, so what it may not import it cannot
//! call.

use super::graph::Graph;
use super::{Source, sources};

const WING: &str = "src/backend/xmpp/";

/// The rooms of the wing and what each may import of the wing besides itself.
const ROOMS: &[(&str, &[&str])] = &[
    ("ns", &[]),
    ("time", &[]),
    ("config", &[]),
    ("error", &[]),
    ("address", &["error"]),
    ("stanza", &["ns", "time", "address"]),
    ("connection", &["config", "stanza"]),
    ("web", &["config", "stanza"]),
    ("iq", &["error"]),
    ("stage", &[]),
    ("hand_over", &[]),
    (
        "session",
        &[
            "time",
            "config",
            "connection",
            "web",
            "error",
            "iq",
            "stage",
            "hand_over",
        ],
    ),
    (
        "features",
        &["ns", "time", "error", "address", "stanza", "session", "stage"],
    ),
    ("outbox", &["time", "error", "address", "stanza", "session", "features"]),
    (
        "sync",
        &["error", "address", "stanza", "session", "features", "outbox", "stage"],
    ),
    (
        "router",
        &[
            "ns", "time", "error", "address", "stanza", "session", "features", "outbox",
        ],
    ),
    (
        "online",
        &["connection", "error", "session", "features", "outbox", "sync", "router"],
    ),
    ("signals", &["connection", "online"]),
    (
        "worker",
        &["time", "config", "connection", "session", "online", "signals", "router"],
    ),
    ("fuzzing", &["ns", "connection", "stanza"]),
    (
        "mod",
        &["address", "config", "error", "features", "signals", "web", "worker"],
    ),
];

/// The features from the bottom up. One may import those before it.
const FEATURES: &[&str] = &[
    "hold",
    "discovery",
    "uploads",
    "pep",
    "account",
    "archive",
    "profiles",
    "roster",
    "applications",
    "settings",
    "bookmarks",
    "mirror",
    "online_messages",
    "rooms",
    "typing",
    "reads",
    "account_archive",
    "all",
];

/// The most files that may have an `impl Session`.
const SESSION_FILES: usize = 3;

/// The first name below a folder: `stanza` for `src/backend/xmpp/stanza/muc.rs`.
fn below<'a>(folder: &str, file: &'a str) -> Option<&'a str> {
    let inner = file.strip_prefix(folder)?.strip_suffix(".rs")?;
    Some(inner.split('/').next().unwrap_or(inner))
}

fn faults(sources: &[Source]) -> Vec<String> {
    let graph = Graph::new(sources);
    let features = format!("{WING}features/");
    let place = |file| below(&features, file).filter(|name| *name != "mod");
    let mut faults = Vec::new();
    for file in graph.files() {
        let Some(room) = below(WING, file) else { continue };
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            faults.push(format!("{file}: {room} is no room of the wing"));
            continue;
        };
        for other in graph.imports(file) {
            let Some(other_room) = below(WING, other) else { continue };
            if other_room != room && !allowed.contains(&other_room) {
                faults.push(format!("{file} must not import {other}"));
            }
            let (Some(own), Some(sibling)) = (place(file), place(other)) else {
                continue;
            };
            let rank = |name| FEATURES.iter().position(|feature| *feature == name);
            if own != sibling && rank(sibling).is_none_or(|rank_of| Some(rank_of) >= rank(own)) {
                faults.push(format!(
                    "{file}: the feature {own} must not know {sibling}, which is above it"
                ));
            }
        }
    }
    faults
}

#[test]
fn rooms_and_features_know_those_below_them_only() {
    let faults = faults(&sources());
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_features_stand_in_their_order() {
    let sources = sources();
    let list = sources
        .iter()
        .find(|source| source.path == format!("{WING}features/mod.rs"));
    let listed = list
        .unwrap()
        .code
        .lines()
        .filter_map(|line| line.strip_prefix("pub(crate) mod "));
    let listed: Vec<&str> = listed.map(|name| name.trim_end_matches(';')).collect();
    assert_eq!(listed, FEATURES);
}

#[test]
fn a_session_is_one_thing() {
    let sources = sources();
    let files = sources.iter().filter(|source| source.code.contains("impl Session {"));
    let files: Vec<&str> = files.map(|source| source.path.as_str()).collect();
    assert!((1..=SESSION_FILES).contains(&files.len()), "{files:?}");
}

#[test]
fn the_check_finds_what_it_looks_for() {
    let feature = |name: &str, code: &str| Source::new(&format!("{WING}features/{name}.rs"), code);
    let below = feature("pep", "use super::roster::Roster;\n");
    let above = feature(
        "roster",
        "use super::pep::Pep;\nuse crate::backend::xmpp::router::handle;\n",
    );
    let folders = [
        "src/backend/mod.rs",
        "src/backend/xmpp/mod.rs",
        "src/backend/xmpp/features/mod.rs",
    ];
    let [backend, wing, features] = folders.map(|path| Source::new(path, ""));
    let router = Source::new(&format!("{WING}router.rs"), "");
    let session = Source::new(&format!("{WING}session.rs"), "use super::features::pep::Pep;\n");
    let found = faults(&[backend, wing, features, below, above, router, session]);
    assert_eq!(found.len(), 3, "{found:#?}");
}
