//! What is said to those who are online only: typing, and messages that nobody keeps. Runs on the callers' threads.

use super::login::Login;
use super::state::Readiness;
use crate::model::{ConversationId, Error, Message, Result, UserId};
use std::time::Instant;

impl Login {
    /// Tells a peer that the user types, or does no more, unless that was said just now or the peer is a stranger.
    pub(super) fn send_typing(&self, to: &UserId, is_typing: bool) -> Result<()> {
        let account = &self.account;
        let may_know = account.engine().may_tell_typing(&ConversationId::c2c(to))?;
        if may_know && account.typing.may_send(to, is_typing, Instant::now()) {
            self.backend.send_typing(to, is_typing);
        }
        Ok(())
    }

    /// Hands a message for those who are online to the server. 9508 without a connection, and 6014 when nobody is logged in.
    pub(super) fn send_online(&self, message: &Message) -> Result<()> {
        match self.account.lock().readiness()? {
            Readiness::Connected => {}
            Readiness::Opening => {
                let desc = "there is no connection yet, and a message with onlineUserOnly is not sent later";
                return Err(Error::disconnected(desc));
            }
        }
        self.backend.send_online(message)
    }

    pub(super) fn has_written(&self, to: &ConversationId) {
        if let Some(user) = to.user_id() {
            self.account.typing.has_written(&user);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::client::testing::Script;
    use crate::client::{Call, Client};
    use crate::model::{ConversationId, Elem, MessageBody, Status, UserId};
    use std::time::Duration;

    fn send(client: &Client) -> Result<(), Status> {
        let body = MessageBody::of(Elem::Text { text: "hi".to_owned() });
        let bob = ConversationId::c2c(&UserId::trusted("bob"));
        let sent = client.send_online(|engine, send| send(&engine.compose_online(&bob, body, String::new())?.0));
        sent.map_err(|error| error.status)
    }

    #[test]
    fn what_is_for_those_online_goes_out_at_once_or_never() {
        let server = Script::default();
        let (_dir, client) = server.client();
        send(&client).unwrap();
        assert_eq!(server.requests(), ["sendMessage"]);
        server
            .sink()
            .report(crate::backend::LinkState::Failed(crate::model::Error::disconnected(
                "cut",
            )));
        assert_eq!(send(&client), Err(Status::Disconnected));
        Call::now(&client).logout(Duration::ZERO).unwrap();
        assert_eq!(send(&client), Err(Status::NotLoggedIn));
        assert_eq!(server.requests(), ["sendMessage"]);
    }
}
