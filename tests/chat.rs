//! The chat client in `examples/chat`: its promises as scripts in `tests/chat`, on real clients of the embedded service
//! and of a Prosody, and Textual's pilot, and its types; and the window in `examples/window`, on a display of its own.
//!
//! What differs between the services the contract holds: in the ordinary run three of the scripts show that the client works on a
//! server too, and `make torture` plays the others there.

#[path = "servers/mod.rs"]
mod servers;
mod support;

use std::path::{Path, PathBuf};
use support::{Checked, command, library, root, temp_dir};

/// The Python that scripts/setup.sh has given the tools of developers, with what the client needs.
fn python() -> Checked {
    with_client(command(interpreter()))
}

/// The same, as the program that another one runs.
fn python_in(runner: PathBuf) -> Checked {
    with_client(command(runner).arg(interpreter()))
}

fn interpreter() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let python = target.join("venv/bin/python");
    assert!(
        python.exists(),
        "{} is missing: run scripts/setup.sh test",
        python.display()
    );
    python
}

fn with_client(python: Checked) -> Checked {
    let packages = [root().join("bindings/python"), client()];
    python
        .args(["-W", "error"])
        .env("LIBIM_LIBRARY", library("libim.so"))
        .env("PYTHONPATH", std::env::join_paths(packages).unwrap())
        .env("PYTHONDONTWRITEBYTECODE", "1")
}

/// The Python of the system, which has GTK, on a display that nobody sees.
fn in_window(script: impl AsRef<Path>) -> Checked {
    let packages = [root().join("bindings/python"), window()];
    command(root().join("scripts/with-display.sh"))
        // A module of Debian's is loaded in a way that Python will not know for ever.
        .args(["/usr/bin/python3", "-W", "error", "-W", "ignore::ImportWarning"])
        .arg(script.as_ref())
        .env("LIBIM_LIBRARY", library("libim.so"))
        .env("PYTHONPATH", std::env::join_paths(packages).unwrap())
        .env("PYTHONDONTWRITEBYTECODE", "1")
}

fn window() -> PathBuf {
    root().join("examples/window")
}

fn window_tests() -> PathBuf {
    root().join("tests/window")
}

fn client() -> PathBuf {
    root().join("examples/chat")
}

fn tests() -> PathBuf {
    root().join("tests/chat")
}

fn benches() -> PathBuf {
    root().join("benches/chat")
}

fn script(name: &str) {
    python().arg(tests().join(name)).output();
}

/// The same script with users of a Prosody.
fn script_on_server(name: &str) {
    let server = servers::prosody();
    let accounts: Vec<_> = (0..40).map(|_| server.backend(&server.new_user("user"))).collect();
    python()
        .arg(tests().join(name))
        .env("LIBIM_CHAT_SERVER", serde_json::to_string(&accounts).unwrap())
        .output();
}

#[test]
fn text_in_cells() {
    script("texts.py");
}

#[test]
fn the_list() {
    script("the_list.py");
}

#[test]
fn the_list_on_a_server() {
    script_on_server("the_list.py");
}

#[test]
fn the_conversation() {
    script("the_conversation.py");
}

#[test]
fn the_conversation_on_a_server() {
    script_on_server("the_conversation.py");
}

#[test]
fn the_writing() {
    script("the_writing.py");
}

#[test]
#[ignore = "make torture plays it"]
fn the_writing_on_a_server() {
    script_on_server("the_writing.py");
}

#[test]
fn the_commands() {
    script("the_commands.py");
}

#[test]
#[ignore = "make torture plays it"]
fn the_commands_on_a_server() {
    script_on_server("the_commands.py");
}

#[test]
fn the_scrolling() {
    script("the_scrolling.py");
}

#[test]
#[ignore = "make torture plays it"]
fn the_scrolling_on_a_server() {
    script_on_server("the_scrolling.py");
}

#[test]
fn the_files() {
    script("the_files.py");
}

#[test]
fn the_files_on_a_server() {
    script_on_server("the_files.py");
}

#[test]
fn the_mentions() {
    script("the_mentions.py");
}

#[test]
#[ignore = "make torture plays it"]
fn the_mentions_on_a_server() {
    script_on_server("the_mentions.py");
}

#[test]
fn the_search() {
    script("the_search.py");
}

#[test]
#[ignore = "make torture plays it"]
fn the_search_on_a_server() {
    script_on_server("the_search.py");
}

#[test]
fn the_refusals() {
    script("the_refusals.py");
}

#[test]
#[ignore = "make torture plays it"]
fn the_refusals_on_a_server() {
    script_on_server("the_refusals.py");
}

#[test]
fn the_quitting() {
    script("the_quitting.py");
}

#[test]
#[ignore = "make torture plays it"]
fn the_quitting_on_a_server() {
    script_on_server("the_quitting.py");
}

#[test]
fn the_names() {
    script("the_names.py");
}

#[test]
#[ignore = "make torture plays it"]
fn the_names_on_a_server() {
    script_on_server("the_names.py");
}

#[test]
fn the_harm() {
    script("the_harm.py");
}

#[test]
#[ignore = "make torture plays it"]
fn the_harm_on_a_server() {
    script_on_server("the_harm.py");
}

#[test]
fn the_unread() {
    script("the_unread.py");
}

#[test]
#[ignore = "make torture plays it"]
fn the_unread_on_a_server() {
    script_on_server("the_unread.py");
}

#[test]
fn the_keys() {
    script("the_keys.py");
}

#[test]
fn the_haste() {
    script("the_haste.py");
}

#[test]
#[ignore = "make torture plays it"]
fn the_keys_on_a_server() {
    script_on_server("the_keys.py");
}

#[test]
fn the_words() {
    script("the_words.py");
}

#[test]
fn the_demo_and_the_command_line() {
    script("the_demo.py");
}

#[test]
fn the_package_is_installed_and_runs() {
    let dir = temp_dir();
    let wheels = dir.path().join("wheels");
    for package in [root().join("bindings/python"), client()] {
        // A copy, because building leaves files behind.
        let copy = dir.path().join(package.file_name().unwrap());
        command("cp").arg("-r").args([&package, &copy]).output();
        command(interpreter())
            .args(["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"])
            .args(["--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir"])
            .args([&wheels, &copy])
            .env("LIBIM_LIBRARY", library("libim.so"))
            .output();
    }
    let fresh = dir.path().join("fresh");
    command(interpreter()).args(["-m", "venv"]).arg(&fresh).output();
    command(fresh.join("bin/python"))
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--find-links",
        ])
        .args([wheels.as_os_str(), "libim-chat".as_ref()])
        .output();
    let help = command(fresh.join("bin/libim-chat")).arg("--help").output();
    let help = String::from_utf8(help).unwrap();
    assert!(help.contains("--demo") && help.contains("--jid"), "{help}");
    // On a display of text that nobody sees, and left with the key that leaves it.
    command(fresh.join("bin/python"))
        .arg(tests().join("installed.py"))
        .arg(fresh.join("bin/libim-chat"))
        .output();
}

#[test]
fn make_chat_runs_the_demo() {
    python().arg(tests().join("made.py")).arg(root()).output();
}

#[test]
fn what_there_is_on_a_server_only() {
    script_on_server("the_server.py");
}

#[test]
fn the_window() {
    in_window(window_tests().join("the_window.py")).output();
}

#[test]
fn the_picture_of_the_window_can_be_drawn() {
    let dir = temp_dir();
    let file = dir.path().join("window.png");
    in_window(window().join("picture.py")).arg(&file).output();
    assert!(std::fs::read(file).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn the_types_of_the_window_are_right() {
    let dir = temp_dir();
    python()
        .args([
            "-m",
            "mypy",
            "--strict",
            "--ignore-missing-imports",
            "--allow-subclassing-any",
            "--cache-dir",
        ])
        .arg(dir.path())
        .arg("--config-file")
        .arg(client().join("pyproject.toml"))
        .args([window(), window_tests()])
        .env("MYPYPATH", root().join("bindings/python"))
        .output();
}

#[test]
fn the_types_are_right() {
    let dir = temp_dir();
    let mut mypy = python()
        .args(["-m", "mypy", "--strict", "--cache-dir"])
        .arg(dir.path())
        .arg("--config-file")
        .arg(client().join("pyproject.toml"))
        .arg(client().join("libim_chat"))
        .arg(benches());
    for entry in std::fs::read_dir(tests()).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_some_and(|end| end == "py") {
            mypy = mypy.arg(file);
        }
    }
    mypy.env("MYPYPATH", root().join("bindings/python")).output();
}

#[test]
fn the_code_is_formatted() {
    python()
        .args(["-m", "ruff", "format", "--check", "--no-cache", "--config"])
        .arg(client().join("pyproject.toml"))
        .args([client(), tests(), window(), window_tests(), benches()])
        .output();
}

#[test]
fn the_pictures_can_be_drawn() {
    let dir = temp_dir();
    python().args(["-m", "libim_chat.pictures"]).arg(dir.path()).output();
    for picture in ["chat.svg", "chat-search.svg", "chat-commands.svg"] {
        let drawn = std::fs::read_to_string(dir.path().join(picture)).unwrap();
        assert!(drawn.starts_with("<svg") && drawn.contains("alice"), "{picture}");
    }
}

#[test]
fn a_lost_server_can_be_drawn() {
    let dir = temp_dir();
    python_in(root().join("scripts/demo-xmpp.sh"))
        .args(["-m", "libim_chat.reconnect"])
        .arg(dir.path())
        .output();
    for (picture, state) in [
        ("chat-offline.svg", "offline"),
        ("chat-reconnected.svg", "up&#160;to&#160;date"),
    ] {
        let drawn = std::fs::read_to_string(dir.path().join(picture)).unwrap();
        assert!(drawn.starts_with("<svg") && drawn.contains(state), "{picture}");
    }
}
