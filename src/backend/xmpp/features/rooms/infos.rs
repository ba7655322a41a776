//! What groups are, for whoever asks: `getGroupsInfo`.

use super::config;
use super::join::no_such_group;
use super::members;
use super::state::Rooms;
use crate::backend::xmpp::error::XmppResult;
use crate::model::{Group, GroupId, GroupRole};
use std::rc::Rc;
use xmpp_parsers::jid::BareJid;

/// One result for each id.
pub(crate) async fn infos(rooms: &Rc<Rooms>, groups: &[GroupId]) -> XmppResult<Vec<XmppResult<Group>>> {
    let mut infos = Vec::with_capacity(groups.len());
    for group in groups {
        match info(rooms, group).await {
            // All the others would end the same way.
            Err(error) if error.is_lost() => return Err(error),
            info => infos.push(info),
        }
    }
    Ok(infos)
}

async fn info(rooms: &Rc<Rooms>, group: &GroupId) -> XmppResult<Group> {
    let room = rooms.room_of(group).await?;
    match config::info(rooms, &room).await? {
        Some(info) => Ok(counted(rooms, &room, config::group(rooms, &room, &info)).await),
        None => Err(no_such_group(group.as_str())),
    }
}

/// A group whose members are counted, as far as the account may see them; else those who are there.
async fn counted(rooms: &Rooms, room: &BareJid, group: Group) -> Group {
    if group.role == GroupRole::None {
        return group;
    }
    match members::members(rooms, room).await {
        Ok(members) => Group {
            member_count: i64::try_from(members.len()).unwrap_or(i64::MAX),
            ..group
        },
        Err(_) => group,
    }
}
