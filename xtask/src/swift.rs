//! What the Swift package restates: the config, models, requests, methods, events and status codes.
//!
//! The templates are in `bindings/swift/Templates`. What differs from the description stands in `exceptions.rs`, how its
//! sentences become Swift's in `prose.rs`, and where lines break in `layout.rs`.

mod config;
mod exceptions;
mod layout;
mod methods;
mod prose;
mod values;

use crate::Result;
use crate::description::{Description, Status};
use crate::outputs::Outputs;
use crate::render::{capitalized, render};
use minijinja::{Value, context};
use prose::{Prose, comment, member_name};
use std::collections::BTreeSet;

const TEMPLATES: &str = "bindings/swift/Templates";
const SOURCES: &str = "bindings/swift/Sources/LibIM/Generated";

/// Adds the files of the package.
pub fn generate(description: &Description, outputs: &mut Outputs) -> Result<()> {
    let prose = Prose::new(description);
    let models = values::models(description, &prose)?;
    let requests = values::requests(description, &prose)?;
    let methods = methods::methods(description, &prose)?;
    let mut files: Vec<(&str, String, Value)> = vec![
        ("Models", "Models".to_owned(), context! { models => models }),
        ("Readers", "Readers".to_owned(), context! { models => models }),
        (
            "Enums",
            "Enums".to_owned(),
            context! { sets => sets(description, &prose) },
        ),
        ("Config", "Config".to_owned(), config::config(description, &prose)?),
        ("Requests", "Requests".to_owned(), context! { requests => requests }),
        (
            "Event",
            "Event".to_owned(),
            context! { events => events(description, &prose)? },
        ),
        (
            "Status",
            "Status".to_owned(),
            context! { statuses => statuses(description, &prose) },
        ),
    ];
    let topics: BTreeSet<&str> = methods.iter().map(|method| method.topic.as_str()).collect();
    for topic in topics {
        let methods: Vec<_> = methods.iter().filter(|method| method.topic == topic).collect();
        let name = format!("{}Methods", capitalized(topic));
        files.push(("Methods", name, context! { topic => topic, methods => methods }));
    }
    for (template, name, context) in files {
        let template = outputs.committed(format!("{TEMPLATES}/{template}.swift.j2"))?;
        let text = render(&name, &template, context)?;
        if let Some(line) = text.lines().find(|line| line.chars().count() > prose::WIDTH) {
            return Err(format!("{name}.swift has a line that is too long: {line}").into());
        }
        outputs.add(format!("{SOURCES}/{name}.swift"), text);
    }
    Ok(())
}

/// The closed sets, but for those of the config.
fn sets(description: &Description, prose: &Prose) -> Vec<Value> {
    let sets = description.choices.iter();
    let sets = sets.filter(|set| !exceptions::IN_CONFIG.contains(&set.name.as_str()));
    let sets = sets.map(|set| {
        let members = set.values.iter().map(|one| {
            let name = member_name(one);
            let declared = if exceptions::RESERVED.contains(&name.as_str()) {
                format!("`{name}`")
            } else {
                name.clone()
            };
            context! { name, declared, value => one.value.to_string(), doc => comment(&prose.adapt(&one.description), 4) }
        });
        let members: Vec<Value> = members.collect();
        let raw = if set.is_number { "Int64" } else { "String" };
        context! { name => set.name, raw, doc => comment(&prose.adapt(&set.description), 0), members }
    });
    sets.collect()
}

/// An event as the template wants it; `payload` is empty for one that carries nothing.
fn events(description: &Description, prose: &Prose) -> Result<Vec<Value>> {
    let events = description.events.iter().map(|event| {
        let payload = values::type_of(&event.payload, &event.name)?;
        Ok(context! {
            name => event.name,
            number => event.number,
            doc => comment(&prose.event(event), 4),
            payload => payload,
        })
    });
    events.collect()
}

fn statuses(description: &Description, prose: &Prose) -> Vec<Value> {
    let statuses = description.statuses.iter().map(|status| {
        context! {
            name => status_name(status),
            code => status.code,
            doc => comment(&prose.adapt(&format!("{} {}", status.description, status.advice)), 4),
        }
    });
    statuses.collect()
}

/// `INVALID_USER_ID` is `invalidUserID`.
fn status_name(status: &Status) -> String {
    let words = status.name.split('_').enumerate().map(|(place, word)| match word {
        "ID" | "JSON" if place > 0 => word.to_owned(),
        word if place > 0 => capitalized(&word.to_lowercase()),
        word => word.to_lowercase(),
    });
    words.collect()
}
