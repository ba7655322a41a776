//! Methods.

use super::text::{Names, bracketed, docstring};
use super::{CONVERTED, POSITIONAL, REQUEST_OBJECTS, annotation, class_of, name_of};
use crate::Result;
use crate::description::{Method, Param, Type};
use crate::render::{capitalized, snake};

/// The parameter that is a duration.
const TIMEOUT: &str = "timeoutMs";

/// The text of one method; of `sendMessage` also the form that waits for the server.
pub fn function(method: &Method, names: &Names) -> Result<String> {
    let text = method_text(method, names, false)?;
    match method.name.as_str() {
        "sendMessage" => Ok(format!("{text}\n{}", method_text(method, names, true)?)),
        _ => Ok(text),
    }
}

/// Lines of the form of `sendMessage` that waits.
const AND_WAIT: &str = "Sends a message and waits until the server has it.\n\n\
    In both cases in which this fails later than `send_message` does, the message is in the conversation: with status 3 when \
    the server has refused it, or with status 1 when the time is over, and libim goes on trying.";

fn method_text(method: &Method, names: &Names, and_wait: bool) -> Result<String> {
    let mut required = vec!["self".to_owned()];
    let mut optional = Vec::new();
    let mut request = vec![format!("\"{}\"", method.name), answer_reader(&method.result)?];
    let mut timeout = None;
    for param in &method.params {
        let name = name_of(&param.name)?;
        if param.name == TIMEOUT {
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
    let mut name = method.c_name.trim_start_matches("im_");
    let mut doc = documentation(method, names);
    let mut call = bracketed(8, "return Call", &request, "");
    if and_wait {
        name = "send_and_wait";
        parameters.push("timeout: Optional[float] = None".to_owned());
        doc = documentation_of_waiting(doc);
        let sent = bracketed(8, "sent = Call", &request, "");
        call = format!("{sent}\n        return sent.then(lambda message: until_sent(message, timeout))");
    }
    let after = format!(" -> Call[{}]:", answer(&method.result)?);
    Ok(format!(
        "    @method\n{}\n{}\n{}\n",
        bracketed(4, &format!("def {name}"), &parameters, &after),
        docstring(&doc, 8),
        call,
    ))
}

/// The documentation of `send_and_wait` from that of `send_message`.
fn documentation_of_waiting(doc: Vec<String>) -> Vec<String> {
    let mut blocks: Vec<String> = AND_WAIT.split("\n\n").map(str::to_owned).collect();
    for block in doc {
        if block.starts_with("Args:") {
            blocks.push(format!(
                "{block}\n    timeout: The seconds to wait for the server. Default: 30."
            ));
        } else if block.starts_with("Raises:") {
            blocks.push("Returns:\n    The message, with status 2.".to_owned());
            blocks.push(block.replace(
                "Raises:\n    Error: ",
                "Raises:\n    Error: `REFUSED` (the server refused the message), `TIMEOUT` (it does not have it in time), ",
            ));
        }
    }
    blocks.push("Waits for the server. libim's own: `sendMessage`, then `waitUntilSent`.".to_owned());
    blocks
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
        Type::Time(_) => "datetime".to_owned(),
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
        Type::Number(name) | Type::Choice(name) => name.clone(),
        _ => "as_is".to_owned(),
    })
}

/// What the method does, then what it takes, gives, raises and tells.
fn documentation(method: &Method, names: &Names) -> Vec<String> {
    let paragraphs = method.description.split("\n\n");
    let mut blocks: Vec<String> = paragraphs.map(|paragraph| names.adapt(paragraph)).collect();
    let arguments: Vec<String> = method.params.iter().map(|param| argument(param, names)).collect();
    if !arguments.is_empty() {
        blocks.push(format!("Args:\n{}", arguments.join("\n")));
    }
    if !method.result_description.is_empty() {
        let words = capitalized(&names.adapt(&method.result_description));
        blocks.push(format!("Returns:\n    {words}."));
    }
    let errors: Vec<String> = method
        .errors
        .iter()
        .map(|error| with_reason(&error.constant, &error.reason, names))
        .collect();
    if !errors.is_empty() {
        blocks.push(format!("Raises:\n    Error: {}.", errors.join(", ")));
    }
    let events: Vec<String> = method
        .events
        .iter()
        .map(|event| with_reason(&event.name, &event.when, names))
        .collect();
    if !events.is_empty() {
        blocks.push(format!("Events: {}.", events.join(", ")));
    }
    let source = if method.is_own { "libim's own" } else { "V2TIM" };
    let waits = if method.needs_server {
        "Waits for the server. "
    } else {
        ""
    };
    blocks.push(format!("{waits}{source}: `{}`.", method.name));
    blocks
}

/// An entry of the parameters. Durations are in seconds here.
fn argument(param: &Param, names: &Names) -> String {
    let is_timeout = param.name == TIMEOUT;
    let name = if is_timeout {
        "timeout".to_owned()
    } else {
        snake(&param.name)
    };
    let mut doc = names.adapt(&param.said());
    if is_timeout {
        doc = doc
            .replace("milliseconds", "seconds")
            .replace("Milliseconds", "Seconds");
    }
    let is_plain = matches!(param.kind, Type::Integer) || is_timeout;
    let default = param
        .default
        .as_ref()
        .filter(|_| is_plain)
        .and_then(serde_json::Value::as_f64);
    match default.map(|default| if is_timeout { default / 1000.0 } else { default }) {
        Some(default) => format!("    {name}: {doc} Default: {default}."),
        None => format!("    {name}: {doc}"),
    }
}

/// A status or an event by its name in Python, with the reason in brackets.
fn with_reason(name: &str, reason: &str, names: &Names) -> String {
    let name = names.adapt(&format!("`{name}`"));
    match reason {
        "" => name,
        reason => format!("{name} ({})", names.adapt(reason)),
    }
}
