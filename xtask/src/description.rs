//! The description in the form that templates want: the OpenRPC document with its JSON Schemas turned into [`Type`]s.

mod reader;

use serde::Serialize;
use serde_json::Value;

/// Everything that is described. The order of each list is the document's.
#[derive(Debug, Serialize)]
pub struct Description {
    pub version: String,
    pub methods: Vec<Method>,
    pub models: Vec<Model>,
    pub choices: Vec<Choice>,
    pub events: Vec<Event>,
    pub statuses: Vec<Status>,
    /// The fields of the config of `im_client_open`.
    pub config: Vec<Param>,
}

/// A method of the interface.
#[derive(Debug, Serialize)]
pub struct Method {
    /// V2TIM's name, as `getConversationList`.
    pub name: String,
    pub c_name: String,
    /// The kind of method: `account`, `friend`, `group`, `message` or `conversation`.
    pub topic: String,
    pub needs_server: bool,
    /// Whether V2TIM has no such method.
    pub is_own: bool,
    /// The first sentence of the description, without its full stop.
    pub summary: String,
    /// Prose only: paragraphs, separated by empty lines.
    pub description: String,
    /// Those that are required come first.
    pub params: Vec<Param>,
    pub result: Type,
    /// What the type of the result leaves open; may be empty.
    pub result_description: String,
    /// The events that the method can cause.
    pub events: Vec<MethodEvent>,
    pub errors: Vec<MethodError>,
}

/// A code that a method documents.
#[derive(Debug, Serialize)]
pub struct MethodError {
    pub code: i64,
    /// The status as a constant of C: `IM_STATUS_NO_PERMISSION`.
    pub constant: String,
    /// The status and the reason, or else the status's meaning: `NO_PERMISSION: not the owner`.
    pub message: String,
    /// The method's reason alone; empty where the status says it all.
    pub reason: String,
}

/// An event that a method can cause.
#[derive(Debug, Serialize)]
pub struct MethodEvent {
    /// V2TIM's name, as `onConversationChanged`.
    pub name: String,
    /// When; empty where the name says it all.
    pub when: String,
}

/// A field of a request.
#[derive(Debug, Serialize)]
pub struct Param {
    pub name: String,
    pub description: String,
    pub required: bool,
    #[serde(rename = "type")]
    pub kind: Type,
    /// Absent when the field has no default of its own: leaving it out then means something.
    pub default: Option<Value>,
    pub minimum: Option<i64>,
    pub maximum: Option<i64>,
    /// The texts that are allowed; empty where any is.
    pub values: Vec<String>,
}

impl Param {
    /// The description, without what the type says.
    pub fn said(&self) -> String {
        said(&self.description, &self.kind)
    }
}

impl Field {
    /// The description, without what the type says.
    pub fn said(&self) -> String {
        said(&self.description, &self.kind)
    }
}

/// A description without the numbers of a set, and without the unit of a time.
fn said(description: &str, kind: &Type) -> String {
    match kind {
        Type::Optional(of) => said(description, of),
        Type::Number(_) => {
            let (sentence, others) = description.split_once(". ").unwrap_or((description, ""));
            match sentence.split_once(": ") {
                Some((name, _)) => format!("{name}. {others}").trim_end().to_owned(),
                None => description.to_owned(),
            }
        }
        Type::Time(is_zero_none) => {
            let text = description
                .replace(", in seconds since 1970, UTC", "")
                .replace(", in seconds since 1970", "");
            let words = text.split(' ').map(|word| match word {
                "0" if *is_zero_none => "null",
                "0." if *is_zero_none => "null.",
                word => word,
            });
            words.collect::<Vec<_>>().join(" ")
        }
        _ => description.to_owned(),
    }
}

/// An object of answers, events or requests.
#[derive(Debug, Serialize)]
pub struct Model {
    /// As in the document: `V2TimConversation`.
    pub name: String,
    pub description: String,
    pub fields: Vec<Field>,
}

/// A key of a model.
#[derive(Debug, Serialize)]
pub struct Field {
    pub name: String,
    pub description: String,
    #[serde(rename = "type")]
    pub kind: Type,
    /// Whether the key may be absent.
    pub is_optional: bool,
    /// Of a field of the config that may be left out.
    pub default: Option<Value>,
}

/// A closed set of texts or of integers. Later versions may have more of them.
#[derive(Debug, Serialize)]
pub struct Choice {
    pub name: String,
    pub description: String,
    /// Whether it is one of integers.
    pub is_number: bool,
    pub values: Vec<ChoiceValue>,
}

/// A value of a set.
#[derive(Debug, Serialize)]
pub struct ChoiceValue {
    /// Its name, in words without capitals: `["not", "receive"]`.
    pub words: Vec<String>,
    pub value: Value,
    pub description: String,
}

impl Description {
    /// The set of that name.
    pub fn choice(&self, name: &str) -> crate::Result<&Choice> {
        let found = self.choices.iter().find(|choice| choice.name == name);
        Ok(found.ok_or_else(|| format!("there is no set {name}"))?)
    }
}

impl Choice {
    /// The constant of a value, as `LOCAL_OLDER`.
    pub fn constant(&self, value: &Value) -> crate::Result<String> {
        let found = self.values.iter().find(|one| one.value == *value);
        Ok(found.ok_or_else(|| format!("{} has no {value}", self.name))?.constant())
    }
}

impl ChoiceValue {
    /// As `NOT_RECEIVE`.
    pub fn constant(&self) -> String {
        self.words.join("_").to_uppercase()
    }
}

/// An event and its payload.
#[derive(Debug, Serialize)]
pub struct Event {
    pub number: i64,
    pub name: String,
    pub constant: String,
    pub description: String,
    pub payload: Type,
    /// What the type of the payload leaves open; may be empty.
    pub payload_description: String,
}

/// A status code.
#[derive(Debug, Serialize)]
pub struct Status {
    pub code: i64,
    pub name: String,
    pub constant: String,
    /// When a call ends with it.
    pub description: String,
    /// What to do then; may be empty.
    pub advice: String,
}

/// The type of a value, as `{"kind": "list", "of": {"kind": "string"}}` in a template.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", content = "of", rename_all = "camelCase")]
pub enum Type {
    Null,
    String,
    Integer,
    Double,
    Boolean,
    /// A text, or the same as a number.
    Cursor,
    List(Box<Type>),
    Optional(Box<Type>),
    /// One of [`Description::models`], by name.
    Model(String),
    /// One of [`Description::choices`] that is one of texts, by name.
    Choice(String),
    /// One of those of integers.
    Number(String),
    /// A time, in seconds since 1970; whether 0 stands for none.
    Time(bool),
    /// An object that only this request has.
    Object(Vec<Param>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_leave_to_the_type_what_it_says() {
        let number = Type::Optional(Box::new(Type::Number("ElemType".to_owned())));
        let sentences = "The kind of element: 1 text, 2 custom. Absent: that of the element.";
        assert_eq!(
            said(sentences, &number),
            "The kind of element. Absent: that of the element."
        );
        let time = "The last: a time, in seconds since 1970; 0 when none was. Groups: 0.";
        assert_eq!(
            said(time, &Type::Time(true)),
            "The last: a time; null when none was. Groups: null."
        );
        assert_eq!(said(time, &Type::Integer), time);
    }
}
