//! Reading the cache: single conversations, totals, histories, friends and groups. Never waits for a writer.

use super::core::Engine;
use super::deliveries::Delivery;
use super::options::Direction;
use super::render::{self, Parts};
use crate::model::id::quoted;
use crate::model::{ConversationId, Error, Friend, Group, MessageStatus, Result, Status};
use crate::store::conversation::{self, ConversationRow};
use crate::store::{account, directory, message};

impl Engine {
    /// `getConversation`: a listed conversation, or a transient one that is not stored, as JSON.
    pub fn conversation(&self, id: &ConversationId) -> Result<String> {
        self.store.snapshot(|db| {
            if let Some(json) = self.shown(db, id)? {
                return Ok(json);
            }
            // The row of a conversation that is not listed may remember the receive option, which is shown.
            let mut row = conversation::load(db, id)?.unwrap_or_else(|| ConversationRow::new(id));
            // Of one that was taken out of the list with its messages kept there is none to show either.
            row.unread_count = 0;
            let group = match id.group_id() {
                Some(group) => directory::group(db, &group)?,
                None => None,
            };
            render::conversation(
                db,
                &row,
                Parts {
                    group: group.as_ref(),
                    last: None,
                    ats: Vec::new(),
                    groups: Vec::new(),
                },
            )
        })
    }

    /// `getConversationListByConversationIds`: a JSON array of those that are in the list, in the order asked.
    pub fn conversations(&self, ids: &[ConversationId]) -> Result<String> {
        self.store.snapshot(|db| {
            let mut list = Vec::new();
            for id in ids {
                list.extend(self.shown(db, id)?);
            }
            Ok(format!("[{}]", list.join(",")))
        })
    }

    /// Begins to wait for a message. Look with [`Engine::delivered`] after this, then wait: no change is missed.
    pub(crate) fn await_delivery<'a>(&'a self, msg_id: &'a str) -> Delivery<'a> {
        self.deliveries.watch(msg_id)
    }

    /// The message as JSON once the server has it, `None` while it is on its way. 90004 when the server refused it, 6017 when
    /// there is no such message.
    pub(crate) fn delivered(&self, msg_id: &str) -> Result<Option<String>> {
        self.store.snapshot(|db| {
            let Some(row) = message::by_msg_id(db, msg_id)? else {
                return Err(Error::invalid(format!("there is no message {}", quoted(msg_id))).into());
            };
            match row.status {
                MessageStatus::Sending => Ok(None),
                MessageStatus::Failed => {
                    let desc = format!("the server refused the message {}", quoted(msg_id));
                    Err(Error::new(Status::Refused, desc).into())
                }
                _ => {
                    let of = conversation::by_number(db, row.conversation)?
                        .ok_or_else(|| Error::internal("a message has no conversation"))?;
                    render::message(db, &row, &of).map(Some)
                }
            }
        })
    }

    /// Makes all who wait for a message look again: the login has ended, or the client is being closed.
    pub(crate) fn wake_deliveries(&self) {
        self.deliveries.wake_all();
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
                        let (msg_id, id) = (quoted(msg_id), quoted(id.as_str()));
                        return Err(Error::invalid(format!("lastMsgID {msg_id} is not a message of {id}")).into());
                    }
                },
            };
            let mut list = Vec::new();
            for message in message::page(db, row.id, place, is_older, count)? {
                list.push(render::message(db, &message, &row)?);
            }
            // Only of the older ones: what is stored always reaches to the newest end of the history.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, c2c, from_bob};
    use crate::model::{Change, Profile, RecvOpt, Status, UserId};
    use serde_json::Value;

    fn ids(fixture: &Fixture, from: Option<&str>, direction: Direction, count: i64) -> (Vec<String>, bool) {
        let (json, is_end) = fixture.engine.history(&bob(), from, direction, count).unwrap();
        let messages: Vec<Value> = serde_json::from_str(&json).unwrap();
        let ids = messages
            .iter()
            .map(|message| message["msgID"].as_str().unwrap().to_owned());
        (ids.collect(), is_end)
    }

    fn three() -> Fixture {
        let fixture = Fixture::new();
        (1..=3).for_each(|seq| fixture.live(from_bob(seq)));
        fixture
    }

    #[test]
    fn a_history_goes_on_next_to_a_message_and_without_it() {
        let fixture = three();
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(ids(&fixture, None, Direction::Older, 2).0, names(&["m3", "m2"]));
        assert_eq!(ids(&fixture, Some("m2"), Direction::Older, 2).0, names(&["m1"]));
        assert_eq!(ids(&fixture, Some("m2"), Direction::Newer, 2).0, names(&["m3"]));
    }

    #[test]
    fn the_end_is_reached_when_fewer_messages_are_left_than_asked_for() {
        let fixture = three();
        assert!(!ids(&fixture, None, Direction::Older, 3).1);
        assert!(ids(&fixture, None, Direction::Older, 4).1);
    }

    #[test]
    fn a_history_begins_at_a_message_of_its_own_conversation_only() {
        let fixture = three();
        for (id, msg_id) in [(bob(), "unknown"), (c2c("carol"), "m1")] {
            let error = fixture.engine.history(&id, Some(msg_id), Direction::Older, 1);
            assert_eq!(error.unwrap_err().status, Status::InvalidParameters);
        }
    }

    #[test]
    fn a_conversation_that_is_not_in_the_list_is_shown_and_not_stored() {
        let fixture = Fixture::new();
        assert_eq!(fixture.row(&bob())["orderkey"], 0);
        assert_eq!(fixture.engine.conversations(&[bob()]).unwrap(), "[]");
        assert!(fixture.list().is_empty());
    }

    #[test]
    fn a_conversation_that_is_not_in_the_list_has_what_is_known_of_it() {
        let fixture = Fixture::new();
        fixture.live(Change::Profile(Profile {
            user_id: UserId::trusted("bob"),
            nick_name: "Bob".to_owned(),
            face_url: "face".to_owned(),
        }));
        fixture.engine.set_recv_opt(&[bob()], RecvOpt::NotNotify).unwrap();
        let row = fixture.row(&bob());
        let shown = ["showName", "faceUrl", "recvOpt", "orderkey"].map(|key| row[key].clone());
        assert_eq!(shown, ["Bob".into(), "face".into(), 2.into(), 0.into()] as [Value; 4]);
        assert!(fixture.list().is_empty());
    }
}
