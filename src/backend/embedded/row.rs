//! Values of the service file as somebody else may have written them: another program, or a sick disk. An id that libim
//! forbids, or text of another encoding where an id belongs, makes its row unreadable, which readers skip; what is only
//! shown is cut to what libim itself would have written.

use super::error::{ServiceError, ServiceResult};
use crate::model::order::PIN_BIT;
use crate::model::{GroupId, MessageBody, Micros, UserId};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};

/// The longest name, remark or picture address that is read, in bytes. The API lets nobody write more than 500.
const MAX_NAME_BYTES: usize = 2048;
/// Sequences above this cannot be shown exactly by JavaScript.
const MAX_SEQ: i64 = (1 << 53) - 2;

/// A user's id.
pub(super) struct User(pub(super) UserId);
/// A group's id.
pub(super) struct Group(pub(super) GroupId);
/// A `msgID`.
pub(super) struct MsgId(pub(super) String);
/// A name, a remark, or the address of a picture.
pub(super) struct Name(pub(super) String);
/// The body of a message, and how long it is.
pub(super) struct Body(pub(super) MessageBody, pub(super) usize);
/// A time.
pub(super) struct Time(pub(super) Micros);
/// A time in seconds.
pub(super) struct Seconds(pub(super) i64);
/// A sequence; 0 before the first.
pub(super) struct Seq(pub(super) u64);

fn unreadable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> FromSqlError {
    FromSqlError::Other(error.into())
}

impl FromSql for User {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        UserId::parse("userID", value.as_str()?)
            .map(Self)
            .map_err(|error| unreadable(error.desc))
    }
}

impl FromSql for Group {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        GroupId::parse("groupID", value.as_str()?)
            .map(Self)
            .map_err(|error| unreadable(error.desc))
    }
}

impl FromSql for MsgId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        // The same rules as for other ids: it is shown, and it is asked for.
        UserId::parse("msgID", value.as_str()?)
            .map(|id| Self(id.as_str().to_owned()))
            .map_err(|error| unreadable(error.desc))
    }
}

impl FromSql for Name {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes = value.as_bytes()?;
        let text = String::from_utf8_lossy(bytes.get(..MAX_NAME_BYTES).unwrap_or(bytes));
        Ok(Self(text.replace('\0', "\u{FFFD}")))
    }
}

impl FromSql for Body {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        if text.len() > crate::model::message::MAX_MESSAGE_BYTES {
            return Err(unreadable(format!("a message body of {} bytes", text.len())));
        }
        // serde's own text could quote the body.
        let mut body: MessageBody =
            serde_json::from_str(text).map_err(|_| unreadable("a message body that is not readable"))?;
        if !(0..=3).contains(&body.priority) {
            body.priority = 0;
        }
        Ok(Self(body, text.len()))
    }
}

impl FromSql for Time {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self(Micros(value.as_i64()?.clamp(0, PIN_BIT - 1))))
    }
}

impl FromSql for Seconds {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let latest = Micros(PIN_BIT - 1).seconds();
        Ok(Self(value.as_i64()?.clamp(0, latest)))
    }
}

impl FromSql for Seq {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self(value.as_i64()?.clamp(0, MAX_SEQ).unsigned_abs()))
    }
}

/// What was read; `None`, and a line in the log, for a row that cannot be read: it must not keep others from being read.
pub(super) fn readable<T>(what: &str, read: Result<T, impl Into<ServiceError>>) -> ServiceResult<Option<T>> {
    match read.map_err(Into::into) {
        Ok(value) => Ok(Some(value)),
        Err(ServiceError::Broken(text)) => {
            log::warn!("{what} of the service was skipped: {text}");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_libim_forbids_is_unreadable() {
        for bad in ["", " alice", "a\0b", "a\nb", &"x".repeat(256)] {
            assert!(User::column_result(ValueRef::Text(bad.as_bytes())).is_err(), "{bad:?}");
            assert!(Group::column_result(ValueRef::Text(bad.as_bytes())).is_err(), "{bad:?}");
            assert!(MsgId::column_result(ValueRef::Text(bad.as_bytes())).is_err(), "{bad:?}");
        }
        assert!(User::column_result(ValueRef::Text(b"\xff")).is_err());
        assert_eq!(
            User::column_result(ValueRef::Text(b"alice")).unwrap().0.as_str(),
            "alice"
        );
    }

    #[test]
    fn what_is_only_shown_is_brought_into_bounds() {
        let name = |bytes| Name::column_result(ValueRef::Text(bytes)).unwrap().0;
        assert_eq!(name(b"Bob\xff\0"), "Bob\u{FFFD}\u{FFFD}");
        assert_eq!(name(&[b'x'; 9_000]).len(), MAX_NAME_BYTES);
        for number in [i64::MIN, -1, 0, 1 << 53, i64::MAX] {
            let value = ValueRef::Integer(number);
            let times = [
                Time::column_result(value).unwrap().0.0,
                Seconds::column_result(value).unwrap().0,
                Seq::column_result(value).unwrap().0.cast_signed(),
            ];
            assert!(times.iter().all(|time| (0..1 << 53).contains(time)), "{times:?}");
        }
    }

    #[test]
    fn a_body_is_bounded_and_its_text_is_in_no_error() {
        let huge = format!("{{\"elem\":{{\"text\":{{\"text\":\"{}\"}}}}}}", "x".repeat(300_000));
        let secret = "{\"elem\":{\"text\":{\"text\":5,\"secret\":\"s3cr3t\"}}}";
        for bad in [huge.as_str(), secret, "", "null", "[", "{}"] {
            let error = Body::column_result(ValueRef::Text(bad.as_bytes())).err().unwrap();
            assert!(
                !error.to_string().contains("s3cr3t") && error.to_string().len() < 200,
                "{error}"
            );
        }
        let odd = "{\"elem\":{\"text\":{\"text\":\"hi\"}},\"priority\":9007199254740993}";
        let Body(body, _) = Body::column_result(ValueRef::Text(odd.as_bytes())).unwrap();
        assert_eq!(body.priority, 0);
    }
}
