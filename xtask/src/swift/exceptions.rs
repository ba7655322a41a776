//! Where Swift differs from the description: types, names, labels and defaults that no rule gives.

/// Integers that are not `Int64`, by the name of the field.
pub const INTEGERS: &[(&str, &str)] = &[
    ("resultCode", "Int32"),
    ("random", "UInt32"),
    ("salvaged", "UInt64"),
    ("cleanSequence", "UInt64"),
    ("conversationLimit", "UInt64"),
    ("port", "UInt16"),
];

/// Times to wait, which are integers in milliseconds elsewhere: the field, and the parameter that is a `Duration`.
pub const DURATIONS: &[(&str, &str)] = &[("timeoutMs", "timeout")];

/// Fields that are keywords of Swift where they are declared.
pub const KEYWORDS: &[&str] = &["extension"];

/// Models that are `Identifiable`, and the field that tells one from another. The id of a message is a field already.
pub const IDENTITIES: &[(&str, &str)] = &[
    ("Conversation", "conversationID"),
    ("Message", "id"),
    ("UserFullInfo", "userID"),
    ("FriendInfo", "userID"),
    ("GroupInfo", "groupID"),
    ("GroupMemberFullInfo", "userID"),
];

/// Methods whose request is a value of its own: its type, and the name of the parameter.
pub const REQUESTS: &[(&str, &str, &str)] = &[
    ("sendMessage", "NewMessage", "message"),
    ("getHistoryMessageList", "HistoryQuery", "query"),
    ("createGroup", "NewGroup", "group"),
    ("searchLocalMessages", "MessageSearch", "search"),
];

/// Objects inside requests: the field, and its type. One that is not a model too is declared inside its request's type.
pub const OBJECTS: &[(&str, &str)] = &[
    ("textElem", "TextElem"),
    ("customElem", "CustomElem"),
    ("imageElem", "NewImage"),
    ("soundElem", "NewSound"),
    ("videoElem", "NewVideo"),
    ("fileElem", "NewFile"),
    ("locationElem", "LocationElem"),
    ("faceElem", "FaceElem"),
    ("mergerElem", "Merger"),
    ("memberList", "Member"),
    ("filter", "ConversationFilter"),
    ("searchParam", "Param"),
];

/// Closed sets of texts in the config whose type has another name than the field.
pub const CHOICES: &[(&str, &str)] = &[("tls", "TLS")];

/// Parameters that stand behind the others, with their types; the time to wait comes last of all.
pub const LAST: &[(&str, &str)] = &[("filter", "GroupMemberFilter")];

/// Closed sets that stand inside the config, and not among the others.
pub const IN_CONFIG: &[&str] = &["ConversationOrder", "Durability", "Tls"];

/// Members of sets whose names are keywords.
pub const RESERVED: &[&str] = &["default", "public"];

/// Parameters that Swift does not have: `elemType` follows from the element.
pub const LEFT_OUT: &[(&str, &str)] = &[("sendMessage", "elemType")];

/// Parameters that may be nil although an empty text is their default: of each pair one is given.
pub const OPTIONAL: &[(&str, &str)] = &[
    ("sendMessage", "receiver"),
    ("sendMessage", "groupID"),
    ("sendMessage", "conversationID"),
    ("getHistoryMessageList", "userID"),
    ("getHistoryMessageList", "groupID"),
    ("getHistoryMessageList", "conversationID"),
];

/// Defaults that are Swift's own; an empty one takes a described default away. No draft is a request of its own, which
/// nobody should make by leaving something out.
pub const DEFAULTS: &[(&str, &str, &str)] = &[
    ("createGroup", "groupType", ".work"),
    ("setConversationDraft", "draftText", ""),
];

/// What stands for a word or phrase of the description. The first that fits is taken.
pub const WORDS: &[(&str, &str)] = &[
    ("`__kImSDK_MesssageAtALL__`", "`atAll`"),
    ("Absent, null or empty", "Nil or empty"),
    ("Absent or null", "Nil"),
    ("Absent", "Nil"),
    ("absent", "nil"),
    ("Null", "Nil"),
    ("null", "nil"),
    ("`timeoutMs`", "`timeout`"),
    (", in milliseconds", ""),
    (" Milliseconds.", ""),
    ("callback", "handler"),
    ("Nothing: the app asked for it.", "The app asked for it."),
    (" `xmpp` needs it.", ""),
    ("`backend.jid`", "the `jid`"),
    ("`backend.password` in the config", "`password` of `Config.XMPP`"),
    ("`im_call` or `im_call_async` was", "`call` was"),
    ("`im_call_async`", "the asynchronous method"),
    ("im_set_logger", "Library.setLogger"),
    ("im_client_open", "Client.init"),
];

/// The value beside a name in one of the tables of pairs.
pub fn named(table: &[(&'static str, &'static str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
}
