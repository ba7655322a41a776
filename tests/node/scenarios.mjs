// The scenarios that all bindings play: tests/scenarios/README.md.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, renameSync } from "node:fs";
import path from "node:path";
import nodeTest from "node:test";
import { Client, EVENTS, ImError, METHODS } from "libim";
import { PATIENCE, pause, test } from "./support.mjs";

const FOLDER = process.env.LIBIM_SCENARIOS;
const OUTCOME = ["code", "desc", "data", "save"];
const KEYS = {
    open: ["client", "config", ...OUTCOME],
    call: ["client", "method", "request", "text", ...OUTCOME],
    wait: ["client", "method", "request", "text", ...OUTCOME],
    hear: ["client", "event", "payload", "save"],
    unheard: ["client", "event", "payload"],
    close: ["client", "code"],
    rename: ["from", "to"],
    repeat: ["times", "as", "steps"],
};

/** Why a step did not end as written. */
class Misfit extends Error {}

class Player {
    heard = [];
    passed = 0;

    constructor(client) {
        this.client = client;
        for (const name of EVENTS) {
            client.on(name, (payload) => this.heard.push({ name, payload }));
        }
    }
}

class Play {
    players = new Map();
    typed = 0;

    constructor(dir) {
        this.variables = new Map([["dir", dir]]);
    }

    async play(steps) {
        for (const [number, step] of steps.entries()) {
            try {
                await this.step(step);
            } catch (error) {
                if (error instanceof Misfit) {
                    throw new Misfit(`step ${number}, ${JSON.stringify(step).slice(0, 300)}\n${error.message}`);
                }
                throw error;
            }
        }
    }

    async step(raw) {
        const unknown = Object.keys(raw).filter((key) => key !== "do" && !KEYS[raw.do].includes(key));
        assert.deepEqual(unknown, [], raw.do);
        if (raw.do === "repeat") {
            for (let turn = 0; turn < raw.times; turn += 1) {
                this.variables.set(raw.as, turn);
                await this.play(raw.steps);
            }
            return;
        }
        const step = this.filledIn(raw);
        switch (raw.do) {
            case "open":
                return this.open(step);
            case "call":
                return this.call(step);
            case "wait":
                return eventually(() => this.call(step));
            case "hear":
                return eventually(() => this.hear(step));
            case "unheard":
                // What was reported before an answer has come when the answer has.
                return this.unheard(step);
            case "close":
                return this.close(step);
            case "rename":
                return renameSync(step.from, step.to);
        }
    }

    async open(step) {
        const dir = this.variables.get("dir");
        const config = {
            dataDir: path.join(dir, step.client),
            backend: { kind: "embedded", path: path.join(dir, "service.db") },
            ...step.config,
        };
        await this.judge(step, async () => {
            const client = await Client.open(config);
            const before = this.players.get(step.client);
            this.players.set(step.client, new Player(client));
            await before?.client.close();
            return client.opened;
        });
    }

    async call(step) {
        const { client } = this.player(step);
        if (step.text === undefined && METHODS.includes(step.method)) {
            this.typed += 1;
            await this.judge(step, () => client[step.method](step.request));
        } else {
            await this.judge(step, () => client.call(step.method, step.text ?? step.request));
        }
    }

    async judge(step, perform) {
        let [code, desc, data] = [0, "", null];
        try {
            data = (await perform()) ?? null;
        } catch (error) {
            if (!(error instanceof ImError)) {
                throw error;
            }
            ({ code, desc } = error);
        }
        const wanted = step.code ?? 0;
        if (code !== wanted) {
            throw new Misfit(`code is ${code}, not ${wanted}: ${desc} ${JSON.stringify(data).slice(0, 500)}`);
        }
        if (!desc.includes(step.desc ?? "")) {
            throw new Misfit(`desc is ${desc}`);
        }
        const fault = step.data === undefined ? null : misfit(step.data, data, "data");
        if (fault) {
            throw new Misfit(fault);
        }
        this.save(step, data);
    }

    hear(step) {
        const player = this.player(step);
        const place = this.find(step);
        if (place < 0) {
            const events = player.heard.slice(player.passed).map((event) => JSON.stringify(event).slice(0, 300));
            throw new Misfit(`it heard only\n${events.join("\n")}`);
        }
        player.passed = place + 1;
        this.save(step, player.heard[place].payload);
    }

    unheard(step) {
        const place = this.find(step);
        if (place >= 0) {
            throw new Misfit(`it is event ${place}`);
        }
    }

    /** The place of the first event that fits and was not passed over. */
    find(step) {
        const { heard, passed } = this.player(step);
        const pattern = step.payload ?? { $any: true };
        return heard.findIndex(
            ({ name, payload }, place) =>
                place >= passed && name === step.event && misfit(pattern, payload, "payload") === null,
        );
    }

    async close(step) {
        const { client } = this.player(step);
        await client.close(); // A second close is fine; what others say of the client then is looked at.
        if (step.code) {
            await this.judge(step, () => client.getLoginStatus());
        }
    }

    save(step, value) {
        for (const [name, pointer] of Object.entries(step.save ?? {})) {
            const parts = pointer.split("/").slice(1);
            const keys = parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
            const found = keys.reduce((at, key) => at[key], value);
            assert.notEqual(found, undefined, `${pointer} of ${JSON.stringify(value)}`);
            this.variables.set(name, found);
        }
    }

    player(step) {
        return this.players.get(step.client);
    }

    /** The value with every `${name}` replaced. */
    filledIn(value) {
        if (Array.isArray(value)) {
            return value.map((item) => this.filledIn(item));
        }
        if (value !== null && typeof value === "object") {
            return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.filledIn(item)]));
        }
        if (typeof value !== "string") {
            return value;
        }
        const whole = /^\$\{([^}]*)\}$/.exec(value);
        const known = (name) => {
            assert.ok(this.variables.has(name), `there is no ${name}`);
            return this.variables.get(name);
        };
        return whole ? known(whole[1]) : value.replace(/\$\{([^}]*)\}/g, (_, name) => String(known(name)));
    }

    async end() {
        await Promise.all([...this.players.values()].map((player) => player.client.close()));
    }
}

/** Tries until it works; the last fault when it never does. */
async function eventually(attempt) {
    const end = Date.now() + PATIENCE;
    for (;;) {
        try {
            return await attempt();
        } catch (error) {
            if (!(error instanceof Misfit) || Date.now() > end) {
                throw error;
            }
        }
        await pause(2);
    }
}

const RULES = {
    $any: () => true,
    $not: (given, value) => misfit(given, value, "") !== null,
    $length: (given, value) => Array.isArray(value) && value.length === given,
    $has: (given, value) => Array.isArray(value) && value.some((item) => misfit(given, item, "") === null),
    $above: (given, value) => typeof value === "number" && value > given,
    $below: (given, value) => typeof value === "number" && value < given,
};

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** Where and why a value does not fit a pattern; null when it does. */
function misfit(pattern, value, at) {
    const said = `${at} is ${JSON.stringify(value)?.slice(0, 500)}, not ${JSON.stringify(pattern)}`;
    const keys = isObject(pattern) ? Object.keys(pattern) : [];
    if (keys.length === 1 && keys[0].startsWith("$")) {
        return RULES[keys[0]](pattern[keys[0]], value) ? null : said;
    }
    if (isObject(pattern) && isObject(value)) {
        for (const key of keys) {
            const fault = key in value ? misfit(pattern[key], value[key], `${at}.${key}`) : `${at}.${key} is missing`;
            if (fault) {
                return fault;
            }
        }
        return null;
    }
    if (Array.isArray(pattern) && Array.isArray(value) && pattern.length === value.length) {
        const faults = pattern.map((of, index) => misfit(of, value[index], `${at}[${index}]`));
        return faults.find((fault) => fault !== null) ?? null;
    }
    return pattern === value ? null : said;
}

nodeTest("the rules of patterns", () => {
    for (const [pattern, value, fits] of [
        [{ a: 1 }, { a: 1, b: 2 }, true],
        [{ a: 1 }, { a: 2 }, false],
        [{ a: null }, {}, false],
        [[{ $any: true }, { $above: 1 }], [null, 2], true],
        [[1], [1, 2], false],
        [{ $length: 2 }, [1, 2], true],
        [{ $has: { a: 1 } }, [{ a: 0 }, { a: 1, b: 0 }], true],
        [{ $has: 1 }, [], false],
        [{ $not: null }, "x", true],
        [{ $below: 1 }, 1, false],
        [1, true, false],
    ]) {
        assert.equal(misfit(pattern, value, "") === null, fits, JSON.stringify([pattern, value]));
    }
});

const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
assert.ok(files.length > 10);
let typed = 0;
for (const file of files) {
    const scenario = JSON.parse(readFileSync(path.join(FOLDER, file), "utf8"));
    test(`${file}: ${scenario.title}`, async (stage) => {
        const play = new Play(stage.dir);
        try {
            await play.play(scenario.steps);
        } finally {
            await play.end();
        }
        typed += play.typed;
    });
}

nodeTest("the typed methods were used", () => assert.ok(typed > 100));
