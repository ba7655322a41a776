//! A server on the web that is a script: it does with each request what a test says. And an upload service (XEP-0363) for a
//! [`super::script::Script`], whose files go there.

use super::script::{Connection, attr};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

/// A request, on a connection of its own.
pub struct Visit {
    pub method: String,
    pub path: String,
    /// How long its body is, as it says.
    pub length: usize,
    stream: BufReader<TcpStream>,
}

impl Visit {
    fn of(stream: TcpStream) -> Option<Self> {
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let mut words = line.split(' ').map(str::to_owned);
        let (method, path) = (words.next()?, words.next()?);
        let mut length = 0;
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).ok()?;
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().ok()?;
            }
        }
        Some(Self {
            method,
            path,
            length,
            stream,
        })
    }

    /// So much of the body; less when the client has gone.
    pub fn read(&mut self, most: usize) -> Vec<u8> {
        let mut body = Vec::new();
        // What came before the client went is what counts.
        let _ = Read::by_ref(&mut self.stream).take(most as u64).read_to_end(&mut body);
        body
    }

    /// Says something to the client; false when it has gone.
    pub fn say(&mut self, bytes: &[u8]) -> bool {
        self.stream.get_mut().write_all(bytes).is_ok()
    }

    /// Answers with this status line and headers, and this body.
    pub fn answer(&mut self, head: &str, body: &[u8]) {
        let head = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n");
        if self.say(head.as_bytes()) {
            self.say(body);
        }
    }

    /// Answers with a body of the length that it has.
    pub fn give(&mut self, body: &[u8]) {
        self.answer(&format!("200 OK\r\nContent-Length: {}", body.len()), body);
    }

    /// Answers without a body.
    pub fn end(&mut self, status: &str) {
        self.answer(&format!("{status}\r\nContent-Length: 0"), b"");
    }

    /// Waits until the client has gone.
    pub fn until_gone(&mut self) {
        let mut rest = [0; 4096];
        while self.stream.read(&mut rest).is_ok_and(|read| read > 0) {}
    }
}

/// Starts a server; its address.
pub fn serve(act: impl Fn(&mut Visit) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let act = std::sync::Arc::new(act);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (act, stream) = (std::sync::Arc::clone(&act), stream.unwrap());
            std::thread::spawn(move || {
                if let Some(mut visit) = Visit::of(stream) {
                    act(&mut visit);
                }
            });
        }
    });
    base
}

/// Answers for an upload service that gives slots at `base`, by the names of the files. False when a stanza is not its business.
pub fn slots(base: &str, server: &mut Connection, xml: &str) -> bool {
    const SERVICE: &str = "upload.im.test";
    if !xml.starts_with("<iq") {
        return false;
    }
    if xml.contains("disco#items") {
        let items = "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='conference.im.test'/>\
                     <item jid='upload.im.test'/></query>";
        server.reply(xml, items);
        return true;
    }
    if attr(xml, "to") != SERVICE {
        return false;
    }
    if xml.contains("disco#info") {
        let info = "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='store' type='file'/>\
                    <feature var='urn:xmpp:http:upload:0'/></query>";
        server.reply(xml, info);
    } else {
        let name = attr(xml, "filename");
        let slot =
            format!("<slot xmlns='urn:xmpp:http:upload:0'><put url='{base}/{name}'/><get url='{base}/{name}'/></slot>");
        server.reply(xml, &slot);
    }
    true
}
