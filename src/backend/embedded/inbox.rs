//! Reading an inbox. A row says only what has changed; the change is made from the current state, so a device that was
//! away for long gets each thing once, as it is now.

use super::applications;
use super::cards;
use super::change::Kind;
use super::error::{ServiceError, ServiceResult};
use super::kept;
use super::last_place;
use super::row::{self, Body, MsgId, Name, Seq, Time, User, readable};
use super::users::Me;
use super::{
    conversations, friend_list, group_applications, groups, listing, reactions, receipts, settings, stamps, users,
};
use crate::model::{Change, ConversationId, GroupEnd, Message, Micros, Modification, Recall, Target};
use rusqlite::{Connection, OptionalExtension};

/// How many rows a batch has at most.
const MAX_ROWS: usize = 500;
/// A batch ends once its message bodies have this many bytes.
const MAX_BYTES: usize = 4 << 20;

/// A part of an inbox.
pub(super) struct Page {
    pub(super) changes: Vec<Change>,
    /// The change up to which it reaches; `None` when there was nothing.
    pub(super) last: Option<i64>,
}

/// The rows after `after`, up to and including `up_to`.
pub(super) fn page(db: &Connection, me: &Me, after: i64, up_to: i64) -> ServiceResult<Page> {
    let mut statement = db.prepare_cached(
        // A number that was never given is not believed: the cursor would pass all that is still to come.
        "SELECT change_id, kind, ref FROM inbox WHERE user = ?1 AND change_id > ?2 \
         AND change_id <= min(?3, (SELECT last_change FROM service)) ORDER BY change_id LIMIT ?4",
    )?;
    let rows = statement.query_map((me.id, after, up_to, MAX_ROWS as i64), |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    let mut page = Page {
        changes: Vec::new(),
        last: None,
    };
    // Rows are counted by the query; bodies differ a thousandfold, so a batch is bounded by their bytes too.
    let mut bytes = 0;
    for row in rows {
        let (change_id, kind, about): (i64, i64, i64) = row?;
        page.last = Some(change_id);
        // One damaged row must not keep the others from being told.
        let changes = readable("a change", changes(db, me, kind, about, &mut bytes))?;
        for change in changes.into_iter().flatten() {
            push(&mut page.changes, change);
        }
        if bytes >= MAX_BYTES {
            break;
        }
    }
    Ok(page)
}

/// Appends a change; deletions in a row become one.
fn push(changes: &mut Vec<Change>, change: Change) {
    if let Change::MessagesDeleted { conversation, msg_ids } = &change
        && let Some(Change::MessagesDeleted {
            conversation: last,
            msg_ids: list,
        }) = changes.last_mut()
        && last == conversation
    {
        list.extend_from_slice(msg_ids);
        return;
    }
    changes.push(change);
}

/// The changes of a row; none if it is out of date.
fn changes(db: &Connection, me: &Me, kind: i64, about: i64, bytes: &mut usize) -> ServiceResult<Vec<Change>> {
    let Some(kind) = Kind::from_code(kind) else {
        return Err(ServiceError::Broken(format!("its kind {kind} is unknown")));
    };
    let change = match kind {
        Kind::Message => {
            let message = message(db, me, about, bytes)?;
            let is_excluded = |change: &Change| matches!(change, Change::Message(message) if message.body.is_excluded_from_last_message);
            // Its conversation may have an older place than this message.
            let listed = match message.as_ref().filter(|change| is_excluded(change)) {
                Some(_) => listing::told(db, me.id, conversation_of(db, about)?)?,
                None => None,
            };
            return Ok(listed.into_iter().chain(message).collect());
        }
        Kind::Revoked => revoked(db, me, about),
        Kind::Modified => Ok(message(db, me, about, bytes)?.and_then(modified)),
        Kind::Reacted => return reactions::told(db, me, about),
        Kind::MessageDeleted => Ok(
            place(db, me, about)?.map(|(conversation, msg_id)| Change::MessagesDeleted {
                conversation,
                msg_ids: vec![msg_id],
            }),
        ),
        Kind::HistoryCleared => Ok(
            removed(db, me, about)?.map(|(conversation, up_to, _)| Change::HistoryCleared {
                conversation,
                up_to: Target::seq(up_to),
            }),
        ),
        Kind::ConversationDeleted => {
            let stamp = stamps::of(db, me.id, about, stamps::DELETED)?;
            Ok(
                removed(db, me, about)?.map(|(conversation, _, up_to)| Change::ConversationDeleted {
                    conversation,
                    up_to: Target::seq(up_to),
                    stamp,
                }),
            )
        }
        // Without the pin, which would list it: the messages that come before `Settings` give the conversation its place.
        Kind::Entered => return settings::without_pin(db, me.id, about),
        Kind::Settings => return settings::load(db, me.id, about),
        Kind::PeerRead => peer_read(db, me, about),
        Kind::Delivered => receipts::delivered(db, me, about),
        Kind::ReadReceipt => receipts::read_receipt(db, me, about),
        Kind::MemberRenamed => cards::told(db, about),
        Kind::FriendApplication => return applications::told(db, me, about),
        Kind::FriendApplicationsRead => applications::told_read(db, me).map(Some),
        Kind::GroupApplication => group_applications::told(db, me, about),
        Kind::GroupApplicationDecided => group_applications::told_decision(db, about),
        Kind::GroupApplicationsRead => group_applications::told_read(db, me).map(Some),
        Kind::Profile => Ok(users::profile(db, about)?.map(Change::Profile)),
        Kind::Friend => match users::profile(db, about)? {
            Some(profile) => Ok(Some(Change::Friend {
                user_id: profile.user_id,
                remark: friend_list::remark(db, me.id, about)?,
            })),
            None => Ok(None),
        },
        Kind::Group => {
            let group = groups::group(db, me.id, about)?.map(|(group, time)| Change::Group { group, time });
            // Becoming a member lists only what was not listed before.
            let listed = listing::told(db, me.id, about)?;
            return Ok(listed.into_iter().chain(group).collect());
        }
        Kind::GroupLeft => return group_left(db, me, about),
    };
    Ok(change?.into_iter().collect())
}

fn message(db: &Connection, me: &Me, id: i64, bytes: &mut usize) -> ServiceResult<Option<Change>> {
    let mut statement = db.prepare_cached(
        "SELECT m.conversation, m.seq, m.msg_id, u.user_id, m.time, m.nick_name, m.face_url, m.is_revoked, m.body, \
         r.user_id FROM message m JOIN user u ON u.id = m.sender LEFT JOIN user r ON r.id = m.revoked_by WHERE m.id = ?1",
    )?;
    let mut rows = statement.query([id])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let Some(conversation) = conversations::name(db, me.id, row.get(0)?)? else {
        return Ok(None);
    };
    let (last, _) = last_place::of(db, row.get(0)?)?;
    if !(1..=last).contains(&row.get(1)?) {
        return Err(ServiceError::Broken("its sequence was never given".to_owned()));
    }
    let Body(body, length) = row.get(8)?;
    *bytes += length;
    Ok(Some(Change::Message(Message {
        msg_id: row.get::<_, MsgId>(2)?.0,
        conversation,
        sender: row.get::<_, User>(3)?.0,
        nick_name: row.get::<_, Name>(5)?.0,
        face_url: row.get::<_, Name>(6)?.0,
        seq: row.get::<_, Seq>(1)?.0,
        time: row.get::<_, Time>(4)?.0,
        revoked: match row.get(7)? {
            true => Some(recall(row.get(9)?)),
            false => None,
        },
        body,
    })))
}

/// What the edits of a message have made of it by now.
fn modified(change: Change) -> Option<Change> {
    let Change::Message(message) = change else { return None };
    let modification = Modification::of(&message.body).filter(|_| message.revoked.is_none())?;
    Some(Change::Modified {
        conversation: message.conversation,
        message: Target::MsgId(message.msg_id),
        modification: Box::new(modification),
    })
}

fn conversation_of(db: &Connection, message: i64) -> ServiceResult<i64> {
    let mut statement = db.prepare_cached("SELECT conversation FROM message WHERE id = ?1")?;
    Ok(statement.query_row([message], |row| row.get(0))?)
}

/// A recall, and by whom.
fn revoked(db: &Connection, me: &Me, message: i64) -> ServiceResult<Option<Change>> {
    let Some((conversation, msg_id)) = place(db, me, message)? else {
        return Ok(None);
    };
    let mut statement =
        db.prepare_cached("SELECT u.user_id FROM message m JOIN user u ON u.id = m.revoked_by WHERE m.id = ?1")?;
    let by = statement.query_row([message], |row| row.get::<_, User>(0)).optional()?;
    Ok(Some(Change::Revoked {
        conversation,
        message: Target::MsgId(msg_id),
        recall: recall(by),
    }))
}

/// A recall as far as it is known: one by an earlier version does not say who has made it. Nobody gives a reason here.
fn recall(by: Option<User>) -> Recall {
    Recall {
        by: by.map(|User(by)| by),
        reason: String::new(),
    }
}

/// A message's conversation and id.
fn place(db: &Connection, me: &Me, message: i64) -> ServiceResult<Option<(ConversationId, String)>> {
    let mut statement = db.prepare_cached("SELECT conversation, msg_id FROM message WHERE id = ?1")?;
    let found: Option<(i64, MsgId)> = statement
        .query_row([message], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match found {
        Some((conversation, MsgId(msg_id))) => {
            Ok(conversations::name(db, me.id, conversation)?.map(|name| (name, msg_id)))
        }
        None => Ok(None),
    }
}

/// A conversation, how far it was cleared, and how far deleted.
fn removed(db: &Connection, me: &Me, conversation: i64) -> ServiceResult<Option<(ConversationId, u64, u64)>> {
    let mut statement =
        db.prepare_cached("SELECT cleared_seq, deleted_seq FROM setting WHERE user = ?1 AND conversation = ?2")?;
    let found: Option<(i64, i64)> = statement
        .query_row((me.id, conversation), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (Some((cleared, deleted)), Some(name)) = (found, conversations::name(db, me.id, conversation)?) else {
        return Ok(None);
    };
    let (last, _) = last_place::of(db, conversation)?;
    let gone = |seq| kept::gone_up_to(db, me.id, conversation, last_place::real(seq, last));
    Ok(Some((name, gone(cleared)?, gone(deleted)?)))
}

fn peer_read(db: &Connection, me: &Me, conversation: i64) -> ServiceResult<Option<Change>> {
    let Some(peer) = conversations::peer(db, me.id, conversation)? else {
        return Ok(None);
    };
    let position = settings::position(db, peer, conversation)?;
    let name = conversations::name(db, me.id, conversation)?;
    Ok(name.zip(position).map(|(conversation, position)| Change::PeerRead {
        conversation,
        up_to: Target::Seq(position),
    }))
}

/// The group as the user saw it last, for a device that has never seen it, and the end of the membership.
fn group_left(db: &Connection, me: &Me, conversation: i64) -> ServiceResult<Vec<Change>> {
    let mut statement = db.prepare_cached("SELECT group_id FROM chat_group WHERE conversation = ?1")?;
    let group: Option<row::Group> = statement.query_row([conversation], |row| row.get(0)).optional()?;
    let Some(group_id) = group.map(|row::Group(group)| group) else {
        return Ok(Vec::new());
    };
    let last_seen = groups::last_seen(db, me.id, conversation)?;
    // Who is back has not seen an end that somebody made.
    let ended = match &last_seen {
        Some(_) => Some(Change::GroupEnded {
            group_id: group_id.clone(),
            end: how_it_ended(db, me, conversation)?,
        }),
        None => None,
    };
    let last_seen = last_seen.map(|group| Change::Group { group, time: Micros(0) });
    let left = Change::GroupLeft { group_id };
    // The end before the group as it was, by which the role would be lost already.
    Ok(ended.into_iter().chain(last_seen).chain([left]).collect())
}

fn how_it_ended(db: &Connection, me: &Me, conversation: i64) -> ServiceResult<GroupEnd> {
    let mut statement = db.prepare_cached(
        "SELECT u.user_id, g.is_dismissed FROM former_member f JOIN chat_group g ON g.conversation = f.conversation \
         LEFT JOIN user u ON u.id = f.removed_by WHERE f.user = ?1 AND f.conversation = ?2",
    )?;
    let found = statement
        .query_row((me.id, conversation), |row| {
            Ok((row.get::<_, Option<User>>(0)?, row.get::<_, bool>(1)?))
        })
        .optional()?;
    Ok(match found {
        Some((Some(User(by)), true)) => GroupEnd::Dismissed(Some(by)),
        Some((Some(User(by)), false)) => GroupEnd::Removed(Some(by)),
        _ => GroupEnd::Quit,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::embedded::testing::{TestService, text};
    use crate::backend::embedded::{messages, removal};
    use crate::model::UserId;

    #[test]
    fn deletions_in_a_row_are_one_change() {
        let mut service = TestService::new();
        let (alice, _) = (service.user("alice"), service.user("bob"));
        for id in ["m1", "m2", "m3"] {
            service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", id)));
        }
        let head = service.head();
        let chat = ConversationId::c2c(&UserId::trusted("bob"));
        let ids = ["m1", "m2"].map(str::to_owned);
        service.write(|tx| removal::delete_messages(tx, &alice, &chat, &ids));
        let deleted = Change::MessagesDeleted {
            conversation: chat,
            msg_ids: ids.to_vec(),
        };
        // What keeps the conversation in the list comes before.
        let told = service.told(&alice, head);
        assert_eq!(told.last(), Some(&deleted));
        let deletions = told
            .iter()
            .filter(|change| matches!(change, Change::MessagesDeleted { .. }));
        assert_eq!(deletions.count(), 1, "{told:?}");
    }

    #[test]
    fn a_page_ends_where_it_is_told_to_and_says_how_far_it_reaches() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m1")));
        let head = service.head();
        service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m2")));
        let first = service.read(|db| page(db, &bob, 0, head));
        assert_eq!(first.last, Some(head));
        let rest = service.read(|db| page(db, &bob, head, i64::MAX));
        assert!(matches!(rest.changes.as_slice(), [Change::Message(message)] if message.msg_id == "m2"));
        let head = service.head();
        assert_eq!(service.read(|db| page(db, &bob, head, i64::MAX)).last, None);
    }
}
