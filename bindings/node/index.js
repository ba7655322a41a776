// libim: the conversation list of a chat app.
"use strict";

const { Client } = require("./lib/client.js");
const { ImError } = require("./lib/errors.js");
const { EVENTS, METHODS, Status, sets } = require("./lib/generated.js");
const { libraryPath, libraryVersion } = require("./lib/library.js");
const { ListModel, ListView } = require("./lib/list.js");
const { LogLevel, setLogger } = require("./lib/logger.js");
const { preview } = require("./lib/walks.js");

module.exports = {
    ...sets,
    /** The pseudo user that stands for everyone in `groupAtUserList`. The spelling is V2TIM's. */
    AT_ALL: "__kImSDK_MesssageAtALL__",
    Client,
    EVENTS: Object.freeze(EVENTS),
    ImError,
    ListModel,
    ListView,
    LogLevel,
    METHODS: Object.freeze(METHODS),
    /** The marks that V2TIM gives a meaning. Those from 2^32 to 2^52 are the app's own. */
    Mark: Object.freeze({ STAR: 1, UNREAD: 2, FOLD: 4, HIDE: 8 }),
    Status,
    libraryPath,
    libraryVersion,
    preview,
    setLogger,
};
