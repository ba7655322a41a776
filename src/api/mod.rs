//! The methods: names to typed requests to typed responses, strict JSON in, JSON out.
//!
//! One static table, [`METHODS`], is the whole interface; a call looks its method up, parses the request, runs it and
//! wraps what it returns in the envelope `{"code","desc","data"}`. Runs on the caller's thread. Each request type
//! describes its method (see method.rs).

mod account;
mod conversation;
mod friend;
mod group;
mod group_info;
mod history;
mod member;
mod message;
mod method;
#[cfg(feature = "schema")]
mod method_schema;
mod methods;
mod recv_opt;
mod request;
mod response;
#[cfg(feature = "schema")]
pub mod schema;
mod sentence;

pub use method::{Method, Topic};
pub use methods::METHODS;
pub use response::Response;

use crate::client::{CallThread, Client, RawConfig};
use crate::engine::CacheReport;
use crate::model::{Error, Result, Status};
use serde::Serialize;
use std::sync::Arc;

/// The data of the response of `im_client_open`.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Opened<'a> {
    /// The account's user.
    #[serde(rename = "userID")]
    user_id: &'a str,
    /// `created`, `opened`, or `rebuilt` if the cache was damaged: it was moved aside, and a new one was made.
    cache: &'a str,
    /// The number of outbox commands that a rebuild has kept; otherwise 0.
    salvaged: usize,
}

/// Opens a client. The response's data is `{"userID","cache","salvaged"}`.
pub fn open(config: &str) -> (Option<Arc<Client>>, Response) {
    let opened = request::parse::<RawConfig>("config", config)
        .and_then(RawConfig::check)
        .and_then(Client::open);
    match opened {
        Ok((client, report)) => {
            let (cache, salvaged) = match report {
                CacheReport::Created => ("created", 0),
                CacheReport::Opened => ("opened", 0),
                CacheReport::Rebuilt { salvaged } => ("rebuilt", salvaged),
            };
            let data = Opened {
                user_id: client.user_id().as_str(),
                cache,
                salvaged,
            };
            let response = Response::from(response::to_data(&data));
            (Some(client), response)
        }
        Err(error) => (None, failure(&error)),
    }
}

/// Runs a method on the calling thread.
pub fn call(client: &Arc<Client>, method: &str, request: &str) -> Response {
    match methods::find(method) {
        Ok(method) => Response::from(method.run(client, request)),
        Err(error) => failure(&error),
    }
}

/// Runs a method on another thread. When this returns `Ok`, `done` runs exactly once, on the dispatcher thread; with
/// 7009 when the client was closed before. When it returns an error, `done` never runs.
pub fn call_async(
    client: &Arc<Client>,
    method: &str,
    request: String,
    done: Box<dyn FnOnce(Response) + Send>,
) -> Result<()> {
    let method = methods::find(method)?;
    let thread = if method.needs_server {
        CallThread::Server
    } else {
        CallThread::Local
    };
    let run = move |client: Option<&Arc<Client>>| {
        let cancelled = || {
            Error::new(
                Status::Cancelled,
                format!("the client was closed before {} ran", method.name),
            )
        };
        let Some(client) = client else {
            return failure(&cancelled());
        };
        match method.run(client, &request) {
            // Closed between its turn and its first step.
            Err(error) if error.status == Status::NotInitialized => failure(&cancelled()),
            outcome => Response::from(outcome),
        }
    };
    client.run_async(thread, run, done)
}

/// An error as a response.
pub fn failure(error: &Error) -> Response {
    Response::from(Err(error.clone()))
}
