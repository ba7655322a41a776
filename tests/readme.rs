//! The program in README.md compiles without a warning and does what the README says; the settings of servers in
//! docs/xmpp.md are those of the tests. The tables of the documents are generated: see `tests/generated.rs`.

mod support;

use serde_json::Value;
use support::document::{document, program};
use support::{command, link_shared, root, temp_dir};

#[test]
fn the_program_of_the_readme_prints_a_page() {
    let dir = temp_dir();
    let source = dir.path().join("first.c");
    std::fs::write(&source, program("README.md", "c")).unwrap();
    let binary = dir.path().join("first");
    command("gcc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-I"])
        .arg(root().join("include"))
        .arg(&source)
        .arg("-o")
        .arg(&binary)
        .args(link_shared(dir.path()))
        .output();

    // Its data lies in the directory it runs in.
    let output = command("env").arg("-C").arg(dir.path()).arg(&binary).output();

    let response: Value = serde_json::from_slice(&output).expect("it prints one response and nothing else");
    assert_eq!(response["code"], 0);
    let page = &response["data"];
    assert_eq!(page["isFinished"], true);
    let list = page["conversationList"].as_array().unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(list[0]["conversationID"], "c2c_bob");
    assert_eq!(list[0]["lastMessage"]["textElem"]["text"], "Hello, Bob");
    assert_eq!(page["nextSeq"], list[0]["orderkey"].to_string());
}

#[test]
fn the_server_settings_are_those_that_the_tests_use() {
    for (language, config) in [
        ("lua", "tests/servers/prosody.cfg.lua"),
        ("yaml", "tests/servers/ejabberd.yml"),
    ] {
        let real = document(config);
        let mut rest = real.lines();
        for line in program("docs/xmpp.md", language).lines() {
            assert!(rest.any(|it| it == line), "{config} has no {line:?} in that place");
        }
    }
}
