//! Who may speak in a room: its roles (XEP-0045, 8.3 and 8.4), which last as long as somebody is in the room.

use super::config;
use super::join::require_member;
use super::members::members;
use super::said_tips::say;
use super::state::Rooms;
use super::tips;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::stanza::muc;
use crate::backend::xmpp::stanza::muc_acts::Actor;
use crate::model::id::quoted;
use crate::model::tips::{GroupTipsElem, GroupTipsType};
use crate::model::{GroupId, GroupRole, Status, UserId};
use std::rc::Rc;
use xmpp_parsers::jid::{BareJid, Jid};

/// `muteGroupMember`.
pub(crate) async fn set(rooms: &Rc<Rooms>, group: &GroupId, user: &UserId, is_muted: bool) -> XmppResult<()> {
    let room = require_member(rooms, group).await?;
    let (jid, own_role) = (address::jid_of(user)?, rooms.role(&room));
    let nicks = nicks_of(rooms, &room, &jid);
    let Some((_, role, _)) = nicks.first() else {
        let is_member = members(rooms, &room)
            .await?
            .iter()
            .any(|member| member.user_id == *user);
        return Err(if is_member {
            let text = format!("userID {} is not in the room at the moment", quoted(user.as_str()));
            XmppError::account(Status::NotSupported, text)
        } else {
            let text = format!("userID {} is not a member", quoted(user.as_str()));
            XmppError::account(Status::InvalidParameters, text)
        });
    };
    if own_role < GroupRole::Admin || *role >= own_role {
        let (user, id) = (quoted(user.as_str()), quoted(group.as_str()));
        let text = format!("you may not mute userID {user} in groupID {id}");
        return Err(XmppError::account(Status::NoPermission, text));
    }
    if is_muted {
        require_heeding(rooms, &room).await?;
    }
    let mut has_changed = false;
    for (nick, _, was_muted) in nicks {
        if was_muted != is_muted {
            has_changed = true;
            let query = muc::set_voice(&nick, !is_muted);
            rooms.session.set(Some(Jid::from(room.clone())), query).await?;
            // The room tells it too, perhaps later: the caller finds it done.
            rooms.with(&room, |room| {
                if let Some(occupant) = room.occupants.get_mut(&nick) {
                    occupant.is_muted = is_muted;
                }
            });
        }
    }
    if has_changed {
        let tips = GroupTipsElem {
            r#type: GroupTipsType::MemberInfoChange as i64,
            member_change_info_list: vec![tips::mute(rooms, &room, &jid, is_muted)],
            ..GroupTipsElem::default()
        };
        say(rooms, &room, tips)?;
    }
    let me = Actor {
        jid: Some(rooms.session.me.clone()),
        nick: None,
    };
    tips::on_voice(rooms, &room, &jid, is_muted, (&me, true));
    Ok(())
}

/// A user's names in a room, their role, and whether they are without voice.
fn nicks_of(rooms: &Rooms, room: &BareJid, user: &BareJid) -> Vec<(String, GroupRole, bool)> {
    let nicks = rooms.with(room, |room| {
        let occupants = room.occupants.iter();
        let own = occupants.filter(|(_, occupant)| occupant.jid.as_ref() == Some(user));
        own.map(|(nick, occupant)| (nick.clone(), occupant.role, occupant.is_muted))
            .collect()
    });
    nicks.unwrap_or_default()
}

/// An error where taking somebody's voice does not keep them from speaking. That libim makes no room moderated is for the bans
/// that ejabberd forgets there (`room_info`).
async fn require_heeding(rooms: &Rooms, room: &BareJid) -> XmppResult<()> {
    if config::info(rooms, room).await?.is_some_and(|info| info.heeds_voice) {
        return Ok(());
    }
    let text = format!(
        "groupID {} is not moderated: everybody may speak",
        quoted(room.as_str())
    );
    Err(XmppError::account(Status::NotSupported, text))
}
