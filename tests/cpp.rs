//! The C++ header `bindings/cpp`: its promises as programs in `tests/cpp`, that it compiles cleanly everywhere, that its
//! README and its example do what they say. Models, methods and events are made from the description.

mod support;

use std::path::{Path, PathBuf};
use support::app::App;
use support::document::{document, program};
use support::inbox::shows_alices_list;
use support::{Checked, SANITIZERS, command, link_shared, root, temp_dir};

const SANITIZED: &[&str] = &["-std=c++17", SANITIZERS[0], SANITIZERS[1], SANITIZERS[2], SANITIZERS[3]];
const BARE: &[&str] = &["-std=c++20", "-fno-exceptions", "-fno-rtti"];

/// A compiler that lets no warning pass.
fn compiler(dialect: &[&str]) -> Checked {
    command("g++")
        .args(dialect)
        .args(["-Wall", "-Wextra", "-Werror", "-pedantic", "-g", "-pthread", "-I"])
        .arg(root().join("include"))
        .arg("-I")
        .arg(root().join("bindings/cpp"))
}

/// Compiles a program and links it with the shared library.
fn build(dialect: &[&str], sources: &[PathBuf], dir: &Path) -> PathBuf {
    let program = dir.join("program");
    compiler(dialect)
        .args(sources)
        .arg("-o")
        .arg(&program)
        .args(link_shared(dir))
        .output();
    program
}

/// Runs a program with a fresh directory; with the sanitizers a leak is a failure too.
fn run(program: &Path, dir: &Path) -> String {
    let data = dir.join("data");
    std::fs::create_dir(&data).unwrap();
    let output = command(program)
        .env("ASAN_OPTIONS", "detect_leaks=1")
        .arg(data)
        .output();
    String::from_utf8(output).unwrap()
}

fn check(dialect: &[&str], names: &[&str]) {
    let dir = temp_dir();
    let sources: Vec<PathBuf> = names.iter().map(|name| root().join("tests/cpp").join(name)).collect();
    run(&build(dialect, &sources, dir.path()), dir.path());
}

#[test]
fn responses_are_taken_apart() {
    check(SANITIZED, &["envelope.cpp"]);
}

#[test]
fn models_are_read() {
    check(SANITIZED, &["reader.cpp"]);
}

#[test]
fn every_method_typed() {
    check(SANITIZED, &["methods.cpp"]);
}

#[test]
fn every_method_typed_without_exceptions() {
    check(BARE, &["methods.cpp"]);
}

#[test]
fn events_and_listeners() {
    check(SANITIZED, &["events.cpp"]);
}

#[test]
fn events_and_listeners_without_exceptions() {
    check(BARE, &["events.cpp"]);
}

#[test]
fn walks_and_what_is_unread() {
    check(SANITIZED, &["walks.cpp"]);
}

#[test]
fn walks_and_what_is_unread_without_exceptions() {
    check(BARE, &["walks.cpp"]);
}

#[test]
fn views_of_the_list() {
    check(SANITIZED, &["views.cpp"]);
}

#[test]
fn views_of_the_list_without_exceptions() {
    check(BARE, &["views.cpp"]);
}

#[test]
fn lifetime_of_clients_and_futures() {
    check(SANITIZED, &["lifetime.cpp"]);
}

#[test]
fn lifetime_of_clients_and_futures_without_exceptions() {
    check(BARE, &["lifetime.cpp"]);
}

#[test]
fn several_files_and_both_forms_in_one_program() {
    check(SANITIZED, &["units/main.cpp", "units/typed.cpp", "units/text.cpp"]);
}

#[test]
fn the_value_of_a_failure_ends_the_program_and_an_exception_too() {
    let dir = temp_dir();
    let program = build(&["-std=c++17"], &[root().join("tests/cpp/fatal.cpp")], dir.path());
    for (fault, said) in [
        (
            "value",
            "libim: the value of a failed call was taken: 6017 INVALID_PARAMETERS",
        ),
        (
            "void",
            "libim: the value of a failed call was taken: 6017 INVALID_PARAMETERS",
        ),
        ("exception", "terminate called after throwing"),
    ] {
        let data = dir.path().join(fault);
        let output = std::process::Command::new(&program)
            .current_dir(dir.path()) // where a core file would lie
            .arg(data)
            .arg(fault)
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), None, "{fault}: it ends with a signal: {stderr}");
        assert!(stderr.contains(said), "{fault}: {stderr}");
    }
}

#[test]
fn each_header_compiles_alone() {
    let dir = temp_dir();
    let folder = root().join("bindings/cpp/libim");
    let mut headers = vec!["libim.hpp".to_owned()];
    for entry in std::fs::read_dir(folder).unwrap() {
        headers.push(format!("libim/{}", entry.unwrap().file_name().to_str().unwrap()));
    }
    assert!(headers.len() > 5);
    for header in &headers {
        for line in document(&format!("bindings/cpp/{header}")).lines() {
            let included = line.strip_prefix("#include <").and_then(|name| name.strip_suffix('>'));
            let is_carried = included.is_none_or(|name| {
                // Of the system only what a file descriptor needs.
                let is_posix = ["fcntl.h", "unistd.h"].contains(&name);
                is_posix || name.starts_with("libim") || !name.contains(['.', '/'])
            });
            assert!(is_carried, "{header} needs more than C++ and libim: {line}");
        }
    }
    for (dialect, form) in [("-std=c++17", "1"), ("-std=c++20", "1"), ("-std=c++17", "0")] {
        for header in &headers {
            let source = dir.path().join("alone.cpp");
            std::fs::write(
                &source,
                format!("#include <{header}>\n#include <{header}>\nint main() {{}}\n"),
            )
            .unwrap();
            compiler(&[dialect, "-Wshadow", "-Wconversion", "-Wold-style-cast", "-fsyntax-only"])
                .arg(format!("-DLIBIM_JSON={form}"))
                .arg(&source)
                .output();
        }
    }
}

#[test]
fn the_program_of_the_readme_prints_the_list() {
    let dir = temp_dir();
    let source = dir.path().join("first.cpp");
    let text = program("bindings/cpp/README.md", "cpp");
    assert!(text.lines().count() < 30, "a first program is short");
    std::fs::write(&source, text).unwrap();
    let program = build(SANITIZED, &[source], dir.path());
    // Its data lies in the directory it runs in.
    let output = command("env").arg("-C").arg(dir.path()).arg(program).output();
    assert_eq!(String::from_utf8(output).unwrap(), "bob: Hello, Bob\n");
}

#[test]
fn the_view_of_the_readme_tells_what_changes() {
    let dir = temp_dir();
    let source = dir.path().join("view.cpp");
    let view = program("bindings/cpp/README.md", "cpp view");
    let text = format!(
        r#"#include <cstdio>
#include <libim.hpp>
int main()
{{
    const auto opened = im::Client::open(im::Config{{"im-data", "alice"}});
    const im::Client &alice = *opened;
    {view}
    const auto done = alice.setConversationDraft("c2c_bob", "Hello");
    while (view->rows().rows().empty())
        std::this_thread::yield();
    return done && view ? 0 : 1;
}}
"#
    );
    std::fs::write(&source, text).unwrap();
    let program = build(SANITIZED, &[source], dir.path());
    let output = command("env").arg("-C").arg(dir.path()).arg(program).output();
    assert_eq!(String::from_utf8(output).unwrap(), "insert: 1 of 1\n");
}

#[test]
fn the_example_prints_alices_list() {
    let dir = temp_dir();
    let example = root().join("bindings/cpp/examples/inbox.cpp");
    let printed = run(&build(SANITIZED, &[example], dir.path()), dir.path());
    shows_alices_list(&printed);
}

#[test]
fn the_tray_of_the_examples_shows_counts_notifies_and_obeys() {
    let dir = temp_dir();
    let data = dir.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let bob = App::login(&data, "bob");
    let program = build(SANITIZED, &[root().join("bindings/cpp/examples/tray.cpp")], dir.path());
    let mut tray = command(program)
        .env("ASAN_OPTIONS", "detect_leaks=1")
        .arg(&data)
        .arg("alice")
        .talk();

    tray.prints("online");
    bob.send("c2c_alice", "hello");
    tray.prints("[1]");
    tray.prints("bob: hello");
    tray.types("say bob hi\nread bob\n");
    tray.prints("[0]");
    bob.wait("the answer comes", |bob| {
        bob.texts("c2c_alice").contains(&"hi".to_owned())
    });
    tray.types("list\n");
    tray.prints("- bob (0) hi");
    tray.types("quit\n");
    tray.ends();
}

/// The public declarations of a header that have no comment.
fn undocumented(header: &str) -> Vec<&str> {
    let mut bare = Vec::new();
    let (mut is_public, mut in_detail) = (true, false);
    let mut end_of_body = None;
    let mut before = "";
    for line in header.lines() {
        let text = line.trim();
        match text {
            "namespace detail {" => in_detail = true,
            "} // namespace detail" => in_detail = false,
            "public:" => is_public = true,
            "private:" | "protected:" => is_public = false,
            _ => {}
        }
        is_public |= line == "};";
        if text.starts_with("template") && text.ends_with('>') {
            continue; // what it is a template of stands in the next line
        }
        let indent = line.len() - text.len();
        let begins = before.is_empty() || before.ends_with([';', '{', '}', ':']) || before.contains("///<");
        let is_name = text.starts_with(|first: char| first.is_alphabetic() || first == '[');
        let is_other = text.ends_with(':')
            || text.contains("namespace ")
            || text.starts_with("friend ")
            // Functions that are declared, and documented, in their class.
            || ["Async::", "Client::"].iter().any(|class| text.contains(class));
        let is_looked_at = is_public && !in_detail && end_of_body.is_none() && matches!(indent, 0 | 4);
        if is_looked_at && begins && is_name && !is_other && !text.contains("///<") {
            bare.push(line);
        }
        match (end_of_body, line) {
            (None, "{") => end_of_body = Some("}"),
            (None, "    {") => end_of_body = Some("    }"),
            (Some(end), line) if end == line => end_of_body = None,
            _ => {}
        }
        before = text;
    }
    bare
}

#[test]
fn every_public_name_is_documented() {
    for file in [
        "async", "client", "future", "listener", "logger", "queue", "request", "result",
    ] {
        let header = document(&format!("bindings/cpp/libim/{file}.hpp"));
        assert_eq!(undocumented(&header), Vec::<&str>::new(), "{file}.hpp");
        // Without its comments every header has names to miss.
        let stripped: Vec<&str> = header.lines().filter(|line| !line.trim().starts_with("///")).collect();
        assert!(!undocumented(&stripped.join("\n")).is_empty(), "{file}.hpp");
    }
}
