//! The rules of the source tree that no compiler checks: imports run downwards only and never in a circle, unsafe code
//! stands in `src/ffi` with a reason above it, the cache's SQL stands in `src/store`, and no file grows past 400 lines.
//!
//! The checks look at text, without a parser: comments and literals are blanked out first, then words are searched.

#[path = "layers/graph.rs"]
mod graph;
#[path = "layers/lengths.rs"]
mod lengths;
mod support;
#[path = "layers/xmpp.rs"]
mod xmpp;

use graph::Graph;
use lengths::{MAX_LINES, length_faults};
use std::path::{Path, PathBuf};
use support::root;

/// Each layer and what it may import besides itself, from the bottom up.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("store", &["model"]),
    ("events", &["model"]),
    ("backend", &["model"]),
    ("engine", &["store", "events", "model"]),
    ("client", &["engine", "backend", "events", "model"]),
    ("api", &["client", "engine", "backend", "events", "model"]),
    (
        "ffi",
        &["api", "client", "engine", "backend", "events", "store", "model"],
    ),
];

/// A file of `src`: its path from the package's directory, its text, and its text without comments and literals.
struct Source {
    path: String,
    text: String,
    code: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code: blank(text),
        }
    }

    /// The folder below `src`; empty for `lib.rs`.
    fn layer(&self) -> &str {
        let inner = self.path.strip_prefix("src/").unwrap();
        inner.split_once('/').map_or("", |(layer, _)| layer)
    }
}

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    files(&root().join("src"), &mut paths);
    paths.sort();
    let sources: Vec<Source> = paths
        .iter()
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
            Source::new(name, &std::fs::read_to_string(path).unwrap())
        })
        .collect();
    for (layer, _) in LAYERS {
        assert!(
            sources.iter().any(|source| source.layer() == *layer),
            "nothing was found of {layer}"
        );
    }
    sources
}

/// The length of the literal or comment that `rest` starts with, if it starts with one.
fn blanked(rest: &str) -> Option<usize> {
    let length_to = |start: usize, end: &str| rest[start..].find(end).map_or(rest.len(), |at| start + at + end.len());
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(length_to(2, "*/"));
    }
    if rest.starts_with('"') {
        let mut escaped = false;
        for (at, char) in rest.char_indices().skip(1) {
            match char {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => return Some(at + 1),
                _ => {}
            }
        }
        return Some(rest.len());
    }
    if rest.starts_with("r\"") || rest.starts_with("r#") {
        let hashes = rest[1..].chars().take_while(|char| *char == '#').count();
        if rest[1 + hashes..].starts_with('"') {
            return Some(length_to(2 + hashes, &format!("\"{}", "#".repeat(hashes))));
        }
    }
    // A quote inside a character literal must not begin a string.
    ["'\"'", "'\\\"'", "'\\\\'", "'\\''"]
        .iter()
        .find(|literal| rest.starts_with(**literal))
        .map(|literal| literal.len())
}

/// The text with spaces for comments and literals; the lines stay.
fn blank(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let after_word = code.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        match blanked(rest) {
            // The r of a name such as `for"` is no prefix.
            Some(length) if !(char == 'r' && after_word) => {
                code.extend(rest[..length].chars().map(|char| if char == '\n' { '\n' } else { ' ' }));
                rest = &rest[length..];
            }
            _ => {
                code.push(char);
                rest = &rest[char.len_utf8()..];
            }
        }
    }
    code
}

/// The modules that follow `crate::` in the code, with their lines; also those of `use crate::{a, b::c};`.
fn imports(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == '$') {
            continue;
        }
        let line = code[..at].lines().count().max(1);
        let rest = &code[at + "crate::".len()..];
        let word = |text: &str| -> String {
            text.trim_start()
                .chars()
                .take_while(|char| char.is_alphanumeric() || *char == '_')
                .collect()
        };
        let Some(group) = rest.strip_prefix('{') else {
            found.push((line, word(rest)));
            continue;
        };
        let mut depth = 0;
        let mut starts = vec![0];
        for (place, char) in group.char_indices() {
            match char {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => starts.push(place + 1),
                _ => {}
            }
        }
        let names = starts.into_iter().map(|start| word(&group[start..]));
        found.extend(names.filter(|name| !name.is_empty()).map(|name| (line, name)));
    }
    found
}

fn upward_imports(source: &Source) -> Vec<String> {
    if source.layer().is_empty() {
        return Vec::new();
    }
    let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| *layer == source.layer()) else {
        return vec![format!("{}: {} is not a layer", source.path, source.layer())];
    };
    imports(&source.code)
        .into_iter()
        .filter(|(_, name)| name != source.layer() && !allowed.contains(&name.as_str()))
        .map(|(line, name)| format!("{}:{line}: {} must not import {name}", source.path, source.layer()))
        .collect()
}

/// Whether the line has `unsafe` as a word of code that asks for a reason: a block or an impl. Attributes do not, nor
/// function signatures, whose contract stands in the header.
fn needs_reason(line: &str) -> bool {
    words(line).any(|(_, rest)| {
        let rest = rest.trim_start();
        rest.starts_with('{') || rest.starts_with("impl") || rest.is_empty()
    })
}

/// Each `unsafe` as a word, and what follows it.
fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |char: char| char.is_alphanumeric() || char == '_';
    code.match_indices("unsafe").filter_map(move |(at, found)| {
        let rest = &code[at + found.len()..];
        (!code[..at].ends_with(is_word) && !rest.starts_with(is_word)).then_some((at, rest))
    })
}

fn unsafe_faults(source: &Source) -> Vec<String> {
    if source.layer() != "ffi" {
        return words(&source.code)
            .map(|(at, _)| source.code[..at].lines().count().max(1))
            .map(|line| format!("{}:{line}: unsafe outside src/ffi", source.path))
            .collect();
    }
    let text: Vec<&str> = source.text.lines().collect();
    let mut faults = Vec::new();
    for (index, line) in source.code.lines().enumerate() {
        // The comment right above may have several lines; one of them begins with SAFETY.
        let comment = text[..index]
            .iter()
            .rev()
            .map(|line| line.trim_start())
            .take_while(|line| line.starts_with("//"));
        if needs_reason(line) && !comment.into_iter().any(|line| line.starts_with("// SAFETY:")) {
            faults.push(format!(
                "{}:{}: unsafe without a SAFETY comment",
                source.path,
                index + 1
            ));
        }
    }
    faults
}

/// SQL, or a call that runs some, in the rules.
fn sql_faults(source: &Source) -> Vec<String> {
    if source.layer() != "engine" {
        return Vec::new();
    }
    let words = ["SELECT", "INSERT", "UPDATE", "DELETE", "PRAGMA"].map(|word| format!("\"{word} "));
    let calls = [".prepare", ".execute", ".query_"];
    let has_sql = |text: &str, code: &str| {
        words.iter().any(|word| text.contains(word)) || calls.iter().any(|call| code.contains(call))
    };
    let lines = source.text.lines().zip(source.code.lines()).enumerate();
    lines
        .filter(|(_, (text, code))| has_sql(text, code))
        .map(|(index, _)| format!("{}:{}: SQL outside src/store", source.path, index + 1))
        .collect()
}

fn assert_none(check: impl Fn(&Source) -> Vec<String>) {
    let faults: Vec<String> = sources().iter().flat_map(check).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn imports_run_downwards() {
    assert_none(upward_imports);
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let sources = sources();
    let graph = Graph::new(&sources);
    let circles = graph.circles();
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn unsafe_code_is_in_ffi_and_has_its_reason() {
    assert_none(unsafe_faults);
}

/// Where shuttle's locks and threads cannot take the place of the standard library's, `models/` would try nothing.
fn lock_faults(source: &Source) -> Vec<String> {
    let (code, _) = source.code.split_once("#[cfg(test)]").unwrap_or((&source.code, ""));
    let is_elsewhere = ["src/ffi/", "src/backend/xmpp/", "src/model/sync.rs"]
        .iter()
        .any(|place| source.path.starts_with(place));
    let is_test = ["/tests/", "tests.rs", "testing.rs", "fixture.rs"]
        .iter()
        .any(|place| source.path.contains(place));
    if is_elsewhere || is_test {
        return Vec::new();
    }
    let names = ["Mutex", "Condvar", "RwLock"];
    let takes = |line: &str| {
        line.starts_with("use std::thread")
            || line.starts_with("use std::sync") && names.iter().any(|name| line.contains(name))
    };
    let lines = code.lines().enumerate().filter(|(_, line)| takes(line));
    lines
        .map(|(index, _)| format!("{}:{}: take it from crate::model::sync", source.path, index + 1))
        .collect()
}

#[test]
fn locks_and_threads_are_those_that_models_can_choose() {
    assert_none(lock_faults);
}

#[test]
fn the_sql_of_the_cache_is_in_the_store() {
    assert_none(sql_faults);
}

#[test]
fn the_checks_find_what_they_look_for() {
    let faults = |path: &str, text: &str| {
        [upward_imports, unsafe_faults, length_faults].map(|check| check(&Source::new(path, text)).len())
    };

    assert_eq!(faults("src/model/x.rs", "use crate::store::Store;\n"), [1, 0, 0]);
    assert_eq!(faults("src/model/x.rs", "fn f() { crate::api::call() }\n"), [1, 0, 0]);
    assert_eq!(
        faults(
            "src/backend/x.rs",
            "use crate::{model::Id, engine::{Engine, A}, events};\n"
        ),
        [2, 0, 0]
    );
    assert_eq!(faults("src/events/x.rs", "pub(crate) use crate::client;\n"), [1, 0, 0]);
    assert_eq!(
        faults("src/engine/x.rs", "use crate::store::Store;\nuse crate::model::Id;\n"),
        [0, 0, 0]
    );
    assert_eq!(
        faults(
            "src/model/x.rs",
            "// crate::store\nlet x = \"crate::api \\\" crate::ffi\";\n"
        ),
        [0, 0, 0]
    );
    assert_eq!(
        faults("src/model/x.rs", "let x = '\"'; use crate::api; let y = '\"';\n"),
        [1, 0, 0]
    );
    assert_eq!(faults("src/model/x.rs", "let x = r#\"crate::api\"#;\n"), [0, 0, 0]);
    assert_eq!(faults("src/other/x.rs", ""), [1, 0, 0]);

    assert_eq!(faults("src/store/x.rs", "// SAFETY: no\nunsafe { f() }\n"), [0, 1, 0]);
    assert_eq!(faults("src/lib.rs", "#![deny(unsafe_code)]\n// unsafe\n"), [0, 0, 0]);
    assert_eq!(
        faults("src/ffi/x.rs", "// SAFETY: yes,\n// it is.\nlet x = unsafe { f() };\n"),
        [0, 0, 0]
    );
    assert_eq!(
        faults("src/ffi/x.rs", "// SAFETY: too far\n\nlet x = unsafe { f() };\n"),
        [0, 1, 0]
    );
    assert_eq!(
        faults("src/ffi/x.rs", "// Why not.\nunsafe impl Send for X {}\n"),
        [0, 1, 0]
    );
    assert_eq!(
        faults(
            "src/ffi/x.rs",
            "#[unsafe(no_mangle)]\npub unsafe extern \"C\" fn f() {}\n"
        ),
        [0, 0, 0]
    );

    let sql = |path: &str, text: &str| sql_faults(&Source::new(path, text)).len();
    assert_eq!(
        sql("src/engine/x.rs", "db.prepare_cached(x)\nlet y = \"SELECT 1\";\n"),
        2
    );
    assert_eq!(sql("src/engine/x.rs", "// db.execute(x)\nlist.page(db)\n"), 0);
    assert_eq!(sql("src/store/x.rs", "db.execute(\"DELETE FROM x\")\n"), 0);

    let locks = |path: &str, text: &str| lock_faults(&Source::new(path, text)).len();
    let taken = "use std::sync::{Arc, Mutex};\nuse std::thread;\nuse std::sync::Arc;\n#[cfg(test)]\nuse std::thread;\n";
    assert_eq!(locks("src/store/x.rs", taken), 2);
    assert_eq!(locks("src/model/sync.rs", taken), 0);

    assert_eq!(faults("src/model/x.rs", &"\n".repeat(MAX_LINES)), [0, 0, 0]);
    assert_eq!(faults("src/model/x.rs", &"\n".repeat(MAX_LINES + 1)), [0, 0, 1]);
}
