//! Templates: minijinja with the filters that more than one language needs.

use crate::Result;
use minijinja::{Environment, UndefinedBehavior};

/// An environment with one template; a name that the template has and the context has not is an error.
pub fn render(name: &str, template: &str, context: impl serde::Serialize) -> Result<String> {
    let mut environment = environment();
    environment.add_template(name, template)?;
    let text = environment.get_template(name)?.render(context);
    text.map_err(|error| format!("{error:#}").into())
}

/// The filters alone, for a language that adds its own.
pub fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_keep_trailing_newline(true);
    environment.add_filter("snake", |name: String| snake(&name));
    environment.add_filter("capitalized", |name: String| capitalized(&name));
    environment.add_filter("wrap", |text: String, prefix: String, width: usize| {
        wrap(&text, &prefix, width)
    });
    environment
}

/// `getC2CReceiveMessageOpt` as `get_c2c_receive_message_opt`.
pub fn snake(name: &str) -> String {
    let name = name
        .replace("UUID", "Uuid")
        .replace("C2C", "C2c")
        .replace("IDs", "Ids")
        .replace("ID", "Id");
    let mut out = String::new();
    for (index, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && index > 0 {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// The first letter as a capital.
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Paragraphs as comment lines of at most `width` characters, each behind `prefix`; words are never cut. Between
/// paragraphs stands the prefix alone, without the blanks at its end. No newline at the end.
pub fn wrap(text: &str, prefix: &str, width: usize) -> String {
    let mut lines = Vec::new();
    for paragraph in text.split("\n\n") {
        if !lines.is_empty() {
            lines.push(prefix.trim_end().to_owned());
        }
        let mut line = prefix.to_owned();
        for word in paragraph.split_whitespace() {
            let is_first = line.len() == prefix.len();
            if !is_first && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::replace(&mut line, prefix.to_owned()));
            } else if !is_first {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_snake_case() {
        assert_eq!(snake("getConversationList"), "get_conversation_list");
        assert_eq!(snake("setC2CReceiveMessageOpt"), "set_c2c_receive_message_opt");
        assert_eq!(snake("conversationIDList"), "conversation_id_list");
        assert_eq!([snake("UUID"), snake("snapshotUUID")], ["uuid", "snapshot_uuid"]);
        assert_eq!(
            snake("getConversationListByConversationIds"),
            "get_conversation_list_by_conversation_ids"
        );
    }

    #[test]
    fn paragraphs_are_wrapped() {
        assert_eq!(
            wrap("one two three\n\nfour", "/// ", 11),
            "/// one two\n/// three\n///\n/// four"
        );
    }
}
