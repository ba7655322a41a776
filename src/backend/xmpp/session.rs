//! A session on the server, which may outlive one connection: who the account is, asking, sending, and handing changes to
//! the account. It knows no feature. All of it belongs to the backend's thread.

use super::config::XmppConfig;
use super::connection::{Outgoing, SizeLimit};
use super::error::{XmppError, XmppResult};
use super::hand_over::HandOver;
use super::iq::{Answer, Iqs};
pub(crate) use super::stage::Stage;
use super::time::Clock;
use super::web::Web;
use crate::backend::Sink;
use crate::model::{Change, Error, Inbound, Status};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio_xmpp::Stanza;
use xmpp_parsers::iq::Iq;
use xmpp_parsers::jid::{BareJid, FullJid, Jid};
use xmpp_parsers::minidom::Element;
use xmpp_parsers::ping::Ping;

/// How long an answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// A session.
pub(crate) struct Session {
    pub(crate) sink: Arc<dyn Sink>,
    /// The account.
    pub(crate) me: BareJid,
    /// The account with this device's resource.
    full: FullJid,
    /// Whether the server acknowledges stanzas (XEP-0198).
    is_managed: bool,
    out: mpsc::UnboundedSender<Outgoing>,
    limit: Rc<SizeLimit>,
    pub(crate) clock: Clock,
    pub(crate) web: Arc<Web>,
    pub(crate) iqs: Iqs,
    /// The stages of the beginning that were reached.
    stages: watch::Sender<Vec<Stage>>,
    pub(crate) hand_over: HandOver,
    is_over: watch::Sender<bool>,
    is_connected: watch::Sender<bool>,
    /// Why the connection is given up, and whether for good.
    failure: RefCell<Option<(Error, bool)>>,
    failed: Notify,
    /// Told when something was added to the outbox.
    pub(crate) outbox: Notify,
}

impl Session {
    pub(crate) fn new(
        sink: Arc<dyn Sink>,
        config: &XmppConfig,
        full: FullJid,
        is_managed: bool,
        out: mpsc::UnboundedSender<Outgoing>,
        limit: Rc<SizeLimit>,
        clock: Clock,
    ) -> Rc<Self> {
        Rc::new(Self {
            sink,
            me: config.jid.clone(),
            full,
            is_managed,
            out,
            limit,
            clock,
            web: Web::new(Arc::new(config.clone())),
            iqs: Iqs::default(),
            stages: watch::Sender::default(),
            hand_over: HandOver::default(),
            is_over: watch::Sender::new(false),
            is_connected: watch::Sender::new(true),
            failure: RefCell::default(),
            failed: Notify::new(),
            outbox: Notify::new(),
        })
    }

    /// The account's server.
    pub(crate) fn domain(&self) -> BareJid {
        BareJid::from_parts(None, self.me.domain())
    }

    /// Whether a stanza comes from the account itself, which is its server speaking.
    pub(crate) fn is_own(&self, from: Option<&Jid>) -> bool {
        match from {
            // Servers answer in several ways: without a sender, as the account, as this device, as the domain.
            None => true,
            Some(from) => *from == self.me || *from == self.full || *from == self.domain(),
        }
    }

    /// Asks for something; nobody in `to` is the account's own server.
    pub(crate) async fn get(&self, to: Option<Jid>, payload: impl Into<Element>) -> Answer {
        let payload = payload.into();
        self.ask(to, true, |to, id| Iq::Get {
            from: None,
            to,
            id,
            payload: payload.clone(),
        })
        .await
    }

    /// Asks for something to be done. Where its answer was lost with a connection it is asked for again, so done twice it must be
    /// as good as done once.
    pub(crate) async fn set(&self, to: Option<Jid>, payload: impl Into<Element>) -> Answer {
        self.set_as(to, true, payload.into()).await
    }

    /// The same for what must not be asked for again.
    pub(crate) async fn set_once(&self, to: Option<Jid>, payload: impl Into<Element>) -> Answer {
        self.set_as(to, false, payload.into()).await
    }

    async fn set_as(&self, to: Option<Jid>, may_repeat: bool, payload: Element) -> Answer {
        self.ask(to, may_repeat, |to, id| Iq::Set {
            from: None,
            to,
            id,
            payload: payload.clone(),
        })
        .await
    }

    async fn ask(&self, to: Option<Jid>, may_repeat: bool, question: impl Fn(Option<Jid>, String) -> Iq) -> Answer {
        // Questions are ended by `end`, which is past: nobody would end this one.
        if self.is_over() {
            return Err(XmppError::Lost);
        }
        let (id, mut answer) = self.iqs.begin(to.clone());
        // Whoever asks may have no patience.
        let _asked = self.iqs.until_dropped(&id);
        loop {
            let question = Stanza::from(question(to.clone(), id.clone()));
            self.check_size(&question)?;
            self.send(question);
            tokio::select! {
                answered = self.within(ANSWER_TIMEOUT, &mut answer) => return match answered {
                    Some(answer) => answer.unwrap_or(Err(XmppError::Lost)),
                    None => Err(XmppError::Timeout("the server did not answer".to_owned())),
                },
                // Again under the same id: the first answer may come late, and is the better one.
                () = self.hand_over.forgotten(), if may_repeat => {}
            }
        }
    }

    /// An error when the server is known not to take a stanza of this size.
    pub(crate) fn check_size(&self, stanza: &Stanza) -> XmppResult<()> {
        self.limit.exceeded_by(stanza).map_or(Ok(()), |limit| {
            let text = format!("the server takes no more than {limit} bytes at once");
            Err(XmppError::account(Status::Refused, text))
        })
    }

    /// An answer to a question has come.
    pub(crate) fn answered(&self, from: Option<&Jid>, id: &str, answer: Answer) {
        self.iqs.answer(from, id, answer, |from| self.is_own(from));
    }

    /// Sends a stanza some time soon.
    pub(crate) fn send(&self, stanza: impl Into<Stanza>) {
        self.put(stanza.into(), None);
    }

    fn put(&self, stanza: Stanza, acked: Option<oneshot::Sender<()>>) {
        // When the session is over, nobody takes it any more.
        let _ = self.out.send(Outgoing::new(stanza, acked));
    }

    /// Sends a stanza and waits until the server has it.
    pub(crate) async fn deliver(&self, stanza: impl Into<Stanza>) -> XmppResult<()> {
        self.end_delivery(self.begin_delivery(stanza)).await
    }

    /// Sends a stanza some time soon, behind all that were sent before.
    pub(crate) fn begin_delivery(&self, stanza: impl Into<Stanza>) -> oneshot::Receiver<()> {
        let (acked, wait) = oneshot::channel();
        self.put(stanza.into(), self.is_managed.then_some(acked));
        wait
    }

    /// Waits until the server has a stanza.
    pub(crate) async fn end_delivery(&self, delivery: oneshot::Receiver<()>) -> XmppResult<()> {
        if self.is_managed {
            return delivery.await.map_err(|_| XmppError::Lost);
        }
        // Stanzas are handled in order: when the server answers a later one, it has this one.
        has_arrived(self.get(Some(Jid::from(self.domain())), Ping).await)
    }

    /// Hands changes to the account; when it cannot take them, the connection ends and what was not taken comes again.
    pub(crate) fn apply(&self, live: bool, changes: Vec<Change>) -> XmppResult<()> {
        self.apply_at(live, changes, Vec::new())
    }

    /// The same, with how far archives have been read.
    pub(crate) fn apply_at(
        &self,
        live: bool,
        changes: Vec<Change>,
        positions: Vec<(String, String)>,
    ) -> XmppResult<()> {
        if changes.is_empty() && positions.is_empty() {
            return Ok(());
        }
        self.apply_batch(Inbound {
            live,
            positions,
            changes,
            ..Inbound::default()
        })
    }

    /// The same, with a whole batch.
    pub(crate) fn apply_batch(&self, batch: Inbound) -> XmppResult<()> {
        let applied = self.sink.apply(batch).map_err(XmppError::from);
        applied.inspect_err(|error| self.fail(error))
    }

    /// Runs a task in the background. Its error is logged, and nobody waits for it.
    pub(crate) fn spawn(&self, work: impl Future<Output = XmppResult<()>> + 'static) {
        tokio::task::spawn_local(async move {
            if let Err(error) = work.await {
                log::info!("background task failed: {error}");
            }
        });
    }

    /// Gives the connection up; the next one goes on where this one was.
    pub(crate) fn fail(&self, error: &XmppError) {
        self.give_up(error, false);
    }

    /// Gives the connection up for good.
    pub(crate) fn refuse(&self, error: &XmppError) {
        self.give_up(error, true);
    }

    fn give_up(&self, error: &XmppError, for_good: bool) {
        let mut failure = self.failure.borrow_mut();
        // The first reason is the cause; what fails after it fails because of it.
        failure.get_or_insert_with(|| (error.clone().into(), for_good));
        self.failed.notify_one();
    }

    /// Whether the connection is to be given up.
    pub(crate) fn has_failed(&self) -> bool {
        self.failure.borrow().is_some()
    }

    /// Waits until the connection is to be given up. Says why, and whether for good.
    pub(crate) async fn failed(&self) -> (Error, bool) {
        loop {
            if let Some(error) = self.failure.borrow().clone() {
                return error;
            }
            self.failed.notified().await;
        }
    }

    /// A stage of the beginning has been reached.
    pub(crate) fn has_reached(&self, stage: Stage) {
        self.stages.send_modify(|stages| stages.push(stage));
    }

    /// Waits for a stage of the beginning.
    pub(crate) async fn reach(&self, stage: Stage) -> XmppResult<()> {
        let mut stages = self.stages.subscribe();
        let reached = self
            .unless_over(stages.wait_for(|stages| stages.contains(&stage)))
            .await?;
        reached.map(drop).map_err(|_| XmppError::Lost)
    }

    /// The session goes on on another connection, or has taken the place of the one before it.
    pub(crate) fn handed_over(&self) {
        self.hand_over.note(self.clock.now());
    }

    /// Waits for something, unless the session ends before.
    pub(crate) async fn unless_over<T>(&self, work: impl Future<Output = T>) -> XmppResult<T> {
        let mut is_over = self.is_over.subscribe();
        tokio::select! {
            // The end goes first: a session that is over does nothing more, even if the work is ready.
            biased;
            _ = is_over.wait_for(|is_over| *is_over) => Err(XmppError::Lost),
            done = work => Ok(done),
        }
    }

    /// There is a connection, or none at the moment.
    pub(crate) fn connected(&self, is_connected: bool) {
        self.is_connected.send_replace(is_connected);
    }

    /// Waits for something as long as this on one connection; `None` when it was not done. What comes after a connection that
    /// broke may take as long again: nobody can answer in between.
    pub(crate) async fn within<T>(&self, patience: Duration, work: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(work);
        loop {
            let mut connection = self.is_connected.subscribe();
            let is_too_long = async {
                let _ = connection.wait_for(|is_connected| *is_connected).await;
                let broken = connection.wait_for(|is_connected| !is_connected);
                tokio::time::timeout(patience, broken).await.is_err()
            };
            tokio::select! {
                done = &mut work => return Some(done),
                is_too_long = is_too_long => if is_too_long {
                    return None;
                },
            }
        }
    }

    /// The session is over: whoever waits for an answer gets 9508.
    pub(crate) fn end(&self) {
        self.is_over.send_replace(true);
        self.iqs.end();
    }

    /// Whether the session is over.
    pub(crate) fn is_over(&self) -> bool {
        *self.is_over.borrow()
    }
}

/// Whether the server has what was sent before a request that ended so.
fn has_arrived(answer: Answer) -> XmppResult<()> {
    match answer {
        // Silence is no answer: the server may have nothing of it.
        Err(error @ (XmppError::Lost | XmppError::Timeout(_))) => Err(error),
        // A refusal is one.
        _ => Ok(()),
    }
}

#[cfg(test)]
pub(crate) mod tests;
