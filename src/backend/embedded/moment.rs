//! Moments of the service, by which a client recognises a file that was put back from a copy: that is another life of the
//! service. Change numbers cannot tell, because another client may have written past the number that this one has seen.
//! Plain data and look-ups.

use super::error::{ServiceError, ServiceResult};
use crate::model::id::quoted;
use rusqlite::{Connection, OptionalExtension};

/// The number of changes a service can have. Far beyond what is ever written; a greater number is damage.
const MAX_CHANGE: i64 = (1 << 53) - 1;

/// The number of the last change.
pub(super) fn head(db: &Connection) -> ServiceResult<i64> {
    let mut statement = db.prepare_cached("SELECT last_change FROM service")?;
    let head = statement.query_row((), |row| row.get(0)).optional()?;
    // Whatever made it so, nothing can be written here until somebody puts it right: commands must wait, not fail.
    head.filter(|head| (0..MAX_CHANGE).contains(head))
        .ok_or_else(|| ServiceError::Unreachable("the service does not know its last change".to_owned()))
}

/// A change, and the random token of the transaction that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) change: i64,
    /// `None` in cursors of the first versions, which did not know tokens, and for a change that somebody else wrote.
    pub(super) token: Option<i64>,
}

impl Moment {
    /// Before the first change, in every life of every service.
    pub(super) const START: Self = Self { change: 0, token: None };

    /// A new moment, with a token of its own.
    pub(super) fn new(change: i64) -> Self {
        Self {
            change,
            token: Some(i64::from_ne_bytes(fastrand::u64(..).to_ne_bytes())),
        }
    }

    /// The moment of a change in this file. A transaction is in a copy as a whole or not at all, so any of its changes
    /// stands for it.
    pub(super) fn of(db: &Connection, change: i64) -> ServiceResult<Self> {
        let mut statement =
            db.prepare_cached("SELECT token FROM moment WHERE change_id >= ?1 ORDER BY change_id LIMIT 1")?;
        let token = statement.query_row([change], |row| row.get(0)).optional()?;
        Ok(Self { change, token })
    }

    /// The last moment of this file.
    pub(super) fn last(db: &Connection) -> ServiceResult<Self> {
        Self::of(db, head(db)?)
    }

    /// Remembers the moment in the file.
    pub(super) fn store(self, db: &Connection) -> ServiceResult<()> {
        db.prepare_cached("INSERT OR REPLACE INTO moment (change_id, token) VALUES (?1, ?2)")?
            .execute((self.change, self.token))?;
        Ok(())
    }

    /// Whether this file has had the moment.
    pub(super) fn is_in(self, db: &Connection) -> ServiceResult<bool> {
        Ok(match self.token {
            _ if self.change <= 0 => true,
            Some(_) => Self::of(db, self.change)?.token == self.token,
            None => self.change <= Self::last(db)?.change,
        })
    }
}

/// How far a client has seen a service, as it is stored with what it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The service's random id.
    pub(super) service: String,
    /// The last change that was handed over.
    pub(super) seen: Moment,
    /// The client's own last write, when it is not yet among the changes that were handed over: the account has its result
    /// already.
    pub(super) written: Option<Moment>,
}

impl Cursor {
    /// `<service>:<change>:<token>`, and the same two numbers again for an own write.
    pub(super) fn to_text(&self) -> String {
        let moment = |moment: Moment| match moment.token {
            Some(token) => format!(":{}:{token}", moment.change),
            None => format!(":{}", moment.change),
        };
        let written = self.written.filter(|written| written.token.is_some()).map(moment);
        let seen = match (&written, self.seen.token) {
            // The place of the token is kept, so that the second moment stands at its own.
            (Some(_), None) => format!(":{}:", self.seen.change),
            _ => moment(self.seen),
        };
        format!("{}{seen}{}", self.service, written.unwrap_or_default())
    }

    /// The cursor that an account has; 6017 if it is another backend's.
    pub(super) fn of_account(text: &str) -> ServiceResult<Self> {
        Self::parse(text).ok_or_else(|| {
            ServiceError::invalid(format!(
                "the account's cache belongs to another backend: its cursor is {}",
                quoted(text)
            ))
        })
    }

    /// Reads a cursor; `None` if it is not one of an embedded service.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let service = parts.next()?.to_owned();
        let change = parts.next()?.parse().ok()?;
        let token = match parts.next() {
            None | Some("") => None,
            Some(token) => Some(token.parse().ok()?),
        };
        let written = match (parts.next(), parts.next()) {
            (None, _) => None,
            (Some(change), Some(token)) => Some(Moment {
                change: change.parse().ok()?,
                token: Some(token.parse().ok()?),
            }),
            (Some(_), None) => return None,
        };
        Some(Self {
            service,
            seen: Moment { change, token },
            written,
        })
    }

    /// Whether this file has had all that the cursor covers.
    pub(super) fn is_in(&self, db: &Connection) -> ServiceResult<bool> {
        Ok(self.seen.is_in(db)? && self.written.unwrap_or(Moment::START).is_in(db)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        for seen in [Moment::START, Moment::new(17)] {
            for written in [None, Some(Moment::new(18))] {
                let service = "a1b2".to_owned();
                let cursor = Cursor { service, seen, written };
                assert_eq!(Cursor::parse(&cursor.to_text()), Some(cursor));
            }
        }
    }

    #[test]
    fn only_a_cursor_of_an_embedded_service_is_one() {
        let first_versions = Cursor::parse("a1b2:17").unwrap();
        assert_eq!((first_versions.seen.change, first_versions.seen.token), (17, None));
        for other in ["", "a1b2", "a1b2:", "a1b2:x", ":", "a1b2:17:x", "a1b2:17:1:2", "mam 17"] {
            assert_eq!(Cursor::parse(other), None, "{other:?}");
        }
    }
}
