//! Sending: the message is stored, shown and put in the outbox in one transaction.

use super::outbox::Kind;
use super::session::{Session, Touched, to_json};
use super::{Engine, render};
use crate::events::Event;
use crate::model::{ConversationId, MessageBody, MessageStatus, Result};
use crate::store::message::{self, MessageRow};
use crate::store::{Fallible, directory};

impl Engine {
    /// `sendMessage`: stores the message with status 1, puts it in the outbox and returns it as JSON.
    pub fn send(&self, id: &ConversationId, mut body: MessageBody) -> Result<String> {
        self.write(true, |session| {
            let me = session.me();
            let profile = directory::user(session.db, &me)?.unwrap_or_default();
            let unique = uuid::Uuid::new_v4();
            body.random = unique.as_fields().0;
            session.edit(id, |session, touched| {
                let row = MessageRow {
                    id: 0,
                    conversation: session.stored(touched)?,
                    position: message::PENDING_POSITION,
                    seq: 0,
                    time: session.now.0,
                    status: MessageStatus::Sending as i64,
                    is_self: true,
                    counts_unread: false,
                    at_type: 0,
                    is_excluded_from_last_message: body.is_excluded_from_last_message,
                    msg_id: unique.to_string(),
                    sender: me,
                    nick_name: profile.nick_name,
                    face_url: profile.face_url,
                    body: to_json(&body)?,
                };
                session.store_pending(touched, &row)?;
                render::message(session.db, &row, &touched.row)
            })
        })
    }
}

impl Session<'_> {
    /// Stores a message that the server does not have yet, and its command.
    pub(super) fn store_pending(&mut self, touched: &mut Touched, row: &MessageRow) -> Fallible<()> {
        message::insert(self.db, row)?;
        if row.is_excluded_from_last_message {
            self.list(touched, self.now);
        } else {
            self.activate(touched, self.now);
        }
        self.append(Kind::Send, &touched.row.conversation(), &row.msg_id, &(), &())?;
        self.watch(touched)
    }

    /// The server refused a message: it stays, with status 3, after what the conversation held by then.
    pub(super) fn send_refused(&mut self, id: &ConversationId, mut row: MessageRow) -> Fallible<()> {
        self.edit(id, |session, touched| {
            row.position = touched.row.max_seq;
            if row.status == MessageStatus::Sending as i64 {
                row.status = MessageStatus::Failed as i64;
            }
            message::update(session.db, &row)?;
            session.tell_message(Event::MessageStatusChanged, touched, &row)
        })
    }
}
