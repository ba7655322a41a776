//! The sync of a new session: settings first, because messages are judged by them; then the newest messages; then what
//! every other conversation needs to be shown; then the depths of the archives.

use super::archive::{Page, Part};
use super::bookmarks::Bookmark;
use super::membership::Since;
use super::ns::SETTINGS;
use super::own_archive::End;
use super::room_messages::{PAGE, is_gone};
use super::session::{Session, Stage};
use super::wire;
use crate::backend::LinkState;
use crate::model::{Change, ConversationId, Error, Micros, Result, Status, UserId};
use futures::stream;
use futures::{StreamExt, TryStreamExt};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::str::FromStr;
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::ns;

/// How many questions about single conversations are under way at once.
const AT_ONCE: usize = 8;
/// How much of one conversation is read to find where it was read last.
const EXTRACT: usize = 30;
const MAX_EXTRACTS: usize = 10;
/// How many friends are asked for their names at a later login. Those who write are asked anyway, and many tell by
/// themselves.
const ASKED_AGAIN: usize = 100;

impl Session {
    /// Brings the account up to date, tells what that changed, and sends what waits.
    pub(super) async fn run(self: Rc<Self>) {
        if let Err(error) = self.check_owner() {
            return self.refuse(&error);
        }
        self.sink.report(LinkState::SyncStarted);
        self.is_syncing.set(true);
        let outcome = self.sync().await;
        self.is_syncing.set(false);
        match outcome {
            Ok(()) => self.sink.report(LinkState::SyncFinished),
            Err(error) if self.is_over() => log::debug!("a sync was cut: {error}"),
            Err(error) => {
                log::warn!("a sync broke off: {error}");
                self.sink.report(LinkState::SyncFailed(error.clone()));
                // The next connection goes on where this one was.
                self.fail(&error);
            }
        }
    }

    async fn sync(self: &Rc<Self>) -> Result<()> {
        self.discover().await?;
        self.has_reached(Stage::Discovered);
        self.iq_set(None, xmpp_parsers::carbons::Enable)
            .await
            .or_else(tolerated)?;
        let since = self.in_use_since().await?;
        self.bind(since)?;
        self.announce();
        let contacts = self.load_roster().await?;
        let bookmarks = self.load_bookmarks().await?;
        let joined = |bookmark: &Bookmark| (bookmark.room.clone(), bookmark.joined);
        self.known_rooms.borrow_mut().extend(bookmarks.iter().map(joined));
        self.has_reached(Stage::Bookmarked);
        // Rooms are told from people before anything is read about them.
        let is_first = self.own.position().is_none();
        self.load_settings().await?;
        let reads = self.load_reads().await?;
        let rooms = Rc::clone(self).enter_rooms(bookmarks.clone());
        let own = async {
            self.catch_up().await?;
            self.outbox_may_run();
            if is_first {
                self.complete_list(&contacts, &reads).await?;
            }
            Ok(())
        };
        let ((), own) = futures::future::join(rooms, own).await;
        own?;
        self.apply_pins()?;
        let me = self.fetch_profile(&self.me).await?;
        self.apply(true, vec![Change::Profile(me)])?;
        if self.abilities.borrow().has_archive {
            self.deepen(&bookmarks).await?;
        }
        let asked = if is_first {
            contacts.len()
        } else {
            contacts.len().min(ASKED_AGAIN)
        };
        self.learn_profiles(contacts.get(..asked).unwrap_or_default()).await;
        self.look_again().await
    }

    /// What other devices changed after it was read, and before the server had learned that this one wants to be told.
    async fn look_again(&self) -> Result<()> {
        self.settings_changed(&self.items(None, SETTINGS).await?);
        self.reads_changed(&self.items(None, ns::MDS).await?);
        let bookmarks = self.items(None, ns::BOOKMARKS2).await?;
        self.bookmarks_changed(bookmarks);
        Ok(())
    }

    /// The rooms, several at a time.
    async fn enter_rooms(self: Rc<Self>, bookmarks: Vec<Bookmark>) {
        let session = &self;
        stream::iter(bookmarks)
            .for_each_concurrent(AT_ONCE, |bookmark| async move {
                match session.take_part(&bookmark.room, Since::Known).await {
                    Ok(_) => {}
                    Err(error) if error.status == Status::NoPermission => {
                        // We were put out while we were away.
                        session.not_a_member(&bookmark.room);
                        session.forget_bookmark(&bookmark.room).await;
                    }
                    Err(error) => {
                        log::warn!("a room could not be entered: {error}");
                        session.come_back(&bookmark.room);
                    }
                }
            })
            .await;
        // Those that the account remembers and no device has a bookmark of: another one has left them.
        let joined = session.sink.joined_groups().unwrap_or_default();
        for group in joined {
            if let Ok(room) = BareJid::from_str(group.group_id.as_str())
                && !session.rooms.contains(&room)
                && !session.known_rooms.borrow().contains_key(&room)
                && !session.is_over()
            {
                session.not_a_member(&room);
            }
        }
    }

    /// The own archive: the newest page at first, later everything after the last message known. Then what arrived
    /// meanwhile.
    async fn catch_up(&self) -> Result<()> {
        let mut read = HashSet::new();
        if self.abilities.borrow().has_archive {
            match self.own.position() {
                Some(position) => {
                    let since = Micros(position.time);
                    let mut newest = position.newest;
                    loop {
                        let part = newest.clone().map_or(Part::Since(since), Part::After);
                        let page = match self.archive_page(&self.me, None, part, PAGE).await {
                            // The archive has forgotten that message: its time is still good.
                            Err(error) if is_gone(&error) && newest.is_some() => {
                                newest = None;
                                continue;
                            }
                            page => page?,
                        };
                        let (is_last, next) = (page.is_last, page.ends.clone());
                        self.follow_invitations(&page);
                        // The archive knows the order. What it kept for us may arrive after what was sent later.
                        self.apply_own_page(&page, End::New)?;
                        read.extend(page.entries.into_iter().map(|entry| entry.id));
                        if is_last {
                            break;
                        }
                        newest = next.map(|(_, last)| last);
                    }
                }
                None => {
                    let page = self.archive_page(&self.me, None, Part::Newest, PAGE).await?;
                    self.follow_invitations(&page);
                    self.apply_own_page(&page.without(&self.arrived()), End::Old)?;
                }
            }
        }
        let held = self.hold.release();
        held.iter()
            .filter(|message| wire::stanza_id(message, &self.me).is_none_or(|id| !read.contains(&id)))
            .try_for_each(|message| self.apply_live(message))
    }

    /// The connection was resumed. What was on its way may arrive in another order than it was sent, so it waits for what
    /// the archives say.
    pub(super) fn resumed(&self) {
        if !self.abilities.borrow().has_archive {
            return;
        }
        if self.hold.restart() {
            self.spawn(|session| async move { session.catch_up().await.inspect_err(|error| session.fail(error)) });
        }
        for room in self.rooms.hold_again() {
            self.spawn(move |session| async move { session.catch_up_room(&room, Since::Known).await });
        }
    }

    /// The archive's ids of the messages that are held.
    fn arrived(&self) -> Vec<String> {
        self.hold.look(|message| wire::fresh_id(message, &self.me))
    }

    fn follow_invitations(&self, page: &Page) {
        for entry in &page.entries {
            if self.is_invitation(&entry.message) {
                self.handle_invitation_at(&entry.message, entry.time);
            }
        }
    }

    /// Whoever was not in the newest page: the last message, and as much as it takes to count what is unread.
    async fn complete_list(&self, contacts: &[BareJid], reads: &HashMap<ConversationId, String>) -> Result<()> {
        if self.own.position().is_some_and(|position| position.is_complete) {
            return Ok(());
        }
        let mut wanted: HashMap<BareJid, Option<&String>> = contacts.iter().map(|jid| (jid.clone(), None)).collect();
        for (conversation, id) in reads {
            if let Some(user) = conversation.user_id()
                && let Ok(jid) = BareJid::from_str(user.as_str())
            {
                wanted.insert(jid, Some(id));
            }
        }
        let results = stream::iter(wanted)
            .map(|(jid, read)| async move { self.complete_conversation(&jid, read).await })
            .buffer_unordered(AT_ONCE)
            .collect::<Vec<_>>()
            .await;
        results.into_iter().collect()
    }

    async fn complete_conversation(&self, jid: &BareJid, read: Option<&String>) -> Result<()> {
        let conversation = ConversationId::c2c(&UserId::trusted(jid.as_str()));
        for _ in 0..MAX_EXTRACTS {
            let oldest = self.sink.oldest_stored(&conversation)?;
            let part = match (&oldest, read) {
                // Shown already, and nothing says that more would be unread.
                (Some(_), None) => return Ok(()),
                (Some(oldest), Some(read)) if oldest.server_id == *read => return Ok(()),
                (Some(oldest), Some(_)) if oldest.server_id.is_empty() => return Ok(()),
                (Some(oldest), Some(_)) => Part::Before(oldest.server_id.clone()),
                (None, _) => Part::Newest,
            };
            let max = if read.is_some() { EXTRACT } else { 1 };
            let page = self.archive_page(&self.me, Some(jid), part, max).await?;
            self.apply_own_extract(&page)?;
            let is_found = read.is_some_and(|read| page.entries.iter().any(|entry| entry.id == *read));
            if page.is_last || is_found || read.is_none() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Everything that is left, a page at a time from each archive, until there is nothing older.
    async fn deepen(&self, bookmarks: &[Bookmark]) -> Result<()> {
        let own = async {
            while self.deepen_own().await? {}
            Ok(())
        };
        let rooms = stream::iter(bookmarks)
            .map(Ok)
            .try_for_each_concurrent(AT_ONCE, |bookmark| async move {
                loop {
                    match self.deepen_room(&bookmark.room).await {
                        Ok(true) => {}
                        Ok(false) => return Ok(()),
                        Err(error) if matches!(error.status, Status::Disconnected) => return Err(error),
                        Err(error) => {
                            log::info!("the archive of a room cannot be read further: {error}");
                            return Ok(());
                        }
                    }
                }
            });
        let (own, rooms) = futures::future::join(own, rooms).await;
        own.and(rooms)
    }

    /// The next older part of one conversation, while its archive has not been read to the end.
    pub(super) async fn want_history(&self, conversation: &ConversationId) -> Result<()> {
        if !self.wanted.borrow_mut().insert(conversation.clone()) {
            return Ok(());
        }
        let fetched = self.fetch_history(conversation).await;
        self.wanted.borrow_mut().remove(conversation);
        fetched
    }

    async fn fetch_history(&self, conversation: &ConversationId) -> Result<()> {
        let Ok(jid) = BareJid::from_str(conversation.target()) else {
            return Ok(());
        };
        if conversation.group_id().is_some() {
            return self.deepen_room(&jid).await.map(drop);
        }
        if self.own.position().is_none_or(|position| position.is_complete) {
            return Ok(());
        }
        let part = match self.sink.oldest_stored(conversation)? {
            Some(oldest) if oldest.server_id.is_empty() => return Ok(()),
            Some(oldest) => Part::Before(oldest.server_id),
            None => Part::Newest,
        };
        let page = self.archive_page(&self.me, Some(&jid), part, PAGE).await?;
        self.apply_own_extract(&page)
    }

    async fn deepen_own(&self) -> Result<bool> {
        let Some(position) = self.own.position().filter(|position| !position.is_complete) else {
            return Ok(false);
        };
        let part = position.oldest.map_or(Part::Newest, Part::Before);
        let page = match self.archive_page(&self.me, None, part, PAGE).await {
            Ok(page) => page,
            // What was older has expired.
            Err(error) if is_gone(&error) => return Ok(false),
            Err(error) => return Err(error),
        };
        self.apply_own_page(&page, End::Old)?;
        Ok(!page.is_last)
    }

    /// Names and pictures of friends and of everybody who has written.
    async fn learn_profiles(&self, contacts: &[BareJid]) {
        for jid in contacts {
            self.meet(jid);
        }
        stream::iter(self.met.finish())
            .for_each_concurrent(AT_ONCE, |jid| async move {
                if !self.is_over() {
                    self.watch(&jid).await;
                }
            })
            .await;
    }
}

/// What a server does not offer, the sync does without.
fn tolerated(error: Error) -> Result<Option<xmpp_parsers::minidom::Element>> {
    match error.status {
        Status::Disconnected | Status::Timeout => Err(error),
        _ => Ok(None),
    }
}
