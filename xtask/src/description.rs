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
    /// Of a field of the config that may be left out.
    pub default: Option<Value>,
}

/// A closed set of texts.
#[derive(Debug, Serialize)]
pub struct Choice {
    pub name: String,
    pub description: String,
    pub values: Vec<ChoiceValue>,
}

/// One text of a set.
#[derive(Debug, Serialize)]
pub struct ChoiceValue {
    pub value: String,
    pub description: String,
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
    Boolean,
    /// A text, or the same as a number.
    Cursor,
    List(Box<Type>),
    Optional(Box<Type>),
    /// One of [`Description::models`], by name.
    Model(String),
    /// One of [`Description::choices`], by name.
    Choice(String),
    /// One of some integers.
    Integers(Vec<i64>),
    /// An object that only this request has.
    Object(Vec<Param>),
}
