//! Bounds on what a server may make us read: how deep XML nests, how large a stanza is, and whether the parser can read it
//! at all. They are checked on the bytes, before the parser builds anything from them.
//!
//! Anybody can send the account a stanza that breaks a bound, and it is in the archive then. So it ends nothing: elements
//! that are too deep or have a value that is too long are left out, and in the place of a stanza that is too large or cannot
//! be read stands an empty one, which counts for stream management as the other would have. Before the login
//! only the server itself can have sent it, and the connection ends.

use super::scanner::{Scanner, Seen};
use super::tag::{attribute, stanza_tag};
use xmpp_parsers::minidom::rxml::{Event, Parse, Parser, error::EndOrError};

/// The deepest nesting: no protocol comes near it.
const MAX_DEPTH: usize = 64;
/// The largest stanza, in bytes: the largest message with every character escaped.
const MAX_STANZA: usize = 2 * 1024 * 1024;
/// The largest answer of the account's own server: a node of it has an item for each conversation.
const MAX_OWN_ANSWER: usize = 32 * 1024 * 1024;
/// How many stream headers a connection has: one before the login and one after it.
const MAX_HEADERS: usize = 2;
/// A stanza that comes slowly is no silence: the reader gets a space whenever so many bytes of it have come.
const SIGN_OF_LIFE: usize = 16 * 1024;

/// Cuts the stream into stanzas, and lets through what is within the bounds.
#[derive(Default)]
pub(super) struct Splitter {
    own: String,
    scanner: Scanner,
    /// 1 inside of the stream header, 2 inside of a stanza.
    depth: usize,
    headers: usize,
    /// The stream header: what its names mean counts for every stanza.
    header: Vec<u8>,
    /// What has come of the present stanza, or of what stands outside of one.
    held: Vec<u8>,
    /// Where in it the present tag begins.
    tag: usize,
    /// How large the present stanza may be.
    bound: usize,
    /// The depth below which elements are left out at the moment.
    left_out: Option<usize>,
    /// The stanza's own tag, once the rest of it is not kept.
    too_large: Option<Vec<u8>>,
    /// How many bytes have come since the reader got anything.
    unheard: usize,
}

impl Splitter {
    /// `own` is the account's address.
    pub(super) fn new(own: &str) -> Self {
        Self {
            own: own.to_owned(),
            ..Self::default()
        }
    }

    /// Takes the next byte, and adds to `passed` what may be read. An error ends the connection.
    pub(super) fn push(&mut self, byte: u8, passed: &mut Vec<u8>) -> Result<(), &'static str> {
        let seen = self.scanner.scan(byte);
        if seen == Seen::Tag {
            self.tag = self.held.len();
        }
        if self.left_out.is_none() && self.too_large.is_none() {
            self.held.push(byte);
        }
        self.unheard += 1;
        if self.unheard >= SIGN_OF_LIFE {
            self.unheard = 0;
            if self.depth > 0 {
                passed.push(b' ');
            }
        }
        match seen {
            Seen::Start { is_header: true, .. } if self.depth <= 1 && self.headers < MAX_HEADERS => {
                self.headers += 1;
                self.depth = 1;
                self.header.clone_from(&self.held);
                self.pass(passed);
            }
            Seen::Start { is_long, .. } => {
                self.depth += 1;
                if self.depth > MAX_DEPTH || is_long {
                    self.leave_out(self.depth - 1)?;
                }
            }
            Seen::Empty { is_long } if self.depth >= MAX_DEPTH || is_long => {
                self.leave_out(self.depth)?;
                self.end_of_element(passed);
            }
            Seen::Empty { .. } => self.end_of_element(passed),
            Seen::End => {
                self.depth = self.depth.saturating_sub(1);
                self.end_of_element(passed);
            }
            // The header's declaration goes with the header.
            Seen::Other => {}
            // Spaces between stanzas are signs of life.
            Seen::Inside if self.depth == 1 && self.scanner.is_in_text() => self.pass(passed),
            Seen::Inside | Seen::Tag => {}
        }
        // Looked at once more whenever the bound is reached.
        if self.held.len() > self.bound.max(MAX_STANZA) {
            self.bound = if self.is_own_answer() {
                MAX_OWN_ANSWER
            } else {
                MAX_STANZA
            };
        }
        if self.held.len() > self.bound.max(MAX_STANZA) {
            self.require_login("the server sent a stanza that is too large")?;
            self.too_large.get_or_insert_with(|| stanza_tag(&self.held));
            self.held = Vec::new();
        }
        Ok(())
    }

    /// Whether what is held is an answer of the account's own server, from its tag.
    fn is_own_answer(&self) -> bool {
        let tag = stanza_tag(&self.held);
        let tag = String::from_utf8_lossy(&tag);
        let from = attribute(&tag, "from");
        tag.starts_with("<iq ") && attribute(&tag, "type") == Some("result") && from.is_none_or(|from| from == self.own)
    }

    fn require_login(&self, text: &'static str) -> Result<(), &'static str> {
        if self.headers < MAX_HEADERS { Err(text) } else { Ok(()) }
    }

    /// Leaves out the element whose tag has just ended, with all that is in it, until the depth is this one again.
    fn leave_out(&mut self, depth: usize) -> Result<(), &'static str> {
        self.require_login("the server sent XML that nests too deep or has a value that is too long")?;
        if self.left_out.is_none() && self.too_large.is_none() {
            if depth <= 1 {
                // The stanza itself.
                self.too_large = Some(stanza_tag(&self.held));
                self.held.clear();
            } else {
                self.held.truncate(self.tag);
                self.left_out = Some(depth);
            }
        }
        Ok(())
    }

    fn end_of_element(&mut self, passed: &mut Vec<u8>) {
        if self.left_out.is_some_and(|depth| self.depth <= depth) {
            self.left_out = None;
        }
        if self.depth > 1 {
            return;
        }
        if let Some(tag) = self.too_large.take() {
            log::warn!("skipped a stanza that is too large");
            self.held = self.in_place_of(&tag);
        } else if self.depth == 1 && self.headers == MAX_HEADERS && !self.is_readable(&self.held) {
            log::warn!("skipped a stanza that is not well-formed");
            let tag = stanza_tag(&self.held);
            self.held = self.in_place_of(&tag);
        }
        self.pass(passed);
    }

    fn pass(&mut self, passed: &mut Vec<u8>) {
        passed.append(&mut self.held);
        (self.unheard, self.bound) = (0, MAX_STANZA);
    }

    /// Whether the parser reads a stanza to its end, in the stream that it stands in.
    fn is_readable(&self, stanza: &[u8]) -> bool {
        let mut parser = Parser::default();
        let mut depth = 0_usize;
        for mut bytes in [self.header.as_slice(), stanza] {
            let read = parser.parse_all(&mut bytes, false, |event| match event {
                Event::StartElement(..) => depth += 1,
                Event::EndElement(_) => depth = depth.saturating_sub(1),
                _ => {}
            });
            if !matches!(read, Ok(()) | Err(EndOrError::NeedMoreData)) {
                return false;
            }
        }
        depth == 1
    }

    /// A stanza that says nothing. An answer becomes a refusal, so that nobody waits for it.
    fn in_place_of(&self, tag: &[u8]) -> Vec<u8> {
        let tag = String::from_utf8_lossy(tag);
        let name = tag.split(|char: char| char.is_whitespace()).next().unwrap_or_default();
        let is_answer = matches!(attribute(&tag, "type"), Some("result" | "error"));
        let answer = || {
            let [id, from] = ["id", "from"].map(|name| {
                let value = attribute(&tag, name);
                value.map_or_else(String::new, |value| {
                    format!(" {name}=\"{}\"", value.replace('"', "&quot;"))
                })
            });
            format!(
                "<iq type='error'{id}{from}><error type='modify'>\
                 <resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
            )
        };
        let instead = match name {
            "<iq" if is_answer => answer(),
            "<iq" | "<message" | "<presence" => "<message/>".to_owned(),
            _ => return Vec::new(),
        };
        if self.is_readable(instead.as_bytes()) {
            instead.into_bytes()
        } else {
            b"<message/>".to_vec()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' \
        xmlns:stream='http://etherx.jabber.org/streams' from=\"a>b\" id='x'>";

    /// What comes through of a stream, after `headers` headers.
    fn read(headers: usize, xml: &str) -> Result<String, &'static str> {
        let mut splitter = Splitter::new("alice@example.org");
        let mut passed = Vec::new();
        let stream = HEADER.repeat(headers);
        stream.bytes().try_for_each(|byte| splitter.push(byte, &mut passed))?;
        assert_eq!(String::from_utf8_lossy(&passed), stream);
        passed.clear();
        xml.bytes().try_for_each(|byte| splitter.push(byte, &mut passed))?;
        Ok(String::from_utf8(passed).unwrap())
    }

    fn passes(xml: &str) {
        assert_eq!(read(2, xml).as_deref(), Ok(xml));
    }

    #[test]
    fn stanzas_pass_however_many_there_are() {
        let one = "<message a='/&gt;'><body>1 > 0 ]]&gt;</body><x/><y z=\"&lt;\" /></message>\n<presence/> ";
        passes(&one.repeat(5_000));
        passes("<message><body><![CDATA[<no>tag]]></body></message>");
        passes("</stream:stream>");
        assert_eq!(read(1, "<stream:features><a/></stream:features>").unwrap().len(), 39);
    }

    #[test]
    fn what_is_too_deep_is_left_out_and_the_rest_stays() {
        let nested = |levels: usize| {
            let (open, close) = ("<a>".repeat(levels), "</a>".repeat(levels));
            format!("<message><body>hi</body>{open}{close}<b/></message>")
        };
        passes(&nested(MAX_DEPTH - 2));
        assert_eq!(read(2, &nested(MAX_DEPTH)).unwrap(), nested(MAX_DEPTH - 2));
        assert_eq!(read(2, &nested(10_000)).unwrap().trim_start(), nested(MAX_DEPTH - 2));
        let empty = format!(
            "<message>{}<x/>{}</message>",
            "<a>".repeat(MAX_DEPTH - 2),
            "</a>".repeat(MAX_DEPTH - 2)
        );
        assert_eq!(read(2, &empty).unwrap(), empty.replace("<x/>", ""));
    }

    #[test]
    fn before_the_login_it_ends_the_connection() {
        assert!(read(1, &"<a>".repeat(MAX_DEPTH)).is_err());
        assert!(read(1, &format!("<a b='{}'/>", "x".repeat(10_000))).is_err());
        assert!(read(0, &"<a>".repeat(MAX_DEPTH + 1)).is_err());
        assert!(read(1, &format!("<a>{}", "x".repeat(MAX_STANZA))).is_err());
        assert!(read(1, &format!("<a {}", "x ".repeat(MAX_STANZA / 2))).is_err());
    }

    #[test]
    fn a_value_that_is_too_long_goes_with_its_element() {
        let long = "x".repeat(8_193);
        let read_with = |inner: &str| read(2, &format!("<message><body>hi</body>{inner}<b/></message>"));
        let left = Ok("<message><body>hi</body><b/></message>".to_owned());
        assert_eq!(read_with(&format!("<a b='{long}'/>")), left);
        assert_eq!(read_with(&format!("<a b='{long}'><c/>text</a>")), left);
        assert_eq!(read_with(&format!("<a {long}='1'><c/></a>")), left);
        let own = read(
            2,
            &format!("<message x='{long}'><body/></message><presence x='{long}'/><iq/>"),
        );
        assert_eq!(own.as_deref(), Ok("<message/><message/><iq/>"));
    }

    #[test]
    fn in_the_place_of_a_stanza_that_is_too_large_stands_an_empty_one() {
        let text = "x".repeat(MAX_STANZA);
        let skip = |tag: &str| {
            let name = tag.split(' ').next().unwrap();
            let read = read(2, &format!("<{tag}><body>{text}</body></{name}><presence/>")).unwrap();
            read.trim_start().strip_suffix("<presence/>").unwrap().to_owned()
        };
        assert_eq!(skip("message id='1'"), "<message/>");
        assert_eq!(skip("iq type='get' id='1'"), "<message/>");
        assert_eq!(skip("other"), "", "it is no stanza, and does not count as one");
        let answer = skip("iq id='a&amp;b' from=\"bob@example.org/it's\" type='result'");
        assert!(
            answer.starts_with("<iq type='error' id=\"a&amp;b\" from=\"bob@example.org/it's\"><error"),
            "{answer}"
        );
        let own = format!("<iq type='result' id='1' from='alice@example.org'>{text}</iq>");
        assert_eq!(read(2, &own).unwrap().trim_start(), own);
        let slow = read(2, &format!("<message><body>{}", "x".repeat(SIGN_OF_LIFE * 3))).unwrap();
        assert_eq!(slow, "   ");
    }

    #[test]
    fn in_the_place_of_a_stanza_that_no_parser_reads_stands_an_empty_one() {
        for broken in [
            "<message><a:b/></message>",
            "<message><a></b></message>",
            "<message><a x='1' x='2'/></message>",
            "<message><a>\u{1}</a></message>",
            "<message><a>&unknown;</a></message>",
            "<message><!-- no comments --></message>",
            "<message><?no instructions?></message>",
            "<message a:b='c'/>",
        ] {
            assert_eq!(
                read(2, &format!("{broken}<presence/>")).as_deref(),
                Ok("<message/><presence/>"),
                "{broken}"
            );
        }
    }

    /// Whatever stands in a stanza, what comes through is one stanza that the parser reads, and the next one after it.
    #[test]
    fn whatever_is_in_a_stanza_the_parser_reads_what_is_let_through() {
        let seed = std::env::var("LIBIM_SEED")
            .ok()
            .and_then(|seed| seed.parse().ok())
            .unwrap_or(7_u64);
        println!("LIBIM_SEED={seed}");
        let mut random = fastrand::Rng::with_seed(seed);
        let parts = [
            "<b x='1'>hi</b>",
            "<a:b/>",
            "<x xmlns='u'/>",
            "<x y='>' z=\"/>\"/>",
            "<x y='' y=''/>",
            "<xmlns:x/>",
            "<x xml:lang='de'/>",
            "<x xmlns:a='u' a:b='c'/>",
            "hi",
            "&amp;",
            "&",
            "]]>",
            "<![CDATA[<a>]]>",
            "<!-- x -->",
            "<?x ?>",
            "'",
            "=",
            "\u{0}",
            "\u{fffe}",
            "é",
            "<é/>",
            "<x 1='2'/>",
            "<x/ >",
        ];
        for _ in 0..3_000 {
            let mut inner = String::new();
            for _ in 0..random.usize(1..6) {
                inner.push_str(parts[random.usize(..parts.len())]);
                if random.bool() {
                    inner = format!("<a>{inner}</a>");
                }
            }
            let Ok(passed) = read(2, &format!("<message>{inner}</message><presence/>")) else {
                panic!("{inner} ended the stream");
            };
            let mut parser = Parser::default();
            for mut bytes in [HEADER.as_bytes(), passed.as_bytes()] {
                let read = parser.parse_all(&mut bytes, false, |_| {});
                assert!(
                    matches!(read, Ok(()) | Err(EndOrError::NeedMoreData)),
                    "{inner} became {passed}: {read:?}"
                );
            }
        }
    }
}
