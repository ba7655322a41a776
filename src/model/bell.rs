//! What wakes a thread that works in the background: there is something to do, or it is to end.

use super::lock::{lock, wait, wait_timeout};
use super::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

/// Wakes one thread.
#[derive(Default)]
pub(crate) struct Bell {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    is_due: bool,
    is_ended: bool,
}

impl Bell {
    /// There is something to do.
    pub(crate) fn ring(&self) {
        lock(&self.state).is_due = true;
        self.changed.notify_all();
    }

    /// The thread is to end.
    pub(crate) fn end(&self) {
        lock(&self.state).is_ended = true;
        self.changed.notify_all();
    }

    /// Waits until there is something to do; false when the thread is to end.
    pub(crate) fn wait(&self) -> bool {
        let mut state = lock(&self.state);
        while !state.is_due && !state.is_ended {
            state = wait(&self.changed, state);
        }
        state.is_due = false;
        !state.is_ended
    }

    /// Does nothing for a while; false when the thread is to end.
    pub(crate) fn pause(&self, time: Duration) -> bool {
        let until = Instant::now() + time;
        let mut state = lock(&self.state);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if state.is_ended || left.is_zero() {
                return !state.is_ended;
            }
            state = wait_timeout(&self.changed, state, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    #[test]
    fn what_rings_before_one_waits_counts_once_and_the_end_for_good() {
        let bell = Bell::default();
        bell.ring();
        bell.ring();
        assert!(bell.wait());
        assert!(bell.pause(Duration::from_millis(1)));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| bell.wait());
            bell.ring();
            assert!(waiting.join().unwrap());
            let pausing = scope.spawn(|| bell.pause(LONG));
            bell.end();
            assert!(!pausing.join().unwrap());
        });
        bell.ring();
        assert!(!bell.wait() && !bell.pause(LONG));
    }
}
