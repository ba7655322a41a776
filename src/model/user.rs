//! People: profiles and friends.

use super::application::AllowType;
use super::id::UserId;
use super::numbered::numbered;
use serde::Serialize;

numbered! {
    /// The status of the login.
    LoginStatus as "LoginStatus" {
        /// The account is usable on the server, or was and will be again without asking the user.
        LoggedIn = 1,
        /// A login is under way.
        LoggingIn = 2,
        /// Nobody is logged in.
        LoggedOut = 3,
    }
}

/// The profile of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    /// Who may add the user as a friend: 0 anybody, 1 whoever the user accepts, 2 nobody. XMPP: 1, because such servers
    /// always ask.
    #[serde(rename = "allowType")]
    pub allow_type: AllowType,
}

/// A friend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
