//! A bookmark of a room (XEP-0402).

use super::pubsub::Item;
use super::xml::{attribute, element, text};
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
    /// The name that the account's owner gave it, or a client.
    pub(crate) name: String,
    /// When the account became a member, if that is known: what was said before is not for it.
    pub(crate) joined: Option<Micros>,
    /// The archive's id of the last message before that, if that is known too.
    pub(crate) after: Option<String>,
    /// The name to have in the room, and the password to enter it, where another client has noted them.
    pub(crate) nick: Option<String>,
    pub(crate) password: Option<String>,
}

/// Whether an item's content is a bookmark, of a room that is to be entered or not.
pub(crate) fn is_bookmark(payload: &Element) -> bool {
    payload.is("conference", BOOKMARKS2)
}

/// Reads an item; `None` when the room is not to be entered.
pub(crate) fn decode(item: &Item) -> Option<Bookmark> {
    let conference = item.payload.as_ref().filter(|payload| is_bookmark(payload))?;
    if !matches!(conference.attr("autojoin"), Some("true" | "1")) {
        return None;
    }
    let joined = conference
        .get_child("extensions", BOOKMARKS2)
        .and_then(|extensions| extensions.get_child("joined", BOOKMARK));
    let text = |name| {
        let child = conference.get_child(name, BOOKMARKS2);
        child.map(Element::text).filter(|text| !text.is_empty())
    };
    Some(Bookmark {
        room: address::parse(&item.id)?,
        name: conference.attr("name").unwrap_or_default().to_owned(),
        joined: joined.and_then(|joined| parse_stamp(joined.attr("stamp")?)),
        after: joined.and_then(|joined| joined.attr("after").map(str::to_owned)),
        nick: text("nick"),
        password: text("password"),
    })
}

/// The content of an item. What other clients have put into `old` stays: it is theirs.
pub(crate) fn encode(old: Option<&Element>, name: &str, joined: Micros, after: Option<&str>) -> Element {
    let mut conference = match old {
        Some(old) => old.clone(),
        None => element("conference", BOOKMARKS2, &[("name", name)], Vec::new()),
    };
    attribute(&mut conference, "autojoin", "true");
    let id = membership(&conference).map(str::to_owned);
    let mut joined = element("joined", BOOKMARK, &[("stamp", &stamp(joined))], Vec::new());
    for (name, value) in [("after", after), ("id", id.as_deref())] {
        if let Some(value) = value {
            attribute(&mut joined, name, value);
        }
    }
    let mut extensions = conference
        .remove_child("extensions", BOOKMARKS2)
        .unwrap_or_else(|| element("extensions", BOOKMARKS2, &[], Vec::new()));
    extensions.remove_child("joined", BOOKMARK);
    extensions.append_child(joined);
    conference.append_child(extensions);
    conference
}

/// The membership that a bookmark is of, by a name of its own, where a libim has given it one. A bookmark that is written again
/// keeps it, and who joins gives another one.
pub(crate) fn membership(bookmark: &Element) -> Option<&str> {
    let extensions = bookmark.get_child("extensions", BOOKMARKS2)?;
    extensions.get_child("joined", BOOKMARK)?.attr("id")
}

/// The same bookmark, of the membership with this name.
pub(crate) fn of_membership(mut bookmark: Element, id: &str) -> Element {
    let mut extensions = bookmark
        .remove_child("extensions", BOOKMARKS2)
        .unwrap_or_else(|| element("extensions", BOOKMARKS2, &[], Vec::new()));
    let mut joined = extensions
        .remove_child("joined", BOOKMARK)
        .unwrap_or_else(|| element("joined", BOOKMARK, &[], Vec::new()));
    attribute(&mut joined, "id", id);
    extensions.append_child(joined);
    bookmark.append_child(extensions);
    bookmark
}

/// The same bookmark with another name to have in the room.
pub(crate) fn with_nick(mut bookmark: Element, nick: &str) -> Element {
    bookmark.remove_child("nick", BOOKMARKS2);
    bookmark.append_child(text("nick", BOOKMARKS2, nick));
    bookmark
}

/// The same bookmark with a password to enter the room with.
pub(crate) fn with_password(mut bookmark: Element, password: &str) -> Element {
    bookmark.remove_child("password", BOOKMARKS2);
    bookmark.append_child(text("password", BOOKMARKS2, password));
    bookmark
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
        let bookmark = decode(&item(encode(None, "Team & co", Micros(1_500_000), Some("7")))).unwrap();
        assert_eq!(bookmark.room.as_str(), "team@rooms.example");
        assert_eq!(
            (bookmark.name.as_str(), bookmark.joined),
            ("Team & co", Some(Micros(1_500_000)))
        );
        assert_eq!(bookmark.after.as_deref(), Some("7"));
    }

    #[test]
    fn what_other_clients_have_noted_is_read_and_stays() {
        let xml = "<conference xmlns='urn:xmpp:bookmarks:1' autojoin='false' name='Club' colour='red'><nick>Al</nick>\
            <password>sesame</password><extensions><x xmlns='other:app'/><joined xmlns='urn:libim:bookmark:0' stamp='?'/>\
            </extensions><y xmlns='other:app'/></conference>";
        let old: Element = xml.parse().unwrap();
        let new = encode(Some(&old), "Another name", Micros(7_000_000), None);
        let bookmark = decode(&item(new.clone())).unwrap();
        assert_eq!(
            (bookmark.nick.as_deref(), bookmark.password.as_deref()),
            (Some("Al"), Some("sesame"))
        );
        assert_eq!(
            (bookmark.name.as_str(), bookmark.joined),
            ("Club", Some(Micros(7_000_000)))
        );
        let extensions = new.get_child("extensions", BOOKMARKS2).unwrap();
        assert!(extensions.has_child("x", "other:app") && new.has_child("y", "other:app"));
        assert_eq!((extensions.children().count(), new.attr("colour")), (2, Some("red")));
    }

    #[test]
    fn a_membership_keeps_its_name_when_its_bookmark_is_written_again() {
        let foreign: Element = "<conference xmlns='urn:xmpp:bookmarks:1' autojoin='true'/>"
            .parse()
            .unwrap();
        assert_eq!(membership(&foreign), None);
        let named = of_membership(foreign, "m1");
        assert_eq!(membership(&named), Some("m1"));
        assert_eq!(decode(&item(named.clone())).unwrap().joined, None);
        let again = encode(Some(&named), "Team", Micros(1_500_000), Some("7"));
        assert_eq!(membership(&again), Some("m1"));
        assert_eq!(membership(&of_membership(again, "m2")), Some("m2"));
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
            ..item(encode(None, "", Micros(0), None))
        };
        assert_eq!(decode(&retracted), None);
    }
}
