//! People and groups as far as the list shows them.

use super::columns::{optional_text, text};
use crate::model::{AllowType, Friend, Group, GroupAddOpt, GroupId, Micros, Profile, UserId};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A known user. `remark` is `None` for a user who is not a friend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct UserRow {
    /// The name the user chose.
    pub(crate) nick_name: String,
    /// The user's picture.
    pub(crate) face_url: String,
    /// Who may add the user as a friend.
    pub(crate) allow_type: AllowType,
    /// Our own name for the user.
    pub(crate) remark: Option<String>,
}

/// A user, as far as known.
pub(crate) fn user(db: &Connection, id: &UserId) -> rusqlite::Result<Option<UserRow>> {
    db.prepare_cached("SELECT nick_name, face_url, remark, allow_type FROM user WHERE user_id = ?1")?
        .query_row([id], |row| {
            Ok(UserRow {
                nick_name: text(row, 0)?,
                face_url: text(row, 1)?,
                remark: optional_text(row, 2)?,
                allow_type: row.get(3)?,
            })
        })
        .optional()
}

/// The profile of a user and when it was told last; `None` when it never was.
pub(crate) fn profile(db: &Connection, id: &UserId) -> rusqlite::Result<Option<(Profile, Micros)>> {
    db.prepare_cached(
        "SELECT nick_name, face_url, profile_time, allow_type FROM user WHERE user_id = ?1 AND profile_time IS NOT NULL",
    )?
    .query_row([id], |row| {
        let profile = Profile {
            user_id: id.clone(),
            nick_name: text(row, 0)?,
            face_url: text(row, 1)?,
            allow_type: row.get(3)?,
        };
        Ok((profile, Micros(row.get(2)?)))
    })
    .optional()
}

/// Stores a profile that is told at a time.
pub(crate) fn save_profile(db: &Connection, profile: &Profile, time: Micros) -> rusqlite::Result<()> {
    db.prepare_cached(
        // The profile and the remark arrive separately, in any order: each leaves the columns of the other alone.
        "INSERT INTO user (user_id, nick_name, face_url, profile_time, allow_type) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (user_id) DO UPDATE SET nick_name = excluded.nick_name, face_url = excluded.face_url, \
         profile_time = excluded.profile_time, allow_type = excluded.allow_type",
    )?
    .execute(params![
        profile.user_id,
        profile.nick_name,
        profile.face_url,
        time.0,
        profile.allow_type
    ])?;
    Ok(())
}

/// Stores whether a user is a friend, and the remark.
pub(crate) fn save_friend(db: &Connection, id: &UserId, remark: Option<&str>) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO user (user_id, remark) VALUES (?1, ?2) ON CONFLICT (user_id) DO UPDATE SET remark = excluded.remark",
    )?
    .execute(params![id, remark])?;
    Ok(())
}

/// All friends, by id.
pub(crate) fn friends(db: &Connection) -> rusqlite::Result<Vec<Friend>> {
    db.prepare_cached(
        // A friend without a remark has an empty one.
        "SELECT user_id, nick_name, face_url, remark, allow_type FROM user WHERE remark IS NOT NULL ORDER BY user_id",
    )?
    .query_map((), |row| {
        let user_id: UserId = row.get(0)?;
        Ok(Friend {
            user_id: user_id.clone(),
            friend_remark: text(row, 3)?,
            profile: Profile {
                user_id,
                nick_name: text(row, 1)?,
                face_url: text(row, 2)?,
                allow_type: row.get(4)?,
            },
        })
    })?
    .collect()
}

const GROUP_COLUMNS: &str = "group_id, group_type, group_name, face_url, owner, create_time, member_count, role, \
     introduction, notification, is_all_muted, add_opt, approve_opt";

fn group_from_row(row: &Row<'_>) -> rusqlite::Result<Group> {
    // The column is '' while the owner is not known.
    let owner = text(row, 4)?;
    Ok(Group {
        group_id: row.get(0)?,
        group_type: row.get(1)?,
        group_name: text(row, 2)?,
        face_url: text(row, 3)?,
        owner: (!owner.is_empty()).then(|| UserId::trusted(owner)),
        create_time: row.get(5)?,
        member_count: row.get(6)?,
        role: row.get(7)?,
        introduction: text(row, 8)?,
        notification: Some(text(row, 9)?),
        is_all_muted: row.get(10)?,
        add_opt: GroupAddOpt::numbered(row.get(11)?).unwrap_or(GroupAddOpt::Any),
        approve_opt: GroupAddOpt::numbered(row.get(12)?).unwrap_or(GroupAddOpt::Forbid),
    })
}

/// A group, as far as known.
pub(crate) fn group(db: &Connection, id: &GroupId) -> rusqlite::Result<Option<Group>> {
    db.prepare_cached(&format!("SELECT {GROUP_COLUMNS} FROM group_info WHERE group_id = ?1"))?
        .query_row([id], group_from_row)
        .optional()
}

/// The groups that we are a member of, by id.
pub(crate) fn joined_groups(db: &Connection) -> rusqlite::Result<Vec<Group>> {
    db.prepare_cached(&format!(
        "SELECT {GROUP_COLUMNS} FROM group_info WHERE role <> 0 ORDER BY group_id"
    ))?
    .query_map((), group_from_row)?
    .collect()
}

/// Stores a group.
pub(crate) fn save_group(db: &Connection, group: &Group) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO group_info (group_id, group_type, group_name, face_url, owner, create_time, member_count, role, \
         introduction, notification, is_all_muted, add_opt, approve_opt) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, coalesce(?10, ''), ?11, ?12, ?13) ON CONFLICT (group_id) DO UPDATE SET group_type = excluded.group_type, \
         group_name = excluded.group_name, face_url = excluded.face_url, owner = excluded.owner, \
         create_time = excluded.create_time, member_count = excluded.member_count, role = excluded.role, \
         introduction = excluded.introduction, notification = coalesce(?10, notification), is_all_muted = excluded.is_all_muted, \
         add_opt = excluded.add_opt, approve_opt = excluded.approve_opt",
    )?
    .execute(params![
        group.group_id,
        group.group_type,
        group.group_name,
        group.face_url,
        group.owner.as_ref().map(UserId::as_str).unwrap_or_default(),
        group.create_time,
        group.member_count,
        group.role,
        group.introduction,
        group.notification,
        group.is_all_muted,
        group.add_opt as i64,
        group.approve_opt as i64,
    ])?;
    Ok(())
}

/// Stores the notice of a group that is known.
pub(crate) fn save_notification(db: &Connection, id: &GroupId, notification: &str) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE group_info SET notification = ?2 WHERE group_id = ?1")?
        .execute(params![id, notification])?;
    Ok(())
}

/// Remembers that we are not a member any more.
pub(crate) fn leave_group(db: &Connection, id: &GroupId) -> rusqlite::Result<()> {
    // The row stays: the conversation remains in the list and shows the name and picture.
    db.prepare_cached("UPDATE group_info SET role = 0 WHERE group_id = ?1")?
        .execute([id])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{GroupRole, GroupType};
    use crate::store::fixture::database;

    fn profile(user: &str, nick_name: &str) -> Profile {
        Profile {
            user_id: UserId::trusted(user),
            nick_name: nick_name.to_owned(),
            face_url: "face".to_owned(),
            allow_type: AllowType::NeedConfirm,
        }
    }

    #[test]
    fn a_profile_and_a_remark_do_not_overwrite_each_other() {
        let db = database();
        let bob = UserId::trusted("bob");
        save_friend(&db, &bob, Some("Bobby")).unwrap();
        save_profile(&db, &profile("bob", "Bob"), Micros(1)).unwrap();
        let row = user(&db, &bob).unwrap().unwrap();
        assert_eq!((row.nick_name.as_str(), row.remark.as_deref()), ("Bob", Some("Bobby")));
        save_friend(&db, &bob, None).unwrap();
        assert_eq!(user(&db, &bob).unwrap().unwrap().nick_name, "Bob");
    }

    #[test]
    fn who_may_add_a_user_is_read_as_it_was_told_and_of_a_stranger_the_careful_way() {
        let db = database();
        let bob = UserId::trusted("bob");
        save_friend(&db, &bob, Some("")).unwrap();
        let read = || {
            let row = user(&db, &bob).unwrap().unwrap();
            let friend = friends(&db).unwrap().remove(0).profile;
            assert_eq!(row.allow_type, friend.allow_type);
            row.allow_type
        };
        assert_eq!(read(), AllowType::NeedConfirm);
        for &allow_type in AllowType::ALL {
            let told = Profile {
                allow_type,
                ..profile("bob", "Bob")
            };
            save_profile(&db, &told, Micros(1)).unwrap();
            assert_eq!(read(), allow_type);
            let stored = super::profile(&db, &bob).unwrap().unwrap();
            assert_eq!(stored, (told, Micros(1)));
        }
    }

    #[test]
    fn friends_are_the_users_with_a_remark_also_an_empty_one_by_id() {
        let db = database();
        save_friend(&db, &UserId::trusted("carol"), Some("")).unwrap();
        save_friend(&db, &UserId::trusted("bob"), Some("Bobby")).unwrap();
        save_profile(&db, &profile("dave", "Dave"), Micros(1)).unwrap();
        let names: Vec<_> = friends(&db).unwrap().into_iter().map(|friend| friend.user_id).collect();
        assert_eq!(names, [UserId::trusted("bob"), UserId::trusted("carol")]);
    }

    #[test]
    fn a_group_that_was_left_is_known_and_no_longer_joined() {
        let db = database();
        let team = Group {
            group_id: GroupId::trusted("team"),
            group_type: GroupType::Meeting,
            group_name: "Team".to_owned(),
            face_url: "face".to_owned(),
            introduction: "Who we are".to_owned(),
            notification: Some("Hello".to_owned()),
            owner: Some(UserId::trusted("bob")),
            create_time: 5,
            member_count: 2,
            role: GroupRole::Admin,
            is_all_muted: true,
            add_opt: GroupAddOpt::Auth,
            approve_opt: GroupAddOpt::Any,
        };
        save_group(&db, &team).unwrap();
        assert_eq!(joined_groups(&db).unwrap(), std::slice::from_ref(&team));
        leave_group(&db, &team.group_id).unwrap();
        assert_eq!(joined_groups(&db).unwrap(), []);
        let left = group(&db, &team.group_id).unwrap().unwrap();
        assert_eq!((left.role, left.owner), (GroupRole::None, team.owner));
    }

    #[test]
    fn a_notice_that_is_not_said_again_stays() {
        let db = database();
        let mut team = Group {
            group_id: GroupId::trusted("team"),
            group_type: GroupType::Meeting,
            group_name: String::new(),
            face_url: String::new(),
            introduction: String::new(),
            notification: None,
            owner: None,
            create_time: 0,
            member_count: 0,
            role: GroupRole::Member,
            is_all_muted: false,
            add_opt: GroupAddOpt::Any,
            approve_opt: GroupAddOpt::Forbid,
        };
        let notice = || group(&db, &GroupId::trusted("team")).unwrap().unwrap().notification;
        save_group(&db, &team).unwrap();
        assert_eq!(notice().as_deref(), Some(""));
        save_notification(&db, &team.group_id, "Hello").unwrap();
        save_group(&db, &team).unwrap();
        assert_eq!(notice().as_deref(), Some("Hello"));
        team.notification = Some(String::new());
        save_group(&db, &team).unwrap();
        assert_eq!(notice().as_deref(), Some(""));
    }
}
