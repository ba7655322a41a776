//! The syncs as the app hears of them. Plain data, guarded by the lock of the login.

use crate::events::Event;
use crate::model::Error;

/// Takes an event for the app; the error is the reason where there is one.
pub(super) type Tell<'a> = dyn FnMut(Event, Option<&Error>) + 'a;

/// What the app knows of the sync.
///
/// Nothing else tells onSyncServerStart, onSyncServerFinish and onSyncServerFailed, and however the methods follow
/// each other, each Start is followed by exactly one Finish or Failed before the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SyncEvents {
    /// No sync is under way.
    #[default]
    Idle,
    /// Start was told, and its end was not.
    Running,
    /// The connection was lost during a sync, so Failed was told. The backend has not given that sync up: if it gets
    /// its session back, the sync goes on.
    Interrupted,
}

impl SyncEvents {
    /// A sync begins.
    pub(super) fn start(&mut self, tell: &mut Tell<'_>) {
        self.abandon(&Error::internal("another sync began before this one ended"), tell);
        *self = Self::Running;
        tell(Event::SyncServerStart, None);
    }

    /// A sync is complete.
    pub(super) fn finish(&mut self, tell: &mut Tell<'_>) {
        // A sync that was told as failed, because the connection was lost, may turn out to have had all it needed. The
        // app hears of a whole sync then: what it brought is there.
        if *self != Self::Running {
            tell(Event::SyncServerStart, None);
        }
        *self = Self::Idle;
        tell(Event::SyncServerFinish, None);
    }

    /// The sync is given up.
    pub(super) fn abandon(&mut self, why: &Error, tell: &mut Tell<'_>) {
        if std::mem::take(self) == Self::Running {
            tell(Event::SyncServerFailed, Some(why));
        }
    }

    /// The connection is lost; a sync that is under way may go on when it is back.
    pub(super) fn interrupt(&mut self, why: &Error, tell: &mut Tell<'_>) {
        if *self == Self::Running {
            *self = Self::Interrupted;
            tell(Event::SyncServerFailed, Some(why));
        }
    }

    /// The connection is back, and the session goes on with all that was under way in it.
    pub(super) fn resume(&mut self, tell: &mut Tell<'_>) {
        if *self == Self::Interrupted {
            self.start(tell);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The events of a sequence of calls.
    fn told(calls: &[fn(&mut SyncEvents, &mut Tell<'_>)]) -> Vec<Event> {
        let mut events = Vec::new();
        let mut sync = SyncEvents::default();
        for call in calls {
            call(&mut sync, &mut |event, _| events.push(event));
        }
        events
    }

    const FINISH: fn(&mut SyncEvents, &mut Tell<'_>) = |sync, tell| sync.finish(tell);
    const START: fn(&mut SyncEvents, &mut Tell<'_>) = |sync, tell| sync.start(tell);
    const RESUME: fn(&mut SyncEvents, &mut Tell<'_>) = |sync, tell| sync.resume(tell);
    const ABANDON: fn(&mut SyncEvents, &mut Tell<'_>) = |sync, tell| sync.abandon(&Error::internal("given up"), tell);
    const INTERRUPT: fn(&mut SyncEvents, &mut Tell<'_>) = |sync, tell| sync.interrupt(&Error::internal("lost"), tell);

    use Event::{SyncServerFailed as Failed, SyncServerFinish as Finish, SyncServerStart as Start};

    #[test]
    fn an_interrupted_sync_is_told_again_when_its_session_goes_on() {
        assert_eq!(
            told(&[START, INTERRUPT, RESUME, FINISH]),
            [Start, Failed, Start, Finish]
        );
        assert_eq!(told(&[START, INTERRUPT, FINISH]), [Start, Failed, Start, Finish]);
    }

    #[test]
    fn what_was_given_up_does_not_go_on() {
        assert_eq!(told(&[START, INTERRUPT, ABANDON, RESUME]), [Start, Failed]);
        assert_eq!(told(&[START, FINISH, INTERRUPT, RESUME]), [Start, Finish]);
    }

    #[test]
    fn any_calls_in_any_order_tell_pairs() {
        let calls = [FINISH, START, RESUME, ABANDON, INTERRUPT];
        for seed in 0..200 {
            let mut random = fastrand::Rng::with_seed(seed);
            let sequence: Vec<_> = (0..30).filter_map(|_| random.choice(calls)).collect();
            for (at, event) in told(&sequence).into_iter().enumerate() {
                assert_eq!(event == Start, at % 2 == 0, "event {at} of seed {seed} is {event:?}");
            }
        }
    }
}
