//! Edits and reactions of ours that a server has refused. Its archive may have them all the same.

use crate::model::Stamp;
use rusqlite::{Connection, params};

/// How many are remembered. An archive is read forwards: the oldest do not come again.
const MAX_REFUSED: i64 = 10_000;

/// Remembers the stamp of one.
pub(crate) fn mark(db: &Connection, stamp: &Stamp) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO refused_change (time, device) SELECT ?1, ?2 WHERE NOT EXISTS \
                       (SELECT 1 FROM refused_change WHERE time = ?1 AND device = ?2)",
    )?
    .execute(params![stamp.time, stamp.device])?;
    db.prepare_cached("DELETE FROM refused_change WHERE id <= (SELECT max(id) FROM refused_change) - ?1")?
        .execute([MAX_REFUSED])?;
    Ok(())
}

/// Whether the change with a stamp was refused.
pub(crate) fn contains(db: &Connection, stamp: &Stamp) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM refused_change WHERE time = ?1 AND device = ?2")?
        .exists(params![stamp.time, stamp.device])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Micros;
    use crate::store::fixture::database;

    #[test]
    fn the_last_ones_are_remembered() {
        let db = database();
        let stamp = |time: i64| Stamp {
            time: Micros(time),
            device: "phone".to_owned(),
        };
        for time in 0..=MAX_REFUSED {
            mark(&db, &stamp(time)).unwrap();
        }
        mark(&db, &stamp(MAX_REFUSED)).unwrap();
        assert!(!contains(&db, &stamp(0)).unwrap());
        assert!(contains(&db, &stamp(1)).unwrap() && contains(&db, &stamp(MAX_REFUSED)).unwrap());
        let other = Stamp {
            device: "tablet".to_owned(),
            ..stamp(1)
        };
        assert!(!contains(&db, &other).unwrap());
    }
}
