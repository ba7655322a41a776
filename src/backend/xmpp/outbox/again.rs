//! What comes back from a user although the server had taken it goes out once more.
//!
//! A session of the peer's that ends returns what it has not acknowledged (Prosody, ejabberd), although the peer's archive and
//! other devices have it, and the account's own other devices show it as sent. Who has it knows it by its id when it comes twice.
//! What nobody can get comes back twice.

use super::state::Outbox;
use crate::backend::xmpp::error::XmppError;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::Message;
use xmpp_parsers::stanza_error::DefinedCondition;

/// How many of those that were sent last are remembered.
const REMEMBERED: usize = 64;

impl Outbox {
    /// The server has taken a stanza to a user.
    pub(super) fn note_taken(&self, stanza: Message) {
        let mut taken = self.taken.borrow_mut();
        taken.push_back(stanza);
        if taken.len() > REMEMBERED {
            taken.pop_front();
        }
    }

    /// Something came back from somebody. True when it goes out once more.
    pub(crate) fn send_again(&self, from: &BareJid, id: &str, reason: &XmppError) -> bool {
        let is_perhaps_there =
            reason.is(&DefinedCondition::RecipientUnavailable) || reason.is(&DefinedCondition::ServiceUnavailable);
        if !is_perhaps_there {
            return false;
        }
        let mut taken = self.taken.borrow_mut();
        let place = taken.iter().position(|stanza| {
            let is_it = stanza.id.as_ref().is_some_and(|taken| taken.0 == id);
            is_it && stanza.to.as_ref().map(Jid::to_bare).as_ref() == Some(from)
        });
        let stanza = place.and_then(|place| taken.remove(place));
        let is_known = stanza.is_some();
        stanza.into_iter().for_each(|stanza| self.features.session.send(stanza));
        is_known
    }
}
