//! What an entity says of itself (XEP-0030), without what is odd in it: one part that cannot be read must not hide an archive
//! or a room.

use crate::backend::xmpp::ns::{DATA_FORMS, DISCO_INFO, DISCO_ITEMS};
use xmpp_parsers::data_forms::DataForm;
use xmpp_parsers::disco::{DiscoInfoResult, Identity, Item};
use xmpp_parsers::minidom::Element;

/// The identities, features and forms in an answer.
pub(crate) fn info(answer: &Element) -> DiscoInfoResult {
    let mut info = DiscoInfoResult {
        node: answer.attr("node").map(str::to_owned),
        identities: Vec::new(),
        features: Default::default(),
        extensions: Vec::new(),
    };
    for child in answer.children() {
        if child.is("identity", DISCO_INFO) {
            info.identities.extend(Identity::try_from(child.clone()));
        } else if child.is("feature", DISCO_INFO) {
            info.features.extend(child.attr("var").map(str::to_owned));
        } else if child.is("x", DATA_FORMS) {
            info.extensions.extend(DataForm::try_from(child.clone()));
        }
    }
    info
}

/// The items in an answer.
pub(crate) fn items(answer: &Element) -> Vec<Item> {
    let items = answer.children().filter(|child| child.is("item", DISCO_ITEMS));
    items.filter_map(|item| Item::try_from(item.clone()).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_read_is_read() {
        let answer: Element = "<query xmlns='http://jabber.org/protocol/disco#info'>text<odd xmlns='urn:odd'/><identity/>\
            <identity category='account' type='registered' odd='1'/><feature/><feature var='urn:xmpp:mam:2'><odd/></feature>\
            <x xmlns='jabber:x:data' type='odd'/><x xmlns='jabber:x:data' type='result'/></query>"
            .parse()
            .unwrap();
        let info = info(&answer);
        assert_eq!(info.features.iter().collect::<Vec<_>>(), ["urn:xmpp:mam:2"]);
        assert_eq!((info.identities.len(), info.extensions.len()), (1, 1));
        let answer: Element = "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='@'/><item/>\
            <item jid='rooms.example'/><set xmlns='http://jabber.org/protocol/rsm'/></query>"
            .parse()
            .unwrap();
        assert_eq!(
            items(&answer).iter().map(|item| item.jid.as_str()).collect::<Vec<_>>(),
            ["rooms.example"]
        );
    }
}
