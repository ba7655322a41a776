//! What lives as long as a session on the server does, which may be longer than one connection: what is asked and not yet
//! answered, what is held back, the rooms. All of it belongs to the backend's thread.

use super::archive::Queries;
use super::config::XmppConfig;
use super::connection::Outgoing;
use super::hold::Hold;
use super::iq::Iqs;
use super::own_archive::OwnArchive;
use super::profile::{Met, Profiles};
use super::rooms::Rooms;
use super::settings::Settings;
use crate::backend::Sink;
use crate::model::{Change, ConversationId, Error, Inbound, Micros, Result};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::{Rc, Weak};
use std::sync::Arc;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio_xmpp::Stanza;
use xmpp_parsers::jid::{BareJid, FullJid, Jid};
use xmpp_parsers::message::Message;

/// A session.
pub(super) struct Session {
    pub(super) sink: Arc<dyn Sink>,
    /// The account.
    pub(super) me: BareJid,
    /// The account with this device's resource.
    pub(super) full: FullJid,
    /// Whether the server says what it has taken (XEP-0198).
    is_managed: bool,
    out: mpsc::UnboundedSender<Outgoing>,
    pub(super) iqs: Iqs,
    pub(super) queries: Queries,
    pub(super) own: OwnArchive,
    /// Messages of the account's own archive that arrive before what came earlier was read.
    pub(super) hold: Hold<Message>,
    pub(super) rooms: Rooms,
    /// The rooms that the account is a member of, entered or not, and since when, where that is known.
    pub(super) known_rooms: RefCell<HashMap<BareJid, Option<Micros>>>,
    pub(super) settings: Settings,
    pub(super) profiles: Profiles,
    pub(super) met: Met,
    /// The groups of the roster that other apps have sorted friends into.
    pub(super) roster_groups: RefCell<HashMap<BareJid, Vec<xmpp_parsers::roster::Group>>>,
    /// Conversations whose history is being fetched because somebody reads it.
    pub(super) wanted: RefCell<HashSet<ConversationId>>,
    /// What the server can do for the account.
    pub(super) abilities: RefCell<Abilities>,
    /// Whether the first catching up of this session is under way.
    pub(super) is_syncing: Cell<bool>,
    /// How far the beginning has come.
    stage: watch::Sender<Stage>,
    /// Something was added to the outbox.
    pub(super) outbox: Notify,
    /// Why the account could not take something: the connection is given up then.
    failure: RefCell<Option<(Error, bool)>>,
    failed: Notify,
    is_over: Cell<bool>,
    /// Nodes of the account's own that were seen to have room for many items.
    pub(super) roomy_nodes: RefCell<HashSet<String>>,
    /// Whether what came before was read, so that nothing that waits is sent twice.
    pub(super) may_send: Cell<bool>,
    /// Messages of ours that are on their way to users, and why they came back.
    pub(super) sending: RefCell<HashMap<String, Option<Error>>>,
    this: Weak<Self>,
}

/// What the server can do for the account, as it says (XEP-0030).
#[derive(Clone, Debug, Default)]
pub(super) struct Abilities {
    /// It keeps an archive and marks messages with its ids (XEP-0313, XEP-0359).
    pub(super) has_archive: bool,
    /// The service for rooms; empty when there is none.
    pub(super) room_service: Option<BareJid>,
}

/// How far the beginning of a session has come. Calls that need more of it wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Begun,
    /// It is known what the server can do.
    Discovered,
    /// It is known which rooms the account is in.
    Bookmarked,
}

impl Session {
    pub(super) fn new(
        sink: Arc<dyn Sink>,
        config: &XmppConfig,
        full: FullJid,
        is_managed: bool,
        out: mpsc::UnboundedSender<Outgoing>,
    ) -> Result<Rc<Self>> {
        let own = OwnArchive::load(&*sink)?;
        Ok(Rc::new_cyclic(|this| Self {
            own,
            sink,
            me: config.jid.clone(),
            full,
            is_managed,
            out,
            iqs: Iqs::default(),
            queries: Queries::default(),
            hold: Hold::holding(),
            rooms: Rooms::default(),
            known_rooms: RefCell::default(),
            settings: Settings::default(),
            profiles: Profiles::default(),
            met: Met::new(),
            roster_groups: RefCell::default(),
            wanted: RefCell::default(),
            abilities: RefCell::default(),
            is_syncing: Cell::new(false),
            stage: watch::Sender::new(Stage::Begun),
            outbox: Notify::new(),
            failure: RefCell::default(),
            failed: Notify::new(),
            is_over: Cell::new(false),
            roomy_nodes: RefCell::default(),
            may_send: Cell::new(false),
            sending: RefCell::default(),
            this: this.clone(),
        }))
    }

    /// Runs a background task. Its errors are logged, and nobody waits for it.
    pub(super) fn spawn<F>(&self, work: impl FnOnce(Rc<Self>) -> F + 'static)
    where
        F: Future<Output = Result<()>> + 'static,
    {
        if let Some(session) = self.this.upgrade() {
            tokio::task::spawn_local(async move {
                if let Err(error) = work(session).await {
                    log::info!("background task failed: {error}");
                }
            });
        }
    }

    /// Sends a stanza some time soon.
    pub(super) fn send(&self, stanza: impl Into<Stanza>) {
        self.put(Outgoing {
            stanza: stanza.into(),
            acked: None,
        });
    }

    fn put(&self, outgoing: Outgoing) {
        // When the session is over, nobody takes it any more.
        let _ = self.out.send(outgoing);
    }

    /// Sends a stanza and waits until the server has it.
    pub(super) async fn deliver(&self, stanza: impl Into<Stanza>) -> Result<()> {
        if self.is_managed {
            let (acked, wait) = oneshot::channel();
            self.put(Outgoing {
                stanza: stanza.into(),
                acked: Some(acked),
            });
            return wait.await.map_err(|_| over());
        }
        // Stanzas are taken in order: when the server answers a later one, it has this one.
        self.send(stanza);
        let ping = xmpp_parsers::ping::Ping;
        match self.iq_get(Some(Jid::from(self.domain())), ping).await {
            Err(error) if error.status == crate::model::Status::Disconnected => Err(error),
            _ => Ok(()),
        }
    }

    /// The account's server.
    pub(super) fn domain(&self) -> BareJid {
        BareJid::from_parts(None, self.me.domain())
    }

    /// Hands changes to the account; when it cannot take them, the connection ends and what was not taken comes again.
    pub(super) fn apply(&self, live: bool, changes: Vec<Change>) -> Result<()> {
        self.apply_at(live, changes, Vec::new())
    }

    /// The same, with how far archives have been read.
    pub(super) fn apply_at(&self, live: bool, changes: Vec<Change>, positions: Vec<(String, String)>) -> Result<()> {
        if changes.is_empty() && positions.is_empty() {
            return Ok(());
        }
        let batch = Inbound {
            live,
            positions,
            changes,
            ..Inbound::default()
        };
        self.sink.apply(batch).inspect_err(|error| self.fail(error))
    }

    /// Gives the connection up.
    pub(super) fn fail(&self, error: &Error) {
        self.failure.borrow_mut().get_or_insert_with(|| (error.clone(), false));
        self.failed.notify_one();
    }

    /// Gives the connection up for good.
    pub(super) fn refuse(&self, error: &Error) {
        self.failure.borrow_mut().get_or_insert_with(|| (error.clone(), true));
        self.failed.notify_one();
    }

    /// Waits until the connection is to be given up. Says why, and whether for good.
    pub(super) async fn failed(&self) -> (Error, bool) {
        loop {
            if let Some(error) = self.failure.borrow().clone() {
                return error;
            }
            self.failed.notified().await;
        }
    }

    /// A stage of the beginning has been reached.
    pub(super) fn has_reached(&self, stage: Stage) {
        self.stage.send_replace(stage);
    }

    /// Waits for a stage of the beginning.
    pub(super) async fn reach(&self, stage: Stage) -> Result<()> {
        let mut stages = self.stage.subscribe();
        let reached = stages.wait_for(|now| *now >= stage || self.is_over());
        reached.await.map_err(|_| over())?;
        if self.is_over() { Err(over()) } else { Ok(()) }
    }

    /// The session is over: whoever waits for an answer gets 9508.
    pub(super) fn end(&self) {
        self.is_over.set(true);
        self.iqs.end();
        self.queries.end();
        self.rooms.end();
        self.outbox.notify_one();
        // Whoever waits for a stage looks once more.
        self.stage.send_modify(|_| {});
    }

    /// Whether the session is over.
    pub(super) fn is_over(&self) -> bool {
        self.is_over.get()
    }
}

/// 9508: the session has ended.
pub(super) fn over() -> Error {
    Error::disconnected("the connection to the server was lost")
}

/// Now.
pub(super) fn now() -> Micros {
    Micros::now()
}
