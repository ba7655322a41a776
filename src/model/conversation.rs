//! The parts of a conversation that cross layers.

use super::numbered::numbered;
use serde::{Deserialize, Serialize};

numbered! {
    /// A receive option: whether messages arrive and notify.
    [derive(Serialize, Deserialize), serde(try_from = "i64", into = "i64")]
    RecvOpt as "ReceiveMessageOpt" or Receive {
        /// Receive and notify.
        Receive = 0,
        /// Do not deliver: the list is not updated.
        NotReceive = 1,
        /// Receive silently.
        NotNotify = 2,
        /// Receive, and notify of mentions only.
        NotNotifyExceptAt = 3,
    }
}

impl From<RecvOpt> for i64 {
    fn from(opt: RecvOpt) -> Self {
        opt as i64
    }
}

impl TryFrom<i64> for RecvOpt {
    type Error = String;

    fn try_from(code: i64) -> Result<Self, String> {
        Self::numbered(code).ok_or_else(|| format!("opt {code} is not 0, 1, 2 or 3"))
    }
}

numbered! {
    /// Whom a message mentions.
    AtType as "GroupAtType" or None {
        /// Neither the current user nor everyone.
        None = 0,
        /// The current user, by name.
        Me = 1,
        /// Everyone.
        All = 2,
        /// Everyone, and the current user by name.
        AllAndMe = 3,
    }
}

/// The pseudo user that stands for everyone in `groupAtUserList`; V2TIM spells it so.
pub const AT_ALL: &str = "__kImSDK_MesssageAtALL__";

/// How many users one message can mention, everyone counting as one; so many does V2TIM let a message have.
pub(crate) const MAX_MENTIONS: usize = 30;

impl AtType {
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
