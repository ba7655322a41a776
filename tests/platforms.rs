//! What only one family of systems has comes in pairs: where the sources say `cfg(unix)` or `cfg(target_os = "linux")`, they
//! say what holds elsewhere. `make platforms` compiles and runs the other side.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use support::root;

/// Each condition and what its other side may be.
const PAIRS: &[(&str, &str)] = &[
    ("#[cfg(unix)]", "#[cfg(windows)]"),
    ("#[cfg(target_os = \"linux\")]", "#[cfg(not(target_os = \"linux\"))]"),
];

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// The code of a file before its tests.
fn code(text: &str) -> &str {
    let tests = ["#[cfg(test)]\nmod tests", "#[cfg(all(test"];
    let end = tests.iter().filter_map(|begin| text.find(begin)).min();
    &text[..end.unwrap_or(text.len())]
}

/// What is wrong with a file.
fn faults(text: &str) -> Vec<String> {
    let code = code(text);
    let count = |what: &str| code.lines().filter(|line| line.trim() == what).count();
    let unpaired = PAIRS.iter().filter(|(one, other)| count(one) != count(other));
    let mut faults: Vec<String> = unpaired
        .map(|(one, other)| format!("{} times {one}, {} times {other}", count(one), count(other)))
        .collect();
    // A module of one family only may name what others lack.
    for name in ["std::os::unix", "std::os::fd", "rustix::", "libc::O_"] {
        let is_in_a_pair = PAIRS.iter().any(|(one, _)| count(one) > 0);
        if code.contains(name) && !is_in_a_pair {
            faults.push(format!("{name} is on Unix only"));
        }
    }
    faults
}

#[test]
fn what_one_family_of_systems_has_has_its_other_side() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    assert!(files.len() > 100);
    let wrong: BTreeMap<_, _> = files
        .into_iter()
        // The one side; the next test holds the other against it.
        .filter(|path| !path.ends_with("src/model/file/unix.rs"))
        .map(|path| (path.clone(), faults(&fs::read_to_string(path).unwrap())))
        .filter(|(_, faults)| !faults.is_empty())
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn both_sides_of_the_files_have_the_same_functions() {
    let functions = |side: &str| {
        let text = fs::read_to_string(root().join("src/model/file").join(side)).unwrap();
        let names = text.lines().filter_map(|line| line.strip_prefix("pub"));
        let mut names: Vec<String> = names
            .filter_map(|line| Some(line.split_once("fn ")?.1.split_once('(')?.0.to_owned()))
            .collect();
        names.sort();
        names
    };
    let unix = functions("unix.rs");
    assert!(unix.len() > 8);
    assert_eq!(unix, functions("windows.rs"));
}

#[test]
fn a_file_with_one_side_only_is_found() {
    assert!(faults("#[cfg(unix)]\nmod unix;\n#[cfg(windows)]\nmod windows;\n").is_empty());
    assert_eq!(faults("#[cfg(unix)]\nmod unix;\n").len(), 1);
    assert_eq!(faults("fn f() { std::os::unix::fs::symlink(a, b) }\n").len(), 1);
    assert!(faults("fn f() {}\n#[cfg(test)]\nmod tests { use std::os::unix; }\n").is_empty());
}
