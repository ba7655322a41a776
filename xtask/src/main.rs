//! `cargo xtask generate` writes the generated files; with `--check` nothing is written, and what is stale is named.
//! `cargo xtask compatible` compares the interface with that of the last release.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["generate"] => xtask::write(),
        ["generate", "--check"] => xtask::check(),
        ["compatible"] => xtask::compatible(),
        _ => Err("usage: cargo xtask generate [--check] | compatible".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
