//! The errors of a session, by kind. Decisions are made by kind and condition, never by the words of a sentence;
//! at the end it becomes the one error that the app knows.

use crate::model::id::QUOTED_CHARS;
use crate::model::{Error, Status};
use std::fmt;
use xmpp_parsers::stanza_error::{DefinedCondition, ErrorType, StanzaError};

/// Why something was not done.
#[derive(Clone, Debug)]
pub(crate) enum XmppError {
    /// The server, or whoever else was asked, answered with an error (RFC 6120, 8.3).
    Refused {
        condition: DefinedCondition,
        /// The server's own words; may be empty.
        text: String,
        /// Whether the same may be asked again later.
        is_for_now: bool,
    },
    /// The session has ended.
    Lost,
    /// There was no answer in time.
    Timeout(String),
    /// There was an answer, and it makes no sense.
    Unreadable(&'static str),
    /// The account could not take or give something, or its rules do not allow what was asked; in the app's words.
    Account(Error),
}

/// A result of this wing.
pub(crate) type XmppResult<T> = Result<T, XmppError>;

impl XmppError {
    /// An error of the account's own, with this status.
    pub(crate) fn account(status: Status, text: impl Into<String>) -> Self {
        Self::Account(Error::new(status, text.into()))
    }

    /// Whether the reason is the way to the server, so that the same may work on the next connection.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Lost | Self::Timeout(_) => true,
            // The one refusal that nobody has decided: another server could not be reached.
            Self::Refused { condition, .. } => *condition == DefinedCondition::RemoteServerTimeout,
            Self::Unreadable(_) => false,
            Self::Account(error) => matches!(error.status, Status::Disconnected | Status::Timeout),
        }
    }

    /// The same without the words of others.
    pub(crate) fn without_text(mut self) -> Self {
        if let Self::Refused { text, .. } = &mut self {
            text.clear();
        }
        self
    }

    /// Whether the session has ended.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(self, Self::Lost)
    }

    /// Whether it is a refusal with this condition.
    pub(crate) fn is(&self, wanted: &DefinedCondition) -> bool {
        matches!(self, Self::Refused { condition, .. } if condition == wanted)
    }

    /// Whether it is a refusal of something that may be tried again later: there was too much of it just now, say.
    pub(crate) fn is_for_now(&self) -> bool {
        matches!(self, Self::Refused { is_for_now: true, .. })
    }

    /// Whether the account may not do or see what it asked for.
    pub(crate) fn is_denied(&self) -> bool {
        matches!(self, Self::Refused { condition, .. } if is_denial(condition))
    }
}

fn is_denial(condition: &DefinedCondition) -> bool {
    matches!(
        condition,
        DefinedCondition::Forbidden
            | DefinedCondition::NotAllowed
            | DefinedCondition::NotAuthorized
            // Of rooms for members only; with a password it is `not-authorized` (XEP-0045).
            | DefinedCondition::RegistrationRequired
            | DefinedCondition::SubscriptionRequired
    )
}

impl From<Error> for XmppError {
    fn from(error: Error) -> Self {
        Self::Account(error)
    }
}

impl From<StanzaError> for XmppError {
    fn from(error: StanzaError) -> Self {
        // Somebody else's words end up in the app's errors and logs: not more of them than of any other value.
        let text = error.texts.into_values().next().unwrap_or_default();
        let text = text.chars().take(QUOTED_CHARS).collect();
        Self::Refused {
            condition: error.defined_condition,
            text,
            is_for_now: error.type_ == ErrorType::Wait,
        }
    }
}

impl fmt::Display for XmppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { condition, text, .. } if text.is_empty() => {
                write!(f, "the server refused: {}", name(condition))
            }
            Self::Refused { condition, text, .. } => write!(f, "the server refused: {} ({text})", name(condition)),
            Self::Lost => f.write_str("the connection to the server was lost"),
            Self::Timeout(text) => f.write_str(text),
            Self::Unreadable(text) => f.write_str(text),
            Self::Account(error) => f.write_str(&error.desc),
        }
    }
}

/// The error as the app gets it.
impl From<XmppError> for Error {
    fn from(error: XmppError) -> Self {
        let status = match &error {
            XmppError::Refused { condition, .. } if is_denial(condition) => Status::NoPermission,
            XmppError::Refused { condition, .. } => match condition {
                DefinedCondition::FeatureNotImplemented => Status::NotSupported,
                DefinedCondition::RemoteServerTimeout => Status::Timeout,
                _ => Status::Refused,
            },
            XmppError::Lost => Status::Disconnected,
            XmppError::Timeout(_) => Status::Timeout,
            XmppError::Unreadable(_) => Status::Refused,
            XmppError::Account(error) => error.status,
        };
        Self::new(status, error.to_string())
    }
}

/// A condition as XMPP writes it.
fn name(condition: &DefinedCondition) -> String {
    let mut name = String::new();
    // The parser keeps XMPP's spelling to itself; its variants are the same words in another one.
    let debug = format!("{condition:?}");
    for char in debug.chars().take_while(|char| char.is_alphanumeric()) {
        if char.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.extend(char.to_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmpp_parsers::stanza_error::ErrorType;

    fn refused(condition: DefinedCondition, text: &str) -> XmppError {
        StanzaError::new(ErrorType::Cancel, condition, "en", text).into()
    }

    #[test]
    fn the_condition_decides_and_not_what_the_server_says() {
        let error = refused(DefinedCondition::ItemNotFound, "conflict: not-acceptable");
        assert!(error.is(&DefinedCondition::ItemNotFound));
        assert!(!error.is(&DefinedCondition::Conflict) && !error.is(&DefinedCondition::NotAcceptable));
        assert!(!error.is_denied() && !error.is_transient());
        let app = Error::from(error);
        assert_eq!(app.status, Status::Refused);
        assert_eq!(
            app.desc,
            "the server refused: item-not-found (conflict: not-acceptable)"
        );
    }

    #[test]
    fn of_what_others_say_an_error_repeats_no_more_than_of_a_value() {
        let app = Error::from(refused(DefinedCondition::NotAcceptable, &"é".repeat(10_000)));
        assert_eq!(app.desc.matches('é').count(), QUOTED_CHARS);
    }

    #[test]
    fn each_kind_has_its_status() {
        let gone = DefinedCondition::Gone { new_address: None };
        for (condition, status) in [
            (DefinedCondition::Forbidden, Status::NoPermission),
            (DefinedCondition::RegistrationRequired, Status::NoPermission),
            (DefinedCondition::FeatureNotImplemented, Status::NotSupported),
            (DefinedCondition::RemoteServerTimeout, Status::Timeout),
            (gone, Status::Refused),
        ] {
            assert_eq!(Error::from(refused(condition, "")).status, status);
        }
        assert_eq!(Error::from(XmppError::Lost).status, Status::Disconnected);
        assert!(XmppError::Lost.is_transient() && XmppError::Timeout(String::new()).is_transient());
        let own = Error::new(Status::InvalidGroupId, "groupID \"x\" does not exist");
        assert_eq!(Error::from(XmppError::from(own.clone())), own);
    }
}
