//! What the current user has done in a group, on a service whose groups say nothing of it themselves: the group is told by a
//! message, as whatever else the user says there, and so all devices have it in the same place.

use super::json::{parse_body, to_json};
use super::transaction::{LoadedConversation, Transaction};
use crate::events::Event;
use crate::model::tips::GroupTipsElem;
use crate::model::{ConversationId, Elem, GroupId, GroupRole, MessageBody, MessageStatus};
use crate::store::message::{self, MessageRow};
use crate::store::{StoreResult, directory};

impl Transaction<'_> {
    /// Tells the group, and the app at once.
    pub(super) fn done_in_group(&mut self, tips: &GroupTipsElem) -> StoreResult<()> {
        let group = GroupId::trusted(tips.group_id.as_str());
        let is_member = directory::group(self.db, &group)?.is_some_and(|known| known.role > GroupRole::None);
        if !is_member {
            return Ok(());
        }
        let unique = uuid::Uuid::new_v4();
        let tips = self.with_names(tips)?;
        let body = MessageBody {
            is_excluded_from_unread_count: true,
            random: unique.as_fields().0,
            ..MessageBody::of(Elem::GroupTips(Box::new(tips.clone())))
        };
        self.edit(&ConversationId::group(&group), |tx, loaded| {
            let row = tx.unsent_row(loaded, unique.to_string(), &body, String::new())?;
            let news = tx.take_in_seen(loaded, &tips, tx.now)?;
            tx.store_pending(loaded, &row)?;
            tx.tell_message(Event::RecvNewMessage, loaded, &row)?;
            match news {
                Some(news) => tx.tell_tips(&loaded.row.conversation_id, &news),
                None => Ok(()),
            }
        })
    }

    /// The server does not pass it on to the group: it stays as something that this device alone has seen.
    pub(super) fn keep_untold(&mut self, loaded: &mut LoadedConversation, mut row: MessageRow) -> StoreResult<()> {
        row.status = MessageStatus::LocalImported;
        row.position = loaded.row.max_seq;
        row.is_excluded_from_last_message = true;
        // One that the disk has damaged is shown as such.
        if let Ok(body) = parse_body(&row) {
            row.body = to_json(&MessageBody {
                is_excluded_from_last_message: true,
                ..body
            })?;
        }
        message::delete(self.db, row.id)?;
        row.id = message::insert(self.db, &row)?;
        self.tell_message(Event::MessageStatusChanged, loaded, &row)
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, message, refused, team, team_with};
    use crate::events::Event;
    use crate::model::tips::{GroupMemberInfo, GroupTipsElem, GroupTipsType};
    use crate::model::{Change, Elem, GroupRole, Micros, Outbound, Outcome};
    use serde_json::Value;

    fn kicked() -> Change {
        Change::DoneInGroup {
            tips: Box::new(GroupTipsElem {
                group_id: team().target().to_owned(),
                r#type: GroupTipsType::Kicked as i64,
                op_member: GroupMemberInfo {
                    user_id: "alice".to_owned(),
                    ..GroupMemberInfo::default()
                },
                member_list: vec![GroupMemberInfo {
                    user_id: "carol".to_owned(),
                    ..GroupMemberInfo::default()
                }],
                ..GroupTipsElem::default()
            }),
        }
    }

    fn in_group() -> Fixture {
        let fixture = Fixture::new();
        fixture.live(team_with(GroupRole::Owner));
        fixture.live(Change::Message(message(&team(), "bob", 1)));
        fixture.complete_all();
        fixture.told();
        fixture
    }

    fn last(fixture: &Fixture) -> (Value, Value) {
        let row = fixture.row(&team());
        (
            row["lastMessage"]["elemType"].clone(),
            row["lastMessage"]["status"].clone(),
        )
    }

    #[test]
    fn what_the_user_does_is_told_at_once_and_goes_out_as_a_message() {
        let fixture = in_group();
        fixture.live(kicked());
        let told: Vec<Event> = fixture.told().into_iter().map(|(event, _)| event).collect();
        assert!(
            told.contains(&Event::MemberKicked) && told.contains(&Event::RecvNewMessage),
            "{told:?}"
        );
        assert_eq!(last(&fixture), (9.into(), 1.into()));
        let Some(Outbound::Send(sent)) = fixture.command() else {
            panic!("nothing goes out");
        };
        assert!(matches!(sent.body.elem, Elem::GroupTips(_)));
        fixture.complete(Outcome::Sent {
            seq: 2,
            time: Micros(1),
        });
        assert_eq!(last(&fixture), (9.into(), 2.into()));
        assert!(
            !fixture.told().iter().any(|(event, _)| *event == Event::MemberKicked),
            "once"
        );
    }

    #[test]
    fn what_the_group_is_not_told_stays_on_this_device_and_is_no_last_message() {
        let fixture = in_group();
        fixture.live(kicked());
        fixture.complete(refused());
        assert_eq!(last(&fixture).0, 1);
        let statuses: Vec<i64> = fixture
            .messages(&team())
            .into_iter()
            .map(|(_, status)| status)
            .collect();
        assert_eq!(statuses, [2, 5]);
    }
}
