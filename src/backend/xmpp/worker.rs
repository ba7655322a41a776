//! The backend's thread: connecting, resuming, and what runs while there is a connection.

use super::config::XmppConfig;
use super::connection::{Beginning, BoundStream, ConnectError, Incoming, Patience, SizeLimit, log_in};
use super::online::ResumableSession;
use super::router;
use super::session::Session;
use super::signals::{NO_ANSWER, PROBE, Signal, Signals};
use super::time::Clock;
use crate::backend::backoff::Backoff;
use crate::backend::{LinkState, Sink};
use crate::model::Error;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep_until, timeout};
use xmpp_parsers::jid::{FullJid, Jid, ResourcePart};
use xmpp_parsers::ping::Ping;

/// The first and the longest wait before another attempt.
const SHORTEST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The longest wait after a connection that was made, and the time after which it was a good one.
const WAIT_AFTER_LOGIN: Duration = Duration::from_secs(4);
const GOOD: Duration = Duration::from_secs(10);
/// How long a server may take to notice what an attempt that broke has sent.
const AFTERMATH: Duration = Duration::from_secs(60);
/// How long a server may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);
/// How long a server whose connection broke may take to say why.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// How long an attempt to connect may go on after that. A slow network needs several answers for one.
const LAST_CHANCE: Duration = Duration::from_secs(10);

/// Sends what is queued and closes the stream.
async fn goodbye(mut stream: BoundStream, resumable: &mut ResumableSession) {
    while let Ok(outgoing) = resumable.outgoing.try_recv() {
        if stream.feed(outgoing).await.is_err() {
            break;
        }
    }
    // Nothing can be done about one that is broken.
    let _ = stream.close().await;
}

/// How a connection ended.
enum End {
    Stopped,
    Broken(ConnectError),
}

/// Runs until it is told to stop or the server refuses for good.
pub(crate) fn run(
    config: Arc<XmppConfig>,
    sink: Arc<dyn Sink>,
    signals: mpsc::UnboundedReceiver<Signal>,
    clock: Arc<AtomicI64>,
) {
    let refuse = |text: String| sink.report(LinkState::Refused(Error::internal(text)));
    // One thread is enough, and lets the features share their state without locks (`Rc`, `RefCell`).
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(format!("the network cannot be used: {error}")),
    };
    // The same for every session of this login: one that cannot be resumed gives way to the next instead of lingering.
    let resource = match config.resource.clone() {
        Some(resource) => resource,
        None => match ResourcePart::new(&format!("libim-{}", uuid::Uuid::new_v4().simple())) {
            Ok(resource) => resource.into_owned(),
            Err(error) => return refuse(format!("no resource could be made: {error}")),
        },
    };
    let worker = Worker {
        config,
        resource,
        sink,
        signals: Signals::new(signals),
        limit: Rc::default(),
        clock,
        has_network_changed: false,
        has_begun: false,
        patience: Patience::default(),
    };
    LocalSet::new().block_on(&runtime, worker.live());
}

struct Worker {
    config: Arc<XmppConfig>,
    resource: ResourcePart,
    sink: Arc<dyn Sink>,
    signals: Signals,
    limit: Rc<SizeLimit>,
    clock: Arc<AtomicI64>,
    /// Whether the network has changed during the attempt that goes on: the next one need not wait.
    has_network_changed: bool,
    /// Whether there was a session. The next one takes its place on the server.
    has_begun: bool,
    /// How long this server may acknowledge nothing.
    patience: Patience,
}

impl Worker {
    async fn live(mut self) {
        let mut resumable: Option<ResumableSession> = None;
        let mut backoff = Backoff::new(SHORTEST_WAIT, LONGEST_WAIT);
        // When an attempt broke: the server may still bind the resource for it.
        let mut broken_attempt: Option<Instant> = None;
        loop {
            self.sink.report(LinkState::Connecting);
            self.has_network_changed = false;
            let end = match self.connect(&mut resumable).await {
                Ok(Some(stream)) => {
                    let begun = Instant::now();
                    let end = self.serve(stream, &mut resumable).await;
                    if begun.elapsed() >= GOOD {
                        backoff.reset();
                    } else {
                        // The server is there, so the next attempt is soon; not at once, since this may go on for ever.
                        backoff.shorten_to(WAIT_AFTER_LOGIN);
                    }
                    end
                }
                Ok(None) => End::Stopped,
                Err(error) => {
                    broken_attempt = Some(Instant::now());
                    End::Broken(error)
                }
            };
            let error = match end {
                End::Stopped => return finish(resumable),
                // By that attempt, and not by another device: a busy server may read what a dead connection has sent after it
                // has let in the next one. Only once, or two devices would put each other out for ever.
                End::Broken(ConnectError::Replaced)
                    if broken_attempt.take().is_some_and(|at| at.elapsed() < AFTERMATH) =>
                {
                    ConnectError::network("an earlier attempt to connect took this connection's place")
                }
                End::Broken(error) => error,
            };
            let state = match error {
                ConnectError::Retry(error) | ConnectError::Violation(error) => LinkState::Failed(error),
                ConnectError::Refused(error) => LinkState::Refused(error),
                ConnectError::Replaced => LinkState::KickedOffline,
                ConnectError::Expired => LinkState::UserSigExpired,
            };
            let is_final = !matches!(state, LinkState::Failed(_));
            self.sink.report(state);
            if is_final || !self.pause(&mut backoff).await {
                return finish(resumable);
            }
        }
    }

    /// Waits before the next attempt, longer each time, so that a server that comes back is not run over. False when
    /// told to stop.
    async fn pause(&mut self, backoff: &mut Backoff) -> bool {
        if std::mem::take(&mut self.has_network_changed) {
            backoff.reset();
            return true;
        }
        let until = Instant::now() + backoff.next();
        loop {
            tokio::select! {
                () = sleep_until(until) => return true,
                signal = self.signals.next() => match signal {
                    Signal::Stop(_) => return false,
                    Signal::NetworkChanged => {
                        backoff.reset();
                        return true;
                    }
                    // Work finds no session, as its caller hears; the outbox is read after the next login.
                    Signal::Work(_) | Signal::Outbox => {}
                },
            }
        }
    }

    /// Connects, and resumes the session or begins a new one. `None` when told to stop.
    async fn connect(&mut self, resumable: &mut Option<ResumableSession>) -> Result<Option<BoundStream>, ConnectError> {
        let config = Arc::clone(&self.config);
        let Some((features, stream)) = self.unless_stopped(log_in(&config)).await? else {
            return Ok(None);
        };
        self.limit
            .learn(features.limits.as_ref().and_then(|limits| limits.max_bytes));
        let mut none = None;
        let sm = resumable.as_mut().map_or(&mut none, |resumable| &mut resumable.sm);
        let resource = self.resource.clone();
        let begin = BoundStream::begin(stream, &features, sm, &resource, config.language.clone());
        let Some((stream, beginning)) = self.unless_stopped(begin).await? else {
            return Ok(None);
        };
        let is_resumed = matches!(beginning, Beginning::Resumed);
        match beginning {
            Beginning::Resumed => {
                if let Some(ResumableSession { online, .. }) = resumable.as_ref() {
                    online.session.handed_over();
                    online.sync.resumed();
                    // Commands were added while there was no connection.
                    online.outbox.wake();
                }
            }
            Beginning::Fresh(full) => {
                // Who waits for an answer in the old session hears of its end before the new one begins.
                finish(resumable.take());
                let begun = self.begin(full, stream.is_managed())?;
                if std::mem::replace(&mut self.has_begun, true) {
                    begun.online.session.handed_over();
                }
                *resumable = Some(begun);
            }
        }
        self.sink.report(if is_resumed {
            LinkState::Resumed
        } else {
            LinkState::Connected
        });
        Ok(Some(stream))
    }

    /// A new session, and what runs as long as it lasts.
    fn begin(&self, full: FullJid, is_managed: bool) -> Result<ResumableSession, ConnectError> {
        let (out, outgoing) = mpsc::unbounded_channel();
        let session = Session::new(
            Arc::clone(&self.sink),
            &self.config,
            full,
            is_managed,
            out,
            Rc::clone(&self.limit),
            Clock::new(Arc::clone(&self.clock)),
        );
        ResumableSession::begin(session, outgoing).map_err(|error| ConnectError::Retry(error.into()))
    }

    /// Waits for a part of an attempt to connect. `None` when told to stop meanwhile. When the network changes, the attempt may
    /// be on one that is gone, and has to succeed soon.
    async fn unless_stopped<T>(
        &mut self,
        work: impl Future<Output = Result<T, ConnectError>>,
    ) -> Result<Option<T>, ConnectError> {
        tokio::pin!(work);
        let mut probe: Option<Instant> = None;
        loop {
            tokio::select! {
                done = &mut work => return done.map(Some),
                () = until(probe) => return Err(ConnectError::network(NO_ANSWER)),
                signal = self.signals.next() => match signal {
                    Signal::Stop(_) => return Ok(None),
                    Signal::NetworkChanged => {
                        self.has_network_changed = true;
                        // Not later for every change, or it would never be over.
                        probe.get_or_insert_with(|| Instant::now() + LAST_CHANCE);
                    }
                    // Work is dropped: its caller hears that there is no connection.
                    Signal::Work(_) | Signal::Outbox => {}
                },
            }
        }
    }

    /// Carries stanzas both ways until the connection ends.
    async fn serve(&mut self, mut stream: BoundStream, kept: &mut Option<ResumableSession>) -> End {
        let Some(resumable) = kept.as_mut() else {
            return End::Broken(ConnectError::network("there is no session"));
        };
        let online = resumable.online.clone();
        let session = &online.session;
        session.connected(true);
        let mut probe: Option<Instant> = None;
        // Stanzas that were handled while messages wait to be stored that no archive has.
        let mut unstored = 0;
        let error = loop {
            let due = stream.acknowledgement_due(self.patience);
            if !online.features.hold_unarchived() {
                (0..std::mem::take(&mut unstored)).for_each(|_| stream.handled());
            }
            let step = tokio::select! {
                signal = self.signals.next() => match signal {
                    Signal::Stop(patience) => {
                        session.end();
                        let _ = timeout(patience, goodbye(stream, resumable)).await;
                        return End::Stopped;
                    }
                    Signal::Work(work) => {
                        work(&online);
                        Ok(())
                    }
                    Signal::Outbox => {
                        online.outbox.wake();
                        Ok(())
                    }
                    Signal::NetworkChanged => {
                        probe = Some(Instant::now() + PROBE);
                        self.signals.beside(self::probe(&mut stream, session)).await
                    }
                },
                outgoing = resumable.outgoing.recv() => match outgoing {
                    Some(outgoing) => {
                        self.signals.beside(stream.send_all(outgoing, &mut resumable.outgoing)).await
                    }
                    None => Err(ConnectError::network("the session is over")),
                },
                incoming = stream.next() => match incoming {
                    Ok(Incoming::Stanza(stanza)) => {
                        probe = None;
                        online.handle(*stanza).await;
                        // Only now: what was acknowledged before it was stored would be lost with this process. What the
                        // account could not take, and all that follows it, the server must deliver again.
                        unstored += u32::from(!session.has_failed());
                        Ok(())
                    }
                    // An acknowledgement shows as well as a stanza that the connection works.
                    Ok(Incoming::Nothing) => {
                        probe = None;
                        Ok(())
                    }
                    Ok(Incoming::Silence) => self.signals.beside(self::probe(&mut stream, session)).await,
                    Err(error) => Err(error),
                },
                (error, is_final) = session.failed() => {
                    // The server delivers the rest again in a new session, so this one is not resumed.
                    session.end();
                    let _ = timeout(GOODBYE, stream.close()).await;
                    *kept = None;
                    let error = if is_final { ConnectError::Refused(error) } else { ConnectError::Retry(error) };
                    return End::Broken(error);
                }
                () = until(probe) => Err(ConnectError::network(NO_ANSWER)),
                () = until(due) => self.signals.beside(stream.remind()).await,
            };
            if let Err(error) = step {
                break error;
            }
        };
        session.connected(false);
        let mut error = error;
        if matches!(error, ConnectError::Retry(_)) {
            let said = timeout(LAST_WORDS, stream.last_words()).await;
            error = said.ok().flatten().unwrap_or(error);
        }
        self.patience.learn(stream.is_deaf());
        let mut sm = stream.into_state();
        if let Some(refused) = self.limit.take_refused(&mut sm, &error) {
            log::warn!("the server does not take a stanza of this size");
            router::refused(&online.features, &online.outbox, &refused.stanza);
            if let Some(acked) = refused.acked {
                // Why it failed is known by now.
                let _ = acked.send(());
            }
        }
        // What waits comes again with a new session only.
        if sm.is_resumable() && unstored == 0 && matches!(error, ConnectError::Retry(_) | ConnectError::Violation(_)) {
            resumable.sm = Some(sm);
        } else {
            session.end();
            *kept = None;
        }
        End::Broken(error)
    }
}

/// Waits for a moment, if there is one.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// Asks the server whether it is there.
async fn probe(stream: &mut BoundStream, session: &Rc<Session>) -> Result<(), ConnectError> {
    if stream.is_managed() {
        return stream.request_ack().await;
    }
    let own = Rc::clone(session);
    session.spawn(async move {
        let to = Jid::from(own.domain());
        own.get(Some(to), Ping).await.map(drop)
    });
    Ok(())
}

fn finish(resumable: Option<ResumableSession>) {
    if let Some(resumable) = resumable {
        resumable.online.session.end();
    }
}
