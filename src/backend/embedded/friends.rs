//! Friend lists. Each user's list is private, as in a phone book: adding a friend needs no consent.

use super::change::{Kind, Tx};
use super::error::{ServiceError, ServiceResult};
use super::row::Name;
use super::users::{self, Me};
use crate::model::UserId;
use crate::model::id::quoted;
use rusqlite::{Connection, OptionalExtension};

/// `addFriend`. Adding a friend again changes the remark if the request has a new one.
pub(super) fn add(tx: &mut Tx<'_>, me: &Me, user: &UserId, remark: &str) -> ServiceResult<()> {
    if *user == me.user_id {
        return Err(ServiceError::invalid(format!(
            "userID {} is the current user",
            quoted(user.as_str())
        )));
    }
    let friend = users::ensure(tx, user)?;
    let changed = tx.execute(
        "INSERT INTO friend (user, friend, remark) VALUES (?1, ?2, ?3) \
         ON CONFLICT DO UPDATE SET remark = excluded.remark WHERE excluded.remark NOT IN ('', remark)",
        (me.id, friend, remark),
    )?;
    if changed > 0 {
        // The profile first, so that the friend's name is known when the friend shows.
        tx.tell(me.id, Kind::Profile, friend)?;
        tx.tell(me.id, Kind::Friend, friend)?;
    }
    Ok(())
}

/// `deleteFromFriendList`. Deleting a user who is not a friend changes nothing.
pub(super) fn delete(tx: &mut Tx<'_>, me: &Me, user: &UserId) -> ServiceResult<()> {
    let Some(friend) = users::find(tx.db, user)? else {
        return Ok(());
    };
    if tx.execute("DELETE FROM friend WHERE user = ?1 AND friend = ?2", (me.id, friend))? > 0 {
        tx.tell(me.id, Kind::Friend, friend)?;
        // The user's devices know the name, and go on showing it wherever a conversation is or comes.
        users::introduce(tx, me.id, friend)?;
    }
    Ok(())
}

/// `setFriendInfo`.
pub(super) fn set_remark(tx: &mut Tx<'_>, me: &Me, user: &UserId, new: &str) -> ServiceResult<()> {
    let friend = users::find(tx.db, user)?;
    let old = match friend {
        Some(friend) => remark(tx.db, me.id, friend)?.map(|old| (friend, old)),
        None => None,
    };
    let Some((friend, old)) = old else {
        return Err(ServiceError::invalid(format!(
            "userID {} is not a friend",
            quoted(user.as_str())
        )));
    };
    if old != new {
        tx.execute(
            "UPDATE friend SET remark = ?3 WHERE user = ?1 AND friend = ?2",
            (me.id, friend, new),
        )?;
        tx.tell(me.id, Kind::Friend, friend)?;
    }
    Ok(())
}

/// The remark of a friend; `None` if the user is not a friend.
pub(super) fn remark(db: &Connection, user: i64, friend: i64) -> ServiceResult<Option<String>> {
    let mut statement = db.prepare_cached("SELECT remark FROM friend WHERE user = ?1 AND friend = ?2")?;
    let remark: Option<Name> = statement.query_row((user, friend), |row| row.get(0)).optional()?;
    Ok(remark.map(|Name(remark)| remark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::embedded::testing::TestService;
    use crate::model::{Change, Status};

    #[test]
    fn adding_a_friend_again_changes_the_remark_only_to_a_new_one() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| add(tx, &alice, &bob.user_id, "Bobby"));
        let head = service.head();
        for same in ["", "Bobby"] {
            service.write(|tx| add(tx, &alice, &bob.user_id, same));
        }
        assert_eq!(service.head(), head, "nobody is told of nothing");
        service.write(|tx| add(tx, &alice, &bob.user_id, "Robert"));
        assert_eq!(
            service.read(|db| remark(db, alice.id, bob.id)).as_deref(),
            Some("Robert")
        );
        assert_eq!(
            service.read(|db| remark(db, bob.id, alice.id)),
            None,
            "the list is alice's own"
        );
    }

    #[test]
    fn a_remark_needs_a_friend_and_nobody_is_their_own() {
        let mut service = TestService::new();
        let alice = service.user("alice");
        let stranger = UserId::trusted("carol");
        let error = service.refused(|tx| set_remark(tx, &alice, &stranger, "C"));
        assert!(
            error.status == Status::InvalidParameters && error.desc.contains("carol"),
            "{error}"
        );
        let error = service.refused(|tx| add(tx, &alice, &alice.user_id, ""));
        assert!(error.desc.contains("alice"), "{error}");
        service.write(|tx| delete(tx, &alice, &stranger));
    }

    #[test]
    fn the_new_name_of_a_former_friend_is_told() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| add(tx, &alice, &bob.user_id, ""));
        service.write(|tx| delete(tx, &alice, &bob.user_id));
        let head = service.head();
        service.write(|tx| users::set_self_info(tx, &bob, Some("Robert"), None));
        let told = service.told(&alice, head);
        assert!(
            matches!(told.as_slice(), [Change::Profile(profile)] if profile.nick_name == "Robert"),
            "{told:?}"
        );
    }
}
