//! When the end of the account's archive can be believed.
//!
//! When a session is resumed, or takes the place of another, a server such as ejabberd hands it from one of its processes to
//! the next. What was queued in the first reaches the second, and the archive, a moment later, behind what was sent after it. So
//! neither the order in which messages arrive nor what the archive does not have yet counts until that is over. What is older
//! is in its place.

use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::archive::Page;
use crate::model::Micros;
use tokio::time::Instant;

/// How old a message may be that was queued meanwhile, µs; with it goes how far the clocks may differ.
const QUEUED: i64 = 4_000_000;

/// From when on the archive can be believed, when it could not at the moment at which it was asked.
pub(super) fn disturbed(session: &Session, asked: Instant) -> Option<Instant> {
    session.hand_over.unrest(asked)
}

/// Leaves out of a page that was asked for at a moment what may not be complete. True when there was something.
pub(super) fn settle(session: &Session, page: &mut Page, asked: Instant) -> bool {
    disturbed(session, asked).is_some()
        && session
            .hand_over
            .last()
            .is_some_and(|(_, time)| page.cut_from(Micros(time.0.saturating_sub(QUEUED))))
}
