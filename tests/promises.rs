//! Every sentence of the documents about the C ABI, the events and the list stands in `tests/promises/`, with the tests
//! that fail when it becomes false, or with the reason why no test can hold it. A sentence that changes asks for a look at
//! its tests.
//!
//! A test is named by its file and its name, `src/engine/draft.rs::a_draft_survives_a_restart`; a scenario, or a program that
//! a test runs whole, by its file, with or without a function in it.

#[path = "promises/sentences.rs"]
mod sentences;
mod support;

use sentences::sentences;
use std::collections::BTreeSet;
use support::document::document;
use support::root;

/// The documents, each with its table.
const DOCUMENTS: [(&str, &str); 3] = [
    ("docs/abi.md", "tests/promises/abi.txt"),
    ("docs/events.md", "tests/promises/events.txt"),
    ("docs/list.md", "tests/promises/list.txt"),
];

/// A sentence of a table, and what stands below it.
struct Entry {
    sentence: String,
    /// Tests, or `none: ` and a reason.
    held_by: Vec<String>,
}

/// A table: sentences at the beginning of a line, below each the indented lines that belong to it. `#` begins a comment.
fn table(path: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in document(path).lines() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        match (line.strip_prefix("    "), entries.last_mut()) {
            (Some(held_by), Some(entry)) => entry.held_by.push(held_by.to_owned()),
            (Some(_), None) => panic!("{path} begins with an indented line"),
            (None, _) => entries.push(Entry {
                sentence: line.to_owned(),
                held_by: Vec::new(),
            }),
        }
    }
    entries
}

/// What is wrong with a line below a sentence.
fn fault(held_by: &str) -> Option<String> {
    if let Some(reason) = held_by.strip_prefix("none: ") {
        return reason.trim().is_empty().then(|| format!("{held_by:?} gives no reason"));
    }
    let (path, name) = match held_by.split_once("::") {
        Some((path, name)) => (path, Some(name)),
        None => (held_by, None),
    };
    if !(path.starts_with("tests/") || path.starts_with("src/")) || path.contains("..") {
        return Some(format!("{held_by:?} is neither a test nor \"none: \" and a reason"));
    }
    let Ok(text) = std::fs::read_to_string(root().join(path)) else {
        return Some(format!("there is no file {path}"));
    };
    let extension = path.rsplit('.').next();
    match (extension, name) {
        (Some("rs"), Some(name)) => (!is_test(path, &text, name)).then(|| format!("{path} has no test {name}")),
        (Some("rs"), None) => Some(format!("{path} has several tests: name one, {path}::name")),
        // Programs that a test runs whole, and their functions.
        (Some("c"), _) if !is_run(path) => Some(format!("no test runs {path}")),
        (_, None) => None,
        (_, Some(name)) => (!text.contains(&format!("{name}("))).then(|| format!("{path} has no function {name}")),
    }
}

/// Whether a test compiles and runs a C program, by its name.
fn is_run(path: &str) -> bool {
    let name = path.rsplit('/').next().and_then(|file| file.strip_suffix(".c"));
    let quoted = format!("\"{}\"", name.unwrap_or_default());
    ["tests/abi.rs", "tests/staticlib.rs"]
        .iter()
        .any(|tests| document(tests).contains(&quoted))
}

/// Whether a Rust file has a test of a name. A scenario of the contract is one where it is listed.
fn is_test(path: &str, text: &str, name: &str) -> bool {
    if path.starts_with("tests/contract/scenarios/") {
        let listed = document("tests/contract/scenarios/mod.rs");
        return text.contains(&format!("fn {name}("))
            && listed.lines().any(|line| line.trim().trim_end_matches(';') == name);
    }
    text.split("#[test]").skip(1).any(|rest| {
        rest.split("fn ")
            .nth(1)
            .is_some_and(|rest| rest.starts_with(&format!("{name}(")))
    })
}

#[test]
fn every_sentence_has_the_tests_that_hold_it() {
    let mut wrong = Vec::new();
    for (document_path, table_path) in DOCUMENTS {
        let said = sentences(&document(document_path));
        let entries = table(table_path);
        let known: BTreeSet<&str> = entries.iter().map(|entry| entry.sentence.as_str()).collect();
        let missing: Vec<&String> = said
            .iter()
            .filter(|sentence| !known.contains(sentence.as_str()))
            .collect();
        for sentence in &missing {
            wrong.push(format!(
                "{document_path} says what {table_path} does not have. Add the sentence, and below it the tests that fail \
                 when it becomes false, or \"none: \" and why no test can hold it:\n{sentence}\n    "
            ));
        }
        for entry in &entries {
            if !said.contains(&entry.sentence) {
                wrong.push(format!(
                    "{table_path} has a sentence that {document_path} says no longer. If it was changed, see whether its \
                     tests hold the new one; if it is gone, remove it:\n{}",
                    entry.sentence
                ));
            }
            if entry.held_by.is_empty() {
                wrong.push(format!("{table_path} names no test for:\n{}", entry.sentence));
            }
            for fault in entry.held_by.iter().filter_map(|held_by| fault(held_by)) {
                wrong.push(format!("{table_path}: {fault}, for:\n{}", entry.sentence));
            }
        }
        let in_order: Vec<&String> = entries.iter().map(|entry| &entry.sentence).collect();
        if wrong.is_empty() && in_order != said.iter().collect::<Vec<_>>() {
            let (there, here) = in_order
                .iter()
                .zip(&said)
                .find(|(there, here)| **there != *here)
                .unwrap();
            wrong.push(format!(
                "{table_path} is not in the order of {document_path}: it has\n{there}\nwhere the document has\n{here}"
            ));
        }
    }
    assert!(wrong.is_empty(), "\n\n{}\n", wrong.join("\n\n"));
}

#[test]
fn a_document_is_taken_apart_as_a_reader_does() {
    let text = "# Title\n\n**Label.** One sentence with `a. B` in\nit. Another (e. g. this. That) one!\n\n- an item,\n  of two lines\n- \
                More. `im_call` too\n\n| Head | x |\n|---|---|\n| a | `b` |\n\n```c\nint x. Y;\n```\n\n    {\"code\":0}\n\nEnd.\n";
    assert_eq!(
        sentences(text),
        [
            "One sentence with `a. B` in it.",
            "Another (e. g. this. That) one!",
            "an item, of two lines",
            "More.",
            "`im_call` too",
            "| a | `b` |",
            "code: int x. Y;",
            "code: {\"code\":0}",
            "End.",
        ]
    );
}

#[test]
fn what_no_longer_exists_is_noticed() {
    assert_eq!(fault("none: it explains a word"), None);
    assert_eq!(fault("tests/promises.rs::what_no_longer_exists_is_noticed"), None);
    assert_eq!(fault("tests/abi/handles.c"), None);
    assert_eq!(
        fault("tests/contract/scenarios/unread.rs::unread_is_cleaned_by_scope"),
        None
    );
    for wrong in [
        "none: ",
        "somewhere",
        "tests/promises.rs",
        "tests/promises.rs::fault",
        "tests/promises.rs::gone",
        "tests/abi/gone.c",
        "tests/abi/handles.c::gone",
        "tests/contract/scenarios/unread.rs::gone",
    ] {
        assert!(fault(wrong).is_some(), "{wrong}");
    }
}
