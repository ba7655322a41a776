// Views of the list: their rows follow, whatever the app does meanwhile.
import assert from "node:assert/strict";
import { ListModel } from "libim";
import { gc, soon, test, until } from "./support.mjs";

const send = (client, receiver, text = "x") => client.sendMessage({ receiver, textElem: { text } });
const users = (rows) => rows.map((row) => row.userID);

test("a view follows the list", async (stage) => {
    const alice = await stage.open("alice");
    await send(alice, "bob");
    const view = await alice.conversationView({ limit: 2 });
    assert.deepEqual([users(view.rows), view.total, view.isFinished], [["bob"], 1, true]);
    await send(alice, "carol");
    await send(alice, "dave");
    const before = view.rows;
    await soon(view.until(({ rows }) => rows[0].userID === "dave"));
    assert.deepEqual(users(view.rows), ["dave", "carol"]);
    assert.notEqual(view.rows, before);
    assert.deepEqual(users(before), ["bob"]);
    await view.grow(1);
    await soon(view.until(({ rows }) => rows.length === 3));
    await view.setSearch("bo");
    await soon(view.until(({ rows }) => rows.length === 1 && rows[0].userID === "bob"));
    await view.setSearch();
    await soon(view.until(({ rows }) => rows.length === 3));
    await alice.pinConversation({ conversationID: "c2c_bob", isPinned: true });
    for await (const change of view) {
        assert.ok(change.diffs.length > 0);
        if (view.rows[0].userID === "bob") {
            break;
        }
    }
    // Leaving the loop leaves the view open.
    await alice.deleteConversation({ conversationID: "c2c_bob" });
    await soon(view.until(({ rows }) => !users(rows).includes("bob")));
    const refused = assert.rejects(soon(view.until(() => false)), { code: 6013 });
    await view.close();
    await view.close();
    await refused;
    await assert.rejects(view.grow(1), { name: "ImError" });
});

test("a view is the list, after everything", async (stage) => {
    const alice = await stage.open("alice");
    const view = await alice.conversationView({ limit: 100 });
    let state = 7;
    const random = (below) => {
        state = (state * 48271) % 2147483647;
        return state % below;
    };
    for (let step = 0; step < 300; step += 1) {
        const user = `user${random(12)}`;
        const conversationID = `c2c_${user}`;
        const what = random(6);
        if (what < 3) {
            await send(alice, user, String(step));
        } else if (what === 3) {
            await alice.pinConversation({ conversationID, isPinned: random(2) === 1 }).catch(() => {});
        } else if (what === 4) {
            await alice.deleteConversation({ conversationID }).catch(() => {});
        } else {
            await alice.setConversationDraft({ conversationID, draftText: String(step) });
        }
    }
    const { conversationList } = await alice.getConversationList({ count: 100 });
    await soon(view.until(({ rows }) => JSON.stringify(rows) === JSON.stringify(conversationList)));
});

test("a model follows the events of an emitter", async (stage) => {
    const alice = await stage.open("alice");
    let model = null;
    // The answer comes at its place among the events, so that none is missed.
    alice.on("onConversationViewChanged", (change) => model?.apply(change));
    model = new ListModel(await alice.openConversationView({ limit: 10 }));
    const other = await alice.openConversationView({ limit: 1 });
    for (const user of ["bob", "carol", "dave"]) {
        await send(alice, user);
    }
    await until(() => model.rows.length === 3);
    assert.deepEqual(users(model.rows), ["dave", "carol", "bob"]);
    assert.equal(model.apply({ viewID: other.viewID, diffs: [], total: 9, isFinished: false }), false);
    assert.equal(model.total, 3);
});

test("views end with the client, with their signal, and when they are forgotten", async (stage) => {
    const alice = await stage.open("alice");
    const view = await alice.conversationView();
    await assert.rejects(alice.conversationView({}, { signal: AbortSignal.abort() }), { name: "AbortError" });
    const late = await soon(view.until(() => false, { signal: AbortSignal.timeout(5) }).catch((reason) => reason));
    assert.deepEqual([late.name, late.cause.name], ["AbortError", "TimeoutError"]);
    await assert.rejects(alice.conversationView({ limit: -1 }), { name: "ImError" });
    const { viewID } = await (async () => {
        const forgotten = await alice.conversationView();
        return { viewID: forgotten.viewID };
    })();
    await until(async () => {
        gc();
        const grown = alice.growConversationView({ viewID, count: 1 });
        return grown.then(
            () => false,
            () => true,
        );
    }, "the forgotten view to be closed");
    const changes = view[Symbol.asyncIterator]();
    const next = changes.next();
    await alice.close();
    assert.equal((await soon(next)).done, true);
    await view.close();
});
