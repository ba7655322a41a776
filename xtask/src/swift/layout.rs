//! Lines as swift-format lays them out: on one line what fits, else filled lines one step further in.

use super::prose::WIDTH;

/// Items with commas between them, as many on a line as fit behind `indent`.
fn filled(items: &[String], indent: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let comma = if place + 1 < items.len() { "," } else { "" };
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + item.chars().count() + comma.len() <= WIDTH => {
                line.push_str(&format!(" {item}{comma}"));
            }
            _ => lines.push(format!("{:indent$}{item}{comma}", "")),
        }
    }
    lines
}

/// `start(items)end`, for the declaration of a function; the end stands on a line of its own when the items do.
pub fn call(start: &str, items: &[String], end: &str, indent: usize) -> String {
    let line = format!("{:indent$}{start}({}){end}", "", items.join(", "));
    if line.chars().count() <= WIDTH {
        return line;
    }
    let mut lines = vec![format!("{:indent$}{start}(", "")];
    lines.extend(filled(items, indent + 4));
    lines.push(format!("{:indent$}){end}", ""));
    lines.join("\n")
}

/// `start(items)`, for a value.
pub fn value(start: &str, items: &[String], indent: usize) -> String {
    let line = format!("{:indent$}{start}({})", "", items.join(", "));
    if line.chars().count() <= WIDTH {
        return line;
    }
    // The bracket at the end belongs to the last item.
    let mut items = items.to_vec();
    if let Some(last) = items.last_mut() {
        last.push(')');
    }
    let mut lines = vec![format!("{:indent$}{start}(", "")];
    lines.extend(filled(&items, indent + 4));
    lines.join("\n")
}

/// `["key": value]`, in which some lines may have to be set further in, with so many characters `behind` it on its last line.
pub fn dictionary(entries: &[String], indent: usize, behind: usize) -> String {
    if entries.is_empty() {
        return format!("{:indent$}[:]", "");
    }
    let line = format!("{:indent$}[{}]", "", entries.join(", "));
    if line.chars().count() + behind <= WIDTH {
        return line;
    }
    // swift-format ends a literal that takes several lines with a comma.
    let mut entries = entries.to_vec();
    if let Some(last) = entries.last_mut() {
        last.push(',');
    }
    let mut lines = vec![format!("{:indent$}[", "")];
    lines.extend(filled(&entries, indent + 4));
    lines.push(format!("{:indent$}]", ""));
    lines.join("\n")
}

/// `try await perform("name", [...])`.
pub fn perform(effects: &str, method: &str, request: &str, entries: Option<&[String]>, indent: usize) -> String {
    let request = entries.map_or(request.to_owned(), |entries| dictionary(entries, 0, 0));
    let line = format!("{:indent$}{effects} perform(\"{method}\", {request})", "");
    // swift-format leaves room for the comma that a literal might end with.
    if line.chars().count() < WIDTH && !line.contains('\n') {
        return line;
    }
    let inner = indent + 4;
    let request = entries.map_or(format!("{:inner$}{request}", ""), |entries| {
        dictionary(entries, inner, 1)
    });
    format!(
        "{:indent$}{effects} perform(\n{:inner$}\"{method}\",\n{request})",
        "", ""
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("argument{number}: String")).collect()
    }

    #[test]
    fn what_fits_stays_on_one_line() {
        assert_eq!(call("func f", &items(1), " {", 4), "    func f(argument0: String) {");
        assert_eq!(value("let keys = Keys", &["1".to_owned()], 0), "let keys = Keys(1)");
        assert_eq!(
            perform("try", "name", "", Some(&[]), 8),
            "        try perform(\"name\", [:])"
        );
    }

    #[test]
    fn what_does_not_fit_fills_lines_further_in() {
        let expected = "    func f(
        argument0: String, argument1: String, argument2: String, argument3: String, argument4: String,
        argument5: String, argument6: String
    ) {";
        assert_eq!(call("func f", &items(7), " {", 4), expected);
        let text = perform("try", "name", "", Some(&items(7)), 8);
        assert!(text.lines().all(|line| line.len() <= WIDTH), "{text}");
        assert!(
            text.starts_with("        try perform(\n            \"name\",\n            [\n"),
            "{text}"
        );
        assert!(text.ends_with("argument6: String,\n            ])"), "{text}");
    }
}
