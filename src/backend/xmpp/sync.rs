//! The sync of a new session: settings first, because messages are judged by them; then the newest messages; then what
//! every other conversation needs to be shown; then backfill of older history.

use super::address;
use super::error::{XmppError, XmppResult};
use super::features::account;
use super::features::account_archive::catch_up;
use super::features::all::Features;
use super::features::rooms::catch_up::{self as room_catch_up, Since};
use super::features::rooms::{follow, invitations, join};
use super::features::settings::Seen;
use super::outbox::state::Outbox;
use super::session::Stage;
use super::stanza::bookmark::Bookmark;
use crate::backend::LinkState;
use crate::model::{Change, ConversationId};
use futures::{StreamExt, TryStreamExt, future, stream};
use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;
use xmpp_parsers::jid::BareJid;

/// How many rooms are entered or read at once: many, because each waits for answers most of the time.
const AT_ONCE: usize = 64;
/// How many friends are asked for their profiles at a later login. Those who write are asked anyway, and many tell by
/// themselves.
const ASKED_AGAIN: usize = 100;

/// The sync of a session.
pub(crate) struct AccountSync {
    features: Rc<Features>,
    outbox: Rc<Outbox>,
    /// Conversations whose history is being fetched because somebody reads it.
    wanted: RefCell<HashSet<ConversationId>>,
}

impl AccountSync {
    pub(crate) fn new(features: &Rc<Features>, outbox: &Rc<Outbox>) -> Rc<Self> {
        Rc::new(Self {
            features: Rc::clone(features),
            outbox: Rc::clone(outbox),
            wanted: RefCell::default(),
        })
    }

    /// Brings the account up to date, tells what that changed, and sends what waits.
    pub(crate) async fn run(self: Rc<Self>) {
        let session = &self.features.session;
        if let Err(error) = account::check_owner(session) {
            return session.refuse(&error);
        }
        self.outbox.open();
        session.sink.report(LinkState::SyncStarted);
        let outcome = self.sync().await;
        match outcome {
            // The next session has a sync of its own, which must not be reported as finished.
            _ if session.is_over() => log::debug!("a sync was interrupted"),
            Ok(()) => session.sink.report(LinkState::SyncFinished),
            Err(error) => {
                log::warn!("a sync failed: {error}");
                session.sink.report(LinkState::SyncFailed(error.clone().into()));
                // The next connection goes on where this one was.
                session.fail(&error);
            }
        }
    }

    async fn sync(&self) -> XmppResult<()> {
        let features = &*self.features;
        let session = &features.session;
        let is_first = features.account_archive.position().is_none();
        let ((), (contacts, bookmarks)) = future::try_join(come_online(features), self.begin(is_first)).await?;
        close_room_gaps(features, &bookmarks).await?;
        // Not while there are gaps: a place may be that of a message in one.
        features.settings.apply_places()?;
        let me = features.profiles.fetch(&session.me).await?;
        session.apply(true, vec![Change::Profile(me)])?;
        if features.discovery.has_archive() {
            backfill(features, &bookmarks).await?;
            features.account_archive.apply_late()?;
        }
        let asked = if is_first {
            contacts.len()
        } else {
            contacts.len().min(ASKED_AGAIN)
        };
        features
            .profiles
            .fetch_profiles(contacts.get(..asked).unwrap_or_default())
            .await;
        recheck_nodes(features, &bookmarks).await?;
        // By now the server has answered what was asked after the device came online: it has told all requests before.
        features.applications.settle()?;
        invitations::resume(&features.rooms)?;
        features.settings.settle()
    }

    /// Brings the newest messages. Says who the contacts are, and which bookmarks there are.
    async fn begin(&self, is_first: bool) -> XmppResult<(Vec<BareJid>, Vec<Bookmark>)> {
        let features = &*self.features;
        let session = &features.session;
        let bookmarked = async {
            let bookmarks = features.bookmarks.load().await?;
            session.has_reached(Stage::Bookmarked);
            Ok(bookmarks)
        };
        let settings = async {
            let items = future::try_join(account::in_use_since(session, &features.pep), features.settings.items());
            let (since, items) = items.await?;
            account::bind(session, since)?;
            features.settings.load(&items)
        };
        // What does not depend on each other is asked at once: on a slow network it is the round trips that take long.
        let loaded = future::try_join4(settings, features.roster.load(), bookmarked, features.reads.items());
        let ((), contacts, mut bookmarks, reads) = loaded.await?;
        // The settings say which memberships have ended, and may have come after the bookmarks.
        features.bookmarks.retain_members(&mut bookmarks);
        features.mirror.read_all(Seen::BeforeMessages)?;
        follow::show_left(&features.rooms, features.settings.left_groups());
        let own = async {
            // Not before that and the bookmarks are known: a read position names an address, be it a room's or a user's.
            session.reach(Stage::Discovered).await?;
            let reads = features.reads.load(&reads)?;
            catch_up::catch_up(&features.account_archive).await?;
            catch_up::close_gap(&features.account_archive).await?;
            self.outbox.allow();
            if is_first {
                catch_up::fetch_last_messages(&features.account_archive, &contacts, &reads).await?;
            }
            Ok::<_, XmppError>(())
        };
        // No room holds up the account's own messages, however long it takes to answer.
        let ((), own) = future::join(join_rooms(features, &bookmarks), own).await;
        own?;
        Ok((contacts, bookmarks))
    }

    /// The connection was resumed. What was on its way may arrive in another order than it was sent, so it waits for what
    /// the archives say.
    pub(crate) fn resumed(&self) {
        let features = &self.features;
        // Nothing else knows the order, so what arrives is taken as it comes.
        if !features.discovery.has_archive() {
            return;
        }
        let session = &features.session;
        if features.account_archive.hold.restart() {
            let (own, outbox) = (Rc::clone(&features.account_archive), Rc::clone(&self.outbox));
            // A message that the server has by now gets its place after those that the archive brings.
            outbox.open();
            session.spawn(async move {
                let caught_up = async {
                    catch_up::catch_up(&own).await?;
                    catch_up::close_gap(&own).await?;
                    own.apply_late()
                };
                caught_up.await.inspect_err(|error| own.session.fail(error))?;
                outbox.allow();
                Ok(())
            });
        }
        for room in features.rooms.hold_again() {
            let rooms = Rc::clone(&features.rooms);
            session.spawn(async move {
                room_catch_up::catch_up(&rooms, &room, Since::Known).await?;
                room_catch_up::close_gap(&rooms, &room).await
            });
        }
    }

    /// Somebody reads a conversation to the end of what is stored: the next older part is fetched, in the background.
    pub(crate) fn fetch_history(self: &Rc<Self>, conversation: ConversationId) {
        if !self.wanted.borrow_mut().insert(conversation.clone()) {
            return;
        }
        let sync = Rc::clone(self);
        self.features.session.spawn(async move {
            let features = &sync.features;
            let fetched = match (conversation.group_id(), address::jid_of_conversation(&conversation)) {
                (_, None) => Ok(()),
                (Some(_), Some(room)) => room_catch_up::backfill(&features.rooms, &room).await.map(drop),
                (None, Some(_)) => catch_up::backfill_conversation(&features.account_archive, &conversation).await,
            };
            sync.wanted.borrow_mut().remove(&conversation);
            fetched
        });
    }
}

/// Asks what the server can do, and comes online. Both before anything is read from the account's archive: what arrives meanwhile
/// is held, so nothing falls between the two, and with carbons also what other devices send.
async fn come_online(features: &Features) -> XmppResult<()> {
    future::try_join(features.discovery.discover(), enable_carbons(features)).await?;
    features.discovery.announce();
    features.session.has_reached(Stage::Discovered);
    Ok(())
}

/// Carbons (XEP-0280). The sync goes on without them on a server that does not offer them.
async fn enable_carbons(features: &Features) -> XmppResult<()> {
    match features.session.set(None, xmpp_parsers::carbons::Enable).await {
        Err(error) if error.is_transient() => Err(error),
        _ => Ok(()),
    }
}

/// Enters the rooms, several at a time.
async fn join_rooms(features: &Features, bookmarks: &[Bookmark]) {
    let rooms = &features.rooms;
    stream::iter(bookmarks)
        .for_each_concurrent(AT_ONCE, |bookmark| join::join_known(rooms, &bookmark.room))
        .await;
    // Those that the account remembers and no device has a bookmark of: another one has left them.
    let joined = match features.bookmarks.are_all_known() {
        true => features.session.sink.joined_groups().unwrap_or_default(),
        false => Vec::new(),
    };
    for group in joined {
        if let Some(room) = address::parse(group.group_id.as_str())
            && !rooms.contains(&room)
            && !features.bookmarks.is_member(&room)
            && !features.session.is_over()
        {
            join::forget_membership(rooms, &room, None);
        }
    }
}

/// What was missed in each room before its newest messages.
async fn close_room_gaps(features: &Features, bookmarks: &[Bookmark]) -> XmppResult<()> {
    stream::iter(bookmarks)
        .map(Ok)
        .try_for_each_concurrent(AT_ONCE, |bookmark| async move {
            let closed = room_catch_up::close_gap(&features.rooms, &bookmark.room).await;
            unless_lost(closed.map(|()| false), &bookmark.room).map(drop)
        })
        .await
}

/// Everything that is left, a page at a time from each archive, until there is nothing older.
async fn backfill(features: &Features, bookmarks: &[Bookmark]) -> XmppResult<()> {
    let own = async {
        while catch_up::backfill(&features.account_archive).await? {}
        Ok::<_, XmppError>(())
    };
    let rooms = stream::iter(bookmarks)
        .map(Ok)
        .try_for_each_concurrent(AT_ONCE, |bookmark| async move {
            let room = &bookmark.room;
            while unless_lost(room_catch_up::backfill(&features.rooms, room).await, room)? {}
            Ok(())
        });
    // Not `try_join`, which would cut one of them short when the other fails.
    let (own, rooms) = future::join(own, rooms).await;
    own.and(rooms)
}

/// One room that fails leaves the others alone; the next sync goes on where this one stopped.
fn unless_lost(read: XmppResult<bool>, room: &BareJid) -> XmppResult<bool> {
    match read {
        Err(error) if !error.is_lost() => {
            log::info!("the archive of the room {room} could not be read further: {error}");
            Ok(false)
        }
        read => read,
    }
}

/// Reads again what other devices may have changed after it was read, and before the server had learned that this one wants
/// to be told.
async fn recheck_nodes(features: &Features, known: &[Bookmark]) -> XmppResult<()> {
    let items = features.settings.items().await?;
    let left = features.settings.on_published(&items);
    follow::show_left(&features.rooms, left);
    features.settings.restore(&items)?;
    let items = features.reads.items().await?;
    features.reads.on_published(&items);
    features.reads.restore(&items)?;
    let changes = features.bookmarks.changes_since(known).await?;
    follow::follow(&features.rooms, changes);
    features.mirror.read_all(Seen::AfterMessages)?;
    features.mirror.write_all().await
}
