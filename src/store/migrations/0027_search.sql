-- Searching: the words of messages and of the names of conversations, folded (src/model/words.rs).

-- The words of messages, by message.id. No text is stored, and words that are removed are removed from the pages too.
CREATE VIRTUAL TABLE message_search
    USING fts5 (text, content = '', columnsize = 0, prefix = '1', tokenize = 'ascii');
INSERT INTO message_search (message_search, rank) VALUES ('secure-delete', 1);

-- The words of the names and ids of the conversations of the list, by conversation.id.
CREATE VIRTUAL TABLE conversation_search
    USING fts5 (text, content = '', columnsize = 0, prefix = '1', tokenize = 'ascii');
INSERT INTO conversation_search (conversation_search, rank) VALUES ('secure-delete', 1);

-- What conversation_search has of each.
CREATE TABLE conversation_words (
    conversation INTEGER NOT NULL PRIMARY KEY,
    words        TEXT    NOT NULL
) STRICT;

-- How far the index is. One row.
CREATE TABLE search_index (
    id                 INTEGER PRIMARY KEY CHECK (id = 1),
    -- How its words were folded; '' while there is no index.
    folding            TEXT    NOT NULL DEFAULT '',
    -- It has the messages with numbers above message_floor, up to message_top: older ones are added below, new ones above.
    message_floor      INTEGER NOT NULL DEFAULT 0,
    message_top        INTEGER NOT NULL DEFAULT 0,
    -- It has the conversations with numbers above this one.
    conversation_floor INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO search_index (id) VALUES (1);
