//! The header `include/libim.h`: that it compiles alone, and that the library exports what it declares. That it is fresh
//! and has every method, status and event is held by `tests/generated.rs`, which writes it from them.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use support::{command, header, library, temp_dir};

/// The constants of the header without their documentation.
fn constants(prefix: &str) -> BTreeMap<String, i32> {
    let numbers = header::constants(prefix).into_iter();
    numbers.map(|(name, (number, _))| (name, number)).collect()
}

/// The functions of the header, each with its documentation in one line.
fn functions() -> BTreeMap<String, String> {
    let docs = header::functions().into_iter();
    docs.map(|(name, doc)| (name, doc.join(" "))).collect()
}

/// The functions that the shared library exports.
fn exports() -> BTreeSet<String> {
    let table = command("readelf")
        .args(["-W", "--dyn-syms"])
        .arg(library("libim.so"))
        .output();
    String::from_utf8(table)
        .unwrap()
        .lines()
        .filter_map(|line| {
            let columns: Vec<&str> = line.split_whitespace().collect();
            let is_defined = columns.len() == 8 && columns[6] != "UND" && columns[6] != "Ndx";
            (is_defined && matches!(columns[4], "GLOBAL" | "WEAK")).then(|| columns[7].to_string())
        })
        .collect()
}

#[test]
fn the_header_compiles_alone_in_every_dialect() {
    let dir = temp_dir();
    for (compiler, dialect, file) in [
        ("gcc", "c99", "alone.c"),
        ("gcc", "c11", "alone.c"),
        ("gcc", "c17", "alone.c"),
        ("g++", "c++11", "alone.cpp"),
        ("g++", "c++20", "alone.cpp"),
    ] {
        let source = dir.path().join(file);
        // Twice, so that the include guard is tried too.
        std::fs::write(
            &source,
            "#include <libim.h>\n#include <libim.h>\nint main(void) { return (int)im_abi_version(); }\n",
        )
        .unwrap();
        command(compiler)
            .arg(format!("-std={dialect}"))
            .args(["-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only", "-I"])
            .arg(support::root().join("include"))
            .arg(&source)
            .output();
    }
}

#[test]
fn a_cpp_program_links_by_c_names() {
    let dir = temp_dir();
    let source = dir.path().join("names.cpp");
    std::fs::write(
        &source,
        "#include <libim.h>\nint main() { return im_abi_version() == IM_ABI_VERSION ? 0 : 1; }\n",
    )
    .unwrap();
    let program = dir.path().join("names");
    command("g++")
        .args(["-std=c++11", "-I"])
        .arg(support::root().join("include"))
        .arg(&source)
        .arg("-o")
        .arg(&program)
        .args(support::link_shared(dir.path()))
        .output();
    command(&program).output();
}

#[test]
fn the_library_exports_what_the_header_declares_and_nothing_else() {
    let declared: BTreeSet<String> = functions().into_keys().collect();
    assert_eq!(exports(), declared);
}

#[test]
fn every_function_says_its_thread_rule() {
    for (name, doc) in functions() {
        assert!(
            doc.contains("Any thread") || doc.contains("any thread"),
            "{name} does not say its thread rule: {doc}"
        );
    }
}

#[test]
fn the_log_levels_are_those_of_the_log_crate() {
    let levels = log::Level::iter().map(|level| (level.as_str().to_string(), level as i32));
    assert_eq!(constants("LOG_"), levels.collect());
}

#[test]
fn the_soname_carries_the_abi_version() {
    let dynamic = command("readelf").args(["-W", "-d"]).arg(library("libim.so")).output();
    let soname = format!("[libim.so.{}]", im::ffi::constants::IM_ABI_VERSION);
    assert!(
        String::from_utf8(dynamic).unwrap().contains(&soname),
        "no soname {soname}"
    );
}

#[test]
fn numbers_that_were_given_stay() {
    let committed = support::document::document("tests/abi/numbers.txt");
    let given: BTreeMap<String, i32> = committed
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once(' ').unwrap())
        .map(|(name, number)| (name.to_owned(), number.parse().unwrap()))
        .collect();
    let now: BTreeMap<String, i32> = ["STATUS_", "EVENT_", "LOG_"]
        .iter()
        .flat_map(|prefix| {
            constants(prefix)
                .into_iter()
                .map(move |(name, number)| (format!("{prefix}{name}"), number))
        })
        .collect();
    for (name, number) in &given {
        assert_eq!(
            now.get(name),
            Some(number),
            "IM_{name} was {number}, and programs are built that know it so"
        );
    }
    let new: Vec<_> = now.iter().filter(|(name, _)| !given.contains_key(*name)).collect();
    assert!(new.is_empty(), "add to tests/abi/numbers.txt, for ever: {new:?}");
}
