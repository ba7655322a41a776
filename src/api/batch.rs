//! What the methods on several conversations share: the list of ids, and a result for each.

use super::request::check_list;
use super::response::{Data, to_data};
use crate::client::Call;
use crate::engine::{Engine, Results};
use crate::model::{ConversationId, Result, Status};
use serde::Serialize;

/// How many conversations a call may name (V2TIM: 51006 above).
pub(super) const MAX_CONVERSATIONS: usize = 100;

/// The result for one conversation.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimConversationOperationResult")
)]
#[serde(rename_all = "camelCase")]
pub(super) struct OperationResult {
    /// The conversation, as the request has it.
    #[serde(rename = "conversationID")]
    conversation_id: String,
    /// 0, or why it was not changed: 6004 it is not in the list, 6017 it is no conversationID.
    result_code: i32,
    /// A sentence for developers; empty when it was changed.
    result_info: String,
}

/// Does something with the conversations of a request that have the form of one, and returns a result for each.
pub(super) fn each(
    client: &Call<'_>,
    list: Vec<String>,
    may_be_empty: bool,
    work: impl FnOnce(&Engine, &[ConversationId]) -> Result<Results>,
) -> Result<Data> {
    if !(may_be_empty && list.is_empty()) {
        check_list(
            "conversationIDList",
            &list,
            MAX_CONVERSATIONS,
            Status::TooManyConversations,
        )?;
    }
    let parsed: Vec<Result<ConversationId>> = list
        .iter()
        .enumerate()
        .map(|(place, id)| client.conversation(&format!("conversationIDList[{place}]"), id.as_str()))
        .collect();
    let ids: Vec<ConversationId> = parsed.iter().filter_map(|id| id.as_ref().ok().cloned()).collect();
    let mut results = client.local(|engine| work(engine, &ids))?.into_iter();
    let results: Vec<OperationResult> = list
        .into_iter()
        .zip(parsed)
        .map(|(conversation_id, parsed)| {
            let error = match parsed {
                Ok(_) => results.next().flatten(),
                Err(error) => Some(error),
            };
            OperationResult {
                conversation_id,
                result_code: error.as_ref().map_or(0, |error| error.status.code()),
                result_info: error.map_or_else(String::new, |error| error.desc),
            }
        })
        .collect();
    to_data(&results)
}
