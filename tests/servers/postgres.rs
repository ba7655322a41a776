//! A PostgreSQL of the test's own, with ejabberd's tables. Nothing in it outlives the test program.

use super::guard::Process;
use super::{free_ports, fresh_dir};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian's ejabberd has its tables.
const TABLES: &str = "/usr/share/ejabberd/sql/pg.sql";
/// The user of the database and its name.
pub const NAME: &str = "ejabberd";

/// A running PostgreSQL.
pub struct Postgres {
    port: u16,
    /// Ends the server when it is dropped.
    _process: Process,
}

impl Postgres {
    /// Starts one, with a database [`NAME`] that the user [`NAME`] enters without a password.
    pub fn start() -> Self {
        let dir = fresh_dir("postgres");
        let [port] = free_ports();
        let programs = programs();
        let data = dir.join("data").display().to_string();
        done(
            as_mortal(&programs.join("initdb"))
                .current_dir(&dir)
                .args(["-D", &data, "-U", NAME, "-A", "trust", "-E", "UTF8"])
                .args(["--no-locale", "--no-sync"]),
        );
        let mut server = as_mortal(&programs.join("postgres"));
        server.args(["-D", &data, "-p", &port.to_string()]);
        // The machine does not lose its power during a test, so nobody has to wait for its disk.
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            "full_page_writes=off",
        ] {
            server.args(["-c", setting]);
        }
        let postgres = Self {
            port,
            _process: Process::start(&dir, &mut server, &[port]),
        };
        // Its port answers before it does.
        let answers = || {
            postgres
                .psql("postgres", &["-c", "SELECT 1"])
                .output()
                .is_ok_and(|output| output.status.success())
        };
        super::until("PostgreSQL answers", answers);
        postgres.run("postgres", &["-c", &format!("CREATE DATABASE {NAME}")]);
        postgres.run(NAME, &["-f", TABLES]);
        postgres
    }

    /// Where it listens, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What a query of one column answers: a line for each row.
    pub fn ask(&self, query: &str) -> Vec<String> {
        let lines = self.run(NAME, &["-A", "-t", "-c", query]);
        lines.lines().map(str::to_owned).collect()
    }

    fn run(&self, database: &str, arguments: &[&str]) -> String {
        done(&mut self.psql(database, arguments))
    }

    fn psql(&self, database: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(programs().join("psql"));
        command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1"]);
        command.args(["-p", &self.port.to_string(), "-U", NAME, "-d", database]);
        command.args(arguments);
        command
    }
}

/// The folder of the newest PostgreSQL that is installed.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("postgresql is there: scripts/setup.sh test");
    let newest = versions
        .map(|entry| entry.unwrap().path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .max();
    newest.expect("postgresql is there: scripts/setup.sh test")
}

/// A command that does not run as root, which PostgreSQL refuses.
fn as_mortal(program: &Path) -> Command {
    let root = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0;
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    command.arg(program);
    command
}

fn done(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}
