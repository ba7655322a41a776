//! Catching up with a room: what it said while this device was away, first the newest of it, and its older history.

use super::messages::{apply_live, is_whole, read_entry, sender_of, whole};
use super::state::Rooms;
use crate::backend::backoff::Backoff;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::features::archive::{End, PAGE, Position, is_forgotten, newer_than_stored, page_changes};
use crate::backend::xmpp::features::hold::Arrived;
use crate::backend::xmpp::stanza::archive::{Entry, Page, Part, place_in};
use crate::backend::xmpp::stanza::ids;
use crate::backend::xmpp::time::whole_second;
use crate::model::{Change, Micros};
use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message;
use xmpp_parsers::stanza_error::DefinedCondition;

/// How many of a room's newest messages are read when it is new to this device, so that the list is soon complete, however
/// many rooms there are; and how often more are read of one where none of those is to be shown. The others come later.
const FIRST_LOOK: usize = 5;
const MORE_LOOKS: usize = 2;
/// How many when more was missed than a page.
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

/// Reads what a room's archive has for the account, and then lets in what arrived meanwhile. Of much that was missed it reads
/// a part, and the newest messages: [`close_gap`] reads the rest.
pub(crate) async fn catch_up(rooms: &Rc<Rooms>, room: &BareJid, since: Since) -> XmppResult<()> {
    let mut restarts = rooms.with(room, |room| room.hold.restarts());
    let mut asked = Instant::now();
    let mut missed = read_missed(rooms, room, since).await;
    // Who has just come in knows the end of the archive as their beginning, and what is held is all that follows.
    while missed.is_ok() && since != Since::Now {
        // The connection was resumed meanwhile: what the page does not have may come in any order.
        let is_restarted = rooms.with(room, |room| room.hold.restarts()) != restarts;
        // What was queued for the connection before may come late or never.
        let unrest = rooms.session.hand_over.unrest(asked);
        if let Some(over) = unrest {
            rooms.session.unless_over(sleep_until(over)).await?;
        } else if !is_restarted {
            break;
        }
        restarts = rooms.with(room, |room| room.hold.restarts());
        asked = Instant::now();
        missed = read_missed(rooms, room, Since::Known).await;
    }
    match missed {
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
    let applied = held.iter().try_for_each(|held| apply_live(rooms, room, held));
    // The outbox may wait for that.
    rooms.has_changed();
    applied
}

async fn read_missed(rooms: &Rc<Rooms>, room: &BareJid, since: Since) -> XmppResult<()> {
    let known = position(rooms, room);
    // Who comes back goes on, but without what was said in between.
    let is_return = known.as_ref().is_some_and(|position| position.is_left);
    match (since, known) {
        (Since::Now, known) if known.is_none() || is_return => {
            let end = end_of(rooms, room).await?;
            rooms.with(room, |room| room.began_after.clone_from(&end.newest));
            let position = known.map_or(end.clone(), |known| known.moved(end.newest, Micros(end.time)));
            store_page(rooms, room, &[], End::New, position).map(drop)
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
    let (mut position, mut part, mut max) = (Position::default(), Part::Newest, FIRST_LOOK);
    let mut page = rooms.archive.page(room, None, part, max).await?;
    // Where more has arrived than is on the page, some of it lies before the page, or has been said since.
    let is_overrun = !page.is_last && forget_unless_on(rooms, room, &page);
    if !is_overrun {
        page = without_arrived(rooms, room, page);
    }
    for look in 0..=MORE_LOOKS {
        cut_at_joining(rooms, room, &mut page);
        position.extend(&page);
        let has_shown = store_page(rooms, room, &page.entries, End::Old, position.clone())?;
        match position.oldest.clone().filter(|_| !has_shown && !position.is_complete) {
            Some(oldest) if look < MORE_LOOKS => (part, max) = (Part::Before(oldest), FIRST_PAGE),
            _ => break,
        }
        page = rooms.archive.page(room, None, part, max).await?;
    }
    if is_overrun {
        while let Some(position) = self::position(rooms, room)
            && !follow_page(rooms, room, position).await?
        {}
    }
    let is_partial = !position.is_complete;
    rooms.with(room, |room| room.is_partial = is_partial);
    Ok(())
}

/// Reads one part more of a room of which only the newest messages were read: what was sent in an earlier session may be in it.
pub(crate) async fn look_back(rooms: &Rc<Rooms>, room: &BareJid) -> XmppResult<()> {
    if rooms.with(room, |room| std::mem::take(&mut room.is_partial)) == Some(true) {
        backfill(rooms, room).await?;
    }
    Ok(())
}

/// What comes after a position, or as much as the list needs.
async fn follow(rooms: &Rc<Rooms>, room: &BareJid, from: Position) -> XmppResult<()> {
    if follow_page(rooms, room, from).await? {
        return Ok(());
    }
    let page = rooms.archive.page(room, None, Part::Newest, FIRST_PAGE).await?;
    // It lies before the page, in the gap.
    forget_unless_on(rooms, room, &page);
    let page = without_arrived(rooms, room, page);
    let Some(position) = position(rooms, room) else {
        return Ok(());
    };
    store_page(rooms, room, &page.entries, End::Ahead, position)?;
    rooms.with(room, |room| room.is_behind = true);
    Ok(())
}

/// Reads what was missed before the newest messages.
pub(crate) async fn close_gap(rooms: &Rc<Rooms>, room: &BareJid) -> XmppResult<()> {
    while rooms.is_behind(room) {
        let Some(position) = position(rooms, room) else {
            return Ok(());
        };
        if follow_page(rooms, room, position).await? {
            rooms.with(room, |room| room.is_behind = false);
            if is_whole(rooms, room) {
                rooms.session.apply(false, vec![whole(room)])?;
            }
        }
    }
    Ok(())
}

/// Reads and stores the page after a position. True when it is the last.
async fn follow_page(rooms: &Rc<Rooms>, room: &BareJid, mut from: Position) -> XmppResult<bool> {
    loop {
        let before = position(rooms, room).and_then(|position| position.newest);
        let since = Part::Since(Micros(from.time));
        let part = from.newest.clone().map_or_else(|| since.clone(), Part::After);
        let page = match rooms.archive.page(room, None, part, PAGE).await {
            // The room has forgotten that message: its time is still good.
            Err(error) if is_forgotten(&error) && from.newest.is_some() => {
                rooms.archive.page(room, None, since, PAGE).await?
            }
            page => page?,
        };
        let now = position(rooms, room);
        // Somebody else has read the same part meanwhile, after a connection was resumed perhaps. What was read once is not
        // taken for new again: it may have been cleared since.
        if let Some(now) = now.as_ref().filter(|now| now.newest != before) {
            from = now.clone();
            continue;
        }
        let (is_last, page) = (page.is_last, without_arrived(rooms, room, page));
        let mut position = now.map_or_else(|| from.clone(), |now| now.going_on_from(&from));
        position.follow(&page);
        store_page(rooms, room, &page.entries, End::New, position)?;
        if is_last {
            let group_id = Some(address::group_id(room));
            rooms.session.apply(false, vec![Change::CaughtUp { group_id }])?;
        }
        return Ok(is_last);
    }
}

/// How far a room's archive has been read at this moment.
fn position(rooms: &Rooms, room: &BareJid) -> Option<Position> {
    rooms.with(room, |room| room.position.clone()).flatten()
}

/// A page without what is held and follows as news. What is held gets the archive's order: a server that hands a session over
/// may have delivered it in another one.
fn without_arrived(rooms: &Rooms, room: &BareJid, page: Page) -> Page {
    let order = page.ids();
    let arrived = rooms.with(room, |state| {
        let hold = &state.hold;
        hold.sort_by_key(|held| place_in(&order, ids::stanza_id(&held.message, room)));
        hold.look(|held| ids::fresh_id(&held.message, room))
    });
    page.without(&arrived.unwrap_or_default())
}

/// Forgets what is held and not on a page, for the archive brings it in its place. True when there was something.
fn forget_unless_on(rooms: &Rooms, room: &BareJid, page: &Page) -> bool {
    let on_page = page.ids();
    let is_elsewhere = |held: &Arrived| {
        let id = ids::stanza_id(&held.message, room);
        id.is_some_and(|id| !on_page.contains(&id))
    };
    rooms
        .with(room, |room| room.hold.forget(is_elsewhere))
        .unwrap_or_default()
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
    let incomplete = |position: &Position| position.oldest.clone().filter(|_| !position.is_complete);
    let Some(oldest) = position(rooms, room).as_ref().and_then(incomplete) else {
        return Ok(false);
    };
    let mut page = rooms
        .archive
        .page(room, None, Part::Before(oldest.clone()), PAGE)
        .await?;
    cut_at_joining(rooms, room, &mut page);
    // At its new end it may have moved meanwhile. Where it has moved at the old one, somebody else has read this page.
    let Some(mut position) = position(rooms, room) else {
        return Ok(false);
    };
    if position.oldest.as_ref() != Some(&oldest) {
        return Ok(!position.is_complete);
    }
    position.extend(&page);
    store_page(rooms, room, &page.entries, End::Old, position)?;
    Ok(!page.is_last)
}

/// Hands a page to the account. True when there was a message in it that is shown.
fn store_page(rooms: &Rc<Rooms>, room: &BareJid, entries: &[Entry], end: End, position: Position) -> XmppResult<bool> {
    let mut changes = page_changes(entries, end, |entry, found| read_entry(rooms, room, entry, found));
    if end == End::Ahead {
        changes = newer_than_stored(&*rooms.session.sink, changes)?;
    }
    let has_shown = changes
        .iter()
        .any(|change| matches!(change, Change::UnnumberedMessage(_)));
    if position.is_complete && end != End::Ahead && !rooms.is_behind(room) {
        changes.push(whole(room));
    }
    rooms.session.apply_at(false, changes, position.stored(room.as_str()))?;
    for entry in entries {
        // Ours may have been shown while the connection was broken: the archive says so now.
        if let Some(id) = &entry.message.id
            && sender_of(rooms, room, &entry.message).is_some_and(|sender| sender == rooms.session.me)
        {
            rooms.end_sending(room, &id.0, Ok(()));
        }
    }
    rooms.with(room, |room| room.position = Some(position));
    Ok(has_shown)
}

/// Reads what the newest part of a room's archive has of these messages of ours.
pub(crate) async fn look_for(rooms: &Rc<Rooms>, room: &BareJid, ids: &HashSet<&str>) -> XmppResult<()> {
    let mut page = rooms.archive.page(room, None, Part::Newest, PAGE).await?;
    let is_wanted = |message: &Message| message.id.as_ref().is_some_and(|id| ids.contains(id.0.as_str()));
    // Only these: what was read once may have been cleared since.
    page.entries.retain(|entry| is_wanted(&entry.message));
    match position(rooms, room) {
        Some(position) => store_page(rooms, room, &page.entries, End::New, position).map(drop),
        None => Ok(()),
    }
}

/// Where the archive of a room ends now: what was said before is not for somebody who joins.
async fn end_of(rooms: &Rooms, room: &BareJid) -> XmppResult<Position> {
    let mut page = rooms.archive.page(room, None, Part::Newest, 1).await?;
    // What was said since this device has entered is for the account, and all its devices are to begin before it.
    let held = rooms.with(room, |state| {
        state.hold.look(|held| ids::stanza_id(&held.message, room))
    });
    if let Some(first) = held.into_iter().flatten().next() {
        page = rooms.archive.page(room, None, Part::Before(first), 1).await?;
    }
    let mut position = Position {
        is_complete: true,
        time: rooms.session.clock.now().0,
        ..Position::default()
    };
    match page.ends {
        Some((_, last)) => {
            position.newest = Some(last.clone());
            position.oldest = Some(last);
        }
        // What comes first may come in this very second, and some archives know whole seconds only.
        None => position.time = whole_second(Micros(position.time)).0,
    }
    Ok(position)
}
