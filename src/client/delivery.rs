//! `waitUntilSent`: waiting until the server has a message. Runs on the thread of the call.

use super::call::Call;
use super::called_from_callback;
use crate::model::id::quoted;
use crate::model::{Error, Result, Status};
use std::time::Duration;

impl Call<'_> {
    /// The message as JSON once the server has it; 90004 when it has refused it. Also waits for a connection, which libim
    /// makes by itself. 6014 when nobody is logged in.
    pub(crate) fn wait_until_sent(&self, msg_id: &str, timeout: Duration) -> Result<String> {
        let _inside = self.gate.enter()?;
        if self.dispatcher.is_current_thread() {
            return Err(called_from_callback("waitUntilSent"));
        }
        self.has_begun();
        let deadline = self.deadline(timeout);
        // Before the look, so that nothing is missed between it and the wait.
        let delivery = self.engine.await_delivery(msg_id);
        loop {
            if let Some(message) = self.engine.delivered(msg_id)? {
                return Ok(message);
            }
            let left = deadline.left().map_err(|error| match error.status {
                Status::Timeout => not_sent_yet(msg_id),
                _ => error,
            })?;
            self.login.check_logged_in()?;
            delivery.wait(left);
        }
    }
}

/// The message is not lost, only the wait for it is over.
fn not_sent_yet(msg_id: &str) -> Error {
    let msg_id = quoted(msg_id);
    Error::new(
        Status::Timeout,
        format!("the message {msg_id} has not reached the server within timeoutMs; libim goes on trying"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;
    use crate::client::testing::Script;
    use crate::model::{ConversationId, Elem, Error, MessageBody, Micros, Outcome, UserId};
    use std::sync::Arc;
    use std::thread::JoinHandle;
    use std::time::Instant;

    const LONG: Duration = Duration::from_secs(60);
    const SENT: Outcome = Outcome::Sent {
        seq: 1,
        time: Micros(1),
    };

    /// Sends a text to Bob; its `msgID`.
    fn send(client: &Client) -> String {
        let body = MessageBody::of(Elem::Text { text: "hi".to_owned() });
        let bob = ConversationId::c2c(&UserId::trusted("bob"));
        let sent = client.local(|engine| engine.send(&bob, body)).unwrap();
        let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
        sent["msgID"].as_str().unwrap().to_owned()
    }

    /// Waits on another thread, and returns once that is inside the client.
    fn waiting(client: &Arc<Client>, msg_id: &str) -> JoinHandle<Result<i64>> {
        let before = client.gate.calls();
        let (inside, msg_id) = (Arc::clone(client), msg_id.to_owned());
        let waiting = std::thread::spawn(move || status(&inside, &msg_id, LONG));
        let end = Instant::now() + LONG;
        while client.gate.calls() == before {
            assert!(Instant::now() < end, "no call came");
            std::thread::yield_now();
        }
        waiting
    }

    fn status(client: &Client, msg_id: &str, timeout: Duration) -> Result<i64> {
        let message = Call::now(client).wait_until_sent(msg_id, timeout)?;
        let message: serde_json::Value = serde_json::from_str(&message).unwrap();
        assert_eq!(message["msgID"], msg_id);
        Ok(message["status"].as_i64().unwrap())
    }

    /// Has the server end every command; the messages' with `outcome`.
    fn take_all(server: &Script, outcome: &Outcome) {
        while server.take_command(outcome).is_some() {}
    }

    #[test]
    fn the_wait_for_a_message_ends_when_the_server_has_it_or_refuses_it() {
        let server = Script::default();
        let (_dir, client) = server.client();
        let refused = Outcome::Refused(Error::internal("no"));
        for (outcome, expected) in [(SENT, Ok(2)), (refused, Err(Status::Refused))] {
            let msg_id = send(&client);
            let waiting = [waiting(&client, &msg_id), waiting(&client, &msg_id)];
            take_all(&server, &outcome);
            for waiting in waiting {
                assert_eq!(waiting.join().unwrap().map_err(|error| error.status), expected);
            }
            let late = status(&client, &msg_id, Duration::ZERO);
            assert_eq!(late.map_err(|error| error.status), expected, "it is known already");
        }
    }

    #[test]
    fn the_wait_for_a_message_ends_with_its_time_and_with_whatever_makes_it_vain() {
        let server = Script::default();
        let (_dir, client) = server.client();
        let msg_id = send(&client);
        let error = status(&client, &msg_id, Duration::from_millis(1)).unwrap_err();
        assert_eq!(error.status, Status::Timeout);
        assert!(error.desc.contains(&msg_id), "{error}");

        let ended = |waiting: JoinHandle<Result<i64>>| waiting.join().unwrap().unwrap_err().status;
        let call = waiting(&client, &msg_id);
        client.local(|engine| engine.delete_messages(&[msg_id])).unwrap();
        assert_eq!(ended(call), Status::InvalidParameters);

        let msg_id = send(&client);
        let call = waiting(&client, &msg_id);
        Call::now(&client).logout(LONG).unwrap();
        assert_eq!(ended(call), Status::NotLoggedIn);

        Call::now(&client).login(None, LONG).unwrap();
        let call = waiting(&client, &msg_id);
        client.close().unwrap();
        assert_eq!(ended(call), Status::Cancelled);
    }
}
