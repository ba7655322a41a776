//! The JSON of receive options.

use crate::model::{AllRecvOpt, RecvOpt, UserId};
use serde::Serialize;

/// A receive option.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimReceiveMessageOptInfo")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReceiveMessageOptInfo {
    /// The user; where it is about all conversations, the current user.
    #[serde(rename = "userID")]
    user_id: String,
    /// The option of the conversation with that user: 0 receive and notify, 1 do not deliver, 2 receive silently, 3 receive
    /// and notify of mentions only. 0 where it is about all conversations.
    #[serde(rename = "c2CReceiveMessageOpt")]
    c2c_receive_message_opt: RecvOpt,
    /// The option of all conversations together: 0 notify, 2 do not notify during the time that the next keys tell.
    all_receive_message_opt: RecvOpt,
    /// The hour of the day, 0 to 23, in the user's time zone, from which `allReceiveMessageOpt` is on.
    start_hour: i64,
    /// The minute, 0 to 59.
    start_minute: i64,
    /// The second, 0 to 59.
    start_second: i64,
    /// The moment from which it is on, in seconds since 1970, UTC; 0 when the three above say it.
    #[cfg_attr(feature = "schema", schemars(extend("x-time" = "none is 0")))]
    start_time_stamp: i64,
    /// For how long, in seconds. From a time of day on, 86,400 means for good, less means every day.
    duration: i64,
}

impl ReceiveMessageOptInfo {
    /// That of all conversations of the current user.
    pub(crate) fn of_all(me: &UserId, all: &AllRecvOpt) -> Self {
        Self::new(me.to_string(), RecvOpt::Receive, all)
    }

    /// The option of a user's conversation, beside that of all.
    pub(crate) fn new(user_id: String, opt: RecvOpt, all: &AllRecvOpt) -> Self {
        let all = all.parts();
        Self {
            user_id,
            c2c_receive_message_opt: opt,
            all_receive_message_opt: all.opt,
            start_hour: all.start_hour,
            start_minute: all.start_minute,
            start_second: all.start_second,
            start_time_stamp: all.start_time_stamp,
            duration: all.duration,
        }
    }
}
