//! A Prosody of the test's own.

use super::guard::Process;
use super::{Age, DOMAIN, PASSWORD, Server, filled, free_ports, fresh_dir, newer, tls};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// A running Prosody.
pub struct Prosody {
    age: Age,
    dir: PathBuf,
    port: u16,
    tls_port: u16,
    http_port: Option<u16>,
    ca: PathBuf,
    process: Mutex<Option<Process>>,
}

impl Prosody {
    /// Starts one.
    pub fn start() -> Self {
        Self::start_with(Age::Installed, include_str!("prosody.cfg.lua"))
    }

    /// Starts one of some age, with a config.
    pub fn start_with(age: Age, config: &str) -> Self {
        let dir = fresh_dir("prosody");
        let certificates = tls::make(&dir);
        let [port, tls_port, http_port] = free_ports();
        let config_has_http = config.contains("@HTTP_PORT@");
        let config = filled(
            config,
            &[
                ("DIR", dir.display().to_string()),
                ("PORT", port.to_string()),
                ("TLS_PORT", tls_port.to_string()),
                ("HTTP_PORT", http_port.to_string()),
                ("CERTIFICATE", certificates.certificate.display().to_string()),
                ("KEY", certificates.key.display().to_string()),
                ("DOMAIN", DOMAIN.to_owned()),
            ],
        );
        std::fs::write(dir.join("prosody.cfg.lua"), config).unwrap();
        std::fs::create_dir_all(dir.join("data/im%2etest/accounts")).unwrap();
        let server = Self {
            age,
            dir,
            port,
            tls_port,
            http_port: config_has_http.then_some(http_port),
            ca: certificates.ca,
            process: Mutex::new(None),
        };
        *server.process.lock().unwrap() = Some(server.run());
        server
    }

    /// Where its config and its data are.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn account(&self, name: &str) -> PathBuf {
        self.dir
            .join(format!("data/im%2etest/accounts/{}.dat", file_name(name)))
    }

    fn run(&self) -> Process {
        let mut command = match self.age {
            Age::Installed => Command::new("prosody"),
            Age::Newer => newer::command(&self.dir, "prosody"),
        };
        command.arg("-F").arg("--config").arg(self.dir.join("prosody.cfg.lua"));
        let ports: Vec<u16> = [self.port, self.tls_port].into_iter().chain(self.http_port).collect();
        Process::start(&self.dir, &mut command, &ports)
    }
}

impl Server for Prosody {
    fn kind(&self) -> &'static str {
        "prosody"
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
        let account = format!("return {{ [\"password\"] = \"{PASSWORD}\"; }};\n");
        std::fs::write(self.account(name), account).unwrap();
    }

    fn shut_out(&self, jid: &str) {
        let (name, _) = jid.split_once('@').unwrap();
        std::fs::remove_file(self.account(name)).unwrap();
    }

    fn restart(&self) {
        let mut process = self.process.lock().unwrap();
        if let Some(running) = process.take() {
            running.stop();
        }
        *process = Some(self.run());
    }
}

/// How Prosody names the file of a user: what is no letter or digit is written as a number.
pub fn file_name(user: &str) -> String {
    let byte = |byte| match byte {
        b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02x}"),
    };
    user.bytes().map(byte).collect()
}
