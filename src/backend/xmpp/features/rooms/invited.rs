//! The invitations of the account that were not decided, kept over sessions, and the rooms about which it was decided. Anybody can
//! invite, so there is a bound to each.

use crate::backend::xmpp::address;
use crate::backend::xmpp::error::XmppResult;
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::invitations::Invitation;
use crate::model::{AppliedToGroup, Change, GroupApplicationId, GroupApplicationType, Micros};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;
use xmpp_parsers::jid::BareJid;

/// The name under which the account keeps them, which is no address.
const NAME: &str = "urn:libim:invitations";
/// How many there are at most, and how many of one inviter. Of more, the oldest go.
const MAX: usize = 64;
const MAX_OF_ONE: usize = 8;
/// About how many rooms it is remembered that they were decided about.
const MAX_DECIDED: usize = 200;
/// How many rooms are looked at at once.
const MAX_LOOKS: usize = 16;
/// How many users that were asked through rooms are remembered.
const MAX_ASKED: usize = 256;
/// Archives count time in seconds.
const SECOND: i64 = 1_000_000;

/// An invitation that is kept.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kept {
    room: String,
    inviter: String,
    reason: String,
    pub(crate) password: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) is_mediated: bool,
    time: i64,
    /// Whether the app was told. Before that, the room was not looked at.
    is_listed: bool,
}

impl Kept {
    pub(crate) fn inviter(&self) -> Option<BareJid> {
        address::parse(&self.inviter)
    }

    pub(crate) fn time(&self) -> Micros {
        Micros(self.time)
    }

    fn is_to(&self, room: &BareJid) -> bool {
        self.room == room.as_str()
    }

    /// The application that the app sees.
    fn application(&self, session: &Session, is_there: bool) -> Option<Change> {
        let (room, inviter) = (address::parse(&self.room)?, self.inviter()?);
        Some(Change::GroupApplication {
            id: GroupApplicationId {
                group_id: address::group_id(&room),
                kind: GroupApplicationType::InviteApprovedByInvitee,
                from_user: address::user_id(&inviter),
                to_user: Some(address::user_id(&session.me)),
            },
            application: is_there.then(|| AppliedToGroup {
                time: self.time(),
                message: self.reason.clone(),
                is_read: false,
            }),
        })
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Ledger {
    /// In the order in which they came.
    kept: VecDeque<Kept>,
    /// Rooms, and when it was decided about them.
    decided: VecDeque<(String, i64)>,
}

impl Ledger {
    fn decided(&self, room: &BareJid) -> Option<i64> {
        let found = self.decided.iter().find(|(decided, _)| decided == room.as_str());
        found.map(|(_, time)| *time)
    }

    fn decide(&mut self, room: &BareJid, time: Micros) {
        let time = self.decided(room).unwrap_or(time.0).max(time.0);
        self.decided.retain(|(decided, _)| decided != room.as_str());
        self.decided.push_back((room.as_str().to_owned(), time));
        while self.decided.len() > MAX_DECIDED {
            self.decided.pop_front();
        }
    }

    /// Takes the oldest out that are too many.
    fn bound(&mut self, inviter: &str) -> Vec<Kept> {
        let of_one = self.kept.iter().filter(|kept| kept.inviter == inviter).count();
        let oldest = if of_one > MAX_OF_ONE {
            self.kept.iter().position(|kept| kept.inviter == inviter)
        } else {
            (self.kept.len() > MAX).then_some(0)
        };
        oldest.and_then(|place| self.kept.remove(place)).into_iter().collect()
    }
}

/// The invitations of the account.
pub(crate) struct Invited {
    session: Rc<Session>,
    /// `None` before anybody has asked.
    ledger: RefCell<Option<Ledger>>,
    /// The rooms that are looked at.
    looking: RefCell<HashSet<BareJid>>,
    /// What rooms are entered with that the user has just accepted.
    passwords: RefCell<HashMap<BareJid, String>>,
    /// Whom the account has invited through which room in this session.
    asked: RefCell<VecDeque<(BareJid, BareJid)>>,
}

impl Invited {
    pub(crate) fn new(session: &Rc<Session>) -> Self {
        Self {
            session: Rc::clone(session),
            ledger: RefCell::default(),
            looking: RefCell::default(),
            passwords: RefCell::default(),
            asked: RefCell::default(),
        }
    }

    fn with<T>(&self, look: impl FnOnce(&mut Ledger) -> T) -> XmppResult<T> {
        let mut ledger = self.ledger.borrow_mut();
        if ledger.is_none() {
            let stored = self.session.sink.archive_position(NAME)?;
            let stored = stored.and_then(|text| serde_json::from_str(&text).ok());
            *ledger = Some(stored.unwrap_or_default());
        }
        Ok(look(ledger.get_or_insert_default()))
    }

    /// Stores them, with what the app sees of that.
    fn save(&self, changes: Vec<Change>) -> XmppResult<()> {
        let text = self.with(|ledger| serde_json::to_string(ledger).unwrap_or_default())?;
        self.session.apply_at(true, changes, vec![(NAME.to_owned(), text)])
    }

    fn gone(&self, gone: &[Kept]) -> Vec<Change> {
        let listed = gone.iter().filter(|kept| kept.is_listed);
        listed
            .filter_map(|kept| kept.application(&self.session, false))
            .collect()
    }

    /// Keeps an invitation. False when there is nothing to do: it is known, or was decided.
    pub(crate) fn take_in(
        &self,
        room: &BareJid,
        inviter: &BareJid,
        invitation: Invitation,
        time: Micros,
    ) -> XmppResult<bool> {
        let gone = self.with(|ledger| {
            if ledger.decided(room).is_some_and(|decided| time.0 + SECOND < decided) {
                return None;
            }
            let mut kept = ledger.kept.iter_mut();
            if let Some(kept) = kept.find(|kept| kept.is_to(room) && kept.inviter == inviter.as_str()) {
                let is_other = invitation.password.is_some() && kept.password != invitation.password;
                kept.password = invitation.password.or(kept.password.take());
                return is_other.then(Vec::new);
            }
            ledger.kept.push_back(Kept {
                room: room.as_str().to_owned(),
                inviter: inviter.as_str().to_owned(),
                reason: invitation.reason,
                password: invitation.password,
                after: invitation.after,
                is_mediated: invitation.is_mediated,
                time: time.0,
                is_listed: false,
            });
            Some(ledger.bound(inviter.as_str()))
        })?;
        let Some(gone) = gone else { return Ok(false) };
        self.save(self.gone(&gone))?;
        Ok(true)
    }

    /// Rooms that nobody has looked at.
    pub(crate) fn unlooked(&self) -> XmppResult<Vec<BareJid>> {
        self.with(|ledger| {
            let kept = ledger.kept.iter().filter(|kept| !kept.is_listed);
            kept.filter_map(|kept| address::parse(&kept.room)).collect()
        })
    }

    /// All rooms that the account is invited to.
    pub(crate) fn rooms(&self) -> XmppResult<Vec<BareJid>> {
        self.with(|ledger| {
            ledger
                .kept
                .iter()
                .filter_map(|kept| address::parse(&kept.room))
                .collect()
        })
    }

    /// Somebody looks at a room. False when somebody does already, or too many rooms are looked at.
    pub(crate) fn begin_look(&self, room: &BareJid) -> bool {
        let mut looking = self.looking.borrow_mut();
        looking.len() < MAX_LOOKS && looking.insert(room.clone())
    }

    pub(crate) fn end_look(&self, room: &BareJid) {
        self.looking.borrow_mut().remove(room);
    }

    /// The newest invitation to a room.
    pub(crate) fn newest(&self, room: &BareJid) -> XmppResult<Option<Kept>> {
        self.with(|ledger| {
            let to = ledger.kept.iter().filter(|kept| kept.is_to(room));
            to.max_by_key(|kept| kept.time).cloned()
        })
    }

    /// An invitation to a room that the app knows.
    pub(crate) fn listed(&self, room: &BareJid, inviter: &BareJid) -> XmppResult<Option<Kept>> {
        self.with(|ledger| {
            let mut kept = ledger.kept.iter().filter(|kept| kept.is_listed);
            kept.find(|kept| kept.is_to(room) && kept.inviter == inviter.as_str())
                .cloned()
        })
    }

    /// The invitations to a room.
    pub(crate) fn to(&self, room: &BareJid) -> XmppResult<Vec<Kept>> {
        self.with(|ledger| ledger.kept.iter().filter(|kept| kept.is_to(room)).cloned().collect())
    }

    /// The user decides about those to a room that are newer than `since`. Says who has invited.
    pub(crate) fn list(&self, room: &BareJid, since: Option<Micros>) -> XmppResult<Vec<BareJid>> {
        let (listed, gone) = self.with(|ledger| {
            let since = ledger.decided(room).max(since.map(|since| since.0));
            let is_void = |kept: &Kept| kept.is_to(room) && !kept.is_listed && Some(kept.time) <= since;
            let gone: Vec<Kept> = ledger.kept.iter().filter(|kept| is_void(kept)).cloned().collect();
            ledger.kept.retain(|kept| !is_void(kept));
            let new = ledger
                .kept
                .iter_mut()
                .filter(|kept| kept.is_to(room) && !kept.is_listed);
            let listed = new.map(|kept| {
                kept.is_listed = true;
                kept.clone()
            });
            (listed.collect::<Vec<_>>(), gone)
        })?;
        if listed.is_empty() && gone.is_empty() {
            return Ok(Vec::new());
        }
        let changes = listed.iter().filter_map(|kept| kept.application(&self.session, true));
        self.save(changes.collect())?;
        Ok(listed.iter().filter_map(Kept::inviter).collect())
    }

    /// There is no such room, or who invites is nobody to be heard.
    pub(crate) fn forget(&self, room: &BareJid) -> XmppResult<()> {
        let is_changed = self.with(|ledger| {
            let before = ledger.kept.len();
            ledger.kept.retain(|kept| !kept.is_to(room) || kept.is_listed);
            ledger.kept.len() != before
        })?;
        if is_changed { self.save(Vec::new()) } else { Ok(()) }
    }

    /// The account is in a room: nobody has to decide any more.
    pub(crate) fn settle(&self, room: &BareJid, time: Micros) -> XmppResult<()> {
        let is_invited = self.with(|ledger| ledger.kept.iter().any(|kept| kept.is_to(room)))?;
        if is_invited { self.decide(room, time) } else { Ok(()) }
    }

    /// It was decided about a room, whatever has invited to it until then.
    pub(crate) fn decide(&self, room: &BareJid, time: Micros) -> XmppResult<()> {
        let gone = self.with(|ledger| {
            ledger.decide(room, time);
            let is_gone = |kept: &Kept| kept.is_to(room) && kept.time <= time.0;
            let gone: Vec<Kept> = ledger.kept.iter().filter(|kept| is_gone(kept)).cloned().collect();
            ledger.kept.retain(|kept| !is_gone(kept));
            gone
        })?;
        self.save(self.gone(&gone))
    }

    /// What a room is entered with that the user has just accepted.
    pub(crate) fn password(&self, room: &BareJid) -> Option<String> {
        self.passwords.borrow().get(room).cloned()
    }

    pub(crate) fn offer_password(&self, room: &BareJid, password: Option<String>) {
        let mut passwords = self.passwords.borrow_mut();
        match password {
            Some(password) => passwords.insert(room.clone(), password),
            None => passwords.remove(room),
        };
    }

    /// The account has asked a room to invite somebody.
    pub(crate) fn has_asked(&self, room: &BareJid, user: &BareJid) {
        let mut asked = self.asked.borrow_mut();
        asked.push_back((room.clone(), user.clone()));
        while asked.len() > MAX_ASKED {
            asked.pop_front();
        }
    }

    /// Whether it has. Each is answered once.
    pub(crate) fn take_asked(&self, room: &BareJid, user: &BareJid) -> bool {
        let mut asked = self.asked.borrow_mut();
        let before = asked.len();
        asked.retain(|(in_room, who)| in_room != room || who != user);
        asked.len() != before
    }
}
