//! The methods: their parameters and how they are laid out.

use super::models::value_type;
use super::requests::{member_of_request, ordered};
use super::text::Words;
use super::{Member, NESTED, REQUEST_OBJECTS, STATED, WIDTH};
use crate::Result;
use crate::description::Method;
use serde::Serialize;

/// A method of `im::Methods`.
#[derive(Serialize)]
pub struct CppMethod {
    name: String,
    doc: String,
    signature: String,
    /// The type of its data.
    answer: String,
    /// The name of the parameter that is a whole request; empty where there is none.
    request: String,
    /// The other parameters.
    members: Vec<Member>,
}

/// A method as its template wants it.
pub fn method(method: &Method, words: &Words) -> Result<CppMethod> {
    let params = ordered(&method.name, &method.params);
    let whole = REQUEST_OBJECTS.iter().find(|(name, _, _)| *name == method.name);
    let mut parameters = Vec::new();
    let mut members = Vec::new();
    let mut comments = Vec::new();
    if let Some((_, name, parameter)) = whole {
        parameters.push(format!("const {name} &{parameter}"));
    }
    for param in params {
        let member = if param.name == "timeoutMs" {
            parameters.push("Timeout timeout = DEFAULT_TIMEOUT".to_owned());
            Member {
                name: "timeout".to_owned(),
                doc: words.duration(&param.description),
                kind: "Timeout".to_owned(),
                default: String::new(),
                write: "integer(\"timeoutMs\", timeout.count())".to_owned(),
                write_from: String::new(),
                is_absent: false,
                is_checked: false,
            }
        } else if whole.is_some() {
            continue;
        } else {
            let member = member_of_request(&method.name, param, words)?;
            let is_stated = STATED.contains(&format!("{}.{}", method.name, param.name).as_str());
            let default = if is_stated { "" } else { &member.default };
            let kind = match member.kind.as_str() {
                "std::string" => "std::string_view ".to_owned(),
                kind if kind.contains('<') || NESTED.iter().any(|(_, name)| *name == kind) => format!("const {kind} &"),
                kind => format!("{kind} "),
            };
            parameters.push(format!("{kind}{}{default}", member.name));
            member
        };
        comments.push((member.name.clone(), member.doc.clone()));
        members.push(member);
    }
    let answer = value_type(&method.result, "")?;
    Ok(CppMethod {
        name: method.name.clone(),
        doc: words.method(method, &comments),
        signature: signature(&format!("Answer<Data<{answer}>>"), &method.name, &parameters),
        request: whole.map_or_else(String::new, |(_, _, parameter)| (*parameter).to_owned()),
        answer,
        members,
    })
}

/// The first lines of a method, of at most 120 columns: parameters below one another where they do not fit.
fn signature(answer: &str, name: &str, parameters: &[String]) -> String {
    let begin = format!("    {answer} {name}(");
    let longest = parameters.iter().map(String::len).max().unwrap_or_default();
    let (mut text, indent) = if begin.len() + longest > WIDTH - 2 {
        (format!("    {answer}\n"), format!("    {name}("))
    } else {
        (String::new(), begin)
    };
    let mut line = indent.clone();
    for (place, parameter) in parameters.iter().enumerate() {
        let end = if place + 1 == parameters.len() { ") const" } else { "," };
        if place > 0 && line.len() + 1 + parameter.len() + end.len() > WIDTH {
            text += &line;
            text += "\n";
            line = " ".repeat(indent.len());
        } else if place > 0 {
            line += " ";
        }
        line += parameter;
        line += end;
    }
    if parameters.is_empty() {
        line += ") const";
    }
    text + &line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_stand_below_one_another_where_they_do_not_fit() {
        assert_eq!(signature("Answer<int>", "get", &[]), "    Answer<int> get() const");
        let long = |size: usize| "x".repeat(size);
        assert_eq!(
            signature("Answer<int>", "get", &[long(90), long(20)]),
            format!(
                "    Answer<int> get({},\n                    {}) const",
                long(90),
                long(20)
            )
        );
        assert_eq!(
            signature("Answer<int>", "get", &[long(102)]),
            format!("    Answer<int>\n    get({}) const", long(102))
        );
    }
}
