//! Files of the app's, which it wants to send.

use super::blob::{MAX_FILE_BYTES, too_large};
use super::path::shown;
use super::status::{Error, Result, Status};
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Opens a file of the app's, whose links are the app's affair: 7004 when there is none, 7005 and 7006 when it is too large or
/// empty, 7007 when it is no file or cannot be opened.
pub(crate) fn open_source(path: &Path) -> Result<(File, u64)> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Error::new(Status::FileNotFound, format!("there is no file at {}", shown(path))),
        _ => Error::new(Status::FileOpenFailed, format!("cannot open {}: {error}", shown(path))),
    };
    // Looked at first: opening a FIFO waits.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        let desc = format!("{} is no file", shown(path));
        return Err(Error::new(Status::FileOpenFailed, desc));
    }
    let file = File::open(path).map_err(failed)?;
    match file.metadata().map_err(failed)?.len() {
        0 => Err(Error::new(Status::FileEmpty, format!("{} is empty", shown(path)))),
        size if size > MAX_FILE_BYTES => Err(too_large(path)),
        size => Ok((file, size)),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_file_of_the_apps_that_cannot_be_sent_says_why_and_where_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("empty"), "").unwrap();
        File::create(at("large")).unwrap().set_len(MAX_FILE_BYTES + 1).unwrap();
        fs::create_dir(at("folder")).unwrap();
        std::process::Command::new("mkfifo").arg(at("fifo")).status().unwrap();
        for (name, status) in [
            ("missing", Status::FileNotFound),
            ("empty", Status::FileEmpty),
            ("large", Status::FileTooLarge),
            ("folder", Status::FileOpenFailed),
            ("fifo", Status::FileOpenFailed),
        ] {
            let error = open_source(&at(name)).unwrap_err();
            assert_eq!(error.status, status, "{name}");
            assert!(error.desc.contains(at(name).to_str().unwrap()), "{error}");
        }
        fs::write(at("naïve 日本.jpg"), "x").unwrap();
        symlink(at("naïve 日本.jpg"), at("link")).unwrap();
        assert_eq!(open_source(&at("link")).unwrap().1, 1);
    }
}
