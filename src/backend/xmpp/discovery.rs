//! The first questions of a session: what the server can do, and whether the account's cache belongs to it.

use super::archive::{parse_stamp, stamp};
use super::ns::ACCOUNT;
use super::pep::Access;
use super::session::{Abilities, Session};
use super::stanza::xml::element;
use crate::model::{Error, Inbound, Micros, Result, Status};
use xmpp_parsers::disco::{DiscoInfoQuery, DiscoInfoResult, DiscoItemsQuery, DiscoItemsResult};
use xmpp_parsers::jid::Jid;
use xmpp_parsers::ns;
use xmpp_parsers::presence::Presence;

/// What binds an account's cache to this kind of server.
const CURSOR: &str = "xmpp:1";

impl Session {
    /// An account's cache that belongs to another kind of server is not touched.
    pub(super) fn check_owner(&self) -> Result<()> {
        match self.sink.cursor()? {
            Some(cursor) if cursor != CURSOR => Err(Error::invalid(format!(
                "the account's cache belongs to another backend: its cursor is {}",
                crate::model::id::quoted(&cursor)
            ))),
            _ => Ok(()),
        }
    }

    /// Since when the account has been in use, as its first device has noted.
    pub(super) async fn in_use_since(&self) -> Result<Micros> {
        let noted = self.items(None, ACCOUNT).await?.into_iter().find_map(|item| {
            let account = item.payload.filter(|payload| payload.is("account", ACCOUNT))?;
            parse_stamp(account.attr("since")?)
        });
        if let Some(noted) = noted {
            return Ok(noted);
        }
        // Some archives know whole seconds only: what was sent in this one is after it.
        let now = super::session::now();
        let since = Micros(now.0 - now.0.rem_euclid(1_000_000) - 1);
        let account = element("account", ACCOUNT, &[("since", &stamp(since))], Vec::new());
        match self.publish(ACCOUNT, "current", account, Access::Private).await {
            Err(error) if matches!(error.status, Status::Disconnected | Status::Timeout) => Err(error),
            // A server that cannot keep it has every device count for itself.
            _ => Ok(since),
        }
    }

    pub(super) fn bind(&self, since: Micros) -> Result<()> {
        let batch = Inbound {
            cursor: Some(CURSOR.to_owned()),
            in_use_since: Some(since),
            ..Inbound::default()
        };
        self.sink.apply(batch).inspect_err(|error| self.fail(error))
    }

    /// What the server can do.
    pub(super) async fn discover(&self) -> Result<()> {
        let query = || DiscoInfoQuery { node: None };
        let info = self.iq_get(Some(Jid::from(self.me.clone())), query()).await;
        let features = match info {
            Ok(info) => info.and_then(|info| DiscoInfoResult::try_from(info).ok()),
            Err(error) if error.status == Status::Disconnected => return Err(error),
            Err(_) => None,
        };
        let mut abilities = Abilities {
            has_archive: features.is_some_and(|info| info.features.contains(ns::MAM)),
            room_service: None,
        };
        let items = DiscoItemsQuery { node: None, rsm: None };
        let items = self.iq_get(Some(Jid::from(self.domain())), items).await;
        let items = items
            .ok()
            .flatten()
            .and_then(|items| DiscoItemsResult::try_from(items).ok());
        for item in items.into_iter().flat_map(|items| items.items) {
            let Ok(Some(info)) = self.iq_get(Some(item.jid.clone()), query()).await else {
                continue;
            };
            if DiscoInfoResult::try_from(info).is_ok_and(|info| is_room_service(&info)) {
                abilities.room_service = Some(item.jid.to_bare());
                break;
            }
        }
        *self.abilities.borrow_mut() = abilities;
        Ok(())
    }

    /// From here on messages are sent to this device.
    pub(super) fn announce(&self) {
        let mut presence = Presence::available();
        presence.payloads.extend(super::caps::caps());
        self.send(presence);
    }
}

fn is_room_service(info: &DiscoInfoResult) -> bool {
    let is_conference = info
        .identities
        .iter()
        .any(|identity| identity.category == "conference" && identity.type_ == "text");
    is_conference && info.features.contains(ns::MUC)
}
