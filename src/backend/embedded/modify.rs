//! Edits of messages: the service keeps the newest body of each.

use super::change::{Kind, Tx};
use super::error::{ServiceError, ServiceResult};
use super::users::Me;
use super::{conversations, file_use, membership};
use crate::model::id::quoted;
use crate::model::{Elem, Message, MessageBody, Modification};
use rusqlite::OptionalExtension;

/// Gives a message another content, which its sender may, in a group as long as they are a member. The newest edit counts,
/// whichever comes last; an edit of a recalled message changes nothing.
pub(super) fn modify(tx: &mut Tx<'_>, me: &Me, message: &Message) -> ServiceResult<()> {
    if let Some(group) = message.conversation.group_id() {
        membership::require(tx.db, me, &group)?;
    }
    let msg_id = &message.msg_id;
    let conversation = conversations::find(tx.db, me, &message.conversation)?;
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
    let Some((id, sender, is_revoked, body)) = stored else {
        return Err(ServiceError::invalid(format!(
            "there is no message with msgID {} in {}",
            quoted(msg_id),
            quoted(message.conversation.as_str())
        )));
    };
    if sender != me.id {
        let sentence = format!("msgID {} was sent by another user; you may not edit it", quoted(msg_id));
        return Err(ServiceError::no_permission(sentence));
    }
    // One that cannot be read, or that nobody has kept, has no content to change.
    let (false, Ok(mut body), Some(modification)) = (
        is_revoked,
        serde_json::from_str::<MessageBody>(&body),
        Modification::of(&message.body),
    ) else {
        return Ok(());
    };
    // Group tips are the service's own, whoever caused them.
    if body.elem.elem_type() != modification.elem.elem_type() || matches!(body.elem, Elem::GroupTips(_)) {
        return Err(ServiceError::invalid(format!(
            "msgID {} is a message of another kind",
            quoted(msg_id)
        )));
    }
    if modification.replaces(body.modified.as_ref()) {
        modification.apply(&mut body);
        file_use::release(tx, id)?;
        file_use::hold(tx, id, &body.elem)?;
        let body = serde_json::to_string(&body).map_err(|error| ServiceError::Broken(error.to_string()))?;
        tx.execute("UPDATE message SET body = ?2 WHERE id = ?1", (id, body))?;
        // What it said before goes from the file.
        tx.wiped();
        tx.tell_holders(Kind::Modified, id)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::NewGroup;
    use crate::backend::embedded::testing::{TestService, text};
    use crate::backend::embedded::{groups, messages};
    use crate::model::{Change, ConversationId, GroupId, GroupRole, GroupType, Micros, Stamp, Status, UserId};

    fn edit(me: &Me, msg_id: &str, new: &str, time: i64) -> Message {
        let mut message = text(me, "bob", msg_id);
        message.body.elem = Elem::Text { text: new.to_owned() };
        message.body.modified = Some(Stamp {
            time: Micros(time),
            device: "phone".to_owned(),
        });
        message
    }

    fn bodies(service: &mut TestService) -> String {
        service.read(|db| Ok(db.query_row("SELECT group_concat(body) FROM message", (), |row| row.get(0))?))
    }

    #[test]
    fn the_newest_edit_counts_whichever_comes_last_and_is_told_once_to_everyone_who_has_the_message() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m1")));
        let head = service.head();
        for (new, time) in [("two", 2), ("three", 3), ("one", 1), ("three", 3)] {
            service.write(|tx| modify(tx, &alice, &edit(&alice, "m1", new, time)));
        }
        for me in [&alice, &bob] {
            let told = service.told(me, head);
            let [Change::Modified { modification, .. }] = told.as_slice() else {
                panic!("{told:?}")
            };
            assert!(matches!(&modification.elem, Elem::Text { text } if text == "three"));
        }
        let bodies = bodies(&mut service);
        assert!(!bodies.contains("hello") && !bodies.contains("two"), "{bodies}");
    }

    #[test]
    fn who_has_left_a_group_edits_nothing_there() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
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
        let mut message = edit(&bob, "m1", "new", 1);
        message.conversation = ConversationId::group(&id);
        service.write(|tx| messages::send(tx, &bob, &message));
        service.write(|tx| modify(tx, &bob, &message));
        service.write(|tx| membership::quit(tx, &bob, &id));
        let error = service.refused(|tx| modify(tx, &bob, &message));
        assert_eq!(error.status, Status::NoPermission);
    }

    #[test]
    fn only_the_sender_edits_and_nothing_that_was_recalled() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m1")));
        let mut forged = edit(&bob, "m1", "no", 1);
        forged.conversation = ConversationId::c2c(&UserId::trusted("alice"));
        let error = service.refused(|tx| modify(tx, &bob, &forged));
        assert_eq!(error.status, Status::NoPermission);
        let error = service.refused(|tx| modify(tx, &alice, &edit(&alice, "none", "no", 1)));
        assert_eq!(error.status, Status::InvalidParameters);
        let to_bob = ConversationId::c2c(&bob.user_id);
        service.write(|tx| messages::revoke(tx, &alice, &to_bob, "m1"));
        let head = service.head();
        service.write(|tx| modify(tx, &alice, &edit(&alice, "m1", "again", 1)));
        assert_eq!(service.head(), head);
        assert!(!bodies(&mut service).contains("again"));
    }
}
