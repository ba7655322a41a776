//! Writing and reading the engine's own JSON.

use crate::model::{Elem, Error, MessageBody, exact};
use crate::store::message::MessageRow;
use crate::store::{StoreError, StoreResult};
use serde::Serialize;

/// JSON that is stored. That of our own plain data cannot fail to be written; if it does, that is a fault of libim.
pub(super) fn to_json<T: Serialize>(value: &T) -> StoreResult<String> {
    Ok(serde_json::to_string(value).map_err(unwritten)?)
}

/// JSON that the app gets: whatever the disk has made of a number, the app reads it exactly.
pub(super) fn shown_json<T: Serialize>(value: &T) -> StoreResult<String> {
    Ok(exact::to_string(value).map_err(unwritten)?)
}

fn unwritten(error: serde_json::Error) -> Error {
    Error::internal(format!("cannot write JSON: {error}"))
}

/// The body of a stored message. It can only be unreadable because the disk has damaged it.
pub(super) fn parse_body(row: &MessageRow) -> StoreResult<MessageBody> {
    // serde's own sentence could quote the body.
    serde_json::from_str(&row.body).map_err(|_| {
        StoreError::Unreadable(Error::internal(format!(
            "the stored body of message {} cannot be read",
            row.msg_id
        )))
    })
}

/// The body of a stored message as it is shown: an unreadable one says so, and keeps nothing else from being shown.
pub(super) fn shown_body(row: &MessageRow) -> MessageBody {
    parse_body(row).unwrap_or_else(|error| {
        log::warn!("{}", error.into_error().desc);
        MessageBody {
            is_excluded_from_last_message: row.is_excluded_from_last_message,
            ..MessageBody::of(Elem::Custom {
                data: r#"{"type":"unreadable"}"#.to_owned(),
                desc: String::new(),
                extension: String::new(),
            })
        }
    })
}
