// The end of the process with clients open, and the end of worker threads: nothing hangs, crashes, or is said.
import assert from "node:assert/strict";
import path from "node:path";
import { run, test } from "./support.mjs";

/** Runs a program, several times because moments matter: it must end by itself, and quietly. */
async function ends(stage, program, { printed = "", code = 0 } = {}) {
    for (let turn = 0; turn < 5; turn += 1) {
        const ended = await run(program, path.join(stage.dir, String(turn)));
        assert.deepEqual(ended, { code, out: printed, err: "" });
    }
}

const BUSY = `
    const busy = async (client) => {
        for (let number = 0; ; number += 1) {
            try {
                await client.setConversationDraft({ conversationID: "c2c_bob", draftText: String(number) });
            } catch {
                return;
            }
        }
    };
`;

test("with clients closed the process ends", (stage) =>
    ends(
        stage,
        `
        const alice = await open("alice");
        alice.on("onNewConversation", () => console.log("new"));
        await alice.login();
        await alice.sendMessage({ receiver: "bob", textElem: { text: "hi" } });
        await alice.close();
        `,
        { printed: "new\n" },
    ));

test("process.exit with open clients", (stage) =>
    ends(
        stage,
        `
        const [alice, bob] = [await open("alice"), await open("bob")];
        await alice.login();
        await bob.login();
        alice.on("onConversationChanged", () => {});
        alice.sendMessage({ receiver: "bob", textElem: { text: "hi" } });
        alice.waitUntilSent({ msgID: "none" }).catch(() => {});
        process.exit(7);
        `,
        { code: 7 },
    ));

test("process.exit in a listener, while others are told", (stage) =>
    ends(
        stage,
        `${BUSY}
        const alice = await open("alice");
        let count = 0;
        for (let number = 0; number < 10; number += 1) {
            alice.on("onConversationChanged", () => {
                count += 1;
                if (count === 100) process.exit(0);
            });
        }
        busy(alice);
        busy(alice);
        `,
    ));

test("a client that is not referred to by the event loop", (stage) =>
    ends(
        stage,
        `
        const alice = await open("alice");
        alice.on("onConversationChanged", () => {});
        alice.unref().ref().unref();
        console.log(await alice.getLoginUser() === (await alice.getLoginUser()));
        process.on("exit", () => console.log("over"));
        `,
        { printed: "true\nover\n" },
    ));

test("an open client keeps the process running", (stage) =>
    ends(
        stage,
        `
        const alice = await open("alice");
        const events = alice.events("onNewConversation");
        setTimeout(() => alice.setConversationDraft({ conversationID: "c2c_bob", draftText: "x" }), 20).unref();
        for await (const event of events) {
            console.log(event.name);
            break;
        }
        await alice.close();
        `,
        { printed: "onNewConversation\n" },
    ));

test("an uncaught exception", async (stage) => {
    const ended = await run(
        `
        const alice = await open("alice");
        alice.on("onConversationChanged", () => {});
        throw new Error("mine");
        `,
        stage.dir,
    );
    assert.equal(ended.code, 1);
    assert.ok(ended.err.includes("Error: mine"), ended.err);
});

test("the log at the end", (stage) =>
    ends(
        stage,
        `${BUSY}
        libim.setLogger(() => {}, libim.LogLevel.TRACE);
        const alice = await open("alice");
        await alice.login();
        busy(alice);
        setImmediate(() => process.exit(0));
        `,
    ));

const WORKER = `
    import { Worker } from "node:worker_threads";
    const work = (program) => new Worker(
        new URL("data:text/javascript," + encodeURIComponent(
            "import { createRequire } from 'node:module'; import { parentPort } from 'node:worker_threads';" +
            "const libim = createRequire(" + JSON.stringify(process.cwd() + "/") + ")('libim');" +
            "const open = (name) => libim.Client.open({ dataDir: " + JSON.stringify(dir) + " + '/' + name, userID: name," +
            "backend: { kind: 'embedded', path: " + JSON.stringify(dir) + " + '/service.db' } });" + program)),
    );
    const told = (worker) => new Promise((resolve) => worker.once("message", resolve));
    const ended = (worker) => new Promise((resolve) => worker.once("exit", resolve));
`;
const DRAFTS = `
    for (let number = 0; ; number += 1) {
        await client.setConversationDraft({ conversationID: 'c2c_x', draftText: String(number) });
    }
`;

test("a client in a worker, beside one here", (stage) =>
    ends(
        stage,
        `${WORKER}
        const alice = await open("alice");
        await alice.login();
        const received = new Promise((resolve) => alice.once("onRecvNewMessage", (message) => resolve(message)));
        const worker = work(\`
            const bob = await open('bob');
            await bob.login();
            await bob.sendAndWait({ receiver: 'alice', textElem: { text: 'from a worker' } });
            parentPort.postMessage('sent');
            await bob.close();
        \`);
        const over = ended(worker);
        await told(worker);
        console.log((await received).textElem.text, await over);
        await alice.close();
        `,
        { printed: "from a worker 0\n" },
    ));

test("workers that are terminated while they are told", (stage) =>
    ends(
        stage,
        `${WORKER}
        const workers = ["bob", "carol", "dave"].map((name) => work(\`
            const client = await open('\${name}');
            client.on('onConversationChanged', () => parentPort.postMessage('told'));
            const events = client.events();
            const view = await client.conversationView();
            libim.setLogger(() => {}, 5);
            await client.login();
            ${DRAFTS}
        \`));
        await Promise.all(workers.map(told));
        await Promise.all(workers.map((worker) => worker.terminate()));
        // They are closed, and not only forgotten.
        for (const name of ["bob", "carol", "dave"]) {
            await (await open(name)).close();
        }
        console.log("closed");
        `,
        { printed: "closed\n" },
    ));

test("a worker that calls process.exit, and a process that ends with a worker at work", (stage) =>
    ends(
        stage,
        `${WORKER}
        const one = work("const client = await open('bob'); client.on('onNewConversation', () => {}); process.exit(3)");
        console.log(await ended(one));
        await (await open("bob")).close();
        const other = work(\`
            const client = await open('carol');
            client.on('onConversationChanged', () => parentPort.postMessage('told'));
            ${DRAFTS}
        \`);
        await told(other);
        process.exit(0);
        `,
        { printed: "3\n" },
    ));
