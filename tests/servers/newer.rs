//! Servers that are newer than those of the machine: a Debian trixie in a folder of its own, which scripts/debian-root.sh
//! makes. They share the machine's network, and see the test's folder under the same path.

use std::path::{Path, PathBuf};
use std::process::Command;

/// `server-root` in cargo's target folder, in whose `<profile>/deps` this program is.
pub fn root() -> PathBuf {
    let this = std::env::current_exe().unwrap();
    this.ancestors().nth(3).unwrap().join("server-root")
}

/// A program of that Debian, which may write into `dir`. It starts with an empty environment.
pub fn command(dir: &Path, program: &str) -> Command {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/debian-root.sh");
    let mut command = Command::new(script);
    command.arg("run").arg(root()).arg("-w").arg(dir).arg(program);
    command
}
