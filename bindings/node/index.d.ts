/// <reference types="node" />
import { Message } from "./types/models";

export { CallOptions, Client, Events } from "./types/client";
export { Config } from "./types/config";
export * from "./types/enums";
export * from "./types/events";
export { ListModel, ListView } from "./types/list";
export { Methods } from "./types/methods";
export * from "./types/models";
export * from "./types/requests";

/** A call failed. It changed nothing, except possibly on a server that became unreachable during the call. */
export class ImError extends Error {
    constructor(code: number, desc: string);
    /** The status code: one of `Status`, or of a later version of the library. */
    readonly code: number;
    /** One English sentence for developers, without the text of messages and without secrets. */
    readonly desc: string;
    /** The name of the code, as `ACCOUNT_IN_USE`; undefined where this package does not know it. */
    readonly status: string | undefined;
}

/** The pseudo user that stands for everyone in `groupAtUserList`. The spelling is V2TIM's. */
export const AT_ALL: "__kImSDK_MesssageAtALL__";

/** The marks that V2TIM gives a meaning. Those from 2^32 to 2^52 are the app's own. Add them up; `|` ends at 2^31. */
export const Mark: { readonly STAR: 1; readonly UNREAD: 2; readonly FOLD: 4; readonly HIDE: 8 };

/** The levels of the log; each includes those before it. */
export const LogLevel: {
    readonly ERROR: 1;
    readonly WARN: 2;
    readonly INFO: 3;
    readonly DEBUG: 4;
    readonly TRACE: 5;
};

/**
 * Sets the function that receives the level and the text of each line of the log, on the event loop; null switches the
 * log off. There is one log for the process, workers included. Lines never contain the text of messages or secrets.
 */
export function setLogger(logger: ((level: number, line: string) => void) | null, maxLevel?: number): void;

/** What a message says in one line, for lists: its text, description, title or file name; empty where there is none. */
export function preview(message: Message): string;

/** The names of the methods. */
export const METHODS: readonly string[];
/** The names of the events, each at its number. */
export const EVENTS: readonly string[];
/** The version of the C library, for example `0.1.0`. */
export const libraryVersion: string;
/** The file of the C library that is loaded. */
export const libraryPath: string;
