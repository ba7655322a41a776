//! Reactions to messages: the service keeps the newest set of each user.

use super::change::{Kind, Tx};
use super::error::{ServiceError, ServiceResult};
use super::row::{MsgId, Name, User, readable};
use super::users::Me;
use super::{conversations, membership};
use crate::model::id::quoted;
use crate::model::reaction::{MAX_REACTIONS, MAX_USERS, too_many_reactions, too_many_users};
use crate::model::{Change, Micros, Reacted, Reaction, Stamp, Target};
use rusqlite::{Connection, OptionalExtension};

/// Gives a user this set of reactions to a message that they have, in a group as long as they are a member. The newest set
/// counts, whichever comes last; a recalled message has none.
pub(super) fn react(tx: &mut Tx<'_>, me: &Me, reaction: &Reaction) -> ServiceResult<()> {
    if let Some(group) = reaction.conversation.group_id() {
        membership::require(tx.db, me, &group)?;
    }
    let conversation = conversations::find(tx.db, me, &reaction.conversation)?;
    let stored = tx
        .prepare(
            "SELECT m.id, m.is_revoked FROM message m JOIN inbox i ON i.kind = 1 AND i.ref = m.id AND i.user = ?3 \
             WHERE m.msg_id = ?1 AND m.conversation = ?2",
        )?
        .query_row((&reaction.msg_id, conversation, me.id), |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?))
        })
        .optional()?;
    let Some((message, is_revoked)) = stored else {
        return Err(ServiceError::invalid(format!(
            "there is no message with msgID {} in {}",
            quoted(&reaction.msg_id),
            quoted(reaction.conversation.as_str())
        )));
    };
    if is_revoked {
        return Ok(());
    }
    let before = set_of(tx.db, message, me.id)?;
    if before.as_ref().is_some_and(|(_, known)| *known >= reaction.stamp) {
        return Ok(());
    }
    let before = before.map(|(set, _)| set).unwrap_or_default();
    let set = Reacted::set(reaction.reactions.iter().cloned());
    save(tx, message, me.id, (&set, &reaction.stamp))?;
    for new in set.iter().filter(|id| !before.contains(id)) {
        let (users, different) = counts(tx, message, new)?;
        if usize::try_from(different).unwrap_or(usize::MAX) > MAX_REACTIONS {
            return Err(ServiceError::Refused(too_many_reactions(&reaction.msg_id)));
        }
        if usize::try_from(users).unwrap_or(usize::MAX) > MAX_USERS {
            return Err(ServiceError::Refused(too_many_users(&reaction.msg_id, new)));
        }
    }
    if set != before {
        tx.tell_holders(Kind::Reacted, message)?;
    }
    Ok(())
}

fn set_of(db: &Connection, message: i64, user: i64) -> ServiceResult<Option<(Vec<String>, Stamp)>> {
    let mut statement =
        db.prepare_cached("SELECT reactions, time, device FROM reaction WHERE message = ?1 AND user = ?2")?;
    let set = statement.query_row((message, user), |row| {
        Ok((parsed(row.get_ref(0)?.as_bytes()?), stamp(row.get(1)?, row.get(2)?)))
    });
    Ok(set.optional()?)
}

/// A set as the service has it; none where that cannot be read.
fn parsed(set: &[u8]) -> Vec<String> {
    Reacted::set(serde_json::from_slice::<Vec<String>>(set).unwrap_or_default())
}

fn stamp(time: i64, Name(device): Name) -> Stamp {
    let time = Micros(time);
    Stamp { time, device }.believed()
}

fn save(tx: &Tx<'_>, message: i64, user: i64, (set, stamp): (&[String], &Stamp)) -> ServiceResult<()> {
    let set = serde_json::to_string(set).map_err(|error| ServiceError::Broken(error.to_string()))?;
    tx.execute(
        "INSERT OR REPLACE INTO reaction (message, user, reactions, time, device) VALUES (?1, ?2, ?3, ?4, ?5)",
        (message, user, set, stamp.time.0, &stamp.device),
    )?;
    Ok(())
}

/// How many users have made a reaction to a message, and how many different ones there are.
fn counts(tx: &Tx<'_>, message: i64, reaction_id: &str) -> ServiceResult<(i64, i64)> {
    let mut statement = tx.prepare(
        "SELECT count(*) FILTER (WHERE value = ?2), count(DISTINCT value) FROM reaction, \
         json_each(iif(json_valid(reactions), reactions, '[]')) WHERE message = ?1",
    )?;
    Ok(statement.query_row((message, reaction_id), |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Nobody has reacted to a message any more.
pub(super) fn forget(tx: &Tx<'_>, message: i64) -> ServiceResult<()> {
    tx.execute("DELETE FROM reaction WHERE message = ?1", [message])?;
    tx.execute(
        "DELETE FROM inbox WHERE kind = ?1 AND ref = ?2",
        (Kind::Reacted as i64, message),
    )?;
    Ok(())
}

/// What everybody has reacted with to a message by now.
pub(super) fn told(db: &Connection, me: &Me, message: i64) -> ServiceResult<Vec<Change>> {
    let mut statement =
        db.prepare_cached("SELECT conversation, msg_id FROM message WHERE id = ?1 AND is_revoked = 0")?;
    let found: Option<(i64, MsgId)> = statement
        .query_row([message], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((conversation, MsgId(msg_id))) = found else {
        return Ok(Vec::new());
    };
    let Some(conversation) = conversations::name(db, me.id, conversation)? else {
        return Ok(Vec::new());
    };
    let mut statement = db.prepare_cached(
        "SELECT u.user_id, u.nick_name, u.face_url, r.reactions, r.time, r.device FROM reaction r \
         JOIN user u ON u.id = r.user WHERE r.message = ?1 ORDER BY r.time, r.user",
    )?;
    let sets = statement.query_map([message], |row| {
        Ok(Reacted {
            user: row.get::<_, User>(0)?.0,
            nick_name: row.get::<_, Name>(1)?.0,
            face_url: row.get::<_, Name>(2)?.0,
            reactions: parsed(row.get_ref(3)?.as_bytes()?),
            stamp: stamp(row.get(4)?, row.get(5)?),
            older: false,
        })
    })?;
    let mut changes = Vec::new();
    for set in sets {
        if let Some(reacted) = readable("a reaction", set)? {
            changes.push(Change::Reacted {
                conversation: conversation.clone(),
                message: Target::MsgId(msg_id.clone()),
                reacted: Box::new(reacted),
            });
        }
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::NewGroup;
    use crate::backend::embedded::testing::{TestService, stamp as stamped, text};
    use crate::backend::embedded::{groups, messages, removal};
    use crate::model::{ConversationId, GroupId, GroupRole, GroupType, Status, UserId};

    fn reaction(peer: &str, msg_id: &str, set: &[&str], time: i64) -> Reaction {
        Reaction {
            conversation: ConversationId::c2c(&UserId::trusted(peer)),
            msg_id: msg_id.to_owned(),
            reactions: set.iter().map(|id| (*id).to_owned()).collect(),
            stamp: stamped(time),
        }
    }

    fn sets(service: &TestService, me: &Me, after: i64) -> Vec<(String, Vec<String>)> {
        let reacted = |change| match change {
            Change::Reacted { reacted, .. } => Some((reacted.user.to_string(), reacted.reactions)),
            _ => None,
        };
        service.told(me, after).into_iter().filter_map(reacted).collect()
    }

    #[test]
    fn the_newest_set_counts_whichever_comes_last_and_is_told_to_everyone_who_has_the_message() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m1")));
        let head = service.head();
        for (set, time) in [(&["a", "b"][..], 2), (&["c"], 3), (&["late"], 1), (&["c"], 3)] {
            service.write(|tx| react(tx, &bob, &reaction("alice", "m1", set, time)));
        }
        service.write(|tx| react(tx, &alice, &reaction("bob", "m1", &["c"], 1)));
        for me in [&alice, &bob] {
            let told = sets(&service, me, head);
            let expected = ["alice", "bob"].map(|user| (user.to_owned(), vec!["c".to_owned()]));
            assert_eq!(told, expected);
        }
    }

    #[test]
    fn one_reacts_to_what_one_has_and_in_a_group_as_long_as_one_is_a_member() {
        let mut service = TestService::new();
        let (alice, bob, carol) = (service.user("alice"), service.user("bob"), service.user("carol"));
        let id = GroupId::trusted("team");
        let new = NewGroup {
            group_id: Some(id.clone()),
            group_type: GroupType::Public,
            group_name: String::new(),
            face_url: String::new(),
            members: vec![(bob.user_id.clone(), GroupRole::Member)],
            approve_opt: None,
        };
        service.write(|tx| groups::create(tx, &alice, &new, &new.members));
        let mut message = text(&alice, "bob", "m1");
        message.conversation = ConversationId::group(&id);
        service.write(|tx| messages::send(tx, &alice, &message));
        let to_team = Reaction {
            conversation: ConversationId::group(&id),
            ..reaction("bob", "m1", &["a"], 1)
        };
        let error = service.refused(|tx| react(tx, &carol, &to_team));
        assert_eq!(error.status, Status::NoPermission);
        service.write(|tx| membership::join(tx, &carol, &id, ""));
        let error = service.refused(|tx| react(tx, &carol, &to_team));
        assert_eq!(error.status, Status::InvalidParameters, "it was said before");
        let elsewhere = reaction("alice", "m1", &["a"], 1);
        assert_eq!(
            service.refused(|tx| react(tx, &bob, &elsewhere)).status,
            Status::InvalidParameters
        );
        service.write(|tx| react(tx, &bob, &to_team));
        service.write(|tx| membership::quit(tx, &bob, &id));
        let error = service.refused(|tx| react(tx, &bob, &to_team));
        assert_eq!(error.status, Status::NoPermission);
    }

    #[test]
    fn a_message_has_no_more_reactions_than_there_may_be() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m1")));
        let ids: Vec<String> = (0..=MAX_REACTIONS).map(|n| n.to_string()).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        service.write(|tx| react(tx, &bob, &reaction("alice", "m1", &ids[1..], 1)));
        let error = service.refused(|tx| react(tx, &alice, &reaction("bob", "m1", &ids[..1], 1)));
        assert_eq!(error.status, Status::TooManyReactions);
        assert_eq!(sets(&service, &bob, 0).len(), 1, "a refusal leaves nothing");
        let message: i64 = service.read(|db| Ok(db.query_row("SELECT id FROM message", (), |row| row.get(0))?));
        let set = [ids[3].to_owned()];
        for n in 1..MAX_USERS {
            let user = service.user(&format!("u{n}"));
            service.write(|tx| save(tx, message, user.id, (&set, &stamped(1))));
        }
        let error = service.refused(|tx| react(tx, &alice, &reaction("bob", "m1", &ids[3..4], 1)));
        assert_eq!(error.status, Status::TooManyReactionUsers);
    }

    #[test]
    fn reactions_go_with_the_message() {
        let rows = |service: &TestService| -> i64 {
            service.read(|db| Ok(db.query_row("SELECT count(*) FROM reaction", (), |row| row.get(0))?))
        };
        for recalls in [true, false] {
            let mut service = TestService::new();
            let (alice, bob) = (service.user("alice"), service.user("bob"));
            let (to_bob, to_alice) = (ConversationId::c2c(&bob.user_id), ConversationId::c2c(&alice.user_id));
            service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m1")));
            service.write(|tx| react(tx, &bob, &reaction("alice", "m1", &["a"], 1)));
            if recalls {
                service.write(|tx| messages::revoke(tx, &alice, &to_bob, "m1"));
                let head = service.head();
                service.write(|tx| react(tx, &bob, &reaction("alice", "m1", &["b"], 2)));
                assert_eq!(service.head(), head);
            } else {
                let ids = ["m1".to_owned()];
                service.write(|tx| removal::delete_messages(tx, &alice, &to_bob, &ids));
                assert_eq!((rows(&service), sets(&service, &alice, 0).len()), (1, 0));
                service.write(|tx| removal::delete_messages(tx, &bob, &to_alice, &ids));
            }
            assert_eq!(rows(&service), 0);
            assert!(sets(&service, &bob, 0).is_empty());
        }
    }
}
