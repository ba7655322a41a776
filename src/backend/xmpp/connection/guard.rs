//! Bounds on what a server may make us read: how deep XML nests and how large a stanza is. They are checked on the bytes,
//! before the parser builds anything from them. Entities need no bound: the parser knows no document types.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The deepest nesting: no protocol comes near it.
const MAX_DEPTH: usize = 64;
/// The largest stanza, in bytes: the largest message with every character escaped.
const MAX_STANZA: usize = 2 * 1024 * 1024;
/// How many stream headers a connection has: one before the login and one after it.
const MAX_HEADERS: usize = 2;

/// A byte stream whose incoming XML is bounded.
pub(crate) struct Guard<S> {
    inner: S,
    scanner: Scanner,
}

impl<S> Guard<S> {
    pub(crate) fn new(inner: S) -> Self {
        Self {
            inner,
            scanner: Scanner::default(),
        }
    }

    pub(crate) fn into_inner(self) -> S {
        self.inner
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.inner).poll_read(cx, buf))?;
        // The caller's buffer may hold bytes already, which were scanned when they came.
        for byte in buf.filled().iter().skip(before) {
            if let Err(text) = this.scanner.scan(*byte) {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, text)));
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

/// Where in the XML the next byte stands. It is no parser: what is not well-formed is the parser's to refuse.
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
    /// In a processing instruction, or something that begins with `<!`.
    Other,
}

#[derive(Default)]
struct Scanner {
    at: At,
    depth: usize,
    size: usize,
    headers: usize,
    /// Whether the start tag's name has ended.
    is_named: bool,
    /// How much of it was a stream header's; `usize::MAX` when it is another name.
    matched: usize,
}

const HEADER: &[u8] = b"stream:stream";

impl Scanner {
    fn scan(&mut self, byte: u8) -> Result<(), &'static str> {
        self.size += 1;
        if self.size > MAX_STANZA {
            return Err("the server sent a stanza that is too large");
        }
        self.at = match (self.at, byte) {
            (At::Text, b'<') => At::Open,
            (At::Text, _) => At::Text,
            (At::Open, b'/') => At::End,
            (At::Open, b'?' | b'!') => At::Other,
            (At::Open, _) => {
                (self.is_named, self.matched) = (false, 0);
                self.name(byte);
                At::Start { slash: false }
            }
            (At::Start { slash }, b'>') => {
                if !slash {
                    self.deeper()?;
                // Depth 1 is the stream itself, which never ends: at that depth a stanza has ended.
                } else if self.depth <= 1 {
                    self.size = 0;
                }
                At::Text
            }
            (At::Start { .. }, quote @ (b'"' | b'\'')) => At::Value { quote },
            (At::Start { .. }, _) => {
                self.name(byte);
                At::Start { slash: byte == b'/' }
            }
            (At::Value { quote }, _) if byte == quote => At::Start { slash: false },
            (At::Value { quote }, _) => At::Value { quote },
            (At::End, b'>') => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth <= 1 {
                    self.size = 0;
                }
                At::Text
            }
            (At::End, _) => At::End,
            (At::Other, b'>') => At::Text,
            (At::Other, _) => At::Other,
        };
        Ok(())
    }

    /// Follows whether the start tag is a stream header's.
    fn name(&mut self, byte: u8) {
        if self.is_named {
            return;
        }
        if byte.is_ascii_whitespace() || byte == b'/' {
            self.is_named = true;
        } else if HEADER.get(self.matched) == Some(&byte) {
            self.matched += 1;
        } else {
            self.matched = usize::MAX;
        }
    }

    fn deeper(&mut self) -> Result<(), &'static str> {
        if self.matched == HEADER.len() && self.headers < MAX_HEADERS {
            self.headers += 1;
            // The header after the login begins a new document inside the old one (RFC 6120, 6.4.6).
            (self.depth, self.size) = (1, 0);
            return Ok(());
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("the server sent XML that nests too deep");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(scanner: &mut Scanner, xml: &str) -> Result<(), &'static str> {
        xml.bytes().try_for_each(|byte| scanner.scan(byte))
    }

    fn stream() -> Scanner {
        let mut scanner = Scanner::default();
        for _ in 0..2 {
            let header = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' from=\"a>b\" id='x'>";
            scan(&mut scanner, header).unwrap();
            assert_eq!(scanner.depth, 1);
        }
        scanner
    }

    #[test]
    fn stanzas_pass_however_many_there_are() {
        let mut scanner = stream();
        for _ in 0..20_000 {
            scan(
                &mut scanner,
                "<message a='/>'><body>1 > 0 ]]&gt;</body><x/><y z=\"<\" /></message>\n",
            )
            .unwrap();
            assert_eq!(scanner.depth, 1);
        }
    }

    #[test]
    fn deep_xml_is_refused_also_when_it_looks_like_headers() {
        assert!(scan(&mut stream(), &"<a>".repeat(MAX_DEPTH - 1)).is_ok());
        assert!(scan(&mut stream(), &"<a>".repeat(MAX_DEPTH)).is_err());
        assert!(scan(&mut stream(), &"<stream:stream>".repeat(MAX_DEPTH)).is_err());
        assert!(scan(&mut stream(), &"<stream:stream x='/'>".repeat(MAX_DEPTH)).is_err());
    }

    #[test]
    fn a_stanza_without_end_is_refused() {
        let mut scanner = stream();
        scan(&mut scanner, "<message><body>").unwrap();
        let text = "x".repeat(1024);
        let result = (0..MAX_STANZA / 1024 + 1).try_for_each(|_| scan(&mut scanner, &text));
        assert!(result.is_err());
        let mut scanner = stream();
        let result = (0..MAX_STANZA / 1024 + 1).try_for_each(|_| scan(&mut scanner, &format!("<message {text}")));
        assert!(result.is_err(), "in one tag");
    }
}
