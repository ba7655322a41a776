//! The state of stream management (XEP-0198): what was sent and not acknowledged, what was handled, and the acknowledgement
//! that the server owes.

use super::super::stanza::carried::carried;
use super::error::ConnectError;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_xmpp::Stanza;

/// How long a server may acknowledge nothing before it is asked again, and after that before the session is given up; and the
/// longest time, after sessions that ended so: on a slow line a large stanza takes long.
const PATIENCE: Duration = Duration::from_secs(15);
const LONG_PATIENCE: Duration = Duration::from_secs(60);

/// A stanza on its way out.
pub(crate) struct Outgoing {
    pub(crate) stanza: Stanza,
    /// Told when the server has acknowledged it; dropped when that will never be known.
    pub(crate) acked: Option<oneshot::Sender<()>>,
}

impl Outgoing {
    /// A stanza as XML can carry it.
    pub(crate) fn new(stanza: Stanza, acked: Option<oneshot::Sender<()>>) -> Self {
        let stanza = carried(stanza);
        Self { stanza, acked }
    }
}

/// The state of stream management of a session. It outlives the connection.
#[derive(Default)]
pub(crate) struct SmState {
    /// The name to resume it by; `None` when it cannot be resumed.
    pub(super) id: Option<String>,
    /// How many stanzas of the server's were handled.
    pub(super) handled: u32,
    /// How many of ours the server has acknowledged.
    acked: u32,
    /// Those that it has not.
    pub(super) unacked: VecDeque<Outgoing>,
}

impl SmState {
    pub(super) fn acknowledge(&mut self, up_to: u32) -> Result<(), ConnectError> {
        // The counters of XEP-0198 start over after 2^32 stanzas.
        let count = up_to.wrapping_sub(self.acked) as usize;
        if count > self.unacked.len() {
            return Err(ConnectError::network(
                "the server acknowledged more stanzas than were sent",
            ));
        }
        self.acked = up_to;
        for outgoing in self.unacked.drain(..count) {
            if let Some(acked) = outgoing.acked {
                // The caller may have given up waiting.
                let _ = acked.send(());
            }
        }
        Ok(())
    }

    /// The stanzas that the server has not acknowledged.
    pub(super) fn unacked(&self) -> impl Iterator<Item = &Outgoing> {
        self.unacked.iter()
    }

    /// Whether the server has acknowledged everything.
    pub(super) fn has_all(&self) -> bool {
        self.unacked.is_empty()
    }

    /// Keeps a stanza until the server has it.
    pub(super) fn keep(&mut self, outgoing: Outgoing) {
        self.unacked.push_back(outgoing);
    }

    /// A stanza is not sent again: the server has not counted it, and never will.
    pub(super) fn give_up(&mut self, place: usize) -> Option<Outgoing> {
        self.unacked.remove(place)
    }

    pub(crate) fn is_resumable(&self) -> bool {
        self.id.is_some()
    }
}

/// The acknowledgement that the server owes. One that goes on sending and takes nothing in any more shows it by this only:
/// Prosody 0.12 does so after a connection has broken while it passed on to its sender what it had just read.
#[derive(Debug, Default)]
pub(super) struct Owed {
    since: Option<Instant>,
    is_asked_again: bool,
    /// It never came.
    is_given_up: bool,
}

impl Owed {
    /// The server was asked to acknowledge.
    pub(super) fn requested(&mut self, now: Instant) {
        self.since.get_or_insert(now);
    }

    /// It has done so. What it did not mention may have been sent after the request.
    pub(super) fn acknowledged(&mut self, has_all: bool, now: Instant) {
        self.since = self.since.filter(|_| !has_all).map(|_| now);
        self.is_asked_again = false;
    }

    /// When the server has taken so long that something is to be done.
    pub(super) fn due(&self, patience: Patience) -> Option<Instant> {
        self.since.map(|since| since + patience.0)
    }

    /// It has taken so long. True when it is to be asked once more; false when it was, which is the last time.
    pub(super) fn ask_again(&mut self, now: Instant) -> bool {
        self.since = Some(now);
        self.is_given_up = std::mem::replace(&mut self.is_asked_again, true);
        !self.is_given_up
    }

    /// Whether the server has not acknowledged anything when it was asked for the last time.
    pub(super) fn is_given_up(&self) -> bool {
        self.is_given_up
    }
}

/// How long a server may acknowledge nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience(Duration);

impl Default for Patience {
    fn default() -> Self {
        Self(PATIENCE)
    }
}

impl Patience {
    /// For the next connection: the last one ended because of it, or not.
    pub(crate) fn learn(&mut self, was_in_vain: bool) {
        *self = match was_in_vain {
            true => Self(LONG_PATIENCE.min(self.0 * 2)),
            false => Self::default(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmpp_parsers::presence::Presence;

    #[test]
    fn acknowledged_stanzas_are_told_and_no_longer_kept() {
        let mut state = SmState {
            acked: u32::MAX,
            ..SmState::default()
        };
        let mut waiting = Vec::new();
        for _ in 0..3 {
            let (acked, wait) = oneshot::channel();
            waiting.push(wait);
            state.unacked.push_back(Outgoing {
                stanza: Stanza::from(Presence::available()),
                acked: Some(acked),
            });
        }
        // The counter has wrapped around.
        state.acknowledge(1).unwrap();
        let acked: Vec<bool> = waiting.iter_mut().map(|wait| wait.try_recv().is_ok()).collect();
        assert_eq!(acked, [true, true, false]);
        assert_eq!(state.unacked.len(), 1);
        assert!(state.acknowledge(3).is_err(), "more than were sent");
        state.acknowledge(2).unwrap();
        assert!(state.has_all());
    }

    #[test]
    fn a_server_that_acknowledges_nothing_is_asked_once_more() {
        let patience = Patience(Duration::from_secs(1));
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let mut owed = Owed::default();
        assert_eq!(owed.due(patience), None);
        owed.acknowledged(false, at(0));
        assert_eq!(owed.due(patience), None, "nobody has asked");
        owed.requested(at(1));
        owed.requested(at(2));
        assert_eq!(owed.due(patience), Some(at(2)));
        assert!(owed.ask_again(at(3)));
        owed.requested(at(3));
        assert_eq!(owed.due(patience), Some(at(4)));
        // It is slow, no more.
        owed.acknowledged(false, at(4));
        assert_eq!(owed.due(patience), Some(at(5)));
        assert!(owed.ask_again(at(5)));
        assert!(!owed.is_given_up());
        assert!(!owed.ask_again(at(6)));
        assert!(owed.is_given_up());
        owed.acknowledged(true, at(7));
        assert_eq!(owed.due(patience), None);
    }
}
