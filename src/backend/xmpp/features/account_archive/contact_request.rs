//! Requests of others to become a friend, as messages.

use super::messages::AccountArchive;
use crate::backend::xmpp::address;
use crate::model::{Change, Elem, Message, MessageBody, UnnumberedMessage};
use xmpp_parsers::jid::BareJid;

impl AccountArchive {
    /// Somebody asks to become a friend. The server keeps the request, and tells it at every login until it is answered: it is
    /// one message, however often it is told.
    pub(crate) fn on_contact_request(&self, from: &BareJid) {
        self.profiles.request_profile(from);
        let msg_id = format!("{from}/contact-request");
        let elem = Elem::Custom {
            data: r#"{"type":"contactRequest"}"#.to_owned(),
            desc: String::new(),
            extension: String::new(),
        };
        let request = UnnumberedMessage {
            message: Message {
                msg_id: msg_id.clone(),
                conversation: address::c2c(from),
                sender: address::user_id(from),
                nick_name: String::new(),
                face_url: String::new(),
                seq: 0,
                time: self.session.clock.now(),
                revoked: None,
                body: MessageBody::of(elem),
            },
            own_id: msg_id,
            server_id: String::new(),
            origin_id: String::new(),
            is_origin_unique: false,
            older: false,
            is_ahead: self.is_behind(),
            is_late: false,
        };
        let change = Change::UnnumberedMessage(Box::new(request));
        if let Err(error) = self.session.apply(true, vec![change]) {
            log::warn!("a contact request could not be stored: {error}");
        }
    }
}
