//! The Swift package `bindings/swift`: its promises as programs in `tests/swift/programs`, the scenarios through it, its
//! README and its example. Its models, methods, events and status codes are generated, so nothing compares them here.
//!
//! Swift is Debian's, in a folder of its own below cargo's target folder; scripts/debian-root.sh makes it once.

#[path = "swift/package.rs"]
mod package;
mod support;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use support::app::App;
use support::document::{document, unindented};
use support::inbox::shows_alices_list;
use support::{Checked, command, library, root, scenarios};

/// Where everything is built and run: the one folder that Swift may write to.
fn work() -> &'static Path {
    static WORK: OnceLock<PathBuf> = OnceLock::new();
    WORK.get_or_init(|| {
        let swift_root = swift_root();
        command(script()).arg("make").arg(&swift_root).arg("swift").output();
        let work = swift_root.with_file_name("swift");
        install(&work.join("prefix"));
        work
    })
}

/// `swift-root` in cargo's target folder, in whose `<profile>/deps` this program is.
fn swift_root() -> PathBuf {
    let this = std::env::current_exe().unwrap();
    this.ancestors().nth(3).unwrap().join("swift-root")
}

fn script() -> PathBuf {
    root().join("scripts/debian-root.sh")
}

/// Puts the library, its header and the file for pkg-config where a package finds them.
fn install(prefix: &Path) {
    let lib = prefix.join("lib");
    std::fs::create_dir_all(lib.join("pkgconfig")).unwrap();
    std::fs::create_dir_all(prefix.join("include")).unwrap();
    std::fs::copy(root().join("include/libim.h"), prefix.join("include/libim.h")).unwrap();
    let so = lib.join("libim.so.0");
    let _ = std::fs::remove_file(&so); // that of an earlier run
    let _ = std::fs::remove_file(lib.join("libim.so"));
    std::fs::hard_link(library("libim.so"), &so).unwrap();
    std::os::unix::fs::symlink("libim.so.0", lib.join("libim.so")).unwrap();
    let pc = document("scripts/packaging/libim.pc.in")
        .replace("@PREFIX@", prefix.to_str().unwrap())
        .replace("@PC_LIBDIR@", "${prefix}/lib")
        .replace("@PC_INCLUDEDIR@", "${prefix}/include")
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
        .replace("@SYSTEM_LIBS@", "");
    std::fs::write(lib.join("pkgconfig/libim.pc"), pc).unwrap();
}

/// A command where Swift is.
fn inside() -> Checked {
    let lib = work().join("prefix/lib");
    command(script())
        .args([
            "run".as_ref(),
            swift_root().as_os_str(),
            "-w".as_ref(),
            work().as_os_str(),
        ])
        .arg("env")
        .arg(format!("PKG_CONFIG_PATH={}/pkgconfig", lib.display()))
        .arg(format!("LD_LIBRARY_PATH={}", lib.display()))
        // They take half a minute; the lines that the checks print say enough.
        .arg("SWIFT_BACKTRACE=enable=no")
}

/// Builds a package, in which no warning is let pass, and gives the folder of its programs.
fn build(package: &Path, name: &str, flags: &[&str]) -> PathBuf {
    let scratch = work().join(name);
    // SwiftPM would miss files that were added to LibIM or removed from it: in its plan, which it keeps here, only the
    // folders of the package itself are looked at again.
    let _ = std::fs::remove_file(scratch.join("debug.yaml"));
    inside()
        .args([
            "swift",
            "build",
            "--disable-sandbox",
            "-Xswiftc",
            "-warnings-as-errors",
            "--package-path",
        ])
        .arg(package)
        .arg("--scratch-path")
        .arg(&scratch)
        .args(flags)
        .output();
    scratch.join("debug")
}

/// The programs of `tests/swift/programs`, built once for each sanitizer.
fn programs(sanitizer: Sanitizer) -> &'static Path {
    static BUILT: [OnceLock<PathBuf>; 3] = [const { OnceLock::new() }; 3];
    let (name, flags): (_, &[&str]) = match sanitizer {
        Sanitizer::None => ("programs", &[]),
        Sanitizer::Address => ("programs-address", &["--sanitize=address"]),
        Sanitizer::Thread => (
            "programs-thread",
            &["--sanitize=thread", "-Xswiftc", "-DLIBIM_THREAD_SANITIZER"],
        ),
    };
    BUILT[sanitizer as usize].get_or_init(|| build(&root().join("tests/swift/programs"), name, flags))
}

#[derive(Clone, Copy)]
enum Sanitizer {
    None,
    Address,
    Thread,
}

/// A directory that Swift may write to, and that goes away with the value.
fn temp_dir() -> tempfile::TempDir {
    tempfile::tempdir_in(work()).unwrap()
}

/// As `inside`, for programs with a sanitizer: a leak is a failure, and so is a race.
fn checked() -> Checked {
    let known = root().join("tests/swift/thread-sanitizer.txt");
    inside()
        .arg("ASAN_OPTIONS=detect_leaks=1")
        .arg(format!("TSAN_OPTIONS=halt_on_error=1:suppressions={}", known.display()))
}

/// Runs one of the programs with a fresh directory.
fn check(sanitizer: Sanitizer, name: &str) {
    let dir = temp_dir();
    checked().arg(programs(sanitizer).join(name)).arg(dir.path()).output();
}

#[test]
fn every_method_typed() {
    check(Sanitizer::Address, "methods");
    check(Sanitizer::Thread, "methods");
}

#[test]
fn failures_are_values_with_a_status_and_a_sentence() {
    check(Sanitizer::Address, "errors");
    check(Sanitizer::Thread, "errors");
}

#[test]
fn events_come_typed_and_in_order_and_end_anywhere() {
    check(Sanitizer::Address, "events");
    check(Sanitizer::Thread, "events");
}

#[test]
fn walks_and_what_is_unread() {
    check(Sanitizer::Address, "walks");
    check(Sanitizer::Thread, "walks");
}

#[test]
fn views_of_the_list() {
    // The part of the README is in the program, where it runs.
    let readme = document("bindings/swift/README.md");
    let part = readme.split("```swift\n  func").nth(1).unwrap();
    let part = unindented(&format!("  func{}", part.split("```").next().unwrap()));
    let tested = std::fs::read_to_string(root().join("tests/swift/programs/views/main.swift")).unwrap();
    assert!(tested.contains(&part));
    check(Sanitizer::Address, "views");
    check(Sanitizer::Thread, "views");
}

#[test]
fn clients_close_and_end_at_any_moment() {
    check(Sanitizer::None, "lifetime");
    check(Sanitizer::Address, "lifetime");
    check(Sanitizer::Thread, "lifetime");
}

#[test]
fn texts_and_numbers_come_back_as_they_went_in() {
    check(Sanitizer::Address, "text");
    check(Sanitizer::Thread, "text");
}

#[test]
fn json_is_read_strictly_and_models_need_every_key() {
    check(Sanitizer::Address, "reading");
}

#[test]
fn many_clients_and_streams_leave_memory_and_threads_flat() {
    // The sanitizers keep what is freed for a while.
    check(Sanitizer::None, "many");
}

#[test]
fn a_process_ends_with_clients_open_and_streams_running() {
    for sanitizer in [Sanitizer::None, Sanitizer::Thread] {
        for _ in 0..5 {
            let dir = temp_dir();
            let output = checked()
                .args(["sh", "-c", "\"$@\"; echo ended $?", "sh"])
                .arg(programs(sanitizer).join("exit"))
                .arg(dir.path())
                .output();
            assert_eq!(String::from_utf8(output).unwrap(), "leaving\nended 7\n");
        }
    }
}

#[test]
fn every_scenario_ends_as_written() {
    let dir = temp_dir();
    let output = inside()
        .arg(programs(Sanitizer::None).join("scenarios"))
        .arg(dir.path())
        .arg(root().join("tests/scenarios"))
        .output();
    let count = scenarios().len();
    assert_eq!(String::from_utf8(output).unwrap(), format!("{count} scenarios\n"));
}

#[test]
fn the_example_prints_alices_list() {
    let built = build(&root().join("bindings/swift/Examples/Inbox"), "inbox", &[]);
    let dir = temp_dir();
    let output = inside().arg(built.join("Inbox")).arg(dir.path()).output();
    let printed = String::from_utf8(output).unwrap();
    shows_alices_list(&printed);
}

#[test]
fn the_list_of_the_examples_follows_and_obeys() {
    let built = build(&root().join("bindings/swift/Examples/Inbox"), "inbox", &[]);
    let dir = temp_dir();
    let bob = App::login(dir.path(), "bob");
    // Before the program is there, so that alice has an account.
    App::login(dir.path(), "alice").client.close().unwrap();
    bob.send("c2c_alice", "one");
    let mut watch = inside().arg(built.join("Watch")).arg(dir.path()).arg("alice").talk();
    watch.prints("  bob (1): one");
    bob.send("c2c_alice", "two\n lines");
    watch.prints("  bob (2): two lines");
    watch.types("say bob hi\nread bob\npin bob\n");
    watch.prints("* bob: you: hi");
    bob.wait("the answer comes", |bob| {
        bob.texts("c2c_alice").contains(&"hi".to_owned())
    });
    watch.types("draft bob later\n");
    watch.prints("* bob: [draft] later");
    watch.types("what\n");
    watch.prints("say USER TEXT, read USER, pin USER, unpin USER, draft USER TEXT, quit");
    watch.types("quit\n");
    watch.ends();
}

#[test]
fn the_benchmark_prints_its_line() {
    let built = build(&root().join("benches/bindings"), "bench", &[]);
    let dir = temp_dir();
    let output = inside().arg(built.join("page")).arg(dir.path()).output();
    let printed = String::from_utf8(output).unwrap();
    assert!(
        printed.starts_with("Swift: a page of 100 ") && printed.lines().count() == 1,
        "{printed}"
    );
}

/// The Swift files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with(".build") {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|name| name == "swift") {
            found.push(path);
        }
    }
    found
}

#[test]
fn every_file_is_formatted() {
    let folders = ["bindings/swift", "tests/swift", "benches/bindings"];
    let files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| sources(&root().join(folder)))
        .collect();
    assert!(files.len() > 20, "{files:?}");
    // Through its input: a file that only root may write to, this swift-format holds to be unreadable.
    let each = "for file; do swift format lint --strict --configuration \"$0\" --assume-filename \"$file\" <\"$file\" \
        || bad=1; done; exit ${bad:-0}";
    inside()
        .args(["sh", "-c", each])
        .arg(root().join("bindings/swift/.swift-format"))
        .args(files)
        .output();
}

/// The public declarations, and the cases, that have no comment.
fn undocumented(source: &str) -> Vec<&str> {
    let mut before = "";
    let mut bare = Vec::new();
    for line in source.lines() {
        let text = line.trim();
        let is_case =
            text.starts_with("case ") && !text.ends_with(':') && !text.contains(": ") && !text.contains("let ");
        if (text.starts_with("public ") || is_case) && !before.starts_with("///") {
            bare.push(line);
        }
        if !text.starts_with('@') {
            before = text;
        }
    }
    bare
}

#[test]
fn every_public_name_is_documented() {
    let mut names = 0;
    for path in sources(&root().join("bindings/swift/Sources")) {
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(undocumented(&text), Vec::<&str>::new(), "{}", path.display());
        // Without its comments it has names to miss.
        let stripped: Vec<&str> = text.lines().filter(|line| !line.trim().starts_with("///")).collect();
        names += undocumented(&stripped.join("\n")).len();
    }
    assert!(names > 200, "only {names} public names");
}

#[test]
fn nothing_can_be_deleted_through_the_mounts() {
    let file = root().join("Cargo.toml");
    let output = inside()
        .args([
            "sh",
            "-c",
            "test -e \"$1\" && ! rm \"$1\" && ! touch \"$1\" && echo kept",
            "sh",
        ])
        .arg(&file)
        .output();
    assert_eq!(String::from_utf8(output).unwrap(), "kept\n");
    assert!(file.exists());
    // Also while something runs there, nothing is mounted for anybody else.
    let mut running = std::process::Command::new(script())
        .arg("run")
        .arg(swift_root())
        .args(["sh", "-c", "echo ready; exec cat"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = [0; 6];
    std::io::Read::read_exact(running.stdout.as_mut().unwrap(), &mut ready).unwrap();
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap();
    drop(running.stdin.take());
    assert!(running.wait().unwrap().success());
    assert!(!mounts.contains(swift_root().to_str().unwrap()), "{mounts}");
}

#[test]
fn the_framework_is_made_on_a_mac_only() {
    let script = root().join("bindings/swift/make-xcframework.sh");
    command("sh").arg("-n").arg(&script).output();
    if cfg!(target_os = "macos") {
        return;
    }
    let output = std::process::Command::new("sh").arg(script).output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("Mac"), "{said}");
}
