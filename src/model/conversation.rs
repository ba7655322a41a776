//! The parts of a conversation that cross layers.

use serde::{Deserialize, Serialize};

/// V2TIM's receive option.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema_repr), schemars(inline))]
#[serde(try_from = "i64", into = "i64")]
#[repr(i64)]
pub enum RecvOpt {
    /// Receive and notify.
    #[default]
    Receive = 0,
    /// Not delivered: the list is not updated.
    NotReceive = 1,
    /// Receive silently.
    NotNotify = 2,
    /// Receive, notify only for an @.
    NotNotifyExceptAt = 3,
}

impl From<RecvOpt> for i64 {
    fn from(opt: RecvOpt) -> Self {
        opt as i64
    }
}

impl TryFrom<i64> for RecvOpt {
    type Error = String;

    fn try_from(code: i64) -> Result<Self, String> {
        [
            Self::Receive,
            Self::NotReceive,
            Self::NotNotify,
            Self::NotNotifyExceptAt,
        ]
        .into_iter()
        .find(|opt| *opt as i64 == code)
        .ok_or_else(|| format!("opt {code} is not 0, 1, 2 or 3"))
    }
}

/// How an @ concerns us, with V2TIM's numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(i64)]
pub enum AtType {
    /// Not at all.
    #[default]
    None = 0,
    /// Us.
    Me = 1,
    /// Everyone.
    All = 2,
    /// Everyone and us by name.
    AllAndMe = 3,
}

/// The pseudo user that stands for everyone in `groupAtUserList`; V2TIM spells it so.
pub const AT_ALL: &str = "__kImSDK_MesssageAtALL__";

impl AtType {
    /// The type with that number.
    pub fn from_code(code: i64) -> Option<Self> {
        [Self::None, Self::Me, Self::All, Self::AllAndMe]
            .into_iter()
            .find(|at| *at as i64 == code)
    }

    /// How a message with this `groupAtUserList` concerns `me`.
    pub fn of(at_users: &[String], me: &str) -> Self {
        match (
            at_users.iter().any(|user| user == AT_ALL),
            at_users.iter().any(|user| user == me),
        ) {
            (false, false) => Self::None,
            (false, true) => Self::Me,
            (true, false) => Self::All,
            (true, true) => Self::AllAndMe,
        }
    }
}

/// How far a conversation has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadPosition {
    /// The sequence of the last message read. This is what counts.
    pub seq: u64,
    /// That message's time in seconds, which V2TIM shows for C2C conversations.
    pub timestamp: i64,
}
