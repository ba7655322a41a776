//! A [`Link`] is a stream that is bound to a resource, with stream management (XEP-0198): what is sent is kept until the
//! server has it, and a broken stream is resumed where both sides know it was.

use super::login::Stream;
use super::trouble::Trouble;
use futures::{SinkExt, StreamExt};
use std::collections::VecDeque;
use tokio::sync::oneshot;
use tokio_xmpp::Stanza;
use tokio_xmpp::xmlstream::{FallibleStreamElement, ReadError, StreamElementError, XmppStreamElement};
use xmpp_parsers::bind::{BindQuery, BindResponse};
use xmpp_parsers::iq::Iq;
use xmpp_parsers::jid::{FullJid, ResourcePart};
use xmpp_parsers::sm;
use xmpp_parsers::stream_features::StreamFeatures;

/// A stanza on its way out.
pub(super) struct Outgoing {
    pub(super) stanza: Stanza,
    /// Told when the server has it; dropped when that will never be known.
    pub(super) taken: Option<oneshot::Sender<()>>,
}

/// What stream management remembers of a session, also while there is no connection.
#[derive(Default)]
pub(super) struct Ledger {
    /// The name to resume it by; `None` when it cannot be resumed.
    id: Option<String>,
    /// Stanzas handled.
    handled: u32,
    /// Stanzas of ours that the server has.
    confirmed: u32,
    /// Those it may not have.
    unconfirmed: VecDeque<Outgoing>,
}

impl Ledger {
    fn confirm(&mut self, up_to: u32) -> Result<(), Trouble> {
        let count = up_to.wrapping_sub(self.confirmed) as usize;
        if count > self.unconfirmed.len() {
            return Err(Trouble::network("the server confirmed more than was sent"));
        }
        self.confirmed = up_to;
        for outgoing in self.unconfirmed.drain(..count) {
            if let Some(taken) = outgoing.taken {
                // Whoever waited may be gone.
                let _ = taken.send(());
            }
        }
        Ok(())
    }

    pub(super) fn is_resumable(&self) -> bool {
        self.id.is_some()
    }
}

/// What comes in.
pub(super) enum Incoming {
    Stanza(Box<Stanza>),
    /// Something that needs no more of anybody.
    Nothing,
    /// There was silence: the server was asked whether it is there.
    Silence,
}

/// How a new stream begins.
pub(super) enum Beginning {
    /// The old session goes on.
    Resumed,
    /// A new session, with the stanzas that came before it was ready.
    Fresh(FullJid),
}

/// A bound stream.
pub(super) struct Link {
    stream: Stream,
    pub(super) ledger: Ledger,
    is_managed: bool,
}

impl Link {
    /// Resumes the session of a ledger, or begins a new one. The ledger stays where it is until the server has answered,
    /// so that a connection that breaks meanwhile costs nothing.
    pub(super) async fn begin(
        mut stream: Stream,
        features: &StreamFeatures,
        old: &mut Option<Ledger>,
        resource: &ResourcePart,
    ) -> Result<(Self, Beginning), Trouble> {
        let can_manage = features.stream_management.is_some();
        let resumed = match old.as_mut() {
            Some(ledger) if can_manage => resume(&mut stream, ledger).await?,
            _ => false,
        };
        if resumed && let Some(ledger) = old.take() {
            let link = Self {
                stream,
                ledger,
                is_managed: true,
            };
            return Ok((link, Beginning::Resumed));
        }
        *old = None;
        let jid = bind(&mut stream, resource).await?;
        let mut ledger = Ledger::default();
        if can_manage {
            let enable = sm::Enable {
                max: None,
                resume: true,
            };
            send(&mut stream, sm::Nonza::Enable(enable)).await?;
            match nonza(&mut stream).await? {
                sm::Nonza::Enabled(enabled) => {
                    ledger.id = enabled.id.filter(|_| enabled.resume).map(|id| id.0);
                }
                _ => {
                    return Ok((
                        Self {
                            stream,
                            ledger,
                            is_managed: false,
                        },
                        Beginning::Fresh(jid),
                    ));
                }
            }
        }
        let link = Self {
            stream,
            ledger,
            is_managed: can_manage,
        };
        Ok((link, Beginning::Fresh(jid)))
    }

    /// Whether the server says what it has.
    pub(super) fn is_managed(&self) -> bool {
        self.is_managed
    }

    /// Waits for what comes next. Cancel-safe.
    pub(super) async fn next(&mut self) -> Result<Incoming, Trouble> {
        let element = match self.stream.next().await {
            Some(Ok(element)) => element,
            Some(Err(ReadError::SoftTimeout)) => return Ok(Incoming::Silence),
            Some(Err(error)) => return Err(error.into()),
            None => return Err(Trouble::network("the connection to the server broke")),
        };
        match element {
            FallibleStreamElement::Ok(XmppStreamElement::Stanza(stanza)) => Ok(Incoming::Stanza(Box::new(stanza))),
            FallibleStreamElement::Ok(XmppStreamElement::SM(sm::Nonza::Ack(ack))) => {
                self.ledger.confirm(ack.h)?;
                Ok(Incoming::Nothing)
            }
            FallibleStreamElement::Ok(XmppStreamElement::SM(sm::Nonza::Req(_))) => {
                let h = self.ledger.handled;
                send(&mut self.stream, sm::Nonza::Ack(sm::A { h })).await?;
                Ok(Incoming::Nothing)
            }
            FallibleStreamElement::Ok(XmppStreamElement::StreamError(error)) => Err(error.into()),
            FallibleStreamElement::Ok(_) => Ok(Incoming::Nothing),
            // It counts, though nobody can read it.
            FallibleStreamElement::Err(StreamElementError::InvalidStanza { .. }) => {
                log::warn!("a stanza was dropped because it could not be read");
                self.handled();
                Ok(Incoming::Nothing)
            }
            FallibleStreamElement::Err(_) => Ok(Incoming::Nothing),
        }
    }

    /// A stanza was dealt with: the server need not send it again.
    pub(super) fn handled(&mut self) {
        self.ledger.handled = self.ledger.handled.wrapping_add(1);
    }

    /// Puts a stanza on its way, without waiting for the network to take it.
    pub(super) async fn feed(&mut self, outgoing: Outgoing) -> Result<(), Trouble> {
        // First into the ledger: should the connection break now, it is sent again.
        if self.is_managed {
            self.ledger.unconfirmed.push_back(outgoing);
            if let Some(last) = self.ledger.unconfirmed.back() {
                self.stream.feed(&last.stanza).await?;
            }
        } else {
            self.stream.feed(&outgoing.stanza).await?;
        }
        Ok(())
    }

    /// Sends what was put on its way.
    pub(super) async fn flush(&mut self) -> Result<(), Trouble> {
        let stream = std::pin::Pin::new(&mut self.stream);
        Ok(flush(stream).await?)
    }

    /// Asks the server what it has.
    pub(super) async fn ask(&mut self) -> Result<(), Trouble> {
        if self.is_managed {
            send(&mut self.stream, sm::Nonza::Req(sm::R)).await?;
        }
        Ok(())
    }

    /// Says goodbye: the session ends on the server too.
    pub(super) async fn close(mut self) {
        let h = self.ledger.handled;
        if self.is_managed {
            let _ = send(&mut self.stream, sm::Nonza::Ack(sm::A { h })).await;
        }
        let _ = <Stream as SinkExt<&Stanza>>::close(&mut self.stream).await;
    }

    /// What is left of it when the connection broke.
    pub(super) fn into_ledger(self) -> Ledger {
        self.ledger
    }
}

async fn flush(mut stream: std::pin::Pin<&mut Stream>) -> std::io::Result<()> {
    std::future::poll_fn(|cx| <Stream as futures::Sink<&Stanza>>::poll_flush(stream.as_mut(), cx)).await
}

async fn send(stream: &mut Stream, nonza: sm::Nonza) -> Result<(), Trouble> {
    Ok(stream.send(&XmppStreamElement::SM(nonza)).await?)
}

/// The next element of stream management. Stanzas before it are of no session yet: the archive has them.
async fn nonza(stream: &mut Stream) -> Result<sm::Nonza, Trouble> {
    loop {
        match stream.next().await {
            Some(Ok(FallibleStreamElement::Ok(XmppStreamElement::SM(sm::Nonza::Req(_) | sm::Nonza::Ack(_))))) => {}
            Some(Ok(FallibleStreamElement::Ok(XmppStreamElement::SM(nonza)))) => return Ok(nonza),
            Some(Ok(FallibleStreamElement::Ok(XmppStreamElement::StreamError(error)))) => return Err(error.into()),
            // A refusal that says little.
            Some(Ok(FallibleStreamElement::Err(StreamElementError::InvalidNonza { .. }))) => {
                return Ok(sm::Nonza::Failed(sm::Failed { h: None, error: None }));
            }
            Some(Ok(_) | Err(ReadError::SoftTimeout)) => {}
            Some(Err(error)) => return Err(error.into()),
            None => return Err(Trouble::network("the connection to the server broke")),
        }
    }
}

/// Takes up the session of a ledger. False when the server no longer has it.
async fn resume(stream: &mut Stream, ledger: &mut Ledger) -> Result<bool, Trouble> {
    let Some(id) = ledger.id.clone() else {
        return Ok(false);
    };
    let (h, previd) = (ledger.handled, sm::StreamId(id));
    send(stream, sm::Nonza::Resume(sm::Resume { h, previd })).await?;
    match nonza(stream).await? {
        sm::Nonza::Resumed(resumed) => {
            ledger.confirm(resumed.h)?;
            for outgoing in &ledger.unconfirmed {
                stream.feed(&outgoing.stanza).await?;
            }
            flush(std::pin::Pin::new(stream)).await?;
            send(stream, sm::Nonza::Req(sm::R)).await?;
            Ok(true)
        }
        sm::Nonza::Failed(failed) => {
            // What the server had is known all the same.
            if let Some(h) = failed.h {
                ledger.confirm(h)?;
            }
            Ok(false)
        }
        _ => Err(Trouble::network("the server answered a resumption with something else")),
    }
}

async fn bind(stream: &mut Stream, resource: &ResourcePart) -> Result<FullJid, Trouble> {
    let query = BindQuery::new(Some(resource.as_str().to_owned()));
    let iq = Stanza::from(Iq::from_set("bind", query));
    stream.send(&iq).await?;
    loop {
        match element(stream).await? {
            XmppStreamElement::Stanza(Stanza::Iq(Iq::Result {
                id,
                payload: Some(payload),
                ..
            })) if id == "bind" => {
                let response = BindResponse::try_from(payload).map_err(|_| {
                    Trouble::network("the server answered the binding of a resource with something else")
                })?;
                return Ok(FullJid::from(response));
            }
            XmppStreamElement::Stanza(Stanza::Iq(Iq::Error { id, error, .. })) if id == "bind" => {
                return Err(Trouble::refused(format!(
                    "the server refused the resource: {:?}",
                    error.defined_condition
                )));
            }
            XmppStreamElement::StreamError(error) => return Err(error.into()),
            _ => {}
        }
    }
}

async fn element(stream: &mut Stream) -> Result<XmppStreamElement, Trouble> {
    loop {
        match stream.next().await {
            Some(Ok(FallibleStreamElement::Ok(element))) => return Ok(element),
            Some(Ok(FallibleStreamElement::Err(_)) | Err(ReadError::SoftTimeout)) => {}
            Some(Err(error)) => return Err(error.into()),
            None => return Err(Trouble::network("the connection to the server broke")),
        }
    }
}
