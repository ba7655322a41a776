//! What happens among friends, as V2TIM's friendship listener tells it. Only what happens now: what a sync brings is in the
//! list of friends.

use super::json::shown_json;
use super::transaction::Transaction;
use crate::events::Event;
use crate::model::{ConversationId, Friend, Profile, UserId};
use crate::store::StoreResult;
use crate::store::directory::UserRow;

impl Transaction<'_> {
    /// A user is stored otherwise than before.
    pub(super) fn tell_friend(&mut self, user: &UserId, before: Option<&UserRow>, now: &UserRow) -> StoreResult<()> {
        let was = before.and_then(|before| before.remark.as_ref());
        let event = match (was, &now.remark) {
            _ if !self.live => return Ok(()),
            (None, Some(_)) => Event::FriendListAdded,
            (Some(_), None) => Event::FriendListDeleted,
            (Some(_), Some(_)) if before != Some(now) => Event::FriendInfoChanged,
            _ => return Ok(()),
        };
        let payload = match &now.remark {
            Some(remark) => shown_json(&[Friend {
                user_id: user.clone(),
                friend_remark: remark.clone(),
                profile: Profile {
                    user_id: user.clone(),
                    nick_name: now.nick_name.clone(),
                    face_url: now.face_url.clone(),
                    allow_type: now.allow_type,
                },
            }])?,
            None => shown_json(&[user.as_str()])?,
        };
        self.tell(event, ConversationId::c2c(user), payload);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::Fixture;
    use crate::model::{AllowType, Change};
    use serde_json::Value;

    fn friend(remark: Option<&str>) -> Change {
        Change::Friend {
            user_id: UserId::trusted("bob"),
            remark: remark.map(str::to_owned),
        }
    }

    fn named(name: &str) -> Change {
        Change::Profile(Profile {
            user_id: UserId::trusted("bob"),
            nick_name: name.to_owned(),
            face_url: String::new(),
            allow_type: AllowType::AllowAny,
        })
    }

    fn told(fixture: &Fixture) -> Vec<(Event, Value)> {
        let is_of_friends = |event: &Event| {
            [
                Event::FriendListAdded,
                Event::FriendListDeleted,
                Event::FriendInfoChanged,
            ]
            .contains(event)
        };
        let told = fixture.told().into_iter();
        told.filter(|(event, _)| is_of_friends(event)).collect()
    }

    #[test]
    fn friends_who_come_change_and_go_are_told_once_each() {
        let fixture = Fixture::new();
        for (change, event) in [
            (named("Bob"), None),
            (friend(Some("")), Some(Event::FriendListAdded)),
            (friend(Some("")), None),
            (friend(Some("Bobby")), Some(Event::FriendInfoChanged)),
            (named("Robert"), Some(Event::FriendInfoChanged)),
            (named("Robert"), None),
            (friend(None), Some(Event::FriendListDeleted)),
            (friend(None), None),
        ] {
            fixture.live(change.clone());
            let told = told(&fixture);
            assert_eq!(told.iter().map(|(event, _)| *event).next(), event, "{change:?}");
            let [(event, payload)] = told.as_slice() else { continue };
            match event {
                Event::FriendListDeleted => assert_eq!(payload[0], "bob"),
                _ => assert_eq!(payload[0]["userID"], "bob"),
            }
        }
    }

    #[test]
    fn a_sync_tells_nothing_of_friends() {
        let fixture = Fixture::new();
        fixture.history(friend(Some("Bobby")));
        assert_eq!(told(&fixture), []);
    }
}
