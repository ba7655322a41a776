//! One user's settings of a conversation: pin, receive option, read position. A change is told to the user's other
//! devices; reading is told to the peer too.

use super::change::{Kind, Tx};
use super::conversations;
use super::error::{ServiceError, ServiceResult};
use super::last_place;
use super::listing;
use super::row::{Name, Seconds};
use super::stamps;
use super::users::{self, Me};
use crate::model::id::quoted;
use crate::model::seq::to_stored;
use crate::model::{
    Change, ConversationId, Place, ReadPosition, RecvOpt, Setting, SettingKind, Stamp, StampedSetting, Target,
};
use rusqlite::{Connection, OptionalExtension};

/// The conversation whose setting is changed: a C2C conversation, also before its first message, or a group of which the
/// user is or was a member.
fn own(tx: &mut Tx<'_>, me: &Me, id: &ConversationId) -> ServiceResult<i64> {
    if let Some(conversation) = conversations::find_own(tx.db, me, id)? {
        return Ok(conversation);
    }
    let Some(peer) = id.user_id() else {
        return Err(ServiceError::no_permission(format!(
            "you are not a member of conversationID {}",
            quoted(id.as_str())
        )));
    };
    let peer = users::ensure(tx, &peer)?;
    let conversation = conversations::ensure_pair(tx, me.id, peer)?;
    conversations::enter(tx, me.id, conversation)?;
    Ok(conversation)
}

/// Changes a setting, unless another device has changed it later. Told even if the value was the same: a third device may
/// have a change that is older than this one, and must not win.
pub(super) fn set(tx: &mut Tx<'_>, me: &Me, id: &ConversationId, change: &StampedSetting) -> ServiceResult<()> {
    let kind = change.setting.kind();
    if kind == SettingKind::OutOfList && id.user_id().is_none() && conversations::find_own(tx.db, me, id)?.is_none() {
        // A group that the user was never in is in the list of one device only, by a draft perhaps: it may go there.
        return Ok(());
    }
    let conversation = own(tx, me, id)?;
    if kind.goes_with_conversation() && change.stamp <= stamps::of(tx.db, me.id, conversation, stamps::DELETED)? {
        return Ok(());
    }
    if !stamps::advance(tx, me.id, conversation, &kind.name(), &change.stamp)? {
        return Ok(());
    }
    match &change.setting {
        Setting::Pinned(pinned) => tx.execute(
            "UPDATE setting SET is_pinned = ?3 WHERE user = ?1 AND conversation = ?2",
            (me.id, conversation, pinned),
        ),
        // The service itself obeys only 1 (no messages); the other values matter to clients.
        Setting::RecvOpt(opt) => tx.execute(
            "UPDATE setting SET recv_opt = ?3 WHERE user = ?1 AND conversation = ?2",
            (me.id, conversation, *opt as i64),
        ),
        _ => tx.execute(
            "INSERT OR REPLACE INTO shared_setting (user, conversation, kind, value) VALUES (?1, ?2, ?3, ?4)",
            (me.id, conversation, kind.name(), json(&change.setting)?),
        ),
    }?;
    if let Setting::OutOfList(up_to) = &change.setting
        && *up_to != Place::default()
    {
        stamps::advance(tx, me.id, conversation, stamps::DELETED, &change.stamp)?;
        reset(tx, me.id, conversation, &change.stamp)?;
        tx.execute(
            "DELETE FROM listed WHERE user = ?1 AND conversation = ?2 AND time <= ?3",
            (me.id, conversation, change.stamp.time.0),
        )?;
    }
    if change.setting == Setting::Pinned(true) {
        // The place that it has on the device that has pinned it.
        listing::keep(tx, me.id, conversation, change.stamp.time.min(tx.now))?;
    }
    tx.tell(me.id, Kind::Settings, conversation)
}

/// Moves the read position forward, up to the last message: a client that has lost count must not mark later messages as
/// read.
pub(super) fn read(
    tx: &mut Tx<'_>,
    me: &Me,
    id: &ConversationId,
    position: ReadPosition,
    tells_peer: bool,
) -> ServiceResult<()> {
    let Some(conversation) = conversations::find_own(tx.db, me, id)? else {
        return Ok(());
    };
    let (last, _) = last_place::of(tx.db, conversation)?;
    let seq = to_stored(position.seq).min(last);
    let changed = tx.execute(
        // Forward only, but one that was never given gives way.
        "UPDATE setting SET read_seq = ?3, read_time = max(?4, read_time) \
         WHERE user = ?1 AND conversation = ?2 AND read_seq NOT BETWEEN ?3 AND ?5",
        (me.id, conversation, seq, position.timestamp, last),
    )?;
    if changed > 0
        && tells_peer
        // In a conversation with oneself the reader is told as the reader, below.
        && let Some(peer) = conversations::peer(tx.db, me.id, conversation)?.filter(|peer| *peer != me.id)
    {
        tx.tell(peer, Kind::PeerRead, conversation)?;
    }
    if changed > 0 {
        tx.tell(me.id, Kind::Settings, conversation)?;
    }
    Ok(())
}

/// The settings of a conversation as they are now, all of them: the service has a read position for every
/// conversation, even if it is 0. What keeps it in the list is told after what took it out, and before the pin, which gives
/// a place only to what is not listed yet.
pub(super) fn load(db: &Connection, user: i64, conversation: i64) -> ServiceResult<Vec<Change>> {
    all(db, user, conversation, listing::told(db, user, conversation)?)
}

fn all(db: &Connection, user: i64, conversation: i64, listed: Option<Change>) -> ServiceResult<Vec<Change>> {
    let Some(name) = conversations::name(db, user, conversation)? else {
        return Ok(Vec::new());
    };
    let (last, _) = last_place::of(db, conversation)?;
    let mut statement = db.prepare_cached(
        "SELECT is_pinned, recv_opt, read_seq, read_time FROM setting WHERE user = ?1 AND conversation = ?2",
    )?;
    let settings = statement.query_row((user, conversation), |row| {
        let read = Change::Read {
            conversation: name.clone(),
            up_to: Target::Seq(ReadPosition {
                seq: last_place::real(row.get(2)?, last),
                timestamp: row.get::<_, Seconds>(3)?.0,
            }),
        };
        let settings = [
            Setting::RecvOpt(RecvOpt::try_from(row.get::<_, i64>(1)?).unwrap_or_default()),
            Setting::Pinned(row.get(0)?),
        ];
        Ok((read, settings))
    });
    let Some((read, settings)) = settings.optional()? else {
        return Ok(Vec::new());
    };
    let is_out = |setting: &Setting| setting.kind() == SettingKind::OutOfList;
    let (out, others): (Vec<_>, Vec<_>) = others(db, user, conversation)?.into_iter().partition(is_out);
    let stamped = |settings: Vec<Setting>| -> ServiceResult<Option<Change>> {
        let stamped = settings.into_iter().map(|setting| {
            let stamp = stamps::of(db, user, conversation, &setting.kind().name())?;
            Ok(StampedSetting { setting, stamp })
        });
        let settings: Vec<StampedSetting> = stamped.collect::<ServiceResult<_>>()?;
        let conversation = name.clone();
        Ok((!settings.is_empty()).then_some(Change::Settings { conversation, settings }))
    };
    let settings = stamped(settings.into_iter().chain(others).collect())?;
    let changes = [
        stamped(out)?,
        listed,
        Some(read),
        settings,
        written_to(db, user, conversation, name)?,
    ];
    Ok(changes.into_iter().flatten().collect())
}

/// What tells a device that the user has written to the peer, in what was cleared.
fn written_to(db: &Connection, user: i64, conversation: i64, name: ConversationId) -> ServiceResult<Option<Change>> {
    let has_written = db
        .prepare_cached(
            "SELECT 1 FROM setting s JOIN message m ON m.conversation = s.conversation AND m.seq <= s.cleared_seq \
             WHERE s.user = ?1 AND s.conversation = ?2 AND s.cleared_seq > 0 AND m.sender = ?1 LIMIT 1",
        )?
        .exists((user, conversation))?;
    let is_chat = name.group_id().is_none();
    Ok((has_written && is_chat).then_some(Change::WrittenTo(name)))
}

/// The settings that the service only keeps for the user's devices. One that cannot be read, or that a newer version of libim
/// wrote, is left out.
fn others(db: &Connection, user: i64, conversation: i64) -> ServiceResult<Vec<Setting>> {
    let mut statement = db
        .prepare_cached("SELECT kind, value FROM shared_setting WHERE user = ?1 AND conversation = ?2 ORDER BY kind")?;
    let rows = statement.query_map((user, conversation), |row| {
        Ok((row.get::<_, Name>(0)?.0, row.get::<_, Name>(1)?.0))
    })?;
    let mut settings = Vec::new();
    for row in rows {
        let (kind, value) = row?;
        let kind = SettingKind::parse(&kind);
        let setting = kind.and_then(|kind| Setting::from_value(kind, serde_json::from_str(&value).ok()?).ok());
        settings.extend(setting);
    }
    Ok(settings)
}

/// Resets what goes with a conversation, unless it was changed after the conversation was deleted.
pub(super) fn reset(tx: &mut Tx<'_>, user: i64, conversation: i64, deleted: &Stamp) -> ServiceResult<()> {
    for setting in others(tx.db, user, conversation)? {
        let kind = setting.kind();
        if kind.goes_with_conversation() && stamps::of(tx.db, user, conversation, &kind.name())? <= *deleted {
            tx.execute(
                "DELETE FROM shared_setting WHERE user = ?1 AND conversation = ?2 AND kind = ?3",
                (user, conversation, kind.name()),
            )?;
        }
    }
    Ok(())
}

fn json(setting: &Setting) -> ServiceResult<String> {
    serde_json::to_string(setting).map_err(|error| ServiceError::Broken(format!("cannot write JSON: {error}")))
}

/// The settings without a pin that would list the conversation. One that was never pinned is told: a device that knows of
/// a later pin, in a file that was put back from a copy, pins it again.
pub(super) fn without_pin(db: &Connection, user: i64, conversation: i64) -> ServiceResult<Vec<Change>> {
    let mut changes = all(db, user, conversation, None)?;
    for change in &mut changes {
        if let Change::Settings { settings, .. } = change {
            let never = Setting::Pinned(false);
            settings.retain(|change| {
                let is_unset = change.setting == never && change.stamp == Stamp::default();
                is_unset || change.setting.kind() != SettingKind::Pinned
            });
        }
    }
    Ok(changes)
}

/// How far a user has read a conversation.
pub(super) fn position(db: &Connection, user: i64, conversation: i64) -> ServiceResult<Option<ReadPosition>> {
    let (last, _) = last_place::of(db, conversation)?;
    let mut statement =
        db.prepare_cached("SELECT read_seq, read_time FROM setting WHERE user = ?1 AND conversation = ?2")?;
    let position = statement.query_row((user, conversation), |row| {
        Ok(ReadPosition {
            seq: last_place::real(row.get(0)?, last),
            timestamp: row.get::<_, Seconds>(1)?.0,
        })
    });
    Ok(position.optional()?)
}

/// The conversations that concern a user, next after `after`.
pub(super) fn conversations_of(db: &Connection, user: i64, after: i64, limit: i64) -> ServiceResult<Vec<i64>> {
    let mut statement = db.prepare_cached(
        "SELECT conversation FROM setting WHERE user = ?1 AND conversation > ?2 ORDER BY conversation LIMIT ?3",
    )?;
    let rows = statement.query_map((user, after, limit), |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::embedded::messages;
    use crate::backend::embedded::testing::{TestService, pinned, stamp, text};
    use crate::model::{Micros, UserId};

    #[test]
    fn an_older_change_that_comes_later_changes_nothing_and_a_newer_one_is_told_although_it_says_the_same() {
        let mut service = TestService::new();
        let alice = service.user("alice");
        let chat = ConversationId::c2c(&UserId::trusted("bob"));
        service.write(|tx| set(tx, &alice, &chat, &pinned(true, 2)));
        let head = service.head();
        service.write(|tx| set(tx, &alice, &chat, &pinned(false, 1)));
        assert_eq!(service.head(), head, "older");
        service.write(|tx| set(tx, &alice, &chat, &pinned(true, 3)));
        let told = service.told(&alice, head);
        let newest = told
            .iter()
            .any(|change| matches!(change, Change::Settings { settings, .. } if settings.contains(&pinned(true, 3))));
        assert!(newest, "{told:?}");
    }

    #[test]
    fn what_took_a_conversation_out_of_the_list_is_told_before_what_lists_it_since() {
        let mut service = TestService::new();
        let alice = service.user("alice");
        let chat = ConversationId::c2c(&UserId::trusted("bob"));
        let out = StampedSetting {
            setting: Setting::OutOfList(Place {
                time: Micros(2),
                id: String::new(),
                ..Place::default()
            }),
            stamp: stamp(2),
        };
        for change in [&pinned(true, 1), &out, &pinned(true, 3)] {
            service.write(|tx| set(tx, &alice, &chat, change));
        }
        let told = service.told(&alice, 0);
        let place = |is_it: &dyn Fn(&Change) -> bool| told.iter().rposition(is_it);
        let says = |setting: &StampedSetting, change: &Change| matches!(change, Change::Settings { settings, .. } if settings.contains(setting));
        let listed = place(&|change| matches!(change, Change::Listed { time: Micros(3), .. }));
        assert!(
            listed.is_some() && place(&|change| says(&out, change)) < listed,
            "{told:?}"
        );
        assert!(listed < place(&|change| says(&pinned(true, 3), change)), "{told:?}");
    }

    #[test]
    fn a_read_position_moves_forward_and_not_past_the_last_message() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        for id in ["m1", "m2"] {
            service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", id)));
        }
        let chat = ConversationId::c2c(&alice.user_id);
        let mut read_to = |seq| {
            let position = ReadPosition { seq, timestamp: 7 };
            service.write(|tx| read(tx, &bob, &chat, position, true));
            let stored = service.read(|db| {
                let conversation = conversations::find_own(db, &bob, &chat)?.unwrap_or_default();
                super::position(db, bob.id, conversation)
            });
            stored.unwrap().seq
        };
        assert_eq!([read_to(1), read_to(9), read_to(1)], [1, 2, 2]);
    }

    #[test]
    fn a_place_past_the_last_message_says_nothing() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m1")));
        let (conversation, chat) = service.read(|db| {
            let chat = ConversationId::c2c(&alice.user_id);
            Ok((conversations::find_own(db, &bob, &chat)?.unwrap_or_default(), chat))
        });
        let wild = (1_i64 << 53) - 2;
        service.write(|tx| {
            tx.execute(
                "UPDATE setting SET read_seq = ?1, cleared_seq = ?1, deleted_seq = ?1",
                [wild],
            )?;
            for kind in [
                Kind::Settings,
                Kind::PeerRead,
                Kind::HistoryCleared,
                Kind::ConversationDeleted,
            ] {
                tx.tell(bob.id, kind, conversation)?;
            }
            Ok(())
        });
        let head = service.head();
        let places: Vec<u64> = service
            .told(&bob, head - 4)
            .into_iter()
            .filter_map(|change| match change {
                Change::Read { conversation, up_to }
                | Change::PeerRead { conversation, up_to }
                | Change::HistoryCleared { conversation, up_to }
                | Change::ConversationDeleted {
                    conversation, up_to, ..
                } => (conversation == chat).then_some(up_to),
                _ => None,
            })
            .map(|up_to| match up_to {
                Target::Seq(position) => position.seq,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(places, [0, 0, 0, 0]);
    }

    #[test]
    fn one_sets_something_for_a_chat_before_its_first_message_and_not_for_a_strangers_group() {
        let mut service = TestService::new();
        let alice = service.user("alice");
        let chat = ConversationId::c2c(&UserId::trusted("bob"));
        let pin = pinned(true, 1);
        service.write(|tx| set(tx, &alice, &chat, &pin));
        let head = service.head();
        service.write(|tx| set(tx, &alice, &chat, &pin));
        assert_eq!(service.head(), head, "the same again is told to nobody");
        let group = ConversationId::parse("conversationID", "group_team").unwrap();
        let error = service.refused(|tx| set(tx, &alice, &group, &pin));
        assert_eq!(error.status, crate::model::Status::NoPermission);
        let out = StampedSetting {
            setting: Setting::OutOfList(Place {
                time: Micros(2),
                id: String::new(),
                ..Place::default()
            }),
            stamp: stamp(2),
        };
        service.write(|tx| set(tx, &alice, &group, &out));
        assert_eq!(service.head(), head, "what one device alone has listed it may remove");
    }
}
