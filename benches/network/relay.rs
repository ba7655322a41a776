//! A relay that makes a connection slow: what passes arrives so much later, in either direction. It counts the stanzas that
//! a client sends, where they are not encrypted.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The relay. It stands as long as the program.
pub struct Relay {
    port: u16,
    sent: Arc<Mutex<Vec<String>>>,
}

impl Relay {
    /// In front of a port of this machine.
    pub fn to(target: u16, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let sent = Arc::<Mutex<Vec<String>>>::default();
        let stanzas = Arc::clone(&sent);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                // The way there and back that a connection costs before anything is said.
                std::thread::sleep(delay * 2);
                let Ok(server) = TcpStream::connect(("127.0.0.1", target)) else {
                    continue;
                };
                let (client_in, server_in) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                carry(client_in, server, delay, Some(Arc::clone(&stanzas)));
                carry(server_in, client, delay, None);
            }
        });
        Self { port, sent }
    }

    /// Where clients connect.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The stanzas that clients have sent since this was asked last.
    pub fn sent(&self) -> Vec<String> {
        std::mem::take(&mut *self.sent.lock().unwrap())
    }
}

/// Reads at once and writes later, on two threads: much may be on its way at a time.
fn carry(mut from: TcpStream, to: TcpStream, delay: Duration, stanzas: Option<Arc<Mutex<Vec<String>>>>) {
    to.set_nodelay(true).unwrap();
    let (sender, on_its_way) = channel();
    std::thread::spawn(move || write_later(to, &on_its_way));
    std::thread::spawn(move || {
        let mut buffer = [0; 64 * 1024];
        let mut splitter = Splitter::default();
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            if let Some(stanzas) = &stanzas {
                stanzas.lock().unwrap().extend(splitter.split(&buffer[..read]));
            }
            if sender.send((Instant::now() + delay, buffer[..read].to_vec())).is_err() {
                break;
            }
        }
    });
}

fn write_later(mut to: TcpStream, on_its_way: &Receiver<(Instant, Vec<u8>)>) {
    for (time, bytes) in on_its_way {
        std::thread::sleep(time.saturating_duration_since(Instant::now()));
        if to.write_all(&bytes).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

/// Cuts a stream into stanzas. A stream that is encrypted has none.
#[derive(Default)]
struct Splitter {
    open: Vec<u8>,
    /// How many elements are open within the stream's.
    depth: usize,
    stanza: String,
}

impl Splitter {
    fn split(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut stanzas = Vec::new();
        for byte in bytes {
            self.open.push(*byte);
            if *byte != b'>' {
                continue;
            }
            let part = String::from_utf8_lossy(&std::mem::take(&mut self.open)).into_owned();
            let tag = part.rfind('<').map_or("", |start| &part[start..]);
            if tag.starts_with("<?") || tag.starts_with("<stream:") || tag.starts_with("</stream:") {
                continue;
            }
            self.stanza.push_str(&part);
            if tag.starts_with("</") {
                self.depth = self.depth.saturating_sub(1);
            } else if !tag.ends_with("/>") {
                self.depth += 1;
            }
            if self.depth == 0 {
                stanzas.push(std::mem::take(&mut self.stanza));
            }
        }
        stanzas
    }
}
