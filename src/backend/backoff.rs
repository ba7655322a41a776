//! How long to wait before the next attempt. Plain data; whoever waits does so on its own thread.

use std::time::Duration;

/// The waits between attempts: each is about twice as long as the one before, up to a limit.
///
/// A wait is between half and one and a half times its nominal length, at random. Without that, all clients that one
/// outage has cut off would come back in the same instant, again and again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Backoff {
    shortest: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    /// Waits from `shortest` to `longest`, nominally.
    pub(super) const fn new(shortest: Duration, longest: Duration) -> Self {
        Self {
            shortest,
            longest,
            next: shortest,
        }
    }

    /// The wait before the next attempt.
    pub(super) fn next(&mut self) -> Duration {
        let nominal = self.next;
        self.next = (nominal * 2).min(self.longest);
        nominal.mul_f64(0.5 + fastrand::f64())
    }

    /// The last attempt has worked: the next wait is the shortest again.
    pub(super) fn reset(&mut self) {
        self.next = self.shortest;
    }

    /// The next wait is nominally no longer than this.
    #[cfg_attr(not(feature = "xmpp"), allow(dead_code))]
    pub(super) fn shorten_to(&mut self, at_most: Duration) {
        self.next = self.next.min(at_most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Whether a wait is one of this nominal length.
    fn is_about(wait: Duration, nominal: Duration) -> bool {
        (nominal / 2..nominal * 3 / 2).contains(&wait)
    }

    #[test]
    fn waits_double_up_to_the_longest_and_start_over_after_a_success() {
        let mut backoff = Backoff::new(SECOND, 5 * SECOND);
        for nominal in [1, 2, 4, 5, 5] {
            let wait = backoff.next();
            assert!(
                is_about(wait, nominal * SECOND),
                "{wait:?} instead of about {nominal} s"
            );
        }
        backoff.shorten_to(2 * SECOND);
        assert!(is_about(backoff.next(), 2 * SECOND));
        backoff.reset();
        assert!(is_about(backoff.next(), SECOND));
    }

    #[test]
    fn clients_that_were_cut_off_together_do_not_come_back_together() {
        let waits: std::collections::HashSet<Duration> =
            (0..100).map(|_| Backoff::new(SECOND, SECOND).next()).collect();
        assert!(waits.len() > 50, "{} different waits of 100", waits.len());
    }
}
