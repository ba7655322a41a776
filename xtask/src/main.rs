//! `cargo xtask generate`: writes the files that restate the description of libim's interface.
//!
//! The description is the table of methods, the types of requests, answers and events, and their doc comments. Each
//! module named after a language or a kind of file adds what it makes to [`Outputs`]; with `--check` nothing is written
//! and what is stale is named.

mod cpp;
#[allow(dead_code)]
mod description;
mod kotlin;
#[allow(dead_code)]
mod outputs;
mod python;
#[allow(dead_code)] // until the first template is there
mod render;
mod swift;

use description::Description;
use outputs::Outputs;
use std::path::Path;
use std::process::ExitCode;

/// What goes wrong is told to the person at the keyboard as it is.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["generate"] => generate().and_then(|outputs| outputs.write()),
        ["generate", "--check"] => generate().and_then(|outputs| outputs.check()),
        _ => Err("usage: cargo xtask generate [--check]".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn generate() -> Result<Outputs> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("xtask has no parent folder")?;
    let description = Description::read(&std::fs::read_to_string(root.join("schema/openrpc.json"))?)?;
    let mut outputs = Outputs::new(root);
    cpp::generate(&description, &mut outputs)?;
    python::generate(&description, &mut outputs)?;
    swift::generate(&description, &mut outputs)?;
    kotlin::generate(&description, &mut outputs)?;
    Ok(outputs)
}
