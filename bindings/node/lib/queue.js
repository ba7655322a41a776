// What libim says on its own threads, as it comes to the event loop: in the order in which libim has said it.
"use strict";

const { start } = require("./library.js");

/** The kinds of items, as native/addon.h numbers them. */
const Kind = Object.freeze({ ANSWER: 0, EVENT: 1, READY: 2, ENDED: 3, LOG: 4, OPENED: 5, CLOSED: 6 });

/** Those after which others may come for the same number. */
const SEVERAL = new Set([Kind.EVENT, Kind.READY, Kind.LOG]);

/** Who gets the items of a number. */
const receivers = new Map();
let last = 0;
let holds = 0;

function deliver(kind, number, code, text, handle) {
    try {
        const receive = receivers.get(number);
        if (!SEVERAL.has(kind)) {
            receivers.delete(number);
        }
        receive?.(kind, code, text, handle);
    } catch (error) {
        // What an app's listener throws is an uncaught exception, as with every EventEmitter whose source is the system.
        process.nextTick(() => {
            throw error;
        });
    }
}

const native = start(deliver);

// With the clients closed the process ends as if the app had done so. Nothing of it waits for JavaScript.
process.on("exit", () => native.closeAll());

/** Gives a number to what receives the items that will come for it. */
function expect(receive) {
    last += 1;
    receivers.set(last, receive);
    return last;
}

/** No item will come for a number. */
function forget(number) {
    receivers.delete(number);
}

/** Keeps the event loop going until `release` was called as often. */
function hold() {
    holds += 1;
    if (holds === 1) {
        native.hold(true);
    }
}

function release() {
    holds -= 1;
    if (holds === 0) {
        native.hold(false);
    }
}

module.exports = { Kind, native, expect, forget, hold, release, pending: () => receivers.size };
