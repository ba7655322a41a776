//! Group tips: what they count and move, which events they are, and those that only this device has.

use crate::driver::{Driver, GROUPS};
use crate::naive::{ME, Msg, Naive};
use im::events::Event;
use im::model::tips::{GroupMemberInfo, GroupTipsElem};
use im::model::{Change, Elem, GroupRole, MessageBody, Recall, UserId};
use serde_json::Value;

/// The event that a tip is when it comes as news.
fn event_of(tips: &GroupTipsElem) -> Option<Event> {
    let is_of_others = tips.member_list.iter().any(|member| member.user_id != ME);
    Some(match tips.r#type {
        1 => Event::MemberEnter,
        2 => Event::MemberInvited,
        3 => Event::MemberLeave,
        4 if is_of_others => Event::MemberKicked,
        5 => Event::GrantAdministrator,
        6 => Event::RevokeAdministrator,
        7 => Event::GroupInfoChanged,
        8 => Event::MemberInfoChanged,
        _ => return None,
    })
}

impl Naive {
    /// What this device saw in a group is in its history, if the group is one of ours, and in the list.
    pub fn seen(&mut self, msg_id: &str, by: Option<&UserId>, tips: &GroupTipsElem) -> bool {
        let id = format!("group_{}", tips.group_id);
        let is_member = self
            .groups
            .get(&tips.group_id)
            .is_some_and(|group| group.role > GroupRole::None);
        if !is_member || self.find(msg_id).is_some() || !self.conv(&id).is_listed || self.conv(&id).recv_opt == 1 {
            return false;
        }
        let sender = by.map_or(tips.group_id.clone(), ToString::to_string);
        let user = self.users.get(&sender).cloned().unwrap_or_default();
        self.born += 1;
        let (born, time) = (self.born, self.now);
        let mut tips = tips.clone();
        for member in &mut tips.member_list {
            let known = self.users.get(&member.user_id).cloned().unwrap_or_default();
            (member.nick_name, member.face_url) = (known.nick_name, known.face_url);
        }
        let conv = self.conv(&id);
        conv.messages.push(Msg {
            born,
            msg_id: msg_id.to_owned(),
            position: conv.max_seq,
            seq: 0,
            time,
            status: 5,
            sender,
            nick_name: user.nick_name,
            face_url: user.face_url,
            body: MessageBody {
                is_excluded_from_unread_count: true,
                is_excluded_from_last_message: true,
                ..MessageBody::of(Elem::GroupTips(Box::new(tips)))
            },
            local_data: String::new(),
            local_int: 0,
            edit: None,
            reactions: Default::default(),
            readers: Default::default(),
            recall: Recall::default(),
        });
        true
    }
}

impl Driver {
    /// Tips of every kind, about somebody or about the user.
    pub fn any_tips(&mut self) -> GroupTipsElem {
        let user = [ME, "u1"][self.rng.usize(0..2)];
        GroupTipsElem {
            group_id: format!("g{}", self.rng.usize(0..GROUPS)),
            r#type: self.rng.i64(0..10),
            member_list: vec![GroupMemberInfo {
                user_id: user.to_owned(),
                ..GroupMemberInfo::default()
            }],
            member_count: self.rng.i64(0..100),
            ..GroupTipsElem::default()
        }
    }

    pub fn any_seen(&mut self) -> Change {
        Change::SeenInGroup {
            msg_id: format!("seen-{}", self.rng.u8(0..30)),
            by: self.rng.bool().then(|| UserId::trusted("u1")),
            tips: Box::new(self.any_tips()),
        }
    }

    /// Each tip that came as news is one event, and nothing else is.
    pub fn check_tips(&self, fresh: &[String], heard: &[(Event, Value)]) {
        let expected = fresh.iter().filter_map(|msg_id| {
            let (id, message) = self.model.find(msg_id)?;
            match &message.body.elem {
                Elem::GroupTips(tips) if id.starts_with("group_") => event_of(tips),
                _ => None,
            }
        });
        let told = heard.iter().map(|(event, _)| *event);
        let told = told.filter(|event| {
            let kinds = (1..9).filter_map(|kind| {
                event_of(&GroupTipsElem {
                    r#type: kind,
                    member_list: vec![GroupMemberInfo::default()],
                    ..GroupTipsElem::default()
                })
            });
            kinds.into_iter().any(|kind| kind == *event)
        });
        assert_eq!(told.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "group events");
    }
}
