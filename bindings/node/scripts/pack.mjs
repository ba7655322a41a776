#!/usr/bin/env node
// Makes the package as npm ships it: compiles the addon, puts it and the C library into `prebuilds`, and packs all of it.
//
//     node bindings/node/scripts/pack.mjs FOLDER
//
// The tarball lies in FOLDER then. LIBIM_LIBRARY names the library to ship; without it cargo builds one. NODE_INCLUDE names
// the folder of node_api.h; without it that of the npm package node-api-headers, or of the Node that runs this. CC is the
// compiler.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const source = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const repository = path.resolve(source, "../..");
const [folder] = process.argv.slice(2);
if (!folder) {
    console.error("usage: pack.mjs FOLDER");
    process.exit(2);
}

function run(program, ...parameters) {
    return execFileSync(program, parameters, { cwd: repository, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

/** The folder of node_api.h. */
function headers() {
    const beside = path.join(path.dirname(process.execPath), "../include/node");
    let found = process.env.NODE_INCLUDE;
    try {
        found ||= createRequire(import.meta.url)("node-api-headers").include_dir;
    } catch {
        found ||= beside;
    }
    if (!existsSync(path.join(found, "node_api.h"))) {
        console.error(`${found} has no node_api.h: npm install node-api-headers, or set NODE_INCLUDE`);
        process.exit(1);
    }
    return found;
}

/** The C library to ship. */
function library() {
    if (process.env.LIBIM_LIBRARY) {
        return process.env.LIBIM_LIBRARY;
    }
    const said = run("cargo", "build", "--lib", "--release", "--message-format=json-render-diagnostics");
    const artifacts = said.split("\n").filter(Boolean).map((line) => JSON.parse(line));
    const files = artifacts.flatMap((artifact) => artifact.filenames ?? []);
    return files.find((file) => /libim\.(so|dylib)$/.test(file));
}

const build = path.resolve(folder, "package");
const prebuilds = path.join(build, "prebuilds", `${process.platform}-${process.arch}`);
rmSync(build, { recursive: true, force: true });
cpSync(source, build, { recursive: true, filter: (file) => path.basename(file) !== "prebuilds" });
mkdirSync(prebuilds, { recursive: true });
for (const licence of ["LICENSE", "LICENSE-MIT", "LICENSE-APACHE"]) {
    cpSync(path.join(repository, licence), path.join(build, licence));
}
const isMac = process.platform === "darwin";
const shipped = path.join(prebuilds, isMac ? "libim.dylib" : "libim.so");
cpSync(library(), shipped, { dereference: true });
if (!isMac) {
    run("strip", "--strip-debug", shipped);
}
run(
    process.env.CC || "cc",
    "-std=gnu11",
    "-O2",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-fPIC",
    "-fvisibility=hidden",
    ...(isMac ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared", "-pthread"]),
    "-I",
    headers(),
    "-I",
    path.join(repository, "include"),
    ...["addon.c", "instance.c", "library.c"].map((name) => path.join(source, "native", name)),
    "-o",
    path.join(prebuilds, "libim.node"),
    ...(isMac ? [] : ["-ldl"]),
);
const packed = execFileSync("npm", ["pack", "--silent", "--offline", "--pack-destination", path.resolve(folder)], {
    cwd: build,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
});
console.log(path.resolve(folder, packed.trim().split("\n").pop()));
