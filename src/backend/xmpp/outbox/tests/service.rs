//! A service that runs a room, as the delivery sees it.

use std::collections::VecDeque;
use tokio_xmpp::Stanza;
use xmpp_parsers::iq::Iq;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::presence::Type;

pub(super) const ROOM: &str = "team@rooms.im.test";
pub(super) const ME: &str = "alice@im.test/phone";
const MUC_USER: &str = "http://jabber.org/protocol/muc#user";

/// What one that runs the room has to look at, in its order.
#[derive(Clone)]
pub(super) enum Item {
    Enter,
    /// The session on the server has ended.
    Leave,
    Say(String),
    Ask(Box<Iq>),
    /// Nothing that is for a room.
    Other,
}

impl From<&Stanza> for Item {
    fn from(stanza: &Stanza) -> Self {
        match stanza {
            Stanza::Message(message) => Self::Say(message.id.clone().unwrap().0),
            Stanza::Presence(presence) if presence.type_ == Type::None => Self::Enter,
            Stanza::Presence(_) => Self::Leave,
            Stanza::Iq(iq) if iq.to().is_some_and(|to| to.to_bare().as_str() == ROOM) => {
                Self::Ask(Box::new(iq.clone()))
            }
            Stanza::Iq(_) => Self::Other,
        }
    }
}

/// One that runs the room.
#[derive(Default)]
pub(super) struct Room {
    pub(super) has_us: bool,
    pub(super) queue: VecDeque<Item>,
}

/// A service.
#[derive(Default)]
pub(super) struct Service {
    pub(super) room: Room,
    /// Rooms that went away and have messages left.
    pub(super) dying: Vec<Room>,
    /// On their way to the client.
    pub(super) coming: VecDeque<String>,
    /// What was archived or shown, in that order.
    pub(super) archive: Vec<String>,
    /// What it takes from nobody.
    pub(super) refused: Option<&'static str>,
}

impl Service {
    /// The room looks at what comes next.
    pub(super) fn look(&mut self) {
        match self.room.queue.pop_front() {
            None | Some(Item::Other) => {}
            Some(Item::Enter) => {
                self.room.has_us = true;
                self.coming.push_back(own_presence("", "<status code='110'/>"));
            }
            Some(Item::Leave) => self.room.has_us = false,
            Some(Item::Say(id)) if self.refused == Some(&id) => self.coming.push_back(error(&id, "policy-violation")),
            Some(Item::Say(id)) if self.room.has_us => self.show(&id, true),
            Some(Item::Say(id)) => self.coming.push_back(error(&id, "not-acceptable")),
            Some(Item::Ask(iq)) => self.answer(&iq),
        }
    }

    fn show(&mut self, id: &str, reaches_us: bool) {
        self.archive.push(id.to_owned());
        if reaches_us {
            let place = self.archive.len();
            self.coming.push_back(groupchat(
                id,
                &format!("<stanza-id xmlns='urn:xmpp:sid:0' by='{ROOM}' id='{place}'/>"),
            ));
        }
    }

    fn answer(&mut self, iq: &Iq) {
        let (id, to) = (iq.id(), iq.to().unwrap());
        let result = |payload: &str| {
            format!("<iq xmlns='jabber:client' type='result' id='{id}' from='{to}' to='{ME}'>{payload}</iq>")
        };
        let answer = match iq {
            Iq::Get { payload, .. } if payload.is("ping", "urn:xmpp:ping") && !self.room.has_us => format!(
                "<iq xmlns='jabber:client' type='error' id='{id}' from='{to}' to='{ME}'><error type='cancel'>\
                 <not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
            ),
            Iq::Get { payload, .. } if payload.is("ping", "urn:xmpp:ping") => result(""),
            Iq::Get { .. } => result(
                "<query xmlns='http://jabber.org/protocol/disco#info'>\
                 <identity category='conference' type='text' name='Team'/></query>",
            ),
            Iq::Set { payload, .. } => {
                let fin = self.read_archive(payload);
                result(&fin)
            }
            _ => return,
        };
        self.coming.push_back(answer);
    }

    /// The results of a query, and what ends it. The archive's ids are the places.
    fn read_archive(&mut self, query: &Element) -> String {
        const RSM: &str = "http://jabber.org/protocol/rsm";
        let set = query.get_child("set", RSM).unwrap();
        let text = |name: &str| set.get_child(name, RSM).map(Element::text);
        let max: usize = text("max").unwrap().parse().unwrap();
        let place = |text: String| text.parse().unwrap_or(0_usize);
        let (first, last) = match (text("after"), text("before")) {
            (Some(after), _) => (place(after.clone()), self.archive.len().min(place(after) + max)),
            (None, Some(before)) => {
                let end = if before.is_empty() {
                    self.archive.len()
                } else {
                    place(before) - 1
                };
                (end.saturating_sub(max), end)
            }
            (None, None) => (0, self.archive.len().min(max)),
        };
        for place in first..last {
            let message = groupchat(
                &self.archive[place],
                &format!("<x xmlns='{MUC_USER}'><item affiliation='member' role='participant' jid='{ME}'/></x>"),
            );
            self.coming.push_back(format!(
                "<message xmlns='jabber:client' from='{ROOM}' to='{ME}'><result xmlns='urn:xmpp:mam:2' queryid='{}' id='{}'>\
                 <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>{message}\
                 </forwarded></result></message>",
                query.attr("queryid").unwrap(),
                place + 1
            ));
        }
        let is_whole = text("after").map_or(first == 0, |_| last == self.archive.len());
        let ends = (first < last).then(|| format!("<first index='0'>{}</first><last>{last}</last>", first + 1));
        format!(
            "<fin xmlns='urn:xmpp:mam:2' complete='{is_whole}'><set xmlns='{RSM}'>{}</set></fin>",
            ends.unwrap_or_default()
        )
    }

    /// The node on which the room runs goes away, and another takes its place. What the old one has in its queue it may yet
    /// handle; questions reach the new one.
    pub(super) fn stop_room(&mut self, says_so: bool) {
        let old = std::mem::take(&mut self.room);
        let (said, asked): (VecDeque<_>, VecDeque<_>) =
            old.queue.into_iter().partition(|item| matches!(item, Item::Say(_)));
        self.room.queue = asked;
        if old.has_us {
            self.dying.push(Room {
                has_us: true,
                queue: said,
            });
            if says_so {
                self.coming.push_back(own_presence(
                    "type='unavailable'",
                    "<status code='110'/><status code='332'/>",
                ));
            }
        }
    }

    /// A room that went away handles the next message that it has.
    pub(super) fn look_late(&mut self, reaches_us: bool) {
        if let Some(Item::Say(id)) = self.dying.iter_mut().find_map(|room| room.queue.pop_front()) {
            self.show(&id, reaches_us);
        }
    }
}

fn error(id: &str, condition: &str) -> String {
    format!(
        "<message xmlns='jabber:client' type='error' from='{ROOM}' to='{ME}' id='{id}'><error type='modify'>\
         <{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
    )
}

fn own_presence(type_: &str, statuses: &str) -> String {
    format!(
        "<presence xmlns='jabber:client' from='{ROOM}/alice' to='{ME}' {type_}><x xmlns='{MUC_USER}'>\
         <item affiliation='member' role='participant' jid='{ME}'/>{statuses}</x></presence>"
    )
}

fn groupchat(id: &str, inner: &str) -> String {
    format!(
        "<message xmlns='jabber:client' type='groupchat' from='{ROOM}/alice' to='{ME}' id='{id}'><body>hi</body>\
         <origin-id xmlns='urn:xmpp:sid:0' id='{id}'/>{inner}</message>"
    )
}
