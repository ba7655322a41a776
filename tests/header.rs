//! The header `include/libim.h`: that it is fresh, compiles alone, and says what the library has.

mod support;

use im::api::METHODS;
use im::events::Event;
use im::model::Status;
use std::collections::{BTreeMap, BTreeSet};
use support::{HEADER, command, header, library, temp_dir};

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

/// The C name of a V2TIM method, by the rule that the header states.
fn snake(name: &str) -> String {
    let mut snake = String::from("im");
    for part in name.replace("C2C", "C2c").chars().map(|c| (c.is_uppercase(), c)) {
        match part {
            (true, c) => snake.extend(['_', c.to_ascii_lowercase()]),
            (false, c) if snake == "im" => snake.extend(['_', c]),
            (false, c) => snake.push(c),
        }
    }
    snake
}

#[test]
fn the_committed_header_is_fresh() {
    let fresh = include_str!(concat!(env!("OUT_DIR"), "/libim.h"));
    assert!(
        HEADER == fresh,
        "include/libim.h is stale: run scripts/refresh-header.sh"
    );
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
fn every_method_has_its_symbol_its_declaration_and_its_documentation() {
    let (functions, exports) = (functions(), exports());
    assert!(!METHODS.is_empty());
    for method in METHODS {
        let name = snake(method.name);
        assert_eq!(method.c_name, name, "the C name of {}", method.name);
        assert!(exports.contains(&name), "libim.so does not export {name}");
        let doc = functions
            .get(&name)
            .unwrap_or_else(|| panic!("the header does not declare {name}"));
        for part in ["Request: ", "Data: ", "Any thread"] {
            assert!(doc.contains(part), "the documentation of {name} lacks {part:?}:\n{doc}");
        }
        let sources = [
            format!("V2TIM: `{}`.", method.name),
            format!("libim's own: `{}`.", method.name),
        ];
        assert!(
            sources.iter().any(|source| doc.contains(source.as_str())),
            "the documentation of {name} names no source:\n{doc}"
        );
        assert_eq!(
            doc.contains("waits for the server"),
            method.needs_server,
            "the documentation of {name} and the table differ on whether it waits for the server"
        );
    }
}

#[test]
fn the_library_exports_what_the_header_declares_and_nothing_else() {
    let declared: BTreeSet<String> = functions().into_keys().collect();
    assert_eq!(exports(), declared);
}

#[test]
fn every_function_is_documented_and_is_no_stray_method() {
    let general = [
        "im_abi_version",
        "im_call",
        "im_call_async",
        "im_client_close",
        "im_client_open",
        "im_event_name",
        "im_listener_add",
        "im_listener_remove",
        "im_set_logger",
        "im_status_name",
        "im_string_free",
        "im_version",
    ];
    let methods: BTreeSet<&str> = METHODS.iter().map(|method| method.c_name).collect();
    for (name, doc) in functions() {
        assert!(
            doc.contains("Any thread") || doc.contains("any thread"),
            "{name} does not say its thread rule: {doc}"
        );
        assert!(
            general.contains(&name.as_str()) || methods.contains(name.as_str()),
            "{name} is no method"
        );
    }
}

#[test]
fn the_status_constants_are_the_statuses() {
    let statuses = Status::ALL
        .iter()
        .map(|status| (status.name().to_string(), status.code()));
    assert_eq!(constants("STATUS_"), statuses.collect());
}

#[test]
fn the_event_constants_are_the_events() {
    let events = Event::ALL.iter().map(|event| {
        let name = event.name().strip_prefix("on").unwrap();
        let snake = snake(name).strip_prefix("im_").unwrap().to_uppercase();
        (snake, event.code())
    });
    assert_eq!(constants("EVENT_"), events.collect());
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
