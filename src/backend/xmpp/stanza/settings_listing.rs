//! What keeps a conversation in the list although no message does, and what a group that the user is out of showed: both
//! stand beside the settings in the item that the account's devices share, and converge like them.

use super::settings::{Field, Shared};
use crate::model::{
    ConversationId, Group, GroupAddOpt, GroupId, GroupRole, GroupType, Micros, Place, Setting, SettingKind, Stamp,
};
use serde_json::json;

/// The conversation is in the list, since the delete that its stamp comes after.
const LISTED: &str = "listed";
/// The group as it was when the user ceased to be a member.
const GROUP: &str = "group";
/// The membership of the group that the user ended last, by its name in the bookmark.
const ENDED: &str = "endedMembership";

impl Shared {
    /// The conversation is in the list of this device, at this place.
    // Stamped right after the last delete that is known and not with the time: a delete on another device that this one has
    // not heard of takes the conversation out of the list, whichever came first by the clock.
    pub(crate) fn keep(&self, time: Micros) -> Self {
        let after = self.left_the_list().time.0.saturating_add(1);
        let field = Field {
            value: true.into(),
            stamp: Stamp {
                time: Micros(after),
                device: String::new(),
            },
            // The latest place stays.
            at: Some(Place {
                time,
                id: String::new(),
                ..Place::default()
            }),
        };
        Self::of_field(LISTED, field)
    }

    /// When the conversation last left the list: deleted, or taken out with its messages kept.
    fn left_the_list(&self) -> Stamp {
        let out = self.fields.get(&*SettingKind::OutOfList.name());
        let out = out.map_or_else(Stamp::default, |field| field.stamp.clone());
        out.max(self.delete_stamp.clone())
    }

    /// A stamp after all that is known of a setting, and not before `since`. Whoever makes it at the same time makes the same.
    pub(crate) fn newer(&self, kind: SettingKind, since: Micros) -> Stamp {
        let known = self.fields.get(&*kind.name());
        let mut known = known.map_or(Micros(0), |field| field.stamp.time);
        if kind.goes_with_conversation() {
            known = known.max(self.left_the_list().time);
        }
        Stamp {
            time: Micros(known.0.saturating_add(1)).max(since),
            device: String::new(),
        }
    }

    /// The pin and the receive option, where they were set. A conversation that left the list later is not pinned.
    pub(crate) fn in_effect(&self) -> Vec<Setting> {
        let settings = self.settings().into_iter();
        let effective = settings.filter_map(|change| match change.setting {
            Setting::Pinned(pinned) => Some(Setting::Pinned(pinned && change.stamp > self.left_the_list())),
            Setting::RecvOpt(opt) => Some(Setting::RecvOpt(opt)),
            _ => None,
        });
        effective.collect()
    }

    /// The place of a conversation that was listed and has not left the list since.
    pub(crate) fn listed(&self) -> Option<Micros> {
        let field = self.fields.get(LISTED)?;
        let is_kept = field.value == true && field.stamp > self.left_the_list();
        Some(field.at.as_ref()?.time).filter(|_| is_kept)
    }

    /// The user is out of the group. Nothing when that is known already.
    pub(crate) fn left(&self, group: &Group, now: Micros) -> Self {
        let field = left_field(group, now);
        if self.fields.get(GROUP).is_some_and(|known| known.value == field.value) {
            return Self::default();
        }
        Self::of_field(GROUP, field)
    }

    /// The user leaves the group now, whether or not they have been out of it before, and ends a membership.
    pub(crate) fn quit(&self, group: &Group, membership: Option<&str>, now: Micros) -> Self {
        let of_time = |name| self.fields.get(name).map_or(0, |known| known.stamp.time.0);
        let known = of_time(GROUP).max(of_time(ENDED));
        let now = now.max(Micros(known.saturating_add(1)));
        let mut shared = Self::of_field(GROUP, left_field(group, now));
        if let Some(membership) = membership {
            let field = Field {
                value: membership.into(),
                ..left_field(group, now)
            };
            shared.fields.insert(ENDED.to_owned(), field);
        }
        shared
    }

    /// Whether the user has ended a membership of the group. The last one only is known.
    pub(crate) fn has_ended(&self, membership: &str) -> bool {
        self.fields.get(ENDED).is_some_and(|field| field.value == membership)
    }

    /// Whether it says of the group what an earlier state does not: another one, or the same again, later.
    pub(crate) fn has_left_since(&self, earlier: &Self) -> bool {
        self.fields.get(GROUP) != earlier.fields.get(GROUP)
    }

    /// When the user was out of the group.
    pub(crate) fn left_at(&self) -> Option<Micros> {
        self.fields.get(GROUP).map(|field| field.stamp.time)
    }

    /// When the user ended a membership of the group.
    pub(crate) fn quit_at(&self) -> Option<Micros> {
        self.fields.get(ENDED).map(|field| field.stamp.time)
    }

    /// The group of a conversation as the user saw it last, if they have ever been out of it.
    pub(crate) fn left_group(&self, conversation: &ConversationId) -> Option<Group> {
        let group_id: GroupId = conversation.group_id()?;
        let value = &self.fields.get(GROUP)?.value;
        let text = |name: &str| {
            value
                .get(name)
                .and_then(|it| it.as_str())
                .unwrap_or_default()
                .to_owned()
        };
        Some(Group {
            group_id,
            group_type: GroupType::parse(&text("groupType"))?,
            group_name: text("groupName"),
            face_url: text("faceUrl"),
            introduction: String::new(),
            notification: None,
            owner: None,
            create_time: 0,
            member_count: 0,
            role: GroupRole::None,
            is_all_muted: false,
            add_opt: GroupAddOpt::Any,
            approve_opt: GroupAddOpt::Forbid,
        })
    }

    fn of_field(name: &str, field: Field) -> Self {
        let mut shared = Self::default();
        shared.fields.insert(name.to_owned(), field);
        shared
    }
}

fn left_field(group: &Group, now: Micros) -> Field {
    let value = json!({
        "groupType": group.group_type.as_str(),
        "groupName": group.group_name,
        "faceUrl": group.face_url,
    });
    Field {
        value,
        stamp: Stamp {
            time: now,
            device: String::new(),
        },
        at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::tests::{place, stamp};
    use super::*;
    use crate::model::StampedSetting;

    #[test]
    fn a_conversation_is_listed_at_its_latest_place_until_it_is_deleted() {
        let kept = Shared::default().keep(Micros(7));
        assert_eq!(kept.listed(), Some(Micros(7)));
        for shared in [
            kept.merged(&Shared::default().keep(Micros(3))),
            Shared::default().keep(Micros(3)).merged(&kept),
        ] {
            assert_eq!(shared.listed(), Some(Micros(7)));
            assert!(shared.covers(&kept));
        }
        let deleted = kept.merged(&Shared::delete(Some(place(9)), &stamp(9, "a")));
        assert_eq!(deleted.listed(), None);
        // A device that has not heard of the delete does not undo it, and one that has does.
        assert_eq!(deleted.merged(&kept.keep(Micros(20))).listed(), None);
        assert_eq!(deleted.merged(&deleted.keep(Micros(20))).listed(), Some(Micros(20)));
        let read = Shared::parse(&kept.encode().text()).unwrap();
        assert_eq!(read.listed(), Some(Micros(7)));
    }

    #[test]
    fn a_conversation_that_was_taken_out_with_its_messages_is_not_listed_either() {
        let kept = Shared::default().keep(Micros(7));
        let change = StampedSetting {
            setting: Setting::OutOfList(place(8)),
            stamp: stamp(9, "a"),
        };
        let out = kept.merged(&Shared::set(&change, place(8)));
        assert_eq!(out.listed(), None);
        assert_eq!(out.merged(&out.keep(Micros(20))).listed(), Some(Micros(20)));
    }

    #[test]
    fn a_group_is_remembered_as_it_was_seen_last() {
        let id = ConversationId::trusted("group_team@rooms.example.org");
        let group = |name: &str| Group {
            group_id: id.group_id().unwrap(),
            group_type: GroupType::Meeting,
            group_name: name.to_owned(),
            face_url: "face".to_owned(),
            introduction: String::new(),
            notification: None,
            owner: None,
            create_time: 0,
            member_count: 0,
            role: GroupRole::None,
            is_all_muted: false,
            add_opt: GroupAddOpt::Any,
            approve_opt: GroupAddOpt::Forbid,
        };
        let known = Shared::default();
        assert_eq!(known.left_group(&id), None);
        let once = known.merged(&known.left(&group("Team"), Micros(1)));
        assert_eq!(once.left_group(&id), Some(group("Team")));
        assert_eq!(once.left(&group("Team"), Micros(2)), Shared::default());
        // Who quits twice has left twice, also where the clock says nothing of it.
        let twice = once.merged(&once.quit(&group("Team"), Some("m1"), Micros(1)));
        assert!(twice.has_left_since(&once) && !once.merged(&once).has_left_since(&once));
        assert_eq!(twice.left_group(&id), Some(group("Team")));
        let read = Shared::parse(&twice.encode().text()).unwrap();
        assert!(read.has_ended("m1") && !read.has_ended("m2") && !once.has_ended("m1"));
        let again = once.merged(&once.left(&group("Us"), Micros(2)));
        assert_eq!(
            Shared::parse(&again.encode().text()).unwrap().left_group(&id),
            Some(group("Us"))
        );
        assert_eq!(again.left_group(&ConversationId::trusted("c2c_bob@example.org")), None);
    }
}
