// Walks over everything that comes in pages.
"use strict";

const { sets } = require("./generated.js");

/** How much a walk reads at a time. */
const PAGE = 100;

async function* conversations(client, options) {
    let nextSeq = "0";
    for (;;) {
        const page = await client.getConversationList({ nextSeq, count: PAGE }, options);
        yield* page.conversationList;
        if (page.isFinished) {
            return;
        }
        nextSeq = page.nextSeq;
    }
}

async function* history(client, conversationID, options) {
    let lastMsgID;
    for (;;) {
        const request = { conversationID, count: PAGE, lastMsgID };
        const page = await client.getHistoryMessageList(request, options);
        yield* page;
        if (page.length < PAGE) {
            return;
        }
        lastMsgID = page[page.length - 1].msgID;
    }
}

/** Whether a message that is not read counts as unread. */
function counts(message) {
    return message.status === sets.MessageStatus.Sent && !message.isSelf && !message.isExcludedFromUnreadCount;
}

async function unreadMessages(client, conversationID, options) {
    const { unreadCount } = await client.getConversation({ conversationID }, options);
    const unread = [];
    if (unreadCount > 0) {
        for await (const message of history(client, conversationID, options)) {
            if (counts(message)) {
                unread.push(message);
            }
            if (unread.length === unreadCount) {
                break;
            }
        }
    }
    return unread.reverse();
}

/** What a message says in one line: its text, description, title or file name. */
function preview(message) {
    const said =
        message.textElem?.text ??
        message.customElem?.desc ??
        message.fileElem?.fileName ??
        message.locationElem?.desc ??
        message.mergerElem?.title ??
        "";
    return said.split(/\s+/u).filter(Boolean).join(" ");
}

module.exports = { conversations, history, preview, unreadMessages };
