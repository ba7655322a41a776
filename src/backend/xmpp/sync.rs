//! The sync of a new session: settings first, because messages are judged by them; then the newest messages; then what
//! every other conversation needs to be shown; then the depths of the archives.

use super::archive::{Page, Part, parse_stamp, stamp};
use super::bookmarks::Bookmark;
use super::membership::Since;
use super::names::{ACCOUNT, SETTINGS};
use super::own_archive::End;
use super::pep::Access;
use super::room_messages::{PAGE, is_gone};
use super::session::{Abilities, Session};
use super::wire;
use super::xml::element;
use crate::backend::LinkState;
use crate::model::{Change, ConversationId, Error, Inbound, Micros, Result, Status, UserId};
use futures::stream;
use futures::{StreamExt, TryStreamExt};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::str::FromStr;
use xmpp_parsers::disco::{DiscoInfoQuery, DiscoInfoResult, DiscoItemsQuery, DiscoItemsResult};
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::ns;
use xmpp_parsers::presence::Presence;

/// What binds an account's cache to this kind of server.
const CURSOR: &str = "xmpp:1";
/// How many questions about single conversations are under way at once.
const AT_ONCE: usize = 8;
/// How much of one conversation is read to find where it was read last.
const EXTRACT: usize = 30;
const MAX_EXTRACTS: usize = 10;

impl Session {
    /// Brings the account up to date, tells what that changed, and sends what waits.
    pub(super) async fn run(self: Rc<Self>) {
        self.sink.report(LinkState::SyncStarted);
        match self.sync().await {
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
        self.check_owner()?;
        self.discover().await?;
        self.iq_set(None, xmpp_parsers::carbons::Enable)
            .await
            .or_else(tolerated)?;
        let since = self.in_use_since().await?;
        self.bind(since)?;
        self.announce();
        let contacts = self.load_roster().await?;
        let bookmarks = self.load_bookmarks().await?;
        // Rooms are told from people before anything is read about them.
        let is_first = self.own.position().is_none();
        self.load_settings().await?;
        let reads = self.load_reads_in(&bookmarks).await?;
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
        self.learn_profiles(&contacts).await;
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

    /// An account's cache that belongs to another kind of server is not touched.
    fn check_owner(&self) -> Result<()> {
        match self.sink.cursor()? {
            Some(cursor) if cursor != CURSOR => Err(Error::invalid(format!(
                "the account's cache belongs to another backend: its cursor is {}",
                crate::model::id::quoted(&cursor)
            ))),
            _ => Ok(()),
        }
    }

    /// Since when the account has been in use, as its first device has noted.
    async fn in_use_since(&self) -> Result<Micros> {
        let noted = self.items(None, ACCOUNT).await?.into_iter().find_map(|item| {
            let account = item.payload.filter(|payload| payload.is("account", ACCOUNT))?;
            parse_stamp(account.attr("since")?)
        });
        if let Some(noted) = noted {
            return Ok(noted);
        }
        // Some archives know whole seconds only: what was sent in this one is after it.
        let now = super::session::now();
        let since = Micros(now.0 - now.0.rem_euclid(1_000_000) - 1);
        let account = element("account", ACCOUNT, &[("since", &stamp(since))], Vec::new());
        match self.publish(ACCOUNT, "current", account, Access::Private).await {
            Err(error) if matches!(error.status, Status::Disconnected | Status::Timeout) => Err(error),
            // A server that cannot keep it has every device count for itself.
            _ => Ok(since),
        }
    }

    fn bind(&self, since: Micros) -> Result<()> {
        let batch = Inbound {
            cursor: Some(CURSOR.to_owned()),
            in_use_since: Some(since),
            ..Inbound::default()
        };
        self.sink.apply(batch).inspect_err(|error| self.fail(error))
    }

    /// What the server can do.
    async fn discover(&self) -> Result<()> {
        let query = || DiscoInfoQuery { node: None };
        let info = self.iq_get(Some(Jid::from(self.me.clone())), query()).await;
        let features = match info {
            Ok(info) => info.and_then(|info| DiscoInfoResult::try_from(info).ok()),
            Err(error) if error.status == Status::Disconnected => return Err(error),
            Err(_) => None,
        };
        let mut abilities = Abilities {
            has_archive: features.is_some_and(|info| info.features.contains(ns::MAM)),
            room_service: None,
        };
        let items = DiscoItemsQuery { node: None, rsm: None };
        let items = self.iq_get(Some(Jid::from(self.domain())), items).await;
        let items = items
            .ok()
            .flatten()
            .and_then(|items| DiscoItemsResult::try_from(items).ok());
        for item in items.into_iter().flat_map(|items| items.items) {
            let Ok(Some(info)) = self.iq_get(Some(item.jid.clone()), query()).await else {
                continue;
            };
            if DiscoInfoResult::try_from(info).is_ok_and(|info| is_room_service(&info)) {
                abilities.room_service = Some(item.jid.to_bare());
                break;
            }
        }
        *self.abilities.borrow_mut() = abilities;
        Ok(())
    }

    /// From here on messages are sent to this device.
    fn announce(&self) {
        let mut presence = Presence::available();
        presence.payloads.extend(super::caps::caps());
        self.send(presence);
    }

    /// Bookmarked rooms are known as rooms while read positions are read.
    async fn load_reads_in(&self, bookmarks: &[Bookmark]) -> Result<HashMap<ConversationId, String>> {
        let rooms = bookmarks.iter().map(|bookmark| bookmark.room.clone());
        self.known_rooms.borrow_mut().extend(rooms);
        self.load_reads().await
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
                    Err(error) => log::warn!("a room could not be entered: {error}"),
                }
            })
            .await;
        // Those that the account remembers and no device has a bookmark of: another one has left them.
        let joined = session.sink.joined_groups().unwrap_or_default();
        for group in joined {
            if let Ok(room) = BareJid::from_str(group.group_id.as_str())
                && !session.rooms.contains(&room)
                && !session.known_rooms.borrow().contains(&room)
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
                    match self.deepen_room(&bookmark.room, bookmark.joined).await {
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

fn is_room_service(info: &DiscoInfoResult) -> bool {
    let is_conference = info
        .identities
        .iter()
        .any(|identity| identity.category == "conference" && identity.type_ == "text");
    is_conference && info.features.contains(ns::MUC)
}

/// What a server does not offer, the sync does without.
fn tolerated(error: Error) -> Result<Option<xmpp_parsers::minidom::Element>> {
    match error.status {
        Status::Disconnected | Status::Timeout => Err(error),
        _ => Ok(None),
    }
}
