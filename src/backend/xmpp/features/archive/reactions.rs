//! Reactions (XEP-0444) as a change of the account.

use super::Found;
use crate::backend::xmpp::stanza::reactions::Reactions;
use crate::model::{Change, ConversationId, IdKind, MessageId, Reacted, Stamp, Target, UserId};

/// What a user reacts with to a message, which may be anybody's. `kind`: whose id the message is named by.
pub(crate) fn reacted(
    conversation: ConversationId,
    (kind, reactions): (IdKind, Reactions),
    user: UserId,
    (nick_name, face_url): (String, String),
    found: &Found,
) -> Change {
    Change::Reacted {
        conversation,
        message: Target::Id(MessageId {
            kind,
            id: reactions.id,
            sender: None,
            not_after: None,
        }),
        reacted: Box::new(Reacted {
            user,
            nick_name,
            face_url,
            reactions: reactions.set,
            stamp: reactions.stamp.unwrap_or(Stamp {
                time: found.time,
                device: String::new(),
            }),
            older: found.older,
        }),
    }
}
