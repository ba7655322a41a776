//! Groups, their types and members.

use super::id::{GroupId, UserId};
use super::numbered::numbered;
use serde::{Deserialize, Serialize};

/// The type of a group.
// The backend enforces what each allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum GroupType {
    /// Friends and colleagues: joined by invitation only.
    Work,
    /// Open to join.
    Public,
    /// A meeting: open to join.
    Meeting,
    /// A live room: open to join, never unread.
    AVChatRoom,
    /// A large community: open to join.
    Community,
}

impl GroupType {
    /// Every type.
    pub const ALL: [Self; 5] = [
        Self::Work,
        Self::Public,
        Self::Meeting,
        Self::AVChatRoom,
        Self::Community,
    ];

    /// The name in JSON and in the databases.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Work => "Work",
            Self::Public => "Public",
            Self::Meeting => "Meeting",
            Self::AVChatRoom => "AVChatRoom",
            Self::Community => "Community",
        }
    }

    /// The type of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether messages of such a group count as unread. V2TIM: AVChatRoom never counts.
    pub fn counts_unread(self) -> bool {
        self != Self::AVChatRoom
    }
}

numbered! {
    /// Who may join a group (`groupAddOpt`), and whom its ordinary members may bring in (`approveOpt`).
    GroupAddOpt as "GroupAddOpt" {
        /// Nobody: those who lead the group invite.
        Forbid = 0,
        /// Whoever the owner or an administrator accepts.
        Auth = 1,
        /// Anybody, at once.
        Any = 2,
    }
}

numbered! {
    /// A role in a group.
    [derive(PartialOrd, Ord)]
    GroupRole as "GroupMemberRole" {
        /// Not a member.
        None = 0,
        /// An ordinary member.
        Member = 200,
        /// An administrator.
        Admin = 300,
        /// The owner.
        Owner = 400,
    }
}

numbered! {
    /// The members of a group that are wanted.
    GroupMemberFilter as "GroupMemberFilter" {
        /// All.
        All = 0,
        /// The owner.
        Owner = 1,
        /// The administrators.
        Admin = 2,
        /// The ordinary members.
        Common = 4,
    }
}

numbered! {
    /// The outcome of an operation on one member.
    OperationResult as "OperationResult" {
        /// It has failed.
        Fail = 0,
        /// It is done.
        Succeed = 1,
        /// Somebody has to decide first.
        Pending = 3,
    }
}

impl GroupRole {
    /// The role with that number; unknown numbers are no member.
    pub fn from_code(code: i64) -> Self {
        Self::numbered(code).unwrap_or(Self::None)
    }
}

/// A group as seen by one of its members, or by a user who asks for it (`V2TimGroupInfo`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The group.
    pub group_id: GroupId,
    /// Its type.
    pub group_type: GroupType,
    /// Its name; empty when not set.
    pub group_name: String,
    /// The address of its picture; empty when not set.
    pub face_url: String,
    /// What it is about; empty when not set.
    pub introduction: String,
    /// Its notice; empty when not set. `None` where the server has not said it: what is known stays.
    pub notification: Option<String>,
    /// Its owner; `None` when unknown.
    pub owner: Option<UserId>,
    /// When it was created, in seconds since 1970.
    pub create_time: i64,
    /// How many members it has.
    pub member_count: i64,
    /// The asker's role in it.
    pub role: GroupRole,
    /// Whether only the owner and the administrators may speak.
    pub is_all_muted: bool,
    /// Who may join it by themselves.
    pub add_opt: GroupAddOpt,
    /// Whom its ordinary members may bring in.
    pub approve_opt: GroupAddOpt,
}

/// What is to be changed about a group (`setGroupInfo`): `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupEdit {
    /// Its name.
    pub group_name: Option<String>,
    /// The address of its picture.
    pub face_url: Option<String>,
    /// What it is about.
    pub introduction: Option<String>,
    /// Its notice.
    pub notification: Option<String>,
    /// Whether only the owner and the administrators may speak.
    pub is_all_muted: Option<bool>,
    /// Who may join it by themselves.
    pub add_opt: Option<GroupAddOpt>,
    /// Whom its ordinary members may bring in.
    pub approve_opt: Option<GroupAddOpt>,
}

impl GroupEdit {
    /// Another name, and nothing else.
    pub fn name(name: &str) -> Self {
        Self {
            group_name: Some(name.to_owned()),
            ..Self::default()
        }
    }
}

/// How the current user's membership of a group ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupEnd {
    /// The user left it, on some device.
    Quit,
    /// Somebody removed the user; `None` when the server does not say who.
    Removed(Option<UserId>),
    /// The group was dismissed; `None` when the server does not say by whom.
    Dismissed(Option<UserId>),
}

/// A member of a group (`V2TimGroupMemberFullInfo`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMember {
    /// The member.
    pub user_id: UserId,
    /// The member's role.
    pub role: GroupRole,
    /// The name the member chose.
    pub nick_name: String,
    /// The address of the member's picture.
    pub face_url: String,
    /// The member's name in the group; empty when there is none.
    pub name_card: String,
    /// When the member joined, in seconds since 1970.
    pub join_time: i64,
    /// Until when the member may not speak, in seconds since 1970; 0 when they may.
    pub mute_until: i64,
}
