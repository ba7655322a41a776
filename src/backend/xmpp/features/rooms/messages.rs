//! What the messages of rooms say, live ones and those of a room's archive.

use super::cards;
use super::config;
use super::said_tips;
use super::senders::{hidden_sender, name_mentioned, occupant, own_by_id, own_of, recaller};
use super::state::Rooms;
use super::subject;
use super::tips;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::XmppResult;
use crate::backend::xmpp::features::archive::Found;
use crate::backend::xmpp::features::archive::edits::{edited, whole_after};
use crate::backend::xmpp::features::archive::reactions::reacted;
use crate::backend::xmpp::features::hold::Arrived;
use crate::backend::xmpp::features::online_messages::take_out;
use crate::backend::xmpp::stanza::archive::Entry;
use crate::backend::xmpp::stanza::chat::{self, ChatEvent};
use crate::backend::xmpp::stanza::ids::{self, msg_id, own_id};
use crate::backend::xmpp::stanza::recall::{self, Recall, Tombstone};
use crate::backend::xmpp::stanza::{message as content, muc};
use crate::model::tips::GroupTipsType;
use crate::model::{
    Change, ConversationId, Elem, IdKind, Message as Said, MessageBody, MessageId, Recall as RecallInfo, Target,
    UnnumberedMessage, UserId,
};
use std::rc::Rc;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::Message;

/// A message that a room sends.
pub(crate) fn on_message(rooms: &Rc<Rooms>, message: Message) {
    let Some(room) = message.from.as_ref().map(Jid::to_bare) else {
        return;
    };
    // Anyone can send a message of type groupchat: only rooms that we entered are believed.
    if !rooms.contains(&room) {
        log::warn!("ignored a message of the room {room}, which the account is not in");
        return;
    }
    let arrived = Arrived {
        time: ids::delay(&message, &rooms.session.me, Some(&room)).unwrap_or_else(|| rooms.session.clock.now()),
        is_delayed: ids::is_delayed(&message, &rooms.session.me, Some(&room)),
        sender: sender(rooms, &room, &message),
        message,
    };
    if !arrived.is_delayed {
        // What waits until the room was read is of a group by then, whatever it was when it came.
        tips::on_privacy(rooms, &room, &arrived.message);
    }
    let kept = rooms.with(&room, |state| {
        let arrived = state.hold.keep(arrived)?;
        Some(match state.position {
            Some(_) => arrived.just_now(rooms.session.clock.now()),
            None => arrived,
        })
    });
    if let Some(Some(arrived)) = kept
        && let Err(error) = apply_live(rooms, &room, &arrived)
    {
        log::warn!("a message of the room {room} could not be stored: {error}");
    }
}

/// Who says something in a room just now; `None` where the room hides it.
fn sender(rooms: &Rooms, room: &BareJid, message: &Message) -> Option<BareJid> {
    let sender = message.from.as_ref().and_then(|from| occupant(rooms, room, from));
    sender.or_else(|| own_by_id(rooms, room, message))
}

pub(super) fn apply_live(rooms: &Rc<Rooms>, room: &BareJid, arrived: &Arrived) -> XmppResult<()> {
    let message = &arrived.message;
    if muc::is_room_change(message) {
        config::refresh(rooms, room);
    }
    if recall::is_tombstone(message) {
        // Only archives have them. Said now, it is nothing.
        return Ok(());
    }
    let server_id = ids::stanza_id(message, room).unwrap_or_default();
    let is_archived = !server_id.is_empty()
        && !arrived.is_delayed
        && message.from.as_ref().is_some_and(|from| from.resource().is_some());
    if subject::on_subject(rooms, room, message, arrived.sender.as_ref(), is_archived)? && !is_archived {
        return Ok(());
    }
    let found = Found {
        time: arrived.time,
        server_id,
        older: false,
        is_ahead: rooms.is_behind(room),
        is_late: false,
    };
    if found.is_ahead && !found.server_id.is_empty() && arrived.is_delayed {
        // The server kept it while there was no connection: it may lie before what came ahead. The archive brings it in its
        // place.
        return Ok(());
    }
    // A room that had not forgotten an earlier session sends to it before it says who is there: that is known only by now.
    let sender = arrived.sender.clone().or_else(|| self::sender(rooms, room, message));
    let is_own = sender.as_ref() == Some(&rooms.session.me);
    let (online, mut changes) = take_out(read(rooms, room, message, sender, (&found, !arrived.is_delayed)));
    // One that the room has kept is of a moment that is over.
    for message in online.into_iter().filter(|_| !arrived.is_delayed) {
        rooms.session.sink.online_message(message)?;
    }
    if is_whole(rooms, room) {
        changes.extend(whole_after(&changes, whole(room)));
    }
    let positions = rooms.with(room, |state| match state.position.as_mut() {
        // Only a message that the archive knows is one to go on from.
        // While it is behind, the position stays where what was not read yet begins.
        Some(position) if !found.server_id.is_empty() && !found.is_ahead => {
            position.advance(&found.server_id, found.time);
            position.stored(room.as_str())
        }
        _ => Vec::new(),
    });
    rooms.session.apply_at(true, changes, positions.unwrap_or_default())?;
    // Only after it is stored: until then the outbox keeps the message. And only ours: others may use its id.
    if let Some(id) = message.id.as_ref().filter(|_| is_own) {
        rooms.end_sending(room, &id.0, Ok(()));
    }
    Ok(())
}

/// Whether all of a room's history was read that is for the account.
pub(super) fn is_whole(rooms: &Rooms, room: &BareJid) -> bool {
    let is_whole = rooms.with(room, |state| {
        let position = state.position.as_ref();
        !state.is_behind && position.is_some_and(|position| position.is_complete)
    });
    is_whole == Some(true)
}

/// It was.
pub(super) fn whole(room: &BareJid) -> Change {
    Change::HistoryWhole {
        group_id: Some(address::group_id(room)),
    }
}

pub(super) fn read_entry(rooms: &Rc<Rooms>, room: &BareJid, entry: &Entry, found: &Found) -> Vec<Change> {
    // The archive holds what the room sent.
    if entry.message.from.as_ref().map(Jid::to_bare).as_ref() != Some(room) {
        return Vec::new();
    }
    let sender = sender_of(rooms, room, &entry.message);
    take_out(read(rooms, room, &entry.message, sender, (found, false))).1
}

/// Who has sent a message of a room's archive; `None` where the room hides it.
pub(super) fn sender_of(rooms: &Rooms, room: &BareJid, message: &Message) -> Option<BareJid> {
    let named = muc::archived_sender(message).or_else(|| own_by_id(rooms, room, message));
    named.or_else(|| own_of(rooms, message))
}

/// The changes that a message of a room makes, which is said just now or was before. `sender` is `None` where the room hides it.
fn read(
    rooms: &Rc<Rooms>,
    room: &BareJid,
    message: &Message,
    sender: Option<BareJid>,
    (found, is_now): (&Found, bool),
) -> Vec<Change> {
    let conversation = address::group(room);
    let nick = message.from.as_ref().and_then(Jid::resource);
    let author = || match &sender {
        Some(sender) => address::user_id(sender),
        None => hidden_sender(rooms, room, message),
    };
    let is_self = sender.as_ref() == Some(&rooms.session.me);
    let completed = rooms.archive.announced.completed(message);
    let message = completed.as_ref().unwrap_or(message);
    let mut body = match chat::read(message, Some(room)) {
        ChatEvent::Said(mut body) => {
            if let Elem::GroupTips(tips) = &mut body.elem {
                let profile = profile(rooms, message, sender.as_ref());
                **tips = match said_tips::believed(rooms, room, std::mem::take(tips), &author(), profile) {
                    Some(tips) => tips,
                    None => return Vec::new(),
                };
                // Whoever has left has no part in that any more, on none of their devices.
                if is_self && tips.r#type == GroupTipsType::Quit as i64 {
                    return Vec::new();
                }
                said_tips::count_as_nothing(&mut body);
            }
            name_mentioned(rooms, room, message, is_self, &mut body);
            body
        }
        // What has happened has.
        ChatEvent::Edited(edit) if matches!(edit.body.elem, Elem::GroupTips(_)) => return Vec::new(),
        ChatEvent::Edited(mut edit) => {
            name_mentioned(rooms, room, message, is_self, &mut edit.body);
            match certain_sender(rooms, room, message, sender.as_ref()) {
                Some(author) => {
                    let profile = profile(rooms, message, sender.as_ref());
                    return vec![edited(conversation, *edit, author, (message, found), profile)];
                }
                // Where it is not certain whose message it is, it is shown beside that. It is no more news than what it
                // corrects, which may be any message.
                None => Box::new(MessageBody {
                    is_excluded_from_unread_count: true,
                    is_excluded_from_last_message: true,
                    ..edit.body
                }),
            }
        }
        ChatEvent::Reacted(reactions) => {
            // Where it is not certain who reacts, anybody could take back what another has done.
            let by = certain_sender(rooms, room, message, sender.as_ref());
            let profile = profile(rooms, message, sender.as_ref());
            let reactions = (IdKind::Server, reactions);
            return by
                .map(|by| reacted(conversation, reactions, by, profile, found))
                .into_iter()
                .collect();
        }
        ChatEvent::Recalled(recall) => {
            let by = certain_sender(rooms, room, message, sender.as_ref());
            // Only the room itself recalls what others said.
            let may_recall = by.is_some() || (nick.is_none() && recall.by_room);
            return may_recall
                .then(|| {
                    let recaller = by.clone().or_else(|| recaller(rooms, room, &recall.moderator, is_now));
                    revoked(conversation, recall, by, recaller)
                })
                .into_iter()
                .collect();
        }
        ChatEvent::Confirmed(ids) => return read_by(rooms, &conversation, ids, sender.as_ref(), found, false),
        ChatEvent::Displayed(id) => return read_by(rooms, &conversation, vec![id], sender.as_ref(), found, true),
        ChatEvent::Received(_) | ChatEvent::Left(_) | ChatEvent::Nothing => match muc::subject(message) {
            Some(subject) => Box::new(subject::body(
                room,
                &subject,
                author(),
                profile(rooms, message, sender.as_ref()),
            )),
            None => return Vec::new(),
        },
    };
    if nick.is_none() {
        return Vec::new();
    }
    if let (Some(sender), Some(nick)) = (&sender, nick) {
        body.name_card = cards::card(nick.as_str(), sender);
    }
    let revoked = recall::tombstone(message).map(|Tombstone { is_moderated, reason }| RecallInfo {
        by: match is_moderated {
            true => None,
            false => certain_sender(rooms, room, message, sender.as_ref()),
        },
        reason,
    });
    let (origin_id, is_unique) = ids::origin_id(message);
    // Ours needs neither: a room may leave out what it does not know.
    let is_named = is_self || (is_unique && content::is_named_by_sender(message));
    let (nick_name, face_url) = profile(rooms, message, sender.as_ref());
    let own_id = own_id(&origin_id, &found.server_id, room.as_str());
    vec![Change::UnnumberedMessage(Box::new(UnnumberedMessage {
        message: Said {
            msg_id: msg_id(is_named, &origin_id, &own_id),
            conversation,
            sender: author(),
            nick_name,
            face_url,
            seq: 0,
            time: found.time,
            revoked,
            body: *body,
        },
        own_id,
        server_id: found.server_id.clone(),
        origin_id,
        // A promise counts only where it is known who gives it.
        is_origin_unique: is_unique && sender.is_some(),
        older: found.older,
        is_ahead: found.is_ahead,
        is_late: found.is_late,
    }))]
}

/// The name and picture of somebody who has sent a message.
fn profile(rooms: &Rooms, message: &Message, sender: Option<&BareJid>) -> (String, String) {
    let (mut nick_name, face_url) = match sender {
        Some(sender) => rooms.profiles.of_sender(message, sender),
        None => content::sender_profile(message),
    };
    if nick_name.is_empty()
        && let Some(nick) = message.from.as_ref().and_then(Jid::resource)
    {
        // Better than an address.
        nick_name = address::nick(nick);
    }
    (nick_name, face_url)
}

/// Who has sent a message, if nobody else can ever have the same name: `None` where the room says no more than that.
fn certain_sender(rooms: &Rooms, room: &BareJid, message: &Message, sender: Option<&BareJid>) -> Option<UserId> {
    if let Some(sender) = sender {
        return Some(address::user_id(sender));
    }
    let from = message.from.as_ref()?;
    from.resource()?;
    // A name may be somebody else's by now, an id of the room's never.
    let by = hidden_sender(rooms, room, message);
    (from.to_string() != by.as_str()).then_some(by)
}

/// Somebody has read messages, which the room's archive names. Only of a member who is known by the own address: others
/// could not be told from each other.
fn read_by(
    rooms: &Rooms,
    conversation: &ConversationId,
    ids: Vec<String>,
    reader: Option<&BareJid>,
    found: &Found,
    reaches_back: bool,
) -> Vec<Change> {
    let Some(reader) = reader.filter(|reader| **reader != rooms.session.me) else {
        return Vec::new();
    };
    let receipt = |id| Change::ReadReceipt {
        conversation: conversation.clone(),
        message: Target::Id(MessageId {
            kind: IdKind::Server,
            id,
            sender: None,
            not_after: None,
        }),
        reader: address::user_id(reader),
        time: found.time,
        reaches_back,
    };
    ids.into_iter().map(receipt).collect()
}

fn revoked(conversation: ConversationId, recall: Recall, sender: Option<UserId>, by: Option<UserId>) -> Change {
    Change::Revoked {
        conversation,
        message: Target::Id(MessageId {
            kind: recall.kind,
            id: recall.id,
            not_after: None,
            sender,
        }),
        recall: RecallInfo {
            by,
            reason: recall.reason,
        },
    }
}

#[cfg(test)]
mod tests;
