//! Becoming and ceasing to be a member of a room, and who its members are.

use super::archive::Part;
use super::bookmarks::group_id;
use super::ns::DIRECT_INVITE;
use super::own_archive::Position;
use super::room_config::RoomInfo;
use super::rooms::{Entered, has_status};
use super::roster::jid_of;
use super::session::{Session, Stage, now, over};
use super::wire;
use crate::backend::NewGroup;
use crate::model::{Change, Error, Group, GroupId, GroupRole, GroupType, Micros, Result, Status};
use std::str::FromStr;
use std::time::Duration;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::Message;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::ns;

/// How long a call waits for a room that is being entered, well within its time, and how often it looks, in milliseconds.
const ENTERING: u64 = 15_000;
const LOOK: u64 = 50;

/// From when on a room's messages are for the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Since {
    /// From now on.
    Now,
    /// From this time on.
    Time(Micros),
    /// From where they were read last, or the newest, when this device has never read them.
    Known,
}

fn no_such_group(room: &str) -> Error {
    Error::new(Status::InvalidGroupId, format!("groupID {:?} does not exist", room))
}

impl Session {
    /// The room of a group, once it is known what the server has. A name without a service is one on the account's own.
    pub(super) async fn room_of(&self, group: &GroupId) -> Result<BareJid> {
        let id = group.as_str();
        let fault = |text: &str| Error::new(Status::InvalidGroupId, format!("groupID {} {text}", quoted(id)));
        if id.contains('@') {
            let room = BareJid::from_str(id).map_err(|_| fault("is not the address of a room"))?;
            return if room.node().is_some() {
                Ok(room)
            } else {
                Err(fault("has nothing before the @"))
            };
        }
        self.reach(Stage::Discovered).await?;
        let service = self.abilities.borrow().room_service.clone();
        let service = service.ok_or_else(|| Error::new(Status::NotSupported, "the server has no rooms"))?;
        BareJid::from_str(&format!("{id}@{}", service.domain())).map_err(|_| fault("cannot be the name of a room"))
    }

    /// Enters a room for good: its data and its messages reach the account from now on.
    pub(super) async fn take_part(&self, room: &BareJid, since: Since) -> Result<Group> {
        let Some(info) = self.room_info(room).await? else {
            self.not_a_member(room);
            self.forget_bookmark(room).await;
            return Err(no_such_group(room.as_str()));
        };
        if self.enter_room(room).await? == Entered::Created {
            // It went away between the two questions; nobody asked for a new one.
            let _ = self.destroy_room(room).await;
            self.leave_room(room);
            return Err(no_such_group(room.as_str()));
        }
        self.begin(room, &info, since).await
    }

    /// Tells the account of a room that was entered, and reads what it missed there.
    async fn begin(&self, room: &BareJid, info: &RoomInfo, since: Since) -> Result<Group> {
        let group = self.group(room, info);
        let (time, joined) = match since {
            Since::Time(time) => (time, Some(time)),
            Since::Now | Since::Known => (now(), None),
        };
        let is_live = since != Since::Known;
        if is_live {
            self.known_rooms.borrow_mut().insert(room.clone(), joined);
        }
        self.apply(
            is_live,
            vec![Change::Group {
                group: group.clone(),
                time,
            }],
        )?;
        self.catch_up_room(room, since).await?;
        Ok(group)
    }

    /// The account is no member of a room any more.
    pub(super) fn not_a_member(&self, room: &BareJid) {
        self.rooms.0.borrow_mut().remove(room);
        self.known_rooms.borrow_mut().remove(room);
        let group_id = group_id(room);
        let _ = self.apply(true, vec![Change::GroupLeft { group_id }]);
    }

    /// The room says that we are not in it any more.
    pub(super) fn put_out(&self, room: &BareJid, user: Option<&Element>) {
        let Some(user) = user else { return };
        // A service that shuts down, or a broken connection, ends no membership.
        let is_over = ["301", "307", "321", "322"].iter().any(|code| has_status(user, code))
            && !has_status(user, "333")
            && !has_status(user, "332");
        let is_destroyed = user.has_child("destroy", ns::MUC_USER);
        if is_over || is_destroyed {
            self.not_a_member(room);
            let room = room.clone();
            self.spawn(move |session| async move {
                session.forget_bookmark(&room).await;
                Ok(())
            });
        } else if self.rooms.with(room, |room| std::mem::take(&mut room.is_joined)) == Some(true) {
            self.come_back(room);
        }
    }

    /// The members of a room, or what we are in it, have changed.
    pub(super) fn members_changed(&self, room: &BareJid) {
        self.refresh_room(room);
    }

    /// Asks a room again what it is.
    pub(super) fn refresh_room(&self, room: &BareJid) {
        let room = room.clone();
        self.spawn(move |session| async move {
            if let Some(info) = session.room_info(&room).await?
                && session.rooms.is_joined(&room)
            {
                let group = session.group(&room, &info);
                session.apply(true, vec![Change::Group { group, time: now() }])?;
            }
            Ok(())
        });
    }

    /// Somebody invites us. An invitation is followed when the room has made us a member.
    pub(super) fn handle_invitation(&self, message: &Message) {
        self.handle_invitation_at(message, wire::delay(message, self).unwrap_or_else(now));
    }

    /// The same, with its time.
    pub(super) fn handle_invitation_at(&self, message: &Message, time: Micros) {
        let room = match wire::payload(message, "x", DIRECT_INVITE) {
            Some(x) => x.attr("jid").and_then(|jid| BareJid::from_str(jid).ok()),
            // Mediated: the room itself speaks.
            None => message.from.as_ref().map(Jid::to_bare),
        };
        let Some(room) = room.filter(|room| !self.rooms.contains(room)) else {
            return;
        };
        self.spawn(move |session| async move { session.follow_invitation(&room, time).await });
    }

    async fn follow_invitation(&self, room: &BareJid, time: Micros) -> Result<()> {
        let Some(info) = self.room_info(room).await? else {
            return Ok(());
        };
        if self.rooms.contains(room) {
            return Ok(());
        }
        self.enter_room(room).await?;
        if !self.is_affiliated(room) {
            log::info!("an invitation to a room that had not made us a member was not followed");
            self.leave_room(room);
            return Ok(());
        }
        // What was said since the invitation is for us; servers count time in seconds.
        let since = Micros(time.0 - time.0.rem_euclid(1_000_000));
        // First the membership, for all devices and the next login; then what follows from it.
        self.bookmark(room, &info.name, since).await?;
        self.begin(room, &info, Since::Time(since)).await.map(drop)
    }

    fn is_affiliated(&self, room: &BareJid) -> bool {
        self.rooms.with(room, |room| room.is_affiliated).unwrap_or_default()
    }

    /// `createGroup`.
    pub(super) async fn create_group(&self, new: NewGroup) -> Result<GroupId> {
        let id = new
            .group_id
            .clone()
            .unwrap_or_else(|| GroupId::trusted(uuid::Uuid::new_v4().simple().to_string()));
        let room = self.room_of(&id).await?;
        for (user, _) in &new.members {
            jid_of(user)?;
        }
        let taken = || Error::new(Status::Refused, format!("groupID {:?} is taken", room.as_str()));
        if self.rooms.contains(&room) || self.room_info(&room).await?.is_some() {
            return Err(taken());
        }
        if self.enter_room(&room).await? != Entered::Created {
            self.leave_room(&room);
            return Err(taken());
        }
        if let Err(error) = self.configure_new(&room, &new).await {
            let _ = self.destroy_room(&room).await;
            self.leave_room(&room);
            return Err(error);
        }
        let info = RoomInfo {
            name: new.group_name.clone(),
            face_url: new.face_url.clone(),
            group_type: new.group_type,
            member_count: 1 + i64::try_from(new.members.len()).unwrap_or_default(),
            is_open: new.group_type != GroupType::Work,
        };
        let time = now();
        self.bookmark(&room, &info.name, time).await?;
        self.begin(&room, &info, Since::Now).await?;
        for (user, role) in &new.members {
            let affiliation = if *role >= GroupRole::Admin { "admin" } else { "member" };
            self.add_member(&room, user, affiliation).await?;
        }
        Ok(group_id(&room))
    }

    /// `joinGroup`.
    pub(super) async fn join_group(&self, group: &GroupId) -> Result<()> {
        let room = self.room_of(group).await?;
        if self.rooms.is_joined(&room) {
            return Ok(());
        }
        let time = now();
        let group = self.take_part(&room, Since::Now).await?;
        self.bookmark(&room, &group.group_name, time).await
    }

    /// `quitGroup`. The owner of a group dismisses it instead, as in V2TIM.
    pub(super) async fn quit_group(&self, group: &GroupId) -> Result<()> {
        let room = match self.require_member(group).await {
            // Its server may be gone for good: one can leave it all the same.
            Err(error) if error.status == Status::Refused => self.room_of(group).await?,
            room => room?,
        };
        if self.rooms.with(&room, |room| room.role) == Some(GroupRole::Owner) {
            return Err(Error::no_permission(format!(
                "you own groupID {}: dismiss it instead",
                quoted(group.as_str())
            )));
        }
        self.say_goodbye(&room);
        // From here on nothing enters it again.
        self.known_rooms.borrow_mut().remove(&room);
        self.leave_room(&room);
        self.forget_bookmark(&room).await;
        self.not_a_member(&room);
        Ok(())
    }

    /// `dismissGroup`.
    pub(super) async fn dismiss_group(&self, group: &GroupId) -> Result<()> {
        let room = self.require_member(group).await?;
        self.destroy_room(&room).await?;
        self.not_a_member(&room);
        self.forget_bookmark(&room).await;
        Ok(())
    }

    /// The room of a group that the account is in. It may still have to be entered.
    pub(super) async fn require_member(&self, group: &GroupId) -> Result<BareJid> {
        let room = self.room_of(group).await?;
        self.reach(Stage::Bookmarked).await?;
        for _ in 0..ENTERING / LOOK {
            if self.rooms.is_joined(&room) {
                return Ok(room);
            }
            if !self.known_rooms.borrow().contains_key(&room) {
                return Err(Error::no_permission(format!(
                    "you are not a member of groupID {}",
                    quoted(group.as_str())
                )));
            }
            if self.is_over() {
                return Err(over());
            }
            tokio::time::sleep(Duration::from_millis(LOOK)).await;
        }
        Err(Error::new(
            Status::Refused,
            format!("groupID {} cannot be entered at the moment", quoted(group.as_str())),
        ))
    }

    /// `setGroupInfo`.
    pub(super) async fn set_group_info(
        &self,
        group: &GroupId,
        name: Option<&str>,
        face_url: Option<&str>,
    ) -> Result<()> {
        let room = self.require_member(group).await?;
        self.set_room_info(&room, name, face_url).await?;
        if let Some(info) = self.room_info(&room).await? {
            let group = self.group(&room, &info);
            self.apply(true, vec![Change::Group { group, time: now() }])?;
        }
        Ok(())
    }

    /// `getGroupsInfo`.
    pub(super) async fn groups_info(&self, groups: &[GroupId]) -> Result<Vec<Result<Group>>> {
        let mut infos = Vec::with_capacity(groups.len());
        for group in groups {
            infos.push(match self.room_of(group).await {
                Ok(room) => match self.room_info(&room).await {
                    Ok(Some(info)) => Ok(self.counted(&room, self.group(&room, &info)).await),
                    Ok(None) => Err(no_such_group(group.as_str())),
                    Err(error) if error.status == Status::Disconnected => return Err(error),
                    Err(error) => Err(error),
                },
                Err(error) => Err(error),
            });
        }
        Ok(infos)
    }

    /// A group whose members are counted, as far as the account may see them; else those who are there.
    async fn counted(&self, room: &BareJid, group: Group) -> Group {
        if group.role == GroupRole::None {
            return group;
        }
        let count = self.members(room).await.len();
        Group {
            member_count: i64::try_from(count).unwrap_or(i64::MAX),
            ..group
        }
    }

    /// Where the archive of a room ends now: what was said before is not for somebody who joins.
    pub(super) async fn end_of_room(&self, room: &BareJid) -> Result<Position> {
        let page = self.archive_page(room, None, Part::Newest, 1).await?;
        let mut position = Position {
            is_complete: true,
            time: now().0,
            ..Position::default()
        };
        if let Some((_, last)) = page.ends {
            position.newest = Some(last.clone());
            position.oldest = Some(last);
        }
        Ok(position)
    }
}

/// A value in an error.
pub(super) fn quoted(text: &str) -> String {
    crate::model::id::quoted(text)
}
