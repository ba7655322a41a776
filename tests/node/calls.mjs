// Calls: answers, errors, texts, and signals that end the wait for them.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import * as libim from "libim";
import { Client, ImError, METHODS, Status } from "libim";
import { heard, soon, test } from "./support.mjs";

const fails = (code, part = "") => (error) => {
    assert.ok(error instanceof ImError, error);
    assert.equal(error.code, code, error.message);
    assert.ok(error.desc.includes(part), error.desc);
    return true;
};

test("one libim for import and require", () => {
    const required = createRequire(import.meta.url)("libim");
    assert.equal(required.Client, Client);
    assert.deepEqual(Object.keys(required).sort(), Object.keys(libim.default).sort());
    const exported = Object.keys(libim).filter((name) => !["default", "module.exports"].includes(name));
    assert.deepEqual(exported.sort(), Object.keys(required).sort());
    assert.match(libim.libraryVersion, /^\d+\.\d+\.\d+$/);
    assert.ok(existsSync(libim.libraryPath));
    assert.equal(required.MessageStatus.Sent, 2);
});

test("every method is there, and every method answers", async (stage) => {
    const alice = await stage.login("alice");
    for (const method of METHODS) {
        assert.equal(typeof alice[method], "function", method);
        if (method === "logout") {
            continue;
        }
        // A request that is wrong for every method.
        await assert.rejects(alice[method]({ "no such field": 1 }), fails(Status.INVALID_PARAMETERS));
    }
});

test("an error has a code, its name and a sentence", async (stage) => {
    const alice = await stage.open("alice");
    const error = await alice.getConversation({ conversationID: "nonsense" }).catch((reason) => reason);
    assert.ok(error instanceof ImError && error instanceof Error);
    assert.equal(error.name, "ImError");
    assert.equal(error.code, Status.INVALID_PARAMETERS);
    assert.equal(error.status, "INVALID_PARAMETERS");
    assert.equal(error.message, `INVALID_PARAMETERS (6017): ${error.desc}`);
    assert.match(error.stack, /^ImError: INVALID_PARAMETERS/);
    assert.equal(new ImError(-7, "later").status, undefined);
    await assert.rejects(alice.sendMessage({ receiver: "bob" }), fails(Status.INVALID_PARAMETERS));
    await assert.rejects(alice.getUsersInfo({ userIDList: ["bob"] }), fails(Status.NOT_LOGGED_IN));
    await assert.rejects(alice.call("noSuchMethod"), fails(Status.UNKNOWN_METHOD));
    await assert.rejects(alice.call("getLogin\0User"), fails(Status.UNKNOWN_METHOD, "NUL"));
    await assert.rejects(alice.call("getLoginUser", "{"), fails(Status.INVALID_JSON));
    await assert.rejects(alice.call("getLoginUser", "{}\0"), fails(Status.INVALID_JSON, "NUL"));
    await assert.rejects(alice.call("getLoginUser", { number: 1n }), fails(Status.INVALID_PARAMETERS));
    assert.equal(await alice.call("getLoginUser", "{}"), await alice.getLoginUser());
});

test("clients that cannot be opened", async (stage) => {
    const alice = await stage.open("alice");
    await assert.rejects(stage.open("alice"), fails(Status.ACCOUNT_IN_USE));
    await assert.rejects(Client.open({ userID: "alice" }), fails(Status.INVALID_PARAMETERS, "dataDir"));
    await assert.rejects(Client.open("{"), fails(Status.INVALID_JSON));
    assert.throws(() => new Client(), TypeError);
    assert.equal(alice.opened.userID, "alice");
    assert.equal(typeof alice.handle, "bigint");
});

test("texts come back as they went", async (stage) => {
    const alice = await stage.open("alice");
    for (const text of ["plain", "Grüße, 世界 \u{1f642}", '"\\\n\t', "x".repeat(60_000), "\u2028"]) {
        const sent = await alice.sendMessage({ receiver: "bob", textElem: { text } });
        assert.equal(sent.textElem.text, text);
        const [found] = await alice.findMessages({ messageIDList: [sent.msgID] });
        assert.equal(found.textElem.text, text);
    }
    // Neither is a character that a text may have.
    await assert.rejects(alice.sendMessage({ receiver: "bob", textElem: { text: "a\0b" } }), fails(6017, "U+0000"));
    await assert.rejects(alice.sendMessage({ receiver: "bob", textElem: { text: "\ud800" } }), ImError);
});

test("calls run beside each other, and answer in any order that they have", async (stage) => {
    const alice = await stage.login("alice");
    const calls = Array.from({ length: 300 }, (_, number) =>
        number % 3 === 0
            ? alice.getUsersInfo({ userIDList: ["alice"] }).then(([user]) => user.userID)
            : alice.getLoginUser(),
    );
    assert.deepEqual(new Set(await soon(Promise.all(calls))), new Set(["alice"]));
});

test("a signal ends the wait and not the call", async (stage) => {
    const alice = await stage.login("alice");
    const isAbort = (error) => {
        assert.equal(error.name, "AbortError");
        assert.equal(error.code, "ABORT_ERR");
        return true;
    };
    await assert.rejects(alice.getLoginUser({}, { signal: AbortSignal.abort() }), isAbort);
    const controller = new AbortController();
    const drafted = heard(alice, "onNewConversation", ([one]) => one.conversationID === "c2c_bob");
    const wait = alice.setConversationDraft({ conversationID: "c2c_bob", draftText: "x" }, { signal: controller.signal });
    controller.abort(new Error("enough"));
    const error = await wait.catch((reason) => reason);
    assert.ok(isAbort(error));
    assert.equal(error.cause.message, "enough");
    await drafted;
    // A signal that comes too late does nothing.
    const late = new AbortController();
    assert.equal(await alice.getLoginUser({}, { signal: late.signal }), await alice.getLoginUser());
    late.abort();
});

test("a client whose opening nobody waits for any more is closed", async (stage) => {
    const controller = new AbortController();
    const opening = Client.open(stage.config("alice"), { signal: controller.signal });
    controller.abort();
    await assert.rejects(opening, { name: "AbortError" });
    const end = Date.now() + 60_000;
    for (;;) {
        try {
            await stage.open("alice");
            break;
        } catch (error) {
            assert.equal(error.code, Status.ACCOUNT_IN_USE);
            assert.ok(Date.now() < end, "it is not closed");
        }
    }
});

test("walks and what waits for the server", async (stage) => {
    const [alice, bob] = [await stage.login("alice"), await stage.login("bob")];
    for (let number = 0; number < 120; number += 1) {
        await alice.sendMessage({ receiver: `user${number}`, textElem: { text: "x" } });
    }
    for (let number = 0; number < 105; number += 1) {
        await alice.sendMessage({ receiver: "bob", textElem: { text: String(number) } });
    }
    const ids = [];
    for await (const conversation of alice.conversations()) {
        ids.push(conversation.conversationID);
    }
    assert.equal(new Set(ids).size, 121);
    const texts = [];
    for await (const message of alice.history("c2c_bob")) {
        texts.push(libim.preview(message));
    }
    assert.deepEqual([texts.length, texts[0], texts[104]], [105, "104", "0"]);
    const sent = await alice.sendAndWait({ receiver: "bob", textElem: { text: "the  last" } });
    assert.equal(sent.status, libim.MessageStatus.Sent);
    assert.equal(libim.preview(sent), "the last");
    await soon(
        (async () => {
            const view = await bob.conversationView();
            await view.until(({ rows }) => rows[0]?.unreadCount === 106);
        })(),
    );
    const unread = await bob.unreadMessages("c2c_alice");
    assert.deepEqual([unread.length, unread[0].textElem.text], [106, "0"]);
});
