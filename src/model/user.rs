//! People: profiles and friends.

use super::id::UserId;
use serde::{Deserialize, Serialize};

/// The profile of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimUserFullInfo")
)]
pub struct Profile {
    /// The user.
    #[serde(rename = "userID")]
    pub user_id: UserId,
    /// The nickname; empty when not set.
    #[serde(rename = "nickName")]
    pub nick_name: String,
    /// The address of the picture; empty when not set.
    #[serde(rename = "faceUrl")]
    pub face_url: String,
}

/// A friend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimFriendInfo")
)]
pub struct Friend {
    /// The friend.
    #[serde(rename = "userID")]
    pub user_id: UserId,
    /// The current user's own name for the friend; empty when there is none.
    #[serde(rename = "friendRemark")]
    pub friend_remark: String,
    /// The friend's profile.
    #[serde(rename = "userProfile")]
    pub profile: Profile,
}
