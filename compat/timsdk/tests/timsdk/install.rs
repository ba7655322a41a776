//! `make install` with `TIMSDK=1`, and without.

use super::support::{command, library, root, temp_dir};
use std::path::Path;

#[test]
fn nothing_is_installed_when_it_was_not_built() {
    let dir = temp_dir();
    let (build, out) = (dir.path().join("build"), dir.path().join("out"));
    std::fs::create_dir(&build).unwrap();
    for file in ["libim.so", "libim.a"] {
        std::fs::copy(library("libim.so"), build.join(file)).unwrap();
    }
    let install = std::process::Command::new("sh")
        .arg(root().join("../../scripts/install.sh"))
        .arg("install")
        .envs([("TIMSDK", "1"), ("PREFIX", "/usr")])
        .envs([("LIBIM_BUILD", &build), ("DESTDIR", &out)])
        .output()
        .unwrap();
    assert!(!install.status.success());
    let said = String::from_utf8(install.stderr).unwrap();
    assert!(said.contains("libImSDK.so is missing"), "{said}");
    assert!(!out.exists());
}

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
    for not in ["", "0"] {
        make("install", dir.path(), not);
        assert!(files.iter().all(|file| !file.exists()));
    }
    assert!(dir.path().join("usr/lib/libim.so").exists());
    make("install", dir.path(), "1");
    assert!(files.iter().all(|file| file.exists()));
    // One of that name may be another's.
    make("uninstall", dir.path(), "");
    assert!(files.iter().all(|file| file.exists()));
    make("uninstall", dir.path(), "1");
    assert!(files.iter().all(|file| !file.exists()));
}
