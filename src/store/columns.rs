//! How the model's types are written to columns and read back, once for each.
//!
//! Only this version and older ones have written the file (a newer schema is refused at opening), so a value that no
//! type knows, or a text that is no UTF-8, comes from a damaged disk. One such value must not stop the rest: texts are
//! read with U+FFFD for what is damaged, numbers as the plainest value of their type. Only where a command or the kind of
//! a name depends on it, it is an error, and the row is set aside.

use crate::model::order::PIN_BIT;
use crate::model::{
    AllowType, AtType, ConversationId, ElemType, GroupId, GroupRole, GroupType, IdKind, MessageStatus, Micros, RecvOpt,
    UserId, exact,
};
use rusqlite::Row;
use rusqlite::types::ValueRef;
use std::borrow::Cow;

/// A type that is a number in its column.
macro_rules! integer_column {
    ($name:ty, $write:expr, $read:expr) => {
        impl rusqlite::types::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                let number: i64 = $write(*self);
                Ok(number.into())
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                let number = value.as_i64()?;
                let found: Option<Self> = $read(number);
                found.ok_or(rusqlite::types::FromSqlError::OutOfRange(number))
            }
        }
    };
}

/// A type whose unknown numbers are read as a plainer one.
macro_rules! lenient_integer_column {
    ($name:ty, $write:expr, $read:expr, $plainest:expr) => {
        integer_column!($name, $write, |number| Some($read(number).unwrap_or_else(|| {
            log::warn!("a stored {} has the unknown value {number}", stringify!($name));
            $plainest
        })));
    };
}

/// A text that may be damaged.
pub(super) fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    let bytes = row.get_ref(column)?.as_bytes()?;
    Ok(match String::from_utf8_lossy(bytes) {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => {
            let name = row.as_ref().column_name(column).unwrap_or("text").to_owned();
            log::warn!("a stored {name} is not UTF-8; it is read with replacement characters");
            text
        }
    })
}

/// The same of a column that may be NULL.
pub(super) fn optional_text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => text(row, column).map(Some),
    }
}

/// A text that means nothing unless every byte is right; `None` too when it is damaged.
pub(super) fn readable_text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => None,
        value => value.as_str().ok().map(str::to_owned),
    })
}

/// A number of things: one that cannot be is the nearest that can, and so that sums are numbers still.
pub(super) fn number_of(row: &Row<'_>, column: usize) -> rusqlite::Result<i64> {
    Ok(row.get::<_, i64>(column)?.clamp(0, exact::MAX))
}

/// A time that orders the list or settings, in microseconds: later ones must still fit below the pin bit.
pub(super) fn order_time(row: &Row<'_>, column: usize) -> rusqlite::Result<i64> {
    const ROOM: i64 = 1 << 40;
    Ok(row.get::<_, i64>(column)?.clamp(0, PIN_BIT - ROOM))
}

/// A type that is a text in its column.
macro_rules! text_column {
    ($name:ty, $read:expr) => {
        impl rusqlite::types::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                let text = String::from_utf8_lossy(value.as_bytes()?);
                let found: Option<Self> = $read(&*text);
                found.ok_or(rusqlite::types::FromSqlError::InvalidType)
            }
        }
    };
}
pub(super) use text_column;

// So that no sum of two of them is too great.
integer_column!(Micros, |time: Micros| time.0, |number: i64| Some(Micros(
    number.clamp(-(i64::MAX / 2), i64::MAX / 2)
)));
lenient_integer_column!(
    MessageStatus,
    |status| status as i64,
    MessageStatus::numbered,
    MessageStatus::Sent
);
lenient_integer_column!(ElemType, |kind| kind as i64, ElemType::numbered, ElemType::Text);
// A value that nobody has chosen lets nobody in unasked.
lenient_integer_column!(
    AllowType,
    |allow_type| allow_type as i64,
    AllowType::numbered,
    AllowType::NeedConfirm
);
lenient_integer_column!(AtType, |at| at as i64, AtType::numbered, AtType::None);
lenient_integer_column!(
    RecvOpt,
    |opt| opt as i64,
    |number| RecvOpt::try_from(number).ok(),
    RecvOpt::Receive
);
// A role that is not known gives no rights.
integer_column!(GroupRole, |role| role as i64, |number| Some(GroupRole::from_code(
    number
)));

text_column!(UserId, |text: &str| Some(UserId::trusted(text)));
text_column!(GroupId, |text: &str| Some(GroupId::trusted(text)));
text_column!(ConversationId, |text: &str| Some(ConversationId::trusted(text)));
text_column!(IdKind, IdKind::parse);
// A type that is not known behaves like the plainest one.
text_column!(GroupType, |text| Some(
    GroupType::parse(text).unwrap_or(GroupType::Work)
));

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;
    use rusqlite::types::{FromSql, ToSql};

    fn there_and_back<T: ToSql + FromSql>(value: &T) -> T {
        let db = Connection::open_in_memory().unwrap();
        db.query_row("SELECT ?1", [value], |row| row.get(0)).unwrap()
    }

    fn read<T: FromSql>(sql: &str) -> rusqlite::Result<T> {
        let db = Connection::open_in_memory().unwrap();
        db.query_row(&format!("SELECT {sql}"), (), |row| row.get(0))
    }

    #[test]
    fn what_was_written_is_read_back() {
        for status in [1, 2, 3, 5, 6].map(|code| MessageStatus::numbered(code).unwrap()) {
            assert_eq!(there_and_back(&status), status);
        }
        for at in [0, 1, 2, 3].map(|code| AtType::numbered(code).unwrap()) {
            assert_eq!(there_and_back(&at), at);
        }
        for opt in [0, 1, 2, 3].map(|code| RecvOpt::try_from(code).unwrap()) {
            assert_eq!(there_and_back(&opt), opt);
        }
        for kind in GroupType::ALL {
            assert_eq!(there_and_back(&kind), kind);
        }
        for kind in [IdKind::Server, IdKind::Origin, IdKind::MsgId] {
            assert_eq!(there_and_back(&kind), kind);
        }
        assert_eq!(there_and_back(&Micros(-5)), Micros(-5));
        assert_eq!(there_and_back(&UserId::trusted("é")), UserId::trusted("é"));
    }

    #[test]
    fn a_value_that_no_type_knows_is_the_plainest_unless_its_meaning_depends_on_it() {
        assert_eq!(read::<MessageStatus>("4").unwrap(), MessageStatus::Sent);
        assert_eq!(read::<RecvOpt>("4").unwrap(), RecvOpt::Receive);
        assert_eq!(read::<AtType>("-1").unwrap(), AtType::None);
        assert!(read::<IdKind>("'other'").is_err());
        assert!(read::<UserId>("7").is_err());
        assert_eq!(
            read::<UserId>("CAST(x'61ff' AS TEXT)").unwrap(),
            UserId::trusted("a\u{fffd}")
        );
        assert_eq!(read::<GroupType>("'Channel'").unwrap(), GroupType::Work);
        assert_eq!(read::<GroupRole>("999").unwrap(), GroupRole::None);
    }
}
