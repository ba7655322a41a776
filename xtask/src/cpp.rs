//! What the C++ binding restates: models and their reader, methods, request objects and events. Status codes it takes
//! from the header of the C library.
//!
//! The templates lie in `bindings/cpp/templates` and have the layout; this has types, defaults and words. Where the
//! binding differs from the description is in the tables below.

mod methods;
mod models;
mod requests;
mod text;

use crate::Result;
use crate::description::{Description, Type};
use crate::outputs::Outputs;
use minijinja::context;
use models::value_type;
use serde::Serialize;
use text::Words;

const WIDTH: usize = 120;

/// Methods that take their fields as one struct: its name, and that of the parameter.
const REQUEST_OBJECTS: &[(&str, &str, &str)] = &[
    ("sendMessage", "NewMessage", "message"),
    ("getHistoryMessageList", "HistoryQuery", "query"),
    ("createGroup", "NewGroup", "group"),
];
/// Objects inside requests: the struct that stands for each. Those that are no model get a struct of their own.
const NESTED: &[(&str, &str)] = &[
    ("sendMessage.textElem", "TextElem"),
    ("sendMessage.customElem", "CustomElem"),
    ("sendMessage.imageElem", "NewImage"),
    ("sendMessage.soundElem", "NewSound"),
    ("sendMessage.videoElem", "NewVideo"),
    ("sendMessage.fileElem", "NewFile"),
    ("sendMessage.locationElem", "LocationElem"),
    ("sendMessage.faceElem", "FaceElem"),
    ("sendMessage.mergerElem", "NewMerger"),
    ("modifyMessage.textElem", "TextElem"),
    ("modifyMessage.customElem", "CustomElem"),
    ("createGroup.memberList", "NewGroupMember"),
    ("getConversationListByFilter.filter", "ConversationFilter"),
    ("getUnreadMessageCountByFilter.filter", "ConversationFilter"),
    ("subscribeUnreadMessageCountByFilter.filter", "ConversationFilter"),
    ("unsubscribeUnreadMessageCountByFilter.filter", "ConversationFilter"),
    ("openConversationView.filter", "ConversationFilter"),
    ("setConversationView.filter", "ConversationFilter"),
    ("searchLocalMessages.searchParam", "MessageSearchParam"),
];
/// Where the order of parameters and fields, which is part of the interface of C++, is not the description's. Fields
/// that are not named here follow behind.
const ORDER: &[(&str, &str)] = &[
    ("getGroupMemberList", "groupID nextSeq count"),
    (
        "getHistoryMessageList",
        "userID groupID count lastMsgID getType conversationID",
    ),
    (
        "sendMessage",
        "receiver groupID textElem customElem groupAtUserList cloudCustomData priority needReadReceipt",
    ),
];
/// Fields of requests that C++ does not offer: nothing reads them, or another field says the same.
const OMITTED: &[&str] = &[
    "login.userID",
    "kickGroupMember.reason",
    "joinGroup.message",
    "sendMessage.elemType",
];
/// Texts that are absent when they are empty.
const NONE_WHEN_EMPTY: &[&str] = &[
    "sendMessage.receiver",
    "sendMessage.groupID",
    "sendMessage.conversationID",
    "getHistoryMessageList.userID",
    "getHistoryMessageList.groupID",
    "getHistoryMessageList.conversationID",
];
/// Optional parameters that a caller states all the same.
const STATED: &[&str] = &[
    "setSelfInfo.nickName",
    "setGroupInfo.groupName",
    "setConversationDraft.draftText",
];
/// Defaults that the description has not.
const DEFAULTS: &[(&str, &str)] = &[("createGroup.groupType", "GroupType::WORK")];
/// Models that another part of the binding stands for.
const NO_STRUCT: &[&str] = &["Config", "Response"];

/// Adds the files of the binding.
pub fn generate(description: &Description, outputs: &mut Outputs) -> Result<()> {
    let words = Words::new(description);
    let sets = sets(description, &words);
    let models = models::models(description, &words)?;
    let methods = each(&description.methods, |method| methods::method(method, &words))?;
    let requests = requests::requests(description, &words)?;
    let config = requests::config(description, &words)?;
    let servers = requests::servers(description, &words)?;
    let timeout = requests::timeout(description)?;
    let events = each(&description.events, |event| {
        let payload = payload(&event.payload)?;
        Ok(Event {
            name: event.name.clone(),
            constant: event.constant.clone(),
            doc: words.event(event),
            takes: handler_parameter(&payload),
            payload,
        })
    })?;
    for (file, template, context) in [
        (
            "enums",
            include_str!("../../bindings/cpp/templates/enums.hpp.j2"),
            context! { sets },
        ),
        (
            "models",
            include_str!("../../bindings/cpp/templates/models.hpp.j2"),
            context! { models },
        ),
        (
            "model_reader",
            include_str!("../../bindings/cpp/templates/model_reader.hpp.j2"),
            context! { models },
        ),
        (
            "parameters",
            include_str!("../../bindings/cpp/templates/parameters.hpp.j2"),
            context! { requests, config, servers, timeout },
        ),
        (
            "methods",
            include_str!("../../bindings/cpp/templates/methods.hpp.j2"),
            context! { methods },
        ),
        (
            "events",
            include_str!("../../bindings/cpp/templates/events.hpp.j2"),
            context! { events },
        ),
    ] {
        let text = crate::render::render(file, template, context)?;
        outputs.add(format!("bindings/cpp/libim/{file}.hpp"), text);
    }
    Ok(())
}

/// The closed sets, which are enum classes.
fn sets(description: &Description, words: &Words) -> Vec<minijinja::Value> {
    let sets = description.choices.iter().map(|set| {
        let values = set.values.iter().map(|one| {
            context! { name => one.constant(), value => one.value.to_string(), doc => words.say(&one.description) }
        });
        let values: Vec<minijinja::Value> = values.collect();
        context! { name => set.name, is_number => set.is_number, doc => words.say(&set.description), values }
    });
    sets.collect()
}

fn each<From, To>(list: &[From], make: impl Fn(&From) -> Result<To>) -> Result<Vec<To>> {
    list.iter().map(make).collect()
}

/// A struct, of answers and events or of requests.
#[derive(Serialize)]
struct Struct {
    name: String,
    doc: String,
    /// The method whose request this is; empty for others.
    method: String,
    /// It stands among the models already.
    is_model: bool,
    /// Requests have lists of it.
    is_listed: bool,
    /// The bits of the members that may be absent, for the reader; empty when there is none.
    absent: String,
    members: Vec<Member>,
}

/// A member of a struct, or a parameter of a method.
#[derive(Serialize)]
struct Member {
    name: String,
    doc: String,
    #[serde(rename = "type")]
    kind: String,
    /// As ` = 0`; empty where there is none.
    default: String,
    /// What writes it into a request, behind `request.`; in an object inside a request, of which it is `from.name`.
    write: String,
    write_from: String,
    /// An answer or event may lack it.
    is_absent: bool,
    /// The type is an optional one that no function of `Request` takes as it is.
    is_checked: bool,
}

#[derive(Serialize)]
struct Event {
    name: String,
    constant: String,
    doc: String,
    takes: String,
    /// The type to decode: empty for nothing, `Error` for a failure.
    payload: String,
}

/// The type to decode of a payload: empty for nothing.
fn payload(kind: &Type) -> Result<String> {
    match kind {
        Type::Null => Ok(String::new()),
        Type::Model(name) if name == "Failure" => Ok("Error".to_owned()),
        kind => value_type(kind, ""),
    }
}

/// What the handler of an event takes.
fn handler_parameter(payload: &str) -> String {
    match payload {
        "" | "std::int64_t" | "bool" => payload.to_owned(),
        "Error" | "std::string" => format!("const {payload} &"),
        _ => format!("const Data<{payload}> &"),
    }
}

fn found<'a, T>(table: &'a [(&str, T)], key: &str) -> Option<&'a T> {
    table.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
}
