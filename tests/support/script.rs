//! An XMPP server that is a script: it logs everybody in, answers what every client asks, and does otherwise what a test
//! says. For what no real server can be told to do at a given stanza.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

pub const ME: &str = "alice@im.test";
pub const ROOM: &str = "team@conference.im.test";
pub const MUC_USER: &str = "http://jabber.org/protocol/muc#user";

const HEADER: &str = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' \
    xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0' from='im.test'>";

/// What a test does with an element of the client's. False when the server is to answer as usual.
type Act = dyn Fn(&mut Connection, &str) -> bool + Send + Sync;

/// The server.
#[derive(Clone)]
pub struct Script {
    pub port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    act: Box<Act>,
    /// Whether it manages streams (XEP-0198), and resumes them.
    is_managed: bool,
    is_resuming: bool,
    /// Everything that clients have sent, in order.
    heard: Mutex<Vec<String>>,
    out: Mutex<Out>,
}

/// The way to the client, over all its connections.
#[derive(Default)]
struct Out {
    /// The connection that was made last, and how many there have been.
    newest: Option<TcpStream>,
    connections: usize,
    /// Whether the client has logged in on it.
    is_open: bool,
    /// The stanzas of the session that the client has not acknowledged, while the server remembers it (XEP-0198).
    unacked: Option<VecDeque<String>>,
    acked: u32,
    /// How many of the client's stanzas were handled.
    handled: u32,
}

impl Out {
    fn say(&mut self, xml: &str) {
        if is_stanza(xml)
            && let Some(unacked) = &mut self.unacked
        {
            unacked.push_back(xml.to_owned());
        }
        self.write(xml);
    }

    fn write(&mut self, xml: &str) {
        // The client may have gone.
        if let Some(stream) = &mut self.newest {
            let _ = stream.write_all(xml.as_bytes());
        }
    }

    fn acknowledge(&mut self, up_to: u32) {
        if let Some(unacked) = &mut self.unacked {
            unacked.drain(..up_to.wrapping_sub(self.acked) as usize);
            self.acked = up_to;
        }
    }

    /// Goes on with the session, unless it was forgotten.
    fn resume(&mut self, resume: &str) {
        if self.unacked.is_none() {
            return self.write(
                "<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
            );
        }
        self.acknowledge(attr(resume, "h").parse().unwrap());
        self.is_open = true;
        self.write(&format!(
            "<resumed xmlns='urn:xmpp:sm:3' h='{}' previd='sm'/>",
            self.handled
        ));
        for stanza in self.unacked.clone().into_iter().flatten() {
            self.write(&stanza);
        }
    }
}

fn is_stanza(xml: &str) -> bool {
    ["<iq", "<presence", "<message"].iter().any(|tag| xml.starts_with(tag))
}

impl Script {
    pub fn start(is_managed: bool, act: impl Fn(&mut Connection, &str) -> bool + Send + Sync + 'static) -> Self {
        Self::start_as(is_managed, false, Box::new(act))
    }

    /// The same for a server that resumes sessions.
    pub fn start_resuming(act: impl Fn(&mut Connection, &str) -> bool + Send + Sync + 'static) -> Self {
        Self::start_as(true, true, Box::new(act))
    }

    fn start_as(is_managed: bool, is_resuming: bool, act: Box<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            act,
            is_managed,
            is_resuming,
            heard: Mutex::default(),
            out: Mutex::default(),
        });
        let script = Self {
            port,
            shared: Arc::clone(&shared),
        };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                let mut out = shared.out.lock().unwrap();
                out.newest = stream.try_clone().ok();
                out.connections += 1;
                out.is_open = false;
                let connection = Connection {
                    number: out.connections,
                    stream,
                    unread: String::new(),
                    shared: Arc::clone(&shared),
                };
                drop(out);
                std::thread::spawn(move || connection.run());
            }
        });
        script
    }

    /// The config of a device of the account's.
    pub fn config(&self, dir: &Path) -> serde_json::Value {
        serde_json::json!({
            "dataDir": dir,
            "backend": {
                "kind": "xmpp", "jid": ME, "password": "secret",
                "host": "127.0.0.1", "port": self.port, "tls": "disabled",
            },
        })
    }

    /// Says something on the newest connection. A server that resumes sessions keeps it for later where the client has not come
    /// back yet, and says so by false where there is no session.
    pub fn say(&self, xml: &str) -> bool {
        let mut out = self.shared.out.lock().unwrap();
        if self.shared.is_resuming && !out.is_open {
            let unacked = out.unacked.as_mut();
            return unacked.map(|unacked| unacked.push_back(xml.to_owned())).is_some();
        }
        out.say(xml);
        true
    }

    /// Breaks the connection. The session can be resumed, unless the server forgets it: then gives what was not acknowledged.
    pub fn cut(&self, is_forgotten: bool) -> Vec<String> {
        let mut out = self.shared.out.lock().unwrap();
        out.is_open = false;
        if let Some(stream) = out.newest.take() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        let unacked = if is_forgotten { out.unacked.take() } else { None };
        unacked.unwrap_or_default().into()
    }

    /// What clients have sent that has all of these texts in it.
    pub fn heard(&self, texts: &[&str]) -> Vec<String> {
        let heard = self.shared.heard.lock().unwrap();
        let wanted = |xml: &&String| texts.iter().all(|text| xml.contains(text));
        heard.iter().filter(wanted).cloned().collect()
    }
}

/// The value of an attribute of the first tag that has it.
pub fn attr(xml: &str, name: &str) -> String {
    for quote in ['\'', '"'] {
        if let Some((_, rest)) = xml.split_once(&format!(" {name}={quote}")) {
            return rest.split(quote).next().unwrap().to_owned();
        }
    }
    String::new()
}

/// The length of the first whole element, if there is one.
fn element_end(xml: &str) -> Option<usize> {
    let (mut depth, mut at) = (0, 0);
    while let Some(start) = xml[at..].find('<').map(|found| at + found) {
        let end = start + xml[start..].find('>')? + 1;
        let tag = &xml[start..end];
        if tag.starts_with("</") {
            depth -= 1;
        } else if !tag.ends_with("/>") {
            depth += 1;
        }
        at = end;
        if depth == 0 {
            return Some(end);
        }
    }
    None
}

/// A client's connection.
pub struct Connection {
    number: usize,
    stream: TcpStream,
    unread: String,
    shared: Arc<Shared>,
}

impl Connection {
    /// Takes what `end` finds off the input. `None` when the client has gone.
    fn take(&mut self, end: impl Fn(&str) -> Option<usize>) -> Option<String> {
        let mut buffer = [0; 4096];
        loop {
            if let Some(end) = end(&self.unread) {
                return Some(self.unread.drain(..end).collect());
            }
            let read = self.stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
            self.unread.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        }
    }

    /// The way to the client. `None` when it has made another connection.
    fn out(&self) -> Option<MutexGuard<'_, Out>> {
        let out = self.shared.out.lock().unwrap();
        (out.connections == self.number).then_some(out)
    }

    pub fn say(&mut self, xml: &str) {
        if let Some(mut out) = self.out() {
            out.say(xml);
        }
    }

    /// Breaks the connection.
    pub fn break_off(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    fn run(mut self) -> Option<()> {
        let header = |xml: &str| {
            let start = xml.find("<stream:stream")?;
            Some(start + xml[start..].find('>')? + 1)
        };
        self.take(header)?;
        self.say(&format!(
            "{HEADER}<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>\
             </mechanisms></stream:features>"
        ));
        self.take(element_end)?;
        self.say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
        self.take(header)?;
        let managed = if self.shared.is_managed {
            "<sm xmlns='urn:xmpp:sm:3'/>"
        } else {
            ""
        };
        self.say(&format!(
            "{HEADER}<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>{managed}</stream:features>"
        ));
        loop {
            let xml = self.take(element_end)?.trim_start().to_owned();
            self.out()?.handled += u32::from(is_stanza(&xml));
            self.shared.heard.lock().unwrap().push(xml.clone());
            let shared = Arc::clone(&self.shared);
            if (shared.act)(&mut self, &xml) {
                continue;
            }
            if xml.starts_with("<iq") && ["get", "set"].contains(&attr(&xml, "type").as_str()) {
                self.answer(&xml);
            } else if xml.starts_with("<presence") {
                self.let_in(&xml);
            } else if xml.starts_with("<enable") {
                let mut out = self.out()?;
                (out.handled, out.acked) = (0, 0);
                out.unacked = self.shared.is_resuming.then(VecDeque::new);
                out.is_open = true;
                out.say("<enabled xmlns='urn:xmpp:sm:3' id='sm' resume='true'/>");
            } else if xml.starts_with("<resume") {
                self.out()?.resume(&xml);
            } else if xml.starts_with("<a ") {
                self.out()?.acknowledge(attr(&xml, "h").parse().unwrap());
            } else if xml.starts_with("<r ") {
                let mut out = self.out()?;
                let h = out.handled;
                out.say(&format!("<a xmlns='urn:xmpp:sm:3' h='{h}'/>"));
            }
        }
    }

    /// Answers a request with this payload.
    pub fn reply(&mut self, iq: &str, payload: &str) {
        self.end_iq(iq, "result", payload);
    }

    /// Refuses a request with this condition.
    pub fn refuse(&mut self, iq: &str, condition: &str) {
        let error = format!("<error type='cancel'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>");
        self.end_iq(iq, "error", &error);
    }

    fn end_iq(&mut self, iq: &str, type_: &str, payload: &str) {
        let (id, to) = (attr(iq, "id"), attr(iq, "to"));
        let from = if to.is_empty() {
            String::new()
        } else {
            format!("from='{to}'")
        };
        self.say(&format!("<iq type='{type_}' id='{id}' {from}>{payload}</iq>"));
    }

    /// A room of one's own, archives that are empty, one group, and nothing else.
    fn answer(&mut self, iq: &str) {
        let to = attr(iq, "to");
        let features = |identity: &str, feature: &str| {
            format!(
                "<query xmlns='http://jabber.org/protocol/disco#info'><identity {identity}/>\
                 <feature var='http://jabber.org/protocol/disco#info'/><feature var='{feature}'/></query>"
            )
        };
        let payload = if iq.contains("xmpp-bind") {
            format!("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>{ME}/phone</jid></bind>")
        } else if iq.contains("disco#items") {
            "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='conference.im.test'/></query>".to_owned()
        } else if iq.contains("disco#info") && to == "conference.im.test" {
            features("category='conference' type='text'", "http://jabber.org/protocol/muc")
        } else if iq.contains("disco#info") && to.ends_with("@conference.im.test") {
            features("category='conference' type='text' name='Team'", "muc_membersonly")
        } else if iq.contains("disco#info") {
            features("category='account' type='registered'", "urn:xmpp:mam:2")
        } else if iq.contains("jabber:iq:roster") {
            "<query xmlns='jabber:iq:roster'/>".to_owned()
        } else if iq.contains("urn:xmpp:mam:2") {
            "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'/></fin>".to_owned()
        } else if iq.contains("<items") && iq.contains("urn:xmpp:bookmarks:1") {
            bookmarks(&[ROOM])
        } else {
            String::new()
        };
        self.reply(iq, &payload);
    }

    /// Every room lets the account in, as a member.
    fn let_in(&mut self, presence: &str) {
        let to = attr(presence, "to");
        if let Some((room, _)) = to.split_once('/')
            && attr(presence, "type").is_empty()
        {
            self.say(&entered(room));
        }
    }
}

/// The presence of the account's that a room shows to it.
pub fn entered(room: &str) -> String {
    format!(
        "<presence from='{room}/alice' to='{ME}/phone'><x xmlns='{MUC_USER}'>\
         <item affiliation='member' role='participant' jid='{ME}/phone'/><status code='110'/></x></presence>"
    )
}

/// The items of the account's bookmarks.
pub fn bookmarks(rooms: &[&str]) -> String {
    let items: String = rooms
        .iter()
        .map(|room| {
            format!("<item id='{room}'><conference xmlns='urn:xmpp:bookmarks:1' autojoin='true' name='Team'/></item>")
        })
        .collect();
    format!(
        "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'>{items}</items></pubsub>"
    )
}
