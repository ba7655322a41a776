// Streams of events, which are taken when they are wanted, and merged until then.
"use strict";

const { ImError, aborted } = require("./errors.js");
const { EVENTS, Status } = require("./generated.js");
const { expect, forget, native } = require("./queue.js");

const NUMBERS = new Map(EVENTS.map((name, number) => [name, BigInt(number)]));

/** The bits of a stream for events of these names; of all that this package knows where there are none. */
function maskOf(names) {
    let mask = 0n;
    for (const name of names.length > 0 ? names : EVENTS) {
        const number = NUMBERS.get(name);
        if (number === undefined) {
            throw new TypeError(`${String(name)} is no event of libim`);
        }
        mask |= 1n << number;
    }
    return mask;
}

// A stream that nobody refers to any more.
const forgotten = new FinalizationRegistry((stream) => native.streamClose(stream));

class EventStream {
    #stream;
    /** What the queue rings; it does not refer to the stream, so that one that is forgotten can be collected. */
    #bell = { ring: null, hasRung: false };
    #isClosed = false;

    constructor(client, names) {
        const bell = this.#bell;
        const number = expect(() => {
            bell.hasRung = true;
            bell.ring?.();
        });
        const stream = native.streamOpen(client, maskOf(names), number);
        if (stream === 0n) {
            forget(number);
            throw new ImError(Status.NOT_INITIALIZED, "the stream was refused: the client is closed");
        }
        this.#stream = stream;
        forgotten.register(this, stream, this);
    }

    /** The oldest event, null where there is none now, undefined where none will come. */
    take() {
        const taken = this.#isClosed ? undefined : native.streamNext(this.#stream);
        return taken && { name: EVENTS[taken[0]], payload: JSON.parse(taken[1]) };
    }

    /** The next event; undefined where none will come. One caller at a time. */
    async next(signal) {
        for (;;) {
            if (signal?.aborted) {
                throw aborted(signal);
            }
            this.#bell.hasRung = false; // before the look, so that no ring is missed
            const event = this.take();
            if (event !== null) {
                return event;
            }
            await this.#rung(signal);
        }
    }

    #rung(signal) {
        const bell = this.#bell;
        if (bell.hasRung) {
            return undefined;
        }
        return new Promise((resolve) => {
            const ring = () => {
                bell.ring = null;
                signal?.removeEventListener("abort", ring);
                resolve();
            };
            bell.ring = ring;
            signal?.addEventListener("abort", ring, { once: true });
        });
    }

    close() {
        if (!this.#isClosed) {
            this.#isClosed = true;
            forgotten.unregister(this);
            native.streamClose(this.#stream);
            this.#bell.ring?.();
        }
    }
}

/** The events of a client as an asynchronous iterator. */
class Events {
    #stream;
    #signal;
    #turn = Promise.resolve();

    constructor(client, names, signal) {
        this.#stream = new EventStream(client, names);
        this.#signal = signal;
    }

    next() {
        const turn = this.#turn.then(async () => {
            try {
                const value = await this.#stream.next(this.#signal);
                return { value, done: value === undefined };
            } catch (error) {
                this.#stream.close();
                throw error;
            }
        });
        this.#turn = turn.catch(() => {});
        return turn;
    }

    async return(value) {
        this.#stream.close();
        return { value, done: true };
    }

    [Symbol.asyncIterator]() {
        return this;
    }
}
if (Symbol.asyncDispose) {
    Events.prototype[Symbol.asyncDispose] = async function dispose() {
        await this.return();
    };
}

module.exports = { EventStream, Events };
