//! Group applications: who asks to join a group that the user leads, and who invites. The server decides what there is; the list is kept here, so
//! that it is there without a connection.

use super::core::Engine;
use super::json::shown_json;
use super::transaction::Transaction;
use crate::events::Event;
use crate::model::tips::GroupMemberInfo;
use crate::model::{
    AppliedToGroup, ConversationId, GroupApplication, GroupApplicationId, GroupId, Micros, Result, UserId,
};
use crate::store::{StoreResult, group_application};
use serde::Serialize;

/// The group applications that the user can decide.
#[derive(Debug, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimGroupApplicationResult")
)]
#[serde(rename_all = "camelCase")]
pub struct GroupApplicationResult {
    /// How many were not seen yet (`setGroupApplicationRead`).
    unread_count: i64,
    /// The applications, the newest first.
    group_application_list: Vec<GroupApplication>,
}

/// Somebody asks to join a group, or an invitation waits for a decision.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "GroupJoinApplication")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JoinApplication<'a> {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: &'a str,
    /// Who asks, or invites.
    member: &'a GroupMemberInfo,
    /// What they say; empty when they say nothing.
    op_reason: &'a str,
}

/// A request of the current user to join a group, or an invitation by them, was decided.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "GroupApplicationDecision")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApplicationProcessed<'a> {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: &'a str,
    /// Who has decided.
    op_user: &'a GroupMemberInfo,
    /// Whether the one that it is about is a member now: the current user, or who was invited.
    is_agree_join: bool,
    /// What they say; empty when they say nothing.
    op_reason: &'a str,
}

impl Engine {
    /// `getGroupApplicationList`.
    pub fn group_applications(&self) -> Result<GroupApplicationResult> {
        self.store.snapshot(|db| {
            Ok(GroupApplicationResult {
                unread_count: group_application::unread(db)?,
                group_application_list: group_application::all(db)?,
            })
        })
    }

    /// Which applications there are.
    pub fn group_applicants(&self) -> Result<Vec<GroupApplicationId>> {
        self.store.read(|db| Ok(group_application::ids(db)?))
    }
}

impl Transaction<'_> {
    /// An application is there, or is not any more. A server may tell of one again and again.
    pub(super) fn group_application_changed(
        &mut self,
        id: &GroupApplicationId,
        now: Option<&AppliedToGroup>,
    ) -> StoreResult<()> {
        let conversation = ConversationId::group(&id.group_id);
        let Some(now) = now else {
            if group_application::remove(self.db, id)? {
                self.tell(Event::GroupApplicationListChanged, conversation, "null".to_owned());
            }
            return Ok(());
        };
        let before = group_application::find(self.db, id)?;
        if before.as_ref() == Some(now) {
            return Ok(());
        }
        group_application::save(self.db, id, now)?;
        // What is said again is news again.
        if before.is_none_or(|before| before.time != now.time) {
            let payload = shown_json(&JoinApplication {
                group_id: id.group_id.as_str(),
                member: &self.member_info(Some(&id.from_user))?,
                op_reason: &now.message,
            })?;
            self.tell(Event::ReceiveJoinApplication, conversation, payload);
        }
        Ok(())
    }

    /// The user has seen the applications, here or elsewhere.
    pub(super) fn group_applications_read(&mut self, up_to: Micros) -> StoreResult<()> {
        if group_application::mark_read(self.db, up_to)? {
            let me = ConversationId::c2c(&self.me());
            self.tell(Event::GroupApplicationListChanged, me, "null".to_owned());
        }
        Ok(())
    }

    /// The user's own request or invitation was decided. Of what a sync brings nothing is told: whether the user is a member says it.
    pub(super) fn group_application_processed(
        &mut self,
        group: &GroupId,
        by: &UserId,
        is_agree_join: bool,
        op_reason: &str,
    ) -> StoreResult<()> {
        if self.live {
            let payload = shown_json(&ApplicationProcessed {
                group_id: group.as_str(),
                op_user: &self.member_info(Some(by))?,
                is_agree_join,
                op_reason,
            })?;
            self.tell(Event::ApplicationProcessed, ConversationId::group(group), payload);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::Fixture;
    use crate::model::{Change, GroupApplicationType};
    use serde_json::{Value, json};

    fn application(message: Option<&str>, time: i64) -> Change {
        Change::GroupApplication {
            id: GroupApplicationId::to_join(GroupId::trusted("team"), UserId::trusted("bob")),
            application: message.map(|message| AppliedToGroup {
                time: Micros(time * 1_000_000),
                message: message.to_owned(),
                is_read: false,
            }),
        }
    }

    fn read(time: i64) -> Change {
        Change::GroupApplicationsRead {
            up_to: Micros(time * 1_000_000),
        }
    }

    #[test]
    fn an_application_is_told_once_each_time_it_is_made_and_stays_over_a_restart() {
        let fixture = Fixture::new();
        let events = |fixture: &Fixture| -> Vec<Event> { fixture.told().into_iter().map(|(event, _)| event).collect() };
        let (made, changed) = (Event::ReceiveJoinApplication, Event::GroupApplicationListChanged);
        for (change, event) in [
            (application(Some("Hi"), 1), Some(made)),
            (application(Some("Hi"), 1), None),
            (application(Some("Please"), 3), Some(made)),
            (read(2), None),
            (read(3), Some(changed)),
            (read(4), None),
        ] {
            fixture.live(change.clone());
            assert_eq!(events(&fixture), event.into_iter().collect::<Vec<_>>(), "{change:?}");
        }
        let fixture = fixture.reopen();
        let shown = |fixture: &Fixture| serde_json::to_value(fixture.engine.group_applications().unwrap()).unwrap();
        let list = shown(&fixture);
        assert_eq!(list["unreadCount"], 0);
        let only = &list["groupApplicationList"][0];
        assert_eq!(
            (&only["fromUser"], &only["requestMsg"], &only["addTime"]),
            (&json!("bob"), &json!("Please"), &json!(3))
        );
        for event in [Some(changed), None] {
            fixture.live(application(None, 0));
            assert_eq!(events(&fixture), event.into_iter().collect::<Vec<_>>());
        }
        assert_eq!(shown(&fixture)["groupApplicationList"], Value::Array(Vec::new()));
    }

    #[test]
    fn invitations_stand_beside_a_request_of_the_same_user_and_each_has_its_own_end() {
        let fixture = Fixture::new();
        let invited = |to: &str, kind: GroupApplicationType, time: Option<i64>| Change::GroupApplication {
            id: GroupApplicationId {
                kind,
                to_user: Some(UserId::trusted(to)),
                ..GroupApplicationId::to_join(GroupId::trusted("team"), UserId::trusted("bob"))
            },
            application: time.map(|time| AppliedToGroup {
                time: Micros(time * 1_000_000),
                message: String::new(),
                is_read: false,
            }),
        };
        let by_admin = GroupApplicationType::InviteApprovedByAdmin;
        fixture.live(application(Some("Hi"), 1));
        for (to, kind, time) in [
            ("carol", by_admin, 2),
            ("dave", by_admin, 3),
            ("me", GroupApplicationType::InviteApprovedByInvitee, 4),
        ] {
            fixture.live(invited(to, kind, Some(time)));
        }
        let shown = || {
            let list = serde_json::to_value(fixture.engine.group_applications().unwrap()).unwrap();
            let list = list["groupApplicationList"].as_array().unwrap().clone();
            let shown = list.iter().map(|one| (one["toUser"].clone(), one["type"].clone()));
            shown.collect::<Vec<_>>()
        };
        let all = [
            (json!("me"), json!(1)),
            (json!("dave"), json!(2)),
            (json!("carol"), json!(2)),
            (json!(""), json!(0)),
        ];
        assert_eq!(shown(), all);
        let told = fixture.told().into_iter();
        let told = told.filter(|(event, _)| *event == Event::ReceiveJoinApplication);
        assert_eq!(told.count(), 4);
        fixture.live(invited("carol", by_admin, None));
        assert_eq!(shown(), [all[0].clone(), all[1].clone(), all[3].clone()]);
        fixture.live(application(None, 0));
        assert_eq!(shown(), [all[0].clone(), all[1].clone()]);
    }

    #[test]
    fn a_decision_is_told_when_it_is_made_and_not_by_a_sync() {
        let fixture = Fixture::new();
        let decided = || Change::GroupApplicationProcessed {
            group_id: GroupId::trusted("team"),
            by: UserId::trusted("alice"),
            is_agreed: false,
            reason: "We are full".to_owned(),
        };
        fixture.history(decided());
        assert_eq!(fixture.told(), []);
        fixture.live(decided());
        let told = fixture.told_of(Event::ApplicationProcessed);
        assert_eq!(
            (&told["isAgreeJoin"], &told["opReason"], &told["opUser"]["userID"]),
            (&json!(false), &json!("We are full"), &json!("alice"))
        );
    }
}
