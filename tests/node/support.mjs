// What the tests of the Node binding share: accounts in a folder of their own, waiting, and running other programs.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import nodeTest from "node:test";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Client } from "libim";

/** How long something that must come is waited for, in milliseconds. */
export const PATIENCE = 60_000;

setFlagsFromString("--expose-gc");
export const gc = runInNewContext("gc");

/** A test with a folder, in which its accounts share a service, and whose clients are closed after it. */
export function test(name, body) {
    nodeTest(name, { timeout: 10 * PATIENCE }, async () => {
        const stage = new Stage();
        try {
            await body(stage);
        } finally {
            await stage.end();
        }
    });
}

export class Stage {
    dir = mkdtempSync(path.join(tmpdir(), "libim-node-"));
    #opened = [];

    /** Where an account of this test is. */
    config(name) {
        return {
            dataDir: path.join(this.dir, name),
            userID: name,
            backend: { kind: "embedded", path: path.join(this.dir, "service.db") },
        };
    }

    async open(name) {
        const client = await Client.open(this.config(name));
        this.#opened.push(client);
        return client;
    }

    async login(name) {
        const client = await this.open(name);
        await client.login();
        return client;
    }

    async end() {
        await Promise.all(this.#opened.map((client) => client.close()));
        rmSync(this.dir, { recursive: true, force: true });
    }
}

export const pause = (milliseconds = 1) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits until it holds. */
export async function until(condition, what = "the condition") {
    const end = Date.now() + PATIENCE;
    while (!(await condition())) {
        if (Date.now() > end) {
            throw new Error(`waited in vain for ${what}`);
        }
        await pause();
    }
}

/** What comes of a promise, which must come. */
export function soon(promise, what = "the promise") {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), PATIENCE);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The next event of a name whose payload fits. */
export function heard(client, name, fits = () => true) {
    const event = new Promise((resolve) => {
        const listener = (payload) => {
            if (fits(payload)) {
                client.off(name, listener);
                resolve(payload);
            }
        };
        client.on(name, listener);
    });
    return soon(event, name);
}

/** Runs a program of JavaScript, in a module with `open(name)`, to its end. */
export function run(program, dir) {
    const begin = `
        import path from "node:path";
        import * as libim from "libim";
        const dir = ${JSON.stringify(dir)};
        const open = (name) => libim.Client.open({
            dataDir: path.join(dir, name), userID: name, backend: { kind: "embedded", path: path.join(dir, "service.db") },
        });
    `;
    const parameters = ["--input-type=module", "--eval", begin + program];
    // libim is found from here.
    const cwd = fileURLToPath(new URL(".", import.meta.url));
    const options = { cwd, timeout: PATIENCE, env: childEnvironment() };
    return new Promise((resolve) => {
        execFile(process.execPath, parameters, options, (error, out, err) => {
            resolve({ code: error ? error.code ?? error.signal : 0, out, err });
        });
    });
}

/** Without what Node's test runner tells its own children. */
function childEnvironment() {
    const { NODE_TEST_CONTEXT: _, ...rest } = process.env;
    return rest;
}
