//! Receive options.

use super::account::user_ids;
use super::method::{Method, Request, Topic};
use super::response::{Data, nothing, to_data};
use crate::client::Call;
use crate::engine::ReceiveMessageOptInfo;
use crate::events::Event;
use crate::model::{ConversationId, RecvOpt, Result, Status};
use serde::Deserialize;

/// Sets the receive option of users: whether their messages arrive and notify.
///
/// Only conversations with option 0 count towards the total of unread messages. The option applies to all devices of the
/// user. The change takes effect at once and reaches the server later; if the server refuses, it is undone.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct SetC2CReceiveMessageOpt {
    /// The users, 1 to 100.
    #[serde(rename = "userIDList")]
    user_id_list: Vec<String>,
    /// The option: 0 receive and notify, 1 do not deliver, 2 receive silently, 3 receive and notify of mentions only.
    opt: RecvOpt,
}

impl Request for SetC2CReceiveMessageOpt {
    type Answer = ();
    const METHOD: Method = Method {
        name: "setC2CReceiveMessageOpt",
        c_name: "im_set_c2c_receive_message_opt",
        topic: Topic::Label,
        events: &[
            (Event::ConversationChanged, "if something visible changed"),
            (Event::TotalUnreadMessageCountChanged, "if the total changed"),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[
            (
                Status::InvalidParameters,
                "no userID, more than 100, or an unknown option",
            ),
            (Status::InvalidUserId, ""),
        ],
        example: r#"{"userIDList":["bob"],"opt":2}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let users = user_ids(client, "userIDList", self.user_id_list)?;
        let ids: Vec<ConversationId> = users.iter().map(ConversationId::c2c).collect();
        client.local(|engine| engine.set_recv_opt(&ids, self.opt)).map(nothing)
    }
}

/// Sets the receive option of a group: whether its messages arrive and notify.
///
/// Only conversations with option 0 count towards the total of unread messages. The option applies to all devices of the
/// user. The change takes effect at once and reaches the server later; if the server refuses, it is undone.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct SetGroupReceiveMessageOpt {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// The option: 0 receive and notify, 1 do not deliver, 2 receive silently, 3 receive and notify of mentions only.
    opt: RecvOpt,
}

impl Request for SetGroupReceiveMessageOpt {
    type Answer = ();
    const METHOD: Method = Method {
        name: "setGroupReceiveMessageOpt",
        c_name: "im_set_group_receive_message_opt",
        topic: Topic::Label,
        events: &[
            (Event::ConversationChanged, "if something visible changed"),
            (Event::TotalUnreadMessageCountChanged, "if the total changed"),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[
            (Status::InvalidParameters, "an unknown option"),
            (Status::InvalidGroupId, "not valid"),
        ],
        example: r#"{"groupID":"team","opt":0}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = ConversationId::group(&client.group("groupID", self.group_id)?);
        client.local(|engine| engine.set_recv_opt(&[id], self.opt)).map(nothing)
    }
}

/// Returns the receive options of users, also of those without a conversation in the list, and beside each that of all
/// conversations together.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GetC2CReceiveMessageOpt {
    /// The users, 1 to 100.
    #[serde(rename = "userIDList")]
    user_id_list: Vec<String>,
}

impl Request for GetC2CReceiveMessageOpt {
    type Answer = Vec<ReceiveMessageOptInfo>;
    const METHOD: Method = Method {
        name: "getC2CReceiveMessageOpt",
        c_name: "im_get_c2c_receive_message_opt",
        topic: Topic::Label,
        answer: "one for each user, in the order requested",
        errors: &[
            (Status::InvalidParameters, "no userID, or more than 100"),
            (Status::InvalidUserId, ""),
        ],
        example: r#"{"userIDList":["bob"]}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let users = user_ids(client, "userIDList", self.user_id_list)?;
        let ids: Vec<ConversationId> = users.iter().map(ConversationId::c2c).collect();
        let (opts, all) = client.read(|engine| engine.recv_opts(&ids))?;
        let list = users.iter().zip(opts);
        let list = list.map(|(user, opt)| ReceiveMessageOptInfo::new(user.to_string(), opt, &all));
        to_data(&list.collect::<Vec<_>>())
    }
}
