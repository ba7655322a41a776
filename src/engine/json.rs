//! Writing and reading the engine's own JSON.

use crate::model::{Error, MessageBody};
use crate::store::message::MessageRow;
use crate::store::{StoreError, StoreResult};
use serde::Serialize;

/// JSON of our own plain data cannot fail to be written; if it does, that is a fault of libim.
pub(super) fn to_json<T: Serialize>(value: &T) -> StoreResult<String> {
    Ok(serde_json::to_string(value).map_err(|error| Error::internal(format!("cannot write JSON: {error}")))?)
}

/// The body of a stored message.
pub(super) fn parse_body(row: &MessageRow) -> StoreResult<MessageBody> {
    // serde's own sentence could quote the body.
    serde_json::from_str(&row.body).map_err(|_| {
        StoreError::Rule(Error::internal(format!(
            "the stored body of message {} cannot be read",
            row.msg_id
        )))
    })
}
