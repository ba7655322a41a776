//! Why a connection could not be made or did not last, and whether it is worth trying again.

use crate::model::id::QUOTED_CHARS;
use crate::model::{Error, Status};
use std::io;
use tokio_xmpp::Error as StreamError;
use tokio_xmpp::error::{AuthError, ProtocolError};
use tokio_xmpp::xmlstream::ReadError;
use xmpp_parsers::minidom::rxml;
use xmpp_parsers::sasl::DefinedCondition as SaslCondition;
use xmpp_parsers::stream_error::{DefinedCondition, ReceivedStreamError};

/// Why there is no connection.
#[derive(Debug)]
pub(crate) enum ConnectError {
    /// It may work later: 9508.
    Retry(Error),
    /// The server ended the connection because of something that was sent: 9508 too.
    Violation(Error),
    /// It will not work until somebody changes something.
    Refused(Error),
    /// Another connection of the account took this one's place.
    Replaced,
    /// The password has expired.
    Expired,
}

impl ConnectError {
    /// A fault of the network: it may be over soon.
    pub(crate) fn network(text: impl Into<String>) -> Self {
        Self::Retry(Error::disconnected(text.into()))
    }

    /// The server is gone, whether it has said so or not.
    pub(crate) fn closed() -> Self {
        Self::network("the server closed the connection")
    }

    /// A fault of the server, its certificate or the config: trying again does not help.
    pub(crate) fn refused(text: impl Into<String>) -> Self {
        Self::Refused(Error::new(Status::Refused, text.into()))
    }
}

/// Whether the other side has gone: which of these it is depends on what was being read, and on how it went.
fn is_end(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let of_xml = error.get_ref().and_then(|inner| inner.downcast_ref::<rxml::Error>());
    matches!(
        error.kind(),
        BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof
    ) || matches!(of_xml, Some(rxml::Error::InvalidEof(_)))
}

impl From<io::Error> for ConnectError {
    fn from(error: io::Error) -> Self {
        if is_end(&error) {
            Self::closed()
        } else {
            Self::network(format!("the connection to the server broke: {error}"))
        }
    }
}

impl From<ReadError> for ConnectError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::HardError(error) => error.into(),
            ReadError::ParseError(_) => Self::network("the server sent something that is not XMPP"),
            ReadError::SoftTimeout => Self::network("the server did not answer"),
            ReadError::StreamFooterReceived => Self::closed(),
        }
    }
}

impl From<ReceivedStreamError> for ConnectError {
    fn from(error: ReceivedStreamError) -> Self {
        match error.0.condition {
            // To connect again would put the other one out, which would then do the same, for ever.
            DefinedCondition::Conflict => Self::Replaced,
            DefinedCondition::HostUnknown | DefinedCondition::HostGone => {
                Self::refused("the server does not serve the domain of backend.jid")
            }
            DefinedCondition::PolicyViolation => {
                Self::Violation(Error::disconnected("the server ended the connection: PolicyViolation"))
            }
            DefinedCondition::SystemShutdown => Self::closed(),
            DefinedCondition::NotAuthorized => Self::refused("the server no longer accepts this account"),
            // Whatever is new may pass; only what surely does not is final.
            other => {
                // One of them has an address in it, of any length.
                let name: String = format!("{other:?}").chars().take(QUOTED_CHARS).collect();
                Self::network(format!("the server ended the connection: {name}"))
            }
        }
    }
}

impl From<StreamError> for ConnectError {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Io(error) => error.into(),
            StreamError::StreamError(error) => error.into(),
            StreamError::Auth(AuthError::Fail(condition)) => condition.into(),
            StreamError::Auth(AuthError::NoMechanism) => {
                Self::refused("the server offers no login mechanism that is supported and safe")
            }
            StreamError::Auth(AuthError::Sasl(_)) => {
                Self::refused("the server could not prove that it knows the password: it may be an impostor")
            }
            StreamError::Protocol(ProtocolError::NoTls) => Self::refused("the server does not offer TLS"),
            StreamError::Disconnected => Self::closed(),
            other => Self::network(format!("the server sent something unexpected: {other}")),
        }
    }
}

impl From<SaslCondition> for ConnectError {
    fn from(condition: SaslCondition) -> Self {
        let no = |text: &str| Self::Refused(Error::new(Status::NotLoggedIn, text));
        match condition {
            // Servers do not say which of the two, so that nobody can find out who has an account.
            SaslCondition::NotAuthorized => no("backend.password is wrong, or backend.jid does not exist"),
            SaslCondition::AccountDisabled => no("the account is disabled on the server"),
            SaslCondition::CredentialsExpired => Self::Expired,
            SaslCondition::TemporaryAuthFailure | SaslCondition::Aborted => {
                Self::network("the server cannot check passwords at the moment")
            }
            other => Self::refused(format!("the server refused the login: {other:?}")),
        }
    }
}
