//! Places where there can be no service, for a user who is not root: each gives its status at once, and the sentence names
//! the path.

use crate::rig::program_in;
use crate::support::{library, temp_dir};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

const NOBODY: u32 = 65534;

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// A folder that anybody can read, with the program in it and a copy of the library: where cargo has built may be private.
struct Mortal {
    dir: tempfile::TempDir,
    program: PathBuf,
}

impl Mortal {
    fn new() -> Self {
        let dir = temp_dir();
        set_mode(dir.path(), 0o755);
        fs::copy(library("libim.so"), dir.path().join("libim.so.0")).unwrap();
        let program = program_in("member", dir.path());
        Self { dir, program }
    }

    /// A folder of theirs.
    fn folder(&self, name: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::create_dir(&path).unwrap();
        if is_root() {
            chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        path
    }

    /// The status of the first call that fails when they log in there; what the program said.
    fn first_failure(&self, data: &Path, service: &Path) -> (Option<i64>, String) {
        let mut command = Command::new("timeout");
        command.arg("60");
        if is_root() {
            command.args(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]);
        }
        let output = command
            .arg(&self.program)
            .arg(data)
            .arg("alice")
            .arg(service)
            .output()
            .unwrap();
        let (out, error) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        let failure = out.lines().find_map(|line| line.strip_prefix("fail ")?.parse().ok());
        (failure, format!("{out}{error}"))
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// A sound service file in a folder of theirs.
fn service(mortal: &Mortal, name: &str) -> (PathBuf, PathBuf) {
    let folder = mortal.folder(name);
    let data = mortal.folder(&format!("{name}-data"));
    let path = folder.join("service.db");
    let (failure, said) = mortal.first_failure(&data, &path);
    assert_eq!(failure, None, "{said}");
    (folder, path)
}

#[test]
fn a_place_without_permission_gives_its_status_at_once_and_names_the_path() {
    let mortal = Mortal::new();
    type Spoil = fn(&Path, &Path);
    let cases: &[(&str, Spoil)] = &[
        ("read-only", |_, path| set_mode(path, 0o444)),
        ("unreadable", |_, path| set_mode(path, 0o000)),
        ("write-only", |_, path| set_mode(path, 0o222)),
        ("folder-read-only", |folder, _| set_mode(folder, 0o555)),
        ("folder-closed", |folder, _| set_mode(folder, 0o000)),
        ("folder-not-listed", |folder, _| set_mode(folder, 0o444)),
        ("log-is-a-folder", |_, path| {
            fs::create_dir(beside(path, "-wal")).unwrap()
        }),
        ("index-is-a-folder", |_, path| {
            fs::create_dir(beside(path, "-shm")).unwrap()
        }),
        ("a-folder", |_, path| {
            fs::remove_file(path).unwrap();
            fs::create_dir(path).unwrap();
        }),
        ("a-fifo", |_, path| {
            fs::remove_file(path).unwrap();
            assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
        }),
        ("a-loop", |_, path| {
            fs::remove_file(path).unwrap();
            std::os::unix::fs::symlink(path, path).unwrap();
        }),
    ];
    for (name, spoil) in cases {
        let (folder, path) = service(&mortal, name);
        if is_root() {
            chown(&path, Some(0), Some(0)).unwrap();
            if name.starts_with("folder") {
                set_mode(&path, 0o666);
                chown(&folder, Some(0), Some(0)).unwrap();
            } else {
                set_mode(&path, 0o644);
            }
        }
        spoil(&folder, &path);
        let data = mortal.folder(&format!("{name}-new"));
        let (failure, said) = mortal.first_failure(&data, &path);
        set_mode(&folder, 0o755);
        assert_eq!(failure, Some(6022), "{name}: {said}");
        assert!(said.contains(folder.to_str().unwrap()), "{name}: {said}");
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// SQLite's own files have longer names.
#[test]
fn a_name_that_leaves_no_room_for_the_files_beside_it_gives_its_status_at_once() {
    let mortal = Mortal::new();
    let folder = mortal.folder("names");
    for length in [246, 247, 248, 250, 251, 252, 255, 256, 300] {
        let data = mortal.folder(&format!("data-{length}"));
        let path = folder.join("n".repeat(length));
        let (failure, said) = mortal.first_failure(&data, &path);
        // "-journal" is the longest.
        let expected = (length + 8 > 255).then_some(6022);
        assert_eq!(failure, expected, "{length}: {said}");
        // Of a path as long as this, what is said has the end.
        assert!(expected.is_none() || said.contains("nnnnnnnn"), "{length}: {said}");
    }
}

#[test]
fn a_file_of_the_kernel_is_no_service() {
    let mortal = Mortal::new();
    for (path, expected) in [
        ("/proc/self/mem", 6022),
        ("/proc/self/status", 6017),
        ("/dev/null", 6022),
        ("/dev/zero", 6022),
    ] {
        let data = mortal.folder(&path.replace('/', "-"));
        let (failure, said) = mortal.first_failure(&data, Path::new(path));
        assert_eq!(failure, Some(expected), "{path}: {said}");
        assert!(said.contains(path), "{path}: {said}");
    }
}

/// A mount needs root; elsewhere the folder's mode has to do.
#[test]
fn a_read_only_mount_gives_its_status_at_once() {
    let mortal = Mortal::new();
    let (folder, path) = service(&mortal, "mount");
    let bind = |arguments: &[&str]| {
        Command::new("mount")
            .args(arguments)
            .arg(&folder)
            .status()
            .is_ok_and(|done| done.success())
    };
    let place = folder.to_str().unwrap();
    if !is_root() || !bind(&["--bind", place]) {
        println!("nothing can be mounted here");
        return;
    }
    assert!(bind(&["-o", "remount,bind,ro"]));
    let data = mortal.folder("mount-new");
    let (on_service, said) = mortal.first_failure(&data, &path);
    let (on_cache, told) = mortal.first_failure(&folder.join("data"), &mortal.dir.path().join("other.db"));
    assert!(Command::new("umount").arg(&folder).status().unwrap().success());
    assert_eq!(on_service, Some(6022), "{said}");
    assert!(said.contains(place), "{said}");
    assert_eq!(on_cache, None, "{told}");
    assert!(told.contains("\"code\":6022") && told.contains(place), "{told}");
}
