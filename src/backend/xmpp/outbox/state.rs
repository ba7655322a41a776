//! The state of the outbox's delivery in a session: what may be carried out, and what is on its way. All of it belongs to the
//! backend's thread.

use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::features::all::Features;
use crate::model::ConversationId;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;
use tokio::sync::watch;
use xmpp_parsers::message::Message;

/// How many messages of a conversation may be on their way.
const WINDOW: usize = 128;

/// What may be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gate {
    /// Nothing: it is not known whether the account's cache belongs to this server.
    Shut,
    /// New messages. Whatever the server may have already waits, and so does what needs to know the account's settings.
    New,
    /// Everything: the account's archive has been caught up with.
    All,
}

/// The delivery of the outbox.
pub(crate) struct Outbox {
    pub(super) features: Rc<Features>,
    gate: watch::Sender<Gate>,
    /// How many commands are in the lanes.
    pub(super) in_lanes: Cell<usize>,
    /// Messages of ours that are on their way to users, and why they came back.
    pub(super) sending: RefCell<HashMap<String, Option<XmppError>>>,
    /// What users were sent last, and the server has taken.
    pub(super) taken: RefCell<VecDeque<Message>>,
    /// The groups that did not take all that came at once.
    slow: RefCell<HashSet<ConversationId>>,
}

impl Outbox {
    pub(crate) fn new(features: &Rc<Features>) -> Rc<Self> {
        Rc::new(Self {
            features: Rc::clone(features),
            gate: watch::Sender::new(Gate::Shut),
            in_lanes: Cell::new(0),
            sending: RefCell::default(),
            taken: RefCell::default(),
            slow: RefCell::default(),
        })
    }

    /// What is new may be sent, until [`Self::allow`] no more than that.
    pub(crate) fn open(&self) {
        self.gate.send_replace(Gate::New);
    }

    /// The archive has been caught up with: what was sent before is known.
    pub(crate) fn allow(&self) {
        self.gate.send_replace(Gate::All);
    }

    /// Something was added to it.
    pub(crate) fn wake(&self) {
        self.features.session.outbox.notify_one();
    }

    /// A command has left its lane.
    pub(super) fn left_lane(&self) {
        self.in_lanes.set(self.in_lanes.get().saturating_sub(1));
        self.wake();
    }

    /// How many messages of a conversation may be on their way.
    pub(super) fn window(&self, conversation: &ConversationId) -> usize {
        if self.slow.borrow().contains(conversation) {
            1
        } else {
            WINDOW
        }
    }

    /// A group takes no message just now. From here on they go one after the other: of many the group would take one now and
    /// then, in no order, and return the others again and again.
    pub(super) fn slow_down(&self, conversation: &ConversationId) {
        self.slow.borrow_mut().insert(conversation.clone());
    }

    /// Waits until that much may be carried out.
    pub(super) async fn reach(&self, wanted: Gate) -> XmppResult<()> {
        let mut gate = self.gate.subscribe();
        let reached = gate.wait_for(|gate| *gate >= wanted);
        let reached = self.features.session.unless_over(reached).await?;
        reached.map(drop).map_err(|_| XmppError::Lost)
    }

    /// A message to a user came back. False when it is none that is being sent.
    pub(crate) fn bounced(&self, msg_id: &str, reason: impl FnOnce() -> XmppError) -> bool {
        match self.sending.borrow_mut().get_mut(msg_id) {
            Some(bounced) => {
                *bounced = Some(reason());
                true
            }
            None => false,
        }
    }
}
