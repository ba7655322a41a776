//! Staying in rooms (XEP-0410): a room that has forgotten us, because its server was started anew or a node of a cluster
//! went away, does not say so. It is asked now and then, and entered again.

use super::membership::Since;
use super::session::Session;
use crate::model::{Error, Result, Status};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::timeout;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::Message;
use xmpp_parsers::ping::Ping;

/// How often a room is asked whether we are in it.
const INTERVAL: Duration = Duration::from_secs(180);
/// How long it takes until a room is entered again whose service went away; twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// How long a room may take to show a message, and how often it is sent.
const PATIENCE: Duration = Duration::from_secs(10);
const ATTEMPTS: usize = 3;

/// Whether a room says that we are not in it.
pub(super) fn is_forgotten(error: &Error) -> bool {
    error.desc.contains("not-acceptable")
}

impl Session {
    /// Asks the rooms as long as the session lasts.
    pub(super) async fn stay_in_rooms(self: Rc<Self>) {
        loop {
            tokio::time::sleep(INTERVAL).await;
            if self.is_over() {
                return;
            }
            for room in self.rooms.joined() {
                if let Err(error) = self.check_room(&room).await {
                    log::info!("a room could not be entered again: {error}");
                }
            }
        }
    }

    /// Sends a message to a room until the room shows it. A room that has forgotten us is entered again; one that says
    /// nothing may have, and the message is known by its id when it comes twice.
    pub(super) async fn send_until_shown(&self, room: &BareJid, msg_id: &str, message: &Message) -> Result<()> {
        for _ in 0..ATTEMPTS {
            match timeout(PATIENCE, self.send_to_room(room, msg_id, message.clone())).await {
                Ok(Err(error)) if is_forgotten(&error) => self.enter_again(room).await?,
                Ok(sent) => return sent,
                Err(_) => self.check_room(room).await?,
            }
        }
        Err(Error::new(
            Status::Timeout,
            format!("the room {room} does not show what it is sent"),
        ))
    }

    async fn check_room(&self, room: &BareJid) -> Result<()> {
        let Some(nick) = self.rooms.with(room, |room| room.nick.clone()) else {
            return Ok(());
        };
        let Ok(own) = room.with_resource_str(&nick) else {
            return Ok(());
        };
        // Every other answer comes from somebody in the room, which is us.
        match self.iq_get(Some(Jid::from(own)), Ping).await {
            Err(error) if is_forgotten(&error) => self.enter_again(room).await,
            _ => Ok(()),
        }
    }

    /// Enters a room that we are out of without having left it, as often as it takes.
    pub(super) fn come_back(&self, room: &BareJid) {
        let room = room.clone();
        self.spawn(move |session| async move {
            let mut pause = FIRST_PAUSE;
            loop {
                tokio::time::sleep(pause).await;
                pause = INTERVAL.min(pause * 2);
                let is_member = session.known_rooms.borrow().contains_key(&room);
                if session.is_over() || !is_member || session.rooms.is_joined(&room) {
                    return Ok(());
                }
                match session.enter_again(&room).await {
                    Err(error) if error.status == Status::NoPermission => {
                        session.not_a_member(&room);
                        session.forget_bookmark(&room).await;
                        return Ok(());
                    }
                    Err(error) => log::info!("a room could not be entered again: {error}"),
                    Ok(()) => return Ok(()),
                }
            }
        });
    }

    /// Enters a room that has forgotten us, and reads what was said meanwhile.
    pub(super) async fn enter_again(&self, room: &BareJid) -> Result<()> {
        self.take_part(room, Since::Known).await.map(drop)
    }
}
