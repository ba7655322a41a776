//! Whether the account's cache belongs to this kind of server, and since when the account has been in use.

use super::pep::Pep;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::ns::ACCOUNT;
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::pubsub::Access;
use crate::backend::xmpp::stanza::xml::element;
use crate::backend::xmpp::time::{parse_stamp, stamp, whole_second};
use crate::model::id::quoted;
use crate::model::{Inbound, Micros, Status};

/// The cursor that binds an account's cache to this kind of server.
const CURSOR: &str = "xmpp:1";

/// An account's cache that belongs to another kind of server is not touched.
pub(crate) fn check_owner(session: &Session) -> XmppResult<()> {
    match session.sink.cursor()? {
        Some(cursor) if cursor != CURSOR => {
            let cursor = quoted(&cursor);
            let text = format!("the account's cache belongs to another backend: its cursor is {cursor}");
            Err(XmppError::account(Status::InvalidParameters, text))
        }
        _ => Ok(()),
    }
}

/// Since when the account has been in use, as its first device has noted.
pub(crate) async fn in_use_since(session: &Session, pep: &Pep) -> XmppResult<Micros> {
    let noted = pep.items(None, ACCOUNT).await?.into_iter().find_map(|item| {
        let account = item.payload.filter(|payload| payload.is("account", ACCOUNT))?;
        parse_stamp(account.attr("since")?)
    });
    // Noted once for all devices: a later one must not count what was said before it existed as unread.
    if let Some(noted) = noted {
        return Ok(noted);
    }
    let since = match session.sink.in_use_since()? {
        // The server has lost it.
        Some(known) => known,
        // Some archives know whole seconds only: what was sent in this one is after it.
        None => Micros(whole_second(pep.now()).0 - 1),
    };
    let account = element("account", ACCOUNT, &[("since", &stamp(since))], Vec::new());
    match pep.publish(ACCOUNT, "current", account, Access::Private).await {
        Err(error) if error.is_transient() => Err(error),
        // On a server that cannot keep it every device counts for itself.
        _ => Ok(since),
    }
}

/// Notes in the cache to whom it belongs, and since when the account has been in use.
pub(crate) fn bind(session: &Session, since: Micros) -> XmppResult<()> {
    session.apply_batch(Inbound {
        cursor: Some(CURSOR.to_owned()),
        in_use_since: Some(since),
        ..Inbound::default()
    })
}
