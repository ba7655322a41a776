//! What members have said that happened in a room, and what the room has told that waits for them to say it. The two come apart,
//! in either order.

use crate::model::tips::{
    GroupChangeInfo, GroupChangeType, GroupMemberInfo, GroupTipsElem, GroupTipsType, MemberChangeInfo,
};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// How long the member's word stands for the room's: an administrator may take somebody who has left off the lists later.
pub(super) const REMEMBERED: Duration = Duration::from_secs(600);

/// How many facts of a room are remembered.
const MAX_FACTS: usize = 200;

/// One thing that happened: what it is about, and what that is by now.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fact {
    about: String,
    now: String,
}

impl Fact {
    fn new(about: String, now: &str) -> Self {
        Self {
            about,
            now: now.to_owned(),
        }
    }
}

/// What members have said of a room, and what the room has said that waits for them.
#[derive(Default)]
pub(crate) struct Said {
    said: VecDeque<(Instant, Fact)>,
    waiting: Vec<(u64, Vec<Fact>)>,
    next: u64,
}

impl Said {
    /// Forgets what else was said of the same: should that come again, it is another time.
    fn outdate(&mut self, fact: &Fact) {
        self.said
            .retain(|(_, said)| said.about != fact.about || said.now == fact.now);
    }

    fn forget_old(&mut self) {
        let oldest = Instant::now().checked_sub(REMEMBERED);
        self.said
            .retain(|(time, _)| oldest.is_none_or(|oldest| *time >= oldest));
    }

    /// Takes a fact off those that were said; false when nobody has said it.
    fn take(&mut self, fact: &Fact) -> bool {
        self.forget_old();
        let place = self.said.iter().position(|(_, said)| said == fact);
        place.is_some_and(|place| self.said.remove(place).is_some())
    }

    /// A member says this: what waits for it is told by that.
    pub(super) fn add(&mut self, facts: Vec<Fact>) {
        let now = Instant::now();
        facts.iter().for_each(|fact| self.outdate(fact));
        self.said.retain(|(_, said)| !facts.contains(said));
        self.said.extend(facts.into_iter().map(|fact| (now, fact)));
        self.forget_old();
        let excess = self.said.len().saturating_sub(MAX_FACTS);
        self.said.drain(..excess);
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.retain_mut(|(_, facts)| {
            facts.retain(|fact| !self.take(fact));
            !facts.is_empty()
        });
        self.waiting = waiting;
    }

    /// The room says this. The number under which it waits for a member to say it; `None` when one has.
    pub(super) fn wait(&mut self, mut facts: Vec<Fact>) -> Option<u64> {
        facts.iter().for_each(|fact| self.outdate(fact));
        facts.retain(|fact| !self.take(fact));
        if facts.is_empty() {
            return None;
        }
        self.next += 1;
        self.waiting.push((self.next, facts));
        Some(self.next)
    }

    /// Whether it still waits. It does no more from here on.
    pub(super) fn end(&mut self, number: u64) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|(waiting, _)| *waiting != number);
        self.waiting.len() < before
    }
}

/// What a tip says, one by one. Whether somebody was invited or has joined, was removed or has left, rooms do not always know.
pub(super) fn facts(tips: &GroupTipsElem) -> Vec<Fact> {
    let members = |about: &str, now: &str| {
        let of = |member: &GroupMemberInfo| Fact::new(format!("{about} {}", member.user_id), now);
        tips.member_list.iter().map(of).collect()
    };
    match GroupTipsType::numbered(tips.r#type) {
        Some(GroupTipsType::Join | GroupTipsType::Invite) => members("member", "in"),
        Some(GroupTipsType::Quit) => vec![Fact::new(format!("member {}", tips.op_member.user_id), "out")],
        Some(GroupTipsType::Kicked) => members("member", "out"),
        Some(GroupTipsType::SetAdmin) => members("administrator", "is"),
        Some(GroupTipsType::CancelAdmin) => members("administrator", "is not"),
        Some(GroupTipsType::GroupInfoChange) => {
            let changes = tips.group_change_info_list.iter();
            let said = changes.filter(|change| !is_of_room(change)).map(|change| {
                let (value, is_so, number) = (&change.value, change.bool_value, change.int_value);
                Fact::new(format!("group {}", change.r#type), &format!("{is_so} {number} {value}"))
            });
            said.collect()
        }
        Some(GroupTipsType::MemberInfoChange) => {
            let changes = tips.member_change_info_list.iter();
            let is_muted = |change: &MemberChangeInfo| if change.mute_time > 0 { "muted" } else { "not muted" };
            let said = changes.map(|change| Fact::new(format!("voice {}", change.user_id), is_muted(change)));
            said.collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a change is one that a room tells of itself: by a name of libim's own, and no member says it.
pub(super) fn is_of_room(change: &GroupChangeInfo) -> bool {
    change.r#type == GroupChangeType::Custom as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(now: &str, whom: &str) -> Fact {
        Fact::new(whom.to_owned(), now)
    }

    #[test]
    fn what_the_room_tells_waits_for_the_member_and_is_told_by_one_of_them() {
        let mut said = Said::default();
        // The room first.
        let waits = said.wait(vec![fact("in", "carol")]).unwrap();
        said.add(vec![fact("in", "carol"), fact("in", "dave")]);
        assert!(!said.end(waits), "the member has told it");
        // The member first, of two at once.
        assert_eq!(said.wait(vec![fact("in", "dave")]), None);
        // That was said once: the next time is another one, and nobody has said it.
        let waits = said.wait(vec![fact("in", "dave")]).unwrap();
        assert!(said.end(waits));
        assert!(!said.end(waits), "once");
    }

    #[test]
    fn what_has_been_undone_since_is_told_again() {
        let mut said = Said::default();
        said.add(vec![fact("in", "carol")]);
        let waits = said.wait(vec![fact("out", "carol")]).unwrap();
        assert!(said.end(waits));
        assert!(said.wait(vec![fact("in", "carol")]).is_some());
    }
}
