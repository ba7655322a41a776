//! The tables of the documents. Each stands between `<!-- generated: NAME -->` and `<!-- /generated -->`; what is around
//! it is written by hand.

use crate::Result;
use crate::description::{Description, Param, Type};
use crate::outputs::Outputs;
use crate::words::{field_in_words, type_in_words};

/// Adds the documents with their tables.
pub fn generate(description: &Description, outputs: &mut Outputs) -> Result<()> {
    fill(outputs, "docs/config.md", "config", &config(&description.config))?;
    fill(outputs, "docs/xmpp.md", "config", &xmpp_config(&description.config))?;
    fill(outputs, "docs/methods.md", "methods", &methods(description))?;
    fill(outputs, "docs/events.md", "events", &events(description))?;
    fill(outputs, "docs/json.md", "answers", &answers(description))?;
    fill(outputs, "docs/json.md", "models", &models(description))?;
    fill(outputs, "docs/status.md", "statuses", &statuses(description))
}

/// Puts a text between its markers in a document.
fn fill(outputs: &mut Outputs, path: &str, name: &str, text: &str) -> Result<()> {
    let document = outputs.current(path)?;
    let marker = format!("<!-- generated: {name} -->\n");
    let filled = between(&document, &marker, "<!-- /generated -->", &format!("\n{text}\n"));
    outputs.add(path, filled.ok_or_else(|| format!("{path} has no place for {name}"))?);
    Ok(())
}

/// The document with a text between two markers.
pub fn between(document: &str, start: &str, end: &str, text: &str) -> Option<String> {
    let (before, rest) = document.split_once(start)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{start}{text}{end}{after}"))
}

/// A table in Markdown. A bar inside a cell would end it.
pub fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

/// As code.
pub fn code(text: &str) -> String {
    format!("`{text}`")
}

fn methods(description: &Description) -> String {
    let rows = description.methods.iter().map(|method| {
        let server = if method.needs_server { "server" } else { "" };
        vec![
            format!(
                "[`{0}`](reference/{1}.md#{2})",
                method.name,
                method.topic,
                method.name.to_lowercase()
            ),
            code(&method.c_name),
            server.to_owned(),
            format!("{}.", method.summary),
        ]
    });
    table(&["Method", "C function", "", "Description"], rows)
}

fn config(params: &[Param]) -> String {
    let mut rows = Vec::new();
    for param in params {
        match &param.kind {
            Type::Object(fields) => rows.extend(
                fields
                    .iter()
                    .map(|field| (format!("{}.{}", param.name, field.name), field)),
            ),
            _ => rows.push((param.name.clone(), param)),
        }
    }
    let rows = rows
        .into_iter()
        .map(|(name, param)| vec![code(&name), field_in_words(param), param.description.clone()]);
    table(&["Field", "Type, default", "Meaning"], rows)
}

/// The fields of `backend` that are those of an XMPP server.
fn xmpp_config(params: &[Param]) -> String {
    let fields = params.iter().filter_map(|param| match &param.kind {
        Type::Object(fields) => Some(fields),
        _ => None,
    });
    let fields = fields
        .flatten()
        .filter(|field| !field.description.starts_with("`embedded`"));
    let rows = fields.map(|field| vec![code(&field.name), field_in_words(field), field.description.clone()]);
    table(&["Field of `backend`", "Type, default", "Meaning"], rows)
}

/// The data of each method that has any.
fn answers(description: &Description) -> String {
    let methods = description.methods.iter();
    let rows = methods
        .filter(|method| !matches!(method.result, Type::Null))
        .map(|method| {
            let kind = type_in_words(&method.result);
            let words = match method.result_description.as_str() {
                "" => kind,
                words => format!("{kind}: {words}"),
            };
            vec![code(&method.name), words]
        });
    table(&["Method", "Data"], rows)
}

/// A section with a table for each model and each set of texts.
fn models(description: &Description) -> String {
    // The config has a table in docs/config.md.
    let models = description.models.iter().filter(|model| model.name != "Config");
    let models = models.map(|model| {
        let rows = model.fields.iter().map(|field| {
            let kind = match (&model.name[..], &field.name[..]) {
                ("Response", "data") => "any".to_owned(),
                _ => type_in_words(&field.kind),
            };
            vec![code(&field.name), kind, field.description.clone()]
        });
        (
            &model.name,
            &model.description,
            table(&["Key", "Type", "Meaning"], rows),
        )
    });
    let choices = description.choices.iter().map(|choice| {
        let rows = choice.values.iter().map(|value| {
            vec![
                code(&value.value.to_string().replace('"', "")),
                value.description.clone(),
            ]
        });
        (&choice.name, &choice.description, table(&["Value", "Meaning"], rows))
    });
    let sections = models.chain(choices);
    let sections = sections.map(|(name, words, table)| format!("## {name}\n\n{words}\n\n{table}"));
    sections.collect::<Vec<_>>().join("\n")
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
            // The reference leads here.
            format!("<a id=\"s{0}\"></a>{0}", status.code),
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
        let document = "# A\n\n<!-- x -->\nold\n<!-- / -->\n\nEnd.\n";
        let rows = [vec!["a|b".to_owned(), "c".to_owned()]];
        let text = table(&["K", "V"], rows.into_iter());
        let filled = between(document, "<!-- x -->\n", "<!-- / -->", &text).unwrap();
        assert_eq!(
            filled,
            "# A\n\n<!-- x -->\n| K | V |\n|---|---|\n| a\\|b | c |\n<!-- / -->\n\nEnd.\n"
        );
        assert_eq!(between(&filled, "<!-- x -->\n", "<!-- / -->", &text).unwrap(), filled);
        assert!(between(document, "<!-- y -->\n", "<!-- / -->", &text).is_none());
    }
}
