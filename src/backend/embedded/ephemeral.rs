//! What is told to those who are there just now: the file keeps it for a minute, and for nobody who comes later.

use super::change::Tx;
use super::error::{ServiceError, ServiceResult};
use super::row::{User, readable};
use super::service::Service;
use super::users::{self, Me};
use crate::backend::Sink;
use crate::model::UserId;
use rusqlite::{Connection, OptionalExtension};

/// How long a row stays, in µs: each client that is there has looked long before.
const KEPT: i64 = 60_000_000;
/// How many rows are read at once.
const MAX_ROWS: i64 = 500;

/// A user types, or types no more.
#[derive(Debug, PartialEq, Eq)]
struct Typing {
    user: UserId,
    is_typing: bool,
}

/// Tells a user that we type to them, or do no more. One who has no mailbox is not there either.
pub(super) fn type_to(tx: &mut Tx<'_>, me: &Me, to: &UserId, is_typing: bool) -> ServiceResult<()> {
    let Some(to) = users::find_active(tx.db, to)? else {
        return Ok(());
    };
    trim(tx)?;
    tx.execute(
        "INSERT INTO ephemeral (user, sender, kind, time) VALUES (?1, ?2, ?3, ?4)",
        (to, me.id, if is_typing { 1 } else { 2 }, tx.now.0),
    )?;
    Ok(())
}

/// Removes what is old.
fn trim(tx: &Tx<'_>) -> ServiceResult<()> {
    tx.execute(
        // A clock that was set back leaves nothing for ever.
        "DELETE FROM ephemeral WHERE time < ?1 OR time > ?2",
        (tx.now.0 - KEPT, tx.now.0 + KEPT),
    )?;
    Ok(())
}

/// The last row there was. Who comes now hears of those after it.
pub(super) fn last(db: &Connection) -> ServiceResult<i64> {
    // Also of rows that are gone.
    let last = db
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'ephemeral'")?
        .query_row((), |row| row.get(0))
        .optional()?;
    Ok(last.unwrap_or_default())
}

/// Hands over what a user is told after a row. Says which one was the last.
pub(super) fn hear(service: &Service, me: &Me, after: i64, sink: &dyn Sink) -> ServiceResult<i64> {
    let (told, last) = service.read(|db| self::after(db, me, after))?;
    for Typing { user, is_typing } in told {
        sink.typing(&user, is_typing);
    }
    Ok(last)
}

/// What a user is told after a row, and the last one that was looked at.
fn after(db: &Connection, me: &Me, after: i64) -> ServiceResult<(Vec<Typing>, i64)> {
    let mut statement = db.prepare_cached(
        "SELECT e.id, e.kind, u.user_id FROM ephemeral e JOIN user u ON u.id = e.sender \
         WHERE e.user = ?1 AND e.id > ?2 AND e.sender <> ?1 ORDER BY e.id LIMIT ?3",
    )?;
    let mut rows = statement.query((me.id, after, MAX_ROWS))?;
    let (mut told, mut last) = (Vec::new(), after);
    while let Some(row) = rows.next()? {
        last = row.get(0)?;
        let kind: i64 = row.get(1)?;
        let user = readable("who types", row.get::<_, User>(2).map_err(ServiceError::from))?;
        if let Some(User(user)) = user
            && matches!(kind, 1 | 2)
        {
            let is_typing = kind == 1;
            told.push(Typing { user, is_typing });
        }
    }
    Ok((told, last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::embedded::testing::TestService;
    use crate::model::Micros;

    #[test]
    fn who_is_there_hears_it_and_who_comes_later_does_not() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        let before = service.read(last);
        for is_typing in [true, false] {
            service.write(|tx| type_to(tx, &alice, &bob.user_id, is_typing));
        }
        service.write(|tx| type_to(tx, &alice, &UserId::trusted("nobody"), true));
        let (told, end) = service.read(|db| after(db, &bob, before));
        let typing = |is_typing| Typing {
            user: alice.user_id.clone(),
            is_typing,
        };
        assert_eq!(told, [typing(true), typing(false)]);
        assert_eq!(service.read(last), end);
        for (who, from) in [(&bob, end), (&alice, before)] {
            assert_eq!(service.read(|db| after(db, who, from)).0, []);
        }
    }

    #[test]
    fn old_rows_go_with_the_next_one() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        for time in [1, 2, KEPT, 2 * KEPT, 1] {
            service.write(|tx| {
                tx.now = Micros(time);
                type_to(tx, &alice, &bob.user_id, true)
            });
            let rows: i64 =
                service.read(|db| Ok(db.query_row("SELECT count(*) FROM ephemeral", (), |row| row.get(0))?));
            assert!(rows <= 3, "{rows} at {time}");
        }
        let head = service.head();
        service.write(|tx| type_to(tx, &alice, &bob.user_id, false));
        assert_eq!(service.head(), head, "it is no change");
    }
}
