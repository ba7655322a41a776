//! An ejabberd of the test's own: one node, with everything in SQLite.

use super::guard::Process;
use super::{DOMAIN, PASSWORD, Server, filled, free_ports, fresh_dir, tls};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// A running ejabberd.
pub struct Ejabberd {
    dir: PathBuf,
    port: u16,
    tls_port: u16,
    http_port: u16,
    /// Where Erlang's nodes find each other; its own, so that nobody else's are met.
    epmd_port: u16,
    ca: PathBuf,
    process: Mutex<Option<Process>>,
}

impl Ejabberd {
    /// Starts one.
    pub fn start() -> Self {
        let dir = fresh_dir("ejabberd");
        let certificates = tls::make(&dir);
        let both = [&certificates.certificate, &certificates.key].map(|path| std::fs::read_to_string(path).unwrap());
        std::fs::write(dir.join("both.pem"), both.concat()).unwrap();
        let [port, tls_port, http_port, epmd_port] = free_ports();
        let config = filled(
            include_str!("ejabberd.yml"),
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
        // The package's script insists on a user of its own; a private instance runs as whoever tests.
        let script =
            std::fs::read_to_string("/usr/sbin/ejabberdctl").expect("ejabberd is there: scripts/setup.sh test");
        let own = script.replace("INSTALLUSER=ejabberd", "INSTALLUSER=");
        std::fs::write(dir.join("ejabberdctl"), own).unwrap();
        let server = Self {
            dir,
            port,
            tls_port,
            http_port,
            epmd_port,
            ca: certificates.ca,
            process: Mutex::new(None),
        };
        *server.process.lock().unwrap() = Some(server.run());
        server
    }

    fn run(&self) -> Process {
        let path = |name: &str| self.dir.join(name).display().to_string();
        let mut command = Command::new("bash");
        command.arg(self.dir.join("ejabberdctl"));
        command.env("ERL_EPMD_PORT", self.epmd_port.to_string());
        command.args(["-n", &format!("libim{}@localhost", self.port)]);
        command.args(["-s", &path("spool"), "-l", &path("logs"), "-f", &path("ejabberd.yml")]);
        command.args(["-d", &self.dir.display().to_string(), "foreground"]);
        Process::start(&self.dir, &mut command, &[self.port, self.tls_port, self.http_port])
    }

    /// Calls the server's administration.
    pub fn admin(&self, command: &str, arguments: &serde_json::Value) -> String {
        post(self.http_port, command, arguments)
    }
}

/// Calls the administration on a port.
pub fn post(port: u16, command: &str, arguments: &serde_json::Value) -> String {
    let body = arguments.to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        stream,
        "POST /api/{command} HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains(" 200 "), "{command}: {answer}");
    answer
}

impl Server for Ejabberd {
    fn kind(&self) -> &'static str {
        "ejabberd"
    }

    fn port(&self) -> u16 {
        self.port
    }

    fn tls_port(&self) -> u16 {
        self.tls_port
    }

    fn ca_file(&self) -> &Path {
        &self.ca
    }

    fn add_user(&self, name: &str) {
        self.admin(
            "register",
            &json!({ "user": name, "host": DOMAIN, "password": PASSWORD }),
        );
    }

    fn restart(&self) {
        let mut process = self.process.lock().unwrap();
        if let Some(running) = process.take() {
            running.stop();
        }
        *process = Some(self.run());
    }
}
