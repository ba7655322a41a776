//! Which file of `src` imports which: the paths in the code, resolved through the modules and their re-exports.
//!
//! Paths are all that is looked at. A method of another file's type is called without one, but whoever holds such a value
//! has it from somewhere that names the type.

use super::Source;
use std::collections::{BTreeMap, BTreeSet};

/// The files, by module path, and what each imports.
pub struct Graph {
    modules: BTreeMap<Vec<String>, Module>,
    edges: BTreeMap<String, BTreeSet<String>>,
}

struct Module {
    file: String,
    /// The code without its tests.
    code: String,
    /// What `use` makes known here: the name, the path.
    names: BTreeMap<String, Vec<String>>,
}

type Path = Vec<String>;

fn module_path(file: &str) -> Path {
    let inner = file.strip_prefix("src/").unwrap().strip_suffix(".rs").unwrap();
    let mut path: Path = inner.split('/').map(str::to_owned).collect();
    if matches!(path.last().map(String::as_str), Some("mod" | "lib")) {
        path.pop();
    }
    path
}

/// The code before the tests, which stand at the end of a file.
fn without_tests(code: &str) -> &str {
    let is_module =
        |rest: &str| rest.trim_start().starts_with("mod ") || rest.trim_start().starts_with("pub(crate) mod ");
    let mark = "#[cfg(test)]";
    let tests = code
        .match_indices(mark)
        .find(|(at, _)| is_module(&code[at + mark.len()..]));
    tests.map_or(code, |(at, _)| &code[..at])
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// The paths of a tree such as `a::{b, c::{self, d as e}}`, each with the name that it gets.
fn tree(text: &str, before: &[String], found: &mut Vec<(Path, String)>) {
    let text = text.trim();
    if let Some(group) = text.strip_prefix('{') {
        let group = group.trim_end().strip_suffix('}').unwrap_or(group);
        let (mut depth, mut start) = (0, 0);
        for (at, char) in group.char_indices().chain([(group.len(), ',')]) {
            match char {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    if !group[start..at].trim().is_empty() {
                        tree(&group[start..at], before, found);
                    }
                    start = at + 1;
                }
                _ => {}
            }
        }
        return;
    }
    let word: String = text.chars().take_while(|char| is_word(*char)).collect();
    let rest = text[word.len()..].trim_start();
    let mut path = before.to_vec();
    if word != "self" || before.is_empty() {
        path.push(word.clone());
    }
    match rest.strip_prefix("::") {
        Some(rest) => tree(rest, &path, found),
        None => {
            let alias = rest.strip_prefix("as ").map(|alias| alias.trim().to_owned());
            let name = alias.or_else(|| path.last().cloned()).unwrap_or_default();
            found.push((path, name));
        }
    }
}

/// The `use` declarations.
fn uses(code: &str) -> Vec<(Path, String)> {
    let mut found = Vec::new();
    for (at, word) in code.match_indices("use ") {
        let is_start = code[..at].lines().next_back().is_none_or(|line| {
            let line = line.trim();
            line.is_empty() || line.starts_with("pub")
        });
        if is_start && let Some(end) = code[at..].find(';') {
            tree(&code[at + word.len()..at + end], &[], &mut found);
        }
    }
    found
}

/// Paths in the code that begin with a word, as far as they are words.
fn paths(code: &str) -> Vec<Path> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(is_word) {
        let is_start = !rest[..at].ends_with("::") && !rest[..at].ends_with('.');
        rest = &rest[at..];
        let mut path = Path::new();
        loop {
            let length = rest.find(|char| !is_word(char)).unwrap_or(rest.len());
            path.push(rest[..length].to_owned());
            rest = &rest[length..];
            match rest.strip_prefix("::") {
                Some(after) if after.starts_with(is_word) => rest = after,
                _ => break,
            }
        }
        if is_start && path.len() > 1 {
            found.push(path);
        }
    }
    found
}

impl Graph {
    pub fn new(sources: &[Source]) -> Self {
        let modules = sources
            .iter()
            .filter(|source| !source.path.contains("/tests/") && !source.path.ends_with("/tests.rs"))
            .map(|source| {
                let code = without_tests(&source.code).to_owned();
                let names = uses(&code).into_iter().map(|(path, name)| (name, path)).collect();
                let file = source.path.clone();
                (module_path(&source.path), Module { file, code, names })
            })
            .collect();
        let mut graph = Self {
            modules,
            edges: BTreeMap::new(),
        };
        let edges = graph.modules.iter().map(|(path, module)| {
            let imported = uses(&module.code).into_iter().map(|(path, _)| path);
            let files = imported.chain(paths(&module.code));
            let files = files.filter_map(|found| graph.resolve(path, &found, 0));
            (module.file.clone(), files.filter(|file| *file != module.file).collect())
        });
        graph.edges = edges.collect();
        graph
    }

    /// The file that a path leads to, from a module. `None` when it leads out of the crate.
    fn resolve(&self, from: &[String], path: &[String], depth: usize) -> Option<String> {
        assert!(depth < 20, "{path:?} in {from:?} leads nowhere");
        let (first, rest) = path.split_first()?;
        let mut at = from.to_vec();
        match first.as_str() {
            "crate" => return self.walk(Path::new(), rest, depth),
            "self" => return self.walk(at, rest, depth),
            "super" => {
                at.pop()?;
                return match rest.first().map(String::as_str) {
                    Some("super") => self.resolve(&at, rest, depth),
                    _ => self.walk(at, rest, depth),
                };
            }
            _ => {}
        }
        at.push(first.clone());
        if self.modules.contains_key(&at) {
            return self.walk(at, rest, depth);
        }
        // A name that an import has made known.
        let known = self.modules.get(from)?.names.get(first)?;
        if known.first() == Some(first) && known.len() == 1 {
            return None;
        }
        let whole: Path = known.iter().chain(rest).cloned().collect();
        self.resolve(from, &whole, depth + 1)
    }

    fn walk(&self, mut at: Path, path: &[String], depth: usize) -> Option<String> {
        let mut path = path;
        while let Some((next, rest)) = path.split_first() {
            at.push(next.clone());
            if self.modules.contains_key(&at) {
                path = rest;
                continue;
            }
            at.pop();
            let module = self.modules.get(&at)?;
            // What a module re-exports stands elsewhere.
            return match module.names.get(next) {
                Some(known) => {
                    let whole: Path = known.iter().chain(rest).cloned().collect();
                    self.resolve(&at, &whole, depth + 1)
                        .or_else(|| Some(module.file.clone()))
                }
                None => Some(module.file.clone()),
            };
        }
        self.modules.get(&at).map(|module| module.file.clone())
    }

    /// What a file imports.
    pub fn imports(&self, file: &str) -> impl Iterator<Item = &str> {
        self.edges.get(file).into_iter().flatten().map(String::as_str)
    }

    /// All files.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.edges.keys().map(String::as_str)
    }

    /// The files that a file leads to, over any number of imports.
    fn reachable(&self, file: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut left: Vec<&str> = self.imports(file).collect();
        while let Some(next) = left.pop() {
            if reached.insert(next) {
                left.extend(self.imports(next));
            }
        }
        reached
    }

    /// The groups of files that import each other in circles.
    pub fn circles(&self) -> Vec<BTreeSet<&str>> {
        let reachable: BTreeMap<&str, BTreeSet<&str>> = self.files().map(|file| (file, self.reachable(file))).collect();
        let mut circles: Vec<BTreeSet<&str>> = Vec::new();
        for (file, reached) in &reachable {
            let circle: BTreeSet<&str> = reached
                .iter()
                .copied()
                .filter(|other| reachable[other].contains(file))
                .collect();
            if circle.len() > 1 && !circles.contains(&circle) {
                circles.push(circle);
            }
        }
        circles
    }
}

#[test]
fn paths_are_resolved_through_modules_and_re_exports() {
    let sources = [
        ("src/lib.rs", "pub mod a;\npub mod b;\n"),
        ("src/a/mod.rs", "mod x;\npub use x::{Thing, other as Other};\n"),
        ("src/a/x.rs", "use crate::b::y::{self, Z as W};\nfn f() { y::call() }\n"),
        ("src/b/mod.rs", "pub mod y;\nuse std::fmt;\n"),
        (
            "src/b/y.rs",
            "use super::super::a::Thing;\nuse super::missing;\n#[cfg(test)]\nmod tests { use crate::c::D; }\n",
        ),
        ("src/c.rs", "fn f() { crate::a::x::g() }\n"),
    ]
    .map(|(path, text)| Source::new(path, text));
    let graph = Graph::new(&sources);
    let imports = |file| graph.imports(file).collect::<Vec<_>>();
    assert_eq!(imports("src/a/mod.rs"), ["src/a/x.rs"]);
    assert_eq!(imports("src/a/x.rs"), ["src/b/y.rs"]);
    assert_eq!(imports("src/b/mod.rs"), [""; 0]);
    assert_eq!(imports("src/b/y.rs"), ["src/a/x.rs", "src/b/mod.rs"]);
    assert_eq!(imports("src/c.rs"), ["src/a/x.rs"]);
    let circle = BTreeSet::from(["src/a/x.rs", "src/b/y.rs"]);
    assert_eq!(graph.circles(), [circle]);
}
