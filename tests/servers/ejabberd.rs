//! An ejabberd of the test's own: one node, with everything in SQLite. A cluster (`cluster.rs`) is made of several, with
//! another database.

use super::guard::Process;
use super::{Age, DOMAIN, PASSWORD, Server, filled, free_ports, fresh_dir, newer, tls};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

/// What the nodes of one service have in common: their certificate, and where they find each other. That is private, so that
/// nobody else's nodes are met; left alone, Erlang starts one for the whole machine, which stays.
pub struct Common {
    epmd_port: u16,
    certificates: tls::Certificates,
    /// Ends the meeting place when it is dropped.
    _epmd: Process,
}

impl Common {
    /// Makes it.
    pub fn start() -> Arc<Self> {
        let [epmd_port] = free_ports();
        let dir = fresh_dir("epmd");
        let certificates = tls::make(&dir);
        let mut epmd = Command::new("epmd");
        epmd.args(["-address", "127.0.0.1", "-port", &epmd_port.to_string()]);
        Arc::new(Self {
            epmd_port,
            certificates,
            _epmd: Process::start(&dir, &mut epmd, &[epmd_port]),
        })
    }
}

/// A running ejabberd.
pub struct Ejabberd {
    name: String,
    age: Age,
    dir: PathBuf,
    port: u16,
    tls_port: u16,
    http_port: u16,
    process: Mutex<Option<Process>>,
    common: Arc<Common>,
}

impl Ejabberd {
    /// Starts one.
    pub fn start() -> Self {
        Self::start_with(Age::Installed, include_str!("ejabberd.yml"))
    }

    /// Starts one of some age, with a config.
    pub fn start_with(age: Age, config: &str) -> Self {
        Self::start_as("alone", age, &Common::start(), config)
    }

    /// Starts one of several that have something in common, with a config of theirs.
    pub fn start_node(name: &str, common: &Arc<Common>, config: &str) -> Self {
        Self::start_as(name, Age::Installed, common, config)
    }

    fn start_as(name: &str, age: Age, common: &Arc<Common>, config: &str) -> Self {
        let dir = fresh_dir("ejabberd");
        let certificates = &common.certificates;
        let both = [&certificates.certificate, &certificates.key].map(|path| std::fs::read_to_string(path).unwrap());
        std::fs::write(dir.join("both.pem"), both.concat()).unwrap();
        let [port, tls_port, http_port] = free_ports();
        let config = filled(
            config,
            &[
                ("DIR", dir.display().to_string()),
                ("PORT", port.to_string()),
                ("TLS_PORT", tls_port.to_string()),
                ("HTTP_PORT", http_port.to_string()),
                ("DOMAIN", DOMAIN.to_owned()),
            ],
        );
        std::fs::write(dir.join("ejabberd.yml"), config).unwrap();
        std::fs::write(dir.join("inetrc"), "{lookup, [\"file\", \"native\"]}.\n").unwrap();
        for name in ["spool", "logs"] {
            std::fs::create_dir(dir.join(name)).unwrap();
        }
        // Nodes talk to those who know this word.
        let cookie = dir.join(".erlang.cookie");
        std::fs::write(&cookie, format!("libim{}", common.epmd_port)).unwrap();
        std::fs::set_permissions(&cookie, std::fs::Permissions::from_mode(0o400)).unwrap();
        // The package's script insists on a user of its own; a private instance runs as whoever tests.
        let script = match age {
            Age::Installed => PathBuf::from("/usr/sbin/ejabberdctl"),
            Age::Newer => newer::root().join("usr/sbin/ejabberdctl"),
        };
        let script = std::fs::read_to_string(script).expect("ejabberd is there: scripts/setup.sh test");
        let own = script.replace("INSTALLUSER=ejabberd", "INSTALLUSER=");
        std::fs::write(dir.join("ejabberdctl"), own).unwrap();
        let server = Self {
            name: format!("libim-{name}@localhost"),
            age,
            dir,
            port,
            tls_port,
            http_port,
            process: Mutex::new(None),
            common: Arc::clone(common),
        };
        *server.process.lock().unwrap() = Some(server.run());
        server
    }

    /// What other nodes call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn script(&self) -> Command {
        let path = |name: &str| self.dir.join(name).display().to_string();
        // By `env`, because the environment does not reach into the folder of the newer one.
        let mut command = match self.age {
            Age::Installed => Command::new("env"),
            Age::Newer => newer::command(&self.dir, "env"),
        };
        command.arg(format!("HOME={}", self.dir.display()));
        command.arg(format!("ERL_EPMD_PORT={}", self.common.epmd_port));
        command.arg("ERL_OPTIONS=-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}");
        command.arg("bash").arg(self.dir.join("ejabberdctl"));
        command.args(["-n", &self.name, "-s", &path("spool"), "-l", &path("logs")]);
        command.args(["-f", &path("ejabberd.yml"), "-d", &self.dir.display().to_string()]);
        command
    }

    fn run(&self) -> Process {
        let mut command = self.script();
        command.arg("foreground");
        Process::start(&self.dir, &mut command, &[self.port, self.tls_port, self.http_port])
    }

    /// Runs a command of ejabberdctl, also on a node that is starting: what it prints.
    pub fn control(&self, arguments: &[&str]) -> String {
        let output = self.script().args(arguments).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }

    /// Whether all of it has started; its ports answer a little earlier.
    pub fn is_ready(&self) -> bool {
        let ports = [self.port, self.tls_port, self.http_port];
        self.control(&["status"]).contains("is running")
            && ports
                .iter()
                .all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok())
    }

    /// Ends it as an operator does: its clients are told, and its data stays.
    pub fn stop(&self) {
        let running = self.process.lock().unwrap().take();
        running.expect("it runs").stop();
    }

    /// Calls the server's administration.
    pub fn admin(&self, command: &str, arguments: &serde_json::Value) -> String {
        post(self.http_port, command, arguments)
    }
}

/// Calls the administration on a port. With many connections at a time ejabberd resets some, before or after it has
/// carried out the command: what was reset is tried again, and then finding it done (409) is as good.
pub fn post(port: u16, command: &str, arguments: &serde_json::Value) -> String {
    for attempt in 0..10 {
        let answer = try_post(port, command, &arguments.to_string());
        if answer.contains(" 200 ") || (attempt > 0 && answer.contains(" 409 ")) {
            return answer;
        }
        assert!(answer.is_empty(), "{command}: {answer}");
    }
    panic!("{command}: every connection was reset");
}

/// The answer as far as it came.
fn try_post(port: u16, command: &str, body: &str) -> String {
    let mut answer = Vec::new();
    let mut exchange = || -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        write!(
            stream,
            "POST /api/{command} HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )?;
        stream.read_to_end(&mut answer).map(drop)
    };
    match exchange() {
        Err(error) if error.kind() != std::io::ErrorKind::ConnectionReset => panic!("{command}: {error}"),
        _ => String::from_utf8(answer).unwrap(),
    }
}

impl Server for Ejabberd {
    fn kind(&self) -> &'static str {
        "ejabberd"
    }

    fn names_occupants(&self) -> bool {
        // A module of its own, which 23.01 does not have.
        let config = std::fs::read_to_string(self.dir.join("ejabberd.yml")).unwrap();
        config.contains("mod_muc_occupantid")
    }

    fn drops_retracted(&self) -> bool {
        self.age == Age::Newer
    }

    fn port(&self) -> u16 {
        self.port
    }

    fn tls_port(&self) -> u16 {
        self.tls_port
    }

    fn ca_file(&self) -> &Path {
        &self.common.certificates.ca
    }

    fn add_user(&self, name: &str) {
        self.admin(
            "register",
            &json!({ "user": name, "host": DOMAIN, "password": PASSWORD }),
        );
    }

    fn shut_out(&self, jid: &str) {
        let (name, _) = jid.split_once('@').unwrap();
        self.admin("unregister", &json!({ "user": name, "host": DOMAIN }));
    }

    fn restart(&self) {
        self.stop();
        *self.process.lock().unwrap() = Some(self.run());
    }
}

impl Drop for Ejabberd {
    fn drop(&mut self) {
        // Where it runs, its guard removes the directory.
        if self.process.lock().unwrap().is_none() {
            let _ = std::fs::remove_dir_all(&self.dir);
        }
    }
}
