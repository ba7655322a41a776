// A thousand clients, opened and closed: memory and threads stay what they were. And clients that nobody closes.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Client, Status } from "libim";
import { gc, soon, test, until } from "./support.mjs";

/** What the process may grow by, in bytes, while most of the clients come and go. */
const ROOM = 24 << 20;

const require = createRequire(import.meta.url);
const { pending } = require(path.join(path.dirname(require.resolve("libim")), "lib/queue.js"));

/** How much memory the process has. */
function resident() {
    gc();
    return Number(readFileSync("/proc/self/statm", "utf8").split(" ")[1]) * 4096;
}

const threads = () => readdirSync("/proc/self/task").length;

/** Whether the account can be opened, so that no client has it open. */
async function isFree(config) {
    try {
        await (await Client.open(config)).close();
        return true;
    } catch (error) {
        assert.equal(error.code, Status.ACCOUNT_IN_USE);
        return false;
    }
}

/** A client with listeners that hears something and is closed, or left to the garbage collector. */
async function one(config, number) {
    const alice = await Client.open(config);
    if (number % 50 === 0) {
        return; // Nobody refers to it any more.
    }
    const told = new Promise((resolve) => {
        alice.once("onConversationChanged", resolve).once("onNewConversation", resolve);
    });
    const events = alice.events();
    const view = await alice.conversationView();
    await alice.setConversationDraft({ conversationID: "c2c_bob", draftText: String(number) });
    await soon(told);
    await soon(events.next());
    if (number % 2 === 0) {
        await view.close();
        await events.return();
    }
    await soon(alice.close());
}

test("a thousand clients", async (stage) => {
    const config = stage.config("alice");
    const play = async (from, to) => {
        for (let number = from; number < to; number += 1) {
            await one(config, number);
            if (number % 50 === 0) {
                await until(() => {
                    gc();
                    return isFree(config);
                }, "the garbage to be closed");
            }
        }
        gc();
    };
    await play(1, 300);
    const [memory, count] = [resident(), threads()];
    await play(300, 1001);
    const grown = resident() - memory;
    assert.ok(grown < ROOM, `${grown} bytes more`);
    await until(() => threads() <= count, "the threads to be gone");
    await until(() => {
        gc();
        return pending() === 0;
    }, "every receiver to be gone");
});

test("thousands of answers, large and refused", async (stage) => {
    const alice = await stage.open("alice");
    await alice.sendMessage({ receiver: "bob", textElem: { text: "x".repeat(32_000) } });
    let memory = 0;
    for (let round = 0; round < 4; round += 1) {
        for (let turn = 0; turn < 500; turn += 1) {
            await alice.getHistoryMessageList({ userID: "bob" });
            const wrong = alice.getConversation({ conversationID: "x".repeat(32_000) });
            await assert.rejects(wrong, { code: Status.INVALID_PARAMETERS });
        }
        memory ||= resident();
    }
    const grown = resident() - memory;
    assert.ok(grown < ROOM, `${grown} bytes more`);
});
