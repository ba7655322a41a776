//! When the server has moved the session to another connection. A server such as ejabberd hands it from one of its processes to
//! the next, and what is in the first at that moment comes late, out of order, or never.

use crate::model::Micros;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// How long an answer may take after the connection was resumed.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a server may take to hand over a session.
const HANDING_OVER: Duration = Duration::from_secs(1);

/// When a session was handed over last.
pub(crate) struct HandOver(watch::Sender<Option<(Instant, Micros)>>);

impl Default for HandOver {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl HandOver {
    /// The session goes on on another connection, or has taken the place of the one before it. `time` is the server's.
    pub(crate) fn note(&self, time: Micros) {
        self.0.send_replace(Some((Instant::now(), time)));
    }

    /// When that happened last, and the server's time then.
    pub(crate) fn last(&self) -> Option<(Instant, Micros)> {
        *self.0.borrow()
    }

    /// When the handing over is done, if something that was asked at a moment may not know of all that it has delayed.
    pub(crate) fn unrest(&self, asked: Instant) -> Option<Instant> {
        let over = self.last()?.0 + HANDING_OVER;
        (asked < over).then_some(over)
    }

    /// Waits until what was asked before this is called will not be answered any more: the session was handed over since, and
    /// there was time enough after that.
    pub(crate) async fn forgotten(&self) {
        let mut changes = self.0.subscribe();
        let mut last: Option<Instant> = None;
        loop {
            let changed = match last {
                Some(last) => timeout_at(last + PATIENCE, changes.changed()).await,
                None => Ok(changes.changed().await),
            };
            match changed {
                Ok(Ok(())) => last = changes.borrow_and_update().map(|(at, _)| at),
                // There is no other session to come.
                Ok(Err(_)) => std::future::pending().await,
                Err(_) => return,
            }
        }
    }
}
