//! An edit (XEP-0308) as a change of the account.

use super::Found;
use crate::backend::xmpp::stanza::chat::Edit;
use crate::backend::xmpp::stanza::ids;
use crate::model::{Change, ConversationId, IdKind, MessageId, Modification, Stamp, Target, UserId};
use xmpp_parsers::message::Message;

/// An edit of a message that `author` has sent: what others have sent they cannot edit.
pub(crate) fn edited(
    conversation: ConversationId,
    edit: Edit,
    author: UserId,
    stanza: &Message,
    found: &Found,
) -> Change {
    let is_ours = edit.stamp.is_some();
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
