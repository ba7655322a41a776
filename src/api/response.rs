//! The envelope around every answer.

use crate::model::{Error, Result, Status, exact};
use serde::Serialize;

/// The data of an answer: JSON text, so that what the cache has rendered is passed on as it is.
pub(super) type Data = String;

/// An answer: its status, and the whole envelope as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The number that the C function returns.
    pub status: Status,
    /// `{"code":…,"desc":…,"data":…}`.
    pub json: String,
}

impl From<Result<Data>> for Response {
    fn from(outcome: Result<Data>) -> Self {
        match outcome {
            Ok(data) => {
                // By hand: `data` is JSON already, and a page of the list is copied and not parsed again.
                const HEAD: &str = r#"{"code":0,"desc":"","data":"#;
                let mut json = String::with_capacity(HEAD.len() + data.len() + 1);
                json.push_str(HEAD);
                json.push_str(&data);
                json.push('}');
                Self {
                    status: Status::Ok,
                    json,
                }
            }
            Err(error) => {
                let json = serde_json::json!({ "code": error.status.code(), "desc": error.desc, "data": null });
                Self {
                    status: error.status,
                    json: json.to_string(),
                }
            }
        }
    }
}

/// A value as data.
pub(super) fn to_data<T: Serialize>(value: &T) -> Result<Data> {
    exact::to_string(value).map_err(|error| Error::internal(format!("cannot write JSON: {error}")))
}

/// The data of a method that answers nothing.
pub(super) fn nothing(_done: ()) -> Data {
    "null".to_owned()
}
