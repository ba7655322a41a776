//! The other client, as the bench drives it.

use crate::servers::{PASSWORD, Server};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running slixmpp. It ends when it is dropped.
pub struct Other {
    process: Child,
    input: ChildStdin,
    told: Lines<BufReader<ChildStdout>>,
}

impl Other {
    /// Starts it, and does not log in yet.
    pub fn start(server: &dyn Server, jid: &str, port: u16) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/network/client.py");
        // The Python that scripts/setup.sh has given slixmpp.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let mut process = Command::new(target.join("venv/bin/python"))
            .arg(script)
            .args([jid, PASSWORD, "127.0.0.1", &port.to_string()])
            .arg(server.ca_file())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python with slixmpp is there: scripts/setup.sh test");
        let (input, output) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let mut other = Self {
            process,
            input,
            told: BufReader::new(output).lines(),
        };
        other.until("ready");
        other
    }

    /// Does something to the end.
    pub fn ok(&mut self, command: &Value) {
        self.begin(command);
        self.until("done");
    }

    /// Begins to do something.
    pub fn begin(&mut self, command: &Value) {
        writeln!(self.input, "{command}").unwrap();
        self.input.flush().unwrap();
    }

    /// Waits until it has told something.
    pub fn until(&mut self, what: &str) {
        let told = self.told.next().expect("slixmpp goes on").unwrap();
        assert_eq!(told, json!({ "is": what }).to_string().replace(':', ": "));
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
