//! The programs in README.md, docs/abi.md and docs/events.md compile without a warning and do what is said of them; the
//! settings of servers in docs/xmpp.md are those of the tests. The tables of the documents are generated: see `tests/generated.rs`.

mod support;

use serde_json::Value;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use support::document::{document, program};
use support::{command, library, link_shared, root, temp_dir};

#[test]
fn the_program_of_the_readme_prints_a_page() {
    let dir = temp_dir();
    let text = program("README.md", "c");
    let binary = compiled(dir.path(), "first", &text, &link_shared(dir.path()));

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
fn the_library_is_linked_without_installing_as_the_readme_says() {
    let dir = temp_dir();
    let target = dir.path().join("target/release");
    std::fs::create_dir_all(&target).unwrap();
    std::os::unix::fs::symlink(library("libim.so"), target.join("libim.so")).unwrap();
    std::os::unix::fs::symlink(root().join("include"), dir.path().join("include")).unwrap();
    std::fs::write(dir.path().join("first.c"), program("README.md", "c")).unwrap();
    let readme = document("README.md");
    let (_, after) = readme.split_once("\nThe shared library:\n").unwrap();
    let (build, rest) = after.trim_start().split_once('\n').unwrap();
    // That the test has done already.
    assert_eq!(build, "cargo build --release");
    let lines: Vec<_> = rest.lines().take_while(|line| line.starts_with("    ")).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    let script = format!("set -e\n{}\n./first", lines.join("\n"));
    let shell = command("env").arg("-C").arg(dir.path()).args(["sh", "-c", &script]);
    let output = String::from_utf8(shell.output()).unwrap();
    assert!(output.contains("\"conversationID\":\"c2c_bob\""), "{output}");
}

/// Compiles a C program without a warning. With `arguments`, which may leave the linking out.
fn compiled(dir: &Path, name: &str, text: &str, arguments: &[OsString]) -> PathBuf {
    let (source, binary) = (dir.join(format!("{name}.c")), dir.join(name));
    std::fs::write(&source, text).unwrap();
    command("gcc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-I"])
        .arg(root().join("include"))
        .arg(&source)
        .arg("-o")
        .arg(&binary)
        .args(arguments)
        .output();
    binary
}

#[test]
fn the_first_program_on_the_c_abi_prints_a_page() {
    let dir = temp_dir();
    let here = dir.path().join("alice").display().to_string();
    let text = program_after("docs/abi.md", "## A first program").replace("/tmp/alice", &here);
    assert!(text.contains(&here));
    let binary = compiled(dir.path(), "first", &text, &link_shared(dir.path()));
    let output = String::from_utf8(command(&binary).output()).unwrap();
    let page = r#"{"code":0,"desc":"","data":{"nextSeq":"0","isFinished":true,"conversationList":[]}}"#;
    assert!(output.lines().any(|line| line == page), "{output}");
}

#[test]
fn reading_beside_a_listener_is_shown_in_c_that_compiles() {
    let dir = temp_dir();
    let shown = program_after("docs/events.md", "## Reading beside a listener");
    // What stands outside of a function is the part of one.
    let (functions, part) = shown.rsplit_once("}\n\n").unwrap();
    let text = format!(
        "#include <libim.h>\n#include <stdio.h>\n\
         struct list {{ im_client client; }};\n\
         const char *list_put_page(struct list *, const char *, size_t);\n\
         void on_event(void *, int32_t, const char *, size_t);\n\
         static void ask_for_page(struct list *, const char *);\n\
         void start(im_client, struct list *);\n\
         {functions}}}\n\
         void start(im_client client, struct list *list)\n{{\n{part}}}\n"
    );
    compiled(dir.path(), "beside", &text, &["-c".into()]);
}

/// The first block of C after a heading.
fn program_after(path: &str, heading: &str) -> String {
    let text = document(path);
    let (_, after) = text
        .split_once(heading)
        .unwrap_or_else(|| panic!("{path} has no {heading}"));
    let (_, block) = after.split_once("```c\n").unwrap();
    block.split("```").next().unwrap().to_owned()
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
