//! Modes, owners, links and special files, as Unix has them.

use super::{io_error, shown};
use crate::model::{Error, Result, Status};
use std::fs::{DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// A file that is made is its owner's only.
pub(crate) fn for_owner_only(options: &mut OpenOptions) {
    options.mode(0o600);
}

/// A link at the path is not followed, and nothing there makes the opening wait.
pub(crate) fn without_links(options: &mut OpenOptions) {
    options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
}

/// A file that is opened so can be given another time.
pub(crate) fn for_times(options: &mut OpenOptions) {
    options.read(true);
}

/// A file that is opened so can be written to the disk.
pub(super) fn for_sync(options: &mut OpenOptions) {
    options.read(true);
}

/// A directory that is made is its owner's only.
pub(super) fn dir_for_owner_only(builder: &mut DirBuilder) {
    builder.mode(0o700);
}

/// Writes the names in a directory to the disk.
pub(super) fn sync_dir(dir: &Path) -> std::io::Result<()> {
    File::open(dir).and_then(|dir| dir.sync_all())
}

/// How many bytes can be written beside a file, as far as can be said.
pub(crate) fn room(path: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(path).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

/// What is neither a file nor a directory nor a link.
pub(super) fn special(found: &Metadata) -> Option<&'static str> {
    let kind = found.file_type();
    if kind.is_fifo() {
        Some("a FIFO")
    } else if kind.is_socket() {
        Some("a socket")
    } else if kind.is_char_device() || kind.is_block_device() {
        Some("a device")
    } else {
        None
    }
}

/// Refuses what belongs to another user.
pub(super) fn own(path: &Path, found: &Metadata) -> Result<()> {
    if found.uid() == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    Err(Error::new(
        Status::IoFailed,
        format!("{} belongs to another user of this machine", shown(path)),
    ))
}

/// Gives an open file of ours the mode 0600.
pub(super) fn make_own(path: &Path, file: &File, found: &Metadata) -> Result<()> {
    set_mode(path, file, found, 0o600)
}

/// Gives a directory of ours the mode 0700.
pub(super) fn make_dir_own(dir: &Path, found: &Metadata) -> Result<()> {
    let file = File::open(dir).map_err(|error| io_error("make the directory", dir, &error))?;
    set_mode(dir, &file, found, 0o700)
}

fn set_mode(path: &Path, file: &File, found: &Metadata, mode: u32) -> Result<()> {
    own(path, found)?;
    if found.permissions().mode() & 0o777 == mode {
        return Ok(());
    }
    file.set_permissions(Permissions::from_mode(mode))
        .map_err(|error| io_error("change the permissions of", path, &error))
}

/// Which file a path leads to.
pub(crate) fn identity(path: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Whether every account of the machine may use a file.
pub(crate) fn is_open_to_strangers(found: &Metadata) -> bool {
    found.permissions().mode() & 0o007 != 0
}

/// Whether files can be made in a directory.
pub(crate) fn may_write(dir: &Path) -> bool {
    use rustix::fs::{Access, access};
    access(dir, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}
