//! A proxy that cuts: between a client and a server, it breaks connections at any byte, refuses new ones, or stalls.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

struct Shared {
    target: AtomicU16,
    open: Mutex<Vec<TcpStream>>,
    refuses: AtomicBool,
    holds: AtomicBool,
    ended: AtomicBool,
    /// How many bytes may still pass, in either direction, before the cut; negative when none is armed.
    left: AtomicI64,
    cuts: AtomicUsize,
}

/// The proxy. It ends when it is dropped.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

impl Proxy {
    /// A proxy in front of a port of this machine.
    pub fn to(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            target: AtomicU16::new(target),
            open: Mutex::default(),
            refuses: AtomicBool::new(false),
            holds: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            left: AtomicI64::new(-1),
            cuts: AtomicUsize::new(0),
        });
        let own = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if own.ended.load(Ordering::Acquire) {
                    break;
                }
                let Ok(client) = client else { continue };
                if own.refuses.load(Ordering::Acquire) {
                    reset(&client);
                    continue;
                }
                let Ok(server) = TcpStream::connect(("127.0.0.1", own.target.load(Ordering::Acquire))) else {
                    reset(&client);
                    continue;
                };
                own.connect(client, server);
            }
        });
        Self { port, shared }
    }

    /// Where clients connect.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Leads new connections to another server.
    pub fn lead_to(&self, target: u16) {
        self.shared.target.store(target, Ordering::Release);
    }

    /// Breaks every connection now.
    pub fn cut(&self) {
        self.shared.cut();
    }

    /// Breaks every connection after so many bytes more.
    pub fn cut_after(&self, bytes: i64) {
        self.shared.left.store(bytes, Ordering::Release);
    }

    /// Refuses new connections, or no longer.
    pub fn refuse(&self, refuses: bool) {
        self.shared.refuses.store(refuses, Ordering::Release);
    }

    /// Lets nothing pass, or again.
    pub fn hold(&self, holds: bool) {
        self.shared.holds.store(holds, Ordering::Release);
    }

    /// How often connections were broken.
    pub fn cuts(&self) -> usize {
        self.shared.cuts.load(Ordering::Acquire)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Release);
        self.shared.cut();
        // The listener looks at its end when somebody comes.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Shared {
    fn connect(self: &Arc<Self>, client: TcpStream, server: TcpStream) {
        for stream in [&client, &server] {
            stream.set_nodelay(true).unwrap();
            self.open.lock().unwrap().push(stream.try_clone().unwrap());
        }
        for (from, to) in [
            (client.try_clone().unwrap(), server.try_clone().unwrap()),
            (server, client),
        ] {
            let own = Arc::clone(self);
            std::thread::spawn(move || own.carry(from, to));
        }
    }

    fn carry(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = [0; 16 * 1024];
        while let Ok(read) = from.read(&mut buffer) {
            while self.holds.load(Ordering::Acquire) && !self.ended.load(Ordering::Acquire) {
                std::thread::sleep(Duration::from_millis(5));
            }
            let left = self.left.load(Ordering::Acquire);
            if read == 0 {
                break;
            }
            let passes = if left < 0 {
                read
            } else {
                read.min(usize::try_from(left).unwrap())
            };
            if to.write_all(&buffer[..passes]).is_err() {
                break;
            }
            if left >= 0
                && self.left.fetch_sub(i64::try_from(read).unwrap(), Ordering::AcqRel) <= i64::try_from(read).unwrap()
            {
                self.left.store(-1, Ordering::Release);
                self.cut();
                return;
            }
        }
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }

    fn cut(&self) {
        let open = std::mem::take(&mut *self.open.lock().unwrap());
        if !open.is_empty() {
            self.cuts.fetch_add(1, Ordering::AcqRel);
        }
        for stream in open {
            reset(&stream);
        }
    }
}

/// Breaks a connection. What has arrived and was not read goes with it.
fn reset(stream: &TcpStream) {
    let _ = stream.shutdown(Shutdown::Both);
}
