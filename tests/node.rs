//! The Node package `bindings/node`: it is packed, installed from its tarball into a fresh project, and everything here uses
//! what lies there: the scenarios, its promises as scripts in `tests/node`, its types, and the first program of its README.

mod support;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use support::document::program;
use support::{Checked, command, library, root, scenarios, temp_dir};

/// What scripts/setup.sh has installed for this: the compiler of TypeScript, and the headers of Node.
fn tools() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let modules = target.join("node-tools/node_modules");
    assert!(
        modules.exists(),
        "{} is missing: run scripts/setup.sh test",
        modules.display()
    );
    modules
}

/// A command without the variables that would lead it elsewhere.
fn clean(program: &str) -> Checked {
    let unset = ["LIBIM_LIBRARY", "NODE_OPTIONS", "NODE_PATH", "NODE_TEST_CONTEXT"];
    let unset = unset.iter().flat_map(|name| ["-u", *name]);
    command("env").args(unset).arg(program)
}

/// A folder that this test program makes anew.
fn built(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("node").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Packs the package with the library that cargo has just built, and gives the tarball.
fn tarball() -> &'static Path {
    static TARBALL: OnceLock<PathBuf> = OnceLock::new();
    TARBALL.get_or_init(|| {
        let output = command("node")
            .arg(root().join("bindings/node/scripts/pack.mjs"))
            .arg(built("dist"))
            .env("LIBIM_LIBRARY", library("libim.so"))
            .env("NODE_INCLUDE", tools().join("node-api-headers/include"))
            .output();
        let tarball = PathBuf::from(String::from_utf8(output).unwrap().trim());
        let name = format!("libim-{}.tgz", env!("CARGO_PKG_VERSION"));
        assert_eq!(tarball.file_name().unwrap().to_str(), Some(name.as_str()));
        tarball
    })
}

/// Makes a project in a folder, and installs the package there, without a network.
fn install(project: &Path) {
    std::fs::write(project.join("package.json"), r#"{"name":"app","private":true}"#).unwrap();
    clean("npm")
        .args([
            "install",
            "--offline",
            "--no-audit",
            "--no-fund",
            "--silent",
            "--prefix",
        ])
        .arg(project)
        .arg(tarball())
        .output();
}

/// A project with the package and the scripts of `tests/node`.
fn project() -> &'static Path {
    static PROJECT: OnceLock<PathBuf> = OnceLock::new();
    PROJECT.get_or_init(|| {
        let project = built("project");
        install(&project);
        for file in std::fs::read_dir(root().join("tests/node")).unwrap() {
            let file = file.unwrap().path();
            std::fs::copy(&file, project.join(file.file_name().unwrap())).unwrap();
        }
        std::os::unix::fs::symlink(tools().join("@types"), project.join("node_modules/@types")).unwrap();
        project
    })
}

/// Node's test runner on a script.
fn script(name: &str) -> String {
    let output = clean("node")
        .arg("--test")
        .arg(project().join(name))
        .env("LIBIM_SCENARIOS", root().join("tests/scenarios"))
        .output();
    let said = String::from_utf8(output).unwrap();
    assert!(said.contains("# fail 0") || said.contains("ℹ fail 0"), "{said}");
    assert!(!said.contains("# pass 0") && !said.contains("ℹ pass 0"), "{said}");
    said
}

#[test]
fn every_scenario_ends_as_written() {
    let said = script("scenarios.mjs");
    // One for each, one for the patterns, one for the methods.
    let count = scenarios().len() + 2;
    assert!(said.contains(&format!("pass {count}")), "{said}");
}

#[test]
fn calls_errors_and_signals() {
    script("calls.mjs");
}

#[test]
fn events() {
    script("events.mjs");
}

#[test]
fn views_of_the_list() {
    script("views.mjs");
}

#[test]
fn pictures_and_files() {
    script("media.mjs");
}

#[test]
fn a_thousand_clients() {
    script("lifetime.mjs");
}

#[test]
fn the_end_of_processes_and_workers() {
    script("exits.mjs");
}

#[test]
fn every_script_is_run() {
    let source = include_str!("node.rs");
    for file in std::fs::read_dir(root().join("tests/node")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let is_run = source.contains(&format!("script(\"{name}\")"));
        assert!(
            is_run || name == "support.mjs" || name.starts_with("typed_use."),
            "{name} is not run"
        );
    }
}

#[test]
fn the_types_are_right_for_both_kinds_of_modules() {
    let project = project();
    for file in ["typed_use.mts", "typed_use.cts"] {
        command("env")
            .arg("-C")
            .arg(project)
            .arg("node")
            .arg(tools().join("typescript/bin/tsc"))
            .args([
                "--strict",
                "--noEmit",
                "--noUncheckedIndexedAccess",
                "--module",
                "node16",
            ])
            .args(["--target", "es2022", "--types", "node", "--pretty", "false"])
            .arg(project.join(file))
            .output();
    }
}

#[test]
fn the_tarball_brings_everything_and_the_first_program_of_the_readme_runs() {
    let dir = temp_dir();
    install(dir.path());
    let package = dir.path().join("node_modules/libim");
    let platform = clean("node")
        .args(["-p", "process.platform + '-' + process.arch"])
        .output();
    let prebuilds = package
        .join("prebuilds")
        .join(String::from_utf8(platform).unwrap().trim());
    for file in [
        "index.js",
        "index.mjs",
        "index.d.ts",
        "index.d.mts",
        "README.md",
        "LICENSE-MIT",
    ] {
        assert!(package.join(file).exists(), "{file} is missing");
    }
    assert!(prebuilds.join("libim.so").exists() && prebuilds.join("libim.node").exists());
    let manifest = std::fs::read_to_string(package.join("package.json")).unwrap();
    for word in ["\"dependencies\"", "\"scripts\""] {
        assert!(!manifest.contains(word), "{word}: nothing is fetched or run");
    }

    let text = program("bindings/node/README.md", "js");
    assert!(text.trim().lines().count() <= 10, "a first program is short");
    std::fs::write(dir.path().join("first.mjs"), text).unwrap();
    let output = command("env")
        .args(["-u", "LIBIM_LIBRARY", "-C"])
        .arg(dir.path())
        .args(["node", "first.mjs"])
        .output();
    let printed = String::from_utf8(output).unwrap();
    let mut lines: Vec<&str> = printed.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["bob Hello, Bob", "new: [ 'bob' ]"]);
}

#[test]
fn the_bench_prints_one_line() {
    let dir = temp_dir();
    let bench = project().join("page.mjs");
    std::fs::copy(root().join("benches/bindings/page.mjs"), &bench).unwrap();
    let output = clean("node").arg(bench).arg(dir.path()).arg("10").output();
    let printed = String::from_utf8(output).unwrap();
    assert_eq!(printed.lines().count(), 1, "{printed}");
    assert!(printed.starts_with("Node: a page of 100 as objects "), "{printed}");
}

#[test]
fn a_library_that_does_not_fit_is_told_in_words() {
    let dir = temp_dir();
    install(dir.path());
    let refused = |library: &str| {
        let program = "try { require('libim') } catch (error) { console.log(error.message) }";
        let output = command("env")
            .arg("-C")
            .arg(dir.path())
            .args(["node", "-e", program])
            .env("LIBIM_LIBRARY", library)
            .output();
        String::from_utf8(output).unwrap()
    };
    let said = refused("/nowhere/libim.so");
    assert!(
        said.contains("/nowhere/libim.so") && said.contains("LIBIM_LIBRARY names another"),
        "{said}"
    );
    let said = refused("libc.so.6");
    assert!(said.contains("has no function im_version"), "{said}");
    std::fs::remove_dir_all(dir.path().join("node_modules/libim/prebuilds")).unwrap();
    let said = refused("");
    assert!(said.starts_with("libim has no libim.node for "), "{said}");
}
