//! XMPP servers for tests: each one private, on loopback, with its own config, data and certificate, on free ports, and gone
//! when the test program ends, however it ends.
//!
//! A test program starts each kind once ([`prosody`], [`ejabberd`]) and keeps its tests apart by users of their own.

#![allow(dead_code)]

pub mod cluster;
pub mod ejabberd;
pub mod guard;
pub mod newer;
pub mod postgres;
pub mod prosody;
pub mod proxy;
pub mod tls;

use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The domain that the servers serve.
pub const DOMAIN: &str = "im.test";
/// The password of every user.
pub const PASSWORD: &str = "s3cret-pässword";

/// A running server.
pub trait Server: Send + Sync {
    /// `prosody` or `ejabberd`.
    fn kind(&self) -> &'static str;
    /// Where clients connect in the clear and switch to TLS.
    fn port(&self) -> u16;
    /// Where clients connect with TLS from the first byte.
    fn tls_port(&self) -> u16;
    /// The certificate that signed the server's.
    fn ca_file(&self) -> &Path;
    /// Makes a user with [`PASSWORD`].
    fn add_user(&self, name: &str);
    /// Lets a user in no more.
    fn shut_out(&self, jid: &str);
    /// Stops it, and starts it again on the same ports with the same data.
    fn restart(&self);

    /// Whether its archives drop a message that is retracted, so that a later device never sees it. They go by the id alone,
    /// whoever names it.
    fn drops_retracted(&self) -> bool {
        false
    }

    /// Whether its rooms give each occupant an id that stays (XEP-0421). Without it an archive that hides who people are does
    /// not say whose a message is.
    fn names_occupants(&self) -> bool {
        true
    }

    /// A user of whom nobody else knows: the JID.
    fn new_user(&self, prefix: &str) -> String {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let name = format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.add_user(&name);
        format!("{name}@{DOMAIN}")
    }

    /// `backend` of a client's config.
    fn backend(&self, jid: &str) -> Value {
        self.backend_at(jid, self.port())
    }

    /// The same, through a port of the test's own.
    fn backend_at(&self, jid: &str, port: u16) -> Value {
        json!({
            "kind": "xmpp",
            "jid": jid,
            "password": PASSWORD,
            "host": "127.0.0.1",
            "port": port,
            "caFile": self.ca_file(),
        })
    }
}

/// The program's Prosody.
pub fn prosody() -> &'static dyn Server {
    static SERVER: OnceLock<prosody::Prosody> = OnceLock::new();
    SERVER.get_or_init(prosody::Prosody::start)
}

/// The program's ejabberd.
pub fn ejabberd() -> &'static dyn Server {
    static SERVER: OnceLock<ejabberd::Ejabberd> = OnceLock::new();
    SERVER.get_or_init(ejabberd::Ejabberd::start)
}

/// The program's newer Prosody.
pub fn newer_prosody() -> &'static dyn Server {
    static SERVER: OnceLock<prosody::Prosody> = OnceLock::new();
    SERVER.get_or_init(|| prosody::Prosody::start_with(Age::Newer, include_str!("prosody.cfg.lua")))
}

/// The program's newer ejabberd.
pub fn newer_ejabberd() -> &'static dyn Server {
    static SERVER: OnceLock<ejabberd::Ejabberd> = OnceLock::new();
    SERVER.get_or_init(|| ejabberd::Ejabberd::start_with(Age::Newer, include_str!("ejabberd.yml")))
}

/// A newer Prosody with the settings that public servers have.
pub fn public_prosody() -> &'static dyn Server {
    static SERVER: OnceLock<prosody::Prosody> = OnceLock::new();
    SERVER.get_or_init(|| prosody::Prosody::start_with(Age::Newer, include_str!("public.cfg.lua")))
}

/// A newer ejabberd with the settings that public servers have.
pub fn public_ejabberd() -> &'static dyn Server {
    static SERVER: OnceLock<ejabberd::Ejabberd> = OnceLock::new();
    SERVER.get_or_init(|| ejabberd::Ejabberd::start_with(Age::Newer, include_str!("public.yml")))
}

/// The Prosody of the machine with the settings that public servers have.
pub fn older_public_prosody() -> &'static dyn Server {
    static SERVER: OnceLock<prosody::Prosody> = OnceLock::new();
    SERVER.get_or_init(|| prosody::Prosody::start_with(Age::Installed, include_str!("public.cfg.lua")))
}

/// The ejabberd of the machine with the settings that public servers have, but for what it does not know yet.
pub fn older_public_ejabberd() -> &'static dyn Server {
    static SERVER: OnceLock<ejabberd::Ejabberd> = OnceLock::new();
    let config = || include_str!("public.yml").replace("  mod_muc_occupantid: {}\n", "");
    SERVER.get_or_init(|| ejabberd::Ejabberd::start_with(Age::Installed, &config()))
}

/// Which version of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// The one that is installed on the machine.
    Installed,
    /// The one of [`newer`].
    Newer,
}

/// Ports that nobody uses at this moment, and that no other call gives. They lie below those that systems take for outgoing
/// connections: one of these could be taken by a client before the server listens, or while it starts again.
pub fn free_ports<const N: usize>() -> [u16; N] {
    const FIRST: usize = 10_000;
    const COUNT: usize = 22_000;
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    // Programs that run at the same time begin at different places.
    let begin = std::process::id() as usize * 101;
    std::array::from_fn(|_| {
        (0..COUNT)
            .map(|_| u16::try_from(FIRST + (begin + NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT).unwrap())
            .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
            .expect("a port is free")
    })
}

/// A directory of the test program's own, which every user may enter: servers run as users of theirs. In memory where that is
/// possible: an archive that waits for a disk at every message takes some thirty a second, and all else waits behind them.
pub fn fresh_dir(name: &str) -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let memory = PathBuf::from("/dev/shm");
    let parent = if memory.is_dir() { memory } else { std::env::temp_dir() };
    let dir = parent.join(format!("libim-{name}-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o777)).unwrap();
    dir
}

/// A file of this folder with its `@NAMES@` filled in.
pub fn filled(template: &str, values: &[(&str, String)]) -> String {
    let mut text = template.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("@{name}@"), value);
    }
    assert!(!text.contains("@DIR@"), "a name was left out");
    text
}

/// Looks again and again until something is true.
pub fn until(what: &str, is_true: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !is_true() {
        assert!(Instant::now() < end, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
