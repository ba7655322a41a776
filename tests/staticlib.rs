//! The static library as it is shipped: it lives beside another SQLite, and shows the functions of the header only.

mod support;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use support::{command, compile, library, root, run_with_data, temp_dir};

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
        run_with_data(&compile("abi", "own_sqlite", &own, libraries), &own);
    }
}

#[test]
fn the_static_library_calls_no_sqlite_but_its_own_and_unwinds() {
    let dir = temp_dir();
    let library = static_library(dir.path());
    run_with_data(&compile("abi", "impostor_sqlite", dir.path(), library), dir.path());
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
