//! No file grows past 400 lines, of the library's or of what is built and tested beside it.

use super::{Source, assert_none, files};
use crate::support::root;

/// The most lines of a file.
pub const MAX_LINES: usize = 400;

pub fn length_faults(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    if lines > MAX_LINES {
        vec![format!("{} has {lines} lines; the most is {MAX_LINES}", source.path)]
    } else {
        Vec::new()
    }
}

#[test]
fn no_file_is_too_long() {
    assert_none(length_faults);
}

#[test]
fn nor_is_one_of_the_tests_benches_and_tools() {
    let mut paths = Vec::new();
    for folder in ["tests", "benches", "xtask/src", "examples", "models", "fuzz", "compat"] {
        files(&root().join(folder), &mut paths);
    }
    // Compiled there by hand at times.
    paths.retain(|path| !path.components().any(|part| part.as_os_str() == "target"));
    assert!(paths.len() > 200, "only {} were found", paths.len());
    let sources = paths.iter().map(|path| {
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
        Source::new(name, &std::fs::read_to_string(path).unwrap())
    });
    let faults: Vec<String> = sources.flat_map(|source| length_faults(&source)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}
