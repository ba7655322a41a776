//! The messages of rooms: live ones, and those of the room's archive.

use super::config;
use super::senders::{hidden_sender, name_mentioned, own_by_id, own_of};
use super::state::Rooms;
use crate::backend::backoff::Backoff;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::features::archive::{End, Found, PAGE, Position, is_forgotten, page_changes};
use crate::backend::xmpp::stanza::archive::{Entry, Page, Part};
use crate::backend::xmpp::stanza::chat::{self, ChatEvent, Recall};
use crate::backend::xmpp::stanza::ids::{self, msg_id, own_id};
use crate::backend::xmpp::stanza::{message as content, muc};
use crate::model::{Change, ConversationId, Message as Said, MessageId, Micros, Target, UnnumberedMessage, UserId};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::sleep;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::Message;
use xmpp_parsers::stanza_error::DefinedCondition;

/// How many of a room's messages are read before the list is shown; the others come later.
const FIRST_PAGE: usize = 50;
/// How often, and after which pauses, an archive is read again that could not be read.
const ATTEMPTS: usize = 3;
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// From when on a room's messages are for the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// From now on.
    Now,
    /// From this time on.
    Time(Micros),
    /// From where they were read last, or the newest, when this device has never read them.
    Known,
}

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
    let kept = rooms.with(&room, |state| state.hold.keep(message));
    if let Some(Some(message)) = kept
        && let Err(error) = apply_live(rooms, &room, &message)
    {
        log::warn!("a message of the room {room} could not be stored: {error}");
    }
}

fn apply_live(rooms: &Rc<Rooms>, room: &BareJid, message: &Message) -> XmppResult<()> {
    if muc::is_room_change(message) {
        config::refresh(rooms, room);
    }
    let me = &rooms.session.me;
    let found = Found {
        time: ids::delay(message, me, Some(room)).unwrap_or_else(|| rooms.session.clock.now()),
        server_id: ids::stanza_id(message, room).unwrap_or_default(),
        older: false,
    };
    let nick = message.from.as_ref().and_then(Jid::resource).map(ToString::to_string);
    let sender = nick.and_then(|nick| {
        let sender = rooms.with(room, |room| {
            // Nobody else has our name while we have it, also where the room hides who people are.
            let own = (room.nick == nick).then(|| me.clone());
            let occupant = room.occupants.get(&nick);
            occupant.and_then(|occupant| occupant.jid.clone()).or(own)
        });
        sender.flatten()
    });
    let sender = sender.or_else(|| own_by_id(rooms, room, message));
    let changes = read(rooms, room, message, sender, &found);
    let positions = rooms.with(room, |state| match state.position.as_mut() {
        // Only a message that the archive knows is one to go on from.
        Some(position) if !found.server_id.is_empty() => {
            position.advance(&found.server_id, found.time);
            position.stored(room.as_str())
        }
        _ => Vec::new(),
    });
    rooms.session.apply_at(true, changes, positions.unwrap_or_default())?;
    // Only after it is stored: until then the outbox keeps the message.
    if let Some(id) = &message.id {
        rooms.end_sending(room, &id.0, Ok(()));
    }
    Ok(())
}

fn read_entry(rooms: &Rc<Rooms>, room: &BareJid, entry: &Entry, found: &Found) -> Vec<Change> {
    // The archive holds what the room sent.
    if entry.message.from.as_ref().map(Jid::to_bare).as_ref() != Some(room) {
        return Vec::new();
    }
    let sender = muc::archived_sender(&entry.message)
        .or_else(|| own_by_id(rooms, room, &entry.message))
        .or_else(|| own_of(rooms, &entry.message));
    read(rooms, room, &entry.message, sender, found)
}

/// The changes that a message of a room makes. `sender` is `None` where the room hides it.
fn read(rooms: &Rc<Rooms>, room: &BareJid, message: &Message, sender: Option<BareJid>, found: &Found) -> Vec<Change> {
    let conversation = address::group(room);
    let nick = message.from.as_ref().and_then(Jid::resource);
    let body = match chat::read(message, Some(room)) {
        ChatEvent::Said(mut body) => {
            name_mentioned(rooms, room, &mut body);
            body
        }
        ChatEvent::Recalled(recall) => {
            let by = match sender {
                Some(sender) => Some(address::user_id(&sender)),
                // A name may be somebody else's by now, an id of the room's never.
                None if nick.is_some() => {
                    let by = hidden_sender(rooms, room, message);
                    let is_name = message
                        .from
                        .as_ref()
                        .is_some_and(|from| from.to_string() == by.as_str());
                    (!is_name).then_some(by)
                }
                None => None,
            };
            // Only the room itself recalls what others said.
            let may_recall = by.is_some() || (nick.is_none() && recall.by_room);
            return may_recall
                .then(|| revoked(conversation, recall, by))
                .into_iter()
                .collect();
        }
        ChatEvent::Displayed(_) | ChatEvent::Left(_) | ChatEvent::Nothing => return Vec::new(),
    };
    let Some(nick) = nick else { return Vec::new() };
    let (origin_id, is_unique) = ids::origin_id(message);
    let is_self = sender.as_ref() == Some(&rooms.session.me);
    let (mut nick_name, face_url) = match &sender {
        Some(sender) => rooms.profiles.of_sender(message, sender),
        None => content::sender_profile(message),
    };
    if nick_name.is_empty() {
        // Better than an address.
        nick_name = address::nick(nick);
    }
    let own_id = own_id(&origin_id, &found.server_id, room.as_str());
    vec![Change::UnnumberedMessage(Box::new(UnnumberedMessage {
        message: Said {
            msg_id: msg_id(is_self || is_unique, &origin_id, &own_id),
            conversation,
            sender: match &sender {
                Some(sender) => address::user_id(sender),
                None => hidden_sender(rooms, room, message),
            },
            nick_name,
            face_url,
            seq: 0,
            time: found.time,
            revoked: false,
            body: *body,
        },
        own_id,
        server_id: found.server_id.clone(),
        origin_id,
        // A promise counts only where it is known who gives it.
        is_origin_unique: is_unique && sender.is_some(),
        older: found.older,
    }))]
}

fn revoked(conversation: ConversationId, recall: Recall, sender: Option<UserId>) -> Change {
    Change::Revoked {
        conversation,
        message: Target::Id(MessageId {
            kind: recall.kind,
            id: recall.id,
            sender,
        }),
    }
}

/// Reads what a room's archive has for the account, and then lets in what arrived meanwhile.
pub(crate) async fn catch_up(rooms: &Rc<Rooms>, room: &BareJid, since: Since) -> XmppResult<()> {
    match read_missed(rooms, room, since).await {
        Err(error) if may_pass(&error) => {
            log::info!("the archive of the room {room} is read again soon: {error}");
            let (own, room) = (Rc::clone(rooms), room.clone());
            rooms.session.spawn(async move { try_again(&own, &room, since).await });
            Ok(())
        }
        // A room without an archive has no past.
        Err(error @ (XmppError::Refused { .. } | XmppError::Unreadable(_))) => {
            log::info!("the archive of the room {room} could not be read: {error}");
            // Also after a refusal: what such a room sends must not wait for ever.
            let_in(rooms, room)
        }
        Err(error) => Err(error),
        Ok(()) => let_in(rooms, room),
    }
}

/// Whether an archive that could not be read may be read later.
fn may_pass(error: &XmppError) -> bool {
    match error {
        XmppError::Timeout(_) => true,
        XmppError::Refused { condition, .. } => matches!(
            condition,
            DefinedCondition::InternalServerError
                | DefinedCondition::RemoteServerTimeout
                | DefinedCondition::ResourceConstraint
        ),
        _ => false,
    }
}

/// Reads an archive that could not be read. Until then the room's messages wait, for their place is after what was missed.
async fn try_again(rooms: &Rc<Rooms>, room: &BareJid, since: Since) -> XmppResult<()> {
    // A room that is entered again meanwhile is another one, and is caught up with by whoever enters it.
    let Some(entry) = rooms.with(room, |room| room.entry.subscribe()) else {
        return Ok(());
    };
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    for _ in 0..ATTEMPTS {
        rooms.session.unless_over(sleep(backoff.next())).await?;
        if rooms.with(room, |room| room.entry.subscribe().same_channel(&entry)) != Some(true) {
            return Ok(());
        }
        match read_missed(rooms, room, since).await {
            Err(error) if may_pass(&error) => log::info!("the archive of the room {room} cannot be read: {error}"),
            Err(error @ (XmppError::Lost | XmppError::Account(_))) => return Err(error),
            _ => return let_in(rooms, room),
        }
    }
    // People want to see what is said now. The place in the archive stays, and the next sync goes on from there.
    rooms.with(room, |room| room.position = None);
    let_in(rooms, room)
}

fn let_in(rooms: &Rc<Rooms>, room: &BareJid) -> XmppResult<()> {
    let held = rooms.with(room, |room| room.hold.release()).unwrap_or_default();
    let applied = held.iter().try_for_each(|message| apply_live(rooms, room, message));
    // The outbox may wait for that.
    rooms.has_changed();
    applied
}

async fn read_missed(rooms: &Rc<Rooms>, room: &BareJid, since: Since) -> XmppResult<()> {
    let known = rooms.with(room, |room| room.position.clone()).flatten();
    // Who comes back goes on, but without what was said in between.
    let is_return = known.as_ref().is_some_and(|position| position.is_left);
    match (since, known) {
        (Since::Now, known) if known.is_none() || is_return => {
            let end = end_of(rooms, room).await?;
            let position = known.map_or(end.clone(), |known| known.moved(end.newest, Micros(end.time)));
            store_page(rooms, room, &[], End::New, position)
        }
        (Since::Time(time), known) if known.is_none() || is_return => {
            // Complete from the start: what was said before is not for the account.
            let position = known.unwrap_or(Position {
                is_complete: true,
                ..Position::default()
            });
            let after = rooms.bookmarks.of(room).and_then(|bookmark| bookmark.after);
            follow(rooms, room, position.moved(after, time)).await
        }
        (_, Some(position)) => {
            let position = Position {
                is_left: false,
                ..position
            };
            follow(rooms, room, position).await
        }
        (_, None) => open(rooms, room).await,
    }
}

/// The account is no member of a room any more: for its archive's position.
pub(crate) fn left(rooms: &Rooms, room: &BareJid) -> Vec<(String, String)> {
    let position = Position::load(&*rooms.session.sink, room.as_str()).ok().flatten();
    position.map_or_else(Vec::new, |position| {
        let position = Position {
            is_left: true,
            ..position
        };
        position.stored(room.as_str())
    })
}

/// The newest messages of a room that this device has never read.
async fn open(rooms: &Rc<Rooms>, room: &BareJid) -> XmppResult<()> {
    let page = rooms.archive.page(room, None, Part::Newest, FIRST_PAGE).await?;
    let mut page = page.without(&arrived(rooms, room));
    cut_at_joining(rooms, room, &mut page);
    let mut position = Position::default();
    position.extend(&page);
    store_page(rooms, room, &page.entries, End::Old, position)
}

/// Everything after a position.
async fn follow(rooms: &Rc<Rooms>, room: &BareJid, mut position: Position) -> XmppResult<()> {
    loop {
        let part = match &position.newest {
            Some(id) => Part::After(id.clone()),
            None => Part::Since(Micros(position.time)),
        };
        let page = match rooms.archive.page(room, None, part, PAGE).await {
            // The room has forgotten that message: its time is still good.
            Err(error) if is_forgotten(&error) && position.newest.is_some() => {
                position.newest = None;
                continue;
            }
            page => page?,
        };
        let (is_last, page) = (page.is_last, page.without(&arrived(rooms, room)));
        position.follow(&page);
        store_page(rooms, room, &page.entries, End::New, position.clone())?;
        if is_last {
            return Ok(());
        }
    }
}

/// The archive's ids of the messages that are held.
fn arrived(rooms: &Rooms, room: &BareJid) -> Vec<String> {
    let arrived = rooms.with(room, |state| state.hold.look(|message| ids::fresh_id(message, room)));
    arrived.unwrap_or_default()
}

/// Messages from before the account became a member are not for it, nor is anything older.
fn cut_at_joining(rooms: &Rooms, room: &BareJid, page: &mut Page) {
    let after = rooms.bookmarks.of(room).and_then(|bookmark| bookmark.after);
    // The id says it to the message. Where it is on another page, or forgotten, the time has to do.
    if !after.is_some_and(|after| page.cut_after(&after))
        && let Some(joined) = rooms.bookmarks.joined(room)
    {
        page.cut_before(joined);
    }
}

/// Reads the next older part of a room's archive. False when there is nothing older.
pub(crate) async fn backfill(rooms: &Rc<Rooms>, room: &BareJid) -> XmppResult<bool> {
    let position = rooms.with(room, |room| room.position.clone()).flatten();
    let Some((mut position, oldest)) = position.and_then(|position| {
        let oldest = position.oldest.clone().filter(|_| !position.is_complete)?;
        Some((position, oldest))
    }) else {
        return Ok(false);
    };
    let mut page = rooms.archive.page(room, None, Part::Before(oldest), PAGE).await?;
    cut_at_joining(rooms, room, &mut page);
    position.extend(&page);
    store_page(rooms, room, &page.entries, End::Old, position)?;
    Ok(!page.is_last)
}

fn store_page(rooms: &Rc<Rooms>, room: &BareJid, entries: &[Entry], end: End, position: Position) -> XmppResult<()> {
    let changes = page_changes(entries, end, |entry, found| read_entry(rooms, room, entry, found));
    rooms.session.apply_at(false, changes, position.stored(room.as_str()))?;
    for entry in entries {
        // Ours may have been shown while the connection was broken: the archive says so now.
        if let Some(id) = &entry.message.id {
            rooms.end_sending(room, &id.0, Ok(()));
        }
    }
    rooms.with(room, |room| room.position = Some(position));
    Ok(())
}

/// Where the archive of a room ends now: what was said before is not for somebody who joins.
async fn end_of(rooms: &Rooms, room: &BareJid) -> XmppResult<Position> {
    let page = rooms.archive.page(room, None, Part::Newest, 1).await?;
    let mut position = Position {
        is_complete: true,
        time: rooms.session.clock.now().0,
        ..Position::default()
    };
    if let Some((_, last)) = page.ends {
        position.newest = Some(last.clone());
        position.oldest = Some(last);
    }
    Ok(position)
}
