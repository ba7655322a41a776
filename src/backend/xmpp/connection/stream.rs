//! A [`BoundStream`] is a stream that is bound to a resource, with stream management (XEP-0198): what is sent is kept until
//! the server acknowledges it, and a broken stream is resumed where both sides know it was.
//!
//! Stream management is our own, and not tokio-xmpp's `StanzaStream`. That one acknowledges a stanza when it has read it,
//! while here it counts as handled only once it is stored; and when a resumption is cut it forgets what it had kept.
//! docs/decisions/stream-management.md has the whole reason.

use super::error::ConnectError;
use super::login::Stream;
use super::read::{Read, read};
use super::sm_state::{Outgoing, Owed, Patience, SmState};
use crate::model::language::Language;
use futures::SinkExt;
use std::future::Future;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, timeout};
use tokio_xmpp::Stanza;
use tokio_xmpp::xmlstream::XmppStreamElement;
use xmpp_parsers::bind::{BindQuery, BindResponse};
use xmpp_parsers::iq::Iq;
use xmpp_parsers::jid::{FullJid, ResourcePart};
use xmpp_parsers::sm;
use xmpp_parsers::stream_features::StreamFeatures;

/// How long one stanza may take to be written: the largest one on a slow line, several times over.
const BLOCKED: Duration = Duration::from_secs(120);

/// After how many stanzas an acknowledgement is asked for, where many go out at once: where the server takes them in slowly, it
/// shows all the while that it does.
const ASK_AFTER: usize = 8;

/// An incoming element.
pub(crate) enum Incoming {
    Stanza(Box<Stanza>),
    /// Nothing that concerns a session.
    Nothing,
    /// There was silence: the server has to be asked whether it is there.
    Silence,
}

/// How a new stream begins.
pub(crate) enum Beginning {
    /// The old session goes on.
    Resumed,
    /// A new session, with this address.
    Fresh(FullJid),
}

/// A bound stream.
pub(crate) struct BoundStream {
    stream: Stream,
    state: SmState,
    is_managed: bool,
    /// The acknowledgement that the server owes.
    owed: Owed,
    language: Option<Language>,
}

impl BoundStream {
    /// Resumes the session of a state, or begins a new one. The state stays where it is until the server has answered,
    /// so that a connection that breaks meanwhile costs nothing.
    pub(crate) async fn begin(
        mut stream: Stream,
        features: &StreamFeatures,
        old: &mut Option<SmState>,
        resource: &ResourcePart,
        language: Option<Language>,
    ) -> Result<(Self, Beginning), ConnectError> {
        let can_manage = features.stream_management.is_some();
        let resumed = match old.as_mut() {
            Some(state) if can_manage => resume(&mut stream, state).await?,
            _ => false,
        };
        if resumed && let Some(state) = old.take() {
            let mut owed = Owed::default();
            // Whatever waits was sent again, with a request.
            owed.requested(Instant::now());
            let link = Self {
                stream,
                state,
                is_managed: true,
                owed,
                language,
            };
            return Ok((link, Beginning::Resumed));
        }
        // With it go the waits for its stanzas, so their senders learn that nobody will ever know.
        *old = None;
        let jid = bind(&mut stream, resource).await?;
        let mut state = SmState::default();
        if can_manage {
            let enable = sm::Enable {
                max: None,
                resume: true,
            };
            send(&mut stream, sm::Nonza::Enable(enable)).await?;
            match nonza(&mut stream).await? {
                sm::Nonza::Enabled(enabled) => {
                    state.id = enabled.id.filter(|_| enabled.resume).map(|id| id.0);
                }
                // Offered, and then refused: the session goes on without it.
                _ => {
                    return Ok((
                        Self {
                            stream,
                            state,
                            is_managed: false,
                            owed: Owed::default(),
                            language,
                        },
                        Beginning::Fresh(jid),
                    ));
                }
            }
        }
        let link = Self {
            stream,
            state,
            is_managed: can_manage,
            owed: Owed::default(),
            language,
        };
        Ok((link, Beginning::Fresh(jid)))
    }

    /// Whether the server acknowledges stanzas.
    pub(crate) fn is_managed(&self) -> bool {
        self.is_managed
    }

    /// Waits for what comes next. Cancel-safe.
    pub(crate) async fn next(&mut self) -> Result<Incoming, ConnectError> {
        match read(&mut self.stream, self.language.as_ref()).await? {
            Read::Stanza(stanza) => Ok(Incoming::Stanza(stanza)),
            // It counts all the same: both sides count stanzas, not what they mean.
            Read::UnreadableStanza => {
                log::warn!("dropped a stanza that could not be parsed");
                self.handled();
                Ok(Incoming::Nothing)
            }
            Read::Nonza(sm::Nonza::Ack(ack)) => {
                self.state.acknowledge(ack.h)?;
                self.owed.acknowledged(self.state.has_all(), Instant::now());
                Ok(Incoming::Nothing)
            }
            Read::Nonza(sm::Nonza::Req(_)) => {
                // What was handled, and not what was read: the rest has to come again if the connection breaks now.
                let h = self.state.handled;
                send(&mut self.stream, sm::Nonza::Ack(sm::A { h })).await?;
                Ok(Incoming::Nothing)
            }
            Read::Nonza(_) | Read::Other => Ok(Incoming::Nothing),
            Read::Silence => Ok(Incoming::Silence),
        }
    }

    /// A stanza was handled: the server need not send it again.
    pub(crate) fn handled(&mut self) {
        self.state.handled = self.state.handled.wrapping_add(1);
    }

    /// Puts a stanza on its way, without waiting for the network to take it.
    pub(crate) async fn feed(&mut self, outgoing: Outgoing) -> Result<(), ConnectError> {
        // It is kept first: should the connection break now, it is sent again.
        if self.is_managed {
            self.state.keep(outgoing);
            if let Some(last) = self.state.unacked.back() {
                self.stream.feed(&last.stanza).await?;
            }
        } else {
            self.stream.feed(&outgoing.stanza).await?;
        }
        Ok(())
    }

    /// Sends a stanza and all that wait behind it, and asks for an acknowledgement of all of them.
    pub(crate) async fn send_all(
        &mut self,
        first: Outgoing,
        others: &mut UnboundedReceiver<Outgoing>,
    ) -> Result<(), ConnectError> {
        let mut unasked = usize::from(first.acked.is_some());
        within(self.feed(first)).await?;
        // Nothing may break between a stanza's being taken and its being kept.
        while let Ok(next) = others.try_recv() {
            unasked += usize::from(next.acked.is_some());
            within(self.feed(next)).await?;
            if unasked == ASK_AFTER {
                within(self.request_ack()).await?;
                unasked = 0;
            }
        }
        if unasked > 0 {
            within(self.request_ack()).await?;
        }
        within(self.flush()).await
    }

    /// Sends what was put on its way.
    async fn flush(&mut self) -> Result<(), ConnectError> {
        let stream = std::pin::Pin::new(&mut self.stream);
        Ok(flush(stream).await?)
    }

    /// Asks the server to acknowledge what it has.
    pub(crate) async fn request_ack(&mut self) -> Result<(), ConnectError> {
        if self.is_managed {
            self.owed.requested(Instant::now());
            send(&mut self.stream, sm::Nonza::Req(sm::R)).await?;
        }
        Ok(())
    }

    /// When the server will have owed an acknowledgement too long.
    pub(crate) fn acknowledgement_due(&self, patience: Patience) -> Option<Instant> {
        self.owed.due(patience)
    }

    /// The server owes an acknowledgement: asks once more for it. An error when that was done before.
    pub(crate) async fn remind(&mut self) -> Result<(), ConnectError> {
        if self.owed.ask_again(Instant::now()) {
            return self.request_ack().await;
        }
        Err(ConnectError::network("the server acknowledges nothing"))
    }

    /// Whether the server has ceased to take anything in.
    pub(crate) fn is_deaf(&self) -> bool {
        self.owed.is_given_up()
    }

    /// Says goodbye: the session ends on the server too.
    pub(crate) async fn close(mut self) {
        // A last acknowledgement, or the server would take what was handled for undelivered.
        let h = self.state.handled;
        if self.is_managed {
            let _ = send(&mut self.stream, sm::Nonza::Ack(sm::A { h })).await;
        }
        let _ = <Stream as SinkExt<&Stanza>>::close(&mut self.stream).await;
    }

    /// The connection broke, perhaps while something was sent: the server may have said why.
    pub(crate) async fn last_words(&mut self) -> Option<ConnectError> {
        // What is not handled now comes again.
        while !self.state.unacked.is_empty() {
            match read(&mut self.stream, None).await {
                Err(violation @ ConnectError::Violation(_)) => return Some(violation),
                Err(_) => return None,
                Ok(_) => {}
            }
        }
        None
    }

    /// The state that outlives the connection.
    pub(crate) fn into_state(mut self) -> SmState {
        // It would go on as it was.
        if self.is_deaf() {
            self.state.id = None;
        }
        self.state
    }
}

/// A write: a peer that takes nothing for so long is not there.
async fn within(write: impl Future<Output = Result<(), ConnectError>>) -> Result<(), ConnectError> {
    match timeout(BLOCKED, write).await {
        Ok(written) => written,
        Err(_) => Err(ConnectError::network("the server no longer reads what it is sent")),
    }
}

async fn flush(mut stream: std::pin::Pin<&mut Stream>) -> std::io::Result<()> {
    std::future::poll_fn(|cx| <Stream as futures::Sink<&Stanza>>::poll_flush(stream.as_mut(), cx)).await
}

async fn send(stream: &mut Stream, nonza: sm::Nonza) -> Result<(), ConnectError> {
    Ok(stream.send(&XmppStreamElement::SM(nonza)).await?)
}

/// The next element of stream management. Stanzas before it are of no session yet: the archive has them.
async fn nonza(stream: &mut Stream) -> Result<sm::Nonza, ConnectError> {
    loop {
        match read(stream, None).await? {
            Read::Nonza(sm::Nonza::Req(_) | sm::Nonza::Ack(_)) => {}
            Read::Nonza(nonza) => return Ok(nonza),
            _ => {}
        }
    }
}

/// Resumes the session of a state. False when the server no longer has it.
async fn resume(stream: &mut Stream, state: &mut SmState) -> Result<bool, ConnectError> {
    let Some(id) = state.id.clone() else {
        return Ok(false);
    };
    let (h, previd) = (state.handled, sm::StreamId(id));
    send(stream, sm::Nonza::Resume(sm::Resume { h, previd })).await?;
    match nonza(stream).await? {
        sm::Nonza::Resumed(resumed) => {
            state.acknowledge(resumed.h)?;
            for (place, outgoing) in state.unacked.iter().enumerate() {
                if place > 0 && place.is_multiple_of(ASK_AFTER) {
                    send(stream, sm::Nonza::Req(sm::R)).await?;
                }
                stream.feed(&outgoing.stanza).await?;
            }
            flush(std::pin::Pin::new(stream)).await?;
            // The requests of before went with the old connection, and somebody may wait for the answer.
            send(stream, sm::Nonza::Req(sm::R)).await?;
            Ok(true)
        }
        sm::Nonza::Failed(failed) => {
            // The refusal still says how many stanzas the server had.
            if let Some(h) = failed.h {
                state.acknowledge(h)?;
            }
            Ok(false)
        }
        _ => Err(ConnectError::network(
            "the server's answer to the resumption was unexpected",
        )),
    }
}

async fn bind(stream: &mut Stream, resource: &ResourcePart) -> Result<FullJid, ConnectError> {
    let query = BindQuery::new(Some(resource.as_str().to_owned()));
    let iq = Stanza::from(Iq::from_set("bind", query));
    stream.send(&iq).await?;
    loop {
        let Read::Stanza(stanza) = read(stream, None).await? else {
            continue;
        };
        match *stanza {
            Stanza::Iq(Iq::Result {
                id,
                payload: Some(payload),
                ..
            }) if id == "bind" => {
                let response = BindResponse::try_from(payload)
                    .map_err(|_| ConnectError::network("the server's answer to the resource binding was unexpected"))?;
                return Ok(FullJid::from(response));
            }
            Stanza::Iq(Iq::Error { id, error, .. }) if id == "bind" => {
                let condition = xmpp_parsers::minidom::Element::from(error.defined_condition);
                let sentence = format!("the server refused the resource: {}", condition.name());
                return Err(ConnectError::refused(sentence));
            }
            _ => {}
        }
    }
}
