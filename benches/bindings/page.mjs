// What the Node binding costs: a page of 100 conversations as objects, beside the same call whose answer is not read. Prints
// one line. The two take turns, so that both see the same machine.
//
//     node page.mjs FOLDER [TURNS]      where libim is installed; LIBIM_LIBRARY names the library
//
// The call beside it is the addon's: im_call_async, and the answer as a string on the event loop, which every call of the
// binding has. So its time has two changes of threads in it, unlike that of the other languages.
import { createRequire } from "node:module";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { Client } from "libim";

const require = createRequire(import.meta.url);
const { expect, native } = require(path.join(path.dirname(require.resolve("libim")), "lib/queue.js"));

const PAGE = 100;
const TURNS = Number(process.argv[3] ?? 1000);
const WARM_UP = TURNS / 5;

const median = (times) => times.sort((one, other) => one - other)[times.length >> 1];

const alice = await Client.open({ dataDir: process.argv[2], userID: "alice" });
for (let number = 0; number < PAGE; number += 1) {
    const text = `message ${number}: what people write in chats is about this long \u{1f642}`;
    await alice.sendMessage({ receiver: `user${number}`, textElem: { text } });
    if (number % 4 === 0) {
        await alice.setConversationDraft({ conversationID: `c2c_user${number}`, draftText: "not sent yet" });
    }
}

const request = { nextSeq: "0", count: PAGE };
const text = JSON.stringify(request);
const bare = () =>
    new Promise((resolve) => {
        native.call(alice.handle, "getConversationList", text, expect(resolve));
    });
const models = async () => {
    const page = await alice.getConversationList(request);
    if (page.conversationList.length !== PAGE) {
        throw new Error("the page is not full");
    }
};

const [calls, pages] = [[], []];
for (let turn = 0; turn < TURNS + WARM_UP; turn += 1) {
    for (const [perform, times] of [
        [bare, calls],
        [models, pages],
    ]) {
        const begin = performance.now();
        await perform();
        if (turn >= WARM_UP) {
            times.push((performance.now() - begin) * 1000);
        }
    }
}
await alice.close();
const [call, page] = [median(calls), median(pages)];
const beside = `the call ${call.toFixed(0)} µs, ratio ${(page / call).toFixed(1)}`;
console.log(`Node: a page of ${PAGE} as objects ${page.toFixed(0)} µs, ${beside}`);
