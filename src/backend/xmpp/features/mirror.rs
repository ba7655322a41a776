//! Pins and receive options of groups as the account's other clients know them: in the bookmarks of the rooms.
//!
//! What another client has changed there counts as changed when libim sees it, and is shared like an own change; what libim
//! has set is written there. What another libim has published is no reason to write at once: that one writes by itself.

use super::bookmarks::Bookmarks;
use super::settings::{Seen, Settings};
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::XmppResult;
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::bookmark_settings::{changed_by_others, lacks, show};
use crate::backend::xmpp::stanza::pubsub::Item;
use crate::model::ConversationId;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::sleep;
use xmpp_parsers::jid::BareJid;

/// After how long a bookmark that another libim has written shows what the settings say.
const SETTLING: Duration = Duration::from_secs(2);

/// The bookmarks and the settings, side by side.
pub(crate) struct Mirror {
    session: Rc<Session>,
    settings: Rc<Settings>,
    bookmarks: Rc<Bookmarks>,
    /// Whether both have been read.
    is_ready: Cell<bool>,
}

impl Mirror {
    pub(crate) fn new(session: &Rc<Session>, settings: &Rc<Settings>, bookmarks: &Rc<Bookmarks>) -> Rc<Self> {
        Rc::new(Self {
            session: Rc::clone(session),
            settings: Rc::clone(settings),
            bookmarks: Rc::clone(bookmarks),
            is_ready: Cell::new(false),
        })
    }

    /// Both have been read: takes over what other clients have changed since a libim looked.
    pub(crate) fn read_all(&self, seen: Seen) -> XmppResult<()> {
        self.is_ready.set(true);
        let rooms = self.bookmarks.member_rooms();
        rooms.iter().try_for_each(|room| self.read(room, seen))
    }

    /// Writes what bookmarks lack: a libim may have ended before it did so.
    pub(crate) async fn write_all(&self) -> XmppResult<()> {
        for room in self.bookmarks.member_rooms() {
            self.write(&room).await?;
        }
        Ok(())
    }

    /// Bookmarks were changed. Before all has been read they are looked at with the others.
    pub(crate) fn on_published(self: &Rc<Self>, items: &[Item]) {
        if !self.is_ready.get() {
            return;
        }
        for room in items.iter().filter_map(|item| address::parse(&item.id)) {
            let Some(bookmark) = self.bookmarks.of_member(&room) else {
                continue;
            };
            let is_changed = !changed_by_others(&bookmark).is_empty();
            if let Err(error) = self.read(&room, Seen::Happening) {
                log::warn!("what another client has noted of the room {room} could not be stored: {error}");
                continue;
            }
            let settings = self.settings.of_group(&address::group(&room)).unwrap_or_default();
            // What another libim has written differs for a moment, until its settings come, which it has published beside that. Or
            // for good, when it has written what was right before: two devices write at once, and the server takes the later
            // one last.
            let pause = if is_changed || lacks(&bookmark, &settings) {
                Duration::ZERO
            } else if show(&bookmark, &settings).is_some() {
                SETTLING + Duration::from_millis(fastrand::u64(..1_000))
            } else {
                continue;
            };
            let mirror = Rc::clone(self);
            self.session.spawn(async move {
                mirror.session.unless_over(sleep(pause)).await?;
                mirror.write(&room).await
            });
        }
    }

    /// Settings of the conversation were changed on this device.
    pub(crate) async fn show(&self, conversation: &ConversationId) -> XmppResult<()> {
        match address::jid_of_conversation(conversation) {
            Some(room) if conversation.group_id().is_some() && self.is_ready.get() => self.write(&room).await,
            _ => Ok(()),
        }
    }

    fn read(&self, room: &BareJid, seen: Seen) -> XmppResult<()> {
        let Some(bookmark) = self.bookmarks.of_member(room) else {
            return Ok(());
        };
        let changed = changed_by_others(&bookmark);
        self.settings.changed_elsewhere(&address::group(room), changed, seen)
    }

    async fn write(&self, room: &BareJid) -> XmppResult<()> {
        let Some(bookmark) = self.bookmarks.of_member(room) else {
            return Ok(());
        };
        let settings = self.settings.of_group(&address::group(room))?;
        if show(&bookmark, &settings).is_none() {
            return Ok(());
        }
        match self.bookmarks.rewrite(room, |bookmark| show(bookmark, &settings)).await {
            // The next login tries again; nothing waits for it.
            Err(error) if !error.is_lost() => {
                log::info!("the bookmark of the room {room} could not be changed: {error}");
                Ok(())
            }
            written => written,
        }
    }
}
