//! The features of this client, which others may ask for (XEP-0030), and the nodes of which it wants news (XEP-0115, XEP-0163).

use super::xml::element;
use crate::backend::xmpp::ns::{self, DIRECT_INVITE, MARKERS, RETRACT, SETTINGS, VCARD4_NODE};
use xmpp_parsers::caps::{compute_disco, hash_caps};
use xmpp_parsers::disco::{DiscoInfoResult, Identity};
use xmpp_parsers::hashes::Algo;
use xmpp_parsers::minidom::Element;

/// Where one learns of this client.
const NODE: &str = "https://libim.org";

fn info() -> DiscoInfoResult {
    let features = [
        ns::DISCO_INFO.to_owned(),
        ns::CAPS.to_owned(),
        ns::CARBONS.to_owned(),
        ns::MUC.to_owned(),
        ns::PING.to_owned(),
        ns::SID.to_owned(),
        MARKERS.to_owned(),
        RETRACT.to_owned(),
        DIRECT_INVITE.to_owned(),
        // Some clients do these only with those who tell that they understand them.
        ns::CHAT_STATES.to_owned(),
        ns::RECEIPTS.to_owned(),
        ns::REPLACE.to_owned(),
        ns::REACTIONS.to_owned(),
        ns::REPLY.to_owned(),
        ns::FALLBACK.to_owned(),
        ns::SFS.to_owned(),
        ns::OOB.to_owned(),
        format!("{}+notify", ns::NICK),
        format!("{VCARD4_NODE}+notify"),
        format!("{}+notify", ns::BOOKMARKS2),
        format!("{}+notify", ns::MDS),
        format!("{SETTINGS}+notify"),
    ];
    DiscoInfoResult {
        node: None,
        identities: vec![Identity {
            category: "client".to_owned(),
            type_: "phone".to_owned(),
            lang: None,
            name: Some("libim".to_owned()),
        }],
        features: features.into_iter().collect(),
        extensions: Vec::new(),
    }
}

/// The answer to somebody who asks.
pub(crate) fn disco_info(node: Option<&str>) -> Element {
    DiscoInfoResult {
        node: node.map(str::to_owned),
        ..info()
    }
    .into()
}

/// The hash of the features, for a presence.
pub(crate) fn caps() -> Option<Element> {
    // SHA-1 is the one hash that every server has to know (XEP-0115).
    let hash = hash_caps(&compute_disco(&info()), Algo::Sha_1).ok()?;
    let attrs = [("hash", "sha-1"), ("node", NODE), ("ver", &hash.to_base64())];
    Some(element("c", ns::CAPS, &attrs, Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_features_that_are_told() {
        let told = DiscoInfoResult::try_from(disco_info(Some("node#hash"))).unwrap();
        assert_eq!(told.node.as_deref(), Some("node#hash"));
        let expected = [
            "urn:xmpp:bookmarks:1+notify",
            "http://jabber.org/protocol/chatstates",
            "urn:xmpp:receipts",
            "urn:xmpp:message-correct:0",
            "urn:xmpp:reactions:0",
            "urn:xmpp:reply:0",
            "urn:xmpp:sfs:0",
            "jabber:x:oob",
        ];
        for feature in expected {
            assert!(told.features.contains(feature), "{feature}");
        }
        let hash = hash_caps(&compute_disco(&DiscoInfoResult { node: None, ..told }), Algo::Sha_1).unwrap();
        assert_eq!(caps().unwrap().attr("ver"), Some(hash.to_base64().as_str()));
    }
}
