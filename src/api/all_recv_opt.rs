//! The receive option of all conversations together.

use super::method::{Method, Request, Topic};
use super::response::{Data, nothing, to_data};
use crate::client::Call;
use crate::engine::ReceiveMessageOptInfo;
use crate::events::Event;
use crate::model::{AllRecvOpt, RecvOpt, Result, Status};
use serde::Deserialize;

/// Sets the receive option of all conversations together, from a time of day on: a time without notifications.
///
/// libim notifies of nothing itself, so this is a setting for the app to follow: it changes neither the conversations nor the
/// total of unread messages. It applies to all devices of the user. The change takes effect at once and reaches the server
/// later; if the server refuses, it is undone.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SetAllReceiveMessageOpt {
    /// The option: 0 notify, 2 do not notify during that time.
    opt: RecvOpt,
    /// The hour, 0 to 23, in the user's time zone.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 23)))]
    start_hour: i64,
    /// The minute, 0 to 59.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 59)))]
    start_minute: i64,
    /// The second, 0 to 59.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 59)))]
    start_second: i64,
    /// For how long, in seconds, 0 to 86,400. Less than 86,400: every day. 86,400: from that time of today on, for good.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 86400)))]
    duration: i64,
}

impl Request for SetAllReceiveMessageOpt {
    type Answer = ();
    const METHOD: Method = Method {
        name: "setAllReceiveMessageOpt",
        c_name: "im_set_all_receive_message_opt",
        topic: Topic::Account,
        events: &[
            (Event::AllReceiveMessageOptChanged, "if the option changed"),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[(
            Status::InvalidParameters,
            "an option other than 0 and 2, or a number out of range",
        )],
        example: r#"{"opt":2,"startHour":22,"startMinute":0,"startSecond":0,"duration":28800}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let start = [self.start_hour, self.start_minute, self.start_second];
        let opt = AllRecvOpt::daily(self.opt, start, self.duration)?;
        client.local(|engine| engine.set_all_recv_opt(opt)).map(nothing)
    }
}

/// Sets the receive option of all conversations together, from a moment on: a time without notifications that comes once.
///
/// This is V2TIM's other form of `setAllReceiveMessageOpt`, and all said there applies; of the two, the last call counts.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SetAllReceiveMessageOptWithTimestamp {
    /// The option: 0 notify, 2 do not notify during that time.
    opt: RecvOpt,
    /// The moment, in seconds since 1970, UTC; after the start of 1970 and before 2106.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 4294967295i64), extend("x-time" = "always")))]
    start_time_stamp: i64,
    /// For how long, in seconds, 0 to 4,294,967,295.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 4294967295i64)))]
    duration: i64,
}

impl Request for SetAllReceiveMessageOptWithTimestamp {
    type Answer = ();
    const METHOD: Method = Method {
        name: "setAllReceiveMessageOptWithTimestamp",
        c_name: "im_set_all_receive_message_opt_with_timestamp",
        topic: Topic::Account,
        events: &[
            (Event::AllReceiveMessageOptChanged, "if the option changed"),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[(
            Status::InvalidParameters,
            "an option other than 0 and 2, or a number out of range",
        )],
        example: r#"{"opt":2,"startTimeStamp":1700000000,"duration":3600}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let opt = AllRecvOpt::from_moment(self.opt, self.start_time_stamp, self.duration)?;
        client.local(|engine| engine.set_all_recv_opt(opt)).map(nothing)
    }
}

/// Returns the receive option of all conversations together.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GetAllReceiveMessageOpt {}

impl Request for GetAllReceiveMessageOpt {
    type Answer = ReceiveMessageOptInfo;
    const METHOD: Method = Method {
        name: "getAllReceiveMessageOpt",
        c_name: "im_get_all_receive_message_opt",
        topic: Topic::Account,
        answer: "with the current user's `userID`",
        example: "{}",
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let opt = client.read(crate::engine::Engine::all_recv_opt)?;
        to_data(&ReceiveMessageOptInfo::of_all(client.user_id(), &opt))
    }
}
