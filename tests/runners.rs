//! The scenarios through C and C++: small runners, with the sanitizers of the compiler and under valgrind. What they open,
//! hear and close leaves nothing behind.

mod support;

use std::path::{Path, PathBuf};
use support::{SANITIZERS, command, link_shared, root, scenarios, temp_dir};

/// The runner of a language, built in a folder.
fn runner(language: &str, flags: &[&str], dir: &Path) -> PathBuf {
    let program = dir.join("scenarios");
    let c = ["main.c", "pattern.c", "variables.c"].map(|file| root().join("tests/scenarios/c").join(file));
    let compiler = match language {
        "C" => command("gcc").args(["-std=c11", "-D_POSIX_C_SOURCE=200809L"]).args(c),
        _ => command("g++")
            .args(["-std=c++17", "-pedantic", "-I"])
            .arg(root().join("bindings/cpp"))
            .arg(root().join("tests/cpp/scenarios.cpp")),
    };
    let compiler = compiler
        .args(["-Wall", "-Wextra", "-Werror", "-g", "-pthread", "-I"])
        .arg(root().join("include"))
        .args(flags)
        .arg("-o")
        .arg(&program)
        .args(link_shared(dir));
    let compiler = if language == "C" {
        compiler.arg("-ljansson")
    } else {
        compiler
    };
    compiler.output();
    program
}

fn plays_all(language: &str) {
    let dir = temp_dir();
    let program = runner(language, &SANITIZERS, dir.path());
    let data = dir.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let files = scenarios();
    let said = command(&program)
        .env("ASAN_OPTIONS", "detect_leaks=1")
        .arg(data)
        .args(&files)
        .output();
    let said = String::from_utf8(said).unwrap();
    assert_eq!(said, format!("{} scenarios ended as written\n", files.len()));

    // It notices what is not as written.
    let wrong = dir.path().join("wrong.json");
    let open = r#"{"do":"open","client":"a","config":{"userID":"alice"}}"#;
    let call = r#"{"do":"call","client":"a","method":"getTotalUnreadMessageCount","data":1}"#;
    std::fs::write(&wrong, format!(r#"{{"title":"wrong","steps":[{open},{call}]}}"#)).unwrap();
    let data = dir.path().join("wrong");
    std::fs::create_dir(&data).unwrap();
    let output = std::process::Command::new(&program)
        .arg(data)
        .arg(&wrong)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("step 1"), "{said}");
}

fn plays_under_valgrind(language: &str) {
    let dir = temp_dir();
    let program = runner(language, &[], dir.path());
    let data = dir.path().join("data");
    std::fs::create_dir(&data).unwrap();
    // Five thousand conversations would take minutes.
    let files = scenarios().into_iter().filter(|path| !path.ends_with("many.json"));
    // What is reachable through the middle of a block only, as all of Rust's hash maps are, is "possibly lost".
    command("valgrind")
        .args(["-q", "--error-exitcode=9", "--leak-check=full"])
        .args(["--show-leak-kinds=definite", "--errors-for-leak-kinds=definite"])
        .arg(program)
        .arg(data)
        .args(files)
        .output();
}

#[test]
fn c_plays_every_scenario() {
    plays_all("C");
}

#[test]
fn cpp_plays_every_scenario() {
    plays_all("C++");
}

#[test]
fn c_plays_under_valgrind() {
    plays_under_valgrind("C");
}

#[test]
fn cpp_plays_under_valgrind() {
    plays_under_valgrind("C++");
}
