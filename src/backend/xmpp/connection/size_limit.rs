//! How large a stanza the server takes. It may say so (XEP-0478); else a stanza that is too large ends the connection, and
//! would end the next one too, because it is sent again. So the one at fault is found and given up.

use super::super::stanza::carried::size_of;
use super::error::ConnectError;
use super::sm_state::{Outgoing, SmState};
use std::cell::Cell;
use std::num::NonZeroU32;
use tokio_xmpp::Stanza;

/// Every server takes so many bytes (RFC 6120, 13.12).
const ALWAYS: usize = 10_000;
/// What larger stanza breaks the connection so often is too large, also when the server does not say why it closes.
const SUSPICIOUS: usize = 60_000;
const ATTEMPTS: u32 = 3;

/// The limit as far as it is known. It outlives sessions.
#[derive(Default)]
pub(crate) struct SizeLimit {
    bytes: Cell<Option<usize>>,
    /// The size of the largest stanza that was on its way when the connection broke, and how often that has happened.
    suspect: Cell<(usize, u32)>,
}

impl SizeLimit {
    /// The server says what it takes.
    pub(crate) fn learn(&self, limit: Option<NonZeroU32>) {
        if let Some(limit) = limit.and_then(|limit| usize::try_from(limit.get()).ok()) {
            self.bytes.set(Some(limit.max(ALWAYS)));
        }
    }

    /// The limit, when the stanza is over it.
    pub(crate) fn exceeded_by(&self, stanza: &Stanza) -> Option<usize> {
        self.bytes.get().filter(|limit| size_of(stanza) > *limit)
    }

    /// A connection has ended. Takes the stanza out of those that will be sent again that the server has refused by that.
    pub(crate) fn take_refused(&self, state: &mut SmState, error: &ConnectError) -> Option<Outgoing> {
        let threshold = match error {
            ConnectError::Violation(_) => ALWAYS,
            ConnectError::Retry(_) => SUSPICIOUS,
            _ => return None,
        };
        let sizes = state.unacked().map(|outgoing| size_of(&outgoing.stanza)).enumerate();
        let (place, size) = sizes
            .max_by_key(|(_, size)| *size)
            .filter(|(_, size)| *size > threshold)?;
        let (known, times) = self.suspect.get();
        let times = if known == size { times + 1 } else { 1 };
        self.suspect.set((size, times));
        if threshold == SUSPICIOUS && times < ATTEMPTS {
            return None;
        }
        self.bytes
            .set(Some(self.bytes.get().map_or(size - 1, |known| known.min(size - 1))));
        state.give_up(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Error;
    use xmpp_parsers::message::{Lang, Message};

    fn message(size: usize) -> Stanza {
        Message::new(None).with_body(Lang::new(), "x".repeat(size)).into()
    }

    fn state(sizes: &[usize]) -> SmState {
        let mut state = SmState::default();
        for size in sizes {
            state.keep(Outgoing {
                stanza: message(*size),
                acked: None,
            });
        }
        state
    }

    #[test]
    fn the_largest_stanza_is_at_fault_when_the_server_says_that_one_is() {
        let limit = SizeLimit::default();
        let violation = ConnectError::Violation(Error::disconnected("policy"));
        let mut unacked = state(&[10, 200_000, 20]);
        let refused = limit.take_refused(&mut unacked, &violation).unwrap();
        assert!(size_of(&refused.stanza) > 200_000);
        assert_eq!(unacked.unacked().count(), 2);
        assert!(limit.exceeded_by(&message(200_000)).is_some() && limit.exceeded_by(&message(100_000)).is_none());
        assert!(
            limit.take_refused(&mut state(&[9_000]), &violation).is_none(),
            "every server takes that"
        );
    }

    #[test]
    fn a_large_stanza_that_breaks_one_connection_after_the_other_is_given_up() {
        let limit = SizeLimit::default();
        let broken = ConnectError::network("broken");
        for _ in 1..ATTEMPTS {
            assert!(limit.take_refused(&mut state(&[100_000]), &broken).is_none());
        }
        assert!(limit.take_refused(&mut state(&[100_000]), &broken).is_some());
        assert!(limit.take_refused(&mut state(&[50_000]), &broken).is_none());
        assert!(
            limit
                .take_refused(&mut state(&[70_000]), &ConnectError::Replaced)
                .is_none()
        );
    }

    #[test]
    fn what_the_server_says_it_takes_is_not_exceeded() {
        let limit = SizeLimit::default();
        limit.learn(None);
        assert!(limit.exceeded_by(&message(1_000_000)).is_none());
        limit.learn(NonZeroU32::new(262_144));
        assert_eq!(limit.exceeded_by(&message(262_144)), Some(262_144));
        assert!(limit.exceeded_by(&message(262_000)).is_none());
    }
}
