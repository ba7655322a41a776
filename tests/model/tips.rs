//! Group tips: what they count and move, which events they are, those that only this device has seen, and those of what the user
//! does.

use crate::driver::{Driver, GROUPS};
use crate::naive::{ME, Msg, Naive};
use im::events::Event;
use im::model::tips::{GroupChangeInfo, GroupMemberInfo, GroupTipsElem};
use im::model::{Change, ConversationId, Elem, GroupId, GroupRole, Inbound, Message, MessageBody, Recall, UserId};
use serde_json::Value;
use std::collections::BTreeMap;

/// Something that was seen and waits to be said: its group, its msgID, who did it.
#[derive(Clone, Debug)]
pub struct Seen {
    group: String,
    msg_id: String,
    by: Option<UserId>,
    tips: GroupTipsElem,
}

#[derive(Default)]
pub struct GroupNews {
    /// What was told as it was seen.
    seen: Vec<String>,
    /// The groups in which something seen has given way to what was said.
    missed: Vec<String>,
    /// What of a tip is news, if not all of it.
    said: BTreeMap<String, Option<GroupTipsElem>>,
}

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

/// One thing that a tip says: of what, and what that is now.
type Said = (String, String);

fn of_member(tips: &GroupTipsElem, member: &GroupMemberInfo) -> Option<Said> {
    let (what, now) = match tips.r#type {
        1 | 2 => ("member", "in"),
        4 => ("member", "out"),
        5 => ("role", "administrator"),
        6 => ("role", "member"),
        _ => return None,
    };
    Some((format!("{what} {}", member.user_id), now.to_owned()))
}

fn of_change(tips: &GroupTipsElem, change: &GroupChangeInfo) -> Option<Said> {
    (tips.r#type == 7).then(|| (format!("change {}", change.r#type), change.value.clone()))
}

fn all_of(tips: &GroupTipsElem) -> Vec<Said> {
    let left = (tips.r#type == 3).then(|| (format!("member {}", tips.op_member.user_id), "out".to_owned()));
    let members = tips.member_list.iter().filter_map(|member| of_member(tips, member));
    let changes = tips.group_change_info_list.iter();
    let changes = changes.filter_map(|change| of_change(tips, change));
    left.into_iter().chain(members).chain(changes).collect()
}

/// A tip without these: as it is when it says none of them, and `None` when it says nothing else.
fn less(tips: &GroupTipsElem, gone: &[Said]) -> Option<GroupTipsElem> {
    let said = all_of(tips);
    if !said.iter().any(|said| gone.contains(said)) {
        return Some(tips.clone());
    }
    let mut left = tips.clone();
    left.member_list
        .retain(|member| of_member(tips, member).is_none_or(|said| !gone.contains(&said)));
    left.group_change_info_list
        .retain(|change| of_change(tips, change).is_none_or(|said| !gone.contains(&said)));
    said.iter().any(|said| !gone.contains(said)).then_some(left)
}

fn tips_of(message: &Msg) -> Option<&GroupTipsElem> {
    match &message.body.elem {
        Elem::GroupTips(tips) => Some(tips),
        _ => None,
    }
}

const MINUTES_10: i64 = 600_000_000;
const DAY: i64 = 86_400_000_000;

impl Naive {
    fn is_in(&self, group: &str) -> bool {
        self.groups.get(group).is_some_and(|group| group.role > GroupRole::None)
    }

    /// What this device sees in a group of ours waits or is told, and what waits is told when its time is over.
    pub fn seen(&mut self, change: &Change) {
        match change {
            Change::SeenInGroup {
                msg_id,
                by,
                tips,
                waits,
            } if self.is_in(&tips.group_id) => {
                let seen = Seen {
                    group: tips.group_id.clone(),
                    msg_id: msg_id.clone(),
                    by: by.clone(),
                    tips: (**tips).clone(),
                };
                if !waits {
                    self.show_seen(&seen);
                } else if !self.waiting.iter().any(|waiting| waiting.msg_id == *msg_id) {
                    self.waiting.push(seen);
                }
            }
            Change::UnsaidInGroup { group_id, msg_id } => {
                let is_meant = |seen: &mut Seen| {
                    seen.group == group_id.as_str() && msg_id.as_ref().is_none_or(|id| *id == seen.msg_id)
                };
                let over: Vec<Seen> = self.waiting.extract_if(.., is_meant).collect();
                for seen in over {
                    if self.is_in(&seen.group) {
                        self.show_seen(&seen);
                    }
                }
            }
            _ => {}
        }
    }

    /// It is in the history of a group that is in the list, but for what was said of it lately.
    fn show_seen(&mut self, seen: &Seen) {
        let id = format!("group_{}", seen.group);
        if self.find(&seen.msg_id).is_some() || !self.conv(&id).is_listed || self.conv(&id).recv_opt == 1 {
            return;
        }
        let stands = if seen.tips.r#type == 3 { 90 * DAY } else { MINUTES_10 };
        let from = self.now - stands;
        let mut lately: Vec<Msg> = self.convs[&id].messages.clone();
        lately.retain(|message| message.time >= from && tips_of(message).is_some());
        lately.sort_by_key(|message| std::cmp::Reverse((message.time, message.born)));
        lately.truncate(200);
        let words: Vec<Vec<Said>> = lately.iter().filter_map(tips_of).map(all_of).collect();
        let mut said = all_of(&seen.tips);
        said.retain(|one| {
            let last = words.iter().find(|words| words.iter().any(|word| word.0 == one.0));
            last.is_some_and(|last| last.contains(one))
        });
        let Some(tips) = less(&seen.tips, &said) else { return };
        let sender = seen.by.as_ref().map_or(seen.group.clone(), ToString::to_string);
        let user = self.users.get(&sender).cloned().unwrap_or_default();
        self.born += 1;
        let (born, time, tips) = (self.born, self.now, self.named(tips));
        let news = Some(tips.clone());
        self.group_news.said.insert(seen.msg_id.clone(), news);
        let conv = self.conv(&id);
        conv.messages.push(Msg {
            born,
            msg_id: seen.msg_id.clone(),
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
        self.group_news.seen.push(seen.msg_id.clone());
    }

    fn named(&self, mut tips: GroupTipsElem) -> GroupTipsElem {
        for member in std::iter::once(&mut tips.op_member).chain(&mut tips.member_list) {
            let known = self.users.get(&member.user_id).cloned().unwrap_or_default();
            (member.nick_name, member.face_url) = (known.nick_name, known.face_url);
        }
        tips
    }

    /// A message of a group says what happened: what was seen of that gives way.
    pub fn take_in_seen(&mut self, incoming: &Message) {
        if let Elem::GroupTips(tips) = &incoming.body.elem
            && incoming.revoked.is_none()
        {
            let id = incoming.conversation.as_str();
            self.take_in(id, &incoming.msg_id, tips, incoming.time.0);
        }
    }

    fn take_in(&mut self, id: &str, msg_id: &str, tips: &GroupTipsElem, time: i64) {
        let Some(group) = id.strip_prefix("group_") else { return };
        let words = all_of(tips);
        for mut seen in std::mem::take(&mut self.waiting) {
            let left = if seen.group == group {
                less(&seen.tips, &words)
            } else {
                Some(seen.tips)
            };
            if let Some(left) = left {
                seen.tips = left;
                self.waiting.push(seen);
            }
        }
        let mut order: Vec<(i64, u64)> = self
            .conv(id)
            .messages
            .iter()
            .map(|message| (message.time, message.born))
            .collect();
        order.sort_unstable();
        let mut told = Vec::new();
        for (at, born) in order.into_iter().filter(|(at, _)| (at - time).abs() <= DAY) {
            let messages = &self.convs[id].messages;
            let place = messages.iter().position(|message| message.born == born).unwrap();
            let Some(seen) = tips_of(&messages[place]).filter(|_| messages[place].status == 5) else {
                continue;
            };
            let between = |message: &&Msg| (at.min(time)..=at.max(time)).contains(&message.time);
            let others: Vec<Said> = messages
                .iter()
                .filter(between)
                .filter_map(tips_of)
                .flat_map(all_of)
                .collect();
            let mut same = all_of(seen);
            same.retain(|one| words.contains(one) && !others.iter().any(|other| other.0 == one.0 && other.1 != one.1));
            if same.is_empty() {
                continue;
            }
            let left = less(seen, &same);
            let messages = &mut self.conv(id).messages;
            match left {
                Some(left) => messages[place].body.elem = Elem::GroupTips(Box::new(left)),
                None => drop(messages.remove(place)),
            }
            told.extend(same);
            self.group_news.missed.push(id.to_owned());
        }
        if !told.is_empty() {
            self.group_news.said.insert(msg_id.to_owned(), less(tips, &told));
        }
    }

    /// The user has done something in a group, of which its members are told by a message.
    fn done(&mut self, msg_id: &str, tips: &GroupTipsElem) {
        let (id, tips, now) = (format!("group_{}", tips.group_id), self.named(tips.clone()), self.now);
        self.take_in(&id, msg_id, &tips, now);
        let body = MessageBody {
            is_excluded_from_unread_count: true,
            random: u32::from_str_radix(&msg_id[..8], 16).unwrap(),
            ..MessageBody::of(Elem::GroupTips(Box::new(tips)))
        };
        self.send(&id, msg_id, body);
    }
}

impl Driver {
    /// Tips of every kind, about somebody or about the user.
    pub fn any_tips(&mut self) -> GroupTipsElem {
        let named = |user: &str| GroupMemberInfo {
            user_id: user.to_owned(),
            ..GroupMemberInfo::default()
        };
        let users = [&[ME][..], &["u1"], &["u1", "u2"]][self.rng.usize(0..3)];
        let r#type = self.rng.i64(0..10);
        let name = ["Crew", "Team"][self.rng.usize(0..2)];
        GroupTipsElem {
            group_id: format!("g{}", self.rng.usize(0..GROUPS)),
            r#type,
            op_member: named(["", "u1"][self.rng.usize(0..2)]),
            member_list: users.iter().map(|user| named(user)).collect(),
            group_change_info_list: (r#type == 7)
                .then(|| GroupChangeInfo::text(im::model::tips::GroupChangeType::Name, name))
                .into_iter()
                .collect(),
            member_count: self.rng.i64(0..100),
            ..GroupTipsElem::default()
        }
    }

    pub fn any_seen(&mut self) -> Change {
        let msg_id = format!("seen-{}", self.rng.u8(0..60));
        if self.rng.u8(0..3) == 0 {
            let waiting = self.rng.choice(&self.model.waiting).cloned();
            let group = waiting.as_ref().map_or("g0", |waiting| &waiting.group).to_owned();
            return Change::UnsaidInGroup {
                group_id: GroupId::trusted(group),
                msg_id: self
                    .rng
                    .bool()
                    .then(|| waiting.map_or(msg_id, |waiting| waiting.msg_id)),
            };
        }
        Change::SeenInGroup {
            msg_id,
            by: self.rng.bool().then(|| UserId::trusted("u1")),
            tips: Box::new(self.any_tips()),
            waits: self.rng.bool(),
        }
    }

    /// The user does something in a group, of which its server says nothing.
    pub fn done_in_group(&mut self) {
        let tips = self.any_tips();
        let changes = vec![Change::DoneInGroup {
            tips: Box::new(tips.clone()),
        }];
        self.note(format!("done {tips:?}"));
        let batch = Inbound {
            live: true,
            changes,
            ..Inbound::default()
        };
        self.engine().apply(batch).unwrap();
        self.model.first_sync.get_or_insert(self.model.now);
        crate::witness::settle(self.dispatcher.as_ref().unwrap());
        let told = {
            let heard = self.witness.0.lock().unwrap();
            let is_message = |(event, _): &&(Event, Value)| *event == Event::RecvNewMessage;
            let told = heard.messages.iter().find(is_message);
            told.map(|(_, message)| message["msgID"].as_str().unwrap().to_owned())
        };
        let is_in = self.model.is_in(&tips.group_id);
        assert_eq!(told.is_some(), is_in, "only a member does something");
        let (mut fresh, mut missed) = (Vec::from_iter(told), Vec::new());
        for msg_id in fresh.clone() {
            self.model.done(&msg_id, &tips);
        }
        self.add_group_news(&mut fresh, &mut missed);
        self.check_message_events(&fresh, &missed);
        self.model.group_news = GroupNews::default();
    }

    /// What was told of groups besides their messages.
    pub fn add_group_news(&mut self, fresh: &mut Vec<String>, missed: &mut Vec<ConversationId>) {
        fresh.append(&mut self.model.group_news.seen);
        for id in std::mem::take(&mut self.model.group_news.missed) {
            let id = ConversationId::trusted(id);
            if !missed.contains(&id) {
                missed.push(id);
            }
        }
    }

    /// Each tip that came as news is one event, and nothing else is.
    pub fn check_tips(&self, fresh: &[String], heard: &[(Event, Value)]) {
        let expected = fresh
            .iter()
            .filter_map(|msg_id| match self.model.group_news.said.get(msg_id) {
                Some(news) => news.as_ref().and_then(event_of),
                None => {
                    let (id, message) = self.model.find(msg_id)?;
                    tips_of(&message)
                        .filter(|_| id.starts_with("group_"))
                        .and_then(event_of)
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
