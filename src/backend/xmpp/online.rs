//! All that lives as long as a session on the server does, which may be longer than a connection.

use super::connection::{Outgoing, SmState};
use super::error::XmppResult;
use super::features::all::Features;
use super::features::rooms::self_ping::self_ping_rooms;
use super::outbox::drain::drain;
use super::outbox::state::Outbox;
use super::router;
use super::session::Session;
use super::sync::AccountSync;
use std::rc::Rc;
use tokio::sync::mpsc;
use tokio::task::spawn_local;
use tokio_xmpp::Stanza;

/// A session and what knows it.
#[derive(Clone)]
pub(crate) struct Online {
    pub(crate) session: Rc<Session>,
    pub(crate) features: Rc<Features>,
    pub(crate) outbox: Rc<Outbox>,
    pub(crate) sync: Rc<AccountSync>,
}

impl Online {
    /// Handles a stanza. Whoever waits for an answer, or to be let into a room, acts on it before the next one is handled: many may
    /// be there at once, and what follows an answer may undo it.
    pub(crate) async fn handle(&self, stanza: Stanza) {
        let may_be_waited_for = !matches!(stanza, Stanza::Message(_));
        router::handle(&self.features, &self.outbox, stanza);
        if may_be_waited_for {
            // It comes behind all that the stanza has woken.
            let _ = spawn_local(async {}).await;
        }
    }
}

/// A session, while it has a connection or may get one back.
pub(crate) struct ResumableSession {
    pub(crate) online: Online,
    pub(crate) outgoing: mpsc::UnboundedReceiver<Outgoing>,
    /// The state of stream management, while there is no connection.
    pub(crate) sm: Option<SmState>,
}

impl ResumableSession {
    /// Begins what runs as long as a session lasts.
    pub(crate) fn begin(session: Rc<Session>, outgoing: mpsc::UnboundedReceiver<Outgoing>) -> XmppResult<Self> {
        let features = Features::new(Rc::clone(&session))?;
        let outbox = Outbox::new(&features);
        let sync = AccountSync::new(&features, &outbox);
        spawn_local(Rc::clone(&sync).run());
        spawn_local(drain(Rc::clone(&outbox)));
        spawn_local(self_ping_rooms(Rc::clone(&features.rooms)));
        let online = Online {
            session,
            features,
            outbox,
            sync,
        };
        Ok(Self {
            online,
            outgoing,
            sm: None,
        })
    }
}
