//! Where in the XML of a stream the next byte stands: in a tag, a value, a text, and how deep. It is no parser: what is not
//! well-formed is the parser's to refuse.

/// The longest name or value: the parser reads no longer one.
const MAX_TOKEN: usize = 8000;
const HEADER: &[u8] = b"stream:stream";
const CDATA: &[u8] = b"![CDATA[";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    #[default]
    Text,
    /// After a `<`.
    Open,
    /// In the name or between the attributes of a start tag.
    Start { slash: bool },
    /// In an attribute's value.
    Value { quote: u8 },
    /// In an end tag.
    End,
    /// In a processing instruction, or something that begins with `<!`; `matched` is how much of it was [`CDATA`].
    Other { matched: usize },
    /// In a section of characters, after so many closing brackets.
    Cdata { brackets: u8 },
}

/// The meaning of a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nothing that ends here.
    Inside,
    /// A tag begins.
    Tag,
    /// A start tag has ended. `is_long`: it has a name or a value that no parser of ours reads.
    Start { is_header: bool, is_long: bool },
    /// An empty element has ended with its tag.
    Empty { is_long: bool },
    /// An end tag has ended.
    End,
    /// A processing instruction, a section or the like has ended.
    Other,
}

/// The place in the XML.
#[derive(Default)]
pub(super) struct Scanner {
    at: At,
    /// Whether the start tag's name has ended.
    is_named: bool,
    /// How much of it was a stream header's; `usize::MAX` when it is another name.
    matched: usize,
    /// The length of the name or value so far.
    token: usize,
    is_long: bool,
}

impl Scanner {
    /// Goes on by a byte.
    pub(super) fn scan(&mut self, byte: u8) -> Seen {
        let (at, seen) = match (self.at, byte) {
            (At::Text, b'<') => (At::Open, Seen::Tag),
            (At::Text, _) => (At::Text, Seen::Inside),
            (At::Open, b'/') => (At::End, Seen::Inside),
            (At::Open, b'?') => (At::Other { matched: usize::MAX }, Seen::Inside),
            (At::Open, b'!') => (At::Other { matched: 1 }, Seen::Inside),
            (At::Open, _) => {
                (self.is_named, self.matched, self.token, self.is_long) = (false, 0, 0, false);
                self.name(byte);
                (At::Start { slash: false }, Seen::Inside)
            }
            (At::Start { slash: true }, b'>') => (At::Text, Seen::Empty { is_long: self.is_long }),
            (At::Start { .. }, b'>') => {
                let (is_header, is_long) = (self.matched == HEADER.len(), self.is_long);
                (At::Text, Seen::Start { is_header, is_long })
            }
            (At::Start { .. }, quote @ (b'"' | b'\'')) => {
                self.token = 0;
                (At::Value { quote }, Seen::Inside)
            }
            (At::Start { .. }, _) => {
                self.name(byte);
                (At::Start { slash: byte == b'/' }, Seen::Inside)
            }
            (At::Value { quote }, _) if byte == quote => {
                self.token = 0;
                (At::Start { slash: false }, Seen::Inside)
            }
            (At::Value { quote }, _) => {
                self.longer();
                (At::Value { quote }, Seen::Inside)
            }
            (At::End, b'>') => (At::Text, Seen::End),
            (At::End, _) => (At::End, Seen::Inside),
            (At::Other { matched }, _) if CDATA.get(matched) == Some(&byte) => match matched + 1 {
                matched if matched == CDATA.len() => (At::Cdata { brackets: 0 }, Seen::Inside),
                matched => (At::Other { matched }, Seen::Inside),
            },
            (At::Other { .. }, b'>') => (At::Text, Seen::Other),
            (At::Other { .. }, _) => (At::Other { matched: usize::MAX }, Seen::Inside),
            (At::Cdata { brackets: 2.. }, b'>') => (At::Text, Seen::Other),
            (At::Cdata { brackets }, b']') => (
                At::Cdata {
                    brackets: brackets.saturating_add(1),
                },
                Seen::Inside,
            ),
            (At::Cdata { .. }, _) => (At::Cdata { brackets: 0 }, Seen::Inside),
        };
        self.at = at;
        seen
    }

    /// Whether it stands between tags.
    pub(super) fn is_in_text(&self) -> bool {
        self.at == At::Text
    }

    fn longer(&mut self) {
        self.token += 1;
        self.is_long |= self.token > MAX_TOKEN;
    }

    /// Follows whether the start tag is a stream header's.
    fn name(&mut self, byte: u8) {
        if byte.is_ascii_whitespace() || matches!(byte, b'/' | b'=') {
            (self.is_named, self.token) = (true, 0);
            return;
        }
        self.longer();
        if self.is_named {
            return;
        }
        if HEADER.get(self.matched) == Some(&byte) {
            self.matched += 1;
        } else {
            self.matched = usize::MAX;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(xml: &str) -> Vec<Seen> {
        let mut scanner = Scanner::default();
        let seen = xml.bytes().map(|byte| scanner.scan(byte));
        seen.filter(|seen| *seen != Seen::Inside).collect()
    }

    const START: Seen = Seen::Start {
        is_header: false,
        is_long: false,
    };
    const EMPTY: Seen = Seen::Empty { is_long: false };

    #[test]
    fn tags_are_found_whatever_stands_in_values_and_sections() {
        let xml = "<?xml version='1.0'?><stream:stream a='/>' b=\">\"><a ><![CDATA[<b>]]]></a><c z='<' /><d/>";
        let header = Seen::Start {
            is_header: true,
            is_long: false,
        };
        let expected = [
            vec![Seen::Tag, Seen::Other, Seen::Tag, header, Seen::Tag, START],
            vec![
                Seen::Tag,
                Seen::Other,
                Seen::Tag,
                Seen::End,
                Seen::Tag,
                EMPTY,
                Seen::Tag,
                EMPTY,
            ],
        ];
        assert_eq!(seen(xml), expected.concat());
    }

    #[test]
    fn what_is_too_long_for_the_parser_is_told() {
        let long = "x".repeat(MAX_TOKEN + 1);
        for xml in [
            format!("<a b='{long}'>"),
            format!("<{long} b=''>"),
            format!("<a {long}=''>"),
        ] {
            let told = Seen::Start {
                is_header: false,
                is_long: true,
            };
            assert_eq!(seen(&xml), [Seen::Tag, told]);
        }
        let half = "x".repeat(MAX_TOKEN);
        assert_eq!(seen(&format!("<a b='{half}' c='{half}'>")), [Seen::Tag, START]);
        assert_eq!(seen(&format!("<a>{long}<")), [Seen::Tag, START, Seen::Tag]);
    }
}
