//! All features of one session, made from the bottom up.

use super::account_archive::messages::AccountArchive;
use super::applications::Applications;
use super::archive::Archive;
use super::bookmarks::Bookmarks;
use super::discovery::Discovery;
use super::mirror::Mirror;
use super::pep::Pep;
use super::profiles::Profiles;
use super::reads::Reads;
use super::rooms::state::Rooms;
use super::roster::Roster;
use super::settings::Settings;
use super::uploads::Uploads;
use crate::backend::xmpp::error::XmppResult;
use crate::backend::xmpp::session::Session;
use std::rc::Rc;

/// The features, with the state that they have in this session.
pub(crate) struct Features {
    pub(crate) session: Rc<Session>,
    pub(crate) discovery: Rc<Discovery>,
    pub(crate) uploads: Rc<Uploads>,
    pub(crate) pep: Rc<Pep>,
    pub(crate) archive: Rc<Archive>,
    pub(crate) profiles: Rc<Profiles>,
    pub(crate) roster: Rc<Roster>,
    pub(crate) applications: Rc<Applications>,
    pub(crate) settings: Rc<Settings>,
    pub(crate) bookmarks: Rc<Bookmarks>,
    pub(crate) mirror: Rc<Mirror>,
    pub(crate) rooms: Rc<Rooms>,
    pub(crate) reads: Rc<Reads>,
    pub(crate) account_archive: Rc<AccountArchive>,
}

impl Features {
    pub(crate) fn new(session: Rc<Session>) -> XmppResult<Rc<Self>> {
        let discovery = Discovery::new(&session);
        let uploads = Uploads::new(&session);
        let pep = Pep::new(&session);
        let archive = Archive::new(&session);
        let profiles = Profiles::new(&session, &pep);
        let roster = Roster::new(&session);
        let applications = Applications::new(&session, &profiles, &roster);
        let settings = Settings::new(&session, &pep);
        let bookmarks = Bookmarks::new(&pep, &settings);
        let mirror = Mirror::new(&session, &settings, &bookmarks);
        let rooms = Rooms::new(&session, &discovery, &archive, &profiles, &settings, &bookmarks);
        let reads = Reads::new(&session, &pep, &rooms);
        let account_archive = AccountArchive::new(&session, &discovery, &archive, &profiles, &rooms, &reads)?;
        Ok(Rc::new(Self {
            session,
            discovery,
            uploads,
            pep,
            archive,
            profiles,
            roster,
            applications,
            settings,
            bookmarks,
            mirror,
            rooms,
            reads,
            account_archive,
        }))
    }

    /// Whether messages wait in memory that no archive would bring again.
    pub(crate) fn hold_unarchived(&self) -> bool {
        let held = || self.account_archive.hold.look(|_| Some(()));
        !self.discovery.has_archive() && !held().is_empty()
    }
}
