//! Ids and addresses: a userID is a bare JID, a groupID the JID of a room. All conversion between the two is here, so that
//! whatever names a person or a room is prepared (case, width, normal form) before it is compared.
//! The jid crate does that by RFC 6122, as servers do; by RFC 7622 some addresses would be others than the server's.

use super::error::{XmppError, XmppResult};
use crate::model::id::quoted;
use crate::model::{ConversationId, GroupId, Status, UserId};
use std::str::FromStr;
use xmpp_parsers::jid::{BareJid, FullJid, Jid, ResourcePart, ResourceRef};
use xmpp_parsers::minidom::Element;

/// The user with an address.
pub(crate) fn user_id(jid: &BareJid) -> UserId {
    UserId::trusted(jid.as_str())
}

/// The group of a room.
pub(crate) fn group_id(room: &BareJid) -> GroupId {
    GroupId::trusted(room.as_str())
}

/// The conversation with a user.
pub(crate) fn c2c(jid: &BareJid) -> ConversationId {
    ConversationId::c2c(&user_id(jid))
}

/// The conversation of a room.
pub(crate) fn group(room: &BareJid) -> ConversationId {
    ConversationId::group(&group_id(room))
}

/// The address of a user; 7003 when the id is none.
pub(crate) fn jid_of(user: &UserId) -> XmppResult<BareJid> {
    parse(user.as_str()).ok_or_else(|| {
        let text = format!("userID {} is not a bare JID", quoted(user.as_str()));
        XmppError::account(Status::InvalidUserId, text)
    })
}

/// Somebody who is known by the name in a room only, as a user: by that address.
pub(crate) fn occupant_id(occupant: &FullJid) -> UserId {
    UserId::trusted(occupant.as_str())
}

/// The address of somebody in a room.
pub(crate) fn occupant_of(id: &str) -> Option<FullJid> {
    let occupant = FullJid::from_str(id).ok()?;
    occupant.node().is_some().then_some(occupant)
}

/// Where messages to a user go, or to somebody in a room; 7003 when the id is no address.
pub(crate) fn peer_of(user: &UserId) -> XmppResult<Jid> {
    match occupant_of(user.as_str()) {
        Some(occupant) => Ok(Jid::from(occupant)),
        None => jid_of(user).map(Jid::from),
    }
}

/// The conversation of messages from an address: in a room everybody has one.
pub(crate) fn c2c_with(from: &Jid, is_in_room: bool) -> ConversationId {
    match from.clone().try_into_full() {
        Ok(occupant) if is_in_room => ConversationId::c2c(&occupant_id(&occupant)),
        _ => c2c(&from.to_bare()),
    }
}

/// The address of the user or room that a conversation is with, if its id is one.
pub(crate) fn jid_of_conversation(conversation: &ConversationId) -> Option<BareJid> {
    parse(conversation.target())
}

/// The room of a group. An id without an @ is a name on the account's own service; `service` says which that is.
pub(crate) fn room_of(group: &GroupId, service: Option<&BareJid>) -> XmppResult<BareJid> {
    let id = group.as_str();
    let fault = |text: &str| XmppError::account(Status::InvalidGroupId, format!("groupID {} {text}", quoted(id)));
    if has_service(group) {
        let room = parse(id).ok_or_else(|| fault("is not the address of a room"))?;
        return match room.node() {
            Some(_) => Ok(room),
            None => Err(fault("has nothing before the @")),
        };
    }
    let service = service.ok_or_else(|| XmppError::account(Status::NotSupported, "the server has no rooms"))?;
    parse(&format!("{id}@{}", service.domain())).ok_or_else(|| fault("cannot be the name of a room"))
}

/// Whether a groupID is a whole address.
pub(crate) fn has_service(group: &GroupId) -> bool {
    group.as_str().contains('@')
}

/// A bare address that somebody wrote.
pub(crate) fn parse(text: &str) -> Option<BareJid> {
    BareJid::from_str(without_dot(text)).ok()
}

/// RFC 7622, 3.2: a dot at the end of the domain is no part of the address.
fn without_dot(bare: &str) -> &str {
    bare.strip_suffix('.').unwrap_or(bare)
}

/// The bare form of an address that somebody wrote, with or without a resource.
pub(crate) fn parse_bare(text: &str) -> Option<BareJid> {
    let (bare, resource) = text
        .split_once('/')
        .map_or((text, None), |(bare, resource)| (bare, Some(resource)));
    // An empty resource is none, and makes the text no address.
    if resource.is_some_and(|resource| ResourcePart::new(resource).is_err()) {
        return None;
    }
    parse(bare)
}

/// The bare address in an attribute of an element.
pub(crate) fn attr(element: &Element, name: &str) -> Option<BareJid> {
    parse_bare(element.attr(name)?)
}

/// The id of a mentioned user: the prepared address, or the text unchanged when it is no address.
pub(crate) fn prepared(text: &str) -> String {
    parse(text).map_or_else(|| text.to_owned(), |jid| jid.as_str().to_owned())
}

/// An address whose resource is written so that it can be parsed. The names of rooms' occupants are resources, and have
/// characters that are newer than the tables by which they are prepared (stringprep knows Unicode 3.2). `None`: nothing
/// but the resource may be at fault.
pub(crate) fn escape(text: &str) -> Option<String> {
    let (bare, resource) = text.split_once('/')?;
    parse(bare)?;
    let escape = |char: char| format!("\\u{{{:x}}}", u32::from(char));
    let is_known = |char: char| ResourcePart::new(char.encode_utf8(&mut [0; 4])).is_ok();
    let escaped = |keep: &dyn Fn(char) -> bool| {
        let part = |char: char| if keep(char) { char.to_string() } else { escape(char) };
        let address = format!("{bare}/{}", resource.chars().map(part).collect::<String>());
        Jid::from_str(&address).is_ok().then_some(address)
    };
    // Characters may be allowed one by one and not together.
    escaped(&is_known).or_else(|| escaped(&|char| char.is_ascii_graphic()))
}

/// The name of an occupant of a room, as it is shown.
pub(crate) fn nick(resource: &ResourceRef) -> String {
    let mut shown = String::new();
    let mut rest = resource.as_str();
    while let Some((before, after)) = rest.split_once("\\u{") {
        let char = after.split_once('}').and_then(|(code, next)| {
            let char = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
            Some((char, next))
        });
        shown.push_str(before);
        match char {
            Some((char, next)) => {
                shown.push(char);
                rest = next;
            }
            None => {
                shown.push_str("\\u{");
                rest = after;
            }
        }
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group_of(id: &str, service: Option<&str>) -> Result<String, Status> {
        let service = service.map(|service| BareJid::new(service).unwrap());
        let room = room_of(&GroupId::trusted(id), service.as_ref());
        room.map(|room| room.to_string())
            .map_err(|error| crate::model::Error::from(error).status)
    }

    #[test]
    fn one_address_has_one_id_however_it_is_written() {
        for text in [
            "alice@example.org",
            "Alice@Example.ORG",
            "ALICE@example.org",
            "alice@example.org.",
        ] {
            let jid = jid_of(&UserId::trusted(text)).unwrap();
            assert_eq!(user_id(&jid).as_str(), "alice@example.org");
            assert_eq!(prepared(text), "alice@example.org");
        }
        for text in ["Alice@example.org/Phone", "alice@example.org./Phone"] {
            assert_eq!(parse_bare(text), parse("alice@example.org"));
        }
        for text in [
            "alice@example.org/",
            "al ice@example.org",
            "alice@",
            "@example.org",
            "a@b@c",
            ".",
            "",
        ] {
            assert_eq!(parse_bare(text), None, "{text}");
        }
        assert_eq!(prepared("not an address"), "not an address");
    }

    #[test]
    fn a_resource_that_cannot_be_parsed_is_escaped_and_shown_as_it_was() {
        for name in [
            "\u{1f98a}",
            "a \u{1f9d1}\u{200d}\u{1f680} b",
            "שלום a\u{1fae0}",
            "\\u{zz} \u{1f98a}",
        ] {
            let address = escape(&format!("Team@rooms.example/{name}")).unwrap();
            let jid = Jid::from_str(&address).unwrap();
            assert_eq!(jid.to_bare().as_str(), "team@rooms.example");
            assert_eq!(nick(jid.resource().unwrap()), name, "{address}");
        }
        assert_eq!(escape("a b@example.org/x"), None);
        assert_eq!(escape("a b@example.org"), None);
    }

    #[test]
    fn ids_and_addresses_are_turned_into_each_other() {
        let jid = parse("team@rooms.example").unwrap();
        assert_eq!(c2c(&jid).as_str(), "c2c_team@rooms.example");
        assert_eq!(group(&jid).as_str(), "group_team@rooms.example");
        assert_eq!(jid_of_conversation(&group(&jid)), Some(jid.clone()));
        assert_eq!(jid_of_conversation(&c2c(&jid)), Some(jid));
        let error = crate::model::Error::from(jid_of(&UserId::trusted("a b")).unwrap_err());
        assert_eq!(error.status, Status::InvalidUserId);
        assert!(error.desc.contains("userID \"a b\""), "{}", error.desc);
    }

    #[test]
    fn whoever_is_in_a_room_has_the_address_there_for_an_id() {
        let bobby = occupant_of("Team@rooms.example/Bobby").unwrap();
        assert_eq!(occupant_id(&bobby).as_str(), "team@rooms.example/Bobby");
        let to = peer_of(&occupant_id(&bobby)).unwrap();
        assert_eq!(to, Jid::from(bobby));
        assert_eq!(c2c_with(&to, true).as_str(), "c2c_team@rooms.example/Bobby");
        assert_eq!(c2c_with(&to, false).as_str(), "c2c_team@rooms.example");
        for text in ["bob@example.org", "example.org/x", "bob@example.org/"] {
            assert_eq!(occupant_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_name_is_a_room_on_the_own_service() {
        let service = Some("rooms.example");
        assert_eq!(group_of("Team", service), Ok("team@rooms.example".into()));
        assert_eq!(group_of("team@other.example", service), Ok("team@other.example".into()));
        assert_eq!(group_of("team@other.example", None), Ok("team@other.example".into()));
        assert_eq!(group_of("team", None), Err(Status::NotSupported));
        assert_eq!(group_of("@other.example", service), Err(Status::InvalidGroupId));
        assert_eq!(group_of("a b@other.example", service), Err(Status::InvalidGroupId));
        assert_eq!(group_of("a b", service), Err(Status::InvalidGroupId));
    }
}
