//! What the requests to a server take and give, where it is more than ids and texts. Plain data.

use crate::model::{GroupAddOpt, GroupApplicationId, GroupId, GroupRole, GroupType, Result, UserId};

/// The request of `createGroup`.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// The id; `None` lets the server choose.
    pub group_id: Option<GroupId>,
    /// The type.
    pub group_type: GroupType,
    /// The name; may be empty.
    pub group_name: String,
    /// The picture; may be empty.
    pub face_url: String,
    /// The members from the start, besides the owner.
    pub members: Vec<(UserId, GroupRole)>,
    /// Whom its ordinary members may bring in; `None`: as its type has it.
    pub approve_opt: Option<GroupAddOpt>,
}

/// The request of `addFriend`.
#[derive(Clone, Debug)]
pub struct NewFriend {
    /// Who is added.
    pub user_id: UserId,
    /// The current user's own name for them; may be empty.
    pub remark: String,
    /// What to say to them if they are asked; may be empty.
    pub wording: String,
    /// Where the current user has found them; may be empty.
    pub source: String,
    /// Whether they get the current user as a friend too.
    pub is_mutual: bool,
}

impl NewFriend {
    /// Somebody in the current user's own list.
    pub fn of(user_id: UserId, remark: &str) -> Self {
        Self {
            user_id,
            remark: remark.to_owned(),
            wording: String::new(),
            source: String::new(),
            is_mutual: false,
        }
    }
}

/// What came of `addFriend`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FriendAdded {
    /// The user is a friend.
    Now,
    /// The user is asked.
    WhenConfirmed,
}

/// The decision about a friend application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationAnswer {
    /// The applicant gets the friend.
    Agree,
    /// So does the user who is asked.
    AgreeAndAdd,
    /// Nothing becomes of it.
    Refuse,
}

/// The decision about a group application.
#[derive(Clone, Debug)]
pub struct GroupApplicationAnswer {
    /// Which.
    pub id: GroupApplicationId,
    /// Whether the one that it is about becomes a member.
    pub is_agreed: bool,
    /// What to say to them; may be empty.
    pub reason: String,
}

/// The result of one user's part in a request about several.
#[derive(Clone, Debug)]
pub struct MemberResult {
    /// The user.
    pub user_id: UserId,
    /// Whether it was done, and why not.
    pub result: Result<MemberOutcome>,
}

/// What came of a request about a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberOutcome {
    /// It is done.
    Done,
    /// Somebody has to decide first.
    Pending,
}
