//! Starting and stopping the one thread of a backend.

use super::{LinkState, Sink};
use crate::model::lock::lock;
use crate::model::sync::thread::{self, JoinHandle};
use crate::model::sync::{Arc, Mutex};
use crate::model::{Error, Result, Status};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The thread of a backend, with the handle `H` by which the other threads reach it. There is none before
/// [`BackendThread::start`] and after [`BackendThread::stop`].
pub(crate) struct BackendThread<H> {
    name: &'static str,
    running: Mutex<Option<(H, JoinHandle<()>)>>,
}

impl<H> BackendThread<H> {
    /// `name` is the thread's, as debuggers show it.
    pub(crate) const fn new(name: &'static str) -> Self {
        Self {
            name,
            running: Mutex::new(None),
        }
    }

    /// Starts the thread. 6015 while there is one.
    ///
    /// If `run` panics, the sink is told that the backend has stopped for good. So the account counts as logged out,
    /// and the app can log in again, which starts a new thread.
    pub(crate) fn start(&self, handle: H, sink: Arc<dyn Sink>, run: impl FnOnce() + Send + 'static) -> Result<()> {
        let mut running = lock(&self.running);
        if running.is_some() {
            return Err(Error::new(
                Status::InProgress,
                "the connection to the server has been started already",
            ));
        }
        let name = self.name;
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                // Unwind safety: nothing of the thread is used after it but what locks guard, and SQLite's
                // transactions have rolled back.
                if catch_unwind(AssertUnwindSafe(run)).is_err() {
                    log::error!("the thread {name} panicked");
                    sink.report(LinkState::Refused(Error::internal(
                        "the thread of the connection panicked; this is a fault of libim, please report it",
                    )));
                }
            })
            .map_err(|error| Error::internal(format!("the thread {name} could not be started: {error}")))?;
        *running = Some((handle, thread));
        Ok(())
    }

    /// Uses the handle; `None` when there is no thread. The handle stays locked meanwhile.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&H) -> T) -> Option<T> {
        lock(&self.running).as_ref().map(|(handle, _)| work(handle))
    }

    /// Ends the thread: `signal` tells it to end, and it is waited for. Gives back the handle, unless there was no
    /// thread.
    pub(crate) fn stop(&self, signal: impl FnOnce(&H)) -> Option<H> {
        // Taken out first: the lock must not be held while waiting for a thread that may ask for it.
        let (handle, thread) = lock(&self.running).take()?;
        signal(&handle);
        // A call into the account may drop the last reference to the client; then this runs on the thread itself,
        // which cannot wait for its own end.
        if thread.thread().id() != thread::current().id() && thread.join().is_err() {
            log::error!("the thread {} ended in a panic", self.name);
        }
        Some(handle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Inbound, OutboxEntry, Outcome, UserId};
    use crossbeam_channel::{Receiver, Sender, unbounded};

    /// An account that passes on what is reported.
    struct Reports(Sender<LinkState>);

    impl Sink for Reports {
        fn user_id(&self) -> &UserId {
            unimplemented!()
        }
        fn cursor(&self) -> Result<Option<String>> {
            Ok(None)
        }
        fn apply(&self, _: Inbound) -> Result<()> {
            Ok(())
        }
        fn next_outbound(&self) -> Result<Option<OutboxEntry>> {
            Ok(None)
        }
        fn complete_outbound(&self, _: i64, _: Outcome) -> Result<()> {
            Ok(())
        }
        fn report(&self, state: LinkState) {
            self.0.send(state).unwrap();
        }
    }

    fn sink() -> (Arc<Reports>, Receiver<LinkState>) {
        let (sender, reports) = unbounded();
        (Arc::new(Reports(sender)), reports)
    }

    #[test]
    fn there_is_one_thread_at_a_time_and_its_end_is_waited_for() {
        let thread = BackendThread::new("libim-test");
        let (sink, _reports) = sink();
        let (stop, stopped) = unbounded::<()>();
        let has_ended = Arc::new(Mutex::new(false));
        let ended = Arc::clone(&has_ended);
        let run = move || {
            assert!(stopped.recv().is_ok());
            *ended.lock().unwrap() = true;
        };
        thread.start(stop.clone(), sink.clone(), run).unwrap();
        let error = thread.start(stop, sink, || {}).unwrap_err();
        assert_eq!(error.status, Status::InProgress);
        assert!(thread.stop(|stop| stop.send(()).unwrap()).is_some());
        assert!(*has_ended.lock().unwrap());
        assert!(thread.with(|_| ()).is_none() && thread.stop(|_| ()).is_none());
    }

    #[test]
    fn a_panic_ends_the_login() {
        let thread = BackendThread::new("libim-test");
        let (sink, reports) = sink();
        thread.start((), sink.clone(), || panic!("on purpose")).unwrap();
        let LinkState::Refused(error) = reports.recv().unwrap() else {
            panic!("the account still believes that the backend is trying");
        };
        assert_eq!(error.status, Status::Internal);
        // As the next login does.
        thread.stop(|()| ());
        thread.start((), sink, || {}).unwrap();
        thread.stop(|()| ());
    }
}
