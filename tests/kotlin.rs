//! The Kotlin binding `bindings/kotlin`: its promises as programs in `tests/kotlin`, the scenarios, that its README and
//! its example do what they say, and that every public name is documented.
//!
//! The compiler is slow, so Maven compiles the binding and all programs once for all tests here.

mod support;

use serde_json::json;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use support::app::App;
use support::document::{document, program, unindented};
use support::inbox::shows_alices_list;
use support::{command, library, root, scenarios, temp_dir};

/// The folder for what is built here.
fn built(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kotlin").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The class path of the binding, of the programs that use it, and of what they need.
struct Built(OsString);

impl Built {
    fn get() -> &'static Self {
        static BUILT: OnceLock<Built> = OnceLock::new();
        BUILT.get_or_init(|| {
            let target = built("target");
            let classpath = target.join("classpath");
            let option = |name: &str, value: &Path| {
                let mut option = OsString::from(format!("-D{name}="));
                option.push(value);
                option
            };
            command("mvn")
                .args(["--batch-mode", "--quiet", "-Ptests", "--file"])
                .arg(root().join("bindings/kotlin"))
                .arg(option("libim.target", &target))
                .arg(option("mdep.outputFile", &classpath))
                .args(["test-compile", "dependency:build-classpath"])
                .output();
            let jars = std::fs::read_to_string(classpath).unwrap();
            let classes = ["classes", "test-classes"].map(|folder| target.join(folder));
            Self(std::env::join_paths(classes.into_iter().chain(std::env::split_paths(&jars))).unwrap())
        })
    }

    /// The command that runs a program on the library that was built with this test.
    fn java(&self, options: &[&str], class: &str) -> Command {
        let mut libraries = OsString::from("-Djna.library.path=");
        libraries.push(library("libim.so").parent().unwrap());
        let mut java = Command::new("java");
        java.env_remove("LIBIM_LIBRARY")
            .arg(libraries)
            .args(options)
            .arg("-cp")
            .arg(&self.0)
            .arg(class);
        java
    }
}

/// Runs a program that must end well and say nothing on standard error; gives what it printed.
fn ends_well(mut program: Command) -> String {
    let Output { status, stdout, stderr } = program.output().unwrap_or_else(|error| panic!("{program:?}: {error}"));
    let stderr = String::from_utf8_lossy(&stderr);
    assert!(status.success() && stderr.is_empty(), "{program:?}: {status}\n{stderr}");
    String::from_utf8(stdout).unwrap()
}

/// Runs a test program in a fresh directory.
fn run(class: &str, arguments: &[&str]) -> String {
    let dir = temp_dir();
    let mut java = Built::get().java(&[], class);
    java.arg(dir.path()).args(arguments);
    ends_well(java)
}

#[test]
fn every_method_typed_and_errors() {
    run("methods.MethodsKt", &[]);
}

#[test]
fn java_is_written_as_one_would() {
    let dir = temp_dir();
    let built = Built::get();
    command("javac")
        .args(["-Werror", "-Xlint:all", "-d"])
        .arg(dir.path())
        .arg("-cp")
        .arg(&built.0)
        .arg(root().join("tests/kotlin/Usage.java"))
        .output();
    let mut classpath = dir.path().as_os_str().to_owned();
    classpath.push(":");
    classpath.push(&built.0);
    let mut java = Command::new("java");
    java.arg(format!(
        "-Djna.library.path={}",
        library("libim.so").parent().unwrap().display()
    ))
    .arg("-cp")
    .arg(classpath)
    .arg("Usage")
    .arg(dir.path().join("data"));
    assert_eq!(ends_well(java), "");
}

#[test]
fn answers_are_read_strictly() {
    run("models.ModelsKt", &[]);
}

#[test]
fn suspending_methods_and_the_flow_of_events() {
    run("coroutines.CoroutinesKt", &[]);
}

#[test]
fn walks_and_what_is_unread() {
    run("walks.WalksKt", &[]);
}

#[test]
fn views_of_the_list() {
    run("views.ViewsKt", &[]);
    // The part of the README is in the program, where it runs.
    let tested = std::fs::read_to_string(root().join("tests/kotlin/views.kt")).unwrap();
    assert!(tested.contains(&unindented(&program("bindings/kotlin/README.md", "kotlin view"))));
}

#[test]
fn what_sentences_name_is_what_methods_take() {
    run("refusals.RefusalsKt", &[]);
}

#[test]
fn events_and_listeners() {
    run("events.EventsKt", &[]);
}

#[test]
fn lifetime_of_clients_and_futures() {
    run("lifetime.LifetimeKt", &[]);
}

#[test]
fn texts_of_all_kinds() {
    run("text.TextKt", &[]);
}

#[test]
fn texts_of_all_kinds_where_nothing_else_is_utf_8() {
    let dir = temp_dir();
    let mut java = Built::get().java(&["-Dfile.encoding=ISO-8859-1"], "text.TextKt");
    java.env("LANG", "C").env("LC_ALL", "C").arg(dir.path());
    ends_well(java);
}

#[test]
fn every_scenario_ends_as_written() {
    let files = scenarios();
    let names: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
    assert_eq!(
        run("scenarios.ScenariosKt", &names),
        format!("{} scenarios\n", files.len())
    );
}

#[test]
fn the_jvm_ends_with_open_clients() {
    for how in ["idle", "busy", "stuck", "inside", "future", "hook"] {
        assert_eq!(run("exit.ExitKt", &[how]), "", "{how}");
    }
    assert_eq!(run("exit.ExitKt", &["pending"]), "all have ended\n");
}

#[test]
fn a_busy_jvm_ends_cleanly_again_and_again() {
    for _ in 0..10 {
        run("exit.ExitKt", &["busy"]);
    }
}

#[test]
fn a_thousand_clients_leave_nothing_behind() {
    // What grows and shrinks by itself is kept still: the heap, the compiler's memory and malloc's arenas.
    let options = [
        "-XX:+UseSerialGC",
        "-Xms128m",
        "-Xmx128m",
        "-XX:+AlwaysPreTouch",
        "-XX:TieredStopAtLevel=1",
    ];
    let dir = temp_dir();
    let mut java = Built::get().java(&options, "flat.FlatKt");
    java.env("MALLOC_ARENA_MAX", "1").arg(dir.path());
    ends_well(java);
}

#[test]
fn a_library_that_is_not_there_is_named() {
    let dir = temp_dir();
    let mut java = Built::get().java(&[], "text.TextKt");
    let output = java
        .env("LIBIM_LIBRARY", "/nowhere/libim.so")
        .arg(dir.path())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && stderr.contains("/nowhere/libim.so"),
        "{stderr}"
    );
}

/// The README's commands in a copy of the binding, with its program where it says.
#[test]
fn the_program_of_the_readme_prints_the_list() {
    let first = program("bindings/kotlin/README.md", "kotlin");
    assert!(first.lines().count() < 30, "a first program is short");
    let commands = program("bindings/kotlin/README.md", "sh");

    Built::get(); // which has downloaded most of what is needed
    let dir = temp_dir();
    std::fs::create_dir(dir.path().join("bindings")).unwrap();
    command("cp")
        .arg("-r")
        .arg(root().join("bindings/kotlin"))
        .arg(dir.path().join("bindings"))
        .output();
    std::fs::write(dir.path().join("bindings/kotlin/examples/first.kt"), first).unwrap();
    // What is installed goes into a repository of the test's own, with links to what the real one has.
    let repository = built("repository");
    let downloaded = std::env::home_dir().unwrap_or_default().join(".m2/repository");
    if downloaded.exists() {
        command("cp")
            .args(["--recursive", "--symbolic-link", "--remove-destination"])
            .arg(downloaded.join("."))
            .arg(&repository)
            .output();
    }
    let mut local = OsString::from("-Dmaven.repo.local=");
    local.push(repository);
    let mut shell = Command::new("sh");
    shell
        .args(["-e", "-c", &commands])
        .current_dir(dir.path())
        .env("LIBIM_LIBRARY", library("libim.so"))
        .env("MAVEN_OPTS", local);
    let output = shell.output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}{stderr}");
    assert!(stdout.contains("new: c2c_bob\nbob: Hello, Bob\n"), "{stdout}{stderr}");
}

#[test]
fn the_example_prints_alices_list() {
    let printed = run("inbox.InboxKt", &[]);
    shows_alices_list(&printed);
}

#[test]
fn the_example_with_coroutines_counts_to_three() {
    let printed = run("unread.UnreadKt", &[]);
    assert!(printed.ends_with("3 unread\n"), "{printed}");
}

#[test]
fn the_bridge_of_the_examples_carries_both_ways_and_what_was_said_before() {
    let dir = temp_dir();
    let side = |name: &str, user: &str| {
        let folder = dir.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        let app = |user: &str| {
            let app = App::open_with(&json!({
                "dataDir": folder.join(user),
                "userID": user,
                "backend": { "kind": "embedded", "path": folder.join("service.db") },
            }));
            app.ok("login", json!({}));
            app
        };
        let person = app(user);
        // It must have an account before it can be a member.
        drop(app("bridge"));
        let members = json!([{ "userID": "bridge" }]);
        person.ok(
            "createGroup",
            json!({ "groupType": "Public", "groupID": name, "memberList": members }),
        );
        (folder, person)
    };
    let says = |person: &App, group: &str, text: &str| {
        person.ok(
            "sendMessage",
            json!({ "groupID": group, "elemType": 1, "textElem": { "text": text } }),
        );
    };
    let (left, alice) = side("left", "alice");
    let (right, bob) = side("right", "bob");
    (0..60).for_each(|number| says(&alice, "left", &format!("before {number}")));
    let mut bridge = Built::get().java(&[], "bridge.BridgeKt");
    let mut bridge = bridge.arg(left).arg("left").arg(right).arg("right").spawn().unwrap();
    let heard = |person: &App, group: &str| person.texts(&format!("group_{group}"));
    bob.wait("what was said before", |bob| heard(bob, "right").len() == 60);
    assert_eq!(heard(&bob, "right")[0], "alice: before 0");
    says(&bob, "right", "hi");
    alice.wait("bob's answer", |alice| {
        heard(alice, "left").last().unwrap() == "bob: hi"
    });
    says(&alice, "left", "bye");
    bob.wait("the last word", |bob| {
        heard(bob, "right").last().unwrap() == "alice: bye"
    });
    assert_eq!((heard(&alice, "left").len(), heard(&bob, "right").len()), (62, 62));
    bridge.kill().unwrap();
    bridge.wait().unwrap();
}

/// The public declarations of a file that have no comment. Properties of a constructor may be explained by `@property`.
fn undocumented(source: &str) -> Vec<&str> {
    let lines: Vec<&str> = source.lines().collect();
    let mut bare = Vec::new();
    let mut in_hidden = false;
    for (at, line) in lines.iter().enumerate() {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if indent == 0 && !text.is_empty() && text != "}" && !text.starts_with(')') {
            in_hidden = text.starts_with("internal ") || text.starts_with("private ");
        }
        let words: Vec<&str> = text.split(' ').collect();
        let hidden = ["private", "internal", "override"];
        let kinds = ["class", "interface", "object", "fun", "val", "var"];
        let modifiers = ["const", "data", "sealed", "abstract", "enum", "lateinit"];
        let is_declaration = words
            .iter()
            .find(|word| !modifiers.contains(word))
            .is_some_and(|word| kinds.contains(word));
        let is_local = indent > 4 || in_hidden;
        if !is_declaration || is_local || words.iter().any(|word| hidden.contains(word)) {
            continue;
        }
        let above = lines[..at]
            .iter()
            .rev()
            .find(|line| !line.trim_start().starts_with('@'));
        let name = words
            .iter()
            .find(|word| word.ends_with(':'))
            .map_or("", |word| word.trim_end_matches(':'));
        let by_property = !name.is_empty() && source.contains(&format!("@property {name} "));
        if !above.is_some_and(|line| line.trim_end().ends_with("*/")) && !by_property {
            bare.push(*line);
        }
    }
    bare
}

#[test]
fn every_public_name_is_documented() {
    let folder = "bindings/kotlin/src/main/kotlin/im/libim";
    let mut looked_at = 0;
    for entry in std::fs::read_dir(root().join(folder)).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let source = document(&format!("{folder}/{name}"));
        assert_eq!(undocumented(&source), Vec::<&str>::new(), "{name}");
        // Without its comments a file with public names has names to miss.
        let stripped: Vec<&str> = source
            .lines()
            .filter(|line| !line.trim_start().starts_with(['*', '/']))
            .collect();
        looked_at += undocumented(&stripped.join("\n")).len();
    }
    assert!(looked_at > 200, "{looked_at} public names were looked at");
}
