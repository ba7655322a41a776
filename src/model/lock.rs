//! Locks whose poison is ignored: a panic in one place must not end the client everywhere else. What a panic can leave
//! behind is a transaction, which rolls back, or a field or two that are set in one step.
//!
//! Every lock of libim is taken through these functions.

use super::sync::{Condvar, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, before_wait};
use std::time::Duration;

/// Takes a lock.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes a lock that others may read at the same time.
pub(crate) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

/// Takes such a lock for writing.
pub(crate) fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

/// Waits to be notified. As with any condition variable, the caller looks again whether it is true what it waits for.
pub(crate) fn wait<'a, T>(condition: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    before_wait();
    condition.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

/// The same for no longer than `at_most`.
pub(crate) fn wait_timeout<'a, T>(
    condition: &Condvar,
    guard: MutexGuard<'a, T>,
    at_most: Duration,
) -> MutexGuard<'a, T> {
    before_wait();
    let (guard, _) = condition
        .wait_timeout(guard, at_most)
        .unwrap_or_else(PoisonError::into_inner);
    guard
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poisoned_lock_is_taken_all_the_same() {
        let mutex = Mutex::new(1);
        let rw = RwLock::new(1);
        std::thread::scope(|scope| {
            let panicking = scope.spawn(|| {
                let _guards = (lock(&mutex), write(&rw));
                panic!("on purpose");
            });
            assert!(panicking.join().is_err());
        });
        assert!(mutex.is_poisoned() && rw.is_poisoned());
        assert_eq!(*lock(&mutex), 1);
        assert_eq!(*read(&rw), 1);
        assert_eq!(*write(&rw), 1);
        let guard = wait_timeout(&Condvar::new(), lock(&mutex), Duration::ZERO);
        assert_eq!(*guard, 1);
    }
}
