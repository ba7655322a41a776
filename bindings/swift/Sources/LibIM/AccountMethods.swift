// The methods for the account, people and groups. include/libim.h says of each what it takes, tells and refuses.

// MARK: - The account

extension Client {
    /// Logs in: starts the connection, the sync, and the delivery of what waits to be sent. Returns when the account is
    /// usable, at once when the cache knows it. `userID` is the account's own, and nothing else is allowed; `userSig`
    /// is not looked at: the password of an XMPP account stands in the config. Waits for the server.
    public func login(
        _ userID: String? = nil, userSig: String? = nil, timeout: Duration = .seconds(30)
    ) async throws(IMError) {
        try await perform("login", ["userID": userID, "userSig": userSig, "timeoutMs": timeout])
    }

    /// Logs out: ends the connection. The cache stays usable; what waits is sent after the next login. Waits for the
    /// server.
    public func logout(timeout: Duration = .seconds(30)) async throws(IMError) {
        try await perform("logout", ["timeoutMs": timeout])
    }

    /// Who is logged in; nil when nobody is.
    public func getLoginUser() async throws(IMError) -> String? {
        try await perform("getLoginUser", [:])
    }

    /// The state of the login: 1 logged in, 2 logging in, 3 logged out.
    public func getLoginStatus() async throws(IMError) -> Int64 {
        try await perform("getLoginStatus", [:])
    }

    /// Says that the device's network may have changed, so that a connection that is gone is noticed, or made again,
    /// sooner.
    public func networkChanged() async throws(IMError) {
        try await perform("networkChanged", [:])
    }
}

// MARK: - People

extension Client {
    /// Sets one's own nickname and picture; what is nil stays as it is. Waits for the server.
    public func setSelfInfo(
        nickName: String? = nil, faceUrl: String? = nil, timeout: Duration = .seconds(30)
    ) async throws(IMError) {
        try await perform("setSelfInfo", ["nickName": nickName, "faceUrl": faceUrl, "timeoutMs": timeout])
    }

    /// The profiles of 1 to 100 users, those that exist, in the order asked. Waits for the server.
    public func getUsersInfo(
        _ userIDList: [String], timeout: Duration = .seconds(30)
    ) async throws(IMError) -> [UserFullInfo] {
        try await perform("getUsersInfo", ["userIDList": userIDList, "timeoutMs": timeout])
    }

    /// Adds a friend; `remark` is one's own name for the friend. Waits for the server.
    @discardableResult
    public func addFriend(
        _ userID: String, remark: String = "", timeout: Duration = .seconds(30)
    ) async throws(IMError) -> FriendOperationResult {
        try await perform("addFriend", ["userID": userID, "remark": remark, "timeoutMs": timeout])
    }

    /// Sets one's own name for a friend; an empty one removes it. Waits for the server.
    public func setFriendInfo(
        _ userID: String, friendRemark: String, timeout: Duration = .seconds(30)
    ) async throws(IMError) {
        try await perform("setFriendInfo", ["userID": userID, "friendRemark": friendRemark, "timeoutMs": timeout])
    }

    /// The friends, by userID.
    public func getFriendList() async throws(IMError) -> [FriendInfo] {
        try await perform("getFriendList", [:])
    }

    /// Ends friendships with 1 to 100 users. The conversations stay. Waits for the server.
    @discardableResult
    public func deleteFromFriendList(
        _ userIDList: [String], timeout: Duration = .seconds(30)
    ) async throws(IMError) -> [FriendOperationResult] {
        try await perform("deleteFromFriendList", ["userIDList": userIDList, "timeoutMs": timeout])
    }
}

// MARK: - Groups

extension Client {
    /// Makes a group, with oneself as its owner, and gives its groupID. Waits for the server.
    @discardableResult
    public func createGroup(_ group: NewGroup, timeout: Duration = .seconds(30)) async throws(IMError) -> String {
        try await perform("createGroup", group.request(timeout))
    }

    /// Sets the name and the picture of a group; what is nil stays as it is. Waits for the server.
    public func setGroupInfo(
        _ groupID: String, groupName: String? = nil, faceUrl: String? = nil, timeout: Duration = .seconds(30)
    ) async throws(IMError) {
        try await perform(
            "setGroupInfo",
            ["groupID": groupID, "groupName": groupName, "faceUrl": faceUrl, "timeoutMs": timeout])
    }

    /// Takes 1 to 100 users into a group. Waits for the server.
    @discardableResult
    public func inviteUserToGroup(
        _ groupID: String, userList: [String], timeout: Duration = .seconds(30)
    ) async throws(IMError) -> [GroupMemberOperationResult] {
        try await perform("inviteUserToGroup", ["groupID": groupID, "userList": userList, "timeoutMs": timeout])
    }

    /// Removes 1 to 100 members from a group. `reason` is not used yet. Waits for the server.
    @discardableResult
    public func kickGroupMember(
        _ groupID: String, memberList: [String], reason: String = "", timeout: Duration = .seconds(30)
    ) async throws(IMError) -> [GroupMemberOperationResult] {
        try await perform(
            "kickGroupMember",
            ["groupID": groupID, "memberList": memberList, "reason": reason, "timeoutMs": timeout])
    }

    /// What 1 to 100 groups are, in the order asked. Waits for the server.
    public func getGroupsInfo(
        _ groupIDList: [String], timeout: Duration = .seconds(30)
    ) async throws(IMError) -> [GroupInfoResult] {
        try await perform("getGroupsInfo", ["groupIDList": groupIDList, "timeoutMs": timeout])
    }

    /// One's own groups, by groupID.
    public func getJoinedGroupList() async throws(IMError) -> [GroupInfo] {
        try await perform("getJoinedGroupList", [:])
    }

    /// A page of the members of a group, from `nextSeq` of the page before on. `filter`: 0 all, 1 the owner, 2
    /// administrators, 4 ordinary members. Waits for the server.
    public func getGroupMemberList(
        _ groupID: String, nextSeq: String = "0", count: Int64 = 100, filter: Int64 = 0, timeout: Duration = .seconds(30)
    ) async throws(IMError) -> GroupMemberInfoResult {
        try await perform(
            "getGroupMemberList",
            ["groupID": groupID, "nextSeq": nextSeq, "count": count, "filter": filter, "timeoutMs": timeout])
    }

    /// Enters a group that is open to join: all but `Work`. `message` is for those who decide about it. Waits for the
    /// server.
    public func joinGroup(
        _ groupID: String, message: String = "", timeout: Duration = .seconds(30)
    ) async throws(IMError) {
        try await perform("joinGroup", ["groupID": groupID, "message": message, "timeoutMs": timeout])
    }

    /// Leaves a group. The conversation stays, with its history. Waits for the server.
    public func quitGroup(_ groupID: String, timeout: Duration = .seconds(30)) async throws(IMError) {
        try await perform("quitGroup", ["groupID": groupID, "timeoutMs": timeout])
    }

    /// Ends a group of one's own. The members' conversations stay. Waits for the server.
    public func dismissGroup(_ groupID: String, timeout: Duration = .seconds(30)) async throws(IMError) {
        try await perform("dismissGroup", ["groupID": groupID, "timeoutMs": timeout])
    }
}
