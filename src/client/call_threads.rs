//! The threads of asynchronous calls that wait for the server: each such call has one while it lasts, so that none waits
//! for another.
//!
//! They begin in the order in which they were made, each when the one before has begun: a logout finds the login that was
//! asked for before it, and a request too. A thread that has nothing to do waits a while for the next call, then ends.

use super::gate::closed;
use crate::model::lock::{lock, wait_timeout};
use crate::model::sync::thread::{self, JoinHandle, ThreadId};
use crate::model::sync::{Arc, Condvar, Mutex, MutexGuard};
use crate::model::{Error, Result};
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// How long a thread waits for another call.
const IDLE: Duration = Duration::from_secs(5);

/// A call; without a turn it must not begin any more.
pub(super) type Job = Box<dyn FnOnce(Option<Turn>) + Send>;

#[derive(Default)]
struct State {
    /// The calls that have no thread yet, in the order in which they were made.
    waiting: VecDeque<Job>,
    /// Whether a call has its turn to begin.
    is_beginning: bool,
    /// How many threads have nothing to do.
    idle: usize,
    threads: HashMap<ThreadId, JoinHandle<()>>,
    is_closed: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// The threads of a client's asynchronous calls.
#[derive(Default)]
pub(super) struct CallThreads(Arc<Shared>);

/// A call's turn to begin. The next one begins when this is dropped.
pub(super) struct Turn(Arc<Shared>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.lock().is_beginning = false;
        self.0.changed.notify_all();
    }
}

impl CallThreads {
    /// Adds a call. An error means that it will not run at all.
    pub(super) fn push(&self, job: Job) -> Result<()> {
        let mut state = self.0.lock();
        if state.is_closed {
            return Err(closed());
        }
        state.waiting.push_back(job);
        if state.waiting.len() > state.idle
            && let Err(error) = self.start(&mut state)
        {
            // Whoever has a thread lends it afterwards.
            if state.threads.is_empty() {
                state.waiting.pop_back();
                return Err(error);
            }
            log::warn!("{error}");
        }
        drop(state);
        self.0.changed.notify_all();
        Ok(())
    }

    fn start(&self, state: &mut State) -> Result<()> {
        let shared = Arc::clone(&self.0);
        let thread = thread::Builder::new()
            .name("libim-server".to_owned())
            .spawn(move || shared.run())
            .map_err(|error| Error::internal(format!("cannot start a thread for an asynchronous call: {error}")))?;
        // Under the lock, which the thread takes first: it finds itself here.
        state.threads.insert(thread.thread().id(), thread);
        // It is about to look for a call.
        state.idle += 1;
        Ok(())
    }

    /// Ends the calls that have not begun, waits for the others, and ends the threads.
    pub(super) fn close(&self) {
        let (waiting, threads) = {
            let mut state = self.0.lock();
            state.is_closed = true;
            (std::mem::take(&mut state.waiting), std::mem::take(&mut state.threads))
        };
        self.0.changed.notify_all();
        for job in waiting {
            job(None);
        }
        for (id, thread) in threads {
            // A call that held the last reference to its client closes it from here.
            if id != thread::current().id() && thread.join().is_err() {
                log::error!("a thread of asynchronous calls ended in a panic");
            }
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// A thread. It counts as idle when it comes.
    fn run(self: Arc<Self>) {
        while let Some(job) = self.next() {
            job(Some(Turn(Arc::clone(&self))));
            self.lock().idle += 1;
        }
    }

    /// The next call, waited for; its turn has begun. `None` at the end.
    fn next(&self) -> Option<Job> {
        let until = Instant::now() + IDLE;
        let mut state = self.lock();
        loop {
            if !state.is_beginning
                && let Some(job) = state.waiting.pop_front()
            {
                state.is_beginning = true;
                state.idle -= 1;
                return Some(job);
            }
            let left = until.saturating_duration_since(Instant::now());
            // Not while a call waits for its turn: it was counted on this thread.
            if state.is_closed || (left.is_zero() && state.waiting.is_empty()) {
                state.idle -= 1;
                state.threads.remove(&thread::current().id());
                return None;
            }
            let at_most = if left.is_zero() { IDLE } else { left };
            state = wait_timeout(&self.changed, state, at_most);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, Sender, channel};

    const LONG: Duration = Duration::from_secs(60);

    /// A call that says when it begins, and with what it was begun; it goes on when it is told to.
    fn job(begun: &Sender<(usize, bool)>, number: usize) -> (Job, Sender<()>) {
        let (go_on, told): (_, Receiver<()>) = channel();
        let begun = begun.clone();
        let job = Box::new(move |turn: Option<Turn>| {
            begun.send((number, turn.is_some())).unwrap();
            drop(turn);
            let _ = told.recv();
        });
        (job, go_on)
    }

    #[test]
    fn calls_begin_in_their_order_and_none_waits_for_the_end_of_another() {
        let (threads, (sender, begun)) = (CallThreads::default(), channel());
        for round in 0..3 {
            let mut running = Vec::new();
            for number in 0..20 {
                let (job, go_on) = job(&sender, number);
                threads.push(job).unwrap();
                running.push(go_on);
            }
            for number in 0..20 {
                assert_eq!(begun.recv_timeout(LONG), Ok((number, true)), "round {round}");
            }
        }
        threads.close();
        let (late, _) = job(&sender, 0);
        assert!(threads.push(late).is_err());
    }

    #[test]
    fn a_call_that_has_not_begun_holds_up_the_next_and_close_ends_those_that_wait() {
        let (threads, (sender, begun)) = (Arc::new(CallThreads::default()), channel());
        let (hold, held) = channel::<()>();
        let first = sender.clone();
        threads
            .push(Box::new(move |turn| {
                first.send((0, true)).unwrap();
                let _ = held.recv();
                drop(turn);
            }))
            .unwrap();
        assert_eq!(begun.recv_timeout(LONG), Ok((0, true)));
        let (second, _go_on) = job(&sender, 1);
        threads.push(second).unwrap();
        drop(_go_on);
        let closing = {
            let threads = Arc::clone(&threads);
            thread::spawn(move || threads.close())
        };
        assert_eq!(begun.recv_timeout(LONG), Ok((1, false)), "it ended without a turn");
        drop(hold);
        closing.join().unwrap();
    }

    #[test]
    fn a_thread_that_has_nothing_to_do_takes_the_next_call() {
        let (threads, (sender, begun)) = (CallThreads::default(), channel());
        for number in 0..10 {
            let (job, go_on) = job(&sender, number);
            threads.push(job).unwrap();
            assert_eq!(begun.recv_timeout(LONG), Ok((number, true)));
            drop(go_on);
            while threads.0.lock().idle == 0 {
                thread::yield_now();
            }
        }
        assert_eq!(threads.0.lock().threads.len(), 1);
        threads.close();
    }
}
