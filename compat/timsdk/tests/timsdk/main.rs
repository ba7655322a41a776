//! `libImSDK` as its users meet it: the names that it exports, C programs against its header, and stories of two users, one of whom
//! goes through it while the other is a client of libim.

#[path = "../../../../tests/servers/mod.rs"]
mod servers;
#[path = "../../../../tests/support/mod.rs"]
mod support;

mod c_programs;
mod callbacks;
mod conversations;
mod electron;
mod files;
mod groups;
mod install;
mod listeners;
mod messages;
mod names;
mod parameters;
mod receipts;
mod refusals;
mod reports;
mod screen;
mod sessions;
mod tim;
mod told;
mod whole;

use std::path::{Path, PathBuf};

/// The compiled program of `tests/timsdk/c/<name>.c`, or of a source that the test has written.
fn compile(source: &Path, dir: &Path, flags: &[&str]) -> PathBuf {
    let library = support::library("libImSDK.so");
    let program = dir.join(source.file_stem().unwrap());
    let mut rpath = std::ffi::OsString::from("-Wl,-rpath,");
    rpath.push(library.parent().unwrap());
    support::command("gcc")
        .args([
            "-std=c11",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-g",
            "-D_POSIX_C_SOURCE=200809L",
        ])
        .args(["-pthread", "-I"])
        .arg(support::root().join("include"))
        .args(flags)
        .arg(source)
        .arg("-o")
        .arg(&program)
        .arg(library)
        .arg(rpath)
        .output();
    program
}
