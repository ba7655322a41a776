//! The rules of the C ABI, each as a C program in `tests/abi`, compiled and run against the library that cargo has built.

mod support;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use support::{command, compile, library, link_shared, root, temp_dir};

/// Runs a program with a fresh directory.
fn run(program: &Path, dir: &Path) {
    let data = dir.join("data");
    std::fs::create_dir(&data).unwrap();
    command(program).arg(data).output();
}

fn shared(name: &str) {
    let dir = temp_dir();
    let library = link_shared(dir.path());
    run(&compile("abi", name, dir.path(), library), dir.path());
}

#[test]
fn info() {
    shared("info");
}

#[test]
fn handles() {
    shared("handles");
}

#[test]
fn close_during_calls() {
    shared("close_during_calls");
}

#[test]
fn strings() {
    shared("strings");
}

#[test]
fn requests() {
    shared("requests");
}

#[test]
fn named_functions() {
    shared("named");
}

#[test]
fn asynchronous_calls() {
    shared("async");
}

#[test]
fn callbacks() {
    shared("callbacks");
}

#[test]
fn listener_remove() {
    shared("listener_remove");
}

#[test]
fn destroy() {
    shared("destroy");
}

#[test]
fn slow_listener() {
    shared("slow_listener");
}

#[test]
fn logger() {
    shared("logger");
}

/// The static library as it is shipped, and the system's libraries that it needs.
fn static_library(dir: &Path) -> Vec<OsString> {
    let localized = dir.join("libim.a");
    command(root().join("scripts/staticlib.sh"))
        .arg(library("libim.a"))
        .arg(&localized)
        .output();
    let system = ["-lm", "-ldl", "-lpthread", "-lgcc_s", "-lc"];
    std::iter::once(localized.into())
        .chain(system.map(OsString::from))
        .collect()
}

#[test]
fn the_static_library_lives_beside_another_sqlite() {
    let dir = temp_dir();
    let found = command("gcc").arg("-print-file-name=libsqlite3.a").output();
    let sqlite = PathBuf::from(String::from_utf8(found).unwrap().trim());
    assert!(
        sqlite.is_absolute(),
        "this test needs the static SQLite of the system (libsqlite3-dev)"
    );
    let library = static_library(dir.path());
    for (name, order) in [
        ("libim first", [library.clone(), vec![sqlite.clone().into()]]),
        ("SQLite first", [vec![sqlite.clone().into()], library]),
    ] {
        let own = dir.path().join(name);
        std::fs::create_dir(&own).unwrap();
        // The static SQLite needs -lm too, whichever comes first.
        let libraries = order.concat().into_iter().chain([OsString::from("-lm")]).collect();
        run(&compile("abi", "own_sqlite", &own, libraries), &own);
    }
}

#[test]
fn the_static_library_calls_no_sqlite_but_its_own_and_unwinds() {
    let dir = temp_dir();
    let library = static_library(dir.path());
    run(&compile("abi", "impostor_sqlite", dir.path(), library), dir.path());
}

#[test]
fn the_static_library_has_only_the_functions_of_the_header() {
    let dir = temp_dir();
    static_library(dir.path());
    let table = command("readelf")
        .args(["-W", "-s"])
        .arg(dir.path().join("libim.a"))
        .output();
    let table = String::from_utf8(table).unwrap();
    let mut found = 0;
    for line in table.lines() {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let is_global = columns.len() == 8 && matches!(columns[4], "GLOBAL" | "WEAK" | "UNIQUE") && columns[6] != "UND";
        if is_global {
            let name = columns[7];
            assert!(
                support::HEADER.contains(&format!("{name}(")),
                "{name} is global and not of the header"
            );
            found += 1;
        }
    }
    assert!(found >= im::api::METHODS.len(), "{found} functions are left");
}
