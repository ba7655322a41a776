//! How far a conversation was read, as the account's devices tell each other (XEP-0490).

use super::pubsub::Item;
use super::xml::element;
use crate::backend::xmpp::address;
use crate::backend::xmpp::ns::{MDS, SID};
use std::str::FromStr;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::minidom::Element;

/// A read position: with whom, which is somebody in a room where the address has a resource, and the archive's id of the message read last.
pub(crate) fn decode(item: &Item) -> Option<(Jid, String)> {
    let displayed = item.payload.as_ref().filter(|payload| payload.is("displayed", MDS))?;
    let stanza_id = displayed.get_child("stanza-id", SID)?;
    let jid = match address::parse(&item.id) {
        Some(bare) => Jid::from(bare),
        None => Jid::from_str(&item.id).ok()?,
    };
    Some((jid, stanza_id.attr("id")?.to_owned()))
}

/// The content of an item; `by` is the archive.
pub(crate) fn encode(id: &str, by: &BareJid) -> Element {
    let stanza_id = element("stanza-id", SID, &[("id", id), ("by", by.as_str())], Vec::new());
    element("displayed", MDS, &[], vec![stanza_id])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_position_is_read_as_it_was_written() {
        let bob = BareJid::new("bob@example.org").unwrap();
        let item = |payload| Item {
            id: "Bob@example.org".into(),
            payload,
        };
        assert_eq!(
            decode(&item(Some(encode("a1", &bob)))),
            Some((Jid::from(bob.clone()), "a1".into()))
        );
        assert_eq!(decode(&item(None)), None);
        assert_eq!(decode(&item(Some(element("displayed", MDS, &[], Vec::new())))), None);
    }
}
