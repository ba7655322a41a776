//! V2TIM's receive option of all conversations together: whether the user is notified at all, and when not.

use super::conversation::RecvOpt;
use super::status::{Error, Result};
use serde::{Deserialize, Serialize};

/// A day, in seconds: what lasts as long has no end.
const DAY: i64 = 24 * 60 * 60;
/// The highest time and duration that V2TIM's types hold.
const MAX_SECONDS: i64 = u32::MAX as i64;

/// The option. The numbers are within V2TIM's ranges.
// Read from what other devices have published too, which is checked like what the app says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct AllRecvOpt(Parts);

/// The option as V2TIM describes it: from a time of day on, or from a moment on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Parts {
    /// 0 or 2.
    pub opt: RecvOpt,
    /// 0 to 23; 0 when a moment is given.
    pub start_hour: i64,
    /// 0 to 59; 0 when a moment is given.
    pub start_minute: i64,
    /// 0 to 59; 0 when a moment is given.
    pub start_second: i64,
    /// The moment, in seconds since 1970; 0 when a time of day is given.
    pub start_time_stamp: i64,
    /// In seconds; that of a time of day is at most a day.
    pub duration: i64,
}

impl AllRecvOpt {
    /// From a time of day on, every day for so long; a whole day: from then on for good. 6017 for what is out of range.
    pub fn daily(opt: RecvOpt, [hour, minute, second]: [i64; 3], duration: i64) -> Result<Self> {
        within("startHour", hour, 0, 23)?;
        within("startMinute", minute, 0, 59)?;
        within("startSecond", second, 0, 59)?;
        within("duration", duration, 0, DAY)?;
        Self::new(Parts {
            opt,
            start_hour: hour,
            start_minute: minute,
            start_second: second,
            start_time_stamp: 0,
            duration,
        })
    }

    /// From a moment on, once. 6017 for what is out of range.
    pub fn from_moment(opt: RecvOpt, start_time_stamp: i64, duration: i64) -> Result<Self> {
        within("startTimeStamp", start_time_stamp, 1, MAX_SECONDS)?;
        within("duration", duration, 0, MAX_SECONDS)?;
        Self::new(Parts {
            opt,
            start_time_stamp,
            duration,
            ..Parts::default()
        })
    }

    fn new(parts: Parts) -> Result<Self> {
        match parts.opt {
            RecvOpt::Receive | RecvOpt::NotNotify => Ok(Self(parts)),
            other => Err(Error::invalid(format!(
                "opt {} is not 0 or 2: those are the options of all conversations together",
                i64::from(other)
            ))),
        }
    }

    /// What it says.
    pub fn parts(&self) -> &Parts {
        &self.0
    }
}

fn within(field: &str, value: i64, least: i64, most: i64) -> Result<()> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(Error::invalid(format!("{field} {value} is not from {least} to {most}")))
}

impl From<AllRecvOpt> for Parts {
    fn from(opt: AllRecvOpt) -> Self {
        opt.0
    }
}

impl TryFrom<Parts> for AllRecvOpt {
    type Error = String;

    fn try_from(parts: Parts) -> std::result::Result<Self, String> {
        let checked = if parts.start_time_stamp == 0 {
            let start = [parts.start_hour, parts.start_minute, parts.start_second];
            Self::daily(parts.opt, start, parts.duration)
        } else {
            Self::from_moment(parts.opt, parts.start_time_stamp, parts.duration)
        };
        checked.map_err(|error| error.desc)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranges_are_v2tims() {
        let daily = |opt, start, duration| AllRecvOpt::daily(opt, start, duration).map(|opt| *opt.parts());
        assert!(daily(RecvOpt::NotNotify, [23, 59, 59], DAY).is_ok());
        assert!(daily(RecvOpt::Receive, [0, 0, 0], 0).is_ok());
        for (start, duration, field) in [
            ([24, 0, 0], 0, "startHour 24"),
            ([-1, 0, 0], 0, "startHour -1"),
            ([0, 60, 0], 0, "startMinute 60"),
            ([0, 0, 60], 0, "startSecond 60"),
            ([0, 0, 0], DAY + 1, "duration 86401"),
            ([0, 0, 0], -1, "duration -1"),
        ] {
            let error = daily(RecvOpt::NotNotify, start, duration).unwrap_err();
            assert!(error.desc.starts_with(field), "{}", error.desc);
        }
        for opt in [RecvOpt::NotReceive, RecvOpt::NotNotifyExceptAt] {
            assert!(daily(opt, [0, 0, 0], 0).is_err());
        }
        assert!(AllRecvOpt::from_moment(RecvOpt::NotNotify, 1, MAX_SECONDS).is_ok());
        for (moment, duration) in [(0, 1), (-1, 1), (MAX_SECONDS + 1, 1), (1, MAX_SECONDS + 1), (1, -1)] {
            assert!(AllRecvOpt::from_moment(RecvOpt::NotNotify, moment, duration).is_err());
        }
    }

    #[test]
    fn json_is_read_as_it_was_written_and_checked() {
        for opt in [
            AllRecvOpt::default(),
            AllRecvOpt::daily(RecvOpt::NotNotify, [22, 30, 5], 28_800).unwrap(),
            AllRecvOpt::from_moment(RecvOpt::NotNotify, 1_700_000_000, 3_600).unwrap(),
        ] {
            let json = serde_json::to_string(&opt).unwrap();
            assert_eq!(serde_json::from_str::<AllRecvOpt>(&json).unwrap(), opt);
        }
        for json in [r#"{"opt":1}"#, r#"{"opt":2,"startHour":24}"#, "7"] {
            assert!(serde_json::from_str::<AllRecvOpt>(json).is_err(), "{json}");
        }
    }
}
