//! The config: one class for the account, and one for each kind of server.

use super::text::{Names, docstring};
use super::{PATHS, REQUIRED, annotation, name_of};
use crate::Result;
use crate::description::{Description, Type};
use minijinja::{Value, context};

/// The fields of the three classes.
pub fn config(description: &Description, names: &Names) -> Result<Value> {
    let config = description.models.iter().find(|model| model.name == "Config");
    let config = config.ok_or("there is no Config")?;
    let mut account = Vec::new();
    let (mut embedded, mut xmpp) = (Vec::new(), Vec::new());
    for it in &config.fields {
        let Type::Object(parts) = &it.kind else {
            let is_required = it.default.is_none();
            account.push(field(
                &it.name,
                &it.kind,
                &it.said(),
                it.default.as_ref(),
                is_required,
                names,
            )?);
            continue;
        };
        let doc = docstring(&[format!("{} None: `Embedded()`.", names.adapt(&it.description))], 4);
        account.push(context! { name => it.name, declared => "Optional[Union[Embedded, Xmpp]] = None", doc });
        for part in parts.iter().filter(|part| part.name != "kind") {
            let (kind, doc) = part
                .description
                .split_once(": ")
                .ok_or("a field of no kind of server")?;
            let list = match kind {
                "`embedded`" => &mut embedded,
                "`xmpp`" => &mut xmpp,
                kind => return Err(format!("{}: {kind} is no kind of server", part.name).into()),
            };
            let is_required = REQUIRED.contains(&part.name.as_str());
            let doc = doc.replace(" `xmpp` needs it.", "");
            list.push(field(
                &part.name,
                &part.kind,
                &doc,
                part.default.as_ref(),
                is_required,
                names,
            )?);
        }
    }
    Ok(context! { account, embedded, xmpp })
}

fn field(
    name: &str,
    kind: &Type,
    doc: &str,
    default: Option<&serde_json::Value>,
    is_required: bool,
    names: &Names,
) -> Result<Value> {
    let mut kind = kind;
    while let Type::Optional(of) = kind {
        kind = of;
    }
    let kind = match PATHS.contains(&name) {
        true => "PathLike".to_owned(),
        false => annotation(kind)?,
    };
    let mut doc = names.adapt(doc);
    if let Some(first) = doc.get(..1) {
        doc = first.to_uppercase() + doc.get(1..).unwrap_or_default();
    }
    match default {
        Some(serde_json::Value::String(default)) => doc.push_str(&format!(" Default: `{default}`.")),
        Some(serde_json::Value::Number(default)) => doc.push_str(&format!(" Default: {default}.")),
        _ => {}
    }
    let declared = match (is_required, name) {
        // Secrets stand in no log.
        (true, "password") => format!("{kind} = field(repr=False)"),
        (true, _) => kind,
        (false, _) => format!("Optional[{kind}] = None"),
    };
    Ok(context! { name => name_of(name)?, declared, doc => docstring(&[doc], 4) })
}
