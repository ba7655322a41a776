//! The Kotlin binding `bindings/kotlin`: its promises as programs in `tests/kotlin`, the scenarios, that its README and
//! its example do what they say, and that every public name is documented.
//!
//! The compiler is slow, so the binding and all programs are compiled once for all tests here.

mod support;

use im::api::METHODS;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use support::document::{document, program};
use support::inbox::shows_alices_list;
use support::{command, library, root, scenarios, temp_dir};

/// Debian's jars that a program needs when it runs, and `kotlin-reflect` for the test that looks at the binding itself.
const JARS: &[&str] = &["jna", "gson", "kotlin-stdlib", "kotlin-reflect"];

/// The folder of what was compiled: `libim.jar`, and `programs.jar` with everything that uses it.
struct Built(PathBuf);

impl Built {
    fn get() -> &'static Self {
        static BUILT: OnceLock<Built> = OnceLock::new();
        BUILT.get_or_init(|| {
            let built = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join("kotlin"));
            std::fs::create_dir_all(&built.0).unwrap();
            let first = built.0.join("first.kt");
            std::fs::write(&first, program("bindings/kotlin/README.md", "kotlin")).unwrap();
            built.compile(&[], "libim.jar", &[root().join("bindings/kotlin/src/main/kotlin")]);
            let sources = [
                first,
                root().join("tests/kotlin"),
                root().join("bindings/kotlin/examples"),
                root().join("benches/bindings/Page.kt"),
            ];
            built.compile(&[built.0.join("libim.jar")], "programs.jar", &sources);
            built
        })
    }

    /// Compiles without a warning.
    fn compile(&self, with: &[PathBuf], jar: &str, sources: &[PathBuf]) {
        let mut friends = OsString::from("-Xfriend-paths="); // tests look into it
        friends.push(self.0.join("libim.jar"));
        command("kotlinc")
            .env("JAVA_OPTS", "-Xmx1g")
            .args(["-Werror", "-jvm-target", "1.8", "-cp"])
            .arg(class_path(with))
            .arg(friends)
            .args(sources)
            .arg("-d")
            .arg(self.0.join(jar))
            .output();
    }

    /// The command that runs a program on the library that was built with this test.
    fn java(&self, options: &[&str], class: &str) -> Command {
        let jars = ["libim.jar", "programs.jar"].map(|jar| self.0.join(jar));
        Self::java_with(options, &jars, class)
    }

    fn java_with(options: &[&str], jars: &[PathBuf], class: &str) -> Command {
        let mut libraries = OsString::from("-Djna.library.path=");
        libraries.push(library("libim.so").parent().unwrap());
        let mut java = Command::new("java");
        java.env_remove("LIBIM_LIBRARY")
            .arg(libraries)
            .args(options)
            .arg("-cp")
            .arg(class_path(jars))
            .arg(class);
        java
    }
}

/// Debian's jars, and others.
fn class_path(others: &[PathBuf]) -> OsString {
    let debians = JARS.iter().map(|name| {
        let jar = Path::new("/usr/share/java").join(name).with_extension("jar");
        let is_there = jar.exists();
        assert!(is_there, "{jar:?} is missing: scripts/setup.sh test installs it");
        jar
    });
    std::env::join_paths(debians.chain(others.iter().cloned())).unwrap()
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
fn the_binding_is_as_the_schema_says() {
    let schema = root().join("schema/openrpc.json");
    run("schema.SchemaKt", &[schema.to_str().unwrap()]);
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

#[test]
fn the_program_of_the_readme_prints_the_list() {
    assert!(
        program("bindings/kotlin/README.md", "kotlin").lines().count() < 30,
        "a first program is short"
    );
    let dir = temp_dir();
    let mut java = Built::get().java(&[], "FirstKt");
    java.current_dir(dir.path()); // where its data lies
    assert_eq!(ends_well(java), "new: c2c_bob\nbob: Hello, Bob\n");
}

#[test]
fn the_readme_says_how_to_build_it() {
    let commands = program("bindings/kotlin/README.md", "sh");
    let dir = temp_dir();
    std::fs::write(
        dir.path().join("first.kt"),
        program("bindings/kotlin/README.md", "kotlin"),
    )
    .unwrap();
    std::os::unix::fs::symlink(root().join("bindings"), dir.path().join("bindings")).unwrap();
    let mut shell = Command::new("sh");
    shell
        .args(["-e", "-c", &commands])
        .current_dir(dir.path())
        .env("LIBIM_LIBRARY", library("libim.so"));
    let output = shell.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(stdout, "new: c2c_bob\nbob: Hello, Bob\n", "{stderr}");
}

#[test]
fn maven_builds_it_too() {
    let dir = temp_dir();
    let project = dir.path().join("project");
    command("cp")
        .arg("-r")
        .arg(root().join("bindings/kotlin"))
        .arg(&project)
        .output();
    // Debian's packages of the versions that the pom names, as if they had been downloaded.
    let repository = dir.path().join("repository");
    command("cp")
        .args(["-rs", "/usr/share/maven-repo"])
        .arg(&repository)
        .output();
    let mut local = OsString::from("-Dmaven.repo.local=");
    local.push(repository);
    command("mvn")
        .args(["--offline", "--batch-mode", "--quiet", "--file"])
        .arg(&project)
        .arg(local)
        .arg("package")
        .output();

    // What it has built runs the program of the README.
    let built = Built::get();
    let jar = project.join("target/libim-0.1.0.jar");
    let mut java = Built::java_with(&[], &[jar, built.0.join("programs.jar")], "FirstKt");
    java.current_dir(dir.path());
    assert_eq!(ends_well(java), "new: c2c_bob\nbob: Hello, Bob\n");
}

#[test]
fn the_example_prints_alices_list() {
    let printed = run("inbox.InboxKt", &[]);
    shows_alices_list(&printed);
}

#[test]
fn what_waits_for_the_server_says_so() {
    let methods = document("bindings/kotlin/src/main/kotlin/im/libim/Methods.kt");
    for method in METHODS {
        let name = format!("fun {}(", method.name);
        let (before, after) = methods.split_once(&name).unwrap_or_else(|| panic!("no {name}"));
        let declaration = after.split("await(").next().unwrap();
        assert_eq!(declaration.contains("timeoutMs: Long"), method.needs_server, "{name}");
        let comment = before.rsplit("\n\n").next().unwrap().replace("\n     * ", " ");
        assert_eq!(
            comment.contains("Waits for the server."),
            method.needs_server,
            "what the comment of {name} says"
        );
    }
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
