// The same for CommonJS.
import libim = require("libim");

export async function use(): Promise<libim.Conversation[]> {
    const alice = await libim.Client.open({ dataDir: "im-data", userID: "alice" });
    alice.on("onRecvNewMessage", (message) => console.log(message.textElem?.text));
    const { conversationList } = await alice.getConversationList({ nextSeq: "0", count: 10 });
    libim.setLogger((level, line) => console.log(level, line), libim.LogLevel.WARN);
    const kind: libim.GroupType = libim.GroupType.Work;
    await alice.createGroup({ groupType: kind, memberList: [{ userID: "bob", role: libim.GroupMemberRole.Admin }] });
    await alice.close();
    return conversationList;
}
