//! A lock that is given to those who wait for it in their order, and that they may stop waiting for.
//!
//! `std`'s has neither: a worker that takes it again and again would keep requests out, and a request could not keep its
//! time.

use crate::model::lock::{lock, wait, wait_timeout};
use crate::model::sync::{Condvar, Mutex, MutexGuard};
use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::time::Instant;

#[derive(Default)]
struct Queue {
    is_taken: bool,
    next: u64,
    waiting: VecDeque<u64>,
}

/// The lock, and what it guards.
pub(super) struct Turns<T> {
    queue: Mutex<Queue>,
    changed: Condvar,
    // Taken by whoever has the turn, so nobody ever waits for it.
    value: Mutex<T>,
}

/// A turn, until it is dropped.
pub(super) struct Turn<'a, T> {
    // Above the end, so that the next one finds it free.
    value: MutexGuard<'a, T>,
    _end: End<'a>,
}

struct End<'a> {
    queue: &'a Mutex<Queue>,
    changed: &'a Condvar,
}

impl<T> Turns<T> {
    pub(super) fn new(value: T) -> Self {
        Self {
            queue: Mutex::default(),
            changed: Condvar::new(),
            value: Mutex::new(value),
        }
    }

    /// Waits for a turn.
    pub(super) fn take(&self) -> Turn<'_, T> {
        let mut queue = lock(&self.queue);
        let number = queue.enqueue();
        while !queue.begin(number) {
            queue = wait(&self.changed, queue);
        }
        self.turn(queue)
    }

    /// The same, until then at the latest. `None` when it did not come.
    pub(super) fn take_until(&self, until: Instant) -> Option<Turn<'_, T>> {
        let mut queue = lock(&self.queue);
        let number = queue.enqueue();
        while !queue.begin(number) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                queue.waiting.retain(|waiting| *waiting != number);
                drop(queue);
                self.changed.notify_all();
                return None;
            }
            queue = wait_timeout(&self.changed, queue, left);
        }
        Some(self.turn(queue))
    }

    fn turn<'a>(&'a self, queue: MutexGuard<'a, Queue>) -> Turn<'a, T> {
        drop(queue);
        Turn {
            value: lock(&self.value),
            _end: End {
                queue: &self.queue,
                changed: &self.changed,
            },
        }
    }

    /// Whether somebody waits for a turn.
    pub(super) fn is_wanted(&self) -> bool {
        !lock(&self.queue).waiting.is_empty()
    }
}

impl Queue {
    fn enqueue(&mut self) -> u64 {
        self.next += 1;
        self.waiting.push_back(self.next);
        self.next
    }

    /// Whether it is this one's turn, which it then has.
    fn begin(&mut self, number: u64) -> bool {
        let is_next = !self.is_taken && self.waiting.front() == Some(&number);
        if is_next {
            self.waiting.pop_front();
            self.is_taken = true;
        }
        is_next
    }
}

impl<T> Deref for Turn<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Turn<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        lock(self.queue).is_taken = false;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn turns_come_in_the_order_of_asking_and_a_waiter_may_give_up() {
        let turns = Turns::new(Vec::new());
        let waiting = || lock(&turns.queue).waiting.len();
        let first = turns.take();
        std::thread::scope(|scope| {
            for number in 0..4 {
                let before = waiting();
                let turns = &turns;
                scope.spawn(move || turns.take_until(Instant::now() + LONG).unwrap().push(number));
                while waiting() == before {
                    std::thread::yield_now();
                }
                // In the middle of the others.
                assert!(turns.take_until(Instant::now()).is_none());
            }
            assert!(turns.is_wanted());
            drop(first);
        });
        assert_eq!(*turns.take(), [0, 1, 2, 3]);
        assert!(!turns.is_wanted());
    }

    #[test]
    fn a_panic_ends_the_turn() {
        let turns = Turns::new(0);
        std::thread::scope(|scope| {
            let faulty = scope.spawn(|| {
                let _turn = turns.take();
                panic!("on purpose");
            });
            assert!(faulty.join().is_err());
        });
        *turns.take() += 1;
    }
}
