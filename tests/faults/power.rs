//! A disk after a power cut, and after it has rotted.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What a power cut would leave of a directory, an account's or a service's; the shim keeps it up to date.
pub struct Disk {
    dir: tempfile::TempDir,
}

impl Disk {
    /// What is there at first is on the disk.
    pub fn of(folder: &Path) -> Self {
        let dir = tempfile::tempdir().unwrap();
        if folder.exists() {
            let mut names = String::new();
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                let inode = entry.metadata().unwrap().ino();
                // What lies in a folder of its own stays as it is.
                if entry.file_type().unwrap().is_file() {
                    fs::copy(entry.path(), dir.path().join(inode.to_string())).unwrap();
                    names += &format!("{inode} {}\n", entry.file_name().into_string().unwrap());
                }
            }
            fs::write(dir.path().join("names"), names).unwrap();
        }
        Self { dir }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Puts the directory into the state after the cut. What was not synced may have come to the disk all the same: a
    /// seed decides for each name and each content, and an even one loses all of it.
    pub fn cut(&self, folder: &Path, seed: u64) {
        let mut random = fastrand::Rng::with_seed(seed);
        let is_strict = seed.is_multiple_of(2);
        let mut is_lucky = || !is_strict && random.bool();
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut now: BTreeMap<String, PathBuf> = BTreeMap::new();
        let mut folders = BTreeSet::new();
        if folder.exists() {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                let name = entry.file_name().into_string().unwrap();
                if entry.file_type().unwrap().is_file() {
                    now.insert(name, entry.path());
                } else {
                    folders.insert(name);
                }
            }
        }
        // Names come to the disk together or not at all, in their order.
        let names = match fs::read_to_string(self.path().join("names")) {
            Ok(names) if !is_lucky() => names,
            _ if is_strict => String::new(),
            _ => now
                .iter()
                .map(|(name, path)| format!("{} {name}\n", fs::metadata(path).unwrap().ino()))
                .collect(),
        };
        for line in names.lines() {
            let (inode, name) = line.split_once(' ').unwrap();
            let current = now
                .values()
                .find(|path| fs::metadata(path).unwrap().ino().to_string() == inode);
            let content = match current {
                Some(path) if is_lucky() => fs::read(path).unwrap(),
                _ => fs::read(self.path().join(inode)).unwrap_or_default(),
            };
            files.insert(name.to_owned(), content);
        }
        for path in now.values() {
            fs::remove_file(path).unwrap();
        }
        for (name, content) in files {
            // The index of the log is memory in all but name, and is never synced.
            if !name.ends_with("-shm") && !folders.contains(&name) {
                fs::write(folder.join(name), content).unwrap();
            }
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, mut files): (Vec<PathBuf>, Vec<PathBuf>) = paths.partition(|path| path.is_dir());
    files.extend(folders.iter().flat_map(|folder| self::files(folder)));
    files
}

/// Damages a file of a folder or of one in it, and says how.
pub fn damage(folder: &Path, random: &mut fastrand::Rng) -> String {
    let mut paths = files(folder);
    paths.sort();
    let path = &paths[random.usize(..paths.len())];
    let mut bytes = fs::read(path).unwrap();
    let length = bytes.len();
    let what = match random.u8(..8) {
        0 => {
            bytes.clear();
            "emptied"
        }
        1 => {
            bytes.truncate(random.usize(..=length));
            "cut short"
        }
        2 => {
            fs::remove_file(path).unwrap();
            return format!("{} removed", path.display());
        }
        3 => {
            bytes = (0..random.usize(..20_000)).map(|_| random.u8(..)).collect();
            "replaced"
        }
        4 => {
            bytes.extend((0..random.usize(..9000)).map(|_| 0x5a));
            "longer"
        }
        5 if length > 4096 => {
            let page = random.usize(..length / 4096) * 4096;
            bytes[page..page + 4096].fill(random.u8(..));
            "with a page destroyed"
        }
        _ => {
            for _ in 0..random.usize(1..30).min(length) {
                bytes[random.usize(..length)] ^= 1 << random.u8(..8);
            }
            "with bits flipped"
        }
    };
    fs::write(path, bytes).unwrap();
    format!("{} {what}", path.display())
}
