//! Python's words and layout: prose with the names that a Python app knows, docstrings, and brackets broken as `ruff format`
//! breaks them.

use crate::description::{Description, Param, Type};
use crate::render::{snake, wrap};
use std::collections::HashMap;

/// The length of a line.
pub const WIDTH: usize = 120;

/// What the description calls a thing, and what Python calls it.
pub struct Names(HashMap<String, String>);

impl Names {
    /// Every name of the description; `others` go first.
    pub fn new(description: &Description, others: &[(&str, &str)]) -> Self {
        let mut names = HashMap::new();
        let mut add = |from: &str, to: String| {
            names.entry(from.to_owned()).or_insert(to);
        };
        for (from, to) in others {
            add(from, (*to).to_owned());
        }
        for method in &description.methods {
            let name = method.c_name.trim_start_matches("im_");
            add(&method.name, name.to_owned());
            add(&method.c_name, name.to_owned());
            method.params.iter().for_each(|param| add_param(param, &mut add));
        }
        for field in description.models.iter().flat_map(|model| &model.fields) {
            add(&field.name, snake(&field.name));
        }
        for event in &description.events {
            add(&event.name, event.name.trim_start_matches("on").to_owned());
            add(&event.constant, event.name.trim_start_matches("on").to_owned());
        }
        for status in &description.statuses {
            add(&status.constant, status.name.clone());
        }
        Self(names)
    }

    /// The text with Python's names and constants.
    pub fn adapt(&self, text: &str) -> String {
        let text = text.replace("Absent, null", "Null").replace("Absent or null", "Null");
        let mut out = String::new();
        for (index, part) in text.split('`').enumerate() {
            if index > 0 {
                out.push('`');
            }
            if index % 2 == 1 {
                let name = self.0.get(part).map_or(part, String::as_str);
                out.push_str(if part == "null" { "None" } else { name });
            } else {
                self.plain(part, &mut out);
            }
        }
        out
    }

    /// Text between code: constants, and the events that stand in it without marks.
    fn plain(&self, text: &str, out: &mut String) {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            out.push_str(match word {
                "null" | "Null" | "absent" | "Absent" => "None",
                "true" => "True",
                "false" => "False",
                word if word.starts_with("on") => self.0.get(word).map_or(word, String::as_str),
                word => word,
            });
            let start = after.find(is_part).unwrap_or(after.len());
            let (between, next) = after.split_at(start);
            out.push_str(between);
            rest = next;
        }
    }
}

fn add_param(param: &Param, add: &mut impl FnMut(&str, String)) {
    add(&param.name, snake(&param.name));
    let mut kind = &param.kind;
    while let Type::List(of) | Type::Optional(of) = kind {
        kind = of;
    }
    if let Type::Object(fields) = kind {
        fields.iter().for_each(|field| add_param(field, add));
    }
}

/// A docstring at an indentation. Of a block of lines the first ends at a colon, and the others stay as they are.
pub fn docstring(blocks: &[String], indent: usize) -> String {
    let prefix = " ".repeat(indent);
    let mut text = String::new();
    for block in blocks.iter().filter(|block| !block.is_empty()) {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        let lines: Vec<String> = block
            .split('\n')
            .map(|line| {
                let words = line.trim_start();
                let hanging = line.len() - words.len();
                if text.is_empty() {
                    let line = wrap(words, &prefix, WIDTH - 3);
                    return line.trim_start().to_owned();
                }
                // What goes on in a further line of an entry is indented below it.
                let inner = " ".repeat(indent + hanging + if hanging > 0 && is_entry(words) { 4 } else { 0 });
                let lines = wrap(words, &inner, WIDTH);
                format!("{}{}", " ".repeat(indent + hanging), lines.trim_start())
            })
            .collect();
        text.push_str(&lines.join("\n"));
    }
    let text = text.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
    if text.contains('\n') || text.ends_with('"') || indent + text.chars().count() + 6 > WIDTH {
        format!("{prefix}\"\"\"{text}\n{prefix}\"\"\"")
    } else {
        format!("{prefix}\"\"\"{text}\"\"\"")
    }
}

/// Whether a line is `name: words`.
fn is_entry(line: &str) -> bool {
    let name = line.split_once(": ").map_or("", |(name, _)| name);
    !name.is_empty()
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// `before(items)after`, in one line, or with all items in a line of their own, or with a line for each.
pub fn bracketed(indent: usize, before: &str, items: &[String], after: &str) -> String {
    let at = " ".repeat(indent);
    let joined = items.join(", ");
    let line = format!("{at}{before}({joined}){after}");
    if line.chars().count() <= WIDTH {
        return line;
    }
    let inner = format!("{at}    {joined}");
    if inner.chars().count() <= WIDTH {
        return format!("{at}{before}(\n{inner}\n{at}){after}");
    }
    let lines: Vec<String> = items.iter().map(|item| format!("{at}    {item},\n")).collect();
    format!("{at}{before}(\n{}{at}){after}", lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_has_pythons_names() {
        let names = Names(HashMap::from([
            ("nextSeq".to_owned(), "next_seq".to_owned()),
            ("onConnecting".to_owned(), "Connecting".to_owned()),
        ]));
        assert_eq!(
            names.adapt("Null unless `nextSeq` is `null`; false, as onConnecting says. Nullable."),
            "None unless `next_seq` is `None`; False, as Connecting says. Nullable."
        );
        assert_eq!(names.adapt("Absent, null or empty: none."), "None or empty: none.");
        assert_eq!(names.adapt("Absent or null: all."), "None: all.");
    }

    #[test]
    fn docstrings_are_closed_where_they_end() {
        assert_eq!(docstring(&["One.".to_owned()], 4), "    \"\"\"One.\"\"\"");
        let blocks = ["One.".to_owned(), "Args:\n    a: word".to_owned() + &" word".repeat(25)];
        let lines = [
            "    \"\"\"One.",
            "",
            "    Args:",
            &format!("        a: word{}", " word".repeat(20)),
            "            word word word word word",
            "    \"\"\"",
        ];
        assert_eq!(docstring(&blocks, 4), lines.join("\n"));
    }

    #[test]
    fn brackets_are_broken_as_late_as_may_be() {
        let items = |count: usize| vec!["a_rather_long_item".to_owned(); count];
        assert_eq!(bracketed(4, "f", &items(1), ""), "    f(a_rather_long_item)");
        assert_eq!(
            bracketed(4, "return a_function_with_a_name", &items(5), "")
                .lines()
                .count(),
            3
        );
        assert_eq!(bracketed(4, "f", &items(9), ":").lines().count(), 11);
    }
}
