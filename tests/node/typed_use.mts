// What a consumer writes in TypeScript, as an ES module. It is compiled, with --strict, and run by nobody.
import libim, {
    Client,
    ClientEvent,
    Conversation,
    EventMap,
    FileElem,
    Image,
    ImageType,
    ImError,
    ListModel,
    MessageStatus,
    Status,
    preview,
} from "libim";

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

export async function media(alice: Client): Promise<string> {
    const { msgID } = await alice.sendMessage({ receiver: "bob", imageElem: { path: "/tmp/a.jpg" } });
    // @ts-expect-error A sound has no width.
    await alice.sendMessage({ receiver: "bob", soundElem: { path: "/tmp/a.m4a", width: 3 } });
    for await (const { payload } of alice.events(["onSendMessageProgress"])) {
        const part: number = payload.currentSize / payload.totalSize;
        if (payload.progress === 100 || part > 0.5) {
            break;
        }
    }
    alice.on("onMessageDownloadProgressCallback", ({ isFinish, path, errorCode }) => {
        console.log(isFinish ? path.trim() : errorCode.toFixed());
    });
    const got = await alice.downloadMessage({ msgID, imageType: ImageType.Thumb }, { signal: AbortSignal.timeout(1000) });
    const forms: Image[] = got.imageElem?.imageList ?? [];
    // @ts-expect-error A message may have no file.
    const size: number = got.fileElem.fileSize;
    const file: FileElem | null = got.fileElem;
    await alice.cancelDownloadMessage({ msgID, imageType: ImageType.Thumb });
    const nothing: void = await alice.cancelSendingMessage({ msgID });
    console.log(size, file?.fileName, nothing);
    return forms.find((form) => form.type === ImageType.Thumb)?.localUrl ?? "";
}
