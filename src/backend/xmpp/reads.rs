//! How far conversations were read: between the account's own devices by XEP-0490, towards the peer of a C2C conversation
//! by XEP-0333.

use super::ns::{HINTS, MARKERS};
use super::pep::{Access, Item};
use super::session::Session;
use super::stanza::xml::element;
use crate::model::{Change, ConversationId, ConversationType, GroupId, IdKind, MessageId, ReadPosition};
use crate::model::{Result, StoredMessage, Target, UserId};
use std::collections::HashMap;
use std::str::FromStr;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::Message;
use xmpp_parsers::ns;

impl Session {
    fn conversation_with(&self, jid: &BareJid) -> ConversationId {
        if self.is_room(jid) {
            ConversationId::group(&GroupId::trusted(jid.as_str()))
        } else {
            ConversationId::c2c(&UserId::trusted(jid.as_str()))
        }
    }

    /// The read position that an item tells: the conversation, and the archive's id of the message read last.
    fn read_mark(&self, item: &Item) -> Option<(ConversationId, String)> {
        let jid = BareJid::from_str(&item.id).ok()?;
        let displayed = item
            .payload
            .as_ref()
            .filter(|payload| payload.is("displayed", ns::MDS))?;
        let stanza_id = displayed.get_child("stanza-id", ns::SID)?;
        Some((self.conversation_with(&jid), stanza_id.attr("id")?.to_owned()))
    }

    fn read_changes(&self, items: &[Item]) -> Vec<Change> {
        let marks = items.iter().filter_map(|item| self.read_mark(item));
        marks
            .map(|(conversation, id)| Change::Read {
                conversation,
                up_to: Target::Id(MessageId {
                    kind: IdKind::Server,
                    id,
                    sender: None,
                }),
            })
            .collect()
    }

    /// Reads all read positions and hands them to the account. Says what they are.
    pub(super) async fn load_reads(&self) -> Result<HashMap<ConversationId, String>> {
        let items = self.items(None, ns::MDS).await?;
        self.apply(false, self.read_changes(&items))?;
        Ok(items.iter().filter_map(|item| self.read_mark(item)).collect())
    }

    /// Another device of the account has read something.
    pub(super) fn reads_changed(&self, items: &[Item]) {
        if let Err(error) = self.apply(true, self.read_changes(items)) {
            log::warn!("read positions of another device could not be stored: {error}");
        }
    }

    /// Tells the own devices, and the peer, how far a conversation was read.
    pub(super) async fn tell_read(&self, conversation: &ConversationId, position: ReadPosition) -> Result<()> {
        let Some(last) = self.sink.newest_received(conversation, position.seq)? else {
            return Ok(());
        };
        let Ok(jid) = BareJid::from_str(conversation.target()) else {
            return Ok(());
        };
        if conversation.kind() == ConversationType::C2c {
            self.tell_peer(&jid, &last);
        }
        if last.server_id.is_empty() {
            return Ok(());
        }
        let by = if conversation.kind() == ConversationType::C2c {
            self.me.as_str()
        } else {
            jid.as_str()
        };
        let attrs = [("id", last.server_id.as_str()), ("by", by)];
        let stanza_id = element("stanza-id", ns::SID, &attrs, Vec::new());
        let payload = element("displayed", ns::MDS, &[], vec![stanza_id]);
        self.publish(ns::MDS, jid.as_str(), payload, Access::Private).await
    }

    fn tell_peer(&self, peer: &BareJid, last: &StoredMessage) {
        if last.origin_id.is_empty() || *peer == self.me {
            return;
        }
        let mut message = Message::new(Some(Jid::from(peer.clone())));
        message.id = Some(xmpp_parsers::message::Id(uuid::Uuid::new_v4().to_string()));
        let attrs = [("id", last.origin_id.as_str())];
        message.payloads = vec![
            element("displayed", MARKERS, &attrs, Vec::new()),
            element("store", HINTS, &[], Vec::new()),
        ];
        self.send(message);
    }
}
