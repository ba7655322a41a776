-- Who has recalled messages, and why: `revokerInfo` and `revokeReason`, in the JSON of the rows as well.

CREATE TABLE revocation (
    message INTEGER NOT NULL PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    -- Who has recalled it; empty when that is not known.
    revoker TEXT    NOT NULL,
    -- What they say; empty when they say nothing.
    reason  TEXT    NOT NULL
) STRICT;

CREATE INDEX revocation_revoker ON revocation (revoker, message);

-- The same of a recall that waits for its message.
ALTER TABLE awaited_mark ADD COLUMN revoker TEXT NOT NULL DEFAULT '';
ALTER TABLE awaited_mark ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- In C2C conversations nobody but the author can. In groups nobody has kept it.
INSERT INTO revocation (message, revoker, reason)
    SELECT m.id, m.sender, '' FROM message m JOIN conversation c ON c.id = m.conversation
    WHERE m.status = 6 AND substr(c.conversation_id, 1, 4) = 'c2c_';

-- Damaged JSON stays as it is: it is rendered again when it is shown.
UPDATE conversation SET json = json_set(
    json,
    '$.lastMessage.revokerInfo',
    json(coalesce((
        SELECT json_object(
            'userID', r.revoker,
            'nickName', iif(coalesce(u.nick_name, '') = '', m.nick_name, u.nick_name),
            'faceUrl', iif(coalesce(u.face_url, '') = '', m.face_url, u.face_url),
            'allowType', coalesce(u.allow_type, 1)
        )
        FROM message m JOIN revocation r ON r.message = m.id LEFT JOIN user u ON u.user_id = r.revoker
        WHERE m.msg_id = json_extract(conversation.json, '$.lastMessage.msgID')
    ), 'null')),
    '$.lastMessage.revokeReason',
    ''
)
WHERE json_type(iif(json_valid(json), json, 'null'), '$.lastMessage') = 'object';
