//! Group applications: requests to join a group, and invitations into one, that wait for somebody's decision.

use super::id::{GroupId, UserId};
use super::numbered::numbered;
use super::order::Micros;
use serde::Serialize;

numbered! {
    /// What a group application asks for.
    GroupApplicationType as "GroupApplicationType" {
        /// Somebody asks to join; the owner or an administrator decides.
        JoinApprovedByAdmin = 0,
        /// Somebody invites; who is invited decides. The embedded service has none.
        InviteApprovedByInvitee = 1,
        /// A member invites; the owner or an administrator decides. XMPP has none.
        InviteApprovedByAdmin = 2,
    }
}

/// A request to join a group, or an invitation into one, that waits for a decision.
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
    /// Who asks, or invites.
    pub from_user: UserId,
    /// The nickname of `fromUser`; empty when not set.
    pub from_user_nick_name: String,
    /// The address of the picture of `fromUser`; empty when not set.
    pub from_user_face_url: String,
    /// Who is invited; empty when somebody asks to join.
    pub to_user: String,
    /// When it was made, in seconds since 1970, UTC.
    #[cfg_attr(feature = "schema", schemars(extend("x-time" = "always")))]
    pub add_time: i64,
    /// What `fromUser` says; empty when not given.
    pub request_msg: String,
    /// Always empty: what was decided is in the list no more.
    pub handled_msg: &'static str,
    /// What is asked for, and who decides: 0 somebody asks to join, and whoever leads the group decides; 1 `fromUser` invites
    /// the current user, who decides; 2 a member invites `toUser`, and whoever leads the group decides.
    #[cfg_attr(feature = "schema", schemars(with = "GroupApplicationType"))]
    pub r#type: i64,
    /// Always 0: it waits for a decision.
    pub handle_status: i64,
    /// Always 0: it waits for a decision.
    pub handle_result: i64,
}

/// Which group application is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupApplicationId {
    /// The group.
    pub group_id: GroupId,
    /// What it asks for.
    pub kind: GroupApplicationType,
    /// Who asks, or invites.
    pub from_user: UserId,
    /// Who is invited; `None` where somebody asks for themselves.
    pub to_user: Option<UserId>,
}

impl GroupApplicationId {
    /// Somebody's request to join a group.
    pub fn to_join(group_id: GroupId, from_user: UserId) -> Self {
        Self {
            group_id,
            kind: GroupApplicationType::JoinApprovedByAdmin,
            from_user,
            to_user: None,
        }
    }
}

/// What a server tells of a group application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedToGroup {
    /// When it was made.
    pub time: Micros,
    /// What `from_user` says.
    pub message: String,
    /// Whether the user has seen it, on whichever device.
    pub is_read: bool,
}
