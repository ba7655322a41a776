//! A bookmark of a room (XEP-0402).

use super::pubsub::Item;
use super::xml::element;
use crate::backend::xmpp::address;
use crate::backend::xmpp::ns::{BOOKMARK, BOOKMARKS2};
use crate::backend::xmpp::time::{parse_stamp, stamp};
use crate::model::Micros;
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::minidom::Element;

/// A bookmark of a room that is to be entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bookmark {
    pub(crate) room: BareJid,
    /// When the account became a member, if that is known: what was said before is not for it.
    pub(crate) joined: Option<Micros>,
}

/// Reads an item; `None` when the room is not to be entered.
pub(crate) fn decode(item: &Item) -> Option<Bookmark> {
    let conference = item
        .payload
        .as_ref()
        .filter(|payload| payload.is("conference", BOOKMARKS2))?;
    // To other clients a bookmark without it is a mere address; membership is what all devices enter.
    if !matches!(conference.attr("autojoin"), Some("true" | "1")) {
        return None;
    }
    let joined = conference
        .get_child("extensions", BOOKMARKS2)
        .and_then(|extensions| extensions.get_child("joined", BOOKMARK))
        .and_then(|joined| parse_stamp(joined.attr("stamp")?));
    Some(Bookmark {
        room: address::parse(&item.id)?,
        joined,
    })
}

/// The content of an item.
pub(crate) fn encode(name: &str, joined: Micros) -> Element {
    let joined = element("joined", BOOKMARK, &[("stamp", &stamp(joined))], Vec::new());
    let extensions = element("extensions", BOOKMARKS2, &[], vec![joined]);
    let attrs = [("autojoin", "true"), ("name", name)];
    element("conference", BOOKMARKS2, &attrs, vec![extensions])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(payload: Element) -> Item {
        Item {
            id: "Team@rooms.example".into(),
            payload: Some(payload),
        }
    }

    #[test]
    fn a_bookmark_is_read_as_it_was_written() {
        let bookmark = decode(&item(encode("Team & co", Micros(1_500_000)))).unwrap();
        assert_eq!(bookmark.room.as_str(), "team@rooms.example");
        assert_eq!(bookmark.joined, Some(Micros(1_500_000)));
    }

    #[test]
    fn a_bookmark_of_another_app_may_say_less() {
        let read = |attrs: &str| {
            let xml = format!("<conference xmlns='urn:xmpp:bookmarks:1' {attrs}/>");
            decode(&item(xml.parse().unwrap()))
        };
        assert_eq!(read("autojoin='1'").unwrap().joined, None);
        assert_eq!(read("autojoin='false'"), None);
        assert_eq!(read(""), None);
        let retracted = Item {
            payload: None,
            ..item(encode("", Micros(0)))
        };
        assert_eq!(decode(&retracted), None);
    }
}
