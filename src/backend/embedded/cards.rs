//! The names that members have in a group, beside their nicknames.

use super::change::Tx;
use super::error::{ServiceError, ServiceResult};
use super::membership;
use super::mutes;
use super::row::{self, Name, User};
use super::users::Me;
use crate::model::id::quoted;
use crate::model::{Change, GroupId, GroupRole, Micros, UserId};
use rusqlite::{Connection, OptionalExtension};

/// `setGroupMemberInfo`: one's own, and for the owner and the administrators those of members of lower rank.
pub(super) fn set(tx: &mut Tx<'_>, me: &Me, id: &GroupId, user_id: &UserId, name_card: &str) -> ServiceResult<()> {
    let mine = membership::require_existing(tx.db, me, id)?;
    let found: Option<(i64, i64)> = tx
        .prepare("SELECT m.id, m.role FROM member m JOIN user u ON u.id = m.user WHERE m.conversation = ?1 AND u.user_id = ?2")?
        .query_row((mine.conversation, user_id.as_str()), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((member, role)) = found else {
        return Err(ServiceError::Refused(membership::no_member(id, user_id)));
    };
    let may = *user_id == me.user_id || (mine.role >= GroupRole::Admin && GroupRole::from_code(role) < mine.role);
    if !may {
        return Err(ServiceError::no_permission(format!(
            "you may not change the nameCard of userID {} in groupID {}",
            quoted(user_id.as_str()),
            quoted(id.as_str())
        )));
    }
    // The same again is no change.
    let changed = tx.execute(
        "UPDATE member SET name_card = ?2 WHERE id = ?1 AND name_card <> ?2",
        (member, name_card),
    )?;
    if changed > 0 {
        tx.tell_renamed(member)?;
    }
    Ok(())
}

/// What the members are told; nothing about one who has left since.
pub(super) fn told(db: &Connection, member: i64) -> ServiceResult<Option<Change>> {
    let mut statement = db.prepare_cached(
        "SELECT g.group_id, u.user_id, m.name_card, m.mute_until FROM member m JOIN chat_group g ON g.conversation = m.conversation \
         JOIN user u ON u.id = m.user WHERE m.id = ?1",
    )?;
    let change = statement.query_row([member], |row| {
        Ok(Change::MemberRenamed {
            group_id: row.get::<_, row::Group>(0)?.0,
            user_id: row.get::<_, User>(1)?.0,
            name_card: row.get::<_, Name>(2)?.0,
            mute_time: mutes::left(row.get(3)?, Micros::now()),
        })
    });
    Ok(change.optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::NewGroup;
    use crate::backend::embedded::testing::{TestService, text_to_group};
    use crate::backend::embedded::{groups, membership, messages};
    use crate::model::{GroupType, Status};

    #[test]
    fn a_name_is_ones_own_to_change_or_an_administrators_and_is_told_once() {
        let mut service = TestService::new();
        let (alice, bob, carol) = (service.user("alice"), service.user("bob"), service.user("carol"));
        let id = GroupId::trusted("team");
        let new = NewGroup {
            group_id: Some(id.clone()),
            group_type: GroupType::Work,
            group_name: String::new(),
            face_url: String::new(),
            members: Vec::new(),
            approve_opt: None,
        };
        let first = [&bob, &carol].map(|user| (user.user_id.clone(), GroupRole::Member));
        service.write(|tx| groups::create(tx, &alice, &new, &first));
        let head = service.head();
        let told = |service: &TestService| -> Vec<(String, String)> {
            let told = service
                .told(&carol, head)
                .into_iter()
                .filter_map(|change| match change {
                    Change::MemberRenamed { user_id, name_card, .. } => Some((user_id.to_string(), name_card)),
                    _ => None,
                });
            told.collect()
        };
        for _ in 0..2 {
            service.write(|tx| set(tx, &bob, &id, &bob.user_id, "Captain"));
        }
        service.write(|tx| set(tx, &alice, &id, &carol.user_id, "Cook"));
        let names = |pairs: [(&str, &str); 2]| pairs.map(|(user, name)| (user.to_owned(), name.to_owned()));
        assert_eq!(told(&service), names([("bob", "Captain"), ("carol", "Cook")]));
        assert_eq!(service.head(), head + 2);
        for (me, user) in [(&bob, &carol), (&bob, &alice)] {
            let error = service.refused(|tx| set(tx, me, &id, &user.user_id, "x"));
            assert_eq!(error.status, Status::NoPermission);
        }
        let stranger = service.user("dave");
        let error = service.refused(|tx| set(tx, &alice, &id, &stranger.user_id, "x"));
        assert_eq!(error.status, Status::InvalidParameters);

        // Shown in what is said from then on, whatever the sender's device says, and gone with the membership.
        let mut said = text_to_group(&bob, "team", "m1");
        said.body.name_card = "Admiral".to_owned();
        service.write(|tx| messages::send(tx, &bob, &said));
        let cards: Vec<_> = service
            .told(&carol, head)
            .into_iter()
            .filter_map(|change| match change {
                Change::Message(message) => Some(message.body.name_card),
                _ => None,
            })
            .collect();
        assert_eq!(cards, ["Captain"]);
        service.write(|tx| membership::quit(tx, &bob, &id));
        assert_eq!(told(&service).len(), 1);
    }
}
