//! A room's data and configuration.

use super::private;
use super::said_tips::on_seen;
use super::state::Rooms;
use super::subject;
use super::tips;
use crate::backend::NewGroup;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::ns::MUC_ROOM_CONFIG;
use crate::backend::xmpp::stanza::room_info::{self, RoomInfo, Wanted};
use crate::backend::xmpp::stanza::{disco, forms, muc};
use crate::model::{Change, Group, GroupAddOpt, GroupEdit, GroupRole, Status};
use std::rc::Rc;
use xmpp_parsers::disco::DiscoInfoQuery;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::stanza_error::DefinedCondition;

/// A room's data; `None` when there is no such room.
pub(crate) async fn info(rooms: &Rooms, room: &BareJid) -> XmppResult<Option<RoomInfo>> {
    let query = DiscoInfoQuery { node: None };
    match rooms.session.get(Some(Jid::from(room.clone())), query).await {
        Ok(answer) => {
            let info = answer.map(|answer| disco::info(&answer));
            Ok(info.filter(room_info::is_room).map(|info| room_info::read(&info)))
        }
        Err(XmppError::Refused {
            condition: DefinedCondition::ItemNotFound | DefinedCondition::Gone { .. },
            ..
        }) => Ok(None),
        // Not the room but our own server says this, where it does not speak with others. It is no word about membership.
        Err(error) if error.is(&DefinedCondition::NotAllowed) => {
            Err(XmppError::account(Status::Refused, error.to_string()))
        }
        Err(error) => Err(error),
    }
}

/// A room as the account sees it.
pub(crate) fn group(rooms: &Rooms, room: &BareJid, info: &RoomInfo) -> Group {
    let seen = rooms.with(room, |room| {
        let mut occupants = room.occupants.values();
        // A room shows its list of owners to few; an owner who is there is seen by all.
        let owner = occupants.find(|occupant| occupant.role == GroupRole::Owner);
        let owner = owner.and_then(|owner| owner.jid.clone());
        let role = if room.is_joined() { room.role } else { GroupRole::None };
        (role, owner, room.occupants.len(), room.subject.clone())
    });
    let (role, owner, present, subject) = seen.unwrap_or((GroupRole::None, None, 0, None));
    Group {
        group_id: address::group_id(room),
        group_type: info.group_type,
        group_name: info.name.clone(),
        face_url: info.face_url.clone(),
        introduction: info.introduction.clone(),
        // Some rooms tell it to those too who are not in them.
        notification: subject.or_else(|| info.subject.clone()),
        owner: owner.map(|owner| address::user_id(&owner)),
        // Rooms do not tell when they were made.
        create_time: 0,
        // Some rooms do not tell their number.
        member_count: info.member_count.max(i64::try_from(present).unwrap_or(i64::MAX)),
        role,
        // Rooms have no such setting.
        is_all_muted: false,
        add_opt: if info.is_open {
            GroupAddOpt::Any
        } else {
            GroupAddOpt::Forbid
        },
        approve_opt: info.approve_opt(),
    }
}

/// Asks a room again what it is, in the background.
pub(crate) fn refresh(rooms: &Rc<Rooms>, room: &BareJid) {
    let (own, room) = (Rc::clone(rooms), room.clone());
    rooms.session.spawn(async move {
        if let Some(info) = info(&own, &room).await?
            // The account may have left while the room answered.
            && own.is_joined(&room)
        {
            let (group, time) = (group(&own, &room, &info), own.session.clock.now());
            let known = tips::known_group(&own, &group.group_id);
            let tip = known.and_then(|known| tips::of_info(&known, &group));
            let names = private::renamed(&own, &group);
            let changes = [Change::Group { group, time }].into_iter().chain(names).collect();
            // In one transaction: what the group is by now would not be told again.
            match tip {
                Some(tip) => on_seen(&own, &room, None, tip, changes),
                None => own.session.apply(true, changes)?,
            }
        }
        Ok(())
    });
}

/// Gives a new room the configuration of its type.
pub(crate) async fn configure_new(rooms: &Rooms, room: &BareJid, group: &NewGroup) -> XmppResult<()> {
    let wanted = room_info::of_new(group.group_type, &group.group_name, &group.face_url, group.approve_opt);
    configure(rooms, room, &wanted, &[]).await
}

/// Changes a room's name, picture, description and subject.
pub(crate) async fn set_info(rooms: &Rooms, room: &BareJid, edit: &GroupEdit) -> XmppResult<()> {
    if edit.is_all_muted.is_some() {
        let text = "isAllMuted cannot be set: XMPP rooms have no such setting";
        return Err(XmppError::account(Status::NotSupported, text));
    }
    if edit.add_opt.is_some() {
        let text = "groupAddOpt cannot be set: XMPP rooms are open or for members only, as their type says";
        return Err(XmppError::account(Status::NotSupported, text));
    }
    check_approve_opt(edit.approve_opt)?;
    let mut wanted = Vec::new();
    let mut needed: &[&str] = &[];
    if let Some(approve_opt) = edit.approve_opt {
        wanted.extend(room_info::with_invitations(approve_opt == GroupAddOpt::Any));
        needed = &room_info::INVITES;
    }
    if let Some(name) = &edit.group_name {
        wanted.push(room_info::with_name(name));
    }
    if edit.face_url.is_some() || edit.introduction.is_some() || edit.approve_opt.is_some() {
        // They are in one field with the type, which can only be written as a whole.
        let info = info(rooms, room).await?;
        let mut info = info.unwrap_or_else(|| RoomInfo::named(String::new()));
        if info.is_described
            && let Some(approve_opt) = edit.approve_opt
        {
            info.described_invites = Some(approve_opt == GroupAddOpt::Any);
        }
        let (face_url, introduction) = (edit.face_url.as_deref(), edit.introduction.as_deref());
        wanted.push(room_info::with_description(&info, face_url, introduction));
    }
    if !wanted.is_empty() {
        configure(rooms, room, &wanted, needed).await?;
    }
    match &edit.notification {
        Some(notification) => subject::set(rooms, room, notification).await,
        None => Ok(()),
    }
}

/// 7013 for what rooms cannot say of whom their members may bring in.
pub(crate) fn check_approve_opt(approve_opt: Option<GroupAddOpt>) -> XmppResult<()> {
    if approve_opt == Some(GroupAddOpt::Auth) {
        let text = "approveOpt cannot be 1: members of XMPP rooms may invite (2) or may not (0), and nobody is asked";
        return Err(XmppError::account(Status::NotSupported, text));
    }
    Ok(())
}

/// Changes what a room has of the wanted fields, and leaves the others as they are. It has to have one of those that are needed.
async fn configure(rooms: &Rooms, room: &BareJid, wanted: &[Wanted], needed: &[&str]) -> XmppResult<()> {
    let to = Some(Jid::from(room.clone()));
    // The room's own form is filled in and returned, because every server offers other fields.
    let answer = rooms.session.get(to.clone(), muc::owner(Vec::new())).await?;
    let form = answer.as_ref().and_then(forms::inside);
    let form = form.ok_or(XmppError::Unreadable("the room sent no configuration form"))?;
    if !needed.is_empty() && !needed.iter().any(|field| forms::has(&form, field)) {
        let text = format!("the room {room} does not let anybody set whether its members may invite");
        return Err(XmppError::account(Status::NotSupported, text));
    }
    let form = forms::fill(form, MUC_ROOM_CONFIG, wanted);
    rooms.session.set(to, muc::owner(vec![form.into()])).await.map(drop)
}

/// Destroys a room.
pub(crate) async fn destroy(rooms: &Rooms, room: &BareJid) -> XmppResult<()> {
    let to = Some(Jid::from(room.clone()));
    match rooms.session.set(to, muc::destroy()).await {
        // Somebody was faster, or we were, and did not hear of it.
        Err(error) if error.is(&DefinedCondition::ItemNotFound) => Ok(()),
        destroyed => destroyed.map(drop),
    }
}
