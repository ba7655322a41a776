//! Friend applications: whoever wants to decide who adds them (`allowType` 1) is asked first.

use super::change::{Kind, Tx};
use super::error::{ServiceError, ServiceResult};
use super::friend_list;
use super::row::{Name, Time};
use super::users::{self, Me};
use crate::backend::{ApplicationAnswer, FriendAdded, NewFriend};
use crate::model::FriendApplicationType::{Both, ComeIn, SendOut};
use crate::model::id::quoted;
use crate::model::{AllowType, Applied, Change, Error, FriendApplicationType, Status, UserId};
use rusqlite::{Connection, OptionalExtension};

/// Whether a user may be added at once. Who has the current user as a friend, or asks them, need not be asked.
pub(super) fn may_add(tx: &Tx<'_>, me: &Me, friend: i64) -> ServiceResult<AllowType> {
    if friend_list::remark(tx.db, me.id, friend)?.is_some()
        || friend_list::remark(tx.db, friend, me.id)?.is_some()
        || is_there(tx.db, me.id, friend, ComeIn)?
    {
        return Ok(AllowType::AllowAny);
    }
    let number: Option<i64> = tx.find("SELECT allow_type FROM user WHERE id = ?1", [friend])?;
    Ok(number.map_or(AllowType::NeedConfirm, users::allow_type))
}

/// `setSelfInfo`: who may add the user. It is in the profile, so everyone who shows the user is told.
pub(super) fn set_allow_type(tx: &mut Tx<'_>, me: &Me, allow_type: AllowType) -> ServiceResult<()> {
    let changed = tx.execute(
        "UPDATE user SET allow_type = ?2 WHERE id = ?1 AND allow_type <> ?2",
        (me.id, allow_type as i64),
    )?;
    if changed > 0 {
        tx.tell_profile(me.id)?;
    }
    Ok(())
}

/// Asks a user to become a friend. Asking again says something new.
pub(super) fn send(tx: &mut Tx<'_>, me: &Me, friend: i64, new: &NewFriend) -> ServiceResult<FriendAdded> {
    for (user, peer, kind) in [(friend, me.id, ComeIn), (me.id, friend, SendOut)] {
        // The profile first, so that the name is known when the application shows.
        users::introduce(tx, user, peer)?;
        tx.execute(
            "INSERT OR REPLACE INTO friend_application (user, peer, kind, time, source, wording, remark) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                user,
                peer,
                kind as i64,
                tx.now.0,
                &new.source,
                &new.wording,
                &new.remark,
            ),
        )?;
        tx.tell(user, Kind::FriendApplication, peer)?;
    }
    Ok(FriendAdded::WhenConfirmed)
}

/// The user has added somebody: that answers what they asked, and nobody has to answer what the user asked.
pub(super) fn answered_by_adding(tx: &mut Tx<'_>, me: &Me, friend: i64) -> ServiceResult<()> {
    if let Some(remark) = remark_of(tx, me, friend)? {
        friend_list::put(tx, friend, me.id, &remark)?;
        settle(tx, friend, me.id)?;
    }
    settle(tx, me.id, friend)
}

/// `acceptFriendApplication`, `refuseFriendApplication`.
pub(super) fn answer(tx: &mut Tx<'_>, me: &Me, user: &UserId, answer: ApplicationAnswer) -> ServiceResult<()> {
    let peer = users::find(tx.db, user)?;
    let found = match peer {
        Some(peer) => remark_of(tx, me, peer)?.map(|remark| (peer, remark)),
        None => None,
    };
    let Some((peer, remark)) = found else {
        return Err(ServiceError::Refused(none(user)));
    };
    if answer != ApplicationAnswer::Refuse {
        friend_list::put(tx, peer, me.id, &remark)?;
    }
    if answer == ApplicationAnswer::AgreeAndAdd {
        friend_list::put(tx, me.id, peer, "")?;
    }
    settle(tx, peer, me.id)
}

/// `deleteFriendApplication`: from the user's own list.
pub(super) fn delete(tx: &mut Tx<'_>, me: &Me, user: &UserId, kind: FriendApplicationType) -> ServiceResult<()> {
    let kinds = match kind {
        Both => (ComeIn, SendOut),
        one => (one, one),
    };
    let removed = match users::find(tx.db, user)? {
        Some(peer) => {
            let removed = tx.execute(
                "DELETE FROM friend_application WHERE user = ?1 AND peer = ?2 AND kind IN (?3, ?4)",
                (me.id, peer, kinds.0 as i64, kinds.1 as i64),
            )?;
            if removed > 0 {
                tx.tell(me.id, Kind::FriendApplication, peer)?;
            }
            removed
        }
        None => 0,
    };
    if removed == 0 {
        return Err(ServiceError::Refused(none(user)));
    }
    Ok(())
}

/// `setFriendApplicationRead`.
pub(super) fn read_all(tx: &mut Tx<'_>, me: &Me) -> ServiceResult<()> {
    let marked = tx.execute(
        "UPDATE user SET applications_read = ?2 WHERE id = ?1 AND EXISTS (SELECT 1 FROM friend_application a \
         WHERE a.user = ?1 AND a.kind = 1 AND a.time > user.applications_read)",
        (me.id, tx.now.0),
    )?;
    if marked > 0 {
        tx.tell(me.id, Kind::FriendApplicationsRead, me.id)?;
    }
    Ok(())
}

/// What a user is told of the applications between them and a peer.
pub(super) fn told(db: &Connection, me: &Me, peer: i64) -> ServiceResult<Vec<Change>> {
    let Some(profile) = users::profile(db, peer)? else {
        return Ok(Vec::new());
    };
    let mut statement = db.prepare_cached(
        "SELECT a.time, a.source, a.wording, a.time <= u.applications_read FROM friend_application a \
         JOIN user u ON u.id = a.user WHERE a.user = ?1 AND a.peer = ?2 AND a.kind = ?3",
    )?;
    let mut changes = Vec::new();
    for kind in [ComeIn, SendOut] {
        let application = statement
            .query_row((me.id, peer, kind as i64), |row| {
                Ok(Applied {
                    time: row.get::<_, Time>(0)?.0,
                    source: row.get::<_, Name>(1)?.0,
                    wording: row.get::<_, Name>(2)?.0,
                    is_read: row.get(3)?,
                })
            })
            .optional()?;
        changes.push(Change::FriendApplication {
            user_id: profile.user_id.clone(),
            kind,
            application,
        });
    }
    Ok(changes)
}

/// Up to when the user has seen the applications.
pub(super) fn told_read(db: &Connection, me: &Me) -> ServiceResult<Change> {
    let mut statement = db.prepare_cached("SELECT applications_read FROM user WHERE id = ?1")?;
    let up_to = statement.query_row([me.id], |row| Ok(row.get::<_, Time>(0)?.0))?;
    Ok(Change::FriendApplicationsRead { up_to })
}

/// Whether an application is in the list of a user.
pub(super) fn is_there(db: &Connection, user: i64, peer: i64, kind: FriendApplicationType) -> ServiceResult<bool> {
    let mut statement =
        db.prepare_cached("SELECT 1 FROM friend_application WHERE user = ?1 AND peer = ?2 AND kind = ?3")?;
    Ok(statement.exists((user, peer, kind as i64))?)
}

/// What somebody who asks the user wants to call them; `None` when they do not ask.
fn remark_of(tx: &Tx<'_>, me: &Me, peer: i64) -> ServiceResult<Option<String>> {
    let remark: Option<Name> = tx.find(
        "SELECT remark FROM friend_application WHERE user = ?1 AND peer = ?2 AND kind = 1",
        (me.id, peer),
    )?;
    Ok(remark.map(|Name(remark)| remark))
}

/// An application is decided: it leaves both lists.
fn settle(tx: &mut Tx<'_>, applicant: i64, asked: i64) -> ServiceResult<()> {
    for (user, other, kind) in [(asked, applicant, ComeIn), (applicant, asked, SendOut)] {
        let removed = tx.execute(
            "DELETE FROM friend_application WHERE user = ?1 AND peer = ?2 AND kind = ?3",
            (user, other, kind as i64),
        )?;
        if removed > 0 {
            tx.tell(user, Kind::FriendApplication, other)?;
        }
    }
    Ok(())
}

/// 30614.
fn none(user: &UserId) -> Error {
    let desc = format!("there is no friend application of userID {}", quoted(user.as_str()));
    Error::new(Status::NoFriendApplication, desc)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::embedded::friends;
    use crate::backend::embedded::testing::TestService;

    fn asking(user: &Me) -> NewFriend {
        NewFriend {
            wording: "It is me".to_owned(),
            source: "search".to_owned(),
            ..NewFriend::of(user.user_id.clone(), "Bobby")
        }
    }

    fn is_friend(service: &TestService, of: &Me, user: &Me) -> bool {
        service.read(|db| friend_list::remark(db, of.id, user.id)).is_some()
    }

    /// Alice, who is asked, and bob, who asks.
    fn asked(service: &mut TestService) -> (Me, Me) {
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| set_allow_type(tx, &alice, AllowType::NeedConfirm));
        let added = service.write(|tx| friends::add(tx, &bob, &asking(&alice)));
        assert_eq!(added, FriendAdded::WhenConfirmed);
        assert!(!is_friend(service, &bob, &alice));
        (alice, bob)
    }

    fn told_of(service: &TestService, me: &Me, after: i64, of: FriendApplicationType) -> Vec<bool> {
        let told = service.told(me, after).into_iter().filter_map(|change| match change {
            Change::FriendApplication { kind, application, .. } if kind == of => Some(application.is_some()),
            _ => None,
        });
        told.collect()
    }

    #[test]
    fn whoever_wants_to_be_asked_decides_and_both_sides_are_told() {
        for (decision, applicant_has, asked_has) in [
            (ApplicationAnswer::Agree, true, false),
            (ApplicationAnswer::AgreeAndAdd, true, true),
            (ApplicationAnswer::Refuse, false, false),
        ] {
            let mut service = TestService::new();
            let (alice, bob) = asked(&mut service);
            assert_eq!(told_of(&service, &alice, 0, ComeIn), [true]);
            assert_eq!(told_of(&service, &bob, 0, SendOut), [true]);
            let head = service.head();
            service.write(|tx| answer(tx, &alice, &bob.user_id, decision));
            assert_eq!(is_friend(&service, &bob, &alice), applicant_has, "{decision:?}");
            assert_eq!(is_friend(&service, &alice, &bob), asked_has, "{decision:?}");
            assert_eq!(told_of(&service, &alice, head, ComeIn), [false]);
            assert_eq!(told_of(&service, &bob, head, SendOut), [false]);
            let error = service.refused(|tx| answer(tx, &alice, &bob.user_id, decision));
            assert_eq!(error.status, Status::NoFriendApplication);
        }
    }

    #[test]
    fn who_may_add_a_user_is_told_with_the_profile_and_only_when_it_changes() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| friends::add(tx, &bob, &asking(&alice)));
        for allow_type in [AllowType::DenyAny, AllowType::NeedConfirm, AllowType::AllowAny] {
            let head = service.head();
            service.write(|tx| set_allow_type(tx, &alice, allow_type));
            for reader in [&alice, &bob] {
                let told = service.told(reader, head);
                assert!(
                    matches!(told.as_slice(), [Change::Profile(profile)] if profile.allow_type == allow_type),
                    "{told:?}"
                );
            }
            let infos = service.read(|db| users::infos(db, std::slice::from_ref(&alice.user_id)));
            assert_eq!(infos[0].allow_type, allow_type);
            let head = service.head();
            service.write(|tx| set_allow_type(tx, &alice, allow_type));
            assert_eq!(service.head(), head, "nobody is told of nothing");
        }
    }

    #[test]
    fn adding_whoever_asks_accepts_them_and_nobody_else_is_let_in() {
        let mut service = TestService::new();
        let (alice, bob) = asked(&mut service);
        service.write(|tx| set_allow_type(tx, &alice, AllowType::DenyAny));
        let carol = service.user("carol");
        let error = service.refused(|tx| friends::add(tx, &carol, &asking(&alice)));
        assert_eq!(error.status, Status::FriendAddDenied);
        assert!(error.desc.contains("alice"), "{error}");
        service.write(|tx| friends::add(tx, &alice, &NewFriend::of(bob.user_id.clone(), "")));
        assert!(is_friend(&service, &alice, &bob));
        let remark = service.read(|db| friend_list::remark(db, bob.id, alice.id));
        assert_eq!(remark.as_deref(), Some("Bobby"), "what bob wants to call her");
        assert_eq!(told_of(&service, &alice, 0, ComeIn), [false]);
    }

    #[test]
    fn an_application_that_one_side_removes_can_still_be_accepted_by_the_other() {
        let mut service = TestService::new();
        let (alice, bob) = asked(&mut service);
        service.write(|tx| delete(tx, &bob, &alice.user_id, SendOut));
        let error = service.refused(|tx| delete(tx, &bob, &alice.user_id, Both));
        assert_eq!(error.status, Status::NoFriendApplication);
        service.write(|tx| answer(tx, &alice, &bob.user_id, ApplicationAnswer::Agree));
        assert!(is_friend(&service, &bob, &alice));
    }

    #[test]
    fn what_was_seen_on_one_device_was_seen_on_a_later_one() {
        let mut service = TestService::new();
        let (alice, bob) = asked(&mut service);
        let seen = |service: &TestService| {
            let told = service.told(&alice, 0).into_iter();
            let mut seen = told.filter_map(|change| match change {
                Change::FriendApplication {
                    application: Some(application),
                    ..
                } => Some(application.is_read),
                _ => None,
            });
            seen.next()
        };
        assert_eq!(seen(&service), Some(false));
        service.write(|tx| read_all(tx, &alice));
        assert_eq!(seen(&service), Some(true));
        let head = service.head();
        service.write(|tx| read_all(tx, &alice));
        assert_eq!(service.head(), head, "nobody is told of nothing");
        service.write(|tx| friends::add(tx, &bob, &asking(&alice)));
        assert_eq!(seen(&service), Some(false), "what is said again was not seen");
    }
}
