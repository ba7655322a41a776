-- Whether a message was edited: `isEdited`, in the JSON of the rows as well.

-- The last messages say it already; only what was rendered of them lacks the key. Damaged JSON stays as it is: it is rendered
-- again when it is shown.
UPDATE conversation SET json = json_set(
    json,
    '$.lastMessage.isEdited',
    json(iif(
        EXISTS (
            SELECT 1 FROM message m
            WHERE m.msg_id = json_extract(conversation.json, '$.lastMessage.msgID') AND m.status IN (1, 2)
                AND json_type(iif(json_valid(m.body), m.body, 'null'), '$.modified') = 'object'
        ),
        'true',
        'false'
    ))
)
WHERE json_type(iif(json_valid(json), json, 'null'), '$.lastMessage') = 'object';
