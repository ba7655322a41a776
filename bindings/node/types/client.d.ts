import { EventEmitter } from "events";
import { Config } from "./config";
import { ClientEvent, EventMap, EventName } from "./events";
import { ListView } from "./list";
import { Methods } from "./methods";
import { Conversation, Message, Opened } from "./models";
import { OpenConversationViewRequest, SendMessageRequest } from "./requests";

export interface CallOptions {
    /**
     * Ends the wait: the promise is rejected with an error of the name `AbortError`. The call itself goes on: libim
     * carries it out, and its answer is dropped. `AbortSignal.timeout(ms)` makes one that ends the wait after a time.
     */
    signal?: AbortSignal;
}

/** The events of a client as an asynchronous iterator. Leaving its loop closes it. */
export interface Events<K extends EventName> extends AsyncIterableIterator<ClientEvent<K>> {
    /** Stops receiving, and drops what was not taken. */
    return(): Promise<IteratorResult<ClientEvent<K>>>;
    [Symbol.asyncDispose](): Promise<void>;
}

// Merged with the class: every method of the interface, as a promise.
export interface Client extends Methods {}

/**
 * A client: one account and its list.
 *
 * It is an `EventEmitter` of the events in `EventMap`. Everything happens on the event loop: listeners hear the events
 * in the order of the changes, and the answer of a method comes at its place among them.
 */
export class Client extends EventEmitter {
    private constructor();

    /**
     * Opens an account. This needs neither a network nor a login. The process then runs until the client is closed; see
     * `unref`.
     *
     * @throws {ImError} `INVALID_PARAMETERS` (the config is wrong), `INVALID_USER_ID`, `ACCOUNT_IN_USE`,
     * `NOT_SUPPORTED`, `DATABASE_FAILED`, `IO_FAILED`.
     */
    static open(config: Config, options?: CallOptions): Promise<Client>;

    /** What was found when it was opened. */
    readonly opened: Opened;
    /** The number of the client in the C library. */
    readonly handle: bigint;
    /** Whether `close` was called. */
    readonly isClosed: boolean;

    /**
     * Calls a method by its V2TIM name, also one that this package does not know.
     *
     * @param request An object, or JSON as text.
     */
    call(method: string, request?: object | string, options?: CallOptions): Promise<unknown>;

    /**
     * Closes the client. Calls that wait for the server fail with `CANCELLED`. When the promise is fulfilled, no event
     * will come any more and the account can be opened again. Calling this again does nothing.
     */
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;

    /** The process runs until the client is closed, or `unref` is called. So it is from the beginning. */
    ref(): this;
    /** The process may end although the client is open; it is closed then. A call that is awaited is awaited still. */
    unref(): this;

    on<K extends EventName>(name: K, listener: (payload: EventMap[K]) => void): this;
    once<K extends EventName>(name: K, listener: (payload: EventMap[K]) => void): this;
    off<K extends EventName>(name: K, listener: (payload: EventMap[K]) => void): this;
    addListener<K extends EventName>(name: K, listener: (payload: EventMap[K]) => void): this;
    removeListener<K extends EventName>(name: K, listener: (payload: EventMap[K]) => void): this;
    prependListener<K extends EventName>(name: K, listener: (payload: EventMap[K]) => void): this;
    prependOnceListener<K extends EventName>(name: K, listener: (payload: EventMap[K]) => void): this;

    /**
     * The events of these names, or of all, from now on: `for await (const event of client.events("onNewConversation"))`.
     *
     * Those that were not taken yet are merged, so that a slow consumer gets no backlog: of each conversation it gets the
     * newest state. The iterator ends when the client is closed. Its `signal` ends it with an `AbortError`.
     */
    events<K extends EventName = EventName>(names?: K | readonly K[], options?: CallOptions): Events<K>;

    /** A view of the list that follows. Close it when it is not needed any more. */
    conversationView(request?: OpenConversationViewRequest, options?: CallOptions): Promise<ListView>;

    /**
     * Walks the whole list from its top, page by page. A conversation that moves up meanwhile may be missed;
     * `onConversationChanged` reports it.
     */
    conversations(options?: CallOptions): AsyncGenerator<Conversation, void, undefined>;
    /** Walks the stored messages of a conversation, the newest first. */
    history(conversationID: string, options?: CallOptions): AsyncGenerator<Message, void, undefined>;
    /** The unread messages of a conversation, the oldest first: those that make up its `unreadCount`. */
    unreadMessages(conversationID: string, options?: CallOptions): Promise<Message[]>;
    /**
     * `sendMessage`, then `waitUntilSent`: the message once the server has it.
     *
     * @throws {ImError} `REFUSED` (the server refused the message), `TIMEOUT` (it does not have it in time), and what
     * `sendMessage` throws.
     */
    sendAndWait(request: SendMessageRequest, options?: CallOptions & { timeoutMs?: number }): Promise<Message>;
}
