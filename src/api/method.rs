//! What a method is. `methods.rs` has the table of all of them.
//!
//! A method is described once, beside its request type in the file of its topic: the doc comments of the type and of its
//! fields are its documentation, [`Request::METHOD`] is the rest. The C functions, the header, `schema/openrpc.json`,
//! the bindings and the tables of the documents are generated from that (`make generate`).

use super::request;
use super::response::Data;
use crate::client::Call;
use crate::events::Event;
use crate::model::{Result, Status};
use serde::de::DeserializeOwned;

/// A request, which is the one face of a method in Rust.
pub(super) trait Request: DeserializeOwned + Described {
    /// The `data` of the response. It is a description only: [`Self::run`] returns JSON text, which the cache has
    /// often rendered already.
    type Answer: Described;

    /// Everything about the method that is neither prose nor type.
    const METHOD: Method;

    /// Checks what the types cannot, and calls the client.
    fn run(self, client: &Call<'_>) -> Result<Data>;
}

#[cfg(feature = "schema")]
pub(super) use schemars::JsonSchema as Described;

/// With the feature `schema` it is `schemars::JsonSchema`. The shipped library has no schemas.
#[cfg(not(feature = "schema"))]
pub(super) trait Described {}
#[cfg(not(feature = "schema"))]
impl<T> Described for T {}

/// One method.
pub struct Method {
    /// V2TIM's name.
    pub name: &'static str,
    /// The name of the C function.
    pub c_name: &'static str,
    /// The kind of thing it is about: the file of its C function.
    pub topic: Topic,
    /// Whether it waits for the server.
    pub needs_server: bool,
    /// Whether V2TIM has no such method.
    pub is_own: bool,
    /// What the type of the answer leaves open, such as the order of a list. Continues "Data: array of string".
    pub answer: &'static str,
    /// The events that it can cause on this client. The text says when and continues "onConversationChanged".
    pub events: &'static [(Event, &'static str)],
    /// The statuses that it can end with, beside [`Self::server_errors`] and those that any call can end with. The text
    /// gives the reason; an empty one stands for the status's own description.
    pub errors: &'static [(Status, &'static str)],
    /// The statuses of the methods that ask the server.
    pub server_errors: &'static [(Status, &'static str)],
    /// A complete and valid request. The examples run in the order of [`super::METHODS`].
    pub example: &'static str,
    /// The status of the example.
    pub example_status: Status,
    pub(super) run: fn(&Call<'_>, &str) -> Result<Data>,
    #[cfg(feature = "schema")]
    pub(super) schema: fn(&mut schemars::SchemaGenerator) -> super::method_schema::MethodSchema,
}

/// A kind of method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Login, profiles, and the receive option of all conversations.
    Account,
    /// The friend list.
    Friend,
    /// Groups.
    Group,
    /// The members of groups: who they are, who becomes one, and what each may do.
    Member,
    /// The first step of sending in two, and what is inside of mergers.
    Create,
    /// Sending messages.
    Message,
    /// What becomes of messages: edits, recalls, deletions.
    Change,
    /// Who has read messages.
    Receipt,
    /// Histories, and what only this device has of messages.
    History,
    /// The conversation list.
    Conversation,
    /// Views of the list that follow it.
    View,
    /// Searching the cache.
    Search,
    /// Marks, receive options, custom data and groups of conversations.
    Label,
}

/// What the methods that go through [`Call::request`] can end with.
const SERVER_ERRORS: &[(Status, &str)] = &[
    (Status::NotLoggedIn, ""),
    (Status::Disconnected, ""),
    (Status::Timeout, ""),
    (Status::Cancelled, ""),
    (Status::Refused, ""),
];

impl Method {
    /// The base of a method that works on the cache and never waits for the server.
    pub(super) const fn on_cache<R: Request>() -> Self {
        Self {
            name: "",
            c_name: "",
            topic: Topic::Account,
            needs_server: false,
            is_own: false,
            answer: "",
            events: &[],
            errors: &[],
            server_errors: &[],
            example: "{}",
            example_status: Status::Ok,
            run: |client, text| request::parse::<R>("request", text)?.run(client),
            #[cfg(feature = "schema")]
            schema: super::method_schema::of::<R, R::Answer>,
        }
    }

    /// The base of a method that waits for the server.
    pub(super) const fn on_server<R: Request>() -> Self {
        Self {
            needs_server: true,
            server_errors: SERVER_ERRORS,
            ..Self::on_cache::<R>()
        }
    }

    /// Parses the request and runs the method.
    pub(super) fn run(&self, client: &Call<'_>, request: &str) -> Result<Data> {
        (self.run)(client, request)
    }
}
