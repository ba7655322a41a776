//! A visit to a room: from the moment at which the room lets the account in until it is out again, for whatever reason. A room
//! shows the messages of one visit in the order in which they were sent; what it shows of several visits has no order.

use tokio::sync::watch;

/// A visit that goes on until this is dropped.
#[derive(Debug, Default)]
pub(crate) struct Staying(watch::Sender<()>);

impl Staying {
    /// To be told of its end.
    pub(crate) fn visit(&self) -> Visit {
        Visit(self.0.subscribe())
    }
}

/// A visit, as those see it who send something during it.
#[derive(Clone, Debug)]
pub(crate) struct Visit(watch::Receiver<()>);

impl Visit {
    fn is(&self, other: &Self) -> bool {
        self.0.same_channel(&other.0)
    }

    fn is_over(&self) -> bool {
        self.0.has_changed().is_err()
    }

    /// Waits for its end.
    pub(crate) async fn end(mut self) {
        // Nothing is ever sent: this ends when the sender is gone.
        while self.0.changed().await.is_ok() {}
    }
}

/// The visit during which several messages are sent: the first chooses it.
#[derive(Debug, Default)]
pub(crate) enum OneVisit {
    #[default]
    Open,
    During(Visit),
    /// It is over, or there was none.
    Over,
}

impl OneVisit {
    /// The visit for the next message, if that is still the one at this moment.
    pub(crate) fn take(&mut self, now: Option<Visit>) -> Option<Visit> {
        let now = now.filter(|now| match self {
            Self::Open => true,
            Self::During(visit) => visit.is(now),
            Self::Over => false,
        });
        *self = now.clone().map_or(Self::Over, Self::During);
        now
    }

    pub(crate) fn is_over(&self) -> bool {
        match self {
            Self::Open => false,
            Self::During(visit) => visit.is_over(),
            Self::Over => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[test]
    fn a_visit_ends_once_and_is_no_other() {
        let (first, second) = (Staying::default(), Staying::default());
        let visit = first.visit();
        assert!(visit.is(&first.visit()) && !visit.is(&second.visit()));
        assert!(visit.clone().end().now_or_never().is_none());
        assert!(!visit.is_over());
        drop(first);
        assert!(visit.is_over());
        assert!(visit.end().now_or_never().is_some());
    }

    #[test]
    fn what_has_missed_its_visit_goes_out_during_no_other() {
        let (first, second) = (Staying::default(), Staying::default());
        let mut one = OneVisit::default();
        assert!(one.take(Some(first.visit())).is_some() && !one.is_over());
        assert!(one.take(Some(second.visit())).is_none() && one.is_over());
        assert!(one.take(Some(first.visit())).is_none());
        let mut one = OneVisit::default();
        assert!(one.take(None).is_none() && one.is_over());
        assert!(one.take(Some(first.visit())).is_none());
    }
}
