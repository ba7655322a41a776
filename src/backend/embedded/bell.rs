//! What wakes the worker: a ring by another thread of this process, and a write to the service file by anybody.
//!
//! Linux tells of writes to a file (inotify): a log that grows is a commit that comes, and the worker looks for it. Elsewhere
//! it has to look by itself.

use std::path::Path;
use std::time::Duration;

#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::{Bell, Watch};
#[cfg(target_os = "linux")]
pub(super) use linux::{Bell, Watch};

#[cfg(target_os = "linux")]
mod linux {
    use super::{Duration, Path};
    use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
    use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
    use rustix::io::{read, write};
    use std::os::fd::{AsFd, OwnedFd};

    /// The log of a service file, which every commit writes to.
    fn log_of(path: &Path) -> std::ffi::OsString {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        log
    }

    /// The bell. One thread waits for it.
    // `None` when the process has no descriptor left: then the thread that waits looks often.
    pub(in super::super) struct Bell(Option<OwnedFd>);

    /// A watch over a service file.
    // `None` when the user has no watch left.
    pub(in super::super) struct Watch(Option<OwnedFd>);

    impl Bell {
        pub(in super::super) fn new() -> Self {
            Self(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).ok())
        }

        pub(in super::super) fn ring(&self) {
            if let Some(bell) = &self.0 {
                // Full only when it has rung for ever.
                let _ = write(bell, &1u64.to_ne_bytes());
            }
        }

        /// Waits, at most so long, for a ring, or for a write to the file. True for the latter.
        pub(in super::super) fn wait(&self, watch: Option<&Watch>, at_most: Duration) -> bool {
            let Some(bell) = &self.0 else {
                std::thread::sleep(at_most.min(Duration::from_millis(5)));
                return false;
            };
            let watched = watch.and_then(|watch| watch.0.as_ref());
            let mut waits = vec![PollFd::new(bell, PollFlags::IN)];
            waits.extend(watched.map(|watched| PollFd::new(watched, PollFlags::IN)));
            // Interrupted or not, the caller looks and waits again.
            let _ = poll(&mut waits, Timespec::try_from(at_most).ok().as_ref());
            let is_ready = |at: usize| waits.get(at).is_some_and(|fd| fd.revents().contains(PollFlags::IN));
            let (has_rung, is_written) = (is_ready(0), is_ready(1));
            if has_rung {
                empty(bell);
            }
            if let Some(watched) = watched
                && is_written
            {
                empty(watched);
            }
            is_written
        }
    }

    /// Reads all there is. Neither blocks.
    fn empty(descriptor: impl AsFd) {
        let mut buffer = [0u8; 4096];
        while read(&descriptor, &mut buffer).is_ok_and(|read| read > 0) {}
    }

    impl Watch {
        /// Watches an open service.
        pub(in super::super) fn over(path: &Path) -> Self {
            let watch = || {
                let watch = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).ok()?;
                // A file that is moved, removed or given another name, and the log.
                let gone = WatchFlags::MOVE_SELF | WatchFlags::DELETE_SELF | WatchFlags::ATTRIB;
                inotify::add_watch(&watch, path, gone).ok()?;
                inotify::add_watch(&watch, log_of(path), WatchFlags::MODIFY).ok()?;
                Some(watch)
            };
            Self(watch())
        }

        /// Whether writes are told.
        pub(in super::super) fn works(&self) -> bool {
            self.0.is_some()
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use super::{Duration, Path};
    use crate::model::lock::{lock, wait_timeout};
    use std::sync::{Condvar, Mutex};

    /// The bell. One thread waits for it.
    pub(in super::super) struct Bell {
        has_rung: Mutex<bool>,
        ring: Condvar,
    }

    /// No watch.
    pub(in super::super) struct Watch;

    impl Bell {
        pub(in super::super) fn new() -> Self {
            Self {
                has_rung: Mutex::new(false),
                ring: Condvar::new(),
            }
        }

        pub(in super::super) fn ring(&self) {
            *lock(&self.has_rung) = true;
            self.ring.notify_all();
        }

        /// Waits, at most so long, for a ring.
        pub(in super::super) fn wait(&self, _: Option<&Watch>, at_most: Duration) -> bool {
            let mut has_rung = lock(&self.has_rung);
            if !*has_rung {
                has_rung = wait_timeout(&self.ring, has_rung, at_most);
            }
            *has_rung = false;
            false
        }
    }

    impl Watch {
        pub(in super::super) fn over(_: &Path) -> Self {
            Self
        }

        pub(in super::super) fn works(&self) -> bool {
            false
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::backend::embedded::testing::TestService;

    /// So long that only a fault gets there.
    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_write_by_another_connection_and_a_lost_file_end_the_wait() {
        let mut service = TestService::new();
        let (bell, watch) = (Bell::new(), Watch::over(&service.path));
        assert!(watch.works());
        assert!(!bell.wait(Some(&watch), Duration::ZERO), "nobody has written");
        let alice = service.user("alice");
        assert!(bell.wait(Some(&watch), LONG));
        service.told(&alice, 0);
        assert!(!bell.wait(Some(&watch), Duration::ZERO), "reading is no write");
        std::fs::rename(&service.path, service.path.with_extension("away")).unwrap();
        assert!(bell.wait(Some(&watch), LONG));
    }

    #[test]
    fn a_ring_is_heard_once_also_by_who_waits_later() {
        let bell = Bell::new();
        bell.ring();
        bell.ring();
        assert!(!bell.wait(None, LONG));
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(!bell.wait(None, LONG)));
            bell.ring();
        });
    }
}
