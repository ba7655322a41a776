//! What the tests of the C ABI share: finding the libraries that cargo has built, compiling and running C programs.

#![allow(dead_code, unreachable_pub)] // each test program uses a part of it

pub mod app;
pub mod document;
pub mod engine;
pub mod exact;
pub mod header;
pub mod inbox;
pub mod log;
pub mod script;
pub mod second;
pub mod talk;
pub mod web;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The committed header.
pub const HEADER: &str = include_str!("../../include/libim.h");

/// The package's directory.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The scenarios, by name.
pub fn scenarios() -> Vec<PathBuf> {
    let files = std::fs::read_dir(root().join("tests/scenarios")).unwrap();
    let mut files: Vec<PathBuf> = files
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    assert!(files.len() > 10);
    files
}

/// A directory that goes away with the value.
pub fn temp_dir() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// The seed of a random test: `LIBIM_SEED`, or the given one, so that a run of all tests is the same every time.
pub fn seed(usual: u64) -> u64 {
    std::env::var("LIBIM_SEED").map_or(usual, |seed| seed.parse().unwrap())
}

/// A library that cargo has built together with this test program; it lies in the same directory.
pub fn library(file: &str) -> PathBuf {
    let library = std::env::current_exe().unwrap().with_file_name(file);
    assert!(library.exists(), "{} is missing", library.display());
    library
}

/// The arguments that link a program with libim.so. The library gets its soname as a link in `dir`, where the program
/// looks for it when it runs.
pub fn link_shared(dir: &Path) -> Vec<OsString> {
    let link = dir.join("libim.so.0");
    if !link.exists() {
        std::os::unix::fs::symlink(library("libim.so"), &link).unwrap();
    }
    let mut rpath = OsString::from("-Wl,-rpath,");
    rpath.push(dir);
    vec![link.into(), rpath]
}

/// What the compilers of C and C++ look for. What is left out the address sanitizer sees as well, or it is about casts, of which there
/// are none; the compiler takes two thirds more time with it.
pub const SANITIZERS: [&str; 4] = [
    "-fsanitize=address,undefined",
    "-fno-sanitize=null,alignment,vptr,object-size",
    "-fno-sanitize-recover=all",
    "-fno-omit-frame-pointer",
];

/// A command that must succeed.
pub struct Checked(Command);

/// A command whose failure fails the test, with all it said.
pub fn command(program: impl AsRef<OsStr>) -> Checked {
    Checked(Command::new(program))
}

impl Checked {
    /// Adds an argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.0.arg(arg);
        self
    }

    /// Adds arguments.
    pub fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.0.args(args);
        self
    }

    /// Sets a variable of its environment.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    /// Starts it, for a test that talks to it.
    pub fn talk(mut self) -> talk::Talk {
        talk::Talk::to(&mut self.0)
    }

    /// Runs it and gives what it wrote to its standard output.
    pub fn output(mut self) -> Vec<u8> {
        let output = self.0.output().unwrap_or_else(|error| panic!("{:?}: {error}", self.0));
        assert!(
            output.status.success(),
            "{:?}: {}\n{}{}",
            self.0,
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        output.stdout
    }
}

/// Compiles `tests/<folder>/<name>.c` against the header, with the arguments that link the library, and gives its path.
pub fn compile(folder: &str, name: &str, dir: &Path, library: Vec<OsString>) -> PathBuf {
    let program = dir.join(name);
    command("gcc")
        .args([
            "-std=c11",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-g",
            "-D_POSIX_C_SOURCE=200809L",
        ])
        .args(["-pthread", "-funwind-tables", "-I"])
        .arg(root().join("include"))
        .arg(root().join("tests").join(folder).join(name).with_extension("c"))
        .arg("-o")
        .arg(&program)
        .args(library)
        .output();
    program
}

/// Runs a program that must succeed, with a fresh directory for its data.
pub fn run_with_data(program: &Path, dir: &Path) {
    let data = dir.join("data");
    std::fs::create_dir(&data).unwrap();
    command(program).arg(data).output();
}
