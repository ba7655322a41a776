//! Reading the project's own documents.

use super::root;

/// The text of a file of the repository.
pub fn document(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The cells of the first table after a heading (`""`: of the document), without its head.
pub fn table(document: &str, heading: &str) -> Vec<Vec<String>> {
    let start = document.find(heading).expect(heading);
    document[start..]
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| {
            line.trim_matches('|')
                .split('|')
                .map(|cell| cell.trim().to_owned())
                .collect()
        })
        .collect()
}

/// The one block of code in a language that a document has.
pub fn program(path: &str, language: &str) -> String {
    let document = document(path);
    let fence = format!("```{language}\n");
    let mut blocks = document.split(&fence).skip(1);
    let block = blocks.next().unwrap_or_else(|| panic!("{path} has no {fence}"));
    assert!(blocks.next().is_none(), "{path} has several {fence}");
    block.split("```").next().unwrap().to_owned()
}

/// A program without the two spaces that it has in an entry of a list.
pub fn unindented(program: &str) -> String {
    let lines = program.lines().map(|line| line.strip_prefix("  ").unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}
