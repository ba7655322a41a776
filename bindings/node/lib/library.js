// Finds and loads the C library and the addon that calls it.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const PLATFORM = `${process.platform}-${process.arch}`;
const FILE_NAME = process.platform === "darwin" ? "libim.dylib" : "libim.so";
// Electron reads its archive as a folder, but only Electron does: libraries lie beside it.
const PACKAGE = path.dirname(__dirname).replace(/\bapp\.asar(?=[\\/])/, "app.asar.unpacked");

/** A file of this package for this platform. */
function shipped(name) {
    const file = path.join(PACKAGE, "prebuilds", PLATFORM, name);
    if (!fs.existsSync(file)) {
        throw new Error(
            `libim has no ${name} for ${PLATFORM}: ${file} does not exist. ` +
                "Node's platforms without one need a build of their own: see the README of bindings/node.",
        );
    }
    return file;
}

const addon = require(shipped("libim.node"));

/** The file that is loaded: `LIBIM_LIBRARY`, or the one in the package. */
exports.libraryPath = process.env.LIBIM_LIBRARY || shipped(FILE_NAME);

try {
    /** The version of the library. */
    exports.libraryVersion = addon.load(exports.libraryPath);
} catch (error) {
    throw new Error(
        `the C library of libim cannot be loaded (${error.message}); the variable LIBIM_LIBRARY names another`,
    );
}

exports.start = addon.start;
