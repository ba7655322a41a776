//! What comes on a stream after the login, one element after the other.

use super::super::stanza::{language, lenient};
use super::error::ConnectError;
use super::login::Stream;
use crate::model::language::Language;
use futures::StreamExt;
use tokio_xmpp::Stanza;
use tokio_xmpp::xmlstream::ReadError;
use xmpp_parsers::ns;
use xmpp_parsers::sm;
use xmpp_parsers::stream_error::{ReceivedStreamError, StreamError};

/// What comes on a stream.
pub(super) enum Read {
    Stanza(Box<Stanza>),
    UnreadableStanza,
    /// An element of stream management.
    Nonza(sm::Nonza),
    Other,
    Silence,
}

/// Waits for what comes next; the end of the stream is an error. What comes in several languages is in the app's.
/// Cancel-safe.
pub(super) async fn read(stream: &mut Stream, language: Option<&Language>) -> Result<Read, ConnectError> {
    let mut element = match stream.next().await {
        Some(Ok(element)) => element,
        Some(Err(ReadError::SoftTimeout)) => return Ok(Read::Silence),
        Some(Err(error)) => return Err(error.into()),
        None => return Err(ConnectError::closed()),
    };
    if lenient::is_stanza(&element) {
        if let Some(language) = language {
            language::choose(&mut element, language);
        }
        return Ok(lenient::stanza(element).map_or(Read::UnreadableStanza, |stanza| Read::Stanza(Box::new(stanza))));
    }
    if element.has_ns(ns::SM) {
        // A refusal may say too little.
        let failed = element.name() == "failed";
        return Ok(match sm::Nonza::try_from(element) {
            Ok(nonza) => Read::Nonza(nonza),
            Err(_) if failed => Read::Nonza(sm::Nonza::Failed(sm::Failed { h: None, error: None })),
            Err(_) => Read::Other,
        });
    }
    if element.is("error", ns::STREAM) {
        return Err(match StreamError::try_from(element) {
            Ok(error) => ReceivedStreamError(error).into(),
            Err(_) => ConnectError::network("the server ended the connection"),
        });
    }
    Ok(Read::Other)
}
