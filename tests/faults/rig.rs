//! Runs a program on a failing disk (`shim.c`).
//!
//! A program under test takes its arguments, does a fixed piece of work and writes what it does to its standard output, one
//! line each. It knows nothing of the faults.

use crate::support::{command, compile, link_shared, root, seed, temp_dir};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// No round takes longer, unless it hangs.
const SECONDS: &str = "60";

/// What a fault does to an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// That one operation fails.
    Once,
    /// It and every later one fail.
    Always,
    /// The process is killed in its place.
    Kill,
    /// The process is killed when it is done.
    After,
}

/// A fault.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// The kinds of operations that count, as letters of `shim.c`.
    pub operations: &'static str,
    /// The errno, 0 for reads and writes that come short.
    pub error: i32,
    /// What happens.
    pub how: How,
    /// The number of the first operation that it happens to; 0: none.
    pub nth: u64,
}

impl Fault {
    /// No fault: the operations are only counted.
    pub fn none(operations: &'static str) -> Self {
        Self {
            operations,
            error: 0,
            how: How::Once,
            nth: 0,
        }
    }
}

/// How a run ended.
pub struct Run {
    /// The lines of its standard output.
    pub lines: Vec<String>,
    /// Its standard error, for messages.
    pub error: String,
    /// Whether it came to its end.
    pub is_success: bool,
    /// Whether it was killed by the fault.
    pub is_killed: bool,
    /// How many operations were counted, and how many failed.
    pub counted: (u64, u64),
}

/// A compiled shim and a folder for programs.
pub struct Rig {
    dir: tempfile::TempDir,
    shim: PathBuf,
}

impl Rig {
    pub fn new() -> Self {
        let dir = temp_dir();
        let shim = dir.path().join("shim.so");
        command("gcc")
            .args([
                "-std=c11",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-O1",
                "-shared",
                "-fPIC",
                "-D_GNU_SOURCE",
            ])
            .arg(root().join("tests/faults/shim.c"))
            .arg("-o")
            .arg(&shim)
            .arg("-ldl")
            .output();
        Self { dir, shim }
    }

    /// Compiles `tests/faults/<name>.c`.
    pub fn program(&self, name: &str) -> PathBuf {
        program_in(name, self.dir.path())
    }

    /// Runs a program. Operations on paths that contain `path` count. `disk` gets what a power cut would leave.
    pub fn run(
        &self,
        program: &Path,
        args: &[&OsStr],
        path: &Path,
        fault: Fault,
        report: &Path,
        disk: Option<&Path>,
    ) -> Run {
        let mut command = Command::new("timeout");
        command.arg(SECONDS).arg(program).args(args);
        command
            .env("LD_PRELOAD", &self.shim)
            .env("FAULT_PATH", path)
            .env("FAULT_OPS", fault.operations)
            .env("FAULT_NTH", fault.nth.to_string())
            .env("FAULT_ERROR", fault.error.to_string())
            .env("FAULT_HOW", format!("{:?}", fault.how).to_lowercase())
            .env("FAULT_REPORT", report);
        if let Some(disk) = disk {
            command.env("FAULT_DISK", disk);
        }
        let output = command.output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        let code = output.status.code();
        assert!(code != Some(124), "{fault:?}: it hangs; {error}");
        let counts = std::fs::read(report).unwrap();
        let number = |at: usize| u64::from_ne_bytes(counts[at..at + 8].try_into().unwrap());
        let lines = String::from_utf8(output.stdout).unwrap();
        std::fs::remove_file(report).unwrap();
        Run {
            lines: lines.lines().map(str::to_owned).collect(),
            error,
            is_success: output.status.success(),
            // `timeout` dies of the signal that its program died of.
            is_killed: code.is_none_or(|code| code == 137),
            counted: (number(0), number(8)),
        }
    }
}

/// Compiles `tests/faults/<name>.c` into a folder.
pub fn program_in(name: &str, dir: &Path) -> PathBuf {
    compile("faults", name, dir, link_shared(dir))
}

/// Which part of the rounds is played, and in how many parts all are: `LIBIM_FAULTS_PART=3/8`.
pub fn part() -> (usize, usize) {
    let wanted = std::env::var("LIBIM_FAULTS_PART").unwrap_or_else(|_| "1/1".to_owned());
    let (part, parts) = wanted.split_once('/').unwrap();
    let (part, parts) = (part.parse().unwrap(), parts.parse().unwrap());
    assert!((1..=parts).contains(&part), "LIBIM_FAULTS_PART={wanted}");
    (part, parts)
}

/// Which rounds of many are played.
pub struct Rounds {
    random: fastrand::Rng,
    /// Every round, instead of a few.
    pub all: bool,
    /// How many rounds of each kind are played, where that is not left to the test.
    some: Option<usize>,
}

impl Rounds {
    /// `LIBIM_FAULTS=all` plays every round (`make torture`), and a number so many of each kind, with other random damage each
    /// time; else some are played, the same in every run. `LIBIM_SEED` chooses others.
    pub fn new(name: &str) -> Self {
        let wanted = std::env::var("LIBIM_FAULTS").ok();
        let all = wanted.as_deref() == Some("all");
        let some = wanted.filter(|_| !all).map(|number| number.parse().unwrap());
        let seed = seed(if all || some.is_some() { fastrand::u64(..) } else { 1 });
        println!("{name}: LIBIM_SEED={seed}");
        Self {
            random: fastrand::Rng::with_seed(seed),
            all,
            some,
        }
    }

    /// Numbers from 1 to `last`: all of them, or `some`.
    pub fn numbers(&mut self, last: u64, some: usize) -> Vec<u64> {
        let some = self.some.unwrap_or(some);
        if self.all || last <= some as u64 {
            return (1..=last).collect();
        }
        let mut numbers: Vec<u64> = (0..some).map(|_| self.random.u64(1..=last)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    pub fn random(&mut self) -> &mut fastrand::Rng {
        &mut self.random
    }
}
