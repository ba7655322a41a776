//! The forms of a method, and the classes of what a method takes as an object.

use super::layout::Function;
use super::types::{self, kotlin_type};
use super::{exceptions, layout};
use crate::Result;
use crate::description::{Description, Method, Param, Type};
use serde::Serialize;
use std::collections::BTreeMap;

/// A method, as the declarations of its forms.
#[derive(Serialize)]
pub(super) struct KotlinMethod {
    name: String,
    doc: String,
    has_defaults: bool,
    call: String,
    waiting: String,
    future: String,
    suspending: String,
}

/// A class for parameters.
#[derive(Serialize)]
pub(super) struct KotlinObject {
    name: String,
    doc: String,
    fields: Vec<KotlinParam>,
    writes: Vec<String>,
    /// A model that is sent too has its class there.
    is_model: bool,
}

/// A property of such a class.
#[derive(Serialize)]
pub(super) struct KotlinParam {
    pub(super) name: String,
    pub(super) doc: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// ` = …`, or nothing.
    pub(super) default: String,
}

/// The forms of a method. What it takes as an object is added to `objects`.
pub(super) fn kotlin_method(
    method: &Method,
    objects: &mut BTreeMap<String, KotlinObject>,
    description: &Description,
) -> Result<KotlinMethod> {
    let mut taken = Vec::new();
    let mut writes = Vec::new();
    let given = method
        .params
        .iter()
        .filter(|param| !exceptions::is_left_out(&method.name, &param.name));
    let mut alone: Vec<&Param> = given.collect();
    if let Some((class, name, doc)) = exceptions::object(&method.name) {
        let (apart, inside): (Vec<&Param>, Vec<&Param>) = alone.iter().partition(|param| param.name == "timeoutMs");
        add_object(class, doc, &method.name, &inside, objects, description)?;
        taken.push((name.to_owned(), class.to_owned(), String::new()));
        writes.push(format!("{name}.writeTo(this)"));
        alone = apart;
    }
    for param in &alone {
        add_nested(&method.name, param, objects, description)?;
        taken.push(parameter(&method.name, param, description)?);
        writes.push(write(&method.name, param, "")?);
    }
    let result = match kotlin_type("", &method.result) {
        none if none == "Nothing?" => "Unit".to_owned(),
        kind => kind,
    };
    let names: Vec<&str> = taken.iter().map(|(name, ..)| name.as_str()).collect();
    let call = format!("Calls.{}({})", method.name, names.join(", "));
    let declare = |head: &str, result: &str, body: &str, is_call: bool| {
        let parameters = taken.iter().map(|(name, kind, default)| {
            let default = if is_call { "" } else { default.as_str() };
            format!("{name}: {kind}{default}")
        });
        Function {
            head: &format!("{head} {}", method.name),
            parameters: parameters.collect(),
            result,
            body,
            lambda: if is_call { &writes } else { &[] },
        }
        .lines()
    };
    let read = types::answer_reader(&method.result);
    Ok(KotlinMethod {
        name: method.name.clone(),
        doc: layout::method_doc(method, &alone),
        has_defaults: taken.iter().any(|(.., default)| !default.is_empty()),
        call: declare("fun", "", &format!("Call(\"{}\", {read})", method.name), true),
        waiting: declare("fun", &result, &format!("await({call})"), false),
        future: declare(
            "fun",
            &format!("CompletableFuture<{result}>"),
            &format!("start({call})"),
            false,
        ),
        suspending: declare("suspend fun", &result, &format!("suspended({call})"), false),
    })
}

/// The name, the type and ` = default` of a parameter.
fn parameter(method: &str, param: &Param, description: &Description) -> Result<(String, String, String)> {
    let name = types::escaped(&param.name);
    if exceptions::is_absent(method, &param.name) {
        return Ok((
            name,
            format!("{}?", kotlin_type(&param.name, &param.kind)),
            " = null".to_owned(),
        ));
    }
    let kind = match exceptions::nested(method, &param.name) {
        Some(class) => types::nested(&param.kind, class),
        None => kotlin_type(&param.name, &param.kind),
    };
    let default = exceptions::default(method, &param.name)
        .map(str::to_owned)
        .map_or_else(|| types::default(param, description), |own| Ok(Some(own)))?;
    Ok((
        name,
        kind,
        default.map_or_else(String::new, |value| format!(" = {value}")),
    ))
}

/// The line that writes a parameter into a request.
fn write(method: &str, param: &Param, receiver: &str) -> Result<String> {
    let how = match exceptions::nested(method, &param.name) {
        Some(class) if matches!(param.kind, Type::List(_)) => ("children", format!(", {class}::writeTo")),
        Some(class) => ("child", format!(", {class}::writeTo")),
        None => (types::writer(&param.kind)?, String::new()),
    };
    Ok(format!(
        "{receiver}{}(\"{}\", {}{})",
        how.0,
        param.name,
        types::written(&param.name, &param.kind, false),
        how.1
    ))
}

/// The class of a parameter that is an object.
fn add_nested(
    method: &str,
    param: &Param,
    objects: &mut BTreeMap<String, KotlinObject>,
    description: &Description,
) -> Result<()> {
    let Some(class) = exceptions::nested(method, &param.name) else {
        return Ok(());
    };
    let inside = types::fields(&param.kind).ok_or_else(|| format!("{method}.{} is no object", param.name))?;
    let inside: Vec<&Param> = inside.iter().collect();
    add_object(
        class,
        exceptions::nested_doc(class),
        class,
        &inside,
        objects,
        description,
    )
}

fn add_object(
    class: &str,
    doc: &str,
    method: &str,
    fields: &[&Param],
    objects: &mut BTreeMap<String, KotlinObject>,
    description: &Description,
) -> Result<()> {
    let mut shown = Vec::new();
    let mut writes = Vec::new();
    for param in fields {
        add_nested(method, param, objects, description)?;
        let (name, kind, default) = parameter(method, param, description)?;
        writes.push(write(method, param, "request.")?);
        shown.push(KotlinParam {
            name,
            kind,
            default,
            doc: param.said(),
        });
    }
    objects.insert(
        class.to_owned(),
        KotlinObject {
            name: class.to_owned(),
            doc: doc.to_owned(),
            fields: shown,
            writes,
            is_model: doc.is_empty(),
        },
    );
    Ok(())
}
