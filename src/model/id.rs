//! User, group and conversation ids, and what makes one valid.

use super::numbered::numbered;
use super::status::{Error, Result, Status};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest user or group id, in bytes. V2TIM allows 32 and 48; an XMPP address needs more.
pub const MAX_ID_BYTES: usize = 255;

const C2C_PREFIX: &str = "c2c_";
const GROUP_PREFIX: &str = "group_";

/// The fault of an id, if it has one: an id must be 1 to 255 bytes without control characters and must not
/// start or end with white space (two such ids look the same on a screen).
fn fault(id: &str) -> Option<&'static str> {
    if id.is_empty() {
        Some("is empty")
    } else if id.len() > MAX_ID_BYTES {
        Some("is longer than 255 bytes")
    } else if id.chars().any(char::is_control) {
        Some("has a control character")
    } else if id.trim() != id {
        Some("starts or ends with white space")
    } else {
        None
    }
}

/// How many characters of a value an error message repeats.
pub(crate) const QUOTED_CHARS: usize = 64;

/// The beginning of a value, quoted as JSON does, for an error message.
pub fn quoted(value: &str) -> String {
    let mut quoted = String::from("\"");
    for char in value.chars().take(QUOTED_CHARS) {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            char => quoted.push_str(&written_out(char)),
        }
    }
    quoted.push('"');
    if value.chars().nth(QUOTED_CHARS).is_some() {
        quoted.push('…');
    }
    quoted
}

/// A character for a sentence: one that shows nothing, or changes how others are shown, by its number, as JSON does.
pub(crate) fn written_out(char: char) -> String {
    match char {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        char if char.escape_debug().len() > 2 => {
            let mut units = [0; 2];
            let units = char.encode_utf16(&mut units).iter();
            units.map(|unit| format!("\\u{unit:04x}")).collect()
        }
        char => char.to_string(),
    }
}

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident, $status:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Checks an id that came from outside; `field` names it in the error.
            pub fn parse(field: &str, id: impl Into<String>) -> Result<Self> {
                let id = id.into();
                match fault(&id) {
                    Some(fault) => Err(Error::new($status, format!("{field} {} {fault}", quoted(&id)))),
                    None => Ok(Self(id)),
                }
            }

            /// An id that was checked before, as read back from our own database.
            pub fn trusted(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id_type!(
    /// A user: any name on the embedded service, a bare JID on XMPP.
    UserId,
    Status::InvalidUserId
);
id_type!(
    /// A group: any name on the embedded service, a room JID on XMPP.
    GroupId,
    Status::InvalidGroupId
);

numbered! {
    /// The kind of a conversation.
    ConversationType as "ConversationType" {
        /// With a user.
        C2c = 1,
        /// With a group.
        Group = 2,
    }
}

/// `c2c_<userID>` or `group_<groupID>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConversationId(String);

impl ConversationType {
    /// The prefix of such conversations' ids.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::C2c => C2C_PREFIX,
            Self::Group => GROUP_PREFIX,
        }
    }
}

impl ConversationId {
    /// Checks a conversation id that came from outside; `field` names it in the error.
    pub fn parse(field: &str, id: impl Into<String>) -> Result<Self> {
        let id = id.into();
        let tail = id.strip_prefix(C2C_PREFIX).or_else(|| id.strip_prefix(GROUP_PREFIX));
        let fault = match tail {
            None => Some("does not start with c2c_ or group_"),
            Some("") => Some("has nothing after its prefix"),
            // The limit is that of the user's or group's id: the prefix does not count.
            Some(tail) => fault(tail),
        };
        match fault {
            Some(fault) => Err(Error::invalid(format!("{field} {} {fault}", quoted(&id)))),
            None => Ok(Self(id)),
        }
    }

    /// The conversation with a user.
    pub fn c2c(user: &UserId) -> Self {
        Self(format!("{C2C_PREFIX}{user}"))
    }

    /// The conversation of a group.
    pub fn group(group: &GroupId) -> Self {
        Self(format!("{GROUP_PREFIX}{group}"))
    }

    /// An id that was checked before, as read back from our own database.
    pub fn trusted(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The conversation of the same kind with another user or group.
    pub fn with_target(&self, target: &str) -> Self {
        Self(format!("{}{target}", self.kind().prefix()))
    }

    /// C2C or group.
    pub fn kind(&self) -> ConversationType {
        if self.0.starts_with(C2C_PREFIX) {
            ConversationType::C2c
        } else {
            ConversationType::Group
        }
    }

    /// The id without its prefix: the user's or the group's.
    pub fn target(&self) -> &str {
        self.0
            .strip_prefix(C2C_PREFIX)
            .or_else(|| self.0.strip_prefix(GROUP_PREFIX))
            .unwrap_or(&self.0)
    }

    /// The peer of a C2C conversation.
    pub fn user_id(&self) -> Option<UserId> {
        self.0.strip_prefix(C2C_PREFIX).map(UserId::trusted)
    }

    /// The group of a group conversation.
    pub fn group_id(&self) -> Option<GroupId> {
        self.0.strip_prefix(GROUP_PREFIX).map(GroupId::trusted)
    }
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversation_ids_know_their_kind_and_target() {
        let id = ConversationId::parse("conversationID", "c2c_group_x").unwrap();
        assert_eq!((id.kind(), id.target()), (ConversationType::C2c, "group_x"));
        assert_eq!(id.user_id(), Some(UserId::trusted("group_x")));
        assert_eq!(id.group_id(), None);
    }

    #[test]
    fn bad_ids_are_refused_by_name_and_value() {
        for (id, part) in [
            ("", "c2c_ or group_"),
            ("c2c_", "nothing"),
            ("C2C_bob", "\"C2C_bob\""),
            ("group_a\nb", "control"),
        ] {
            let error = ConversationId::parse("conversationID", id).unwrap_err();
            assert_eq!(error.status, Status::InvalidParameters);
            assert!(
                error.desc.starts_with("conversationID") && error.desc.contains(part),
                "{}",
                error.desc
            );
        }
        assert_eq!(UserId::parse("userID", "").unwrap_err().status, Status::InvalidUserId);
        assert_eq!(
            GroupId::parse("groupID", "x".repeat(256)).unwrap_err().status,
            Status::InvalidGroupId
        );
        assert_eq!(
            UserId::parse("userID", " bob").unwrap_err().status,
            Status::InvalidUserId
        );
    }

    #[test]
    fn quoting_never_cuts_a_character() {
        assert_eq!(quoted("é"), "\"é\"");
        assert_eq!(
            quoted("a\"b\\c'd\n\u{202e}\u{1b}\u{e0001}😀"),
            "\"a\\\"b\\\\c'd\\n\\u202e\\u001b\\udb40\\udc01😀\""
        );
        assert!(quoted(&"é".repeat(100)).ends_with('…'));
    }
}
