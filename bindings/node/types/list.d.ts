import { CallOptions } from "./client";
import {
    Conversation,
    ConversationView,
    ConversationViewChange,
    ConversationViewExtent,
} from "./models";
import { OpenConversationViewRequest } from "./requests";

/** The rows of a view: those that `openConversationView` has returned, and then what each change makes of them. */
export class ListModel {
    constructor(view: ConversationView);
    /** The number of the view. */
    readonly viewID: ConversationView["viewID"];
    /** How many conversations the filter selects. */
    readonly total: number;
    /** Whether the rows are all of them. */
    readonly isFinished: boolean;
    /** The rows: another array after each change. */
    readonly rows: readonly Conversation[];
    /**
     * Takes the steps of a change. Each change of the view is applied once, in the order of the events.
     *
     * @returns Whether it is one of this view; others change nothing.
     */
    apply(change: ConversationViewChange): boolean;
}

/**
 * A view of the list that follows: its rows, and an asynchronous iterator of what changes them.
 *
 * The rows change when the iterator gives a change, and at no other moment. It ends when the view or the client is
 * closed; leaving the loop does not close the view.
 */
export class ListView extends ListModel implements AsyncIterable<ConversationViewChange> {
    private constructor();
    [Symbol.asyncIterator](): AsyncGenerator<ConversationViewChange, void, undefined>;
    /**
     * Waits until the rows are as wanted: takes changes, as the iterator does, and asks `condition` after each.
     *
     * @throws {ImError} `NOT_INITIALIZED` (the client or the view was closed before).
     */
    until(condition: (view: this) => boolean, options?: CallOptions): Promise<void>;
    /** Lets the view show more rows. They come as a change. */
    grow(count: number, options?: CallOptions): Promise<ConversationViewExtent>;
    /** Gives the view another filter, or none; it searches as before. The rows change with the next changes. */
    setFilter(filter?: OpenConversationViewRequest["filter"], options?: CallOptions): Promise<ConversationViewExtent>;
    /** Searches names and ids for another text, or for none; the filter stays. The rows change with the next changes. */
    setSearch(search?: string | null, options?: CallOptions): Promise<ConversationViewExtent>;
    /** Closes the view. Calling this again does nothing. */
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}
