//! Who is typing: what the app hears of it, and how often others hear it of the user. In memory only, and bounded: whoever
//! is told that somebody types is told the end of it too, also when the other side never says so.

use crate::model::UserId;
use crate::model::lock::lock;
use crate::model::sync::Mutex;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// After this long it is said again that the user types.
const RENEWED: Duration = Duration::from_secs(4);
/// So long somebody counts as typing who does not say it again.
const SHOWN: Duration = Duration::from_secs(6);
/// How often each user may start again, on average, and how much sooner than that now and then: whoever stops for a moment has
/// started again for good, and may not say so a second time.
const SHORTEST: Duration = Duration::from_millis(500);
const SOONER: Duration = Duration::from_secs(4);
/// Of how many users it is known.
const MOST: usize = 1_000;

/// What was said last.
struct Said {
    is_typing: bool,
    at: Instant,
    /// When the next start is due that keeps to the average.
    next: Instant,
}

impl Said {
    fn started(now: Instant) -> Self {
        Self {
            is_typing: true,
            at: now,
            next: now + SHORTEST,
        }
    }

    /// Whether there may be another start now, which then counts.
    fn may_start(&mut self, now: Instant) -> bool {
        let may = self.next.saturating_duration_since(now) <= SOONER;
        if may {
            self.next = self.next.max(now) + SHORTEST;
        }
        may
    }
}

/// The account's own typing by receiver, and that of others.
#[derive(Default)]
pub(super) struct Typing {
    sent: Mutex<HashMap<UserId, Said>>,
    heard: Mutex<HashMap<UserId, Said>>,
}

/// Notes what is said now. Says whether that is a change; what is the same counts as one after `renewed`.
fn note(
    said: &mut HashMap<UserId, Said>,
    user: &UserId,
    is_typing: bool,
    now: Instant,
    renewed: Option<Duration>,
) -> bool {
    if let Some(said) = said.get_mut(user) {
        let passed = now.saturating_duration_since(said.at);
        let is_due = match (said.is_typing, is_typing) {
            (true, false) => true,
            (true, true) => match renewed {
                Some(renewed) => passed >= renewed,
                // It goes on.
                None => {
                    said.at = now;
                    false
                }
            },
            (false, true) => said.may_start(now),
            (false, false) => false,
        };
        if is_due {
            (said.is_typing, said.at) = (is_typing, now);
        }
        return is_due;
    }
    // Nobody has heard of a start.
    if !is_typing {
        return false;
    }
    if said.len() >= MOST {
        // Of those who are heard, whoever types is still to end.
        said.retain(|_, said| said.is_typing && (renewed.is_none() || now.saturating_duration_since(said.at) < SHOWN));
    }
    let has_room = said.len() < MOST;
    if has_room {
        said.insert(user.clone(), Said::started(now));
    }
    has_room
}

impl Typing {
    /// Whether a user is to be told now that we type, or do no more.
    pub(super) fn may_send(&self, to: &UserId, is_typing: bool, now: Instant) -> bool {
        note(&mut lock(&self.sent), to, is_typing, now, Some(RENEWED))
    }

    /// Whether we type to a user, as far as they were told or are about to be.
    pub(super) fn types_to(&self, user: &UserId) -> bool {
        lock(&self.sent).get(user).is_some_and(|said| said.is_typing)
    }

    /// A message goes to a user, which ends our typing there.
    pub(super) fn has_written(&self, to: &UserId) {
        lock(&self.sent).remove(to);
    }

    /// Somebody says that they type, or do no more. Says whether the app is to hear it.
    pub(super) fn hear(&self, user: &UserId, is_typing: bool, now: Instant) -> bool {
        note(&mut lock(&self.heard), user, is_typing, now, None)
    }

    /// Whether anybody types, as far as the app knows.
    pub(super) fn is_anybody(&self) -> bool {
        lock(&self.heard).values().any(|said| said.is_typing)
    }

    /// Those who have not said it again in time: they type no more.
    pub(super) fn expired(&self, now: Instant) -> Vec<UserId> {
        self.end(now, |said| now.saturating_duration_since(said.at) >= SHOWN)
    }

    /// All who type: nobody hears of their end.
    pub(super) fn all(&self, now: Instant) -> Vec<UserId> {
        lock(&self.sent).clear();
        self.end(now, |_| true)
    }

    fn end(&self, now: Instant, is_over: impl Fn(&Said) -> bool) -> Vec<UserId> {
        let mut heard = lock(&self.heard);
        let over = heard.iter_mut().filter(|(_, said)| said.is_typing && is_over(said));
        let mut users: Vec<UserId> = over
            .map(|(user, said)| {
                (said.is_typing, said.at) = (false, now);
                user.clone()
            })
            .collect();
        users.sort();
        users
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bob() -> UserId {
        UserId::trusted("bob")
    }

    #[test]
    fn what_the_app_says_with_every_key_is_sent_now_and_then() {
        let (typing, start) = (Typing::default(), Instant::now());
        let at = |millis| start + Duration::from_millis(millis);
        assert!(!typing.may_send(&bob(), false, start), "nobody has heard of a start");
        let sent = (0..10_000)
            .step_by(100)
            .filter(|millis| typing.may_send(&bob(), true, at(*millis)));
        assert_eq!(sent.collect::<Vec<_>>(), [0, 4_000, 8_000]);
        assert!(typing.may_send(&bob(), false, at(10_000)) && !typing.may_send(&bob(), false, at(10_001)));
        // Back and forth is bounded as well.
        let flips = (10_100..20_100).step_by(10).filter(|millis| {
            let is_typing = millis % 20 == 0;
            typing.may_send(&bob(), is_typing, at(*millis))
        });
        assert!(flips.count() <= 41 + 2 * 8);
        assert!(typing.may_send(&bob(), true, at(30_000)));
        assert!(typing.types_to(&bob()));
        typing.has_written(&bob());
        assert!(!typing.types_to(&bob()));
        assert!(
            typing.may_send(&bob(), true, at(30_001)),
            "the message has ended it there"
        );
    }

    #[test]
    fn whoever_stops_for_a_moment_is_heard_to_start_again() {
        let start = Instant::now();
        for is_heard in [false, true] {
            let typing = Typing::default();
            let says = |is_typing, millis| {
                let now = start + Duration::from_millis(millis);
                match is_heard {
                    false => typing.may_send(&bob(), is_typing, now),
                    true => typing.hear(&bob(), is_typing, now),
                }
            };
            for (number, millis) in (0..9).zip((0..).step_by(100)) {
                assert!(says(number % 2 == 0, millis), "{number}");
            }
            assert!(typing.types_to(&bob()) || typing.is_anybody());
        }
    }

    #[test]
    fn whoever_stops_saying_it_types_no_more() {
        let (typing, start) = (Typing::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(!typing.hear(&bob(), false, start));
        assert!(typing.hear(&bob(), true, start) && typing.is_anybody());
        assert!(!typing.hear(&bob(), true, at(4)), "it goes on");
        assert_eq!(typing.expired(at(9)), []);
        assert_eq!(typing.expired(at(10)), [bob()]);
        assert_eq!(typing.expired(at(20)), []);
        assert!(!typing.is_anybody() && !typing.hear(&bob(), false, at(20)));
        assert!(typing.hear(&bob(), true, at(20)));
        assert_eq!(typing.all(at(21)), [bob()]);
    }

    #[test]
    fn a_crowd_is_bounded() {
        let (typing, start) = (Typing::default(), Instant::now());
        let user = |number: usize| UserId::trusted(format!("u{number}"));
        let told = (0..2 * MOST).filter(|number| typing.hear(&user(*number), true, start));
        assert_eq!(told.count(), MOST);
        assert_eq!(typing.expired(start + SHOWN).len(), MOST);
        assert!(typing.hear(&bob(), true, start + SHOWN));
    }
}
