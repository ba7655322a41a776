//! What leaves has to be XML: a character that XML 1.0 cannot carry, such as one of the keyboard's control characters in a
//! nickname, would end the connection, again each time the stanza is sent again. Names come from many places, so all of a
//! stanza is looked at, in the one place that every stanza passes.

use super::xml;
use tokio_xmpp::Stanza;
use xmpp_parsers::iq::Iq;
use xmpp_parsers::message::Message;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::presence::Presence;

/// Whether XML 1.0 has a character; a carriage return arrives as something else, but it arrives.
fn is_carried(char: char) -> bool {
    char == '\r' || xml::is_faithful(char)
}

/// The stanza as an element, in which what XML cannot carry is replaced; and whether anything was.
fn mended(stanza: &Stanza) -> (Element, bool) {
    let mut element = match stanza {
        Stanza::Iq(iq) => Element::from(iq.clone()),
        Stanza::Message(message) => Element::from(message.clone()),
        Stanza::Presence(presence) => Element::from(presence.clone()),
    };
    let is_mended = mend(&mut element);
    (element, is_mended)
}

fn mend(element: &mut Element) -> bool {
    let mut is_mended = false;
    let mut look_at = |text: &mut String| {
        if !text.chars().all(is_carried) {
            *text = text
                .chars()
                .map(|char| if is_carried(char) { char } else { '\u{FFFD}' })
                .collect();
            is_mended = true;
        }
    };
    element.attrs_mut().values_mut().for_each(&mut look_at);
    element.texts_mut().for_each(&mut look_at);
    element
        .children_mut()
        .fold(is_mended, |is_mended, child| mend(child) || is_mended)
}

/// The stanza as it can be sent.
pub(crate) fn carried(stanza: Stanza) -> Stanza {
    let (element, is_mended) = mended(&stanza);
    if !is_mended {
        return stanza;
    }
    let parsed = match &stanza {
        Stanza::Iq(_) => Iq::try_from(element).map(Stanza::from),
        Stanza::Message(_) => Message::try_from(element).map(Stanza::from),
        Stanza::Presence(_) => Presence::try_from(element).map(Stanza::from),
    };
    // What was made from a stanza is one.
    parsed.unwrap_or(stanza)
}

/// The size of a stanza on the stream.
pub(crate) fn size_of(stanza: &Stanza) -> usize {
    String::from(&mended(stanza).0).len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmpp_parsers::message::Lang;

    #[test]
    fn what_xml_cannot_carry_is_replaced_wherever_it_stands() {
        let inner = xml::element(
            "item",
            "urn:x",
            &[("name", "a\u{7}b")],
            vec![xml::text("t", "urn:x", "c\u{0}d")],
        );
        let payload = Element::builder("outer", "urn:x").append(inner).build();
        let mut message = Message::new(None).with_body(Lang::new(), "bell \u{7}, fine\r\n".to_owned());
        message.payloads.push(payload);
        let unsendable = Stanza::from(message);
        let size = size_of(&unsendable);
        let Stanza::Message(sent) = carried(unsendable) else {
            panic!("another kind of stanza");
        };
        let text = String::from(&Element::from(sent));
        assert_eq!(text.len(), size);
        for part in ["bell \u{FFFD}, fine", "a\u{FFFD}b", "c\u{FFFD}d"] {
            assert!(text.contains(part), "{part:?} is not in {text:?}");
        }
    }

    #[test]
    fn what_it_can_carry_stays_as_it_is() {
        let message = Message::new(None).with_body(Lang::new(), "a <b> & \"c\" 中文 🙂\n\t".to_owned());
        assert_eq!(carried(message.clone().into()), Stanza::from(message));
    }
}
