//! The locks and threads of libim, from one place. They are the standard library's; `models/` compiles the same sources with
//! those of shuttle, which choose the interleaving.

#[cfg(not(shuttle))]
mod chosen {
    pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard, atomic};
    pub(crate) use std::thread;

    /// Nothing here: another thread may run at any moment.
    pub(crate) fn before_wait() {}
}

#[cfg(shuttle)]
mod chosen {
    pub(crate) use shuttle::sync::{Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard, atomic};
    pub(crate) use shuttle::thread;

    /// Lets another thread run between a waiter's last look and its wait, where shuttle by itself lets none: a notice that is
    /// not given under the lock is lost there.
    pub(crate) fn before_wait() {
        thread::yield_now();
    }
}

pub(crate) use chosen::*;
pub(crate) use std::sync::{Arc, PoisonError};
