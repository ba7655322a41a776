//! A folder of files that are named by what they contain: SHA-256 in hexadecimal. The cache of an account has one, and so has
//! the embedded service.
//!
//! A file comes into being under another name, and is on the disk before it gets its own: what has a name is complete.
//! Names come from peers, so one that is not a hash names nothing, and links are not followed. All memory is constant.

use super::file::{for_owner_only, for_times, io_error, private_dir, sync_dir, without_links};
use super::path::shown;
use super::status::{Error, Result, Status};
use super::web::hex;
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The largest file.
pub(crate) const MAX_FILE_BYTES: u64 = 1 << 30;
/// How much is read at once.
pub(crate) const CHUNK: usize = 64 << 10;
/// How the name of a file begins that is not complete.
const INCOMING: &str = "incoming-";

/// A folder of such files. It is made when the first one comes.
#[derive(Clone, Debug)]
pub(crate) struct BlobFolder {
    dir: PathBuf,
}

/// A file of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blob {
    pub(crate) name: String,
    pub(crate) size: u64,
    /// When it was used last.
    pub(crate) used: SystemTime,
}

/// Whether a text can name a file of a folder.
pub(crate) fn is_name(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The names of files in a text, such as a message's JSON. What only looks like a name counts too.
pub(crate) fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| is_name(word))
}

impl BlobFolder {
    pub(crate) fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// Where a file is, if it is there.
    pub(crate) fn find(&self, name: &str) -> Option<(PathBuf, u64)> {
        if !is_name(name) {
            return None;
        }
        let path = self.dir.join(name);
        let found = fs::symlink_metadata(&path).ok()?;
        found.is_file().then_some((path, found.len()))
    }

    /// Opens a file; `None` when it is not there.
    pub(crate) fn open(&self, name: &str) -> Result<Option<File>> {
        let Some((path, _)) = self.find(name) else {
            return Ok(None);
        };
        let mut options = OpenOptions::new();
        for_times(&mut options);
        without_links(&mut options);
        match options.open(&path) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_error("open the file", &path, &error)),
        }
    }

    /// Whether a file is there and contains what its name says: disks fail, and other programs write where they should not.
    pub(crate) fn is_intact(&self, name: &str) -> Result<bool> {
        let Some(mut file) = self.open(name)? else {
            return Ok(false);
        };
        let mut hash = Sha256::new();
        let mut buffer = vec![0; CHUNK];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => return Ok(hex(&hash.finalize()) == name),
                Ok(read) => hash.update(buffer.get(..read).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(io_error("read the file", &self.dir.join(name), &error)),
            }
        }
    }

    /// Begins a file.
    pub(crate) fn incoming(&self) -> Result<Incoming> {
        private_dir(&self.dir)?;
        let path = self.dir.join(format!("{INCOMING}{}", uuid::Uuid::new_v4()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        for_owner_only(&mut options);
        let file = options
            .open(&path)
            .map_err(|error| io_error("make the file", &path, &error))?;
        Ok(Incoming {
            dir: self.dir.clone(),
            path,
            file,
            hash: Sha256::new(),
            size: 0,
        })
    }

    /// Notes that a file was used now. That it cannot be noted only makes it go earlier.
    pub(crate) fn touch(&self, name: &str) {
        let file = match self.open(name) {
            Ok(Some(file)) => file,
            _ => return,
        };
        if let Err(error) = file.set_modified(SystemTime::now()) {
            log::debug!("cannot note the use of a file: {error}");
        }
    }

    /// Removes a file if it is there.
    pub(crate) fn remove(&self, name: &str) -> Result<()> {
        if !is_name(name) {
            return Ok(());
        }
        let path = self.dir.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error("remove", &path, &error)),
            _ => Ok(()),
        }
    }

    /// The complete files. Whatever else lies in the folder is not ours.
    pub(crate) fn list(&self) -> Result<Vec<Blob>> {
        let mut blobs = Vec::new();
        self.each(|name, path| {
            let found = fs::symlink_metadata(path).ok().filter(|found| found.is_file());
            if let Some(found) = found.filter(|_| is_name(name)) {
                blobs.push(Blob {
                    name: name.to_owned(),
                    size: found.len(),
                    used: found.modified().unwrap_or(SystemTime::UNIX_EPOCH),
                });
            }
            Ok(())
        })?;
        Ok(blobs)
    }

    /// Removes what was not completed, if it was last written before a moment.
    pub(crate) fn clean(&self, before: SystemTime) -> Result<()> {
        self.each(|name, path| {
            let written = fs::symlink_metadata(path).and_then(|found| found.modified());
            if !name.starts_with(INCOMING) || written.is_ok_and(|written| written > before) {
                return Ok(());
            }
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error("remove", path, &error)),
                _ => Ok(()),
            }
        })
    }

    fn each(&self, mut work: impl FnMut(&str, &Path) -> Result<()>) -> Result<()> {
        let failed = |error| io_error("read the directory", &self.dir, &error);
        let entries = match fs::read_dir(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(failed)?,
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            if let Some(name) = entry.file_name().to_str() {
                work(name, &entry.path())?;
            }
        }
        Ok(())
    }
}

/// A file that is being written. Dropped before its end, it goes.
pub(crate) struct Incoming {
    dir: PathBuf,
    path: PathBuf,
    file: File,
    hash: Sha256,
    size: u64,
}

impl Incoming {
    /// How much there is.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Appends. 7005 when the file becomes larger than any may be.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.size += bytes.len() as u64;
        if self.size > MAX_FILE_BYTES {
            return Err(too_large(&self.path));
        }
        self.hash.update(bytes);
        self.file
            .write_all(bytes)
            .map_err(|error| io_error("write the file", &self.path, &error))
    }

    /// Appends up to `most` bytes of a file; false at its end.
    pub(crate) fn copy(&mut self, from: &mut File, path: &Path, most: u64) -> Result<bool> {
        let mut buffer = vec![0; CHUNK];
        let end = self.size.saturating_add(most);
        while self.size < end {
            let read = match from.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read.map_err(|error| io_error("read the file", path, &error))?,
            };
            match buffer.get(..read) {
                Some(bytes) if !bytes.is_empty() => self.write(bytes)?,
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    /// The name that the file has if this is all of it.
    pub(crate) fn name(&self) -> String {
        hex(&self.hash.clone().finalize())
    }

    /// Completes the file under its name, which is returned. It takes the place of one that is there.
    pub(crate) fn finish(self) -> Result<String> {
        let name = self.name();
        self.finish_as(&name)?;
        Ok(name)
    }

    /// The same under another name, which is a hash too.
    pub(crate) fn finish_as(self, name: &str) -> Result<()> {
        if !is_name(name) {
            return Err(Error::internal("a file would get a name that is no hash"));
        }
        let target = self.dir.join(name);
        self.file
            .sync_all()
            .map_err(|error| io_error("write the file", &self.path, &error))?;
        // Also over one of that name that is there: the disk may have damaged it.
        fs::rename(&self.path, &target).map_err(|error| io_error("rename", &self.path, &error))?;
        sync_dir(&self.dir)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // After a rename there is nothing of that name.
        if let Err(error) = fs::remove_file(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            log::warn!("cannot remove {}: {error}", shown(&self.path));
        }
    }
}

pub(super) fn too_large(path: &Path) -> Error {
    Error::new(
        Status::FileTooLarge,
        format!("{} has more than {MAX_FILE_BYTES} bytes", shown(path)),
    )
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::time::Duration;

    struct Place {
        dir: tempfile::TempDir,
        folder: BlobFolder,
    }

    impl Place {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let folder = BlobFolder::new(dir.path().join("files"));
            Self { dir, folder }
        }

        fn put(&self, bytes: &[u8]) -> String {
            let mut incoming = self.folder.incoming().unwrap();
            incoming.write(bytes).unwrap();
            incoming.finish().unwrap()
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(self.dir.path().join("files")).unwrap();
            entries
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect()
        }
    }

    #[test]
    fn a_file_is_named_by_its_content_is_its_owners_only_and_is_there_once() {
        let place = Place::new();
        let name = place.put(b"abc");
        assert_eq!(name, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(place.put(b"abc"), name);
        assert_eq!(place.names(), [name.as_str()]);
        let (path, size) = place.folder.find(&name).unwrap();
        assert_eq!((fs::read(&path).unwrap().as_slice(), size), (&b"abc"[..], 3));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }

    #[test]
    fn a_copy_in_parts_is_the_same_file_whatever_the_parts() {
        let place = Place::new();
        let source = place.dir.path().join("source");
        let bytes: Vec<u8> = (0..300_000_u32).map(|number| number.to_le_bytes()[1]).collect();
        fs::write(&source, &bytes).unwrap();
        for most in [1 << 30, CHUNK as u64, 100_000] {
            let mut file = File::open(&source).unwrap();
            let mut incoming = place.folder.incoming().unwrap();
            while incoming.copy(&mut file, &source, most).unwrap() {}
            assert_eq!(incoming.size(), bytes.len() as u64);
            let name = incoming.finish().unwrap();
            assert_eq!(fs::read(place.folder.find(&name).unwrap().0).unwrap(), bytes);
        }
        assert_eq!(place.names().len(), 1);
    }

    #[test]
    fn what_was_not_completed_goes_and_what_is_not_ours_stays() {
        let place = Place::new();
        let name = place.put(b"abc");
        let mut given_up = place.folder.incoming().unwrap();
        given_up.write(b"ab").unwrap();
        drop(given_up);
        assert_eq!(place.names(), [name.as_str()]);
        let files = place.dir.path().join("files");
        fs::write(files.join("incoming-crashed"), "x").unwrap();
        fs::write(files.join("notes.txt"), "x").unwrap();
        place
            .folder
            .clean(SystemTime::now() - Duration::from_secs(3600))
            .unwrap();
        assert_eq!(place.names().len(), 3, "it may be under way");
        place.folder.clean(SystemTime::now() + Duration::from_secs(1)).unwrap();
        let mut names = place.names();
        names.sort();
        assert_eq!(names, [name.clone(), "notes.txt".to_owned()]);
        assert_eq!(place.folder.list().unwrap().len(), 1);
    }

    #[test]
    fn a_name_of_a_peer_leads_nowhere_else_and_no_link_is_followed() {
        let place = Place::new();
        let name = place.put(b"abc");
        let secret = place.dir.path().join("secret");
        fs::write(&secret, "secret").unwrap();
        for name in ["", ".", "../secret", secret.to_str().unwrap(), &name.to_uppercase()] {
            assert_eq!(place.folder.find(name), None);
            place.folder.remove(name).unwrap();
        }
        let linked = "0".repeat(64);
        symlink(&secret, place.dir.path().join("files").join(&linked)).unwrap();
        assert_eq!(place.folder.find(&linked), None);
        assert!(place.folder.open(&linked).unwrap().is_none());
        assert_eq!(place.folder.list().unwrap().len(), 1);
        let elsewhere = BlobFolder::new(place.dir.path().join("link"));
        symlink(place.dir.path(), place.dir.path().join("link")).unwrap();
        assert!(elsewhere.incoming().is_err());
        assert!(secret.exists());
    }

    #[test]
    fn a_full_disk_is_told_with_the_path_and_leaves_nothing() {
        // Every write to it fails so.
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let place = Place::new();
        let mut incoming = place.folder.incoming().unwrap();
        incoming.file = full;
        let error = incoming.write(b"abc").unwrap_err();
        assert_eq!(error.status, Status::IoFailed);
        assert!(error.desc.contains("files/incoming-"), "{error}");
        drop(incoming);
        assert!(place.names().is_empty());
    }
}
