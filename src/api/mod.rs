//! The methods: names to typed requests to typed responses, strict JSON in, JSON out.
//!
//! One static table, [`METHODS`], is the whole interface; a call looks its method up, parses the request, runs it and
//! wraps what it returns in the envelope `{"code","desc","data"}`. Runs on the caller's thread. Each request type
//! describes its method (see method.rs).

mod account;
mod all_recv_opt;
mod batch;
mod conversation;
mod conversation_group;
mod create;
mod create_media;
mod elem;
mod file_source;
mod filter;
mod friend;
mod friend_application;
mod group;
mod group_application;
mod group_info;
mod history;
mod live_view;
mod local_message;
mod mark;
mod mark_read;
mod media;
mod member;
mod member_list;
mod message;
mod method;
#[cfg(feature = "schema")]
mod method_schema;
mod methods;
mod modify;
mod mute;
mod reaction;
mod receipt;
mod recv_opt;
mod request;
mod response;
mod role;
#[cfg(feature = "schema")]
pub mod schema;
mod search;
mod sentence;
mod typing;

pub use method::{Method, Topic};
pub use methods::METHODS;
pub use response::Response;

use crate::client::{Call, Client, RawConfig};
use crate::engine::CacheReport;
use crate::model::{Error, Result, Status};
use serde::Serialize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The sentence of a panic.
pub const PANICKED: &str = "libim panicked in this call; this is a fault of libim, please report it";

/// How the cache of an account was found.
#[derive(Clone, Copy, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
enum CacheState {
    /// There was none: a new one was made.
    Created,
    /// It was there.
    Opened,
    /// It was damaged: it was moved aside, and a new one was made.
    Rebuilt,
}

/// The data of the response of `im_client_open`.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Opened<'a> {
    /// The account's user.
    #[serde(rename = "userID")]
    user_id: &'a str,
    /// How the cache was found: `rebuilt` if it was damaged, moved aside, and replaced by a new one.
    cache: CacheState,
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
                CacheReport::Created => (CacheState::Created, 0),
                CacheReport::Opened => (CacheState::Opened, 0),
                CacheReport::Rebuilt { salvaged } => (CacheState::Rebuilt, salvaged),
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
        Ok(method) => Response::from(method.run(&Call::now(client), request)),
        Err(error) => failure(&error),
    }
}

/// Runs a method without waiting for it. When this returns `Ok`, `done` runs exactly once, on the dispatcher thread; with
/// 7009 when the client was closed before. When it returns an error, `done` never runs.
///
/// A method of the cache runs at its place among the events, on the dispatcher thread too. One that waits for the server
/// has a thread to itself.
pub fn call_async(
    client: &Arc<Client>,
    method: &str,
    request: String,
    done: Box<dyn FnOnce(Response) + Send>,
) -> Result<()> {
    start(client, methods::find(method)?, request, done)
}

fn start(
    client: &Arc<Client>,
    method: &'static Method,
    request: String,
    done: Box<dyn FnOnce(Response) + Send>,
) -> Result<()> {
    let run = move |call: Option<&Call<'_>>| {
        let cancelled = || {
            Error::new(
                Status::Cancelled,
                format!("the client was closed before {} ran", method.name),
            )
        };
        let Some(call) = call else {
            return failure(&cancelled());
        };
        match catch(|| method.run(call, &request)) {
            // Closed between its turn and its first step.
            Err(error) if error.status == Status::NotInitialized => failure(&cancelled()),
            outcome => Response::from(outcome),
        }
    };
    if method.needs_server {
        client.run_on_thread(run, done)
    } else {
        client.run_in_place(run, done)
    }
}

/// The answer was promised: a panic is one too. What it says may hold a message, so it is not told.
fn catch<T>(body: impl FnOnce() -> Result<T>) -> Result<T> {
    // Unwind safety: what a panic leaves behind is behind mutexes (whose poison is dealt with) and transactions (which
    // roll back).
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        // Dropping the payload could panic again, outside any guard; a fault may leak a few bytes.
        std::mem::forget(payload);
        Err(Error::internal(PANICKED))
    })
}

/// An error as a response.
pub fn failure(error: &Error) -> Response {
    Response::from(Err(error.clone()))
}

#[cfg(test)]
mod tests {
    use super::account::GetLoginStatus;
    use super::method::Request as _;
    use super::*;
    use crate::client::testing::Script;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    /// A method with a fault of its own.
    const FAULTY: Method = Method {
        run: |_, _| panic!("a secret"),
        ..GetLoginStatus::METHOD
    };
    static ON_CACHE: Method = FAULTY;
    static ON_SERVER: Method = Method {
        needs_server: true,
        ..FAULTY
    };

    #[test]
    fn an_asynchronous_call_that_panics_has_an_answer_and_the_next_one_too() {
        let (_dir, client) = Script::default().client();
        for method in [&ON_CACHE, &ON_SERVER] {
            for _ in 0..2 {
                let (sender, answer) = channel();
                let done = Box::new(move |response| sender.send(response).unwrap());
                start(&client, method, "{}".to_owned(), done).unwrap();
                let answer = answer.recv_timeout(Duration::from_secs(60)).unwrap();
                assert_eq!(answer.status, Status::Internal);
                assert!(
                    answer.json.contains(PANICKED) && !answer.json.contains("secret"),
                    "{}",
                    answer.json
                );
            }
        }
        client.close().unwrap();
    }
}
