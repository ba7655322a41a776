//! What members have said that happened in a room, and what the room has told that waits for them to say it. The two come apart,
//! in either order.

use crate::model::tips::{GroupChangeInfo, GroupChangeType, GroupTipsElem, GroupTipsType};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// How long the member's word stands for the room's: an administrator may take somebody who has left off the lists later.
const REMEMBERED: Duration = Duration::from_secs(600);

/// How many facts of a room are remembered.
const MAX_FACTS: usize = 200;

/// One thing that happened: what, to whom or with which value.
pub(super) type Fact = (&'static str, String);

/// What members have said of a room, and what the room has said that waits for them.
#[derive(Default)]
pub(crate) struct Said {
    said: VecDeque<(Instant, Fact)>,
    waiting: Vec<(u64, Vec<Fact>)>,
    next: u64,
}

impl Said {
    /// Forgets that somebody has said the opposite of this: should that come again, it is another time.
    fn outdate(&mut self, fact: &Fact) {
        let (what, whom) = fact;
        let opposite = match *what {
            "in" => "out",
            "out" => "in",
            "administrator" => "no administrator",
            "no administrator" => "administrator",
            _ => return,
        };
        self.said.retain(|(_, said)| (said.0, &said.1) != (opposite, whom));
    }

    /// Takes a fact off those that were said; false when nobody has said it.
    fn take(&mut self, fact: &Fact) -> bool {
        let oldest = Instant::now().checked_sub(REMEMBERED);
        self.said
            .retain(|(time, _)| oldest.is_none_or(|oldest| *time >= oldest));
        let place = self.said.iter().position(|(_, said)| said == fact);
        place.is_some_and(|place| self.said.remove(place).is_some())
    }

    /// A member says this: what waits for it is told by that.
    pub(super) fn add(&mut self, facts: Vec<Fact>) {
        let now = Instant::now();
        facts.iter().for_each(|fact| self.outdate(fact));
        self.said.extend(facts.into_iter().map(|fact| (now, fact)));
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
    let members = |what: &'static str| {
        let ids = tips.member_list.iter().map(|member| member.user_id.clone());
        ids.map(|id| (what, id)).collect()
    };
    match GroupTipsType::numbered(tips.r#type) {
        Some(GroupTipsType::Join | GroupTipsType::Invite) => members("in"),
        Some(GroupTipsType::Quit) => vec![("out", tips.op_member.user_id.clone())],
        Some(GroupTipsType::Kicked) => members("out"),
        Some(GroupTipsType::SetAdmin) => members("administrator"),
        Some(GroupTipsType::CancelAdmin) => members("no administrator"),
        Some(GroupTipsType::GroupInfoChange) => {
            // Fields of libim's own are what rooms say of themselves: no member does.
            let is_said = |change: &&GroupChangeInfo| change.r#type != GroupChangeType::Custom as i64;
            let changes = tips.group_change_info_list.iter().filter(is_said);
            let said = changes.map(|change| {
                let (kind, key, is_so, number) = (change.r#type, &change.key, change.bool_value, change.int_value);
                ("group", format!("{kind} {key} {is_so} {number} {}", change.value))
            });
            said.collect()
        }
        Some(GroupTipsType::MemberInfoChange) => {
            let changes = tips.member_change_info_list.iter();
            let said = changes.map(|change| ("mute", format!("{} {}", change.mute_time > 0, change.user_id)));
            said.collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(what: &'static str, whom: &str) -> Fact {
        (what, whom.to_owned())
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
