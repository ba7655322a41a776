//! Why a connection could not be made or did not last, and whether it is worth trying again.

use crate::model::{Error, Status};
use std::io;
use tokio_xmpp::Error as XmppError;
use tokio_xmpp::error::{AuthError, ProtocolError};
use tokio_xmpp::xmlstream::ReadError;
use xmpp_parsers::sasl::DefinedCondition as SaslCondition;
use xmpp_parsers::stream_error::{DefinedCondition, ReceivedStreamError};

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It may work later: 9508.
    Retry(Error),
    /// It will not work until somebody changes something.
    Refused(Error),
    /// Another connection of the account took this one's place.
    Replaced,
    /// The password is no longer valid for its age.
    Expired,
}

impl Trouble {
    /// Trouble of the network: it may be over soon.
    pub(super) fn network(text: impl Into<String>) -> Self {
        Self::Retry(Error::disconnected(text.into()))
    }

    /// Trouble that the server or its certificate is the reason of.
    pub(super) fn refused(text: impl Into<String>) -> Self {
        Self::Refused(Error::new(Status::Refused, text.into()))
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::network(format!("the connection to the server broke: {error}"))
    }
}

impl From<ReadError> for Trouble {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::HardError(error) => error.into(),
            ReadError::ParseError(_) => Self::network("the server sent something that is not XMPP"),
            ReadError::SoftTimeout => Self::network("the server did not answer"),
            ReadError::StreamFooterReceived => Self::network("the server closed the connection"),
        }
    }
}

impl From<ReceivedStreamError> for Trouble {
    fn from(error: ReceivedStreamError) -> Self {
        match error.0.condition {
            DefinedCondition::Conflict => Self::Replaced,
            DefinedCondition::HostUnknown | DefinedCondition::HostGone => {
                Self::refused("the server does not serve the domain of backend.jid")
            }
            DefinedCondition::NotAuthorized => Self::refused("the server no longer lets this account in"),
            other => Self::network(format!("the server ended the connection: {other:?}")),
        }
    }
}

impl From<XmppError> for Trouble {
    fn from(error: XmppError) -> Self {
        match error {
            XmppError::Io(error) => error.into(),
            XmppError::StreamError(error) => error.into(),
            XmppError::Auth(AuthError::Fail(condition)) => condition.into(),
            XmppError::Auth(AuthError::NoMechanism) => {
                Self::refused("the server offers no way to log in that is both known and safe")
            }
            XmppError::Auth(AuthError::Sasl(_)) => {
                Self::refused("the server could not prove that it knows the password: it may be an impostor")
            }
            XmppError::Protocol(ProtocolError::NoTls) => Self::refused("the server does not offer TLS"),
            XmppError::Disconnected => Self::network("the server closed the connection"),
            other => Self::network(format!("the server could not be understood: {other}")),
        }
    }
}

impl From<SaslCondition> for Trouble {
    fn from(condition: SaslCondition) -> Self {
        let no = |text: &str| Self::Refused(Error::new(Status::NotLoggedIn, text));
        match condition {
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
