//! Where Kotlin differs from the description: objects for methods with many parameters, what may be null, names.

use crate::description::{Event, Type};

/// Methods that take an object: its class, the parameter's name, and what the class is.
const OBJECTS: &[(&str, &str, &str, &str)] = &[
    ("createGroup", "NewGroup", "group", "A group to be created."),
    (
        "sendMessage",
        "NewMessage",
        "message",
        "A message to send: to a user or to a group, with one element.",
    ),
    (
        "getHistoryMessageList",
        "HistoryQuery",
        "query",
        "A part of the history of a conversation.",
    ),
];

/// Parameters that are objects: their class, and what the class is when it is not a model as well.
const NESTED: &[(&str, &str, &str, &str)] = &[
    (
        "createGroup",
        "memberList",
        "NewGroupMember",
        "A member of a group to be created.",
    ),
    ("sendMessage", "textElem", "TextElem", ""),
    ("sendMessage", "customElem", "CustomElem", ""),
    (
        "sendMessage",
        "imageElem",
        "NewImage",
        "A picture to send: its file, its data, or its address.",
    ),
    (
        "sendMessage",
        "soundElem",
        "NewSound",
        "A sound to send: its file, its data, or its address.",
    ),
    (
        "sendMessage",
        "videoElem",
        "NewVideo",
        "A video to send: its file or its address.",
    ),
    (
        "sendMessage",
        "fileElem",
        "NewFile",
        "A file to send: its path, its data, or its address.",
    ),
    ("sendMessage", "locationElem", "LocationElem", ""),
    ("sendMessage", "faceElem", "FaceElem", ""),
    (
        "sendMessage",
        "mergerElem",
        "NewMerger",
        "Messages to forward together.",
    ),
    ("modifyMessage", "textElem", "TextElem", ""),
    ("modifyMessage", "customElem", "CustomElem", ""),
    ("getConversationListByFilter", "filter", "ConversationFilter", ""),
    ("getUnreadMessageCountByFilter", "filter", "ConversationFilter", ""),
    (
        "subscribeUnreadMessageCountByFilter",
        "filter",
        "ConversationFilter",
        "",
    ),
    (
        "unsubscribeUnreadMessageCountByFilter",
        "filter",
        "ConversationFilter",
        "",
    ),
    ("openConversationView", "filter", "ConversationFilter", ""),
    ("setConversationView", "filter", "ConversationFilter", ""),
    (
        "searchLocalMessages",
        "searchParam",
        "MessageSearchParam",
        "What messages are searched for.",
    ),
];

/// Fields that no parameter fills: a client has one user, and an element says its type.
const LEFT_OUT: &[(&str, &str)] = &[("login", "userID"), ("sendMessage", "elemType")];

/// Parameters of which one is given and the other is absent. Kotlin says absent with null, not with an empty text.
const ABSENT: &[(&str, &str)] = &[
    ("sendMessage", "receiver"),
    ("sendMessage", "groupID"),
    ("sendMessage", "conversationID"),
    ("getHistoryMessageList", "userID"),
    ("getHistoryMessageList", "groupID"),
    ("getHistoryMessageList", "conversationID"),
];

/// Defaults that the description does not have.
const DEFAULTS: &[(&str, &str, &str)] = &[("createGroup", "groupType", "GroupType.WORK")];

/// Names of payloads that do not follow from their types.
const PAYLOADS: &[(&str, &str)] = &[
    ("onConversationDeleted", "conversationIDList"),
    ("onTotalUnreadMessageCountChanged", "totalUnreadCount"),
    ("onRecvMessageRevoked", "msgID"),
    ("onRecvMessageRevokedWithInfo", "info"),
    ("onRecvC2CReadReceipt", "receiptList"),
    ("onRecvMessageReadReceipts", "receiptList"),
    ("onRecvC2CDeliveryReceipt", "receiptList"),
    ("onMessagesMissed", "conversationIDList"),
    ("onUnreadMessageCountChangedByFilter", "count"),
    ("onConversationViewChanged", "change"),
    ("onSearchIndexProgress", "progress"),
    ("onSendMessageProgress", "progress"),
    ("onMessageDownloadProgressCallback", "progress"),
    ("onConversationGroupCreated", "change"),
    ("onConversationGroupDeleted", "groupName"),
    ("onConversationGroupNameChanged", "change"),
    ("onConversationsAddedToGroup", "change"),
    ("onConversationsDeletedFromGroup", "change"),
    ("onMemberEnter", "change"),
    ("onMemberLeave", "change"),
    ("onMemberInvited", "change"),
    ("onMemberKicked", "change"),
    ("onGroupCreated", "groupID"),
    ("onGroupDismissed", "change"),
    ("onGroupInfoChanged", "change"),
    ("onQuitFromGroup", "groupID"),
    ("onGrantAdministrator", "change"),
    ("onRevokeAdministrator", "change"),
    ("onFriendApplicationListDeleted", "userIDList"),
    ("onFriendListDeleted", "userIDList"),
    ("onMemberInfoChanged", "change"),
    ("onGroupEntryFailed", "failure"),
    ("onLocalChangeFailed", "failure"),
];

/// Integers of the config and of answers that are Ints: status codes and ports. All others are Longs.
pub const INTS: &[&str] = &["code", "resultCode", "port"];

/// Fields of the config that a backend cannot do without, though all of them are optional in the description.
pub const NEEDED: &[&str] = &["jid", "password"];

/// Whether a model of the description becomes a class: the config is written by hand, and responses are taken apart.
pub fn is_model(name: &str) -> bool {
    !["Config", "Response"].contains(&name)
}

pub fn object(method: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let found = OBJECTS.iter().find(|(name, ..)| *name == method);
    found.map(|(_, class, name, doc)| (*class, *name, *doc))
}

pub fn nested(method: &str, param: &str) -> Option<&'static str> {
    let found = NESTED.iter().find(|(of, name, ..)| (*of, *name) == (method, param));
    found.map(|(_, _, class, _)| *class)
}

/// Empty for a class that is a model.
pub fn nested_doc(class: &str) -> &'static str {
    let found = NESTED.iter().find(|(_, _, name, _)| *name == class);
    found.map_or("", |(.., doc)| doc)
}

/// Whether a model stands in requests too.
/// The method and the parameter with which a model is sent.
pub fn sent_with(class: &str) -> Option<(&'static str, &'static str)> {
    let found = NESTED.iter().find(|(_, _, name, doc)| *name == class && doc.is_empty());
    found.map(|(method, param, ..)| (*method, *param))
}

pub fn is_left_out(method: &str, param: &str) -> bool {
    LEFT_OUT.contains(&(method, param))
}

pub fn is_absent(method: &str, param: &str) -> bool {
    ABSENT.contains(&(method, param))
}

pub fn default(method: &str, param: &str) -> Option<&'static str> {
    let found = DEFAULTS.iter().find(|(of, name, _)| (*of, *name) == (method, param));
    found.map(|(.., value)| *value)
}

/// The name of an event's payload: `message` for a message, `conversationList` for conversations.
pub fn payload(event: &Event) -> String {
    if let Some((_, name)) = PAYLOADS.iter().find(|(of, _)| *of == event.name) {
        return (*name).to_owned();
    }
    match &event.payload {
        Type::Model(name) => super::types::lower(&super::types::model_name(name)),
        Type::List(of) => match of.as_ref() {
            Type::Model(name) => format!("{}List", super::types::lower(&super::types::model_name(name))),
            _ => "list".to_owned(),
        },
        _ => "value".to_owned(),
    }
}
