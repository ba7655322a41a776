//! Since when the account is a member of a room that two of its devices join at the same moment. Each of them takes the end of
//! the room's archive for the beginning, and what was said between the two ends would be on one device only. All take the earlier
//! one, by the order of the archive.

use super::messages::read_entry;
use super::state::Rooms;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::features::archive::{End, PAGE, page_changes};
use crate::backend::xmpp::stanza::archive::Part;
use crate::backend::xmpp::stanza::bookmark::Bookmark;
use crate::model::{Change, Micros};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;
use xmpp_parsers::jid::BareJid;

/// How long after this device has joined a room another one may tell that it has joined it too. What comes later is of another
/// membership: the user has quit in between.
const AT_ONCE: Duration = Duration::from_secs(10);

/// This device has joined a room: from this time on its messages are for the account.
pub(crate) fn note(rooms: &Rooms, room: &BareJid, time: Micros) {
    rooms.with(room, |room| room.began = Some((Instant::now(), time)));
}

/// A bookmark says since when the account is a member of a room. Where this device has just joined it too, both agree. True when
/// they do, and the bookmark says it.
pub(crate) async fn agree(rooms: &Rc<Rooms>, room: &BareJid, theirs: &Bookmark) -> XmppResult<bool> {
    let began = rooms.with(room, |state| {
        // Once: two who do not know each other's messages would go on for ever.
        let is_other = state.began_after != theirs.after;
        let began = state.began.take_if(|_| is_other)?;
        Some((began, state.began_after.clone()))
    });
    let (Some(Some(((at, time), after))), Some(joined)) = (began, theirs.joined) else {
        return Ok(false);
    };
    if at.elapsed() > AT_ONCE {
        return Ok(false);
    }
    let is_ours = |bookmark: &Bookmark| bookmark.after == after;
    let are_earlier = match &after {
        Some(after) => read_between(rooms, room, theirs, joined, after).await?,
        None => false,
    };
    // The user may have quit meanwhile, on whichever device: nothing is to bring the membership back.
    if !rooms.contains(room) || !rooms.bookmarks.is_kept(room) {
        return Ok(true);
    }
    if are_earlier {
        rooms.with(room, |room| room.began_after.clone_from(&theirs.after));
        rooms.bookmarks.note(room, Some(joined));
        if rooms.bookmarks.of(room).as_ref().is_some_and(is_ours) {
            rooms.bookmarks.begin_at(room, joined, theirs.after.as_deref()).await?;
        }
    } else {
        rooms.bookmarks.begin_at(room, time, after.as_deref()).await?;
    }
    Ok(true)
}

/// Reads what was said after the beginning of another device, up to the end that this one has begun at. False when that beginning
/// is the later one.
async fn read_between(
    rooms: &Rc<Rooms>,
    room: &BareJid,
    theirs: &Bookmark,
    joined: Micros,
    end: &str,
) -> XmppResult<bool> {
    let part = theirs.after.clone().map_or(Part::Since(joined), Part::After);
    let mut page = match rooms.archive.page(room, None, part, PAGE).await {
        Err(XmppError::Refused { .. } | XmppError::Unreadable(_)) => return Ok(false),
        page => page?,
    };
    let Some(place) = page.entries.iter().position(|entry| entry.id == end) else {
        return Ok(false);
    };
    page.entries.truncate(place + 1);
    let mut changes = page_changes(&page.entries, End::New, |entry, found| {
        read_entry(rooms, room, entry, found)
    });
    for change in &mut changes {
        if let Change::UnnumberedMessage(message) = change {
            // What was said since may be here.
            message.is_late = true;
        }
    }
    rooms.session.apply(false, changes)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::xmpp::features::rooms::join::tests::rooms;
    use crate::backend::xmpp::features::rooms::state::Room;
    use crate::backend::xmpp::session::tests::run;
    use crate::backend::xmpp::stanza::bookmark;
    use crate::backend::xmpp::stanza::lenient;
    use crate::backend::xmpp::stanza::pubsub::Item;
    use tokio::task::{spawn_local, yield_now};
    use tokio_xmpp::Stanza;
    use xmpp_parsers::iq::Iq;
    use xmpp_parsers::minidom::Element;

    /// This device has begun after `c`; another one tells that it has begun after a message. The archive has what follows that.
    /// Gives what this device reads, and what it tells the others.
    async fn heard(theirs: &str, follows: &[&str]) -> (Vec<String>, Vec<String>) {
        let (rooms, account, mut outgoing, room) = rooms();
        let mut state = Room::entering("alice", None);
        state.began_after = Some("c".to_owned());
        let _ = state.hold.release();
        rooms.insert(&room, state);
        note(&rooms, &room, Micros(7_000_000));
        let item = |after: &str| Item {
            id: room.to_string(),
            payload: Some(bookmark::encode(None, "Team", Micros(6_000_000), Some(after))),
        };
        // Its own bookmark is on the server by now.
        rooms.bookmarks.changes(&[item("c")]);
        let theirs = bookmark::decode(&item(theirs)).unwrap();
        let agreeing = {
            let (rooms, room) = (Rc::clone(&rooms), room.clone());
            spawn_local(async move { agree(&rooms, &room, &theirs).await })
        };
        let mut told = Vec::new();
        loop {
            yield_now().await;
            let Ok(sent) = outgoing.try_recv() else {
                if agreeing.is_finished() {
                    break;
                }
                continue;
            };
            let Stanza::Iq(Iq::Set { id, payload, .. } | Iq::Get { id, payload, .. }) = sent.stanza else {
                continue;
            };
            if payload.name() != "query" {
                let sent = String::from(&payload);
                let there = sent.contains("<items").then(|| bookmark_on_server(&room));
                told.extend(there.is_none().then_some(sent));
                rooms.session.answered(None, &id, Ok(there));
                continue;
            }
            let query = payload.attr("queryid").unwrap();
            for text in follows {
                let xml = format!(
                    "<message xmlns='jabber:client' from='{room}'><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='{text}'>\
                     <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>\
                     <message xmlns='jabber:client' from='{room}/bob' type='groupchat' id='{text}'><body>{text}</body></message>\
                     </forwarded></result></message>"
                );
                let Some(Stanza::Message(result)) = lenient::stanza(xml.parse().unwrap()) else {
                    panic!("no message");
                };
                assert!(rooms.archive.take_result(result).is_none());
            }
            let end = "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'>\
                       <first>x</first><last>y</last></set></fin>";
            rooms
                .session
                .answered(Some(&room.clone().into()), &id, Ok(Some(end.parse().unwrap())));
        }
        agreeing.await.unwrap().unwrap();
        let changes = account.changes.lock().unwrap();
        let read = changes.iter().filter_map(|change| match change {
            Change::UnnumberedMessage(said) => Some(said.server_id.clone()),
            _ => None,
        });
        (read.collect(), told)
    }

    fn bookmark_on_server(room: &BareJid) -> Element {
        let conference = String::from(&bookmark::encode(None, "Team", Micros(7_000_000), Some("c")));
        let xml = format!(
            "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'>\
             <item id='{room}'>{conference}</item></items></pubsub>"
        );
        xml.parse().unwrap()
    }

    fn says(told: &[String], after: &str) -> bool {
        told.iter().any(|told| told.contains(&format!("after='{after}'")))
    }

    #[test]
    fn of_two_devices_that_join_at_once_both_begin_where_the_earlier_one_did() {
        run(async {
            let (read, told) = heard("a", &["b", "c", "d"]).await;
            assert_eq!(read, ["b", "c"], "it has what follows");
            assert!(says(&told, "a"), "{told:?}");
            let (read, told) = heard("d", &["e"]).await;
            assert!(read.is_empty());
            assert!(says(&told, "c"), "{told:?}");
            let (read, told) = heard("c", &[]).await;
            assert!(read.is_empty() && told.is_empty(), "its own");
        });
    }
}
