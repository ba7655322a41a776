//! The backend's thread: connecting, resuming, and what runs while there is a connection.

use super::config::XmppConfig;
use super::connection::{Beginning, BoundStream, ConnectError, Incoming, Outgoing, SmState, log_in};
use super::session::Session;
use crate::backend::backoff::Backoff;
use crate::backend::{LinkState, Sink};
use crate::model::Error;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep_until, timeout};
use xmpp_parsers::jid::ResourcePart;

/// Work for a session, made on another thread.
pub(super) type Work = Box<dyn FnOnce(Rc<Session>) + Send>;

/// What the thread is told.
pub(super) enum Signal {
    /// To do something in the session; dropped undone when there is none.
    Work(Work),
    /// Something was added to the outbox.
    Outbox,
    /// The network may have changed.
    NetworkChanged,
    /// To end.
    Stop,
}

/// The first and the longest wait before another attempt.
const SHORTEST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The longest wait after a connection that was made, and the time after which it was a good one.
const WAIT_AFTER_LOGIN: Duration = Duration::from_secs(4);
const GOOD: Duration = Duration::from_secs(10);
/// How long a server may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);
/// How long an answer may take after the network changed.
const PROBE: Duration = Duration::from_secs(5);

/// A session, while it has a connection or may get one back.
struct ResumableSession {
    session: Rc<Session>,
    outgoing: mpsc::UnboundedReceiver<Outgoing>,
    sm: Option<SmState>,
}

/// How a connection ended.
enum End {
    Stopped,
    Broken(ConnectError),
}

/// Runs until it is told to stop or the server refuses for good.
pub(super) fn run(config: Arc<XmppConfig>, sink: Arc<dyn Sink>, signals: mpsc::UnboundedReceiver<Signal>) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let error = Error::internal(format!("the network cannot be used: {error}"));
            return sink.report(LinkState::Refused(error));
        }
    };
    // The same for every session of this login: one that cannot be resumed gives way to the next instead of lingering.
    let resource = match config.resource.clone() {
        Some(resource) => resource,
        None => match ResourcePart::new(&format!("libim-{}", uuid::Uuid::new_v4().simple())) {
            Ok(resource) => resource.into_owned(),
            Err(error) => {
                let error = Error::internal(format!("no resource could be made: {error}"));
                return sink.report(LinkState::Refused(error));
            }
        },
    };
    let worker = Worker {
        config,
        resource,
        sink,
        signals,
    };
    LocalSet::new().block_on(&runtime, worker.live());
}

struct Worker {
    config: Arc<XmppConfig>,
    resource: ResourcePart,
    sink: Arc<dyn Sink>,
    signals: mpsc::UnboundedReceiver<Signal>,
}

impl Worker {
    async fn live(mut self) {
        let mut kept: Option<ResumableSession> = None;
        let mut backoff = Backoff::new(SHORTEST_WAIT, LONGEST_WAIT);
        loop {
            self.sink.report(LinkState::Connecting);
            let end = match self.connect(&mut kept).await {
                Ok(Some(link)) => {
                    let begun = Instant::now();
                    let end = self.serve(link, &mut kept).await;
                    if begun.elapsed() >= GOOD {
                        backoff.reset();
                    } else {
                        backoff.shorten_to(WAIT_AFTER_LOGIN);
                    }
                    end
                }
                Ok(None) => End::Stopped,
                Err(error) => End::Broken(error),
            };
            let error = match end {
                End::Stopped => return finish(kept),
                End::Broken(error) => error,
            };
            let state = match error {
                ConnectError::Retry(error) => LinkState::Failed(error),
                ConnectError::Refused(error) => LinkState::Refused(error),
                ConnectError::Replaced => LinkState::KickedOffline,
                ConnectError::Expired => LinkState::UserSigExpired,
            };
            let is_final = !matches!(state, LinkState::Failed(_));
            self.sink.report(state);
            if is_final {
                return finish(kept);
            }
            if !self.pause(&mut backoff).await {
                return finish(kept);
            }
        }
    }

    /// Waits before the next attempt, longer each time, so that a server that comes back is not run over. False when
    /// told to stop.
    async fn pause(&mut self, backoff: &mut Backoff) -> bool {
        let until = Instant::now() + backoff.next();
        loop {
            tokio::select! {
                () = sleep_until(until) => return true,
                signal = self.signals.recv() => match signal {
                    None | Some(Signal::Stop) => return false,
                    Some(Signal::NetworkChanged) => {
                        backoff.reset();
                        return true;
                    }
                    Some(Signal::Work(_) | Signal::Outbox) => {}
                },
            }
        }
    }

    /// Connects, and resumes the session or begins a new one. `None` when told to stop.
    async fn connect(&mut self, kept: &mut Option<ResumableSession>) -> Result<Option<BoundStream>, ConnectError> {
        let config = Arc::clone(&self.config);
        let Some(logged_in) = self.unless_stopped(log_in(&config)).await else {
            return Ok(None);
        };
        let (features, stream) = logged_in?;
        let mut none = None;
        let sm = kept.as_mut().map_or(&mut none, |kept| &mut kept.sm);
        let resource = self.resource.clone();
        let begin = BoundStream::begin(stream, &features, sm, &resource);
        let Some(begun) = self.unless_stopped(begin).await else {
            return Ok(None);
        };
        let (link, beginning) = begun?;
        let is_resumed = matches!(beginning, Beginning::Resumed);
        if is_resumed && let Some(kept) = kept.as_ref() {
            kept.session.resumed();
            // What was written while there was no connection.
            kept.session.outbox.notify_one();
        }
        if let Beginning::Fresh(full) = beginning {
            if let Some(old) = kept.take() {
                old.session.end();
            }
            let (out, outgoing) = mpsc::unbounded_channel();
            let config = Arc::clone(&self.config);
            let session = Session::new(Arc::clone(&self.sink), &config, full, link.is_managed(), out)
                .map_err(ConnectError::Retry)?;
            tokio::task::spawn_local(Rc::clone(&session).run());
            tokio::task::spawn_local(Rc::clone(&session).drain());
            tokio::task::spawn_local(Rc::clone(&session).stay_in_rooms());
            *kept = Some(ResumableSession {
                session,
                outgoing,
                sm: None,
            });
        }
        self.sink.report(LinkState::Connected);
        // A sync that the lost connection has interrupted was told as failed; it goes on.
        if is_resumed && kept.as_ref().is_some_and(|kept| kept.session.is_syncing.get()) {
            self.sink.report(LinkState::SyncStarted);
        }
        Ok(Some(link))
    }

    /// Waits for something, unless told to stop meanwhile.
    async fn unless_stopped<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Some(done),
                signal = self.signals.recv() => match signal {
                    None | Some(Signal::Stop) => return None,
                    Some(_) => {}
                },
            }
        }
    }

    /// Carries stanzas both ways until the connection ends.
    async fn serve(&mut self, mut link: BoundStream, kept: &mut Option<ResumableSession>) -> End {
        let Some(resumable) = kept.as_mut() else {
            return End::Broken(ConnectError::network("there is no session"));
        };
        let session = Rc::clone(&resumable.session);
        let mut probe: Option<Instant> = None;
        let error = loop {
            let probed = async {
                match probe {
                    Some(until) => sleep_until(until).await,
                    None => std::future::pending().await,
                }
            };
            let step = tokio::select! {
                signal = self.signals.recv() => match signal {
                    None | Some(Signal::Stop) => {
                        session.end();
                        // What is on its way to the server still goes.
                        while let Ok(outgoing) = resumable.outgoing.try_recv() {
                            if link.feed(outgoing).await.is_err() {
                                break;
                            }
                        }
                        let _ = timeout(GOODBYE, link.close()).await;
                        return End::Stopped;
                    }
                    Some(Signal::Work(work)) => {
                        work(Rc::clone(&session));
                        Ok(())
                    }
                    Some(Signal::Outbox) => {
                        session.outbox.notify_one();
                        Ok(())
                    }
                    Some(Signal::NetworkChanged) => {
                        probe = Some(Instant::now() + PROBE);
                        self::probe(&mut link, &session).await
                    }
                },
                outgoing = resumable.outgoing.recv() => match outgoing {
                    Some(outgoing) => send(&mut link, outgoing, &mut resumable.outgoing).await,
                    None => Err(ConnectError::network("the session is over")),
                },
                incoming = link.next() => match incoming {
                    Ok(Incoming::Stanza(stanza)) => {
                        probe = None;
                        session.handle(*stanza);
                        link.handled();
                        Ok(())
                    }
                    Ok(Incoming::Nothing) => {
                        probe = None;
                        Ok(())
                    }
                    Ok(Incoming::Silence) => self::probe(&mut link, &session).await,
                    Err(error) => Err(error),
                },
                (error, is_final) = session.failed() => {
                    // What the account could not take has to come again, so this session is not resumed.
                    session.end();
                    let _ = timeout(GOODBYE, link.close()).await;
                    *kept = None;
                    return End::Broken(if is_final { ConnectError::Refused(error) } else { ConnectError::Retry(error) });
                }
                () = probed => Err(ConnectError::network("the server did not answer after the network changed")),
            };
            if let Err(error) = step {
                break error;
            }
        };
        let sm = link.into_state();
        if sm.is_resumable() && matches!(error, ConnectError::Retry(_)) {
            resumable.sm = Some(sm);
        } else {
            session.end();
            *kept = None;
        }
        End::Broken(error)
    }
}

/// Asks the server whether it is there.
async fn probe(link: &mut BoundStream, session: &Session) -> Result<(), ConnectError> {
    if link.is_managed() {
        return link.request_ack().await;
    }
    session.spawn(|session| async move {
        let to = xmpp_parsers::jid::Jid::from(session.domain());
        session.iq_get(Some(to), xmpp_parsers::ping::Ping).await.map(drop)
    });
    Ok(())
}

/// Sends a stanza and all that wait behind it.
async fn send(
    link: &mut BoundStream,
    first: Outgoing,
    others: &mut mpsc::UnboundedReceiver<Outgoing>,
) -> Result<(), ConnectError> {
    let mut wants_ack = first.acked.is_some();
    link.feed(first).await?;
    while let Ok(next) = others.try_recv() {
        wants_ack |= next.acked.is_some();
        link.feed(next).await?;
    }
    if wants_ack {
        link.request_ack().await?;
    }
    link.flush().await
}

fn finish(kept: Option<ResumableSession>) {
    if let Some(kept) = kept {
        kept.session.end();
    }
}
