//! The sentences of a document in Markdown, in their order. An item of a list and a row of a table are at least one each;
//! a block of code counts as its first line. Headings, labels in bold and the heads of tables say nothing.

/// Takes a document apart.
pub fn sentences(document: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut paragraph = String::new();
    let mut lines = document.lines().peekable();
    let mut after_blank = true;
    while let Some(line) = lines.next() {
        let is_item = line.starts_with("- ");
        if line.trim().is_empty() || line.starts_with(['#', '|', '<']) || is_item {
            end(&mut paragraph, &mut found);
        }
        if line.starts_with("```") {
            end(&mut paragraph, &mut found);
            let mut code = lines.by_ref().take_while(|line| !line.starts_with("```"));
            found.extend(code.next().map(|first| format!("code: {}", first.trim())));
            code.for_each(drop);
        } else if let Some(code) = line
            .strip_prefix("    ")
            .filter(|_| after_blank && paragraph.is_empty())
        {
            found.push(format!("code: {}", code.trim()));
            while lines.next_if(|line| line.starts_with("    ")).is_some() {}
        } else if line.starts_with('|') {
            // The head of a table is the line above the rule.
            let is_rule = |line: &str| line.starts_with("|--");
            if !is_rule(line) && !lines.peek().is_some_and(|next| is_rule(next)) {
                found.push(line.to_owned());
            }
        } else if !line.starts_with(['#', '<']) {
            let words = if is_item { &line[2..] } else { line };
            for word in words.split_whitespace() {
                if !paragraph.is_empty() {
                    paragraph.push(' ');
                }
                paragraph.push_str(word);
            }
        }
        after_blank = line.trim().is_empty();
    }
    end(&mut paragraph, &mut found);
    found
}

/// Adds the sentences of a paragraph, which is empty then.
fn end(paragraph: &mut String, found: &mut Vec<String>) {
    let text = std::mem::take(paragraph);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (sentence, after) = rest.split_at(first_end(rest));
        let sentence = sentence.trim();
        if !(sentence.starts_with("**") && sentence.ends_with(".**")) {
            found.push(sentence.to_owned());
        }
        rest = after.trim_start();
    }
}

/// Where the first sentence of a text ends: behind a full stop, outside of code and brackets, before a capital or code.
fn first_end(text: &str) -> usize {
    let (mut in_code, mut brackets) = (false, 0_i32);
    let mut stop = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '`' => in_code = !in_code,
            _ if in_code => {}
            '(' => brackets += 1,
            ')' => brackets -= 1,
            ' ' if stop && brackets == 0 => {
                let next = text[at + 1..].chars().find(|letter| !matches!(letter, '*' | '[' | '"'));
                if next.is_some_and(|next| next.is_uppercase() || next == '`') {
                    return at;
                }
            }
            _ => {}
        }
        stop = !in_code && (matches!(letter, '.' | '!' | '?') || stop && matches!(letter, '*' | ')'));
    }
    text.len()
}
