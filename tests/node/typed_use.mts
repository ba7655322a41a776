// What a consumer writes in TypeScript, as an ES module. It is compiled, with --strict, and run by nobody.
import libim, { Client, ClientEvent, Conversation, EventMap, ImError, ListModel, MessageStatus, Status, preview } from "libim";

export async function use(): Promise<void> {
    const alice: Client = await Client.open({ dataDir: "im-data", userID: "alice", durability: "full" });
    await alice.login();
    await alice.login({ timeoutMs: 1000 }, { signal: AbortSignal.timeout(1000) });
    alice.on("onConversationChanged", (list) => {
        const names: string[] = list.map((one) => one.showName);
        console.log(names);
    });
    alice.once("onTotalUnreadMessageCountChanged", (total) => total.toFixed());
    // @ts-expect-error There is no such event.
    alice.on("onConversationChange", () => {});
    // @ts-expect-error There is no such parameter.
    await alice.getConversationList({ counts: 1 });
    // @ts-expect-error The parameter is required.
    await alice.getConversation();
    // @ts-expect-error A client is opened.
    new Client();

    const message = await alice.sendMessage({ receiver: "bob", textElem: { text: "x" } });
    if (message.status === MessageStatus.Sent) {
        preview(message).trim();
    }
    const page = await alice.getConversationList({ count: 20 });
    const rows: Conversation[] = page.conversationList;
    const nothing: void = await alice.deleteConversation({ conversationID: rows[0]?.conversationID ?? "" });
    console.log(nothing);
    for await (const event of alice.events(["onNewConversation", "onConversationDeleted"])) {
        if (event.name === "onConversationDeleted") {
            const ids: string[] = event.payload;
            console.log(ids);
        } else {
            console.log(event.payload[0]?.showName);
        }
    }
    const all: ClientEvent = (await alice.events().next()).value;
    const payload: EventMap["onRecvMessageRevoked"] = "id";
    console.log(all.name, payload);

    const view = await alice.conversationView({ limit: 50, filter: { markType: libim.Mark.STAR } });
    for await (const change of view) {
        console.log(change.diffs.length, view.rows[0]?.unreadCount);
    }
    await view.until((its) => its.rows.length > 0);
    const model = new ListModel(await alice.openConversationView());
    model.rows.slice();
    try {
        await alice.close();
    } catch (error) {
        if (error instanceof ImError && error.code === Status.ACCOUNT_IN_USE) {
            console.log(error.desc, error.status);
        }
    }
}
