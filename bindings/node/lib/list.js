// The rows of views of the list.
"use strict";

const { call } = require("./call.js");
const { ImError, aborted } = require("./errors.js");
const { Status } = require("./generated.js");
const { EventStream } = require("./stream.js");

class ListModel {
    #rows;

    constructor(view) {
        this.viewID = view.viewID;
        this.total = view.total;
        this.isFinished = view.isFinished;
        this.#rows = [...view.conversationList];
    }

    get rows() {
        return this.#rows;
    }

    apply(change) {
        if (change.viewID !== this.viewID) {
            return false;
        }
        // Another array, so that what compares references, such as React, sees that there is a change.
        this.#rows = change.diffs.reduce(taken, [...this.#rows]);
        this.total = change.total;
        this.isFinished = change.isFinished;
        return true;
    }
}

/** The rows after a step. */
function taken(rows, diff) {
    if (diff.op === "reset") {
        return [...diff.conversationList];
    }
    if (typeof diff.index !== "number") {
        return rows; // A step of a later version, which says in other fields what it does.
    }
    if (diff.op === "remove") {
        rows.splice(diff.index, 1);
    } else if (diff.conversation) {
        if (diff.op === "update") {
            rows[diff.index] = diff.conversation;
            return rows;
        }
        if (typeof diff.fromIndex === "number") {
            rows.splice(diff.fromIndex, 1);
        }
        rows.splice(diff.index, 0, diff.conversation);
    }
    return rows;
}

/** Ends a view; one whose client is closed has ended already. */
function closeView(client, viewID) {
    return call(client, "closeConversationView", { viewID }).then(
        () => {},
        () => {},
    );
}

const forgotten = new FinalizationRegistry(({ client, viewID }) => closeView(client, viewID));

class ListView extends ListModel {
    #client;
    #stream;
    #filter;
    #search;
    #closed = null;

    constructor(client, stream, view, { filter, search }) {
        super(view);
        this.#client = client;
        this.#stream = stream;
        this.#filter = filter;
        this.#search = search;
        forgotten.register(this, { client: client.handle, viewID: view.viewID }, this);
    }

    /** Called by `Client.conversationView`. */
    static async open(client, request, options) {
        // The stream first: the changes of the view follow its rows.
        const stream = new EventStream(client.handle, ["onConversationViewChanged"]);
        try {
            const opened = client.openConversationView(request);
            const view = await waited(opened, options?.signal, (late) => closeView(client.handle, late.viewID));
            return new ListView(client, stream, view, request);
        } catch (error) {
            stream.close();
            throw error;
        }
    }

    /** The next change, applied; undefined where none will come. */
    async #next(signal) {
        for (;;) {
            const event = await this.#stream.next(signal);
            if (event === undefined || this.apply(event.payload)) {
                return event?.payload;
            }
        }
    }

    async *[Symbol.asyncIterator]() {
        for (;;) {
            const change = await this.#next();
            if (change === undefined) {
                return;
            }
            yield change;
        }
    }

    async until(condition, options) {
        while (!condition(this)) {
            if ((await this.#next(options?.signal)) === undefined) {
                throw new ImError(
                    Status.NOT_INITIALIZED,
                    "the client or the view was closed before the rows were as wanted",
                );
            }
        }
    }

    grow(count, options) {
        return this.#client.growConversationView({ viewID: this.viewID, count }, options);
    }

    async setFilter(filter, options) {
        const request = { viewID: this.viewID, filter, search: this.#search };
        const extent = await this.#client.setConversationView(request, options);
        this.#filter = filter;
        return extent;
    }

    async setSearch(search, options) {
        const request = { viewID: this.viewID, filter: this.#filter, search };
        const extent = await this.#client.setConversationView(request, options);
        this.#search = search;
        return extent;
    }

    close() {
        if (this.#closed === null) {
            forgotten.unregister(this);
            this.#stream.close();
            this.#closed = closeView(this.#client.handle, this.viewID);
        }
        return this.#closed;
    }
}
if (Symbol.asyncDispose) {
    ListView.prototype[Symbol.asyncDispose] = ListView.prototype.close;
}

/** A promise until its signal; `late` gets what comes after that. */
function waited(promise, signal, late) {
    return new Promise((resolve, reject) => {
        const abort = () => {
            reject(aborted(signal));
            promise.then(late, () => {});
        };
        if (signal?.aborted) {
            abort();
            return;
        }
        signal?.addEventListener("abort", abort, { once: true });
        promise.then(resolve, reject).finally(() => signal?.removeEventListener("abort", abort));
    });
}

module.exports = { ListModel, ListView };
