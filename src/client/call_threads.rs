//! The threads of asynchronous calls: one for the cache, one for the server, so that a slow server holds up no list.
//! Each is started when it is first needed, and runs its calls in the order in which they were made.

use super::gate::closed;
use crate::model::lock::lock;
use crate::model::{Error, Result};
use crossbeam_channel::{Sender, unbounded};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// A call; the argument says that its turn never came.
pub(super) type Job = Box<dyn FnOnce(bool) + Send>;

/// Which thread an asynchronous call runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallThread {
    /// Calls that only touch the cache.
    Local,
    /// Calls that wait for the server.
    Server,
}

#[derive(Default)]
struct Threads {
    local: Option<(Sender<Job>, JoinHandle<()>)>,
    server: Option<(Sender<Job>, JoinHandle<()>)>,
    is_closed: bool,
}

/// The threads of a client's asynchronous calls.
pub(super) struct CallThreads {
    threads: Mutex<Threads>,
    is_cancelled: Arc<AtomicBool>,
}

impl CallThreads {
    pub(super) fn new() -> Self {
        Self {
            threads: Mutex::default(),
            is_cancelled: Arc::default(),
        }
    }

    /// Adds a call. An error means that it will not run at all.
    pub(super) fn push(&self, thread: CallThread, job: Job) -> Result<()> {
        let mut threads = lock(&self.threads);
        if threads.is_closed {
            return Err(closed());
        }
        let place = match thread {
            CallThread::Local => &mut threads.local,
            CallThread::Server => &mut threads.server,
        };
        let (sender, _) = match place {
            Some(started) => started,
            None => place.insert(self.start(thread)?),
        };
        sender
            .send(job)
            .map_err(|_| Error::internal("the thread of asynchronous calls has ended"))
    }

    fn start(&self, thread: CallThread) -> Result<(Sender<Job>, JoinHandle<()>)> {
        // No bound: a call that had to wait for the calls before it would not be asynchronous.
        let (sender, jobs) = unbounded::<Job>();
        let is_cancelled = Arc::clone(&self.is_cancelled);
        let name = match thread {
            CallThread::Local => "libim-local",
            CallThread::Server => "libim-server",
        };
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                for job in jobs {
                    job(is_cancelled.load(Ordering::Acquire));
                }
            })
            .map_err(|error| Error::internal(format!("cannot start a thread for asynchronous calls: {error}")))?;
        Ok((sender, thread))
    }

    /// Ends the calls whose turn has not come, waits for the one that runs, and ends the threads.
    pub(super) fn close(&self) {
        self.is_cancelled.store(true, Ordering::Release);
        let (local, server) = {
            let mut threads = lock(&self.threads);
            threads.is_closed = true;
            (threads.local.take(), threads.server.take())
        };
        // Without the lock, so that calls made meanwhile are refused and need not wait for the last job.
        for (sender, thread) in [local, server].into_iter().flatten() {
            drop(sender);
            // A job that held the last reference to its client closes it from here.
            if thread.thread().id() == thread::current().id() {
                continue;
            }
            if thread.join().is_err() {
                log::error!("a thread of asynchronous calls ended in a panic");
            }
        }
    }
}
