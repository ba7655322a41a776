//! From a config to a stream of stanzas: finding and dialling the server, TLS, the login, and stream management, which
//! lets a session outlive a broken connection. Nothing here knows what is said in a session.

mod dial;
mod error;
pub(crate) mod guard;
mod login;
mod read;
mod scanner;
mod size_limit;
mod sm_state;
mod splitter;
mod srv;
mod stream;
mod tag;
mod tls;

pub(crate) use error::ConnectError;
pub(crate) use login::log_in;
pub(crate) use size_limit::SizeLimit;
pub(crate) use sm_state::{Outgoing, Patience, SmState};
pub(crate) use stream::{Beginning, BoundStream, Incoming};
