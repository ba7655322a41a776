//! The rules of the C ABI, each as a C program in `tests/abi`, compiled and run against the library that cargo has built.

mod support;

use support::{compile, link_shared, run_with_data, temp_dir};

fn shared(name: &str) {
    let dir = temp_dir();
    let library = link_shared(dir.path());
    run_with_data(&compile("abi", name, dir.path(), library), dir.path());
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
fn the_end_of_a_program() {
    shared("shutdown");
}

#[test]
fn a_forked_child() {
    shared("fork");
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
    let program = include_str!("abi/named.c");
    for method in im::api::METHODS {
        let entry = format!("{{\"{}\", im_", method.name);
        assert!(program.contains(&entry), "tests/abi/named.c lacks {}", method.name);
    }
    shared("named");
}

#[test]
fn asynchronous_calls() {
    shared("async");
}

#[test]
fn streams() {
    shared("stream");
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
