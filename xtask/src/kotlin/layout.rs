//! Comments and declarations as the official Kotlin style has them, in lines of at most 120 characters.

use super::types::{escaped, lower};
use crate::description::{Event, Method, Param};
use crate::render::wrap;

const WIDTH: usize = 120;

/// A KDoc comment, indented but for its first line. No newline at the end.
pub fn kdoc(text: &str, indent: usize) -> String {
    // A word with an @ at the beginning of a line would be a tag.
    let text = text.replace("*/", "* /").replace(" @", "\u{1}@");
    let blanks = " ".repeat(indent);
    let one = format!("/** {text} */");
    let comment = if !text.contains('\n') && indent + one.chars().count() <= WIDTH {
        one
    } else {
        // Tags stand in lines of their own.
        let paragraphs = text.split("\n\n").map(|paragraph| {
            let lines = paragraph.split("\n@").enumerate().map(|(at, line)| {
                let line = if at > 0 { format!("@{line}") } else { line.to_owned() };
                wrap(&line, &format!("{blanks} * "), WIDTH)
            });
            lines.collect::<Vec<_>>().join("\n")
        });
        let paragraphs: Vec<String> = paragraphs.collect();
        format!("/**\n{}\n{blanks} */", paragraphs.join(&format!("\n{blanks} *\n")))
    };
    comment.replace('\u{1}', " ")
}

/// What a method does: prose, whether it waits, what it tells and throws, and the parameters that are not those of an
/// object.
pub fn method_doc(method: &Method, apart_from_objects: &[&Param]) -> String {
    let mut paragraphs = vec![method.description.clone()];
    if method.needs_server {
        paragraphs.push("Waits for the server.".to_owned());
    }
    let events = method.events.iter().map(|event| match event.when.as_str() {
        "" => format!("[Listener.{}]", event.name),
        when => format!("[Listener.{}] ({when})", event.name),
    });
    let events: Vec<String> = events.collect();
    if !events.is_empty() {
        paragraphs.push(format!("Events: {}.", events.join(", ")));
    }
    let params = apart_from_objects.iter().map(|param| {
        let name = &param.name;
        format!("@param {name} {}", tag_text(&param.said()))
    });
    let mut tags: Vec<String> = params.collect();
    if !method.result_description.is_empty() {
        tags.push(format!("@return {}", tag_text(&method.result_description)));
    }
    let errors = method
        .errors
        .iter()
        .filter(|error| !error.reason.is_empty())
        .map(|error| {
            let status = error.constant.trim_start_matches("IM_STATUS_");
            format!("[Status.{status}]: {}", error.reason)
        });
    let errors: Vec<String> = errors.collect();
    if !errors.is_empty() {
        tags.push(format!("@throws ImException {}", errors.join("; ")));
    }
    if !tags.is_empty() {
        paragraphs.push(tags.join("\n"));
    }
    paragraphs.join("\n\n")
}

/// The text of a tag begins with a small letter; with a full stop at its end only where more sentences than one are.
fn tag_text(text: &str) -> String {
    let mut letters = text.chars();
    let is_word =
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(|next| !next.is_uppercase());
    let text = if is_word { lower(text) } else { text.to_owned() };
    match text.strip_suffix('.') {
        Some(one) if !one.contains(". ") => one.to_owned(),
        _ => text,
    }
}

/// What an event tells, and what its payload is where the name of the payload does not say it.
pub fn event_doc(event: &Event) -> String {
    match event.payload_description.as_str() {
        "" => event.description.clone(),
        payload => format!("{} The payload: {payload}.", event.description),
    }
}

/// The branch of a `when` that reads a field into its variable and sets its bit in `seen`.
pub fn branch(name: &str, reader: &str, bit: u64) -> String {
    // Readers of models call each other.
    let reader = reader.replace("ModelReader.", "");
    let variable = escaped(name);
    let line = format!("\"{name}\" -> {variable} = {reader}.also {{ seen = seen or {bit:#x} }}");
    if 16 + line.chars().count() <= WIDTH {
        return line;
    }
    let blanks = " ".repeat(16);
    format!("\"{name}\" -> {{\n{blanks}    {variable} = {reader}\n{blanks}    seen = seen or {bit:#x}\n{blanks}}}")
}

/// A function whose body is an expression.
pub struct Function<'a> {
    /// Up to the name.
    pub head: &'a str,
    pub parameters: Vec<String>,
    /// Empty when the body says it.
    pub result: &'a str,
    pub body: &'a str,
    /// The lines of a lambda at the end of the body; none: there is no lambda.
    pub lambda: &'a [String],
}

impl Function<'_> {
    /// Its lines, indented by four but for the first. No newline at the end.
    pub fn lines(&self) -> String {
        let result = if self.result.is_empty() {
            String::new()
        } else {
            format!(": {}", self.result)
        };
        let short = format!("{}({}){result} =", self.head, self.parameters.join(", "));
        let parameters = self.parameters.iter().map(|one| format!("        {one},\n"));
        let long = format!("{}(\n{}    ){result} =", self.head, parameters.collect::<String>());
        let fits = |line: &str| line.lines().all(|line| line.chars().count() <= WIDTH);
        let same = |head: &str| format!("{head} {}", self.with_lambda(4));
        let next = |head: &str| format!("{head}\n        {}", self.with_lambda(8));
        // The first line is indented where it is used.
        let forms = [same(&short), next(&short), same(&long), next(&long)];
        let fitting = forms.iter().find(|form| fits(&format!("    {form}")));
        fitting.unwrap_or(&forms[3]).clone()
    }

    fn with_lambda(&self, indent: usize) -> String {
        if self.lambda.is_empty() {
            return self.body.to_owned();
        }
        let blanks = " ".repeat(indent);
        let lines = self.lambda.iter().map(|line| format!("{blanks}    {line}\n"));
        format!("{} {{\n{}{blanks}}}", self.body, lines.collect::<String>())
    }
}
