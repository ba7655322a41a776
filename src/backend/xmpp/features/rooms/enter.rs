//! Entering and leaving a room, which says nothing about membership.

use super::state::{Entry, Room, Rooms};
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::features::archive::Position;
use crate::backend::xmpp::stanza::muc;
use crate::model::Status;
use crate::model::id::quoted;
use std::time::Duration;
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::stanza_error::DefinedCondition;

/// How long a room may take to answer.
pub(super) const ENTERING: Duration = Duration::from_secs(60);

/// How entering a room ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entered {
    /// The room was there.
    Existing,
    /// It was not, and was made.
    New,
}

/// How many other names are tried where somebody else has ours.
const OTHER_NAMES: u32 = 9;

/// How long a room is waited for, and whether it is asked again where its answer was lost with a connection.
#[derive(Clone, Copy)]
pub(crate) struct Attempt {
    patience: Duration,
    may_repeat: bool,
}

impl Attempt {
    /// To enter a room that is there.
    pub(crate) fn within(patience: Duration) -> Self {
        Self {
            patience,
            may_repeat: true,
        }
    }
}

/// Enters a room, under the name and with the password that its bookmark has. Messages that it sends from then on are held.
pub(crate) async fn enter(rooms: &Rooms, room: &BareJid) -> XmppResult<Entered> {
    try_to_enter(rooms, room, Attempt::within(ENTERING)).await
}

/// The same for a room that is to be made thereby.
pub(crate) async fn make(rooms: &Rooms, room: &BareJid) -> XmppResult<Entered> {
    // Asked again, the room would say that it was there, and nobody would know who has made it.
    let attempt = Attempt {
        patience: ENTERING,
        may_repeat: false,
    };
    try_to_enter(rooms, room, attempt).await
}

pub(crate) async fn try_to_enter(rooms: &Rooms, room: &BareJid, attempt: Attempt) -> XmppResult<Entered> {
    let me = &rooms.session.me;
    let local = me.node().map_or("me", |node| node.as_str());
    let bookmark = rooms.bookmarks.of(room);
    let (nick, password) = bookmark.map_or((None, None), |bookmark| (bookmark.nick, bookmark.password));
    // Of one that the account was invited into with another, the newer is the better one.
    let password = rooms.invited.password(room).or(password);
    // A name that this client cannot write is of no use here.
    let nick = nick.filter(|nick| room.with_resource_str(nick).is_ok());
    let nick = nick.as_deref().unwrap_or(local);
    let mut entered = enter_as(rooms, room, nick, password.as_deref(), attempt).await;
    for number in 2..=OTHER_NAMES {
        // Somebody else has the name. The account's address would be nobody else's, but may be nobody's business either.
        if !matches!(&entered, Err(error) if error.is(&DefinedCondition::Conflict)) {
            break;
        }
        entered = enter_as(rooms, room, &format!("{nick} {number}"), password.as_deref(), attempt).await;
    }
    entered
}

async fn enter_as(
    rooms: &Rooms,
    jid: &BareJid,
    nick: &str,
    password: Option<&str>,
    attempt: Attempt,
) -> XmppResult<Entered> {
    let Ok(address) = jid.with_resource_str(nick) else {
        let text = format!("the name {} cannot be used in a room", quoted(nick));
        return Err(XmppError::account(Status::InvalidParameters, text));
    };
    // Somebody else is entering it already: one presence is enough.
    let others = rooms.with(jid, |room| {
        let is_waiting = matches!(*room.entry.borrow(), Entry::Waiting);
        is_waiting.then(|| room.entry.subscribe())
    });
    let others = others.flatten();
    let is_ours = others.is_none();
    let mut entry = match others {
        Some(entry) => entry,
        None => {
            let position = Position::load(&*rooms.session.sink, jid.as_str())?;
            let room = Room::entering(nick, position);
            let entry = room.entry.subscribe();
            // Before the presence is sent: messages are held from the first one that the room sends.
            rooms.insert(jid, room);
            rooms.session.send(muc::enter(address.clone(), password));
            entry
        }
    };
    let answered = async {
        loop {
            let answer = entry.wait_for(|entry| !matches!(entry, Entry::Waiting));
            tokio::select! {
                answer = answer => return answer.map(|entry| entry.clone()),
                () = rooms.session.hand_over.forgotten(), if is_ours && attempt.may_repeat => {
                    rooms.session.send(muc::enter(address.clone(), password));
                }
            }
        }
    };
    let answered = rooms.session.unless_over(answered);
    let outcome = match rooms.session.within(attempt.patience, answered).await {
        Some(answered) => match answered? {
            Ok(outcome) => outcome,
            Err(_) => {
                let id = quoted(jid.as_str());
                let text = format!("groupID {id} was left while it was being entered");
                return Err(XmppError::account(Status::NoPermission, text));
            }
        },
        None => {
            // Its answer may still come, and then the account would be in the room for the server only.
            rooms.session.send(muc::leave(address.clone()));
            let text = format!("groupID {} did not answer", quoted(jid.as_str()));
            Entry::Refused(XmppError::Timeout(text))
        }
    };
    match outcome {
        // New for one caller only, the one that configures the room or destroys it.
        Entry::Entered { is_new } => Ok(if is_new && is_ours {
            Entered::New
        } else {
            Entered::Existing
        }),
        Entry::Waiting => Ok(Entered::Existing),
        Entry::Refused(error) => {
            // Only the state of this attempt: the room may have been left and entered again meanwhile.
            if rooms.with(jid, |room| room.entry.subscribe().same_channel(&entry)) == Some(true) {
                rooms.remove(jid);
            }
            Err(error)
        }
    }
}

/// Why a room does not let the account in, in words of the app's. Rooms say no more than a condition.
pub(crate) fn explained(room: &BareJid, error: XmppError) -> XmppError {
    let why = match &error {
        XmppError::Refused { condition, .. } => match condition {
            DefinedCondition::NotAuthorized => "wants a password",
            DefinedCondition::RegistrationRequired => "is for members only",
            DefinedCondition::Forbidden => "has banned you",
            _ => return error,
        },
        _ => return error,
    };
    XmppError::account(Status::NoPermission, format!("groupID {} {why}", quoted(room.as_str())))
}

/// Leaves a room, without a word about membership.
pub(crate) fn leave(rooms: &Rooms, jid: &BareJid) {
    if let Some(room) = rooms.remove(jid)
        && let Ok(address) = jid.with_resource_str(&room.nick)
    {
        rooms.session.send(muc::leave(address));
    }
}
