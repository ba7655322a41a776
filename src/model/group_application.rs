//! Group applications: requests to join a group that wait for a decision of those who lead it.

use super::id::{GroupId, UserId};
use super::numbered::numbered;
use super::order::Micros;
use serde::Serialize;

numbered! {
    /// What a group application asks for.
    GroupApplicationType as "GroupApplicationType" {
        /// Somebody asks to join; the owner or an administrator decides.
        JoinApprovedByAdmin = 0,
        /// Somebody invites; who is invited decides. libim has none.
        InviteApprovedByInvitee = 1,
        /// Somebody invites; the owner or an administrator decides. libim has none.
        InviteApprovedByAdmin = 2,
    }
}

/// A request to join a group that waits for a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimGroupApplication")
)]
#[serde(rename_all = "camelCase")]
pub struct GroupApplication {
    /// The group.
    #[serde(rename = "groupID")]
    pub group_id: GroupId,
    /// Who asks.
    pub from_user: UserId,
    /// The nickname of who asks; empty when not set.
    pub from_user_nick_name: String,
    /// The address of the picture of who asks; empty when not set.
    pub from_user_face_url: String,
    /// Always empty: whoever leads the group decides.
    pub to_user: &'static str,
    /// When it was made, in seconds since 1970, UTC.
    #[cfg_attr(feature = "schema", schemars(extend("x-time" = "always")))]
    pub add_time: i64,
    /// What the applicant says; empty when not given.
    pub request_msg: String,
    /// Always empty: what was decided is in the list no more.
    pub handled_msg: &'static str,
    /// What is asked for: 0, to join.
    #[cfg_attr(feature = "schema", schemars(with = "GroupApplicationType"))]
    pub r#type: i64,
    /// Always 0: it waits for a decision.
    pub handle_status: i64,
    /// Always 0: it waits for a decision.
    pub handle_result: i64,
}

/// What a server tells of a group application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedToGroup {
    /// When it was made.
    pub time: Micros,
    /// What the applicant says.
    pub message: String,
    /// Whether the user has seen it, on whichever device.
    pub is_read: bool,
}
