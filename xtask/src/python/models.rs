//! Models, their readers, and events.

use super::text::{Names, bracketed, docstring};
use super::{EVENT_FIELDS, REQUEST_OBJECTS, annotation, class_of, name_of};
use crate::Result;
use crate::description::{Description, Event, Param, Type};
use crate::render::snake;
use minijinja::{Value, context};

/// A class for each object of answers, and those of requests. `Config` is written by hand, and an app never sees the
/// response around an answer.
pub fn models(description: &Description, names: &Names) -> Result<Vec<Value>> {
    let mut models = Vec::new();
    for model in &description.models {
        if ["Config", "Response"].contains(&model.name.as_str()) {
            continue;
        }
        let class = class_of(&model.name);
        let in_requests = request_object(description, class);
        let mut fields = Vec::new();
        // Kinds of content that libim does not fill yet are always null, and no fields.
        for field in model.fields.iter().filter(|field| !matches!(field.kind, Type::Null)) {
            let request = in_requests.and_then(|fields| fields.iter().find(|it| it.name == field.name));
            let default = request
                .and_then(|it| it.default.as_ref())
                .map(|value| literal(&field.kind, value, description));
            let default = default.transpose()?;
            fields.push(self::field(
                &field.name,
                &field.kind,
                &field.said(),
                default,
                names,
                field.is_optional,
            )?);
        }
        let mut doc = vec![names.adapt(&model.description)];
        if model.name != class && !model.description.contains(&format!("`{}`", model.name)) {
            doc.push(format!("V2TIM: `{}`.", model.name));
        }
        models.push(class_context(class, &doc, fields, true));
    }
    for (method, param, class) in REQUEST_OBJECTS {
        if description.models.iter().any(|model| class_of(&model.name) == *class) {
            continue;
        }
        let parts = request_object(description, class).ok_or_else(|| format!("{method} has no objects in {param}"))?;
        let fields = parts.iter().map(|it| {
            let default = it.default.as_ref().map(|value| literal(&it.kind, value, description));
            field(&it.name, &it.kind, &it.said(), default.transpose()?, names, false)
        });
        let doc = format!("An entry of `{}` of `{}`.", snake(param), snake(method));
        models.push(class_context(class, &[doc], fields.collect::<Result<_>>()?, false));
    }
    Ok(models)
}

fn class_context(class: &str, doc: &[String], fields: Vec<Value>, is_read: bool) -> Value {
    // Those of which the wire says with 0 that there is none.
    let absent_times: Vec<Value> = fields
        .iter()
        .filter(|field| field.get_attr("type").unwrap_or_default().as_str() == Some("Optional[datetime]"))
        .map(|field| field.get_attr("name").unwrap_or_default())
        .collect();
    // Those that are not on the wire where there is none.
    let absent_keys: Vec<Value> = fields
        .iter()
        .filter(|field| field.get_attr("is_optional").unwrap_or_default().is_true())
        .map(|field| field.get_attr("name").unwrap_or_default())
        .collect();
    // V2TIM writes it both ways, and the models have one name.
    let reads_capitals = |field: &Value| {
        let read = field.get_attr("read").unwrap_or_default();
        read.as_str().is_some_and(|read| read.contains("\"UUID\""))
    };
    let has_capital_uuid = fields.iter().any(reads_capitals);
    let has_defaults = fields
        .iter()
        .any(|field| !field.get_attr("default").unwrap_or_default().is_none());
    context! { name => class, reader => snake(class), doc => docstring(doc, 4), fields, has_defaults, is_read, absent_times, absent_keys, has_capital_uuid }
}

fn field(
    name: &str,
    kind: &Type,
    doc: &str,
    default: Option<String>,
    names: &Names,
    is_optional: bool,
) -> Result<Value> {
    let doc = docstring(&[names.adapt(doc)], 4);
    let data = if is_optional {
        format!("data.get(\"{name}\")")
    } else {
        format!("data[\"{name}\"]")
    };
    Ok(
        context! { name => name_of(name)?, type => annotation(kind)?, doc, default, is_optional, read => read("", &data, kind) },
    )
}

/// The fields of an object of requests.
fn request_object<'a>(description: &'a Description, class: &str) -> Option<&'a [Param]> {
    let (method, param, _) = REQUEST_OBJECTS.iter().find(|(_, _, it)| *it == class)?;
    let method = description.methods.iter().find(|it| it.name == *method)?;
    let mut kind = &method.params.iter().find(|it| it.name == *param)?.kind;
    while let Type::List(of) | Type::Optional(of) = kind {
        kind = of;
    }
    match kind {
        Type::Object(fields) => Some(fields),
        _ => None,
    }
}

fn literal(kind: &Type, value: &serde_json::Value, description: &Description) -> Result<String> {
    Ok(match (kind, value) {
        (_, serde_json::Value::Null) => "None".to_owned(),
        // On the wire 0 says that there is none.
        (Type::Time(true), _) => "None".to_owned(),
        // A tuple: a list would be one for all objects, which dataclasses refuse.
        (Type::List(of), serde_json::Value::Array(values)) => {
            let values = values
                .iter()
                .map(|value| Ok(format!("{}, ", literal(of, value, description)?)));
            format!("({})", values.collect::<Result<String>>()?.trim_end())
        }
        (_, serde_json::Value::Bool(true)) => "True".to_owned(),
        (_, serde_json::Value::Bool(false)) => "False".to_owned(),
        (Type::Choice(name) | Type::Number(name), value) => {
            format!("{name}.{}", description.choice(name)?.constant(value)?)
        }
        (_, value) => value.to_string(),
    })
}

/// The closed sets, each with its members.
pub fn sets(description: &Description, names: &Names) -> Vec<Value> {
    let sets = description.choices.iter().map(|set| {
        let values = set.values.iter().map(|one| {
            context! { name => one.constant(), value => one.value.to_string(), doc => docstring(&[names.adapt(&one.description)], 4) }
        });
        let values: Vec<Value> = values.collect();
        let doc = docstring(&[names.adapt(&set.description)], 4);
        context! { name => set.name, reader => snake(&set.name), is_number => set.is_number, doc, values }
    });
    sets.collect()
}

/// The expression that reads a value with the readers of a module.
fn read(module: &str, value: &str, kind: &Type) -> String {
    match kind {
        Type::Model(name) => format!("{module}{}({value})", snake(class_of(name))),
        Type::Choice(name) | Type::Number(name) => format!("_{}[{value}]", snake(name)),
        Type::Time(is_optional) if *is_optional => format!("time_of(value) if (value := {value}) else None"),
        Type::Time(_) => format!("time_of({value})"),
        Type::List(of) => match of.as_ref() {
            Type::Model(name) => format!("tuple(map({module}{}, {value}))", snake(class_of(name))),
            _ => format!("tuple({value})"),
        },
        Type::Optional(of) => match read(module, "value", of) {
            plain if plain == "value" => value.to_owned(),
            read => format!("None if (value := {value}) is None else {read}"),
        },
        _ => value.to_owned(),
    }
}

/// The context of each event.
pub fn events(description: &Description, names: &Names) -> Result<Vec<Value>> {
    description
        .events
        .iter()
        .map(|event| event_context(event, names))
        .collect()
}

fn event_context(event: &Event, names: &Names) -> Result<Value> {
    let class = event.name.trim_start_matches("on");
    let known = EVENT_FIELDS
        .iter()
        .find(|(name, _)| *name == event.name)
        .map(|(_, field)| (*field).to_owned());
    let field = match (&event.payload, known) {
        (Type::Null, _) => None,
        (_, Some(field)) => Some(field),
        (Type::Model(name), None) => Some(snake(class_of(name))),
        (Type::List(of), None) => match of.as_ref() {
            Type::Model(name) => Some(format!("{}_list", snake(class_of(name)))),
            _ => return Err(format!("{}: name its field in EVENT_FIELDS", event.name).into()),
        },
        _ => return Err(format!("{}: name its field in EVENT_FIELDS", event.name).into()),
    };
    let handler = snake(&event.name);
    let mut parameters = vec!["self".to_owned()];
    if let Some(field) = &field {
        parameters.push(format!("{field}: {}", annotation(&event.payload)?));
    }
    let words = names.adapt(&event.description);
    let doc = docstring(&[words.clone(), format!("V2TIM: `{}`.", event.name)], 4);
    Ok(context! {
        name => class,
        number => event.number,
        wire => event.name,
        doc,
        field,
        type => annotation(&event.payload)?,
        read => read("_readers.", "data", &event.payload),
        handler_head => bracketed(4, &format!("def {handler}"), &parameters, " -> None:"),
        handler,
        handler_doc => docstring(&[words], 8),
    })
}

/// The annotations of all payloads.
pub fn payload_types(description: &Description) -> Result<String> {
    let types = description.events.iter().map(|event| annotation(&event.payload));
    Ok(types.collect::<Result<Vec<_>>>()?.join(" "))
}

/// The names of the sets that models have.
pub fn used_sets(models: &[Value], description: &Description) -> Result<Vec<String>> {
    let mut types = Vec::new();
    for model in models {
        for field in model.get_attr("fields")?.try_iter()? {
            types.push(field.get_attr("type")?.to_string());
        }
    }
    let names = description.choices.iter().map(|set| set.name.clone());
    let is_used = |name: &String| {
        types
            .iter()
            .any(|kind| kind == name || *kind == format!("Optional[{name}]"))
    };
    let mut names: Vec<String> = names.filter(is_used).collect();
    names.sort();
    Ok(names)
}
