//! The same on Windows. Who may read a file is decided by the directory it is made in, whose access rights it inherits: the
//! folder of a user's own data is closed to others.

use crate::model::Result;
use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::windows::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

/// Opens a link or a mount point itself (FILE_FLAG_OPEN_REPARSE_POINT).
const OPEN_LINK: u32 = 0x0020_0000;
/// To read a file and to change its times (GENERIC_READ, FILE_WRITE_ATTRIBUTES).
const READ_AND_TIMES: u32 = 0x8000_0000 | 0x0100;

/// The directory's access rights hold.
pub(crate) fn for_owner_only(_: &mut OpenOptions) {}

/// A link at the path is opened itself, which is then no file. Nothing that has a path there makes the opening wait.
pub(crate) fn without_links(options: &mut OpenOptions) {
    options.custom_flags(OPEN_LINK);
}

/// A file that is opened so can be given another time.
pub(crate) fn for_times(options: &mut OpenOptions) {
    options.access_mode(READ_AND_TIMES);
}

/// A file that is opened so can be written to the disk; one that is open for reading only cannot.
pub(super) fn for_sync(options: &mut OpenOptions) {
    options.write(true);
}

/// The directory above has the rights.
pub(super) fn dir_for_owner_only(_: &mut DirBuilder) {}

/// NTFS has names in its journal; they cannot and need not be written by hand.
pub(super) fn sync_dir(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Not known: the standard library does not say, and calls of the system are for `src/ffi` only.
pub(crate) fn room(_: &Path) -> Option<u64> {
    None
}

/// FIFOs and sockets have no paths among the files.
pub(super) fn special(_: &Metadata) -> Option<&'static str> {
    None
}

/// A file has no one owner that would decide.
pub(super) fn own(_: &Path, _: &Metadata) -> Result<()> {
    Ok(())
}

/// It has the rights of its directory.
pub(super) fn make_own(_: &Path, _: &File, _: &Metadata) -> Result<()> {
    Ok(())
}

/// The same.
pub(super) fn make_dir_own(_: &Path, _: &Metadata) -> Result<()> {
    Ok(())
}

/// Which file a path leads to: the one of that name, made at that time. A file that is open cannot be replaced.
pub(crate) fn identity(path: &Path) -> Option<(u64, u64)> {
    let name = std::fs::canonicalize(path).ok()?;
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    let made = std::fs::metadata(&name).ok()?.creation_time();
    Some((hasher.finish(), made))
}

/// The directory decides.
pub(crate) fn is_open_to_strangers(_: &Metadata) -> bool {
    false
}

/// Trying says it; the answer only chooses the sentence of an error.
pub(crate) fn may_write(_: &Path) -> bool {
    true
}
