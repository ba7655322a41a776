//! Groups: who may do what, by V2TIM's group types. docs/embedded.md has the table.

use super::inbox::{self, Kind};
use super::people;
use super::service::failed;
use super::settings;
use crate::backend::{MemberResult, NewGroup};
use crate::model::{
    Change, Error, Group, GroupId, GroupMember, GroupRole, GroupType, Micros, ReadPosition, Result, Status, UserId,
};
use rusqlite::{Connection, OptionalExtension, params};

/// The chat of a group id, also of a group that was dismissed.
pub(super) fn chat(db: &Connection, group: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT id FROM chat WHERE group_id = ?1")?
        .query_row([group], |row| row.get(0))
        .optional()
}

/// The members of a group, in the order they joined.
pub(super) fn members(db: &Connection, chat: i64) -> rusqlite::Result<Vec<i64>> {
    db.prepare_cached("SELECT user FROM member WHERE chat = ?1 ORDER BY join_time, user")?
        .query_map([chat], |row| row.get(0))?
        .collect()
}

/// A user's role in a chat; no group, no role.
pub(super) fn role(db: &Connection, chat: i64, user: i64) -> rusqlite::Result<GroupRole> {
    let role = db
        .prepare_cached("SELECT role FROM member WHERE chat = ?1 AND user = ?2")?
        .query_row([chat, user], |row| row.get(0))
        .optional()?;
    Ok(role.map_or(GroupRole::None, GroupRole::from_code))
}

/// 10007: only members may.
pub(super) fn not_a_member(group: &str) -> Error {
    Error::no_permission(format!(
        "you are not a member of group {group:?}, or there is no such group"
    ))
}

fn group(db: &Connection, chat: i64, user: i64) -> rusqlite::Result<Option<Group>> {
    let owner: Option<String> = db
        .prepare_cached(
            "SELECT u.user_id FROM member m JOIN user u ON u.id = m.user WHERE m.chat = ?1 AND m.role = ?2",
        )?
        .query_row([chat, GroupRole::Owner as i64], |row| row.get(0))
        .optional()?;
    let role = role(db, chat, user)?;
    db.prepare_cached(
        "SELECT c.group_id, g.group_type, g.group_name, g.face_url, g.create_time, \
         (SELECT count(*) FROM member WHERE chat = g.chat) FROM group_info g JOIN chat c ON c.id = g.chat \
         WHERE g.chat = ?1",
    )?
    .query_row([chat], |row| {
        Ok(Group {
            group_id: GroupId::trusted(row.get::<_, String>(0)?),
            group_type: GroupType::parse(&row.get::<_, String>(1)?).unwrap_or(GroupType::Work),
            group_name: row.get(2)?,
            face_url: row.get(3)?,
            owner: owner.map(UserId::trusted),
            create_time: row.get(4)?,
            member_count: row.get(5)?,
            role,
        })
    })
    .optional()
}

/// What a user's inbox says of a group: its data, or that the user is not in it any more.
pub(super) fn for_member(db: &Connection, user: i64, chat: i64) -> rusqlite::Result<Option<Change>> {
    let join_time: Option<i64> = db
        .prepare_cached("SELECT join_time FROM member WHERE chat = ?1 AND user = ?2")?
        .query_row([chat, user], |row| row.get(0))
        .optional()?;
    match (group(db, chat, user)?, join_time) {
        (Some(group), Some(time)) => Ok(Some(Change::Group {
            group,
            time: Micros(time),
        })),
        _ => {
            let id: String = db
                .prepare_cached("SELECT group_id FROM chat WHERE id = ?1")?
                .query_row([chat], |row| row.get(0))?;
            Ok(Some(Change::GroupLeft {
                group_id: GroupId::trusted(id),
            }))
        }
    }
}

/// The group as its member sees it; 10007 for others.
fn joined(db: &Connection, user: i64, id: &GroupId) -> Result<(i64, Group)> {
    let found = || -> rusqlite::Result<_> {
        let Some(chat) = chat(db, id.as_str())? else {
            return Ok(None);
        };
        Ok(group(db, chat, user)?.map(|group| (chat, group)))
    };
    match found().map_err(|error| failed(&error))? {
        Some((chat, group)) if group.role > GroupRole::None => Ok((chat, group)),
        _ => Err(not_a_member(id.as_str())),
    }
}

/// Everybody in the group looks at it again.
fn tell_members(db: &Connection, chat: i64) -> rusqlite::Result<()> {
    members(db, chat)?
        .into_iter()
        .try_for_each(|member| inbox::add(db, member, Kind::Group, chat, 0))
}

/// Somebody comes in. What was said before is neither theirs to read nor unread.
fn enter(db: &Connection, chat: i64, user: i64, role: GroupRole) -> rusqlite::Result<()> {
    let (seq, time): (i64, i64) = db
        .prepare_cached("SELECT last_seq, last_time FROM chat WHERE id = ?1")?
        .query_row([chat], |row| Ok((row.get(0)?, row.get(1)?)))?;
    db.prepare_cached("INSERT OR IGNORE INTO member (chat, user, role, join_time) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![chat, user, role as i64, Micros::now().0])?;
    let read = ReadPosition {
        seq: seq.unsigned_abs(),
        timestamp: Micros(time).seconds(),
    };
    settings::set_read(db, user, chat, read)
}

/// Somebody goes.
fn leave(db: &Connection, chat: i64, user: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM member WHERE chat = ?1 AND user = ?2")?
        .execute([chat, user])?;
    inbox::add(db, user, Kind::Group, chat, 0)
}

/// `createGroup`.
pub(super) fn create(db: &Connection, user: i64, new: &NewGroup) -> Result<GroupId> {
    let id = match &new.group_id {
        Some(id) => id.clone(),
        // V2TIM's server makes ids of this shape.
        None => GroupId::trusted(format!("@TGS#{}", uuid::Uuid::new_v4().simple())),
    };
    let run =
        || -> rusqlite::Result<bool> {
            let chat = match chat(db, id.as_str())? {
                Some(chat) if group(db, chat, user)?.is_some() => return Ok(false),
                Some(chat) => chat,
                None => db
                    .prepare_cached("INSERT INTO chat (group_id) VALUES (?1)")?
                    .insert([id.as_str()])?,
            };
            db.prepare_cached(
            "INSERT INTO group_info (chat, group_type, group_name, face_url, create_time) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![chat, new.group_type.as_str(), new.group_name, new.face_url, Micros::now().seconds()])?;
            enter(db, chat, user, GroupRole::Owner)?;
            for (member, role) in &new.members {
                let member = people::find_or_create(db, member.as_str())?;
                if member != user {
                    enter(db, chat, member, (*role).clamp(GroupRole::Member, GroupRole::Admin))?;
                }
            }
            tell_members(db, chat)?;
            Ok(true)
        };
    match run().map_err(|error| failed(&error))? {
        true => Ok(id),
        false => Err(Error::new(
            Status::Refused,
            format!("groupID {:?} is taken", id.as_str()),
        )),
    }
}

/// `joinGroup`: a Work group is entered by invitation only.
pub(super) fn join(db: &Connection, user: i64, id: &GroupId) -> Result<()> {
    let found = || -> rusqlite::Result<_> {
        let Some(chat) = chat(db, id.as_str())? else {
            return Ok(None);
        };
        Ok(group(db, chat, user)?.map(|group| (chat, group)))
    };
    let Some((chat, group)) = found().map_err(|error| failed(&error))? else {
        return Err(Error::new(
            Status::Refused,
            format!("there is no group {:?}", id.as_str()),
        ));
    };
    if group.role > GroupRole::None {
        return Ok(());
    }
    if group.group_type == GroupType::Work {
        return Err(Error::no_permission(format!(
            "group {:?} is a Work group: a member must invite you",
            id.as_str()
        )));
    }
    enter(db, chat, user, GroupRole::Member)
        .and_then(|()| tell_members(db, chat))
        .map_err(|error| failed(&error))
}

/// `quitGroup`: an owner can leave only a Work group, which then belongs to whoever joined first.
pub(super) fn quit(db: &Connection, user: i64, id: &GroupId) -> Result<()> {
    let (chat, group) = joined(db, user, id)?;
    if group.role == GroupRole::Owner && group.group_type != GroupType::Work {
        return Err(Error::no_permission(format!(
            "you own group {:?}: dismiss it instead",
            id.as_str()
        )));
    }
    let run = || -> rusqlite::Result<()> {
        leave(db, chat, user)?;
        if group.role == GroupRole::Owner {
            match members(db, chat)?.first() {
                Some(heir) => db
                    .prepare_cached("UPDATE member SET role = ?3 WHERE chat = ?1 AND user = ?2")?
                    .execute(params![chat, heir, GroupRole::Owner as i64])?,
                None => db
                    .prepare_cached("DELETE FROM group_info WHERE chat = ?1")?
                    .execute([chat])?,
            };
        }
        tell_members(db, chat)
    };
    run().map_err(|error| failed(&error))
}

/// `dismissGroup`: the owner only.
pub(super) fn dismiss(db: &Connection, user: i64, id: &GroupId) -> Result<()> {
    let (chat, group) = joined(db, user, id)?;
    if group.role != GroupRole::Owner {
        return Err(Error::no_permission(format!(
            "only the owner can dismiss group {:?}",
            id.as_str()
        )));
    }
    let run = || -> rusqlite::Result<()> {
        members(db, chat)?
            .into_iter()
            .try_for_each(|member| leave(db, chat, member))?;
        db.prepare_cached("DELETE FROM group_info WHERE chat = ?1")?
            .execute([chat])?;
        Ok(())
    };
    run().map_err(|error| failed(&error))
}

/// `inviteUserToGroup`: any member of a Work group or Community, owner and administrators of a Public group.
pub(super) fn invite(db: &Connection, user: i64, id: &GroupId, users: &[UserId]) -> Result<Vec<MemberResult>> {
    let (chat, group) = joined(db, user, id)?;
    let needed = match group.group_type {
        GroupType::Work | GroupType::Community => GroupRole::Member,
        GroupType::Public => GroupRole::Admin,
        GroupType::Meeting | GroupType::AVChatRoom => {
            let desc = format!("group {:?} is open to everybody and takes no invitations", id.as_str());
            return Err(Error::no_permission(desc));
        }
    };
    if group.role < needed {
        return Err(Error::no_permission(format!(
            "only the owner and administrators of {:?} can invite",
            id.as_str()
        )));
    }
    let run = || -> rusqlite::Result<Vec<MemberResult>> {
        let mut results = Vec::with_capacity(users.len());
        for invited in users {
            let number = people::find_or_create(db, invited.as_str())?;
            if role(db, chat, number)? == GroupRole::None {
                enter(db, chat, number, GroupRole::Member)?;
            }
            results.push(MemberResult {
                user_id: invited.clone(),
                result: Ok(()),
            });
        }
        tell_members(db, chat)?;
        Ok(results)
    };
    run().map_err(|error| failed(&error))
}

/// `kickGroupMember`: owner and administrators, and only who is below them.
pub(super) fn kick(db: &Connection, user: i64, id: &GroupId, users: &[UserId]) -> Result<Vec<MemberResult>> {
    let (chat, group) = joined(db, user, id)?;
    if group.role < GroupRole::Admin {
        return Err(Error::no_permission(format!(
            "only the owner and administrators of {:?} can kick",
            id.as_str()
        )));
    }
    let run = || -> rusqlite::Result<Vec<MemberResult>> {
        let mut results = Vec::with_capacity(users.len());
        for kicked in users {
            let number = people::find(db, kicked.as_str())?.unwrap_or_default();
            let result = match role(db, chat, number)? {
                GroupRole::None => Err(Error::invalid(format!("{:?} is not a member", kicked.as_str()))),
                role if role >= group.role => Err(Error::no_permission(format!(
                    "{:?} is not below you in the group",
                    kicked.as_str()
                ))),
                _ => {
                    leave(db, chat, number)?;
                    Ok(())
                }
            };
            results.push(MemberResult {
                user_id: kicked.clone(),
                result,
            });
        }
        tell_members(db, chat)?;
        Ok(results)
    };
    run().map_err(|error| failed(&error))
}

/// `setGroupInfo`: any member of a Work group, owner and administrators of the others.
pub(super) fn set_info(
    db: &Connection,
    user: i64,
    id: &GroupId,
    name: Option<&str>,
    face_url: Option<&str>,
) -> Result<()> {
    let (chat, group) = joined(db, user, id)?;
    if group.role < GroupRole::Admin && group.group_type != GroupType::Work {
        let desc = format!("only the owner and administrators of {:?} can change it", id.as_str());
        return Err(Error::no_permission(desc));
    }
    let run = || -> rusqlite::Result<()> {
        db.prepare_cached(
            "UPDATE group_info SET group_name = coalesce(?2, group_name), face_url = coalesce(?3, face_url) \
             WHERE chat = ?1",
        )?
        .execute(params![chat, name, face_url])?;
        tell_members(db, chat)
    };
    run().map_err(|error| failed(&error))
}

/// `getGroupsInfo`: what anybody may know of a group.
pub(super) fn info(db: &Connection, user: i64, id: &GroupId) -> Result<Group> {
    let found = || -> rusqlite::Result<_> {
        let Some(chat) = chat(db, id.as_str())? else {
            return Ok(None);
        };
        group(db, chat, user)
    };
    found()
        .map_err(|error| failed(&error))?
        .ok_or_else(|| Error::new(Status::InvalidGroupId, format!("there is no group {:?}", id.as_str())))
}

/// `getGroupMemberList`: members only.
pub(super) fn member_list(db: &Connection, user: i64, id: &GroupId) -> Result<Vec<GroupMember>> {
    let (chat, _) = joined(db, user, id)?;
    let run = || -> rusqlite::Result<Vec<GroupMember>> {
        db.prepare_cached(
            "SELECT u.user_id, m.role, u.nick_name, u.face_url, m.join_time FROM member m JOIN user u ON u.id = m.user \
             WHERE m.chat = ?1 ORDER BY m.join_time, m.user",
        )?
        .query_map([chat], |row| {
            Ok(GroupMember {
                user_id: UserId::trusted(row.get::<_, String>(0)?),
                role: GroupRole::from_code(row.get(1)?),
                nick_name: row.get(2)?,
                face_url: row.get(3)?,
                join_time: Micros(row.get(4)?).seconds(),
            })
        })?
        .collect()
    };
    run().map_err(|error| failed(&error))
}
