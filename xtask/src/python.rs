//! The Python package: models and their readers, methods, events, the listener's methods, status codes, and the config.
//! Templates lie in `bindings/python/templates`.

mod config;
mod methods;
mod models;
mod text;

use crate::Result;
use crate::description::{Description, Type};
use crate::outputs::Outputs;
use crate::render::{capitalized, environment, snake};
use minijinja::{Value, context};
use std::collections::BTreeSet;
use text::{Names, docstring};

// Where Python departs from the description.

/// What documents call by a name of C, and the package by another.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("im_client_open", "Client.open"),
    ("backend.jid", "Xmpp.jid"),
    ("backend.password", "Xmpp.password"),
    ("backend.path", "Embedded.path"),
    ("timeoutMs", "timeout"),
    ("__kImSDK_MesssageAtALL__", "AT_ALL"),
];

/// The classes of objects that stand in requests: method, parameter, class. One that no answer has is made from here.
const REQUEST_OBJECTS: &[(&str, &str, &str)] = &[
    ("createGroup", "memberList", "NewMember"),
    ("sendMessage", "textElem", "TextElem"),
    ("sendMessage", "customElem", "CustomElem"),
    ("sendMessage", "imageElem", "NewImage"),
    ("sendMessage", "soundElem", "NewSound"),
    ("sendMessage", "videoElem", "NewVideo"),
    ("sendMessage", "fileElem", "NewFile"),
    ("sendMessage", "locationElem", "LocationElem"),
    ("sendMessage", "faceElem", "FaceElem"),
    ("sendMessage", "mergerElem", "NewMerger"),
    ("modifyMessage", "textElem", "TextElem"),
    ("modifyMessage", "customElem", "CustomElem"),
    ("getConversationListByFilter", "filter", "ConversationFilter"),
    ("getUnreadMessageCountByFilter", "filter", "ConversationFilter"),
    ("subscribeUnreadMessageCountByFilter", "filter", "ConversationFilter"),
    ("unsubscribeUnreadMessageCountByFilter", "filter", "ConversationFilter"),
    ("openConversationView", "filter", "ConversationFilter"),
    ("setConversationView", "filter", "ConversationFilter"),
    ("searchLocalMessages", "searchParam", "MessageSearchParam"),
];

/// Parameters that take more than the description says: method, parameter, type, and the function in `_call.py` that
/// makes it plain.
const CONVERTED: &[(&str, &str, &str, &str)] = &[
    (
        "createGroup",
        "memberList",
        "Sequence[Union[str, NewMember]]",
        "members_of",
    ),
    ("sendMessage", "textElem", "Union[str, TextElem, None]", "text_elem_of"),
    (
        "modifyMessage",
        "textElem",
        "Union[str, TextElem, None]",
        "text_elem_of",
    ),
];

/// Methods whose optional parameters may be given by position though there are several.
const POSITIONAL: &[&str] = &[
    "login",
    "setSelfInfo",
    "addFriend",
    "getConversationList",
    "cleanConversationUnreadMessageCount",
];

/// The field of an event whose payload is no model or list of models.
const EVENT_FIELDS: &[(&str, &str)] = &[
    ("onConversationDeleted", "conversation_id_list"),
    ("onTotalUnreadMessageCountChanged", "total_unread_count"),
    ("onRecvMessageRevoked", "msg_id"),
    ("onRecvMessageRevokedWithInfo", "info"),
    ("onRecvC2CReadReceipt", "receipt_list"),
    ("onRecvMessageReadReceipts", "receipt_list"),
    ("onRecvC2CDeliveryReceipt", "receipt_list"),
    ("onMessagesMissed", "conversation_id_list"),
    ("onUnreadMessageCountChangedByFilter", "count"),
    ("onConversationViewChanged", "change"),
    ("onSearchIndexProgress", "progress"),
    ("onSendMessageProgress", "progress"),
    ("onMessageDownloadProgressCallback", "progress"),
    ("onConversationGroupCreated", "change"),
    ("onConversationGroupDeleted", "group_name"),
    ("onConversationGroupNameChanged", "change"),
    ("onConversationsAddedToGroup", "change"),
    ("onConversationsDeletedFromGroup", "change"),
    ("onMemberEnter", "change"),
    ("onMemberLeave", "change"),
    ("onMemberInvited", "change"),
    ("onMemberKicked", "change"),
    ("onGroupCreated", "group_id"),
    ("onGroupDismissed", "change"),
    ("onGroupInfoChanged", "change"),
    ("onQuitFromGroup", "group_id"),
    ("onGrantAdministrator", "change"),
    ("onRevokeAdministrator", "change"),
    ("onFriendListDeleted", "user_id_list"),
    ("onFriendApplicationListDeleted", "user_id_list"),
    ("onMemberInfoChanged", "change"),
    ("onGroupEntryFailed", "failure"),
    ("onLocalChangeFailed", "failure"),
];

/// The kinds of servers, which are classes of the config.
const SERVERS: &[(&str, &str)] = &[("embedded", "Embedded"), ("xmpp", "Xmpp")];

/// Fields of the config that take paths.
const PATHS: &[&str] = &["dataDir", "path", "caFile"];

/// Fields without which a server cannot be reached, though other kinds of servers do not have them.
const REQUIRED: &[&str] = &["jid", "password"];

/// Words that cannot be names.
const KEYWORDS: &str = "and as assert async await break class continue def del elif else except finally for from global if \
    import in is lambda nonlocal not or pass raise return try while with yield";

/// The topics, each with what its file is about.
const TOPICS: &[(&str, &str)] = &[
    ("account", "The login, and the profiles of users"),
    ("friend", "Friends"),
    ("group", "Groups"),
    ("member", "The members of groups"),
    (
        "create",
        "Messages that are created first and sent then, and those inside of mergers",
    ),
    ("message", "Sending messages, and what they carry"),
    ("history", "Histories, and what only this device has of messages"),
    ("change", "What becomes of messages: edits, recalls, deletions"),
    ("receipt", "Who has read messages"),
    ("conversation", "Conversations: the list, and what is in it"),
    ("view", "Views of the list that follow it"),
    ("search", "Searching the cache"),
    (
        "label",
        "Marks, receive options, custom data and groups of conversations",
    ),
];

/// Adds the files of the package.
pub fn generate(description: &Description, outputs: &mut Outputs) -> Result<()> {
    let names = Names::new(description, OTHER_NAMES);
    let classes = description.models.iter().map(|model| class_of(&model.name));
    let classes: Vec<&str> = classes
        .chain(REQUEST_OBJECTS.iter().map(|(_, _, class)| *class))
        .collect();
    let models = models::models(description, &names)?;
    let events = models::events(description, &names)?;
    let statuses: Vec<Value> = description
        .statuses
        .iter()
        .map(|status| {
            let doc = docstring(&[names.adapt(&status.description), names.adapt(&status.advice)], 4);
            context! { name => status.name, code => status.code, doc }
        })
        .collect();
    let payloads = imports(&models::payload_types(description)?, ".models", &classes, &[]);
    let config = config::config(description, &Names::new(description, &[OTHER_NAMES, SERVERS].concat()))?;
    let sets = models::sets(description, &names);
    let used_sets = models::used_sets(&models, description)?;
    let context = context! { models, events, statuses, payloads, config, sets, used_sets };
    for (name, template) in [
        ("models", include_str!("../../bindings/python/templates/models.py.j2")),
        (
            "_readers",
            include_str!("../../bindings/python/templates/readers.py.j2"),
        ),
        ("enums", include_str!("../../bindings/python/templates/enums.py.j2")),
        ("events", include_str!("../../bindings/python/templates/events.py.j2")),
        (
            "_handlers",
            include_str!("../../bindings/python/templates/handlers.py.j2"),
        ),
        ("config", include_str!("../../bindings/python/templates/config.py.j2")),
        ("_status", include_str!("../../bindings/python/templates/status.py.j2")),
    ] {
        let text = environment().render_named_str(name, template, &context);
        outputs.add(format!("bindings/python/libim/{name}.py"), text.map_err(explain)?);
    }
    let sets: Vec<&str> = description.choices.iter().map(|choice| choice.name.as_str()).collect();
    for (topic, about) in TOPICS {
        let methods = description.methods.iter().filter(|method| method.topic == *topic);
        let methods: Vec<String> = methods
            .map(|method| methods::function(method, &names))
            .collect::<Result<_>>()?;
        let template = include_str!("../../bindings/python/templates/methods.py.j2");
        let context = context! { about, class => format!("{}Methods", capitalized(topic)), imports => imports(&methods.concat(), "..models", &classes, &sets), methods };
        let text = environment().render_named_str(topic, template, context);
        outputs.add(
            format!("bindings/python/libim/_methods/{topic}.py"),
            text.map_err(explain)?,
        );
    }
    Ok(())
}

fn explain(error: minijinja::Error) -> String {
    format!("{error:#}")
}

fn name_of(name: &str) -> Result<String> {
    let name = snake(name);
    if KEYWORDS.split_whitespace().any(|word| word == name) {
        return Err(format!("{name} is a keyword of Python").into());
    }
    Ok(name)
}

fn class_of(model: &str) -> &str {
    model.trim_start_matches("V2Tim")
}

/// The annotation of a field, or of a part of an answer.
fn annotation(kind: &Type) -> Result<String> {
    Ok(match kind {
        Type::Null => "None".to_owned(),
        Type::String => "str".to_owned(),
        Type::Integer => "int".to_owned(),
        Type::Double => "float".to_owned(),
        Type::Choice(name) | Type::Number(name) => name.clone(),
        Type::Time(is_optional) if *is_optional => "Optional[datetime]".to_owned(),
        Type::Time(_) => "datetime".to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::Cursor => "Union[str, int]".to_owned(),
        Type::List(of) => format!("Tuple[{}, ...]", annotation(of)?),
        Type::Optional(of) => format!("Optional[{}]", annotation(of)?),
        Type::Model(name) => class_of(name).to_owned(),
        Type::Object(_) => return Err("an object of its own in an answer".into()),
    })
}

/// The lines of imports that some code of methods or events needs.
fn imports(code: &str, models: &str, classes: &[&str], sets: &[&str]) -> Vec<String> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let code = code.split("\"\"\"").step_by(2);
    let words: BTreeSet<&str> = code.flat_map(|code| code.split(|letter| !is_part(letter))).collect();
    let line = |from: &str, names: &[&str]| {
        let names: BTreeSet<&str> = names.iter().copied().filter(|name| words.contains(name)).collect();
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        (!names.is_empty()).then(|| imported(from, &names))
    };
    let functions: Vec<&str> = CONVERTED.iter().map(|(.., function)| *function).collect();
    [
        line("datetime", &["datetime"]),
        line("typing", &["List", "Optional", "Sequence", "Union"]).map(|line| format!("{line}\n")),
        line("..", &["_readers"]),
        line(
            ".._call",
            &[&["Call", "method", "milliseconds", "until_sent"], functions.as_slice()].concat(),
        ),
        line(".._wire", &["as_is", "list_of", "nothing"]),
        line("..enums", sets),
        line(models, classes),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn imported(from: &str, names: &[String]) -> String {
    let line = format!("from {from} import {}", names.join(", "));
    if line.len() <= text::WIDTH {
        return line;
    }
    format!("from {from} import (\n    {},\n)", names.join(",\n    "))
}
