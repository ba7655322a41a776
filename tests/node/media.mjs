// Pictures and files: their models, and how far they are, as asynchronous iterators.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ElemType, ImageType, ImError, MessageStatus, Status } from "libim";
import { heard, soon, test, until } from "./support.mjs";

/** A PNG of 40 by 30 pixels, all black. */
const PICTURE =
    "iVBORw0KGgoAAAANSUhEUgAAACgAAAAeCAAAAAB7tgMBAAAAEklEQVR42mNgGAWjYBSMguEAAATOAAHtUfYIAAAAAElFTkSuQmCC";

/** What an iterator of events gives until one is the last. */
async function upTo(events, isLast) {
    const payloads = [];
    for await (const { payload } of events) {
        payloads.push(payload);
        if (isLast(payload)) {
            break;
        }
    }
    return payloads;
}

/** The last message that somebody has got. */
async function last(client, userID) {
    let history = [];
    await until(async () => {
        history = await client.getHistoryMessageList({ userID });
        return history.length > 0;
    }, "the message");
    return history[0];
}

test("a file and how far it is, on the way up and down", async (stage) => {
    const [alice, bob] = [await stage.login("alice"), await stage.login("bob")];
    const file = path.join(stage.dir, "film.bin");
    writeFileSync(file, randomBytes(9 << 20));
    const up = alice.events(["onSendMessageProgress"]);
    const sent = await alice.sendMessage({ receiver: "bob", fileElem: { path: file } });
    assert.deepEqual([sent.elemType, sent.fileElem.fileName, sent.fileElem.fileSize], [ElemType.File, "film.bin", 9 << 20]);
    const told = await soon(upTo(up, ({ progress }) => progress === 100));
    const percents = told.map(({ progress }) => progress);
    assert.deepEqual(percents, [...new Set(percents)].sort((a, b) => a - b));
    for (const { message, currentSize, totalSize } of told) {
        assert.equal(message.msgID, sent.msgID);
        assert.ok(currentSize <= totalSize && totalSize === 9 << 20);
    }
    const got = await last(bob, "alice");
    assert.equal(got.fileElem.localUrl, "");
    const down = bob.events(["onMessageDownloadProgressCallback"]);
    const download = bob.downloadMessage({ msgID: got.msgID });
    const steps = await soon(upTo(down, ({ isFinish, isError }) => isFinish || isError));
    const end = steps.at(-1);
    assert.deepEqual([end.msgID, end.isFinish, end.errorCode, end.type], [sent.msgID, true, Status.OK, 0]);
    const here = (await soon(download)).fileElem.localUrl;
    assert.equal(here, end.path);
    assert.ok(readFileSync(here).equals(readFileSync(file)));
});

test("a message that is cancelled can be sent again", async (stage) => {
    const alice = await stage.open("alice");
    const bob = await stage.login("bob");
    const fileElem = { dataBase64: "YWJj", fileName: "late.txt" };
    const { msgID } = await alice.sendMessage({ receiver: "bob", fileElem });
    const failed = heard(alice, "onMessageStatusChanged");
    await alice.cancelSendingMessage({ msgID });
    const { status, errorCode } = await failed;
    assert.deepEqual([status, errorCode], [MessageStatus.Failed, Status.TRANSFER_CANCELLED]);
    await assert.rejects(
        alice.cancelSendingMessage({ msgID }),
        (error) => error instanceof ImError && error.code === Status.NOTHING_TO_CANCEL,
    );
    await alice.login();
    await alice.reSendMessage({ msgID });
    assert.equal((await last(bob, "alice")).fileElem.fileName, "late.txt");
});

test("a picture has its forms, by their kinds", async (stage) => {
    const [alice, bob] = [await stage.login("alice"), await stage.login("bob")];
    const sent = await alice.sendMessage({ receiver: "bob", imageElem: { dataBase64: PICTURE } });
    assert.deepEqual(
        sent.imageElem.imageList.map(({ type, width, height, size }) => [type, width, height, size]),
        [ImageType.Origin, ImageType.Thumb, ImageType.Large].map((type) => [type, 40, 30, 75]),
    );
    const { msgID } = await last(bob, "alice");
    const { imageElem } = await bob.downloadMessage({ msgID, imageType: ImageType.Thumb });
    const small = imageElem.imageList.find(({ type }) => type === ImageType.Thumb);
    assert.equal(readFileSync(small.localUrl).toString("base64"), PICTURE);
    const missing = { receiver: "bob", soundElem: { path: path.join(stage.dir, "none.m4a"), duration: 2 } };
    await assert.rejects(alice.sendMessage(missing), { code: Status.FILE_NOT_FOUND });
});
