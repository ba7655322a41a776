// Events: the emitter, asynchronous iterators, and that an event loop that is busy holds up nothing.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { EVENTS } from "libim";
import { heard, run, soon, test, until } from "./support.mjs";

const draft = (client, user, draftText = "x") =>
    client.setConversationDraft({ conversationID: `c2c_${user}`, draftText });

test("a client is an emitter of its events", async (stage) => {
    const alice = await stage.login("alice");
    assert.ok(alice instanceof EventEmitter);
    const first = soon(once(alice, "onNewConversation"));
    await draft(alice, "bob");
    const [[conversation]] = await first;
    assert.equal(conversation.conversationID, "c2c_bob");
    // Only what is listened to, and each listener as often as it was added.
    const calls = [];
    const listener = (list) => calls.push(list.length);
    alice.on("onConversationChanged", listener).prependListener("onConversationChanged", listener);
    await draft(alice, "bob", "y");
    await until(() => calls.length === 2, "both calls");
    alice.off("onConversationChanged", listener).off("onConversationChanged", listener);
    const last = heard(alice, "onConversationChanged", ([one]) => one.draftText === "z");
    await draft(alice, "bob", "z");
    await last;
    assert.deepEqual(calls, [1, 1]);
});

test("answers and events come in one order, in which nothing goes back", async (stage) => {
    const alice = await stage.open("alice");
    await draft(alice, "bob", "0");
    const seen = [];
    alice.on("onConversationChanged", ([one]) => seen.push(["event", Number(one.draftText)]));
    const changed = heard(alice, "onConversationChanged", ([one]) => one.draftText === "300");
    const calls = [];
    for (let number = 1; number <= 300; number += 1) {
        calls.push(draft(alice, "bob", String(number)));
        const read = alice.getConversation({ conversationID: "c2c_bob" });
        calls.push(read.then((one) => seen.push(["answer", Number(one.draftText)])));
        if (number % 7 === 0) {
            await calls.at(-1);
        }
    }
    await soon(Promise.all(calls));
    await changed;
    assert.ok(seen.filter(([what]) => what === "event").length > 10);
    for (const [place, [what, number]] of seen.entries()) {
        assert.ok(place === 0 || seen[place - 1][1] <= number, `${what} ${number} after ${seen[place - 1]}`);
    }
});

test("what a listener throws is an uncaught exception, and the next listeners are called", async (stage) => {
    const { code, out, err } = await run(
        `
        const alice = await open("alice");
        process.on("uncaughtException", (error) => {
            console.log("uncaught", error.message);
            alice.close();
        });
        alice.once("onNewConversation", () => { throw new Error("mine") });
        await alice.setConversationDraft({ conversationID: "c2c_bob", draftText: "x" });
        alice.on("onConversationChanged", () => console.log("still heard"));
        await alice.setConversationDraft({ conversationID: "c2c_bob", draftText: "y" });
        `,
        stage.dir,
    );
    assert.equal(err, "");
    assert.equal(code, 0);
    assert.ok(out.includes("uncaught mine"), out);
});

test("events as an asynchronous iterator", async (stage) => {
    const alice = await stage.open("alice");
    const events = alice.events(["onNewConversation", "onConversationDeleted"]);
    await draft(alice, "bob");
    const { value, done } = await soon(events.next());
    assert.deepEqual([value.name, value.payload[0].userID, done], ["onNewConversation", "bob", false]);
    // Several that wait get one each.
    const waiting = [events.next(), events.next()];
    await draft(alice, "carol");
    assert.equal((await soon(waiting[0])).value.name, "onNewConversation");
    await alice.deleteConversation({ conversationID: "c2c_carol" });
    assert.deepEqual((await soon(waiting[1])).value, { name: "onConversationDeleted", payload: ["c2c_carol"] });
    const last = events.next();
    assert.deepEqual(await events.return(), { value: undefined, done: true });
    assert.equal((await soon(last)).done, true);
    assert.equal((await soon(events.next())).done, true);
    assert.throws(() => alice.events("onNothing"), TypeError);
});

test("a slow consumer gets the newest state and no backlog", async (stage) => {
    const alice = await stage.open("alice");
    await draft(alice, "bob", "0");
    const events = alice.events("onConversationChanged");
    for (let number = 1; number <= 500; number += 1) {
        await draft(alice, "bob", String(number));
    }
    let count = 0;
    for await (const { payload } of events) {
        count += 1;
        if (payload.some((one) => one.draftText === "500")) {
            break;
        }
    }
    assert.ok(count < 100, `${count} events of one conversation`);
});

test("iterators end with the client, and with their signal", async (stage) => {
    const alice = await stage.open("alice");
    const controller = new AbortController();
    const stopped = alice.events(EVENTS, { signal: controller.signal }).next();
    const ended = alice.events().next();
    controller.abort();
    await assert.rejects(soon(stopped), { name: "AbortError" });
    await alice.close();
    assert.equal((await soon(ended)).done, true);
    assert.throws(() => alice.events(), { code: 6013 });
});

test("a busy event loop holds up neither the library nor itself", async (stage) => {
    const [alice, bob] = [await stage.login("alice"), await stage.login("bob")];
    const texts = [];
    bob.on("onRecvNewMessage", (message) => texts.push(message.textElem.text));
    for (let number = 0; number < 50; number += 1) {
        await alice.sendMessage({ receiver: "bob", textElem: { text: String(number) } });
    }
    // The thread of bob's events goes on while nothing can run here, and closing waits for that thread.
    const last = await alice.sendMessage({ receiver: "bob", textElem: { text: "last" } });
    await alice.waitUntilSent({ msgID: last.msgID });
    const shared = new Int32Array(new SharedArrayBuffer(4));
    for (let turn = 0; turn < 20; turn += 1) {
        Atomics.wait(shared, 0, 0, 10);
        bob.getTotalUnreadMessageCount().catch(() => {});
    }
    await until(() => texts.includes("last"), "the last message");
    await soon(bob.close(), "the end of bob");
    assert.equal(new Set(texts).size, 51);
});

test("nothing comes after the end", async (stage) => {
    const alice = await stage.open("alice");
    let isClosed = false;
    let late = 0;
    alice.on("onConversationChanged", () => (late += isClosed ? 1 : 0));
    await draft(alice, "bob", "first");
    const calls = Array.from({ length: 100 }, (_, number) => draft(alice, "bob", String(number)).catch((error) => error));
    await soon(alice.close());
    isClosed = true;
    for (const outcome of await soon(Promise.all(calls))) {
        assert.ok(outcome === null || [6013, 7009].includes(outcome.code), outcome);
    }
    assert.equal(late, 0);
    await assert.rejects(draft(alice, "bob"), { code: 6013 });
    alice.on("onNewConversation", () => {}); // nothing, and no error
    await alice.close();
});

test("the log", async (stage) => {
    const { setLogger, LogLevel, ImError } = await import("libim");
    const alice = await stage.open("alice");
    await alice.close();
    for (const isTold of [true, false]) {
        const lines = [];
        setLogger(isTold ? (level, line) => lines.push([level, line]) : null, LogLevel.WARN);
        await assert.rejects(alice.getLoginUser(), { code: 6013 });
        setLogger(null); // What was logged before comes all the same.
        if (isTold) {
            await until(() => lines.length > 0, "a line");
            assert.equal(lines[0][0], LogLevel.WARN);
            assert.ok(lines[0][1].includes("im_call_async"), lines[0][1]);
        }
    }
    assert.throws(() => setLogger(() => {}, 9), ImError);
    assert.throws(() => setLogger("console"), TypeError);
});
