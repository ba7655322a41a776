//! The tables of the documents. Each stands between `<!-- generated: NAME -->` and `<!-- /generated -->`; what is around
//! it is written by hand.

use crate::Result;
use crate::description::Description;
use crate::outputs::Outputs;
use crate::words::type_in_words;

const END: &str = "<!-- /generated -->";

/// Adds the documents with their tables.
pub fn generate(description: &Description, outputs: &mut Outputs) -> Result<()> {
    fill(outputs, "README.md", "methods", &methods(description))?;
    fill(outputs, "docs/events.md", "events", &events(description))?;
    fill(outputs, "docs/status.md", "statuses", &statuses(description))
}

/// Puts a text between its markers in a document.
fn fill(outputs: &mut Outputs, path: &str, name: &str, text: &str) -> Result<()> {
    let document = outputs.current(path)?;
    let filled = filled(&document, name, text).ok_or_else(|| format!("{path} has no place for {name}"))?;
    outputs.add(path, filled);
    Ok(())
}

fn filled(document: &str, name: &str, text: &str) -> Option<String> {
    let marker = format!("<!-- generated: {name} -->\n");
    let (before, rest) = document.split_once(&marker)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{marker}\n{text}\n{END}{after}"))
}

/// A table in Markdown. A bar inside a cell would end it.
fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn methods(description: &Description) -> String {
    let rows = description.methods.iter().map(|method| {
        let server = if method.needs_server { "server" } else { "" };
        vec![
            code(&method.name),
            code(&method.c_name),
            server.to_owned(),
            format!("{}.", method.summary),
        ]
    });
    table(&["Method", "C function", "", "Description"], rows)
}

fn events(description: &Description) -> String {
    let rows = description.events.iter().map(|event| {
        let kind = code(&type_in_words(&event.payload));
        let payload = match event.payload_description.as_str() {
            "" => kind,
            words => format!("{kind}: {words}"),
        };
        vec![
            event.number.to_string(),
            code(&event.name),
            event.description.clone(),
            payload,
        ]
    });
    table(&["No.", "Name", "When", "Payload"], rows)
}

fn statuses(description: &Description) -> String {
    let rows = description.statuses.iter().map(|status| {
        vec![
            status.code.to_string(),
            code(&status.name),
            status.description.clone(),
            status.advice.clone(),
        ]
    });
    table(&["Code", "Name", "When", "What to do"], rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_stands_between_its_markers() {
        let document = "# A\n\n<!-- generated: x -->\n\nold\n\n<!-- /generated -->\n\nEnd.\n";
        let rows = [vec!["a|b".to_owned(), "c".to_owned()]];
        let text = table(&["K", "V"], rows.into_iter());
        let filled = filled(document, "x", &text).unwrap();
        assert_eq!(
            filled,
            "# A\n\n<!-- generated: x -->\n\n| K | V |\n|---|---|\n| a\\|b | c |\n\n<!-- /generated -->\n\nEnd.\n"
        );
        assert_eq!(super::filled(&filled, "x", &text).unwrap(), filled);
        assert!(super::filled(document, "y", &text).is_none());
    }
}
