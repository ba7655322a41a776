//! Reading the account's archive: what is new, what the list needs first, and the past.

use super::calm::{disturbed, settle};
use super::messages::AccountArchive;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::XmppResult;
use crate::backend::xmpp::features::archive::{End, PAGE, is_forgotten};
use crate::backend::xmpp::features::rooms::invitations;
use crate::backend::xmpp::stanza::archive::{Page, Part, place_in};
use crate::backend::xmpp::stanza::ids;
use crate::model::{ConversationId, Micros};
use futures::{StreamExt, stream};
use std::collections::{HashMap, HashSet};
use tokio::time::{Instant, sleep_until};
use xmpp_parsers::jid::{BareJid, Jid};

/// How many questions about single conversations are under way at once.
const AT_ONCE: usize = 8;
/// How many conversations are looked at when much was missed: more than a screen shows, since some that were quiet before
/// come up. And how many at once.
const LOOKED_AT: usize = 300;
const LOOKED_AT_ONCE: usize = 64;
/// How many messages of one conversation are read at once to find where it was read last, and how often.
const PAGE_OF_CONVERSATION: usize = 30;
const MAX_PAGES: usize = 10;

/// Reads the newest page at first, later what was missed; of much that was missed only a part, and then the newest messages,
/// so that the list is right after a few questions: [`close_gap`] reads the rest. Then what arrived meanwhile is stored.
pub(crate) async fn catch_up(own: &AccountArchive) -> XmppResult<()> {
    let mut read = HashSet::new();
    let mut order = Vec::new();
    if own.discovery.has_archive() {
        let mut asked = Instant::now();
        if own.position().is_some() {
            if !follow(own, &mut read).await?.is_end() {
                let now = Instant::now();
                let mut page = own.archive.page(&own.session.me, None, Part::Newest, PAGE).await?;
                settle(&own.session, &mut page, now);
                // It lies before the page, in the gap.
                forget_unless_on(own, &page);
                own.apply_page(&page, End::Ahead)?;
                let shown = conversations(own, &page);
                read.extend(page.entries.into_iter().map(|entry| entry.id));
                look_at_others(own, &shown).await?;
            }
        } else {
            let page = own.archive.page(&own.session.me, None, Part::Newest, PAGE).await?;
            invitations::on_page(&own.rooms, &page);
            order = page.ids();
            if page.is_last || !forget_unless_on(own, &page) {
                // A page at the old end is told as history. What has arrived meanwhile is news, and follows below.
                own.apply_page(&page.without(&arrived(own)), End::Old)?;
            } else {
                // Some of it lies before the page, or has been said since: the archive brings both in their places.
                read.extend(order.iter().cloned());
                own.apply_page(&page, End::Old)?;
                while !follow(own, &mut read).await?.is_end() {}
            }
        }
        while let Some(over) = disturbed(&own.session, asked) {
            own.session.unless_over(sleep_until(over)).await?;
            asked = Instant::now();
            while !own.is_behind() && !follow(own, &mut read).await?.is_end() {}
        }
    }
    let mut held = own.hold.release();
    // Servers are late with some: the archive knows the order.
    held.sort_by_key(|held| place_in(&order, ids::stanza_id(&held.message, &own.session.me)));
    // What the pages have brought already is not told a second time as new.
    held.iter()
        .filter(|held| ids::stanza_id(&held.message, &own.session.me).is_none_or(|id| !read.contains(&id)))
        .try_for_each(|held| own.apply_live(held))
}

/// Reads what was missed before the newest messages.
pub(crate) async fn close_gap(own: &AccountArchive) -> XmppResult<()> {
    while own.is_behind() {
        let asked = Instant::now();
        if follow(own, &mut HashSet::new()).await? == Followed::ToUnrest
            && let Some(over) = disturbed(&own.session, asked)
        {
            own.session.unless_over(sleep_until(over)).await?;
        }
    }
    Ok(())
}

/// How far a page went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Followed {
    /// There is more.
    NotToEnd,
    ToEnd,
    /// There may be more, which cannot be believed yet.
    ToUnrest,
}

impl Followed {
    fn is_end(self) -> bool {
        self != Self::NotToEnd
    }
}

/// Reads and stores the page after the position, as far as it can be believed. `read` has the ids of what was read.
async fn follow(own: &AccountArchive, read: &mut HashSet<String>) -> XmppResult<Followed> {
    loop {
        let position = own.position().unwrap_or_default();
        let since = Part::Since(Micros(position.time));
        let asked = Instant::now();
        let mut page = match own.archive.page(&own.session.me, None, position.next(), PAGE).await {
            // The archive has forgotten that message: its time is still good.
            Err(error) if is_forgotten(&error) => own.archive.page(&own.session.me, None, since, PAGE).await?,
            page => page?,
        };
        // Somebody else has read the same part meanwhile, after a connection was resumed perhaps. What was read once is not
        // taken for new again: it may have been cleared since.
        if own.position().unwrap_or_default().newest != position.newest {
            continue;
        }
        let is_cut = settle(&own.session, &mut page, asked);
        position.leave_out_recent(&mut page);
        invitations::on_page(&own.rooms, &page);
        // The archive knows the order. What it kept for us may arrive after what was sent later.
        own.apply_page(&page, End::New)?;
        let is_last = page.is_last;
        read.extend(page.entries.into_iter().map(|entry| entry.id));
        return Ok(match (is_cut, is_last) {
            (true, _) => Followed::ToUnrest,
            (false, true) => Followed::ToEnd,
            (false, false) => Followed::NotToEnd,
        });
    }
}

/// The users whose messages a page has.
fn conversations(own: &AccountArchive, page: &Page) -> HashSet<BareJid> {
    let ends = page
        .entries
        .iter()
        .flat_map(|entry| [&entry.message.from, &entry.message.to]);
    let users = ends.flatten().map(Jid::to_bare);
    users.filter(|jid| *jid != own.session.me).collect()
}

/// The last messages of the conversations at the top of the list that the newest page has not shown.
async fn look_at_others(own: &AccountArchive, shown: &HashSet<BareJid>) -> XmppResult<()> {
    let listed = own.session.sink.recent_conversations(LOOKED_AT)?;
    let users = listed.iter().filter(|id| id.user_id().is_some());
    let others = users
        .filter_map(address::jid_of_conversation)
        .filter(|jid| !shown.contains(jid));
    let results = stream::iter(others)
        .map(|jid| async move {
            let page = own.archive.page(&own.session.me, Some(&jid), Part::Newest, 1).await?;
            own.apply_page_of_conversation(&page, End::Ahead)
        })
        .buffer_unordered(LOOKED_AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    results.into_iter().collect()
}

/// The archive's ids of the messages that are held.
fn arrived(own: &AccountArchive) -> Vec<String> {
    own.hold.look(|held| ids::fresh_id(&held.message, &own.session.me))
}

/// Forgets what is held and not on a page, for the archive brings it in its place. True when there was something. What the server
/// had kept is another matter: the archive may not hold it any more.
fn forget_unless_on(own: &AccountArchive, page: &Page) -> bool {
    let (me, on_page) = (&own.session.me, page.ids());
    own.hold.forget(|held| {
        let id = ids::stanza_id(&held.message, me).filter(|_| !ids::is_delayed(&held.message, me, None));
        id.is_some_and(|id| !on_page.contains(&id))
    })
}

/// The last message of every conversation that was not in the newest page, and as much as it takes to count what is unread.
/// Conversations are those with `contacts`, and those with a read position, the id of the message read last.
pub(crate) async fn fetch_last_messages(
    own: &AccountArchive,
    contacts: &[BareJid],
    reads: &HashMap<ConversationId, String>,
) -> XmppResult<()> {
    // An archive that was read to its beginning has brought every conversation.
    if own.position().is_some_and(|position| position.is_complete) {
        return Ok(());
    }
    let mut wanted: HashMap<BareJid, Option<&String>> = contacts.iter().map(|jid| (jid.clone(), None)).collect();
    for (conversation, id) in reads {
        if conversation.user_id().is_some()
            && let Some(jid) = address::jid_of_conversation(conversation)
        {
            wanted.insert(jid, Some(id));
        }
    }
    let results = stream::iter(wanted)
        .map(|(jid, read)| async move { fetch_unread(own, &jid, read).await })
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    results.into_iter().collect()
}

async fn fetch_unread(own: &AccountArchive, jid: &BareJid, read: Option<&String>) -> XmppResult<()> {
    let conversation = address::c2c(jid);
    for _ in 0..MAX_PAGES {
        let oldest = own.session.sink.oldest_stored(&conversation)?;
        let part = match (&oldest, read) {
            // Shown already, and nothing says that more would be unread.
            (Some(_), None) => return Ok(()),
            (Some(oldest), Some(read)) if oldest.server_id == *read => return Ok(()),
            // Not from the archive, which therefore cannot go on from it.
            (Some(oldest), Some(_)) if oldest.server_id.is_empty() => return Ok(()),
            (Some(oldest), Some(_)) => Part::Before(oldest.server_id.clone()),
            (None, _) => Part::Newest,
        };
        // Without a read position nothing is counted: the message that the list shows is enough.
        let max = if read.is_some() { PAGE_OF_CONVERSATION } else { 1 };
        let page = own.archive.page(&own.session.me, Some(jid), part, max).await?;
        own.apply_page_of_conversation(&page, End::Old)?;
        let is_found = read.is_some_and(|read| page.entries.iter().any(|entry| entry.id == *read));
        if page.is_last || is_found || read.is_none() {
            return Ok(());
        }
    }
    Ok(())
}

/// Reads the next older part of the archive. False when there is nothing older.
pub(crate) async fn backfill(own: &AccountArchive) -> XmppResult<bool> {
    let Some(position) = own.position().filter(|position| !position.is_complete) else {
        return Ok(false);
    };
    let part = position.oldest.clone().map_or(Part::Newest, Part::Before);
    let page = match own.archive.page(&own.session.me, None, part, PAGE).await {
        // Everything older has expired.
        Err(error) if is_forgotten(&error) => return Ok(false),
        page => page?,
    };
    // Somebody else has read this part meanwhile.
    if own.position().is_some_and(|now| now.oldest != position.oldest) {
        return Ok(true);
    }
    own.apply_page(&page, End::Old)?;
    Ok(!page.is_last)
}

/// Reads the next older part of one conversation, while the archive has not been read to the end.
pub(crate) async fn backfill_conversation(own: &AccountArchive, conversation: &ConversationId) -> XmppResult<()> {
    let Some(jid) = address::jid_of_conversation(conversation) else {
        return Ok(());
    };
    // While there is a gap, the next older part may lie in it, and that is being read.
    if own.is_behind() || own.position().is_none_or(|position| position.is_complete) {
        return Ok(());
    }
    let part = match own.session.sink.oldest_stored(conversation)? {
        Some(oldest) if oldest.server_id.is_empty() => return Ok(()),
        Some(oldest) => Part::Before(oldest.server_id),
        None => Part::Newest,
    };
    let page = own.archive.page(&own.session.me, Some(&jid), part, PAGE).await?;
    own.apply_page_of_conversation(&page, End::Old)
}
