//! Reading the cache: single conversations, totals, histories, friends and groups. Never waits for a writer.

use super::core::Engine;
use super::options::Direction;
use super::render;
use crate::model::id::quoted;
use crate::model::{ConversationId, Error, Friend, Group, Result};
use crate::store::conversation::{self, ConversationRow};
use crate::store::{account, directory, message};

impl Engine {
    /// `getConversation`: a listed conversation, or a transient one that is not stored, as JSON.
    pub fn conversation(&self, id: &ConversationId) -> Result<String> {
        self.store.snapshot(|db| {
            if let Some(json) = conversation::json(db, id)? {
                return Ok(json);
            }
            let row = conversation::load(db, id)?.unwrap_or_else(|| ConversationRow::new(id));
            let group = match id.group_id() {
                Some(group) => directory::group(db, &group)?,
                None => None,
            };
            render::conversation(db, &row, group.as_ref(), None)
        })
    }

    /// `getConversationListByConversationIds`: a JSON array of those that are in the list, in the order asked.
    pub fn conversations(&self, ids: &[ConversationId]) -> Result<String> {
        self.store.snapshot(|db| {
            let mut list = Vec::new();
            for id in ids {
                list.extend(conversation::json(db, id)?);
            }
            Ok(format!("[{}]", list.join(",")))
        })
    }

    /// `getTotalUnreadMessageCount`.
    pub fn total_unread(&self) -> Result<u64> {
        self.store
            .read(|db| Ok(u64::try_from(account::total_unread(db)?).unwrap_or_default()))
    }

    /// `getHistoryMessageList`: a JSON array of messages next to, and not including, `from` (`None`: the newest for
    /// `Older`, the oldest for `Newer`). 6017 when `from` is not a message of the conversation.
    /// Also says whether that is the end of what is stored of the older messages.
    pub fn history(
        &self,
        id: &ConversationId,
        from: Option<&str>,
        direction: Direction,
        count: i64,
    ) -> Result<(String, bool)> {
        if count < 1 {
            return Err(Error::invalid(format!("count {count} is not 1 or more")));
        }
        let is_older = direction == Direction::Older;
        self.store.snapshot(|db| {
            let row = conversation::load(db, id)?.unwrap_or_else(|| ConversationRow::new(id));
            let place = match from {
                None if is_older => (i64::MAX, i64::MAX),
                None => (i64::MIN, i64::MIN),
                Some(msg_id) => match message::by_msg_id(db, msg_id)? {
                    Some(from) if from.conversation == row.id => (from.position, from.id),
                    _ => {
                        return Err(
                            Error::invalid(format!("lastMsgID {} is not a message of {id}", quoted(msg_id))).into(),
                        );
                    }
                },
            };
            let mut list = Vec::new();
            for message in message::page(db, row.id, place, is_older, count)? {
                list.push(render::message(db, &message, &row)?);
            }
            let is_end = is_older && i64::try_from(list.len()).unwrap_or(i64::MAX) < count;
            Ok((format!("[{}]", list.join(",")), is_end))
        })
    }

    /// `getFriendList`, by user id.
    pub fn friends(&self) -> Result<Vec<Friend>> {
        self.store.read(|db| Ok(directory::friends(db)?))
    }

    /// `getJoinedGroupList`, by group id.
    pub fn joined_groups(&self) -> Result<Vec<Group>> {
        self.store.read(|db| Ok(directory::joined_groups(db)?))
    }
}
