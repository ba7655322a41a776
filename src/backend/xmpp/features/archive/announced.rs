//! Files that are announced in one message and given an address in another (XEP-0447 with XEP-0367): what the first says of the
//! file is taken along to the second, which is the message that is shown.

use crate::backend::xmpp::ns::{FILE_METADATA, SFS};
use crate::backend::xmpp::stanza::ids::payload;
use std::cell::RefCell;
use std::collections::VecDeque;
use xmpp_parsers::jid::Jid;
use xmpp_parsers::message::{Message, MessageType};
use xmpp_parsers::minidom::Element;

/// How many announcements are remembered: the address follows at once, or when the file has been brought.
const MAX_ANNOUNCED: usize = 200;
/// The largest announcement that is remembered, in bytes: some have a small picture inside.
const MAX_BYTES: usize = 64 << 10;

/// Who has announced what, the oldest first.
#[derive(Default)]
pub(crate) struct Announced(RefCell<VecDeque<Announcement>>);

struct Announcement {
    sender: String,
    id: String,
    sharing: Element,
}

impl Announced {
    /// Remembers what a message announces.
    pub(crate) fn note(&self, message: &Message) {
        let Some(sharing) = payload(message, "file-sharing", SFS) else {
            return;
        };
        // One that has an address is complete.
        if sharing.has_child("sources", SFS) || !sharing.has_child("file", FILE_METADATA) {
            return;
        }
        let Some(id) = id_of(sharing).filter(|_| String::from(sharing).len() <= MAX_BYTES) else {
            return;
        };
        let (sender, id) = (sender(message), id.to_owned());
        let mut all = self.0.borrow_mut();
        // Archives and copies say it again.
        all.retain(|known| known.sender != sender || known.id != id);
        if all.len() >= MAX_ANNOUNCED {
            all.pop_front();
        }
        let sharing = sharing.clone();
        all.push_back(Announcement { sender, id, sharing });
    }

    /// The message with what its sender has announced of the file whose address it gives; `None` for any other message.
    pub(crate) fn completed(&self, message: &Message) -> Option<Message> {
        self.note(message);
        let sources = payload(message, "sources", SFS)?;
        let (sender, id) = (sender(message), id_of(sources)?);
        let all = self.0.borrow();
        let known = all.iter().find(|known| known.sender == sender && known.id == id)?;
        let mut sharing = known.sharing.clone();
        sharing.append_child(sources.clone());
        let mut message = message.clone();
        message.payloads.push(sharing);
        Some(message)
    }
}

/// One client writes the attribute in the element's namespace.
fn id_of(element: &Element) -> Option<&str> {
    element.attr("id").or_else(|| element.attr_ns(SFS, "id"))
}

/// Whose the message is: in a room whoever has the name there.
fn sender(message: &Message) -> String {
    match (&message.from, &message.type_) {
        (Some(from), MessageType::Groupchat) => from.to_string(),
        (Some(from), _) => Jid::to_bare(from).to_string(),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::xmpp::stanza::chat::{ChatEvent, read};
    use crate::model::Elem;

    fn message(from: &str, inner: &str) -> Message {
        let xml = format!("<message xmlns='jabber:client' type='chat' from='{from}'>{inner}</message>");
        Message::try_from(xml.parse::<Element>().unwrap()).unwrap()
    }

    const ANNOUNCED: &str = "<file-sharing xmlns='urn:xmpp:sfs:0' xmlns:s='urn:xmpp:sfs:0' s:id='d-1' s:disposition='inline'>\
        <file xmlns='urn:xmpp:file:metadata:0'><name>d.jpg</name><media-type>image/jpeg</media-type><size>7</size>\
        <width>2</width><height>3</height></file></file-sharing>";
    const GIVEN: &str = "<body>https://up.example/d.jpg</body><x xmlns='jabber:x:oob'><url>https://up.example/d.jpg</url></x>\
        <sources xmlns='urn:xmpp:sfs:0' xmlns:s='urn:xmpp:sfs:0' s:id='d-1'>\
        <url-data xmlns='http://jabber.org/protocol/url-data' xmlns:u='http://jabber.org/protocol/url-data' \
        u:target='https://up.example/d.jpg'/></sources>";

    /// The size, width and height that a message shows.
    fn shown(message: &Message) -> (i64, i64, i64) {
        match read(message, None) {
            ChatEvent::Said(body) => match body.elem {
                Elem::Image(image) => {
                    let image = &image.image_list[0];
                    (image.size, image.width, image.height)
                }
                elem => panic!("no picture: {elem:?}"),
            },
            _ => panic!("nothing is said"),
        }
    }

    #[test]
    fn what_was_announced_of_a_file_is_shown_with_its_address() {
        let announced = Announced::default();
        let given = message("bob@im.test/two", GIVEN);
        assert!(announced.completed(&given).is_none());
        assert_eq!(shown(&given), (0, 0, 0));
        assert!(announced.completed(&message("bob@im.test/one", ANNOUNCED)).is_none());
        assert_eq!(shown(&announced.completed(&given).unwrap()), (7, 2, 3));
        // An archive says it all again.
        announced.note(&message("bob@im.test/one", ANNOUNCED));
        assert_eq!(announced.0.borrow().len(), 1);
        assert_eq!(shown(&announced.completed(&given).unwrap()), (7, 2, 3));
        // Nobody announces for others.
        assert!(announced.completed(&message("eve@im.test/two", GIVEN)).is_none());
    }

    #[test]
    fn only_so_many_announcements_are_remembered() {
        let announced = Announced::default();
        for number in 0..2 * MAX_ANNOUNCED {
            announced.note(&message(
                "bob@im.test/one",
                &ANNOUNCED.replace("d-1", &format!("d-{number}")),
            ));
        }
        assert_eq!(announced.0.borrow().len(), MAX_ANNOUNCED);
        let large = ANNOUNCED.replace("d.jpg", &"d".repeat(MAX_BYTES));
        announced.note(&message("carol@im.test/one", &large));
        assert!(announced.completed(&message("carol@im.test/one", GIVEN)).is_none());
    }
}
