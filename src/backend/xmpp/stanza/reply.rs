//! Replies (XEP-0461), and the quote in the body for clients that do not know them (XEP-0428).

use super::ids::payload;
use super::xml::element;
use crate::backend::xmpp::address;
use crate::backend::xmpp::ns::{FALLBACK, REPLY};
use crate::model::reply::{Reply, ReplyTo};
use xmpp_parsers::message::{Lang, Message};
use xmpp_parsers::minidom::Element;

/// The most lines and characters of a quote.
const MAX_LINES: usize = 4;
const MAX_CHARS: usize = 400;

/// What a message that goes out answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    /// The id that the sender gave it, or in a room the one that the room gave it.
    pub(crate) id: String,
    /// The address of the sender, where it is known.
    pub(crate) to: Option<String>,
    pub(crate) quote: String,
}

/// Makes a message an answer.
pub(crate) fn attach(message: &mut Message, answered: &Answered) {
    let to = answered.to.as_deref().map(|to| ("to", to));
    let attrs: Vec<(&str, &str)> = [("id", answered.id.as_str())].into_iter().chain(to).collect();
    message.payloads.push(element("reply", REPLY, &attrs, Vec::new()));
    let Some(body) = message.bodies.get_mut(&Lang::new()).filter(|body| !body.is_empty()) else {
        return;
    };
    let quote = quoted(&answered.quote);
    if quote.is_empty() {
        return;
    }
    let end = quote.chars().count().to_string();
    body.insert_str(0, &quote);
    let range = element("body", FALLBACK, &[("start", "0"), ("end", &end)], Vec::new());
    let fallback = element("fallback", FALLBACK, &[("for", REPLY)], vec![range]);
    message.payloads.push(fallback);
}

/// A text as a quote in front of the answer.
fn quoted(text: &str) -> String {
    let is_faithful =
        |char: &char| matches!(char, '\t' | '\n' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    let text: String = text.chars().filter(is_faithful).take(MAX_CHARS).collect();
    text.lines().take(MAX_LINES).map(|line| format!("> {line}\n")).collect()
}

/// What a message answers; `room` is the room that it is in.
pub(crate) fn read(message: &Message, is_in_room: bool) -> Option<Reply> {
    let reply = payload(message, "reply", REPLY)?;
    let id = reply.attr("id").filter(|id| !id.is_empty())?;
    let to = reply.attr("to").unwrap_or_default();
    Some(Reply {
        kind: if is_in_room { ReplyTo::Server } else { ReplyTo::Origin },
        id: id.to_owned(),
        // In a room it is a name there.
        author: match address::parse_bare(to) {
            Some(user) if !is_in_room => user.to_string(),
            _ => to.split_once('/').map(|(_, nick)| nick.to_owned()).unwrap_or_default(),
        },
        quote: quote(message),
    })
}

/// A body without what is only there for clients that know no replies. Nobody has asked for that when it is no answer.
pub(crate) fn without_quote(message: &Message, body: &str) -> String {
    let mut rest: Vec<Option<char>> = body.chars().map(Some).collect();
    for range in ranges(message, rest.len()) {
        for place in range {
            if let Some(char) = rest.get_mut(place) {
                *char = None;
            }
        }
    }
    rest.into_iter().flatten().collect()
}

fn quote(message: &Message) -> String {
    let Some((_, body)) = message.get_best_body(Vec::new()) else {
        return String::new();
    };
    let chars: Vec<char> = body.chars().collect();
    let quoted: String = ranges(message, chars.len())
        .into_iter()
        .filter_map(|range| chars.get(range))
        .flatten()
        .collect();
    let line = |line: &str| {
        line.strip_prefix('>')
            .map_or(line, |line| line.strip_prefix(' ').unwrap_or(line))
            .to_owned()
    };
    quoted
        .lines()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
        .trim()
        .to_owned()
}

/// Which code points of the body are for other clients.
fn ranges(message: &Message, length: usize) -> Vec<std::ops::Range<usize>> {
    if payload(message, "reply", REPLY).is_none() {
        return Vec::new();
    }
    let is_meant = |element: &&Element| element.is("fallback", FALLBACK) && element.attr("for") == Some(REPLY);
    let mut ranges = Vec::new();
    for fallback in message.payloads.iter().filter(is_meant) {
        if fallback.children().next().is_none() {
            ranges.push(0..length);
        }
        for body in fallback.children().filter(|child| child.is("body", FALLBACK)) {
            let place = |name: &str, default: usize| match body.attr(name) {
                Some(text) => text.parse().ok(),
                None => Some(default),
            };
            // A range that is none is nobody's word.
            if let (Some(start), Some(end)) = (place("start", 0), place("end", length))
                && start <= end
                && end <= length
            {
                ranges.push(start..end);
            }
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(inner: &str) -> Message {
        let xml = format!("<message xmlns='jabber:client'>{inner}</message>");
        Message::try_from(xml.parse::<Element>().unwrap()).unwrap()
    }

    fn rest(message: &Message) -> String {
        let (_, body) = message.get_best_body(Vec::new()).unwrap();
        without_quote(message, body)
    }

    #[test]
    fn an_answer_is_read_as_it_was_written_whatever_it_quotes() {
        for (text, quote, read_quote) in [
            ("yes", "hi", "hi"),
            ("🎉 שלום", "two\nlines 🎉", "two\nlines 🎉"),
            ("> not a quote", "", ""),
            ("yes", "a\u{1}b", "ab"),
        ] {
            let mut message = parse("");
            message.bodies.insert(Lang::new(), text.to_owned());
            let answered = Answered {
                id: "m1".to_owned(),
                to: Some("bob@example.org".to_owned()),
                quote: quote.to_owned(),
            };
            attach(&mut message, &answered);
            let message = Message::try_from(Element::from(message)).unwrap();
            assert_eq!(rest(&message), text);
            let reply = read(&message, false).unwrap();
            let expected = ("m1", "bob@example.org", read_quote);
            assert_eq!(
                (reply.id.as_str(), reply.author.as_str(), reply.quote.as_str()),
                expected
            );
        }
    }

    #[test]
    fn ranges_count_code_points_and_wild_ones_cut_nothing() {
        let reply = "<reply xmlns='urn:xmpp:reply:0' id='x' to='team@rooms.example/bobby'/>";
        let with = |range: &str| {
            parse(&format!(
                "<body>&gt; 🎉 x\nyes</body>{reply}<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'>{range}</fallback>"
            ))
        };
        assert_eq!(rest(&with("<body start='0' end='6'/>")), "yes");
        for wild in [
            "<body start='4' end='2'/>",
            "<body start='0' end='99'/>",
            "<body start='x' end='6'/>",
            "<subject/>",
        ] {
            assert_eq!(rest(&with(wild)), "> 🎉 x\nyes", "{wild}");
        }
        assert_eq!(
            (rest(&with("")), rest(&with("<body/>"))),
            (String::new(), String::new())
        );
        let read = read(&with("<body start='0' end='6'/>"), true).unwrap();
        assert_eq!((read.author.as_str(), read.quote.as_str()), ("bobby", "🎉 x"));
        // It is no answer, so nothing is only for others.
        let none = "<body>yes</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'/>";
        assert_eq!(rest(&parse(none)), "yes");
    }
}
