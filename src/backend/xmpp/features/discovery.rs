//! The server's features (XEP-0030), and the announcement of this device.

use crate::backend::xmpp::error::XmppResult;
use crate::backend::xmpp::ns;
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::{caps, disco};
use crate::model::Micros;
use futures::stream::FuturesOrdered;
use futures::{StreamExt, future};
use std::cell::RefCell;
use std::rc::Rc;
use xmpp_parsers::disco::{DiscoInfoQuery, DiscoInfoResult, DiscoItemsQuery};
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::presence::Presence;
use xmpp_parsers::time::{TimeQuery, TimeResult};

/// The features of the server.
pub(crate) struct Discovery {
    session: Rc<Session>,
    abilities: RefCell<Abilities>,
}

#[derive(Default)]
struct Abilities {
    has_archive: bool,
    room_service: Option<BareJid>,
}

impl Discovery {
    pub(crate) fn new(session: &Rc<Session>) -> Rc<Self> {
        Rc::new(Self {
            session: Rc::clone(session),
            abilities: RefCell::default(),
        })
    }

    /// Whether it keeps an archive and marks messages with its ids (XEP-0313, XEP-0359).
    pub(crate) fn has_archive(&self) -> bool {
        self.abilities.borrow().has_archive
    }

    /// A server with an archive, for tests.
    #[cfg(test)]
    pub(crate) fn has_one(&self) {
        self.abilities.borrow_mut().has_archive = true;
    }

    /// The service for rooms; `None` when there is none.
    pub(crate) fn room_service(&self) -> Option<BareJid> {
        self.abilities.borrow().room_service.clone()
    }

    /// Asks what the server can do.
    pub(crate) async fn discover(&self) -> XmppResult<()> {
        let query = || DiscoInfoQuery { node: None };
        let items = DiscoItemsQuery { node: None, rsm: None };
        // All at once: each question more is a way there and back before the list.
        let (time, info, items) = future::join3(
            self.learn_time(),
            // XEP-0313 announces an account's archive on its bare address, not on the server's.
            self.session.get(Some(Jid::from(self.session.me.clone())), query()),
            self.session.get(Some(Jid::from(self.session.domain())), items),
        )
        .await;
        time?;
        let features = match info {
            Ok(info) => info.as_ref().map(disco::info),
            // A server that refuses the question has no archive; one that does not answer says nothing about it.
            Err(error) if error.is_transient() => return Err(error),
            Err(_) => None,
        };
        let items = items.ok().flatten();
        let mut services: FuturesOrdered<_> = items
            .iter()
            .flat_map(disco::items)
            .map(|item| async move {
                // A component that is down does not hide the others.
                let info = self.session.get(Some(item.jid.clone()), query()).await.ok().flatten()?;
                is_room_service(&disco::info(&info)).then(|| item.jid.to_bare())
            })
            .collect();
        let mut room_service = None;
        while let Some(service) = services.next().await {
            if service.is_some() {
                room_service = service;
                break;
            }
        }
        let abilities = Abilities {
            has_archive: features.is_some_and(|info| info.features.contains(ns::MAM)),
            room_service,
        };
        *self.abilities.borrow_mut() = abilities;
        Ok(())
    }

    /// Asks the server what time it is (XEP-0202): a device whose clock is wrong must neither order messages nor count them
    /// by it.
    async fn learn_time(&self) -> XmppResult<()> {
        let asked = Micros::now();
        let answer = self
            .session
            .get(Some(Jid::from(self.session.domain())), TimeQuery)
            .await;
        let time = match answer {
            Err(error) if error.is_lost() => return Err(error),
            answer => answer.ok().flatten().and_then(|time| TimeResult::try_from(time).ok()),
        };
        if let Some(TimeResult { utc, .. }) = time {
            self.session
                .clock
                .learn(Micros(utc.timestamp_micros()), asked, Micros::now());
        }
        Ok(())
    }

    /// From here on messages are sent to this device.
    pub(crate) fn announce(&self) {
        let mut presence = Presence::available();
        presence.payloads.extend(caps::caps());
        self.session.send(presence);
    }
}

fn is_room_service(info: &DiscoInfoResult) -> bool {
    let is_conference = info
        .identities
        .iter()
        .any(|identity| identity.category == "conference" && identity.type_ == "text");
    is_conference && info.features.contains(ns::MUC)
}
