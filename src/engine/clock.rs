//! A clock that was wrong: activations from a time that has not come would keep their conversations above all that
//! follows, for good.

use super::core::Engine;
use super::transaction::Transaction;
use crate::model::order::PIN_BIT;
use crate::model::{Micros, Result};
use crate::store::conversation;

/// The latest activation that a clock is believed, in the year 2112. Up to the pin bit there is room for as many events as
/// come while the clock stays wrong.
pub(super) const LATEST: i64 = PIN_BIT - (1 << 32);

/// Differences of clocks up to a day are none.
const TOLERANCE: i64 = 24 * 3600 * 1_000_000;

/// The start of 2025: a clock that says an earlier time is the one that is wrong.
const EARLIEST: Micros = Micros(1_735_689_600_000_000);

/// Until when history is believed to have happened. A clock that is behind must not bring what happened at different times to
/// one place.
pub(super) fn latest_believed(now: Micros) -> i64 {
    if now < EARLIEST {
        return LATEST;
    }
    now.0.saturating_add(TOLERANCE).min(LATEST)
}

impl Transaction<'_> {
    /// The time of a place up to which something holds. One that has not come yet is the present: what follows must lie
    /// behind it.
    pub(super) fn believed(&self, time: Micros) -> Micros {
        if time.0 > latest_believed(self.now) {
            self.now
        } else {
            time
        }
    }
}

impl Engine {
    /// Puts activations that lie in the future at the present, in their order. The list stays as it is; what comes now and
    /// what a sync brings find their places in it again.
    pub(super) fn forget_wrong_clock(&self) -> Result<()> {
        let now = (self.options.clock)();
        let last = self.store.writer().get()?.account.last_activation;
        if now < EARLIEST || last <= now.0.saturating_add(TOLERANCE) {
            return Ok(());
        }
        log::warn!("the clock was ahead of its time; the order of the list is kept");
        self.write(false, |tx| {
            let mut activation = now.0;
            for id in conversation::activated_after(tx.db, now.0)? {
                activation += 1;
                tx.edit(&id, |_, loaded| {
                    loaded.row.activation = activation;
                    Ok(())
                })?;
            }
            tx.account.last_activation = activation;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, c2c, message};
    use crate::model::Change;
    use crate::model::order::PIN_BIT;

    const TODAY: i64 = 1_800_000_000;
    const YEAR_2300: i64 = 10_413_792_000;

    fn said(user: &str, seconds: i64) -> Change {
        let mut said = message(&c2c(user), user, 1);
        (said.msg_id, said.time.0) = (format!("{user}{seconds}"), seconds * 1_000_000);
        Change::Message(said)
    }

    #[test]
    fn a_clock_in_the_year_2300_spoils_neither_pins_nor_order() {
        let fixture = Fixture::new();
        fixture.set_clock(TODAY);
        fixture.live(said("before", TODAY));
        fixture.set_clock(YEAR_2300);
        for user in ["one", "two", "three"] {
            fixture.engine.set_draft(&c2c(user), "x").unwrap();
        }
        fixture.engine.set_pinned(&c2c("before"), true).unwrap();
        let order = ["c2c_before", "c2c_three", "c2c_two", "c2c_one"];
        assert_eq!(fixture.list(), order, "pinned above");
        assert!(fixture.row(&c2c("three"))["orderkey"].as_i64().unwrap() < PIN_BIT);

        fixture.set_clock(TODAY + 60);
        let fixture = fixture.reopen();
        assert_eq!(fixture.list(), order, "the list is as it was");
        fixture.engine.set_pinned(&c2c("before"), false).unwrap();
        assert_eq!(fixture.list()[3], "c2c_before");
        fixture.set_clock(TODAY + 120);
        fixture.history(said("synced", TODAY + 100));
        assert_eq!(fixture.list()[0], "c2c_synced", "newer than all that was there");
        fixture.history(said("older", TODAY - 100));
        assert_eq!(fixture.list()[5], "c2c_older");
        fixture.live(said("one", TODAY + 120));
        assert_eq!(fixture.list()[0], "c2c_one");
    }

    #[test]
    fn a_clock_that_was_reset_changes_nothing() {
        let fixture = Fixture::new();
        fixture.set_clock(TODAY);
        fixture.engine.set_draft(&c2c("one"), "x").unwrap();
        fixture.set_clock(5);
        let before = fixture.row(&c2c("one"));
        let fixture = fixture.reopen();
        assert_eq!(fixture.row(&c2c("one")), before);
    }
}
