//! The presences, lists and commands of a room (XEP-0045).
//!
//! These elements are read by hand, not with the types of xmpp-parsers: those refuse an element that has a child they do not
//! know, and rooms add such children (and attributes) freely. A presence that cannot be read would be an occupant that is
//! not there, or a removal that goes unnoticed.

use super::ids::payload;
use super::xml::{self, element};
use crate::backend::xmpp::address;
use crate::backend::xmpp::ns::{DEFAULT_NS, MUC, MUC_ADMIN, MUC_OWNER, MUC_USER, OCCUPANT_ID, status};
use crate::model::GroupRole;
use xmpp_parsers::jid::{BareJid, FullJid, Jid};
use xmpp_parsers::message::{Id, Lang, Message};
use xmpp_parsers::minidom::Element;
use xmpp_parsers::presence::{Presence, Type};
use xmpp_parsers::stanza_error::StanzaError;

/// An occupant of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Occupant {
    /// The occupant's own address, where the room tells it.
    pub(crate) jid: Option<BareJid>,
    pub(crate) role: GroupRole,
    /// Whether the room has the occupant on one of its lists.
    pub(crate) is_affiliated: bool,
    /// Whether the occupant has no voice: what they say is refused.
    pub(crate) is_muted: bool,
    /// The room's own id of the occupant (XEP-0421), the same under every name.
    pub(crate) id: Option<String>,
}

/// A presence in a room.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RoomPresence {
    /// The room does not let us in.
    Refused(Option<Box<StanzaError>>),
    /// Somebody is there.
    Present {
        nick: String,
        occupant: Occupant,
        /// The room says that it is us.
        is_self: bool,
        /// The room was made by our entering it.
        is_created: bool,
        /// What it says of its privacy, to us.
        privacy: Vec<(Privacy, bool)>,
    },
    /// Somebody is there no more.
    Gone {
        nick: String,
        is_self: bool,
        /// Only the name changed; the occupant comes back under another.
        is_renamed: bool,
        end: End,
    },
    /// About nobody.
    Nothing,
}

/// The effect of the end of a presence on the membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Nothing: the service shuts down, or a connection broke.
    OfPresence,
    /// It is over: kicked, banned, off the list, or the room is destroyed.
    OfMembership,
    /// The room does not say; not even that it is a room's presence.
    Unknown,
}

/// The role that an affiliation gives to somebody who is in the room.
pub(crate) fn role_of(affiliation: Option<&str>) -> GroupRole {
    match affiliation {
        Some("owner") => GroupRole::Owner,
        Some("admin") => GroupRole::Admin,
        _ => GroupRole::Member,
    }
}

/// Reads a presence that a room sends.
pub(crate) fn presence(presence: &Presence) -> RoomPresence {
    let find = |name, namespace| presence.payloads.iter().find(|payload| payload.is(name, namespace));
    if presence.type_ == Type::Error {
        let error = find("error", DEFAULT_NS).and_then(|error| StanzaError::try_from(error.clone()).ok());
        return RoomPresence::Refused(error.map(Box::new));
    }
    // From the room's own address it is about no occupant.
    let Some(nick) = presence.from.as_ref().and_then(Jid::resource) else {
        return RoomPresence::Nothing;
    };
    let nick = nick.as_str().to_owned();
    let user = find("x", MUC_USER);
    let has = |code: &str| user.is_some_and(|user| has_status(user, code));
    let is_self = has(status::SELF);
    if presence.type_ == Type::Unavailable {
        return RoomPresence::Gone {
            nick,
            is_self,
            is_renamed: has(status::NICK_CHANGED),
            end: user.map_or(End::Unknown, end),
        };
    }
    let item = user.and_then(|user| user.get_child("item", MUC_USER));
    let affiliation = item.and_then(|item| item.attr("affiliation"));
    RoomPresence::Present {
        nick,
        occupant: Occupant {
            jid: item.and_then(|item| address::attr(item, "jid")),
            role: role_of(affiliation),
            is_affiliated: matches!(affiliation, Some("owner" | "admin" | "member")),
            is_muted: item.and_then(|item| item.attr("role")) == Some("visitor"),
            id: occupant_id(&presence.payloads),
        },
        is_self,
        is_created: has(status::CREATED),
        privacy: entered_privacy(has),
    }
}

/// What a room says of its privacy to somebody who enters.
fn entered_privacy(has: impl Fn(&str) -> bool) -> Vec<(Privacy, bool)> {
    let mut privacy = vec![(Privacy::Addresses, has(status::ADDRESSES_SHOWN))];
    if has(status::LOGGED) {
        privacy.push((Privacy::Logging, true));
    }
    privacy
}

fn end(user: &Element) -> End {
    let is_put_out = [
        status::BANNED,
        status::KICKED,
        status::NO_LONGER_AFFILIATED,
        status::MEMBERS_ONLY_NOW,
    ]
    .iter()
    .any(|code| has_status(user, code));
    // A service that shuts down and a broken connection are told as kicks too, and end no membership.
    let is_technical = has_status(user, status::TECHNICAL) || has_status(user, status::SERVICE_SHUTS_DOWN);
    if (is_put_out && !is_technical) || user.has_child("destroy", MUC_USER) {
        End::OfMembership
    } else {
        End::OfPresence
    }
}

fn has_status(user: &Element, code: &str) -> bool {
    user.children()
        .any(|child| child.is("status", MUC_USER) && child.attr("code") == Some(code))
}

/// Whether a message of a room says that the room itself has changed.
pub(crate) fn is_room_change(message: &Message) -> bool {
    // An occupant could write the same status codes; only the room's own messages count.
    let from_room = message.from.as_ref().is_some_and(|from| from.resource().is_none());
    from_room && payload(message, "x", MUC_USER).is_some_and(|x| x.children().any(|child| child.is("status", MUC_USER)))
}

/// What a room says of its privacy, by the status codes of XEP-0045 that clients have to show.
pub(crate) fn privacy(message: &Message) -> Vec<(Privacy, bool)> {
    let Some(x) = payload(message, "x", MUC_USER).filter(|_| is_room_change(message)) else {
        return Vec::new();
    };
    let codes = [
        (status::LOGGED, (Privacy::Logging, true)),
        (status::NOT_LOGGED, (Privacy::Logging, false)),
        (status::ADDRESSES_SHOWN_NOW, (Privacy::Addresses, true)),
        (status::ADDRESSES_HIDDEN_NOW, (Privacy::Addresses, false)),
    ];
    let told = codes.into_iter().filter(|(code, _)| has_status(x, code));
    told.map(|(_, change)| change).collect()
}

/// What concerns the privacy of those in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Privacy {
    /// Whether the room's conversations are logged for the public.
    Logging,
    /// Whether everybody sees the addresses of all.
    Addresses,
}

/// The subject that a message sets. One with a text or a thread is no more than a message with a title (XEP-0045, 8.1).
pub(crate) fn subject(message: &Message) -> Option<String> {
    let is_alone = message.bodies.is_empty() && message.thread.is_none();
    let mut subjects = message.subjects.values().filter(|_| is_alone);
    subjects.next().cloned()
}

/// Sets the subject of a room.
pub(crate) fn set_subject(room: &BareJid, id: &str, subject: &str) -> Message {
    let mut message = Message::groupchat(Jid::from(room.clone()));
    message.id = Some(Id(id.to_owned()));
    message.subjects.insert(Lang::default(), subject.to_owned());
    message
}

/// The sender of a message in a room's archive: the room adds an item with the address. Only a single item counts, because
/// a sender could have written one too.
pub(crate) fn archived_sender(message: &Message) -> Option<BareJid> {
    let mut words = message
        .payloads
        .iter()
        .filter(|payload| payload.is("x", MUC_USER))
        .filter_map(|x| x.get_child("item", MUC_USER));
    let item = words.next()?;
    if words.next().is_some() {
        return None;
    }
    address::attr(item, "jid")
}

/// The room's id of an occupant. Only a room that gives them keeps others from writing them.
pub(crate) fn occupant_id<'a>(payloads: impl IntoIterator<Item = &'a Element>) -> Option<String> {
    let mut ids = payloads
        .into_iter()
        .filter(|payload| payload.is("occupant-id", OCCUPANT_ID));
    let id = ids.next()?.attr("id")?;
    (ids.next().is_none() && !id.is_empty()).then(|| id.to_owned())
}

/// Enters a room, without history: the archive has it, and in a form that can be told apart from news.
pub(crate) fn enter(address: FullJid, password: Option<&str>) -> Presence {
    let mut children = vec![element("history", MUC, &[("maxstanzas", "0")], Vec::new())];
    children.extend(password.map(|password| xml::text("password", MUC, password)));
    let mut presence = Presence::available().with_to(Jid::from(address));
    presence.payloads = vec![element("x", MUC, &[], children)];
    presence
}

/// Takes another name in a room.
pub(crate) fn rename(address: FullJid) -> Presence {
    Presence::available().with_to(Jid::from(address))
}

/// Leaves a room.
pub(crate) fn leave(address: FullJid) -> Presence {
    Presence::unavailable().with_to(Jid::from(address))
}

fn admin(attrs: &[(&str, &str)]) -> Element {
    let item = element("item", MUC_ADMIN, attrs, Vec::new());
    element("query", MUC_ADMIN, &[], vec![item])
}

/// Puts a user on a list of the room, or off all of them (`none`).
pub(crate) fn set_affiliation(jid: &BareJid, affiliation: &str) -> Element {
    admin(&[("jid", jid.as_str()), ("affiliation", affiliation)])
}

/// Asks who is on a list.
pub(crate) fn affiliated(affiliation: &str) -> Element {
    admin(&[("affiliation", affiliation)])
}

/// Gives an occupant voice, or takes it.
pub(crate) fn set_voice(nick: &str, has_voice: bool) -> Element {
    let role = if has_voice { "participant" } else { "visitor" };
    admin(&[("nick", nick), ("role", role)])
}

/// Puts an occupant out.
pub(crate) fn kick(nick: &str) -> Element {
    admin(&[("nick", nick), ("role", "none")])
}

/// The users on a list, with their affiliations.
pub(crate) fn affiliations(answer: &Element) -> Vec<(BareJid, String)> {
    let item = |item: &Element| Some((address::attr(item, "jid")?, item.attr("affiliation")?.to_owned()));
    answer.children().filter_map(item).collect()
}

/// Asks for the configuration of a room, or sets it.
pub(crate) fn owner(children: Vec<Element>) -> Element {
    element("query", MUC_OWNER, &[], children)
}

/// Destroys a room.
pub(crate) fn destroy() -> Element {
    owner(vec![element("destroy", MUC_OWNER, &[], Vec::new())])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(attrs: &str, children: &str) -> RoomPresence {
        let xml = format!("<presence xmlns='jabber:client' {attrs}>{children}</presence>");
        presence(&Presence::try_from(xml.parse::<Element>().unwrap()).unwrap())
    }

    fn user(children: &str) -> String {
        format!("<x xmlns='http://jabber.org/protocol/muc#user'>{children}</x>")
    }

    const BOB: &str = "from='team@rooms.example/bob'";

    #[test]
    fn an_occupant_is_read_with_children_that_no_standard_knows() {
        let item = "<item jid='Bob@example.org/phone' affiliation='admin' role='moderator' colour='red'><new/></item>";
        let id = "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='o1'/>";
        let extra = "<mood xmlns='urn:x'/><status code='110'/><status code='201'/><status code='170'/>";
        let expected = RoomPresence::Present {
            nick: "bob".into(),
            occupant: Occupant {
                jid: address::parse("bob@example.org"),
                role: GroupRole::Admin,
                is_affiliated: true,
                is_muted: false,
                id: Some("o1".into()),
            },
            is_self: true,
            is_created: true,
            privacy: vec![(Privacy::Addresses, false), (Privacy::Logging, true)],
        };
        let presence = user(&format!("{item}{extra}")) + id;
        assert_eq!(read(BOB, &presence), expected);
    }

    #[test]
    fn a_room_that_hides_who_is_who_has_occupants_without_addresses() {
        let RoomPresence::Present { occupant, is_self, .. } = read(BOB, &user("<item affiliation='none'/>")) else {
            panic!("nobody is there");
        };
        assert_eq!((occupant.jid, occupant.role), (None, GroupRole::Member));
        assert!(!occupant.is_affiliated && !is_self);
        assert_eq!(read("from='team@rooms.example'", &user("")), RoomPresence::Nothing);
    }

    #[test]
    fn only_a_removal_ends_a_membership() {
        let end_of = |children: &str| match read(&format!("{BOB} type='unavailable'"), children) {
            RoomPresence::Gone { end, .. } => end,
            other => panic!("{other:?}"),
        };
        for code in ["301", "307", "321", "322"] {
            assert_eq!(
                end_of(&user(&format!("<status code='{code}'/>"))),
                End::OfMembership,
                "{code}"
            );
        }
        assert_eq!(end_of(&user("<destroy/>")), End::OfMembership);
        assert_eq!(end_of(&user("<status code='332'/>")), End::OfPresence);
        assert_eq!(
            end_of(&user("<status code='307'/><status code='333'/>")),
            End::OfPresence
        );
        assert_eq!(end_of(&user("")), End::OfPresence);
        assert_eq!(end_of(""), End::Unknown);
    }

    #[test]
    fn a_refusal_keeps_its_condition() {
        let error = "<error type='auth'><registration-required xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
        let RoomPresence::Refused(Some(error)) = read("from='team@rooms.example' type='error'", error) else {
            panic!("no refusal");
        };
        let condition = xmpp_parsers::stanza_error::DefinedCondition::RegistrationRequired;
        assert_eq!(error.defined_condition, condition);
    }

    #[test]
    fn a_sender_in_an_archive_is_believed_when_only_one_is_named() {
        let message = |xs: &str| {
            let xml = format!("<message xmlns='jabber:client' type='groupchat'>{xs}</message>");
            archived_sender(&Message::try_from(xml.parse::<Element>().unwrap()).unwrap())
        };
        let x = user("<item jid='bob@example.org/x'/>");
        assert_eq!(message(&x), address::parse("bob@example.org"));
        assert_eq!(message(&format!("{x}{x}")), None);
        assert_eq!(message(""), None);
    }

    #[test]
    fn a_list_is_read_back() {
        let answer = set_affiliation(&BareJid::new("bob@example.org").unwrap(), "member");
        let listed = affiliations(&answer);
        assert_eq!(
            (listed[0].0.as_str(), listed[0].1.as_str()),
            ("bob@example.org", "member")
        );
        assert!(affiliations(&kick("bob")).is_empty());
    }
}
