//! What the backend's other threads tell its worker. Used on the worker's thread.

use super::connection::ConnectError;
use super::online::Online;
use std::collections::VecDeque;
use std::future::Future;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep_until};

/// Work for a session, made on another thread.
pub(crate) type Work = Box<dyn FnOnce(&Online) + Send>;

/// A signal to the worker.
pub(crate) enum Signal {
    /// To do something in the session; dropped undone when there is none.
    Work(Work),
    /// Something was added to the outbox.
    Outbox,
    /// The network may have changed.
    NetworkChanged,
    /// To end, and to wait for the server so long.
    Stop(Duration),
}

/// How long an answer may take after the network changed.
pub(super) const PROBE: Duration = Duration::from_secs(5);
pub(super) const NO_ANSWER: &str = "the server did not answer after the network changed";

/// The signals, in their order.
pub(super) struct Signals {
    receiver: UnboundedReceiver<Signal>,
    /// Those that came while something else had to end first.
    kept: VecDeque<Signal>,
}

impl Signals {
    pub(super) fn new(receiver: UnboundedReceiver<Signal>) -> Self {
        Self {
            receiver,
            kept: VecDeque::new(),
        }
    }

    /// Waits for the next one. Cancel-safe.
    pub(super) async fn next(&mut self) -> Signal {
        if let Some(kept) = self.kept.pop_front() {
            return kept;
        }
        // Nobody is left to say it.
        self.receiver.recv().await.unwrap_or(Signal::Stop(Duration::ZERO))
    }

    /// Writes to the connection. A peer that reads nothing holds a write up for a quarter of an hour; an order to stop or
    /// another network ends that, and everything else waits until the write is over.
    pub(super) async fn beside(
        &mut self,
        write: impl Future<Output = Result<(), ConnectError>>,
    ) -> Result<(), ConnectError> {
        tokio::pin!(write);
        let mut until = None;
        loop {
            let signal = tokio::select! {
                biased;
                written = &mut write => return written,
                () = sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => {
                    return Err(ConnectError::network(NO_ANSWER));
                }
                signal = self.receiver.recv() => signal.unwrap_or(Signal::Stop(Duration::ZERO)),
            };
            match signal {
                Signal::Stop(_) => {
                    self.kept.push_front(Signal::Stop(Duration::ZERO));
                    return Ok(());
                }
                Signal::NetworkChanged => {
                    until.get_or_insert_with(|| Instant::now() + PROBE);
                    self.kept.push_back(Signal::NetworkChanged);
                }
                other => self.kept.push_back(other),
            }
        }
    }
}
