//! Who is in a room: its lists (XEP-0045, affiliations), those who are there, inviting and putting out.

use super::membership::quoted;
use super::ns::{DIRECT_INVITE, HINTS, LEFT};
use super::room_config::{admin_items, listed_role};
use super::roster::jid_of;
use super::session::Session;
use super::stanza::xml::element;
use super::wire;
use crate::backend::MemberResult;
use crate::model::{Error, GroupId, GroupMember, GroupRole, GroupType, Result, Status, UserId};
use std::collections::HashMap;
use std::str::FromStr;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::{Id, Message};
use xmpp_parsers::ns;

const MUC_ADMIN: &str = "http://jabber.org/protocol/muc#admin";

impl Session {
    /// Puts a user on a list of the room, and says so to the user.
    pub(super) async fn add_member(&self, room: &BareJid, user: &UserId, affiliation: &str) -> Result<()> {
        let jid = jid_of(user)?;
        match self.set_affiliation(room, &jid, affiliation).await {
            // A member without rights over the list asks the room, which may let members invite.
            Err(error) if error.status == Status::NoPermission => return self.ask_room_to_invite(room, &jid).await,
            other => other?,
        }
        let mut invite = Message::new(Some(Jid::from(jid)));
        invite.id = Some(Id(uuid::Uuid::new_v4().to_string()));
        invite.payloads = vec![
            element("x", DIRECT_INVITE, &[("jid", room.as_str())], Vec::new()),
            element("store", HINTS, &[], Vec::new()),
        ];
        self.deliver(invite).await
    }

    async fn ask_room_to_invite(&self, room: &BareJid, jid: &BareJid) -> Result<()> {
        if self.rooms.with(room, |room| room.is_affiliated) != Some(true) {
            return Err(Error::no_permission(
                "only members whom the room has on its lists may invite",
            ));
        }
        let invite = element("invite", ns::MUC_USER, &[("to", jid.as_str())], Vec::new());
        let mut message = Message::normal(Some(Jid::from(room.clone())));
        message.id = Some(Id(uuid::Uuid::new_v4().to_string()));
        message.payloads = vec![element("x", ns::MUC_USER, &[], vec![invite])];
        self.deliver(message).await
    }

    /// Tells those who keep the room's lists that we are a member no more: nobody takes themselves off.
    pub(super) fn say_goodbye(&self, room: &BareJid) {
        let keepers = self.rooms.with(room, |room| {
            let occupants = room.occupants.values();
            let keepers = occupants.filter(|occupant| occupant.role >= GroupRole::Admin);
            keepers.filter_map(|occupant| occupant.jid.clone()).collect::<Vec<_>>()
        });
        for keeper in keepers.unwrap_or_default() {
            let mut message = Message::new(Some(Jid::from(keeper)));
            message.id = Some(Id(uuid::Uuid::new_v4().to_string()));
            message.payloads = vec![
                element("left", LEFT, &[("room", room.as_str())], Vec::new()),
                element("store", HINTS, &[], Vec::new()),
            ];
            self.send(message);
        }
    }

    /// Somebody says that they have left a room: they are taken off its lists, if those are ours to keep. Nobody can say
    /// it of another.
    pub(super) fn handle_goodbye(&self, sender: &BareJid, message: &Message) -> bool {
        let Some(left) = wire::payload(message, "left", LEFT) else {
            return false;
        };
        let room = left.attr("room").and_then(|room| BareJid::from_str(room).ok());
        let Some(room) = room.filter(|_| *sender != self.me) else {
            return true;
        };
        let role = self.rooms.with(&room, |room| room.role).unwrap_or(GroupRole::None);
        if role >= GroupRole::Admin {
            let sender = sender.clone();
            self.spawn(move |session| async move {
                session.set_affiliation(&room, &sender, "none").await?;
                session.refresh_room(&room);
                Ok(())
            });
        }
        true
    }

    async fn set_affiliation(&self, room: &BareJid, jid: &BareJid, affiliation: &str) -> Result<()> {
        let attrs = [("jid", jid.as_str()), ("affiliation", affiliation)];
        let item = element("item", MUC_ADMIN, &attrs, Vec::new());
        let query = element("query", MUC_ADMIN, &[], vec![item]);
        self.iq_set_raw(Some(Jid::from(room.clone())), query).await.map(drop)
    }

    /// `inviteUserToGroup`.
    pub(super) async fn invite(&self, group: &GroupId, users: &[UserId]) -> Result<Vec<MemberResult>> {
        let room = self.require_member(group).await?;
        let is_ordinary = self.rooms.with(&room, |room| room.role < GroupRole::Admin) != Some(false);
        let info = self.room_info(&room).await?;
        if is_ordinary && info.is_none_or(|info| info.group_type != GroupType::Work) {
            return Err(Error::no_permission(format!(
                "only whoever owns or administrates groupID {} may invite",
                quoted(group.as_str())
            )));
        }
        let mut results = Vec::with_capacity(users.len());
        for user in users {
            results.push(MemberResult {
                user_id: user.clone(),
                result: self.add_member(&room, user, "member").await,
            });
        }
        Ok(results)
    }

    /// `kickGroupMember`.
    pub(super) async fn kick(&self, group: &GroupId, users: &[UserId]) -> Result<Vec<MemberResult>> {
        let room = self.require_member(group).await?;
        if self.rooms.with(&room, |room| room.role < GroupRole::Admin) != Some(false) {
            return Err(Error::no_permission(format!(
                "you neither own nor administrate groupID {}",
                quoted(group.as_str())
            )));
        }
        let mut results = Vec::with_capacity(users.len());
        for user in users {
            results.push(MemberResult {
                user_id: user.clone(),
                result: self.kick_one(&room, user).await,
            });
        }
        Ok(results)
    }

    async fn kick_one(&self, room: &BareJid, user: &UserId) -> Result<()> {
        let jid = jid_of(user)?;
        let nick = self.rooms.with(room, |room| {
            let mut occupants = room.occupants.iter();
            let found = occupants.find(|(_, occupant)| occupant.jid.as_ref() == Some(&jid));
            found.map(|(nick, _)| nick.clone())
        });
        let nick = nick.flatten();
        if nick.is_none() && !self.members(room).await.iter().any(|member| member.user_id == *user) {
            return Err(Error::invalid(format!("{} is not a member", quoted(user.as_str()))));
        }
        // Who is away would come back into an open room as if nothing had happened: that one is shut out.
        let is_open = self.room_info(room).await?.is_some_and(|info| info.is_open);
        let affiliation = if nick.is_none() && is_open { "outcast" } else { "none" };
        self.set_affiliation(room, &jid, affiliation).await?;
        // In a room for members only that was enough; in an open one the user is still there.
        let still = nick.clone().filter(|nick| {
            let has = self.rooms.with(room, |room| room.occupants.contains_key(nick));
            has.unwrap_or_default()
        });
        if let Some(nick) = still {
            let item = element(
                "item",
                MUC_ADMIN,
                &[("nick", nick.as_str()), ("role", "none")],
                Vec::new(),
            );
            let query = element("query", MUC_ADMIN, &[], vec![item]);
            match self.iq_set_answer(Some(Jid::from(room.clone())), query).await? {
                Ok(_) => {}
                // The user was put out meanwhile.
                Err(error) if self.rooms.with(room, |room| room.occupants.contains_key(&nick)) == Some(true) => {
                    return Err(super::iq::refusal(&error));
                }
                Err(_) => {}
            }
        }
        // The room tells it later; it is known now.
        if let Some(nick) = nick {
            self.rooms.with(room, |room| room.occupants.remove(&nick));
        }
        Ok(())
    }

    /// `getGroupMemberList`: those on the room's lists, and those who are in it.
    pub(super) async fn group_members(&self, group: &GroupId) -> Result<Vec<GroupMember>> {
        let room = self.require_member(group).await?;
        Ok(self.members(&room).await)
    }

    pub(super) async fn members(&self, room: &BareJid) -> Vec<GroupMember> {
        let mut roles: HashMap<BareJid, GroupRole> = HashMap::new();
        let mut order = Vec::new();
        let mut add = |jid: BareJid, role: GroupRole| {
            if roles.get(&jid).is_none_or(|known| *known < role) {
                if !roles.contains_key(&jid) {
                    order.push(jid.clone());
                }
                roles.insert(jid, role);
            }
        };
        for affiliation in ["owner", "admin", "member"] {
            let item = element("item", MUC_ADMIN, &[("affiliation", affiliation)], Vec::new());
            let query = element("query", MUC_ADMIN, &[], vec![item]);
            // Some rooms show their lists to some members only; those who are there are seen anyway.
            if let Ok(Ok(answer)) = self.iq_get_raw(Some(Jid::from(room.clone())), query).await {
                for (jid, affiliation) in admin_items(answer.as_ref()) {
                    add(jid, listed_role(&affiliation));
                }
            }
        }
        let mut present = self
            .rooms
            .with(room, |room| {
                let occupants = room.occupants.values();
                let known = occupants.filter_map(|occupant| Some((occupant.jid.clone()?, occupant.role)));
                known.collect::<Vec<_>>()
            })
            .unwrap_or_default();
        present.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
        for (jid, role) in present {
            add(jid, role);
        }
        let members = order.into_iter().map(|jid| {
            let profile = self.profile_of(&jid);
            GroupMember {
                user_id: UserId::trusted(jid.as_str()),
                role: roles.get(&jid).copied().unwrap_or(GroupRole::Member),
                nick_name: profile.nick_name,
                face_url: profile.face_url,
                join_time: 0,
            }
        });
        members.collect()
    }
}
