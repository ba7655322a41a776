//! A message of the account's own archive as changes of the account: one of a C2C conversation, a marker (XEP-0333), a
//! recall (XEP-0424).

use super::ns::{FASTEN, MARKERS, MODERATE, RETRACT, RETRACT_OLD};
use super::session::Session;
use super::wire;
use crate::model::{Change, ConversationId, IdKind, MessageId, Micros, Target, UnnumberedMessage, UserId};
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::{Message, MessageType};

/// Where a message was found.
pub(super) struct Found {
    /// Its time.
    pub(super) time: Micros,
    /// Its id in the archive; empty when not known.
    pub(super) server_id: String,
    /// Whether it is older than what is known of its conversation.
    pub(super) older: bool,
}

/// What a message wants recalled, by the id that its sender gave that message (C2C) or its room (groups).
pub(super) fn recalled_id(message: &Message) -> Option<&str> {
    if let Some(retract) = wire::payload(message, "retract", RETRACT) {
        return retract.attr("id");
    }
    let fastened = wire::payload(message, "apply-to", FASTEN)?;
    fastened.get_child("retract", RETRACT_OLD).and(fastened.attr("id"))
}

/// Whether a recall was made by the room and not by the sender.
pub(super) fn is_moderation(message: &Message) -> bool {
    wire::payload(message, "retract", RETRACT).is_some_and(|retract| retract.has_child("moderated", MODERATE))
}

/// What a message says was read, by the id that its sender gave that message.
pub(super) fn displayed_id(message: &Message) -> Option<&str> {
    wire::payload(message, "displayed", MARKERS)?.attr("id")
}

fn user(jid: &BareJid) -> UserId {
    UserId::trusted(jid.as_str())
}

impl Session {
    /// What the sender of a message shows: what the message says, or else what is known.
    pub(super) fn shown_by(&self, message: &Message, sender: &BareJid) -> (String, String) {
        let (nick_name, face_url) = wire::shown(message);
        let profile = self.profile_of(sender);
        if nick_name.is_empty() && face_url.is_empty() {
            return (profile.nick_name, profile.face_url);
        }
        if nick_name != profile.nick_name || face_url != profile.face_url {
            // They show something new; what it is, their profile says.
            self.meet_again(sender);
        }
        (nick_name, face_url)
    }

    /// What a message between two users changes. `message` has passed the checks of where it comes from.
    pub(super) fn read_chat(&self, message: &Message, found: &Found) -> Vec<Change> {
        if !matches!(message.type_, MessageType::Chat | MessageType::Normal) {
            return Vec::new();
        }
        let sender = message.from.as_ref().map_or_else(|| self.me.clone(), Jid::to_bare);
        let receiver = message.to.as_ref().map_or_else(|| self.me.clone(), Jid::to_bare);
        let is_self = sender == self.me;
        let peer = if is_self { receiver } else { sender.clone() };
        // Rooms and servers are nobody to talk to.
        if peer.node().is_none() || self.is_room(&peer) {
            return Vec::new();
        }
        let conversation = ConversationId::c2c(&user(&peer));
        let target = |id: &str, by: &BareJid| {
            Target::Id(MessageId {
                kind: IdKind::Origin,
                id: id.to_owned(),
                sender: Some(user(by)),
            })
        };
        if !found.older && self.handle_goodbye(&sender, message) {
            return Vec::new();
        }
        self.meet(&peer);
        if let Some(id) = recalled_id(message) {
            // A sender recalls only what is their own.
            let message = target(id, &sender);
            return vec![Change::Revoked { conversation, message }];
        }
        if let Some(id) = displayed_id(message) {
            return vec![if is_self {
                let up_to = target(id, &peer);
                Change::Read { conversation, up_to }
            } else {
                let up_to = target(id, &self.me);
                Change::PeerRead { conversation, up_to }
            }];
        }
        let Some(body) = wire::read(message, None) else {
            return Vec::new();
        };
        let (origin_id, is_origin_unique) = wire::origin_id(message);
        let (nick_name, face_url) = self.shown_by(message, &sender);
        let own_id = own_id(&origin_id, &found.server_id, sender.as_str());
        vec![Change::UnnumberedMessage(Box::new(UnnumberedMessage {
            message: crate::model::Message {
                msg_id: msg_id(is_self || is_origin_unique, &origin_id, &own_id),
                conversation,
                sender: user(&sender),
                nick_name,
                face_url,
                seq: 0,
                time: found.time,
                revoked: false,
                body,
            },
            own_id,
            server_id: found.server_id.clone(),
            origin_id,
            is_origin_unique,
            older: found.older,
        }))]
    }
}

/// The `msgID`, the same for everybody who has the message: the id that its sender promises to give to no other. Without
/// such a promise it is [`own_id`].
pub(super) fn msg_id(is_trusted: bool, origin_id: &str, own_id: &str) -> String {
    if is_trusted && !origin_id.is_empty() {
        origin_id.to_owned()
    } else {
        own_id.to_owned()
    }
}

/// The name of a message that nobody but the archive chooses, the same on all devices of the account. `scope` keeps apart
/// what different archives call the same.
pub(super) fn own_id(origin_id: &str, server_id: &str, scope: &str) -> String {
    if !server_id.is_empty() {
        format!("{scope}/{server_id}")
    } else if !origin_id.is_empty() {
        format!("{scope}//{origin_id}")
    } else {
        format!("{scope}//{}", uuid::Uuid::new_v4())
    }
}
