//! Group tips that members say themselves. A room keeps nothing of what happens in it, but its archive keeps what is said: the
//! device that does something says so, and all devices of all members have it in one place. What nobody says (a client that is
//! not libim did it) each device knows by the room's own words only ([`super::tips`]).
//!
//! The room's word and the member's come apart, in either order. What the room says waits a moment for the member, and gives way
//! to what the member says later (`src/engine/seen_in_group.rs`), so that nothing is told twice.

use super::state::{Room, Rooms};
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::XmppResult;
use crate::backend::xmpp::stanza::message as content;
use crate::backend::xmpp::stanza::muc::Privacy;
use crate::model::tips::{GroupChangeInfo, GroupMemberInfo, GroupTipsElem, GroupTipsType};
use crate::model::{Change, Elem, Message, MessageBody, UserId};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use xmpp_parsers::jid::{BareJid, Jid};

/// How long the room's word waits for the member's. Whoever does something says it when the room has confirmed it.
const PATIENCE: Duration = Duration::from_secs(3);

/// The same while the room's archive is being read: the member's word may come with it.
const PATIENCE_BEHIND: Duration = Duration::from_secs(30);

/// How long those who are invited or removed one after the other wait to be said together.
const TOGETHER: Duration = Duration::from_secs(1);

/// How much of what a room tells waits at once. What is beyond that is told at once.
const MAX_UNTOLD: usize = 100;

/// How many members and changes a tip may name.
const MAX_NAMED: usize = 100;

/// The room has told this, and with it what the group is by now. It is told when no member says it.
pub(super) fn on_seen(rooms: &Rooms, room: &BareJid, by: Option<UserId>, tips: GroupTipsElem, with: Vec<Change>) {
    let can_wait = rooms.with(room, |room| {
        let patience = if room.hold.is_holding() {
            PATIENCE_BEHIND
        } else {
            PATIENCE
        };
        let is_said = room.position.is_some() && room.untold.get() < MAX_UNTOLD;
        is_said.then(|| (Rc::clone(&room.untold), patience))
    });
    let Some((untold, patience)) = can_wait.flatten().filter(|_| !tips.facts().is_empty()) else {
        let changes = with.into_iter().chain([seen(by, tips)]).collect();
        // A failed store ends the session by itself.
        let _ = rooms.session.apply(true, changes);
        return;
    };
    let msg_id = new_msg_id();
    let waiting = Change::SeenInGroup {
        msg_id: msg_id.clone(),
        by,
        tips: Box::new(tips),
        waits: true,
    };
    let changes = with.into_iter().chain([waiting]).collect();
    if rooms.session.apply(true, changes).is_err() {
        return;
    }
    untold.set(untold.get() + 1);
    let (session, group_id) = (Rc::clone(&rooms.session), address::group_id(room));
    rooms.session.spawn(async move {
        sleep(patience).await;
        untold.set(untold.get().saturating_sub(1));
        let msg_id = Some(msg_id);
        session.apply(true, vec![Change::UnsaidInGroup { group_id, msg_id }])
    });
}

/// The room was read: what an earlier session has left is told, unless it was said meanwhile.
pub(super) fn tell_left_over(rooms: &Rooms, room: &BareJid) {
    let (session, group_id) = (Rc::clone(&rooms.session), address::group_id(room));
    rooms.session.spawn(async move {
        sleep(PATIENCE).await;
        let msg_id = None;
        session.apply(true, vec![Change::UnsaidInGroup { group_id, msg_id }])
    });
}

/// Whether a room has an archive to keep what is said in it, and shows who its occupants are: what is said names them.
fn can_be_told(room: &Room) -> bool {
    room.position.is_some() && room.privacy_told.get(&Privacy::Addresses) == Some(&true)
}

/// The account has done this: the group is told, where that is kept and gives nobody away. False where it is not told.
pub(super) fn say(rooms: &Rooms, room: &BareJid, tips: GroupTipsElem) -> XmppResult<bool> {
    let tips = GroupTipsElem {
        group_id: address::group_id(room).to_string(),
        op_member: member(&rooms.session.me),
        ..tips
    };
    if rooms.with(room, |room| can_be_told(room)) != Some(true) {
        return Ok(false);
    }
    rooms
        .session
        .apply(true, vec![Change::DoneInGroup { tips: Box::new(tips) }])?;
    rooms.session.outbox.notify_one();
    Ok(true)
}

/// The same of members.
pub(super) fn say_of(rooms: &Rooms, room: &BareJid, what: GroupTipsType, users: &[UserId]) -> XmppResult<bool> {
    if users.is_empty() {
        return Ok(false);
    }
    let named = |user: &UserId| GroupMemberInfo {
        user_id: user.to_string(),
        ..GroupMemberInfo::default()
    };
    let tips = GroupTipsElem {
        r#type: what as i64,
        member_list: users.iter().map(named).collect(),
        ..GroupTipsElem::default()
    };
    say(rooms, room, tips)
}

/// Members to whom the same is done one after the other, which takes a while: those of a moment are said together.
pub(super) struct Batch<'a> {
    rooms: &'a Rooms,
    room: &'a BareJid,
    what: GroupTipsType,
    users: Vec<UserId>,
    since: Instant,
}

impl<'a> Batch<'a> {
    pub(super) fn new(rooms: &'a Rooms, room: &'a BareJid, what: GroupTipsType) -> Self {
        Self {
            rooms,
            room,
            what,
            users: Vec::new(),
            since: Instant::now(),
        }
    }

    pub(super) fn add(&mut self, user: &UserId) -> XmppResult<()> {
        if self.users.is_empty() {
            self.since = Instant::now();
        }
        self.users.push(user.clone());
        if self.since.elapsed() >= TOGETHER || self.users.len() >= MAX_NAMED {
            self.say()
        } else {
            Ok(())
        }
    }

    /// Does it to the next one. A room that takes long for that keeps nobody from hearing of those before.
    pub(super) async fn next<T>(&mut self, work: impl Future<Output = T>) -> XmppResult<T> {
        tokio::pin!(work);
        if !self.users.is_empty() {
            tokio::select! {
                done = &mut work => return Ok(done),
                () = sleep(TOGETHER.saturating_sub(self.since.elapsed())) => self.say()?,
            }
        }
        Ok(work.await)
    }

    pub(super) fn say(&mut self) -> XmppResult<()> {
        let users = std::mem::take(&mut self.users);
        say_of(self.rooms, self.room, self.what, &users).map(drop)
    }
}

impl Drop for Batch<'_> {
    /// The call has ended before its end, by an error or because nobody waits for it any more: what was done was done.
    fn drop(&mut self) {
        // A failed store ends the session by itself.
        let _ = self.say();
    }
}

/// The same of the group itself. Where the room has no archive this device tells it, which nobody else says was the user's doing.
pub(super) fn say_changes(rooms: &Rooms, room: &BareJid, changes: Vec<GroupChangeInfo>) -> XmppResult<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let tips = GroupTipsElem {
        group_id: address::group_id(room).to_string(),
        r#type: GroupTipsType::GroupInfoChange as i64,
        op_member: member(&rooms.session.me),
        group_change_info_list: changes,
        ..GroupTipsElem::default()
    };
    if say(rooms, room, tips.clone())? {
        return Ok(());
    }
    let by = Some(address::user_id(&rooms.session.me));
    rooms.session.apply(true, vec![seen(by, tips)])
}

/// The account leaves: said before it is out, and to those who stay.
pub(super) fn say_goodbye(rooms: &Rooms, room: &BareJid) {
    if rooms.with(room, |room| can_be_told(room) && room.is_joined()) != Some(true) {
        return;
    }
    let me = member(&rooms.session.me);
    let tips = GroupTipsElem {
        group_id: address::group_id(room).to_string(),
        r#type: GroupTipsType::Quit as i64,
        op_member: me,
        ..GroupTipsElem::default()
    };
    let profile = rooms.profiles.known(&rooms.session.me);
    let said = Message {
        body: MessageBody {
            is_excluded_from_unread_count: true,
            ..MessageBody::of(Elem::GroupTips(Box::new(tips)))
        },
        msg_id: uuid::Uuid::new_v4().to_string(),
        conversation: address::group(room),
        sender: address::user_id(&rooms.session.me),
        nick_name: profile.nick_name,
        face_url: profile.face_url,
        seq: 0,
        time: rooms.session.clock.now(),
        revoked: None,
    };
    let mut stanza = content::encode(&said, Some(room));
    stanza.to = Some(Jid::from(room.clone()));
    rooms.session.send(stanza);
}

/// Whatever the member says of it: a tip is never unread or for somebody, and everybody has it.
pub(super) fn count_as_nothing(body: &mut MessageBody) {
    body.is_excluded_from_unread_count = true;
    body.is_excluded_from_last_message = false;
    body.is_online_only = false;
    body.need_read_receipt = false;
    body.group_at_user_list.clear();
}

/// What a member says about a room, as far as it can be so: that it was the one who says it, and of this room.
pub(super) fn believed(
    rooms: &Rooms,
    room: &BareJid,
    tips: Box<GroupTipsElem>,
    by: &UserId,
    (nick_name, face_url): (String, String),
) -> Option<GroupTipsElem> {
    let op_member = GroupMemberInfo {
        user_id: by.to_string(),
        nick_name,
        face_url,
        ..GroupMemberInfo::default()
    };
    let named = |member: &GroupMemberInfo| {
        let jid = address::parse(&member.user_id)?;
        let profile = rooms.profiles.known(&jid);
        Some(GroupMemberInfo {
            user_id: address::user_id(&jid).to_string(),
            nick_name: profile.nick_name,
            face_url: profile.face_url,
            ..GroupMemberInfo::default()
        })
    };
    let is_join = GroupTipsType::numbered(tips.r#type) == Some(GroupTipsType::Join);
    let mut believed = GroupTipsElem {
        group_id: address::group_id(room).to_string(),
        r#type: tips.r#type,
        // Nobody joins for others.
        member_list: if is_join {
            vec![op_member.clone()]
        } else {
            tips.member_list.iter().take(MAX_NAMED).filter_map(named).collect()
        },
        op_member,
        group_change_info_list: tips
            .group_change_info_list
            .into_iter()
            .filter(|change| !change.is_of_room())
            .collect(),
        member_change_info_list: tips.member_change_info_list,
        // How many are there is not how many members there are.
        member_count: 0,
    };
    believed.group_change_info_list.truncate(MAX_NAMED);
    believed.member_change_info_list.truncate(MAX_NAMED);
    (!believed.facts().is_empty()).then_some(believed)
}

pub(super) fn member(user: &BareJid) -> GroupMemberInfo {
    GroupMemberInfo {
        user_id: address::user_id(user).to_string(),
        ..GroupMemberInfo::default()
    }
}

pub(super) fn seen(by: Option<UserId>, tips: GroupTipsElem) -> Change {
    Change::SeenInGroup {
        msg_id: new_msg_id(),
        by,
        tips: Box::new(tips),
        waits: false,
    }
}

fn new_msg_id() -> String {
    format!("tips-{}", uuid::Uuid::new_v4())
}

#[cfg(test)]
mod tests;
