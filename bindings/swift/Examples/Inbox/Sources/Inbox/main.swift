// The main job of libim in Swift: a conversation list that is right.
//
//     swift run Inbox DIR
//
// opens alice, bob and carol on one service file in DIR, each in a task of its own. Bob and carol write to alice, to her
// alone and in a group; she answers, pins, drafts and reads; then her list is printed page by page, and the events she
// got. Nobody sleeps: whoever waits for something waits for events and looks again.
import Foundation
import LibIM

guard CommandLine.arguments.count == 2 else { giveUp("usage: Inbox DIR") }
let dir = CommandLine.arguments[1]
do {
    async let alice: Void = alice()
    async let bob: Void = bob()
    async let carol: Void = carol()
    _ = try await (alice, bob, carol)
} catch {
    giveUp("\(error)")
}

func bob() async throws {
    let me = try await Person("bob", nickName: "Bob", dir: dir)
    let members = [NewGroup.Member("alice"), NewGroup.Member("carol")]
    try await me.client.createGroup(NewGroup(groupID: "team", groupName: "The Team", memberList: members))
    try await me.client.sendMessage(.text("Are you in today?", toUser: "alice"))
    try await me.client.sendMessage(.text("Lunch at noon?", toUser: "alice"))
    try await me.client.sendMessage(.text("@alice can you have a look at the plan?", toGroup: "team", at: ["alice"]))
    try await me.wait(for: "alice's goodbye", until: aliceHasSaidBye)
    try await me.leave()
}

func carol() async throws {
    let me = try await Person("carol", nickName: "Carol", dir: dir)
    try await me.client.sendMessage(.text("The tickets are booked 🎉", toUser: "alice"))
    try await me.wait(for: "being in the team") { try await !$0.getJoinedGroupList().isEmpty }
    try await me.client.sendMessage(.text("I have read it, looks fine", toGroup: "team"))
    try await me.wait(for: "alice's goodbye", until: aliceHasSaidBye)
    try await me.leave()
}

@Sendable func aliceHasSaidBye(_ client: Client) async throws -> Bool {
    try await client.getHistoryMessageList(.group("team", count: 1)).first?.sender == "alice"
}

func alice() async throws {
    let me = try await Person("alice", nickName: "Alice", dir: dir)
    let client = me.client
    try await client.addFriend("bob", remark: "Bobby")
    try await me.wait(for: "everybody's messages") { client in
        let ids = ["c2c_bob", "c2c_carol", "group_team"]
        return try await client.getConversationListByConversationIds(ids).map(\.unreadCount) == [2, 1, 2]
    }
    // A conversation takes its place when the server has the message, and the pages below shall not shift.
    try await client.sendAndWait(.text("Hello dave, this is alice", toUser: "dave"))
    try await client.sendAndWait(.text("Noon is fine", toUser: "bob"))
    try await client.pinConversation("c2c_carol", isPinned: true)
    try await client.setConversationDraft("c2c_carol", draftText: "Great, which")
    try await client.cleanConversationUnreadMessageCount("c2c_bob")

    print("alice's list, 2 a page; \(try await client.getTotalUnreadMessageCount()) unread in all\n")
    try await printList(of: client)

    try await client.sendMessage(.text("Thanks, bye for now", toGroup: "team"))
    try await me.wait(for: "the delivery of what alice wrote") { client in
        let toBob = try await client.getHistoryMessageList(.user("bob", count: 1))
        let toTeam = try await client.getHistoryMessageList(.group("team", count: 1))
        return toBob.first?.status == .sent && toTeam.first?.status == .sent
    }
    print("\nthe events she got, as they came\n")
    for event in await me.log { print("       \(event)") }
    try await me.leave()
}

func printList(of client: Client) async throws {
    print(columns("order", "pin", "unread", "@", "draft", "name", "last message"))
    var (place, number) = (1, 1)
    var page = try await client.getConversationList(count: 2)
    while true {
        for row in page.conversationList {
            let last = row.lastMessage.map { ($0.isSelf ? "you" : $0.nickName) + ": " + ($0.textElem?.text ?? "") }
            print(
                columns(
                    "\(place)", row.isPinned ? "pin" : "", "\(row.unreadCount)", row.groupAtInfoList.isEmpty ? "" : "@",
                    row.draftText ?? "-", row.showName, last ?? ""))
            place += 1
        }
        print("       -- page \(number), nextSeq \(page.nextSeq)\(page.isFinished ? ", finished" : "")")
        if page.isFinished { return }
        page = try await client.getConversationList(nextSeq: page.nextSeq, count: 2)
        number += 1
    }
}

func columns(
    _ place: String, _ pin: String, _ unread: String, _ at: String, _ draft: String, _ name: String, _ last: String
) -> String {
    let cells = [
        place.padded(to: 5, left: true), pin.padded(to: 3), unread.padded(to: 6, left: true), at.padded(to: 2),
        draft.padded(to: 14), name.padded(to: 12), last,
    ]
    return cells.joined(separator: "  ")
}
