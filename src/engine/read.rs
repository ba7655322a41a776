//! Reading the cache: single conversations, totals, histories, friends and groups. Never waits for a writer.

use super::core::Engine;
use super::deliveries::Delivery;
use super::group_names::GroupNames;
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
            let groups = GroupNames::load(db)?;
            render::conversation(
                db,
                &row,
                Parts {
                    group: group.as_ref(),
                    last: None,
                    ats: Vec::new(),
                    groups: groups.names(&groups.now(&row.group_keys)),
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
            let none = || Error::invalid(format!("there is no message {}", quoted(msg_id)));
            let row = message::by_msg_id(db, msg_id)?.ok_or_else(none)?;
            match row.status {
                MessageStatus::Sending => Ok(None),
                MessageStatus::Failed => {
                    let desc = format!("the server refused the message {}", quoted(msg_id));
                    Err(Error::new(Status::Refused, desc).into())
                }
                MessageStatus::LocalImported => {
                    let desc = format!("msgID {} was inserted on this device and is not sent", quoted(msg_id));
                    Err(Error::invalid(desc).into())
                }
                _ => {
                    // One whose place the disk has damaged is in no history either.
                    let of = conversation::by_number(db, row.conversation)?.ok_or_else(none)?;
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
    use crate::engine::fixture::{Fixture, bob};
    use crate::model::{AllowType, Change, Profile, RecvOpt, UserId};
    use serde_json::Value;

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
            allow_type: AllowType::AllowAny,
        }));
        fixture.engine.set_recv_opt(&[bob()], RecvOpt::NotNotify).unwrap();
        let row = fixture.row(&bob());
        let shown = ["showName", "faceUrl", "recvOpt", "orderkey"].map(|key| row[key].clone());
        assert_eq!(shown, ["Bob".into(), "face".into(), 2.into(), 0.into()] as [Value; 4]);
        assert!(fixture.list().is_empty());
    }
}
