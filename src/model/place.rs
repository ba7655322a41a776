//! Places in a history that every device of a user understands, whatever it has stored.

use super::order::Micros;
use serde::{Deserialize, Serialize};

/// A place in a conversation's history: right after a message. A device that does not have the message, because it was
/// deleted there or never came, still has its time.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// When the message was sent, by the server's clock; 0 when nobody knows.
    #[serde(default)]
    pub time: Micros,
    /// The `msgID`, the same on all devices; empty where there was no message.
    #[serde(default)]
    pub id: String,
    /// Its id in the server's archive, which has it more than once if it was sent more than once; empty where not known.
    #[serde(default, rename = "archiveId", skip_serializing_if = "String::is_empty")]
    pub archive_id: String,
    /// Messages that lie before it, wherever a device has them: what the account had sent just then, whose place the device that
    /// has sent it does not know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<String>,
}

/// A stretch of a history. Without an end it is still going on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// It begins after this place,
    pub from: Place,
    /// and ends with this one.
    pub to: Option<Place>,
}
