//! People: profiles and friends.

use super::id::UserId;
use serde::{Deserialize, Serialize};

/// What a user shows of themselves (`V2TimUserFullInfo`). Empty text means not set.
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
    /// The name the user chose.
    #[serde(rename = "nickName")]
    pub nick_name: String,
    /// The address of the user's picture.
    #[serde(rename = "faceUrl")]
    pub face_url: String,
}

/// A friend: a user with a remark of ours (`V2TimFriendInfo`).
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
    /// Our own name for the friend; empty when there is none.
    #[serde(rename = "friendRemark")]
    pub friend_remark: String,
    /// What the friend shows.
    #[serde(rename = "userProfile")]
    pub profile: Profile,
}
