//! Writes the files that restate the description of libim's interface.
//!
//! The description is the table of methods, the types of requests, answers and events, and their doc comments. Each
//! module named after a language or a kind of file adds what it makes to [`Outputs`].

mod compatible;
mod cpp;
mod description;
mod docs;
mod document;
mod ffi;
mod header;
mod kotlin;
mod migrations;
mod node;
mod outputs;
mod python;
mod reference;
mod render;
mod sample;
mod swift;
mod words;

use description::Description;
use outputs::Outputs;
use std::fs;
use std::path::Path;

/// What goes wrong is told to the person at the keyboard as it is.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Writes every generated file that is stale.
pub fn write() -> Result<()> {
    outputs()?.write()
}

/// Fails, naming them, when generated files are stale.
pub fn check() -> Result<()> {
    outputs()?.check()
}

/// Fails, naming what is not so, when a program that was written for the last release would not work with this version.
pub fn compatible() -> Result<()> {
    let read = |path: &str| -> Result<serde_json::Value> {
        let text = fs::read_to_string(root()?.join(path)).map_err(|error| format!("{path}: {error}"))?;
        Ok(serde_json::from_str(&text)?)
    };
    compatible::check(&read("schema/released.json")?, &read("schema/openrpc.json")?)
}

fn root() -> Result<&'static Path> {
    Ok(Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("xtask has no parent folder")?)
}

fn outputs() -> Result<Outputs> {
    let root = root()?;
    let document = document::document(&fs::read_to_string(root.join("Cargo.toml"))?)?;
    let description = Description::read(&document)?;
    let mut outputs = Outputs::new(root);
    outputs.add("schema/openrpc.json", format!("{document:#}\n"));
    ffi::generate(&description, &mut outputs)?;
    header::generate(root, &mut outputs)?;
    migrations::generate(root, &mut outputs)?;
    docs::generate(&description, &mut outputs)?;
    reference::generate(&document, &description, &mut outputs)?;
    cpp::generate(&description, &mut outputs)?;
    python::generate(&description, &mut outputs)?;
    swift::generate(&description, &mut outputs)?;
    kotlin::generate(&description, &mut outputs)?;
    node::generate(&description, &mut outputs)?;
    Ok(outputs)
}
