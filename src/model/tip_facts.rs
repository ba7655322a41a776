//! What group tips say, one by one: the same act may be told by whoever did it and by the room, and a tip may tell several.

use super::tips::{GroupChangeInfo, GroupChangeType, GroupMemberInfo, GroupTipsElem, GroupTipsType, MemberChangeInfo};

/// One thing that happened: what it is about, and what that is by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    about: String,
    now: String,
}

impl Fact {
    fn new(about: String, now: impl Into<String>) -> Self {
        Self { about, now: now.into() }
    }

    /// Whether it is about the same thing as another one, and says something else of it.
    pub fn contradicts(&self, other: &Self) -> bool {
        self.about == other.about && self.now != other.now
    }

    /// Whether it is about the same thing.
    pub fn is_about_same(&self, other: &Self) -> bool {
        self.about == other.about
    }
}

impl GroupTipsElem {
    /// What it says, one by one. Whether somebody was invited or has joined, was removed or has left, is the same: rooms do not
    /// always know.
    pub fn facts(&self) -> Vec<Fact> {
        let members = self.member_list.iter().filter_map(|member| self.of_member(member));
        let changes = self
            .group_change_info_list
            .iter()
            .filter_map(|change| self.of_group(change));
        let others = self.member_change_info_list.iter();
        let others = others.filter_map(|change| self.of_change(change));
        self.of_leaver()
            .into_iter()
            .chain(members)
            .chain(changes)
            .chain(others)
            .collect()
    }

    fn kind(&self) -> Option<GroupTipsType> {
        GroupTipsType::numbered(self.r#type)
    }

    fn of_leaver(&self) -> Option<Fact> {
        let has_left = self.kind() == Some(GroupTipsType::Quit);
        has_left.then(|| Fact::new(format!("member {}", self.op_member.user_id), "out"))
    }

    fn of_member(&self, member: &GroupMemberInfo) -> Option<Fact> {
        let (about, now) = match self.kind()? {
            GroupTipsType::Join | GroupTipsType::Invite => ("member", "in"),
            GroupTipsType::Kicked => ("member", "out"),
            GroupTipsType::SetAdmin => ("administrator", "is"),
            GroupTipsType::CancelAdmin => ("administrator", "is not"),
            _ => return None,
        };
        Some(Fact::new(format!("{about} {}", member.user_id), now))
    }

    fn of_group(&self, change: &GroupChangeInfo) -> Option<Fact> {
        if self.kind() != Some(GroupTipsType::GroupInfoChange) || change.is_of_room() {
            return None;
        }
        let (value, is_so, number) = (&change.value, change.bool_value, change.int_value);
        Some(Fact::new(
            format!("group {}", change.r#type),
            format!("{is_so} {number} {value}"),
        ))
    }

    fn of_change(&self, change: &MemberChangeInfo) -> Option<Fact> {
        let is_muted = if change.mute_time > 0 { "muted" } else { "not muted" };
        let is_change = self.kind() == Some(GroupTipsType::MemberInfoChange);
        is_change.then(|| Fact::new(format!("voice {}", change.user_id), is_muted))
    }

    /// The tip without some of what it says; `None` when nothing is left of it.
    pub fn without(&self, gone: &[Fact]) -> Option<Self> {
        if gone.is_empty() {
            return Some(self.clone());
        }
        let stays = |fact: Option<Fact>| fact.is_none_or(|fact| !gone.contains(&fact));
        if !stays(self.of_leaver()) {
            return None;
        }
        let mut left = self.clone();
        left.member_list.retain(|member| stays(self.of_member(member)));
        left.group_change_info_list
            .retain(|change| stays(self.of_group(change)));
        left.member_change_info_list
            .retain(|change| stays(self.of_change(change)));
        let of_room = self.kind() == Some(GroupTipsType::GroupInfoChange)
            && left.group_change_info_list.iter().any(GroupChangeInfo::is_of_room);
        (left == *self || of_room || !left.facts().is_empty()).then_some(left)
    }
}

impl GroupChangeInfo {
    /// Whether it is one that a room tells of itself, by a name of libim's own: no member says it.
    pub fn is_of_room(&self) -> bool {
        self.r#type == GroupChangeType::Custom as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(what: GroupTipsType, users: &[&str]) -> GroupTipsElem {
        let named = |user: &&str| GroupMemberInfo {
            user_id: (*user).to_owned(),
            ..GroupMemberInfo::default()
        };
        GroupTipsElem {
            r#type: what as i64,
            op_member: named(&"olga"),
            member_list: users.iter().map(named).collect(),
            ..GroupTipsElem::default()
        }
    }

    #[test]
    fn who_is_in_or_out_is_one_fact_however_it_came_about() {
        let [invited, joined] = [GroupTipsType::Invite, GroupTipsType::Join].map(|what| of(what, &["olga"]).facts());
        assert_eq!(invited, joined);
        let left = of(GroupTipsType::Quit, &[]).facts();
        assert_eq!(left, of(GroupTipsType::Kicked, &["olga"]).facts());
        assert!(left[0].contradicts(&joined[0]) && !left[0].contradicts(&left[0]));
        assert!(of(GroupTipsType::Invalid, &["olga"]).facts().is_empty());
    }

    #[test]
    fn a_tip_loses_what_another_has_told_until_nothing_is_left() {
        let both = of(GroupTipsType::Kicked, &["bob", "carol"]);
        let bob = of(GroupTipsType::Kicked, &["bob"]);
        assert_eq!(both.without(&bob.facts()), Some(of(GroupTipsType::Kicked, &["carol"])));
        assert_eq!(both.without(&both.facts()), None);
        let left = of(GroupTipsType::Quit, &[]);
        assert_eq!(
            (left.without(&bob.facts()), left.without(&left.facts())),
            (Some(left.clone()), None)
        );
        let renamed = |changes| GroupTipsElem {
            group_change_info_list: changes,
            ..of(GroupTipsType::GroupInfoChange, &[])
        };
        let name = GroupChangeInfo::text(GroupChangeType::Name, "Crew");
        let logged = GroupChangeInfo::named("libim.isLogged", true);
        let all = renamed(vec![name.clone(), logged.clone()]);
        assert_eq!(all.without(&renamed(vec![name]).facts()), Some(renamed(vec![logged])));
    }
}
