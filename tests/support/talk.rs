//! A program that prints lines and takes commands, for as long as a test talks to it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A running program, which is killed when the test fails.
pub struct Talk {
    child: Child,
    lines: Receiver<String>,
    commands: Option<ChildStdin>,
}

impl Talk {
    /// Starts a program.
    pub fn to(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (printed, lines) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || output.lines().for_each(|line| drop(printed.send(line.unwrap()))));
        let commands = child.stdin.take();
        Self { child, lines, commands }
    }

    /// Waits until it prints a line.
    pub fn prints(&self, wanted: &str) {
        let mut before = Vec::new();
        while before.last().is_none_or(|line| line != wanted) {
            let line = self.lines.recv_timeout(Duration::from_secs(60));
            before.push(line.unwrap_or_else(|_| panic!("no line {wanted:?} after {before:?}")));
        }
    }

    /// Types lines.
    pub fn types(&mut self, lines: &str) {
        self.commands.as_mut().unwrap().write_all(lines.as_bytes()).unwrap();
    }

    /// Waits for its end, which must be a good one.
    pub fn ends(mut self) {
        self.commands = None;
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
