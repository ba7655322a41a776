//! An edit (XEP-0308) as a change of the account.

use super::Found;
use crate::backend::xmpp::stanza::chat::Edit;
use crate::backend::xmpp::stanza::ids;
use crate::model::{
    Alone, Change, ConversationId, Elem, IdKind, MessageBody, MessageId, Modification, Stamp, Target, UserId,
};
use xmpp_parsers::message::Message;

/// What follows changes that have just come where all of the history was read: an edit among them waits for no message.
pub(crate) fn whole_after(changes: &[Change], whole: Change) -> Option<Change> {
    let has_edit = changes.iter().any(|change| matches!(change, Change::Modified { .. }));
    has_edit.then_some(whole)
}

/// An edit of a message that `author` has sent: what others have sent they cannot edit.
pub(crate) fn edited(
    conversation: ConversationId,
    edit: Edit,
    author: UserId,
    (stanza, found): (&Message, &Found),
    (nick_name, face_url): (String, String),
) -> Change {
    let is_ours = edit.stamp.is_some();
    // A libim that sends an edit has sent the message: who does not have it was not to get it, or has removed it.
    let alone = (!is_ours).then(|| {
        let scope = match conversation.group_id() {
            Some(group) => format!("{group}/{author}"),
            None => author.to_string(),
        };
        Box::new(Alone {
            msg_id: ids::own_id(&edit.id, "", &scope),
            nick_name,
            face_url,
            body: MessageBody {
                elem: Elem::Text { text: String::new() },
                ..edit.body.clone()
            },
        })
    });
    let data = edit.body.cloud_custom_data;
    let modification = Modification {
        elem: edit.body.elem,
        // Other clients know nothing of this, and keep what they do not know from nobody.
        cloud_custom_data: (is_ours || !data.is_empty()).then_some(data),
        stamp: edit.stamp.unwrap_or(Stamp {
            time: found.time,
            device: String::new(),
        }),
        time: found.time,
        server_id: found.server_id.clone(),
        origin_id: ids::origin_id(stanza).0,
        older: found.older,
        rank: 0,
        alone,
    };
    Change::Modified {
        conversation,
        message: Target::Id(MessageId {
            kind: IdKind::Origin,
            id: edit.id,
            sender: Some(author),
            not_after: None,
        }),
        modification: Box::new(modification),
    }
}
