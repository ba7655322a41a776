//! Closed sets of numbers and texts.

use crate::description::Choice;
use serde::Serialize;

/// A closed set, which is an enum class.
#[derive(Serialize)]
pub struct Set {
    name: String,
    doc: String,
    is_number: bool,
    members: Vec<Member>,
}

/// A value of a set.
#[derive(Serialize)]
struct Member {
    name: String,
    doc: String,
    value: String,
}

/// A set as the template wants it.
pub fn set(set: &Choice) -> Set {
    let members = set.values.iter().map(|one| Member {
        name: one.constant(),
        doc: one.description.clone(),
        value: one.value.to_string(),
    });
    Set {
        name: set.name.clone(),
        doc: set.description.clone(),
        is_number: set.is_number,
        members: members.collect(),
    }
}
