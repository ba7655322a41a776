//! Friend lists. Each user's list is private, as in a phone book: adding a friend needs no consent, unless the friend wants to
//! be asked.

use super::applications;
use super::change::{Kind, Tx};
use super::error::{ServiceError, ServiceResult};
use super::friend_list::{put, remark};
use super::users::{self, Me};
use crate::backend::{FriendAdded, NewFriend};
use crate::model::id::quoted;
use crate::model::{AllowType, Error, Status, UserId};

/// `addFriend`. Adding a friend again changes the remark if the request has a new one.
pub(super) fn add(tx: &mut Tx<'_>, me: &Me, new: &NewFriend) -> ServiceResult<FriendAdded> {
    let user = &new.user_id;
    if *user == me.user_id {
        return Err(ServiceError::invalid(format!(
            "userID {} is the current user",
            quoted(user.as_str())
        )));
    }
    let friend = users::ensure(tx, user)?;
    match applications::may_add(tx, me, friend)? {
        AllowType::AllowAny => {}
        AllowType::NeedConfirm => return applications::send(tx, me, friend, new),
        AllowType::DenyAny => {
            let desc = format!("userID {} lets nobody add them as a friend", quoted(user.as_str()));
            return Err(ServiceError::Refused(Error::new(Status::FriendAddDenied, desc)));
        }
    }
    put(tx, me.id, friend, &new.remark)?;
    if new.is_mutual {
        put(tx, friend, me.id, "")?;
    }
    applications::answered_by_adding(tx, me, friend)?;
    Ok(FriendAdded::Now)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::embedded::testing::TestService;
    use crate::model::Change;

    fn new(user: &UserId, remark: &str) -> NewFriend {
        NewFriend::of(user.clone(), remark)
    }

    #[test]
    fn adding_a_friend_again_changes_the_remark_only_to_a_new_one() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| add(tx, &alice, &new(&bob.user_id, "Bobby")));
        let head = service.head();
        for same in ["", "Bobby"] {
            service.write(|tx| add(tx, &alice, &new(&bob.user_id, same)));
        }
        assert_eq!(service.head(), head, "nobody is told of nothing");
        service.write(|tx| add(tx, &alice, &new(&bob.user_id, "Robert")));
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
        let error = service.refused(|tx| add(tx, &alice, &new(&alice.user_id, "")));
        assert!(error.desc.contains("alice"), "{error}");
        service.write(|tx| delete(tx, &alice, &stranger));
    }

    #[test]
    fn the_new_name_of_a_former_friend_is_told() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| add(tx, &alice, &new(&bob.user_id, "")));
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
