//! The service files that are open in this process.
//!
//! POSIX gives locks on a file to a process and not to whoever took them: when anything in a process closes a file, all
//! locks that the process has on it are gone, those of open databases too, and another process then removes the log from
//! under them. SQLite keeps account of its own connections. So while a file is open here nothing but SQLite opens it, and
//! a second copy of SQLite, which comes with a second copy of libim, must not.

use super::error::{ServiceError, ServiceResult};
use super::place::FileId;
use crate::model::lock::lock;
use crate::model::path::shown;
use crate::model::sync::{Mutex, MutexGuard};
use crate::model::{Error, Status};
use std::collections::HashMap;
use std::path::Path;
use std::sync::LazyLock;

static OPEN: LazyLock<Mutex<HashMap<FileId, Open>>> = LazyLock::new(Mutex::default);

struct Open {
    connections: usize,
    _mark: Option<mark::Mark>,
}

/// The lock under which files are looked at and opened.
pub(super) struct Files(MutexGuard<'static, HashMap<FileId, Open>>);

/// A file that is open. It counts as such until this is dropped, after the connection.
pub(super) struct InUse(FileId);

/// Waits until no other thread looks at a file or opens one.
pub(super) fn files() -> Files {
    Files(lock(&OPEN))
}

impl Files {
    /// Whether there is a connection to a file, so that nothing else may open it.
    pub(super) fn is_open(&self, file: FileId) -> bool {
        self.0.contains_key(&file)
    }

    /// A connection to a file was opened. It is refused when another copy of libim in this process has one.
    pub(super) fn opened(&mut self, file: FileId, path: &Path) -> ServiceResult<InUse> {
        if let Some(open) = self.0.get_mut(&file) {
            open.connections += 1;
            return Ok(InUse(file));
        }
        let mark = mark::Mark::set(file);
        if mark.as_ref().is_some_and(mark::Mark::is_twice) {
            return Err(ServiceError::Refused(Error::new(
                Status::IoFailed,
                format!(
                    "another copy of libim in this process has the service file {} open; two copies would break each \
                     other's locks",
                    shown(path)
                ),
            )));
        }
        let open = Open {
            connections: 1,
            _mark: mark,
        };
        self.0.insert(file, open);
        Ok(InUse(file))
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        let mut files = lock(&OPEN);
        if let Some(open) = files.get_mut(&self.0) {
            open.connections -= 1;
            if open.connections == 0 {
                files.remove(&self.0);
            }
        }
    }
}

/// A mark that every copy of libim in a process can see: the name of a file in memory, among the process's descriptors.
#[cfg(target_os = "linux")]
pub(super) mod mark {
    use super::FileId;
    use rustix::fs::{MemfdFlags, memfd_create};
    use std::os::fd::OwnedFd;

    pub(in super::super) struct Mark {
        name: String,
        _file: OwnedFd,
    }

    impl Mark {
        /// `None` where the system does not let it be set: then nothing is noticed.
        pub(in super::super) fn set(file: FileId) -> Option<Self> {
            let name = format!("libim-{file}");
            let made = memfd_create(name.as_str(), MemfdFlags::CLOEXEC).ok()?;
            Some(Self { name, _file: made })
        }

        /// Whether somebody else in this process has set it too.
        pub(super) fn is_twice(&self) -> bool {
            let Ok(descriptors) = std::fs::read_dir("/proc/self/fd") else {
                return false;
            };
            let wanted = format!("/memfd:{}", self.name);
            let targets = descriptors.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
            // Linux adds " (deleted)".
            let is_mark = |target: &str| target.split(' ').next() == Some(wanted.as_str());
            targets.filter(|target| target.to_str().is_some_and(is_mark)).count() > 1
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod mark {
    pub(super) struct Mark;

    impl Mark {
        pub(super) fn set(_: super::FileId) -> Option<Self> {
            None
        }

        pub(super) fn is_twice(&self) -> bool {
            false
        }
    }
}
