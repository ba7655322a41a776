//! The names of the keys that have changed (`changedFields`), however the changes that they are of were merged.

use super::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const KEYS: [&str; 5] = ["a", "b", "c", "d", "e"];

type Row = serde_json::Map<String, Value>;

fn changed_with(row: &Row, fields: BTreeSet<String>) -> ConversationChange {
    ConversationChange::Changed(Value::Object(row.clone()).to_string(), Some(fields))
}

/// A few keys get other values, perhaps those that they had.
fn edit(row: &mut Row, random: &mut fastrand::Rng) -> ConversationChange {
    let before = row.clone();
    for key in KEYS {
        if random.u8(..3) == 0 {
            row.insert(key.into(), random.u8(..2).into());
        }
    }
    let differs = |key: &&str| before.get(*key) != row.get(*key);
    changed_with(row, KEYS.into_iter().filter(differs).map(str::to_owned).collect())
}

fn parts(change: &ConversationChange) -> (Row, BTreeSet<String>) {
    match change {
        ConversationChange::Changed(json, Some(fields)) => (serde_json::from_str(json).unwrap(), fields.clone()),
        other => panic!("{other:?}"),
    }
}

/// One after the other.
fn all(changes: &[ConversationChange]) -> ConversationChange {
    let (first, others) = changes.split_first().unwrap();
    others
        .iter()
        .fold(first.clone(), |before, change| before.then(change.clone()))
}

#[test]
fn merged_changes_name_every_key_that_one_of_them_names_in_whatever_order_they_are_merged() {
    let random = &mut fastrand::Rng::with_seed(3);
    for _ in 0..2_000 {
        let first: Row = KEYS.into_iter().map(|key| (key.to_owned(), json!(0))).collect();
        let mut row = first.clone();
        let changes: Vec<_> = (0..random.usize(2..7)).map(|_| edit(&mut row, random)).collect();
        let (told, fields) = parts(&all(&changes));
        assert_eq!(told, row);
        let expected: BTreeSet<String> = changes.iter().flat_map(|change| parts(change).1).collect();
        assert_eq!(fields, expected);
        // An app that has the row from before finds all differences among them, and so does one that has read it since.
        let at = random.usize(1..changes.len());
        for had in [&first, &parts(&all(&changes[..at])).0] {
            let differs = |key: &&str| had.get(*key) != told.get(*key);
            assert!(KEYS.into_iter().filter(differs).all(|key| fields.contains(key)));
        }
        assert_eq!(all(&changes[..at]).then(all(&changes[at..])), all(&changes));
    }
}

#[test]
fn of_one_that_was_gone_in_between_every_key_may_have_changed() {
    let row = json!({ "a": 1, "b": 2 });
    let changed = changed_with(row.as_object().unwrap(), BTreeSet::from(["a".to_owned()]));
    let again = changed.clone().then(ConversationChange::New(row.to_string()));
    assert_eq!(parts(&again).1, BTreeSet::from(["a".to_owned(), "b".to_owned()]));
    // What is told as new has no keys that changed.
    let new = ConversationChange::Deleted.then(changed);
    assert_eq!(new, ConversationChange::New(row.to_string()));
}

#[test]
fn an_entry_is_the_conversation_and_the_names() {
    let row = json!({ "a": 1 });
    let segment = |change| {
        let mut segment = crate::events::segment::Segment::default();
        segment.put(id(1), change);
        let mut told = Vec::new();
        segment.tell(|event, payload| told.push((event, payload().into_owned())));
        told
    };
    let fields = BTreeSet::from(["b".to_owned(), "a".to_owned()]);
    let told = segment(changed_with(row.as_object().unwrap(), fields));
    let entry = r#"[{"a":1,"changedFields":["a","b"]}]"#;
    assert_eq!(told, [(Event::ConversationChanged, entry.to_owned())]);
    let told = segment(ConversationChange::Changed(row.to_string(), None));
    assert_eq!(told, [(Event::ConversationChanged, r#"[{"a":1}]"#.to_owned())]);
}
