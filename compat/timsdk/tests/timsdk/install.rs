//! `make install` with `TIMSDK=1`, and without.

use super::support::{command, library, root, temp_dir};
use std::path::Path;

fn make(rule: &str, dir: &Path, timsdk: &str) {
    let build = library("libImSDK.so").parent().unwrap().to_owned();
    command("make")
        .args(["--no-print-directory", "-C"])
        .arg(root().join("../.."))
        // The libraries are there already; cargo is busy with this test.
        .args([rule, "CARGO=true", "PREFIX=/usr"])
        .arg(format!("TIMSDK={timsdk}"))
        .arg(format!("DESTDIR={}", dir.display()))
        .env("LIBIM_BUILD", build)
        .output();
}

#[test]
fn it_lies_beside_libim_only_when_asked() {
    let dir = temp_dir();
    let files = ["usr/lib/libImSDK.so", "usr/include/TIMLibim.h"].map(|file| dir.path().join(file));
    make("install", dir.path(), "");
    assert!(files.iter().all(|file| !file.exists()));
    assert!(dir.path().join("usr/lib/libim.so").exists());
    make("install", dir.path(), "1");
    assert!(files.iter().all(|file| file.exists()));
    // One of that name may be another's.
    make("uninstall", dir.path(), "");
    assert!(files.iter().all(|file| file.exists()));
    make("uninstall", dir.path(), "1");
    assert!(files.iter().all(|file| !file.exists()));
}
