// Users, friends, groups and their members. Plain values with V2TIM's names; docs/json.md says more about each key.
//
// Keys that V2TIM has and libim does not fill yet (pictures, sound and so on) are not here. Times are in seconds since
// 1970, UTC.

/// A user's profile (V2TimUserFullInfo).
public struct UserFullInfo: Codable, Hashable, Sendable, Identifiable {
    /// The user.
    public var userID: String
    /// The name the user chose.
    public var nickName: String
    /// The address of the user's picture.
    public var faceUrl: String

    /// What tells it from others in a list: `userID`.
    public var id: String { userID }
}

/// A friend (V2TimFriendInfo).
public struct FriendInfo: Codable, Hashable, Sendable, Identifiable {
    /// The friend.
    public var userID: String
    /// The user's own name for the friend.
    public var friendRemark: String
    /// What the friend shows.
    public var userProfile: UserFullInfo

    /// What tells it from others in a list: `userID`.
    public var id: String { userID }
}

/// What became of a change to the friend list (V2TimFriendOperationResult).
public struct FriendOperationResult: Codable, Hashable, Sendable {
    /// The user.
    public var userID: String
    /// A status; 0 done.
    public var resultCode: Int32
    /// Empty, or why it was not done.
    public var resultInfo: String
}

/// A group (V2TimGroupInfo).
public struct GroupInfo: Codable, Hashable, Sendable, Identifiable {
    /// The group.
    public var groupID: String
    /// `Work`, `Public`, `Meeting`, `AVChatRoom` or `Community`.
    public var groupType: String
    /// Its name.
    public var groupName: String
    /// The address of its picture.
    public var faceUrl: String
    /// The owner's userID; nil when unknown.
    public var owner: String?
    /// When it was made, s.
    public var createTime: Int64
    /// How many members it has.
    public var memberCount: Int64
    /// The user's own role: 0 none, 200 member, 300 administrator, 400 owner.
    public var role: Int64

    /// What tells it from others in a list: `groupID`.
    public var id: String { groupID }
}

/// The answer about one group (V2TimGroupInfoResult).
public struct GroupInfoResult: Codable, Hashable, Sendable {
    /// A status; 0, or 8501 when there is no such group.
    public var resultCode: Int32
    /// Empty, or one sentence.
    public var resultMessage: String
    /// The group; nil when `resultCode` is not 0.
    public var groupInfo: GroupInfo?
}

/// A page of a group's members (V2TimGroupMemberInfoResult).
public struct GroupMemberInfoResult: Codable, Hashable, Sendable {
    /// Where the next page starts; `0` after the last one.
    public var nextSeq: String
    /// The members, in the order they joined.
    public var memberInfoList: [GroupMemberFullInfo]
}

/// A member of a group (V2TimGroupMemberFullInfo).
public struct GroupMemberFullInfo: Codable, Hashable, Sendable, Identifiable {
    /// The member.
    public var userID: String
    /// 200 member, 300 administrator, 400 owner.
    public var role: Int64
    /// The name the member chose.
    public var nickName: String
    /// Always empty: not supported yet.
    public var nameCard: String
    /// The user's own name for the member; empty when not a friend.
    public var friendRemark: String
    /// The address of the member's picture.
    public var faceUrl: String
    /// When the member joined, s.
    public var joinTime: Int64

    /// What tells it from others in a list: `userID`.
    public var id: String { userID }
}

/// What became of a change to a group's members (V2TimGroupMemberOperationResult).
public struct GroupMemberOperationResult: Codable, Hashable, Sendable {
    /// The user.
    public var memberID: String
    /// 1 done, 0 not.
    public var result: Int64
    /// Empty, or why not.
    public var resultInfo: String
}
