//! A server process that ends with the test program. It stands under a shell that waits for the end of its input, which the
//! program holds open: that end comes also when the program is killed.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The shell: it starts the server in a process group of its own, ends the group when its input ends, waits until the
/// server is gone and removes the directory if that was asked for.
const SHELL: &str = r#"
dir=$1; shift
setsid "$@" </dev/null >"$dir/output" 2>&1 &
pid=$!
read -r word
kill -TERM -"$pid" 2>/dev/null
tries=0
while kill -0 -"$pid" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -gt 100 ] && kill -KILL -"$pid" 2>/dev/null
    sleep 0.05
done
[ "$word" = keep ] || rm -rf "$dir"
"#;

/// A server process.
pub struct Process {
    shell: Child,
    dir: PathBuf,
}

impl Process {
    /// Starts `command` with its output in `dir`, and waits until its ports answer.
    pub fn start(dir: &Path, command: &mut Command, ports: &[u16]) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", SHELL, "sh"]).arg(dir);
        shell.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                shell.env(name, value);
            }
        }
        let shell = shell.stdin(Stdio::piped()).spawn().expect("sh is there");
        let mut process = Self {
            shell,
            dir: dir.to_path_buf(),
        };
        let until = Instant::now() + Duration::from_secs(180);
        while !ports
            .iter()
            .all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok())
        {
            assert!(Instant::now() < until, "the server did not start: {}", process.output());
            assert!(
                process.shell.try_wait().unwrap().is_none(),
                "the server ended: {}",
                process.output()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        process
    }

    /// What it has printed.
    pub fn output(&self) -> String {
        let mut text = String::new();
        if let Ok(mut file) = std::fs::File::open(self.dir.join("output")) {
            let _ = file.read_to_string(&mut text);
        }
        text
    }

    /// Ends it and keeps its data.
    pub fn stop(mut self) {
        writeln!(self.shell.stdin.take().unwrap(), "keep").unwrap();
        self.shell.wait().unwrap();
    }
}
