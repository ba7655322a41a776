//! Methods.

use super::text::{Names, bracketed, docstring};
use super::{CONVERTED, POSITIONAL, REQUEST_OBJECTS, annotation, class_of, name_of};
use crate::Result;
use crate::description::{Method, Param, Type};
use crate::render::snake;

/// The text of one method.
pub fn function(method: &Method, names: &Names) -> Result<String> {
    let mut required = vec!["self".to_owned()];
    let mut optional = Vec::new();
    let mut request = vec![format!("\"{}\"", method.name), answer_reader(&method.result)?];
    let mut timeout = None;
    for param in &method.params {
        let name = name_of(&param.name)?;
        if param.name == "timeoutMs" {
            timeout = Some("timeout: Optional[float] = None".to_owned());
            request.push("timeoutMs=milliseconds(timeout)".to_owned());
            continue;
        }
        let converted = CONVERTED
            .iter()
            .find(|(of, it, ..)| *of == method.name && *it == param.name);
        let kind = match converted {
            Some((_, _, kind, _)) => (*kind).to_owned(),
            None => parameter(&method.name, param)?,
        };
        request.push(match converted {
            Some((_, _, _, function)) => format!("{}={function}({name})", param.name),
            None => format!("{}={name}", param.name),
        });
        if param.required {
            required.push(format!("{name}: {kind}"));
        } else if kind.contains("None") {
            optional.push(format!("{name}: {kind} = None"));
        } else if let Some(union) = kind.strip_prefix("Union[").and_then(|rest| rest.strip_suffix(']')) {
            optional.push(format!("{name}: Union[{union}, None] = None"));
        } else {
            optional.push(format!("{name}: Optional[{kind}] = None"));
        }
    }
    let by_keyword = optional.len() > 1 && !POSITIONAL.contains(&method.name.as_str());
    let mut parameters = required;
    if by_keyword {
        parameters.push("*".to_owned());
    }
    parameters.append(&mut optional);
    if let Some(timeout) = timeout {
        if !by_keyword {
            parameters.push("*".to_owned());
        }
        parameters.push(timeout);
    }
    let name = method.c_name.trim_start_matches("im_");
    let after = format!(" -> Call[{}]:", answer(&method.result)?);
    Ok(format!(
        "    @method\n{}\n{}\n{}\n",
        bracketed(4, &format!("def {name}"), &parameters, &after),
        docstring(&documentation(method, names), 8),
        bracketed(8, "return Call", &request, ""),
    ))
}

/// The type of a parameter.
fn parameter(method: &str, param: &Param) -> Result<String> {
    let mut kind = &param.kind;
    while let Type::Optional(of) = kind {
        kind = of;
    }
    let object = || {
        let object = REQUEST_OBJECTS
            .iter()
            .find(|(of, it, _)| *of == method && *it == param.name);
        let (_, _, class) =
            object.ok_or_else(|| format!("{method}: name the class of {} in REQUEST_OBJECTS", param.name))?;
        Ok::<_, String>((*class).to_owned())
    };
    Ok(match kind {
        Type::List(of) => match of.as_ref() {
            Type::Object(_) => format!("Sequence[{}]", object()?),
            of => format!("Sequence[{}]", annotation(of)?),
        },
        Type::Object(_) => object()?,
        kind => annotation(kind)?,
    })
}

/// The type of an answer.
fn answer(kind: &Type) -> Result<String> {
    match kind {
        Type::List(of) => Ok(format!("List[{}]", annotation(of)?)),
        kind => annotation(kind),
    }
}

/// What reads an answer.
fn answer_reader(kind: &Type) -> Result<String> {
    Ok(match kind {
        Type::Null => "nothing".to_owned(),
        Type::Model(name) => format!("_readers.{}", snake(class_of(name))),
        Type::List(of) => match of.as_ref() {
            Type::Model(name) => format!("list_of(_readers.{})", snake(class_of(name))),
            _ => "list_of(as_is)".to_owned(),
        },
        Type::Optional(of) if matches!(of.as_ref(), Type::Model(_)) => {
            return Err("an answer that may be no model".into());
        }
        _ => "as_is".to_owned(),
    })
}

fn documentation(method: &Method, names: &Names) -> Vec<String> {
    let mut blocks: Vec<String> = prose_of(method).map(|paragraph| names.adapt(paragraph)).collect();
    let arguments: Vec<String> = method
        .params
        .iter()
        .map(|param| {
            let name = if param.name == "timeoutMs" {
                "timeout".to_owned()
            } else {
                snake(&param.name)
            };
            let mut doc = names.adapt(&param.description);
            if param.name == "timeoutMs" {
                doc = doc.replace("milliseconds", "seconds");
            }
            let default = match (&param.default, param.name.as_str()) {
                (Some(serde_json::Value::Number(number)), "timeoutMs") => {
                    number.as_f64().map(|it| (it / 1000.0).to_string())
                }
                (Some(value @ serde_json::Value::Number(_)), _) => Some(value.to_string()),
                _ => None,
            };
            match default {
                Some(default) => format!("    {name}: {doc} Default: {default}."),
                None => format!("    {name}: {doc}"),
            }
        })
        .collect();
    if !arguments.is_empty() {
        blocks.push(format!("Args:\n{}", arguments.join("\n")));
    }
    let errors: Vec<String> = errors_of(method)
        .map(|(status, reason)| match reason.as_str() {
            "" => format!("`{status}`"),
            reason => format!("`{status}` ({})", names.adapt(reason)),
        })
        .collect();
    if !errors.is_empty() {
        blocks.push(format!("Raises:\n    Error: {}.", errors.join(", ")));
    }
    let source = if method.name == "networkChanged" {
        "libim's own"
    } else {
        "V2TIM"
    };
    let waits = if method.needs_server {
        "Waits for the server. "
    } else {
        ""
    };
    blocks.push(format!("{waits}{source}: `{}`.", method.name));
    blocks
}

fn prose_of(method: &Method) -> impl Iterator<Item = &str> {
    let structured = ["Request:", "Data:", "Events:", "Errors:", "libim's own:"];
    let paragraphs = method.description.split("\n\n");
    paragraphs.filter(move |paragraph| !structured.iter().any(|start| paragraph.starts_with(start)))
}

fn errors_of(method: &Method) -> impl Iterator<Item = (String, String)> + '_ {
    method.errors.iter().map(|error| {
        let (name, reason) = error.message.split_once(": ").unwrap_or((&error.message, ""));
        let is_meaning = reason.starts_with(|letter: char| letter.is_ascii_uppercase());
        (
            name.to_owned(),
            if is_meaning { String::new() } else { reason.to_owned() },
        )
    })
}
