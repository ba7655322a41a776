// What calls fail with.
"use strict";

const { Status } = require("./generated.js");

const NAMES = new Map(Object.entries(Status).map(([name, code]) => [code, name]));

class ImError extends Error {
    constructor(code, desc) {
        super(`${NAMES.get(code) ?? "UNKNOWN"} (${code}): ${desc}`);
        this.code = code;
        this.desc = desc;
    }

    /** The name of the code. */
    get status() {
        return NAMES.get(this.code);
    }
}
Object.defineProperty(ImError.prototype, "name", { value: "ImError", configurable: true, writable: true });

/** The error of a wait that its signal has ended: as Node's own functions have it. */
function aborted(signal) {
    const error = new Error("The operation was aborted", { cause: signal.reason });
    error.name = "AbortError";
    error.code = "ABORT_ERR";
    return error;
}

module.exports = { ImError, aborted };
