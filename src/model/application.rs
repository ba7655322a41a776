//! Friend applications: requests to become a friend that wait for the decision of the one who is asked.

use super::id::UserId;
use super::numbered::numbered;
use super::order::Micros;
use serde::{Deserialize, Serialize, Serializer};

numbered! {
    /// Who may add a user as a friend.
    AllowType as "FriendAllowType" or NeedConfirm {
        /// Anybody, at once.
        AllowAny = 0,
        /// Whoever the user accepts.
        NeedConfirm = 1,
        /// Nobody.
        DenyAny = 2,
    }
}

impl Serialize for AllowType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(*self as i64)
    }
}

numbered! {
    /// In whose friend list somebody is put.
    FriendType as "FriendType" or Single {
        /// The other user, in the current user's list.
        Single = 1,
        /// Each in the list of the other.
        Both = 2,
    }
}

numbered! {
    /// The direction of a friend application.
    FriendApplicationType as "FriendApplicationType" or ComeIn {
        /// Somebody asks the current user.
        ComeIn = 1,
        /// The current user asks somebody.
        SendOut = 2,
        /// Either, in requests.
        Both = 3,
    }
}

numbered! {
    /// How a friend application is accepted.
    FriendResponseType as "FriendResponseType" or AgreeAndAdd {
        /// The applicant gets the friend.
        Agree = 0,
        /// So does the current user.
        AgreeAndAdd = 1,
    }
}

/// A friend application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimFriendApplication")
)]
pub struct FriendApplication {
    /// The other user.
    #[serde(rename = "userID")]
    pub user_id: UserId,
    /// The other user's nickname; empty when not set.
    pub nickname: String,
    /// The address of the other user's picture; empty when not set.
    #[serde(rename = "faceUrl")]
    pub face_url: String,
    /// When it was made, in seconds since 1970, UTC. XMPP: when the first device of the account heard of it.
    #[serde(rename = "addTime")]
    #[cfg_attr(feature = "schema", schemars(extend("x-time" = "always")))]
    pub add_time: i64,
    /// Where the applicant found the user; empty when not given.
    #[serde(rename = "addSource")]
    pub add_source: String,
    /// What the applicant says; empty when not given.
    #[serde(rename = "addWording")]
    pub add_wording: String,
    /// The direction: 1 somebody asks the current user, 2 the current user asks.
    #[cfg_attr(feature = "schema", schemars(with = "FriendApplicationType"))]
    pub r#type: i64,
}

/// What a server tells of a friend application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// When it was made.
    pub time: Micros,
    /// Where the applicant found the user.
    pub source: String,
    /// What the applicant says.
    pub wording: String,
    /// Whether the user has seen it, on whichever device.
    pub is_read: bool,
}
