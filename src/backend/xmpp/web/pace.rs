//! Whether a transfer goes on. The other side may be slow; one that moves a byte in a second only keeps us busy.

use std::time::{Duration, Instant};

/// In this time so many bytes have to go over.
const WINDOW: Duration = Duration::from_secs(60);
const LEAST: u64 = 16 << 10;

/// How far a transfer had come when it last went on.
pub(super) struct Pace {
    window: Duration,
    since: Instant,
    done: u64,
}

impl Pace {
    pub(super) fn new(now: Instant) -> Self {
        Self::within(WINDOW, now)
    }

    pub(super) fn within(window: Duration, now: Instant) -> Self {
        Self {
            window,
            since: now,
            done: 0,
        }
    }

    /// Takes note of how many bytes have gone over by now; false when it takes too long.
    pub(super) fn goes_on(&mut self, done: u64, now: Instant) -> bool {
        if done.saturating_sub(self.done) >= LEAST {
            (self.since, self.done) = (now, done);
        }
        now.saturating_duration_since(self.since) < self.window
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_crawls_is_given_up_and_one_that_is_only_slow_is_not() {
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let mut crawls = Pace::new(start);
        let last = (1..200).find(|second| !crawls.goes_on(*second, at(*second)));
        assert_eq!(last, Some(60), "a byte in a second");
        let mut slow = Pace::new(start);
        assert!((1..500).all(|second| slow.goes_on(second * 1_000, at(second))));
        assert!(!slow.goes_on(499_000, at(600)), "it has stopped");
    }
}
