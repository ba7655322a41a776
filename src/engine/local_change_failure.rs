//! Telling the app that a change which it sees already was refused later, and why. What becomes of the change is each rule's own.

use super::json::shown_json;
use super::reaction_outbox;
use super::transaction::Transaction;
use crate::events::Event;
use crate::model::{Error, Setting, SettingKind, StampedSetting};
use crate::store::StoreResult;
use crate::store::outbox::{CommandKind, OutboxRow};
use serde::Serialize;

/// That a change of the current user was refused.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "LocalChangeFailure")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LocalChangeFailure<'a> {
    /// The method that makes such a change, by its name in V2TIM.
    method: &'a str,
    /// The conversation; `null` when the change is of the account: a conversation group itself, or the receive option of all.
    #[serde(rename = "conversationID")]
    conversation_id: Option<&'a str>,
    /// The message; `null` when the change is not of one message.
    #[serde(rename = "msgID")]
    msg_id: Option<&'a str>,
    /// The code of the refusal, as in a response.
    code: i32,
    /// One sentence about it. It never has what was written.
    desc: &'a str,
}

impl Transaction<'_> {
    /// Tells that a command was refused, after what was undone of it. A message has `onMessageStatusChanged` for it.
    pub(super) fn tell_failure(&mut self, row: &OutboxRow, error: &Error) -> StoreResult<()> {
        // The name of the status only: a server's own sentence might quote the message.
        log::info!("the server refused {} ({})", row.kind.name(), error.status.name());
        let Some(method) = method(row) else { return Ok(()) };
        let id = &row.conversation_id;
        let payload = shown_json(&LocalChangeFailure {
            method,
            conversation_id: (!is_of_account(row.kind)).then(|| id.as_str()),
            msg_id: Some(row.msg_id.as_str()).filter(|msg_id| !msg_id.is_empty()),
            code: error.status.code(),
            desc: &error.desc,
        })?;
        self.tell(Event::LocalChangeFailed, id.clone(), payload);
        Ok(())
    }
}

fn is_of_account(kind: CommandKind) -> bool {
    matches!(
        kind,
        CommandKind::Setting(SettingKind::GroupName(_) | SettingKind::AllRecvOpt)
    )
}

/// The method that gives such a command; `None` for messages, and for what no method asks for.
fn method(row: &OutboxRow) -> Option<&'static str> {
    let is_group = row.conversation_id.group_id().is_some();
    let of = |c2c, group| if is_group { group } else { c2c };
    Some(match row.kind {
        CommandKind::Send | CommandKind::SubscribeProfile => return None,
        CommandKind::Modify => "modifyMessage",
        CommandKind::React if reaction_outbox::only_removes(row) => "removeMessageReaction",
        CommandKind::React => "addMessageReaction",
        CommandKind::Revoke => "revokeMessage",
        CommandKind::DeleteMessages => "deleteMessages",
        CommandKind::ClearHistory => of("clearC2CHistoryMessage", "clearGroupHistoryMessage"),
        CommandKind::DeleteConversation => "deleteConversation",
        CommandKind::Read => "cleanConversationUnreadMessageCount",
        CommandKind::ReadReceipts => "sendMessageReadReceipts",
        CommandKind::Setting(kind) => match kind {
            SettingKind::Pinned => "pinConversation",
            SettingKind::RecvOpt => of("setC2CReceiveMessageOpt", "setGroupReceiveMessageOpt"),
            SettingKind::Marked(_) => "markConversation",
            SettingKind::CustomData => "setConversationCustomData",
            SettingKind::OutOfList => "deleteConversationList",
            SettingKind::AllRecvOpt => "setAllReceiveMessageOpt",
            SettingKind::InGroup(_) => match setting(kind, &row.value) {
                Some(Setting::InGroup(_, false)) => "deleteConversationsFromGroup",
                _ => "addConversationsToGroup",
            },
            SettingKind::GroupName(_) => match (setting(kind, &row.undo), setting(kind, &row.value)) {
                (_, Some(Setting::GroupName(_, None))) => "deleteConversationGroup",
                (Some(Setting::GroupName(_, Some(_))), _) => "renameConversationGroup",
                _ => "createConversationGroup",
            },
        },
    })
}

/// The setting in a column, if it can be read.
fn setting(kind: SettingKind, json: &str) -> Option<Setting> {
    StampedSetting::from_json(kind, json)
        .ok()
        .map(|stamped| stamped.setting)
}

#[cfg(test)]
mod tests;
