//! Friend applications: who asks the user to become a friend, and whom the user has asked. The server decides what there is; the
//! list is kept here, so that it is there without a connection.

use super::core::Engine;
use super::json::shown_json;
use super::transaction::Transaction;
use crate::events::Event;
use crate::model::{Applied, ConversationId, FriendApplication, FriendApplicationType, Micros, Result, UserId};
use crate::store::{StoreResult, friend_application};
use serde::Serialize;

/// The friend applications of an account.
#[derive(Debug, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimFriendApplicationResult")
)]
#[serde(rename_all = "camelCase")]
pub struct FriendApplicationResult {
    /// How many of those that came in were not seen yet (`setFriendApplicationRead`).
    unread_count: i64,
    /// The applications, the newest first.
    friend_application_list: Vec<FriendApplication>,
}

impl Engine {
    /// `getFriendApplicationList`.
    pub fn friend_applications(&self) -> Result<FriendApplicationResult> {
        self.store.snapshot(|db| {
            Ok(FriendApplicationResult {
                unread_count: friend_application::unread(db)?,
                friend_application_list: friend_application::all(db)?,
            })
        })
    }

    /// The users of the applications of one kind.
    pub fn applicants(&self, kind: FriendApplicationType) -> Result<Vec<UserId>> {
        let all = self.store.read(|db| Ok(friend_application::all(db)?))?;
        let of_kind = all.into_iter().filter(|one| one.r#type == kind as i64);
        Ok(of_kind.map(|one| one.user_id).collect())
    }
}

impl Transaction<'_> {
    /// An application is there, or is not any more. A server may tell of one again and again.
    pub(super) fn application_changed(
        &mut self,
        user: &UserId,
        kind: FriendApplicationType,
        now: Option<&Applied>,
    ) -> StoreResult<()> {
        let conversation = ConversationId::c2c(user);
        let Some(now) = now else {
            if friend_application::remove(self.db, user, kind)? {
                let payload = shown_json(&[user.as_str()])?;
                self.tell(Event::FriendApplicationListDeleted, conversation, payload);
            }
            return Ok(());
        };
        let before = friend_application::find(self.db, user, kind)?;
        let is_same = |before: &Applied| (&before.source, &before.wording) == (&now.source, &now.wording);
        // A server that says nothing of times has it from now each time.
        if before
            .as_ref()
            .is_some_and(|before| is_same(before) && before.is_read >= now.is_read)
        {
            return Ok(());
        }
        friend_application::save(self.db, user, kind, now)?;
        let is_news = before.as_ref().is_none_or(|before| !is_same(before));
        if let Some(shown) = friend_application::show(self.db, user, kind)?.filter(|_| is_news) {
            let payload = shown_json(&[shown])?;
            self.tell(Event::FriendApplicationListAdded, conversation, payload);
        }
        Ok(())
    }

    /// The user has seen the applications, here or elsewhere.
    pub(super) fn applications_read(&mut self, up_to: Micros) -> StoreResult<()> {
        if friend_application::mark_read(self.db, up_to)? {
            let me = ConversationId::c2c(&self.me());
            self.tell(Event::FriendApplicationListRead, me, "null".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::Fixture;
    use crate::model::Change;
    use serde_json::Value;

    fn application(wording: Option<&str>, time: i64) -> Change {
        Change::FriendApplication {
            user_id: UserId::trusted("bob"),
            kind: FriendApplicationType::ComeIn,
            application: wording.map(|wording| Applied {
                time: Micros(time * 1_000_000),
                source: "search".to_owned(),
                wording: wording.to_owned(),
                is_read: false,
            }),
        }
    }

    fn read(time: i64) -> Change {
        Change::FriendApplicationsRead {
            up_to: Micros(time * 1_000_000),
        }
    }

    fn shown(fixture: &Fixture) -> Value {
        serde_json::to_value(fixture.engine.friend_applications().unwrap()).unwrap()
    }

    #[test]
    fn an_application_is_told_once_each_time_it_changes_and_stays_over_a_restart() {
        let fixture = Fixture::new();
        let events = |fixture: &Fixture| -> Vec<Event> { fixture.told().into_iter().map(|(event, _)| event).collect() };
        for (change, event) in [
            (application(Some("Hi"), 1), Some(Event::FriendApplicationListAdded)),
            (application(Some("Hi"), 2), None),
            (
                application(Some("It is me"), 3),
                Some(Event::FriendApplicationListAdded),
            ),
            (read(2), None),
            (read(3), Some(Event::FriendApplicationListRead)),
            (read(4), None),
            (application(Some("It is me"), 5), None),
        ] {
            fixture.live(change.clone());
            assert_eq!(events(&fixture), event.into_iter().collect::<Vec<_>>(), "{change:?}");
        }
        let fixture = fixture.reopen();
        let list = shown(&fixture);
        assert_eq!(list["unreadCount"], 0);
        let only = &list["friendApplicationList"][0];
        assert_eq!(
            (
                &only["userID"],
                &only["addWording"],
                &only["addSource"],
                &only["addTime"],
                &only["type"]
            ),
            (
                &"bob".into(),
                &"It is me".into(),
                &"search".into(),
                &3.into(),
                &1.into()
            )
        );
        fixture.live(application(Some("Again"), 6));
        assert_eq!(shown(&fixture)["unreadCount"], 1, "what is new was not seen");
        fixture.told();
        for event in [Some(Event::FriendApplicationListDeleted), None] {
            fixture.live(application(None, 0));
            assert_eq!(events(&fixture), event.into_iter().collect::<Vec<_>>());
        }
        assert_eq!(shown(&fixture)["friendApplicationList"], Value::Array(Vec::new()));
    }
}
