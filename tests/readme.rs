//! The program in README.md compiles without a warning and does what the README says.

mod support;

use serde_json::Value;
use support::{command, link_shared, root, temp_dir};

/// The README's one C program.
fn program() -> String {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let mut blocks = readme.split("```c\n").skip(1);
    let block = blocks.next().expect("README.md has no ```c block");
    assert!(blocks.next().is_none(), "README.md has several ```c blocks");
    block.split("```").next().unwrap().to_owned()
}

#[test]
fn the_program_of_the_readme_prints_a_page() {
    let dir = temp_dir();
    let source = dir.path().join("first.c");
    std::fs::write(&source, program()).unwrap();
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
