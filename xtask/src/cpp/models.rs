//! The structs of answers and events, and the types of their members.

use super::text::Words;
use super::{Member, NO_STRUCT, Struct};
use crate::Result;
use crate::description::{Description, Field, Model, Type};

/// The structs of answers and events, in the order of the description, but each behind those that it has.
pub fn models(description: &Description, words: &Words) -> Result<Vec<Struct>> {
    let mut done = Vec::new();
    for model in &description.models {
        add_model(model, description, words, &mut done)?;
    }
    Ok(done)
}

fn add_model(model: &Model, description: &Description, words: &Words, done: &mut Vec<Struct>) -> Result<()> {
    let name = struct_name(&model.name);
    if NO_STRUCT.contains(&name) || done.iter().any(|other| other.name == name) {
        return Ok(());
    }
    let mut members = Vec::new();
    for field in &model.fields {
        // Kinds of content that are not supported yet.
        if matches!(field.kind, Type::Null) {
            continue;
        }
        let needed = model_in(&field.kind);
        if let Some(needed) = description
            .models
            .iter()
            .find(|other| Some(other.name.as_str()) == needed)
        {
            add_model(needed, description, words, done)?;
        }
        members.push(member_of_model(field, words)?);
    }
    done.push(Struct {
        name: name.to_owned(),
        doc: words.model(model),
        method: String::new(),
        is_model: true,
        is_listed: false,
        absent: absent(&members),
        members,
    });
    Ok(())
}

fn absent(members: &[Member]) -> String {
    let bits = members.iter().enumerate().filter(|(_, member)| member.is_absent);
    match bits.fold(0_u64, |bits, (at, _)| bits | 1 << at) {
        0 => String::new(),
        bits => format!("{bits:#x}"),
    }
}

fn model_in(kind: &Type) -> Option<&str> {
    match kind {
        Type::Model(name) => Some(name),
        Type::List(of) | Type::Optional(of) => model_in(of),
        _ => None,
    }
}

pub fn struct_name(model: &str) -> &str {
    model.strip_prefix("V2Tim").unwrap_or(model)
}

fn member_of_model(field: &Field, words: &Words) -> Result<Member> {
    let kind = value_type(&field.kind, "")?;
    let default = match kind.as_str() {
        "std::int64_t" | "double" => " = 0",
        "bool" => " = false",
        _ if matches!(field.kind, Type::Choice(_) | Type::Number(_)) => " = {}",
        _ => "",
    };
    Ok(Member {
        name: field.name.clone(),
        doc: words.say(&field.said()),
        default: default.to_owned(),
        kind,
        write: String::new(),
        write_from: String::new(),
        is_absent: field.is_optional,
        is_checked: false,
    })
}

/// The type that holds a value. `nested` is the struct for an object inside a request.
pub fn value_type(kind: &Type, nested: &str) -> Result<String> {
    Ok(match kind {
        Type::Null => "void".to_owned(),
        Type::String | Type::Cursor => "std::string".to_owned(),
        Type::Choice(name) | Type::Number(name) => name.clone(),
        Type::Time(is_optional) => if *is_optional { "std::optional<Time>" } else { "Time" }.to_owned(),
        Type::Integer => "std::int64_t".to_owned(),
        Type::Double => "double".to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::List(of) => format!("std::vector<{}>", value_type(of, nested)?),
        Type::Optional(of) => format!("std::optional<{}>", value_type(of, nested)?),
        Type::Model(name) => struct_name(name).to_owned(),
        Type::Object(_) if !nested.is_empty() => nested.to_owned(),
        Type::Object(_) => return Err("an object inside a request that NESTED does not name".into()),
    })
}
