//! The config: a struct whose `backend` is a sum of the kinds of servers, which JSON has as one object.

use super::exceptions::{CHOICES, named};
use super::layout::{call, dictionary};
use super::prose::{Prose, comment};
use super::values::type_of;
use crate::Result;
use crate::description::{Description, Param, Type};
use crate::render::capitalized;
use minijinja::{Value, context};
use serde::Serialize;

/// The fields of the backend that only one kind of server has begin so.
const XMPP: &str = "`xmpp`: ";
const EMBEDDED: &str = "`embedded`: ";

/// A property of the config or of an XMPP account.
#[derive(Serialize)]
struct Setting {
    name: String,
    doc: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(skip)]
    default: Option<String>,
    /// The value as a request has it, behind the name of what has the property.
    #[serde(skip)]
    written: String,
}

/// A closed set of texts that a property takes.
#[derive(Serialize)]
struct Choice {
    owner: String,
    name: String,
    values: Vec<String>,
}

/// What the template of the config wants.
pub fn config(description: &Description, prose: &Prose) -> Result<Value> {
    let backend = description.config.iter().find(|param| param.name == "backend");
    let Some(Type::Object(fields)) = backend.map(|param| &param.kind) else {
        return Err("the config has no backend".into());
    };
    let of_kind = |start: &'static str| fields.iter().filter(move |field| field.description.starts_with(start));
    let embedded = of_kind(EMBEDDED).map(|field| {
        let text = field.description.trim_start_matches(EMBEDDED);
        format!("`{}` is {}", field.name, prose.adapt(text))
    });
    let xmpp = of_kind(XMPP).map(|field| setting(field, XMPP, prose, 8));
    let xmpp: Vec<Setting> = xmpp.collect::<Result<_>>()?;
    let settings = description.config.iter().map(|param| setting(param, "", prose, 4));
    let settings: Vec<Setting> = settings.collect::<Result<_>>()?;
    let choices = description
        .config
        .iter()
        .chain(of_kind(XMPP))
        .filter(|param| !param.values.is_empty());
    let choices = choices.map(|param| Choice {
        owner: param.name.clone(),
        name: choice_name(&param.name),
        values: param.values.clone(),
    });
    Ok(context! {
        init => call("public init", &declared(&settings), " {", 4),
        dictionary => dictionary(&written(&settings, ""), 8, 0),
        settings => settings,
        embedded => comment(&format!("The embedded service. {}", embedded.collect::<Vec<_>>().join(" ")), 8),
        xmpp_init => call("public init", &declared(&xmpp), " {", 8),
        xmpp_dictionary => dictionary(&[vec![r#""kind": "xmpp""#.to_owned()], written(&xmpp, "account.")].concat(), 12, 0),
        xmpp => xmpp,
        choices => choices.collect::<Vec<_>>(),
    })
}

fn setting(param: &Param, start: &str, prose: &Prose, indent: usize) -> Result<Setting> {
    let name = &param.name;
    let is_optional = matches!(param.kind, Type::Optional(_));
    // An XMPP account has no use without these, so here they are required.
    let is_required = param.required || start == XMPP && ["jid", "password"].contains(&name.as_str());
    let own = if name == "backend" {
        Some("Backend".to_owned())
    } else if param.values.is_empty() {
        None
    } else {
        Some(choice_name(name))
    };
    let written = match (&own, is_optional) {
        (None, _) => name.clone(),
        (Some(_), _) if name == "backend" => format!("{name}.request"),
        (Some(_), true) => format!("{name}?.rawValue"),
        (Some(_), false) => format!("{name}.rawValue"),
    };
    let kind = match own {
        Some(own) if is_optional => format!("{own}?"),
        Some(own) => own,
        None => type_of(&param.kind, name)?.ok_or_else(|| format!("{name} has no type"))?,
    };
    let default = match &param.default {
        _ if is_required => None,
        _ if name == "backend" => Some(".embedded()".to_owned()),
        Some(serde_json::Value::String(value)) if !param.values.is_empty() => Some(format!(".{value}")),
        Some(value) if !value.is_null() => Some(grouped(&value.to_string())),
        _ => Some("nil".to_owned()),
    };
    let text = param.description.strip_prefix(start).unwrap_or(&param.description);
    Ok(Setting {
        name: name.clone(),
        doc: comment(&capitalized(&prose.adapt(text)), indent),
        kind: if is_required {
            kind.trim_end_matches('?').to_owned()
        } else {
            kind
        },
        default,
        written,
    })
}

fn choice_name(name: &str) -> String {
    named(CHOICES, name).map_or_else(|| capitalized(name), str::to_owned)
}

fn declared(settings: &[Setting]) -> Vec<String> {
    let settings = settings.iter().map(|one| {
        let default = one.default.as_ref().map_or(String::new(), |text| format!(" = {text}"));
        format!("{}: {}{default}", one.name, one.kind)
    });
    settings.collect()
}

fn written(settings: &[Setting], owner: &str) -> Vec<String> {
    settings
        .iter()
        .map(|one| format!("\"{}\": {owner}{}", one.name, one.written))
        .collect()
}

/// A literal as swift-format wants it: a number of more than six digits in groups of three.
fn grouped(literal: &str) -> String {
    if literal.len() <= 6 || !literal.bytes().all(|byte| byte.is_ascii_digit()) {
        return literal.to_owned();
    }
    let mut text = String::new();
    for (index, digit) in literal.chars().enumerate() {
        if index > 0 && (literal.len() - index).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}
