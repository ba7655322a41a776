//! Group reports: news of the current user in groups. They come as messages of the system, and are kept nowhere.

use super::{Form, Key, group, key, lacking, message, outward, user};
use crate::ids::Ids;
use serde_json::{Value, json};

/// The kinds: `TIMGroupReportType`.
pub(crate) const ADD_REQUEST: i64 = 1;
pub(crate) const ADD_ACCEPT: i64 = 2;
pub(crate) const ADD_REFUSE: i64 = 3;
pub(crate) const BE_KICKED: i64 = 4;
pub(crate) const DELETE: i64 = 5;
pub(crate) const CREATE: i64 = 6;
pub(crate) const INVITE: i64 = 7;
pub(crate) const QUIT: i64 = 8;
pub(crate) const GRANT_ADMIN: i64 = 9;
pub(crate) const CANCEL_ADMIN: i64 = 10;
pub(crate) const INVITE_REQUEST_TO_INVITEE: i64 = 12;
pub(crate) const INVITE_ACCEPT: i64 = 13;
pub(crate) const INVITE_REFUSE: i64 = 14;
pub(crate) const SHUT_UP_MEMBER: i64 = 17;
pub(crate) const INVITE_REQUEST_TO_ADMIN: i64 = 24;

/// `TIMElemType` of a report, `TIMConvType` of the conversation of the system, and its user.
const ELEMENT: i64 = 8;
const SYSTEM: i64 = 3;
const SYSTEM_USER: &str = "@TIM#SYSTEM";
/// `TIMMsgStatus` of a message that is there.
const SENT: i64 = 2;

/// One that is to be told.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) kind: i64,
    pub(crate) group: String,
    pub(crate) group_name: String,
    /// A group member of libim's, or null.
    pub(crate) operator: Value,
    pub(crate) reason: String,
    /// How long the user is muted, in seconds.
    pub(crate) mute_time: i64,
}

/// An element, without what is no plain field.
const REPORT: &[Key] = &[
    key("group_report_elem_op_user", "userID", Form::User),
    lacking("group_report_elem_user_data", Form::Empty),
    lacking("group_report_elem_platform", Form::Empty),
    lacking("group_report_elem_group_message_receive_option", Form::Zero),
];

/// The message of a report; its id tells it from others, and finds nothing.
pub(crate) fn report(report: &Report, id: &str, time: u64, ids: &Ids) -> Value {
    let operator = &report.operator;
    let mut element = outward(REPORT, operator, ids);
    if let Some(fields) = element.as_object_mut() {
        fields.insert("elem_type".into(), ELEMENT.into());
        fields.insert("group_report_elem_report_type".into(), report.kind.into());
        fields.insert("group_report_elem_group_id".into(), report.group.clone().into());
        fields.insert("group_report_elem_group_name".into(), report.group_name.clone().into());
        fields.insert("group_report_elem_msg".into(), report.reason.clone().into());
        fields.insert("group_report_elem_shut_up_time".into(), report.mute_time.into());
        fields.insert(
            "group_report_elem_op_user_info".into(),
            outward(user::PROFILE, operator, ids),
        );
        fields.insert(
            "group_report_elem_op_group_memberinfo".into(),
            outward(group::MEMBER, operator, ids),
        );
    }
    let own = json!({ "msgID": id, "timestamp": time, "sender": SYSTEM_USER, "isRead": true, "status": SENT });
    let mut message = message::message(&own, ids);
    if let Some(fields) = message.as_object_mut() {
        fields.insert("message_conv_id".into(), "".into());
        fields.insert("message_conv_type".into(), SYSTEM.into());
        fields.insert("message_elem_array".into(), json!([element]));
    }
    message
}
