//! Telling a peer that the user is typing.

use super::method::{Method, Request, Topic};
use super::response::{Data, nothing};
use crate::client::Call;
use crate::events::Event;
use crate::model::{Result, Status};
use serde::Deserialize;

/// Tells the peer of a C2C conversation that the user is typing, or has stopped.
///
/// Call it as often as you like, with each key for example: it is sent once in four seconds. The peer gets
/// `onTypingStatusChanged`, and another one when the user has stopped, has sent a message, or has not said it again for six
/// seconds. Nothing is stored or sent later: without a connection nothing happens. A stranger is told nothing: somebody who is
/// no friend and to whom the user has never written.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct SendTypingStatus {
    /// The peer.
    #[serde(rename = "userID")]
    user_id: String,
    /// Whether the user is typing.
    #[serde(rename = "isTyping")]
    is_typing: bool,
}

impl Request for SendTypingStatus {
    type Answer = ();
    const METHOD: Method = Method {
        name: "sendTypingStatus",
        c_name: "im_send_typing_status",
        topic: Topic::Receipt,
        is_own: true,
        events: &[(Event::TypingStatusChanged, "at the peer")],
        errors: &[(Status::InvalidUserId, "not valid")],
        example: r#"{"userID":"bob","isTyping":true}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let user = client.user("userID", self.user_id)?;
        client.send_typing(&user, self.is_typing).map(nothing)
    }
}
