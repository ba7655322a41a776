//! Paths in sentences.

use super::id::written_out;
use std::path::Path;

/// How many characters of a path a sentence repeats: more than most have, and a line still.
const SHOWN_CHARS: usize = 256;

/// A path for a sentence. Of a very long one the end, which names the file. What is not seen is written out: a path may
/// come from a request, and sentences end up in logs and terminals.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let extra = text.chars().count().saturating_sub(SHOWN_CHARS);
    let mut shown = String::from(if extra > 0 { "…" } else { "" });
    for character in text.chars().skip(extra) {
        shown.push_str(&written_out(character));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_a_sentence_is_short_and_has_no_control_characters() {
        assert_eq!(shown(Path::new("/naïve 日本/a.jpg")), "/naïve 日本/a.jpg");
        assert_eq!(shown(Path::new("/a\n\u{1b}[0m")), "/a\\n\\u001b[0m");
        let long = shown(Path::new(&format!("/{}/a.jpg", "x".repeat(70_000))));
        assert_eq!(long.chars().count(), SHOWN_CHARS + 1);
        assert!(long.starts_with("…x") && long.ends_with("x/a.jpg"));
    }
}
