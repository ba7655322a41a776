//! The process whose clients are open. After a `fork`, the child has copies of their memory and none of their threads, and
//! SQLite there believes that it holds the locks of its parent: libim refuses to do anything in it. Any thread.

use crate::model::{Error, Result, Status};
use std::sync::atomic::{AtomicU64, Ordering};

/// The id of the process in the upper half, how many clients it has open or is opening in the lower. One number and no
/// lock: a lock that another thread held at the time of the fork would never be free in the child.
static CLIENTS: AtomicU64 = AtomicU64::new(0);

/// The lower half of [`CLIENTS`].
const COUNT: u64 = u32::MAX as u64;

/// Whether this process is a child of one that had clients open when it forked.
pub(super) fn is_child() -> bool {
    let owner = CLIENTS.load(Ordering::Acquire) >> 32;
    owner != 0 && owner != u64::from(std::process::id())
}

/// 6013 in such a child.
pub(super) fn refuse_in_child() -> Result<()> {
    if is_child() {
        return Err(Error::new(
            Status::NotInitialized,
            "this process was forked from one that has clients open; libim works in their own process only",
        ));
    }
    Ok(())
}

/// A client that is open, or being opened.
pub(super) struct Use(());

impl Use {
    pub(super) fn begin() -> Self {
        let owner = u64::from(std::process::id()) << 32;
        update(|clients| owner | ((clients & COUNT) + 1));
        Self(())
    }
}

impl Drop for Use {
    fn drop(&mut self) {
        update(|clients| if clients & COUNT <= 1 { 0 } else { clients - 1 });
    }
}

fn update(next: impl Fn(u64) -> u64) {
    let updated = CLIENTS.fetch_update(Ordering::AcqRel, Ordering::Acquire, |clients| Some(next(clients)));
    debug_assert!(updated.is_ok(), "an update that always has a value never fails");
}
