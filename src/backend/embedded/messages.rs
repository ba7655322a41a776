//! Messages: sending exactly once, and recalling.

use super::change::{Kind, Tx};
use super::conversations;
use super::ephemeral;
use super::error::{ServiceError, ServiceResult};
use super::file_use;
use super::listing;
use super::membership;
use super::mutes;
use super::newest;
use super::reactions;
use super::row::{Seq, Time};
use super::users::{self, Me};
use crate::model::id::quoted;
use crate::model::{ConversationId, Elem, GroupRole, Message, MessageBody, Micros, UserId};
use rusqlite::OptionalExtension;

/// Stores a message and delivers it. A repeated message keeps its place. The recipient need not have logged in yet: it
/// waits in their mailbox.
pub(super) fn send(tx: &mut Tx<'_>, me: &Me, message: &Message) -> ServiceResult<(u64, Micros)> {
    // Before the membership is looked at: a message that got through before its sender was removed stays sent.
    if let Some(place) = sent_before(tx, me, message)? {
        return Ok(place);
    }
    if matches!(message.body.elem, Elem::GroupTips(_)) {
        let msg_id = quoted(&message.msg_id);
        return Err(ServiceError::invalid(format!(
            "msgID {msg_id} is a group tip, which only the service writes"
        )));
    }
    let conversation = match message.conversation.group_id() {
        Some(group) => {
            let mine = membership::require(tx.db, me, &group)?;
            mutes::check(tx, me, &group, &mine)?;
            mine.conversation
        }
        None => open_pair(tx, me, message.conversation.target())?,
    };
    let body = MessageBody {
        // The service's to say, and nobody else's.
        name_card: match message.conversation.group_id() {
            Some(_) => users::name_card(tx.db, conversation, me.id)?,
            None => String::new(),
        },
        ..message.body.clone()
    };
    let body = serde_json::to_string(&body).map_err(|error| ServiceError::Broken(error.to_string()))?;
    let (id, place) = newest::store(tx, me, conversation, &message.msg_id, &body)?;
    if message.conversation.group_id().is_none() {
        ephemeral::has_written(tx, me, &UserId::trusted(message.conversation.target()))?;
    }
    file_use::hold(tx, id, &message.body.elem)?;
    if message.body.is_excluded_from_last_message {
        listing::keep_delivered(tx, conversation, id)?;
    }
    Ok(place)
}

fn sent_before(tx: &Tx<'_>, me: &Me, message: &Message) -> ServiceResult<Option<(u64, Micros)>> {
    let stored = tx
        .prepare("SELECT sender, conversation, seq, time FROM message WHERE msg_id = ?1")?
        .query_row([&message.msg_id], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, i64>(1)?,
                (row.get::<_, Seq>(2)?.0, row.get::<_, Time>(3)?.0),
            ))
        })
        .optional()?;
    match stored {
        None => Ok(None),
        // Only the sender's own in the same conversation: any other message is not the one that is sent again.
        Some((sender, conversation, place))
            if sender == me.id && conversations::find(tx.db, me, &message.conversation)? == Some(conversation) =>
        {
            Ok(Some(place))
        }
        Some(_) => Err(ServiceError::invalid(format!(
            "msgID {} is already used by another message",
            quoted(&message.msg_id)
        ))),
    }
}

/// The conversation with a peer. Both sides learn each other's profile and their settings before the first message.
fn open_pair(tx: &mut Tx<'_>, me: &Me, peer: &str) -> ServiceResult<i64> {
    let peer = UserId::parse("userID", peer).map_err(ServiceError::Refused)?;
    let peer = users::ensure(tx, &peer)?;
    let conversation = conversations::ensure_pair(tx, me.id, peer)?;
    for (user, other) in [(me.id, peer), (peer, me.id)] {
        users::introduce(tx, user, other)?;
        conversations::enter(tx, user, conversation)?;
    }
    Ok(conversation)
}

/// Recalls a message, which its sender, the group's owner and its administrators may; the sender also after leaving the
/// group. Its content is removed from the service. Recalling it again changes nothing.
pub(super) fn revoke(tx: &mut Tx<'_>, me: &Me, id: &ConversationId, msg_id: &str) -> ServiceResult<()> {
    let role = match id.group_id() {
        Some(group) => membership::find(tx.db, me, &group)?.map_or(GroupRole::None, |found| found.role),
        None => GroupRole::None,
    };
    let conversation = conversations::find(tx.db, me, id)?;
    let stored = tx
        .prepare("SELECT id, sender, is_revoked, body FROM message WHERE msg_id = ?1 AND conversation = ?2")?
        .query_row((msg_id, conversation), |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, bool>(2)?,
                String::from_utf8_lossy(row.get_ref(3)?.as_bytes()?).into_owned(),
            ))
        })
        .optional()?;
    let stored = match (stored, id.group_id()) {
        // To others than its members a group says nothing.
        (Some((_, sender, ..)), Some(group)) if sender != me.id && role == GroupRole::None => {
            return Err(membership::not_a_member(&group));
        }
        (None, Some(group)) if role == GroupRole::None => return Err(membership::not_a_member(&group)),
        (stored, _) => stored,
    };
    let Some((message, sender, is_revoked, body)) = stored else {
        return Err(ServiceError::invalid(format!(
            "there is no message with msgID {} in {}",
            quoted(msg_id),
            quoted(id.as_str())
        )));
    };
    if sender != me.id && role < GroupRole::Admin {
        return Err(ServiceError::no_permission(format!(
            "msgID {} was sent by another user; you may not recall it",
            quoted(msg_id)
        )));
    }
    if is_tip(&body) {
        return Err(ServiceError::invalid(format!(
            "msgID {} is a group tip",
            quoted(msg_id)
        )));
    }
    if !is_revoked {
        tx.execute(
            "UPDATE message SET is_revoked = 1, body = ?2, revoked_by = ?3 WHERE id = ?1",
            (message, wiped(&body)?, me.id),
        )?;
        tx.wiped();
        file_use::release(tx, message)?;
        reactions::forget(tx, message)?;
        tx.tell_holders(Kind::Revoked, message)?;
    }
    Ok(())
}

fn is_tip(body: &str) -> bool {
    serde_json::from_str::<MessageBody>(body).is_ok_and(|body| matches!(body.elem, Elem::GroupTips(_)))
}

/// The stored body of a recalled message.
fn wiped(body: &str) -> ServiceResult<String> {
    // A body that cannot be read, or that nobody has kept, has no kind and flags to keep.
    let Ok(body) = serde_json::from_str::<MessageBody>(body) else {
        return Ok(String::new());
    };
    serde_json::to_string(&body.wiped()).map_err(|error| ServiceError::Broken(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::NewGroup;
    use crate::backend::embedded::groups;
    use crate::backend::embedded::testing::{TestService, text};
    use crate::model::{GroupId, GroupType};

    #[test]
    fn a_message_sent_again_has_the_place_it_had() {
        let mut service = TestService::new();
        let alice = service.user("alice");
        let first = service.write(|tx| send(tx, &alice, &text(&alice, "bob", "m1")));
        service.write(|tx| send(tx, &alice, &text(&alice, "bob", "m2")));
        let head = service.head();
        assert_eq!(service.write(|tx| send(tx, &alice, &text(&alice, "bob", "m1"))), first);
        assert_eq!(service.head(), head, "nobody is told twice");
        let error = service.refused(|tx| send(tx, &alice, &text(&alice, "carol", "m1")));
        assert!(error.desc.contains("m1"), "{error}");
    }

    #[test]
    fn times_rise_with_the_sequences_although_the_clock_goes_back() {
        let mut service = TestService::new();
        let alice = service.user("alice");
        let mut places = Vec::new();
        for (id, now) in [("m1", 5_000), ("m2", 3_000), ("m3", 3_000), ("m4", 9_000)] {
            places.push(service.write(|tx| {
                tx.now = Micros(now);
                send(tx, &alice, &text(&alice, "bob", id))
            }));
        }
        let expected = [(1, 5_000), (2, 5_001), (3, 5_002), (4, 9_000)];
        assert_eq!(places, expected.map(|(seq, time)| (seq, Micros(time))));
    }

    #[test]
    fn only_the_sender_recalls_in_a_c2c_conversation_and_the_text_goes() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| send(tx, &alice, &text(&alice, "bob", "m1")));
        let (to_bob, to_alice) = (ConversationId::c2c(&bob.user_id), ConversationId::c2c(&alice.user_id));
        let error = service.refused(|tx| revoke(tx, &bob, &to_alice, "m1"));
        assert_eq!(error.status, crate::model::Status::NoPermission);
        service.write(|tx| revoke(tx, &alice, &to_bob, "m1"));
        let head = service.head();
        service.write(|tx| revoke(tx, &alice, &to_bob, "m1"));
        assert_eq!(service.head(), head, "a second recall changes nothing");
        let body: String = service.read(|db| Ok(db.query_row("SELECT body FROM message", (), |row| row.get(0))?));
        assert!(!body.contains("hello"), "{body}");
    }

    #[test]
    fn who_has_left_a_group_recalls_own_messages_and_nobody_elses() {
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
        let team = ConversationId::group(&id);
        for (sender, msg_id) in [(&alice, "a"), (&bob, "b")] {
            let mut message = text(sender, "bob", msg_id);
            message.conversation.clone_from(&team);
            service.write(|tx| send(tx, sender, &message));
        }
        service.write(|tx| membership::quit(tx, &bob, &id));
        service.write(|tx| revoke(tx, &bob, &team, "b"));
        for (who, msg_id) in [(&bob, "a"), (&carol, "b"), (&carol, "none")] {
            let error = service.refused(|tx| revoke(tx, who, &team, msg_id));
            assert_eq!(error.status, crate::model::Status::NoPermission);
            assert!(error.desc.contains("not a member"), "{error}");
        }
    }
}
