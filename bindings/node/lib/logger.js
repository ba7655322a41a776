// The log of the library, which is one for the process.
"use strict";

const { ImError } = require("./errors.js");
const { Kind, expect, forget, native } = require("./queue.js");

const LogLevel = Object.freeze({ ERROR: 1, WARN: 2, INFO: 3, DEBUG: 4, TRACE: 5 });

function setLogger(logger, maxLevel = LogLevel.INFO) {
    if (logger !== null && typeof logger !== "function") {
        throw new TypeError("the logger is neither a function nor null");
    }
    // The one before gets its last lines, and is forgotten then.
    const number = logger === null ? 0 : expect((kind, level, line) => kind === Kind.LOG && logger(level, line));
    const status = native.setLogger(maxLevel, number);
    if (status !== 0) {
        forget(number);
        throw new ImError(status, `the logger was refused: maxLevel is ${maxLevel}`);
    }
}

module.exports = { LogLevel, setLogger };
