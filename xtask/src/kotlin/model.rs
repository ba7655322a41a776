//! The classes of the models.

use super::types::{self, kotlin_type, model_name, reader};
use super::{exceptions, layout};
use crate::Result;
use crate::description::{Description, Model, Type};
use serde::Serialize;

/// A model: a data class and the function that reads it.
#[derive(Serialize)]
pub(super) struct KotlinModel {
    name: String,
    /// Of its reader.
    reader: String,
    doc: String,
    fields: Vec<KotlinField>,
    /// Of what was read, before anything was: the keys that may be absent.
    absent: String,
    /// Of what was read, once all fields were.
    all: String,
    /// Whether a branch of the reader has several lines; then empty lines stand between all of them.
    has_blocks: bool,
}

/// A key of a model.
#[derive(Serialize)]
struct KotlinField {
    name: String,
    doc: String,
    #[serde(rename = "type")]
    kind: String,
    /// The branch that reads it and notes that it was there.
    branch: String,
    /// The declaration of the variable that it is read into.
    variable: String,
    /// ` = value` where an app makes the model too and may leave it out, or nothing.
    default: String,
    /// Whether the key may be absent.
    is_optional: bool,
}

/// The default of a field of a model that is sent as well, ` = value`.
fn sent_default(class: &str, field: &str, description: &Description) -> Result<String> {
    let Some((method, param)) = exceptions::sent_with(class) else {
        return Ok(String::new());
    };
    let params = |method: &str| {
        description
            .methods
            .iter()
            .find(|it| it.name == method)
            .map(|it| &it.params)
    };
    let mut kind = params(method).and_then(|params| params.iter().find(|it| it.name == param).map(|it| &it.kind));
    while let Some(Type::List(of) | Type::Optional(of)) = kind {
        kind = Some(of);
    }
    let Some(Type::Object(fields)) = kind else {
        return Err(format!("{method} has no objects in {param}").into());
    };
    let default = fields
        .iter()
        .find(|it| it.name == field)
        .map(|it| types::default(it, description));
    Ok(default
        .transpose()?
        .flatten()
        .map_or_else(String::new, |value| format!(" = {value}")))
}

pub(super) fn kotlin_model(model: &Model, description: &Description) -> Result<KotlinModel> {
    let name = model_name(&model.name);
    let given = model.fields.iter().filter(|field| !matches!(field.kind, Type::Null));
    let fields: Vec<KotlinField> = given
        .enumerate()
        .map(|(at, field)| {
            let kind = kotlin_type(&field.name, &field.kind);
            Ok(KotlinField {
                name: field.name.clone(),
                doc: field.said(),
                branch: layout::branch(&field.name, &reader(&field.name, &field.kind, "at"), 1_u64 << at),
                variable: types::variable(&field.name, &kind),
                default: match sent_default(&name, &field.name, description)? {
                    none if none.is_empty() && field.is_optional => " = null".to_owned(),
                    default => default,
                },
                is_optional: field.is_optional,
                kind,
            })
        })
        .collect::<Result<_>>()?;
    let optional = fields.iter().enumerate().filter(|(_, field)| field.is_optional);
    let absent = match optional.fold(0_u64, |bits, (at, _)| bits | 1 << at) {
        0 => "0L".to_owned(),
        bits => format!("{bits:#x}L"),
    };
    if fields.len() > 63 {
        return Err(format!("{name} has more keys than a Long has bits").into());
    }
    Ok(KotlinModel {
        reader: types::lower(&name),
        doc: model.description.clone(),
        absent,
        all: format!("{:#x}", (1_u64 << fields.len()) - 1),
        has_blocks: fields.iter().any(|field| field.branch.contains('\n')),
        name,
        fields,
    })
}
