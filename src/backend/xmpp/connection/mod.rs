//! From a config to a stream of stanzas: finding and dialling the server, TLS, the login, and stream management, which
//! lets a session outlive a broken connection. Nothing here knows what is said in a session.

mod dial;
mod error;
pub(crate) mod guard;
mod login;
mod srv;
mod stream;
mod tls;

pub(crate) use error::ConnectError;
pub(crate) use login::log_in;
pub(crate) use stream::{Beginning, BoundStream, Incoming, Outgoing, SmState};
