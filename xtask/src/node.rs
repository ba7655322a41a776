//! The Node package: the types of models, requests, methods, events, closed sets, status codes and the config, and what
//! JavaScript needs of them at run time.
//!
//! The templates are in `bindings/node/templates`. Objects have the wire's keys, which are V2TIM's names, so there is
//! nothing to convert, and the sentences of the description hold as they are.

use crate::Result;
use crate::description::{Choice, Description, Field, Method, Param, Type};
use crate::outputs::Outputs;
use crate::render::{capitalized, environment, wrap};
use minijinja::{Value, context};

const FOLDER: &str = "bindings/node";
const WIDTH: usize = 120;

/// What is made from which template.
const FILES: &[(&str, &str)] = &[
    ("lib/generated.js", "generated.js.j2"),
    ("index.mjs", "index.mjs.j2"),
    ("types/models.d.ts", "models.d.ts.j2"),
    ("types/enums.d.ts", "enums.d.ts.j2"),
    ("types/requests.d.ts", "requests.d.ts.j2"),
    ("types/methods.d.ts", "methods.d.ts.j2"),
    ("types/events.d.ts", "events.d.ts.j2"),
    ("types/config.d.ts", "config.d.ts.j2"),
];

/// Adds the files of the package.
pub fn generate(description: &Description, outputs: &mut Outputs) -> Result<()> {
    let models = description
        .models
        .iter()
        .filter(|model| !["Config", "Response"].contains(&model.name.as_str()))
        .map(|model| {
            let fields = model.fields.iter().map(field).collect::<Result<Vec<_>>>()?;
            Ok(context! { name => class_of(&model.name), doc => doc(&model.description, 0), fields })
        });
    let models = models.collect::<Result<Vec<_>>>()?;
    let methods = description.methods.iter().map(method).collect::<Result<Vec<_>>>()?;
    let events = description.events.iter().map(|event| {
        let payload = match &event.payload_description {
            text if text.is_empty() => String::new(),
            text => format!("\n\nThe payload: {}.", text.trim_end_matches('.')),
        };
        Ok(context! {
            name => event.name,
            number => event.number,
            payload => type_of(&event.payload, 4)?,
            doc => doc(&format!("{}{payload}", event.description), 4),
        })
    });
    let events = events.collect::<Result<Vec<_>>>()?;
    let statuses = description.statuses.iter().map(|status| {
        context! { name => status.name, code => status.code, doc => doc(&format!("{} {}", status.description, status.advice), 4) }
    });
    let statuses: Vec<Value> = statuses.collect();
    let config = description
        .config
        .iter()
        .map(|one| param(one, 4))
        .collect::<Result<Vec<_>>>()?;
    let sets: Vec<Value> = description.choices.iter().map(set).collect();
    let names = description.models.iter().map(|model| class_of(&model.name));
    let context =
        context! { models, methods, events, statuses, config, sets, model_names => names.collect::<Vec<_>>() };
    for (file, template) in FILES {
        let template = outputs.committed(format!("{FOLDER}/templates/{template}"))?;
        // A name that ends in `.js` would have values escaped.
        let text = environment().render_str(&template, &context);
        outputs.add(
            format!("{FOLDER}/{file}"),
            text.map_err(|error| format!("{file}: {error:#}"))?,
        );
    }
    Ok(())
}

fn class_of(model: &str) -> &str {
    model.trim_start_matches("V2Tim")
}

/// A comment, without a newline at its end.
fn doc(text: &str, indent: usize) -> String {
    let at = " ".repeat(indent);
    let text = text.trim().replace("*/", "*\\/");
    let line = format!("{at}/** {text} */");
    if !text.contains('\n') && line.chars().count() <= WIDTH {
        return line;
    }
    format!("{at}/**\n{}\n{at} */", wrap(&text, &format!("{at} * "), WIDTH))
}

/// The description of a value; a set says what its numbers mean.
fn said(description: &str, kind: &Type, said: String) -> String {
    match kind {
        Type::Number(_) => said,
        Type::Optional(of) if matches!(of.as_ref(), Type::Number(_)) => said,
        _ => description.to_owned(),
    }
}

fn field(field: &Field) -> Result<Value> {
    let text = said(&field.description, &field.kind, field.said());
    Ok(context! {
        name => field.name,
        mark => if field.is_optional { "?" } else { "" },
        kind => type_of(&field.kind, 4)?,
        doc => doc(&text, 4),
    })
}

/// A field of a request or of the config.
fn param(param: &Param, indent: usize) -> Result<Value> {
    let mut text = said(&param.description, &param.kind, param.said());
    match &param.default {
        // What stands for nothing needs no words.
        None | Some(serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_)) => {}
        Some(serde_json::Value::String(empty)) if empty.is_empty() => {}
        Some(default) => text.push_str(&format!(" Default: `{default}`.")),
    }
    let kind = match param.values.as_slice() {
        values if values.is_empty() || matches!(param.kind, Type::Choice(_)) => type_of(&param.kind, indent)?,
        values => {
            let texts: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
            let null = if matches!(param.kind, Type::Optional(_)) {
                " | null"
            } else {
                ""
            };
            format!("{}{null}", texts.join(" | "))
        }
    };
    Ok(context! {
        name => param.name,
        mark => if param.required { "" } else { "?" },
        kind,
        doc => doc(&text, indent),
    })
}

/// The type of a value whose field is indented that much.
fn type_of(kind: &Type, indent: usize) -> Result<String> {
    Ok(match kind {
        Type::Null => "null".to_owned(),
        Type::String => "string".to_owned(),
        Type::Integer | Type::Double | Type::Time(_) => "number".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Cursor => "string | number".to_owned(),
        Type::Choice(name) | Type::Number(name) => name.clone(),
        Type::Model(name) => class_of(name).to_owned(),
        Type::Optional(of) => format!("{} | null", type_of(of, indent)?),
        Type::List(of) => {
            let of = type_of(of, indent)?;
            let is_one_word = of.starts_with('{') || !of.contains(' ');
            if is_one_word {
                format!("{of}[]")
            } else {
                format!("({of})[]")
            }
        }
        Type::Object(fields) => {
            let mut lines = String::from("{\n");
            for one in fields {
                let one = param(one, indent + 4)?;
                let at = " ".repeat(indent + 4);
                let (name, mark) = (one.get_attr("name")?, one.get_attr("mark")?);
                lines.push_str(&format!(
                    "{}\n{at}{name}{mark}: {};\n",
                    one.get_attr("doc")?,
                    one.get_attr("kind")?
                ));
            }
            format!("{lines}{}}}", " ".repeat(indent))
        }
    })
}

fn method(method: &Method) -> Result<Value> {
    let params = method
        .params
        .iter()
        .map(|one| param(one, 4))
        .collect::<Result<Vec<_>>>()?;
    let mut text = method.description.clone();
    text.push_str(if method.needs_server {
        "\n\nWaits for the server."
    } else {
        "\n\nDoes not wait for the server."
    });
    let events: Vec<String> = method
        .events
        .iter()
        .map(|event| match event.when.as_str() {
            "" => format!("`{}`", event.name),
            when => format!("`{}` ({when})", event.name),
        })
        .collect();
    if !events.is_empty() {
        text.push_str(&format!("\n\nEvents: {}.", events.join(", ")));
    }
    if !method.result_description.is_empty() {
        text.push_str(&format!(
            "\n\n@returns {}.",
            capitalized(method.result_description.trim_end_matches('.'))
        ));
    }
    let errors: Vec<String> = method
        .errors
        .iter()
        .map(|error| {
            let name = error.constant.trim_start_matches("IM_STATUS_");
            match error.reason.as_str() {
                "" => format!("`{name}`"),
                reason => format!("`{name}` ({reason})"),
            }
        })
        .collect();
    if !errors.is_empty() {
        text.push_str(&format!("\n\n@throws {{ImError}} {}.", errors.join(", ")));
    }
    let is_needed = method.params.iter().any(|one| one.required);
    let result = match &method.result {
        Type::Null => "void".to_owned(),
        kind => type_of(kind, 4)?,
    };
    Ok(context! {
        name => method.name,
        request => format!("{}Request", capitalized(&method.name)),
        request_doc => format!("/** What `{}` takes. */", method.name),
        params,
        mark => if is_needed { "" } else { "?" },
        result,
        doc => doc(&text, 4),
    })
}

fn set(set: &Choice) -> Value {
    let values = set.values.iter().map(|one| {
        let name: String = one.words.iter().map(|word| capitalized(word)).collect();
        context! { name, value => one.value.to_string(), doc => doc(&one.description, 4) }
    });
    context! { name => set.name, doc => doc(&set.description, 0), values => values.collect::<Vec<_>>() }
}
