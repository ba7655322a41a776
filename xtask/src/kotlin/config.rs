//! The config: a class, and one for each kind of server.

use super::exceptions::NEEDED;
use super::method::KotlinParam;
use super::types::{default, fields, kotlin_type, literal, writer, written};
use crate::Result;
use crate::description::{Description, Param, Type};
use serde::Serialize;

/// What the template sees.
#[derive(Serialize)]
pub struct Config {
    doc: String,
    fields: Vec<ConfigField>,
    embedded: Vec<ConfigField>,
    xmpp: Vec<ConfigField>,
}

/// A field, and the line that writes it.
#[derive(Serialize)]
struct ConfigField {
    #[serde(flatten)]
    param: KotlinParam,
    write: String,
}

/// Finds the config among the models.
pub fn config(description: &Description) -> Result<Config> {
    let model = description.models.iter().find(|model| model.name == "Config");
    let model = model.ok_or("there is no Config")?;
    let mut of_config = Vec::new();
    let mut of_backends: &[Param] = &[];
    for field in &model.fields {
        if let Some(inside) = fields(&field.kind) {
            of_backends = inside;
            of_config.push(ConfigField {
                param: KotlinParam {
                    name: field.name.clone(),
                    doc: field.description.clone(),
                    kind: "Backend".to_owned(),
                    default: " = Backend.Embedded()".to_owned(),
                },
                write: format!("request.child(\"{0}\", {0}, Backend::writeTo)", field.name),
            });
            continue;
        }
        let default = match (&field.default, &field.kind) {
            (None, _) => String::new(),
            (Some(value), _) if value.is_null() => " = null".to_owned(),
            (Some(value), kind) => format!(" = {}", literal(kind, value, description)?),
        };
        of_config.push(shown(&field.name, &field.said(), &field.kind, default)?);
    }
    Ok(Config {
        doc: model.description.clone(),
        fields: of_config,
        embedded: backend("embedded", of_backends, description)?,
        xmpp: backend("xmpp", of_backends, description)?,
    })
}

/// The fields of one kind of server, which is in the description of each; `kind` itself is the class.
fn backend(kind: &str, params: &[Param], description: &Description) -> Result<Vec<ConfigField>> {
    let mark = format!("`{kind}`: ");
    let own = params
        .iter()
        .filter(|param| param.name != "kind")
        .filter_map(|param| Some((param, param.description.strip_prefix(&mark)?)));
    own.map(|(param, doc)| {
        let doc = crate::render::capitalized(doc);
        match &param.kind {
            Type::Optional(of) if NEEDED.contains(&param.name.as_str()) => shown(&param.name, &doc, of, String::new()),
            kind => {
                let default = default(param, description)?.unwrap_or_else(|| "null".to_owned());
                shown(&param.name, &doc, kind, format!(" = {default}"))
            }
        }
    })
    .collect()
}

fn shown(name: &str, doc: &str, kind: &Type, default: String) -> Result<ConfigField> {
    Ok(ConfigField {
        write: format!("request.{}(\"{name}\", {})", writer(kind)?, written(name, kind, false)),
        param: KotlinParam {
            name: name.to_owned(),
            doc: doc.to_owned(),
            kind: kotlin_type(name, kind),
            default,
        },
    })
}
