// Calls: their text, and the promise of their answer.
"use strict";

const { ImError, aborted } = require("./errors.js");
const { Status } = require("./generated.js");
const { expect, forget, hold, native, release } = require("./queue.js");

/** A request as text. One that is text already is JSON. */
function encode(request) {
    let text = request;
    if (typeof request !== "string") {
        try {
            text = JSON.stringify(request ?? {});
        } catch (error) {
            throw new ImError(Status.INVALID_PARAMETERS, `the request cannot be made: ${error.message}`);
        }
    }
    if (typeof text !== "string" || text.includes("\0")) {
        throw new ImError(Status.INVALID_JSON, "the request is no JSON: it is a function, or has a NUL");
    }
    return text;
}

/** The data of an answer; throws `ImError` when the call has failed. */
function dataOf(code, text) {
    if (text === "") {
        throw new ImError(code || Status.INTERNAL_ERROR, "there was no memory for a response");
    }
    const answer = JSON.parse(text);
    if (answer.code !== Status.OK) {
        throw new ImError(answer.code, answer.desc);
    }
    return answer.data;
}

/**
 * Begins something with `begin(number)`, and promises what `read` makes of its item. The event loop goes on until then.
 * A signal ends the wait alone: what is begun goes on, and `unwanted` gets what it has become.
 */
function ask(begin, read, signal, unwanted) {
    return new Promise((resolve, reject) => {
        if (signal?.aborted) {
            throw aborted(signal);
        }
        let isOver = false;
        const end = () => {
            isOver = true;
            signal?.removeEventListener("abort", abort);
            release();
        };
        const abort = () => {
            end();
            reject(aborted(signal));
        };
        const number = expect((_kind, code, text, handle) => {
            const wasOver = isOver;
            try {
                const answer = read(code, text, handle);
                if (wasOver) {
                    unwanted?.(answer);
                } else {
                    resolve(answer);
                }
            } catch (error) {
                reject(error);
            }
            if (!wasOver) {
                end();
            }
        });
        hold();
        signal?.addEventListener("abort", abort, { once: true });
        try {
            begin(number);
        } catch (error) {
            forget(number);
            end();
            throw error;
        }
    });
}

/** Calls a method of the client of a handle. */
function call(handle, method, request, signal) {
    return ask(
        (number) => {
            const name = String(method);
            if (name.includes("\0")) {
                throw new ImError(Status.UNKNOWN_METHOD, `the method's name has a NUL at ${name.indexOf("\0")}`);
            }
            const status = native.call(handle, name, encode(request), number);
            if (status !== Status.OK) {
                throw new ImError(status, `${name} was not begun`);
            }
        },
        dataOf,
        signal,
    );
}

module.exports = { ask, call, dataOf, encode };
