//! Comparing two schemas in a direction: whether all that was taken is still taken, and whether all that is given now is
//! what was promised.

use serde_json::Value;
use std::collections::BTreeSet;

/// Whether values of a schema go into libim or come out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Requests and the config: the new schema has to allow all that the old one allowed.
    Taken,
    /// Answers and events: the old schema has to allow all that the new one allows.
    Given,
}

/// One way in which a value fits a schema: a type, or one value of a closed set.
struct Form<'a> {
    /// The JSON type; none where any value fits.
    kind: Option<&'a str>,
    /// The one value.
    only: Option<&'a Value>,
    /// The named schema that it is from.
    name: Option<&'a str>,
    /// What else is said of values of this type.
    schema: &'a Value,
}

impl Form<'_> {
    fn words(&self) -> String {
        match (self.only, self.kind) {
            (Some(value), _) => value.to_string(),
            (None, Some(kind)) => kind.to_owned(),
            (None, None) => "anything".to_owned(),
        }
    }

    /// Whether values of the other form may be of this one, by their type.
    fn covers(&self, other: &Form<'_>) -> bool {
        let same_kind = self.kind.is_none()
            || self.kind == other.kind
            || (self.kind, other.kind) == (Some("number"), Some("integer"));
        same_kind && (self.only.is_none() || self.only == other.only)
    }
}

/// What was found so far.
pub struct Comparison<'a> {
    released: &'a Value,
    now: &'a Value,
    /// The named schemas that were compared, so that each is told of once and one that holds itself comes to an end.
    seen: BTreeSet<(&'a str, &'a str, Direction)>,
    /// Each with its place.
    pub breaks: Vec<String>,
}

impl<'a> Comparison<'a> {
    /// Nothing yet.
    pub fn new(released: &'a Value, now: &'a Value) -> Self {
        Self {
            released,
            now,
            seen: BTreeSet::new(),
            breaks: Vec::new(),
        }
    }

    /// Notes a difference; the same one is noted once.
    pub fn tell(&mut self, place: &str, what: &str) {
        let told = format!("{place}: {what}");
        if !self.breaks.contains(&told) {
            self.breaks.push(told);
        }
    }

    /// Bindings call models and sets by their names, and the values of sets too.
    pub fn named(&mut self) {
        let (released, now) = (self.released, self.now);
        let schemas = |document: &'a Value| document["components"]["schemas"].as_object();
        for (name, old) in schemas(released).into_iter().flatten() {
            match schemas(now).and_then(|schemas| schemas.get(name)) {
                None => self.tell(name, "is gone"),
                Some(new) => self.values(name, &forms(released, old), &forms(now, new)),
            }
        }
    }

    /// Compares two schemas, and what is inside of them.
    pub fn compare(&mut self, place: &str, direction: Direction, old: &'a Value, new: &'a Value) {
        if old["x-time"] != new["x-time"] {
            self.tell(place, "is a time in one version only, or another kind of time");
        }
        // Leaving the field out means something else then.
        if direction == Direction::Taken && old.get("default") != new.get("default") {
            let words = |schema: &Value| schema.get("default").map_or("none".to_owned(), Value::to_string);
            self.tell(place, &format!("the default is {}, was {}", words(new), words(old)));
        }
        let (olds, news) = (forms(self.released, old), forms(self.now, new));
        self.forms(place, direction, &olds, &news);
    }

    fn forms(&mut self, place: &str, direction: Direction, olds: &[Form<'a>], news: &[Form<'a>]) {
        self.values(place, olds, news);
        let (needed, allowed, words) = match direction {
            Direction::Taken => (olds, news, "is not taken any more"),
            Direction::Given => (news, olds, "is given, and was not"),
        };
        for form in needed {
            let Some(fitting) = allowed.iter().find(|other| other.covers(form)) else {
                // A set may have more values than before, and those that it has no more are told already.
                let is_in_set = |other: &Form<'_>| other.only.is_some() && other.kind == form.kind;
                let is_told = match direction {
                    Direction::Taken => form.only.is_some(),
                    Direction::Given => form.only.is_some() && allowed.iter().any(is_in_set),
                };
                if !is_told {
                    self.tell(place, &format!("{} {words}", form.words()));
                }
                continue;
            };
            let (old, new) = match direction {
                Direction::Taken => (form, fitting),
                Direction::Given => (fitting, form),
            };
            match (old.name, new.name) {
                (Some(was), Some(is)) => {
                    if self.seen.insert((was, is, direction)) {
                        self.inside(is, direction, old.schema, new.schema);
                    }
                }
                _ => self.inside(place, direction, old.schema, new.schema),
            }
        }
    }

    /// The values of closed sets: none goes away, and none changes its name.
    fn values(&mut self, place: &str, olds: &[Form<'a>], news: &[Form<'a>]) {
        for old in olds {
            let Some(value) = old.only else { continue };
            let place = old.name.unwrap_or(place);
            match news.iter().find(|new| new.only == Some(value)) {
                Some(new) if new.schema["title"] != old.schema["title"] => {
                    let (new, old) = (&new.schema["title"], &old.schema["title"]);
                    self.tell(place, &format!("{value} is called {new}, was {old}"));
                }
                None if !news.iter().any(|new| new.covers(old)) => self.tell(place, &format!("{value} is gone")),
                _ => {}
            }
        }
    }

    /// What a schema says beyond the type.
    fn inside(&mut self, place: &str, direction: Direction, old: &'a Value, new: &'a Value) {
        for (key, wider) in [("minimum", i64::lt as fn(&i64, &i64) -> bool), ("maximum", i64::gt)] {
            let (was, is) = (old[key].as_i64(), new[key].as_i64());
            let (needed, allowed) = match direction {
                Direction::Taken => (was, is),
                Direction::Given => (is, was),
            };
            if allowed.is_some_and(|allowed| needed.is_none_or(|needed| wider(&needed, &allowed))) {
                let words = |bound: Option<i64>| bound.map_or("none".to_owned(), |bound| bound.to_string());
                self.tell(place, &format!("the {key} is {}, was {}", words(is), words(was)));
            }
        }
        if let (Some(old), Some(new)) = (old.get("items"), new.get("items")) {
            self.compare(&format!("{place}[]"), direction, old, new);
        }
        self.fields(place, direction, old, new);
    }

    fn fields(&mut self, place: &str, direction: Direction, old: &'a Value, new: &'a Value) {
        let required = |schema: &Value, field: &str| {
            let names = schema["required"].as_array();
            names.is_some_and(|names| names.iter().any(|name| name == field))
        };
        let fields = |schema: &'a Value| schema["properties"].as_object().into_iter().flatten();
        for (field, schema) in fields(old) {
            let inner = format!("{place}.{field}");
            let Some(other) = new["properties"].get(field) else {
                self.tell(&inner, "is gone");
                continue;
            };
            match (direction, required(old, field), required(new, field)) {
                (Direction::Taken, false, true) => self.tell(&inner, "is required, and was not"),
                (Direction::Given, true, false) => self.tell(&inner, "may be absent, and was always there"),
                _ => {}
            }
            self.compare(&inner, direction, schema, other);
        }
        if direction == Direction::Taken {
            for (field, _) in fields(new) {
                if old["properties"].get(field).is_none() && required(new, field) {
                    self.tell(&format!("{place}.{field}"), "is new and required");
                }
            }
            if old["additionalProperties"] != false
                && new["additionalProperties"] == false
                && old.get("properties").is_some()
            {
                self.tell(place, "unknown fields are refused, and were not");
            }
        }
    }
}

/// The name of a schema that is one of the document's.
fn name(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

/// All forms that a schema allows.
fn forms<'a>(document: &'a Value, schema: &'a Value) -> Vec<Form<'a>> {
    if let Some(name) = name(schema) {
        let mut forms = forms(document, &document["components"]["schemas"][name]);
        forms.iter_mut().for_each(|form| form.name = Some(name));
        return forms;
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        if let Some(parts) = schema[key].as_array() {
            // An allOf has one part, which it gives a description of its own.
            return parts.iter().flat_map(|part| forms(document, part)).collect();
        }
    }
    let form = |kind, only| Form {
        kind,
        only,
        name: None,
        schema,
    };
    let listed = schema["enum"].as_array().into_iter().flatten();
    let values = schema.get("const").into_iter().chain(listed);
    let values: Vec<Form<'a>> = values.map(|value| form(Some(kind(value)), Some(value))).collect();
    if !values.is_empty() {
        return values;
    }
    let kinds: Vec<Option<&str>> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(Value::as_str).collect(),
        kind => vec![kind.as_str()],
    };
    kinds.into_iter().map(|kind| form(kind, None)).collect()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
