//! What `include/libim.h` declares, with the documentation that stands before each declaration.

use super::HEADER;
use std::collections::BTreeMap;

/// The paragraphs of a declaration's documentation.
pub type Doc = Vec<String>;

/// Each declaration's first line, with its documentation.
fn declarations() -> Vec<(&'static str, Doc)> {
    let mut found = Vec::new();
    let mut doc: Option<Doc> = None;
    let mut in_doc = false;
    for line in HEADER.lines() {
        match (line, &mut doc) {
            ("/**", doc) => {
                *doc = Some(vec![String::new()]);
                in_doc = true;
            }
            (" */", _) => in_doc = false,
            (" *", Some(doc)) if in_doc => doc.push(String::new()),
            (line, Some(doc)) if in_doc => {
                let paragraph = doc.last_mut().unwrap();
                if !paragraph.is_empty() {
                    paragraph.push(' ');
                }
                paragraph.push_str(line.strip_prefix(" * ").unwrap());
            }
            (line, _) => {
                if let Some(doc) = doc.take() {
                    found.push((line, doc));
                }
            }
        }
    }
    found
}

/// The functions that the header declares.
pub fn functions() -> BTreeMap<String, Doc> {
    declarations()
        .into_iter()
        .filter(|(line, _)| !line.starts_with("typedef") && !line.starts_with('#'))
        .filter_map(|(line, doc)| {
            let name = line.split_once('(')?.0.rsplit([' ', '*']).next()?;
            name.starts_with("im_").then(|| (name.to_owned(), doc))
        })
        .collect()
}

/// The lines `#define IM_<prefix><name> <number>`, by name.
pub fn constants(prefix: &str) -> BTreeMap<String, (i32, Doc)> {
    declarations()
        .into_iter()
        .filter_map(|(line, doc)| {
            let (name, number) = line
                .strip_prefix("#define IM_")?
                .strip_prefix(prefix)?
                .split_once(' ')?;
            Some((name.to_owned(), (number.parse().unwrap(), doc)))
        })
        .collect()
}
