// A client: one account and its list.
"use strict";

const { EventEmitter } = require("node:events");
const { ask, call, dataOf, encode } = require("./call.js");
const { EVENTS, METHODS } = require("./generated.js");
const { ListView } = require("./list.js");
const { Kind, expect, forget, hold, native, release } = require("./queue.js");
const { Events } = require("./stream.js");
const walks = require("./walks.js");

const NAMES = new Set(EVENTS);

/** Closes what nobody refers to any more. */
const forgotten = new FinalizationRegistry((state) => closed(state));

/** Closes the client of a state, once; promises its end, behind all that it has said. */
function closed(state) {
    if (state.closing === null) {
        state.closing = ask(
            (number) => native.close(state.handle, number),
            () => {},
        );
        setHeld(state, false);
    }
    return state.closing;
}

function setHeld(state, isHeld) {
    if (state.isHeld !== isHeld) {
        state.isHeld = isHeld;
        (isHeld ? hold : release)();
    }
}

class Client extends EventEmitter {
    /** What outlives the client where it is forgotten. */
    #state;
    #isListening = false;

    constructor(handle, opened) {
        super();
        if (typeof handle !== "bigint") {
            throw new TypeError("use Client.open");
        }
        this.#state = { handle, closing: null, isHeld: false };
        this.opened = opened;
        setHeld(this.#state, true);
        forgotten.register(this, this.#state, this);
    }

    static open(config, options) {
        return ask(
            (number) => native.open(encode(config), number),
            (code, text, handle) => new Client(handle, dataOf(code, text)),
            options?.signal,
            (client) => client.close(),
        );
    }

    get handle() {
        return this.#state.handle;
    }

    get isClosed() {
        return this.#state.closing !== null;
    }

    call(method, request, options) {
        return call(this.#state.handle, method, request, options?.signal);
    }

    close() {
        forgotten.unregister(this);
        return closed(this.#state);
    }

    ref() {
        if (!this.isClosed) {
            setHeld(this.#state, true);
        }
        return this;
    }

    unref() {
        setHeld(this.#state, false);
        return this;
    }

    // `once` and its like come through these.

    on(name, listener) {
        this.#listen(name);
        return super.on(name, listener);
    }

    addListener(name, listener) {
        return this.on(name, listener);
    }

    prependListener(name, listener) {
        this.#listen(name);
        return super.prependListener(name, listener);
    }

    /** From the first listener on: until then events need not come to the event loop. */
    #listen(name) {
        if (this.#isListening || !NAMES.has(name)) {
            return;
        }
        this.#isListening = true;
        const number = expect((kind, code, text) => {
            // An event of a later version has no name here.
            if (kind === Kind.EVENT && this.listenerCount(EVENTS[code]) > 0) {
                this.emit(EVENTS[code], JSON.parse(text));
            }
        });
        if (native.listen(this.#state.handle, number) !== 0) {
            forget(number); // The client is closed: nothing will come.
        }
    }

    events(names, options) {
        const chosen = names === undefined ? [] : [names].flat();
        return new Events(this.#state.handle, chosen, options?.signal);
    }

    conversationView(request = {}, options = undefined) {
        return ListView.open(this, request, options);
    }

    conversations(options) {
        return walks.conversations(this, options);
    }

    history(conversationID, options) {
        return walks.history(this, conversationID, options);
    }

    unreadMessages(conversationID, options) {
        return walks.unreadMessages(this, conversationID, options);
    }

    async sendAndWait(request, { timeoutMs, ...options } = {}) {
        const { msgID } = await this.sendMessage(request, options);
        return this.waitUntilSent({ msgID, timeoutMs }, options);
    }
}

for (const method of METHODS) {
    const perform = function perform(request, options) {
        return this.call(method, request, options);
    };
    Object.defineProperty(perform, "name", { value: method });
    Object.defineProperty(Client.prototype, method, { value: perform, writable: true, configurable: true });
}
if (Symbol.asyncDispose) {
    Client.prototype[Symbol.asyncDispose] = Client.prototype.close;
}

module.exports = { Client };
