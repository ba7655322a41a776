//! Edits of messages that nobody has: an archive has dropped the message, or it was said before the user became a member. What
//! the author says with one is news all the same, and is shown as a message of its own (XEP-0308). That takes the place of the
//! message: what edits it again, recalls it or reacts to it means it.
//!
//! Only once the history was read as a whole, so that no message is to come; and not where the user has cleared it: then the
//! message may be one of those that went.

use super::awaited_changes::WaitingEdit;
use super::transaction::Transaction;
use crate::model::{
    ConversationId, GroupId, IdKind, Message, MessageBody, MessageId, Micros, Modification, UnnumberedMessage,
};
use crate::store::StoreResult;
use crate::store::awaited_change::{self, Awaited, LoneEdit};

impl Transaction<'_> {
    /// The history of a group, or of all conversations with users, was read as a whole.
    pub(super) fn show_lone_edits(&mut self, group: Option<&GroupId>) -> StoreResult<()> {
        let group = group.map(ConversationId::group);
        let mut edits: Vec<(i64, LoneEdit)> = awaited_change::lone_edits(self.db, group.as_ref())?
            .into_iter()
            .map(|edit| (waiting(&edit.value).map_or(0, |waiting| first_rank(&waiting)), edit))
            .collect();
        // As they were made: one may be of another one.
        edits.sort_by_key(|(rank, _)| *rank);
        edits.iter().try_for_each(|(_, edit)| self.show_lone_edit(edit))
    }

    fn show_lone_edit(&mut self, edit: &LoneEdit) -> StoreResult<()> {
        let id = &edit.conversation;
        let target = MessageId {
            kind: IdKind::Origin,
            id: edit.name.clone(),
            sender: Some(edit.author.clone()),
            not_after: None,
        };
        // It may have gone with the one that it was made of.
        let found = awaited_change::find(self.db, id, Awaited::Modified, &edit.author, &target)?;
        let Some(waiting) = found.as_deref().and_then(waiting) else {
            return Ok(());
        };
        let is_cleared = self.edit(id, |_, loaded| Ok(loaded.row.cleared_seq > 0))?;
        if !is_cleared && let Some(message) = stand_in(edit, &waiting) {
            self.receive_unnumbered(&message)?;
        }
        Ok(awaited_change::drop_edit(self.db, edit)?)
    }
}

fn waiting(value: &str) -> Option<WaitingEdit> {
    serde_json::from_str(value).ok()
}

fn first_rank(waiting: &WaitingEdit) -> i64 {
    let others = waiting.others.iter().map(|name| name.rank);
    others.fold(waiting.newest.rank, i64::min)
}

/// The message that an edit is shown as: where the first edit of it lies.
fn stand_in(edit: &LoneEdit, waiting: &WaitingEdit) -> Option<UnnumberedMessage> {
    let Modification {
        elem,
        cloud_custom_data,
        stamp,
        time,
        alone,
        ..
    } = &waiting.newest;
    let alone = alone.as_ref()?;
    let times = waiting.others.iter().map(|name| name.time);
    Some(UnnumberedMessage {
        message: Message {
            msg_id: alone.msg_id.clone(),
            conversation: edit.conversation.clone(),
            sender: edit.author.clone(),
            nick_name: alone.nick_name.clone(),
            face_url: alone.face_url.clone(),
            seq: 0,
            time: times.fold(*time, Micros::min),
            revoked: None,
            body: MessageBody {
                elem: elem.clone(),
                cloud_custom_data: cloud_custom_data.clone().unwrap_or_default(),
                modified: Some(stamp.clone()),
                ..alone.body.clone()
            },
        },
        own_id: alone.msg_id.clone(),
        server_id: String::new(),
        origin_id: edit.name.clone(),
        is_origin_unique: false,
        older: false,
        is_ahead: false,
        is_late: true,
    })
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob, body, unnumbered};
    use crate::model::{
        Alone, Change, Elem, IdKind, MessageBody, MessageId, Micros, Modification, Stamp, Target, UserId,
    };

    const START: i64 = crate::engine::fixture::START;

    /// An edit by bob, whose client stamps none, of what has the id `of`.
    fn edit(id: &str, of: &str, seconds: i64, older: bool) -> Change {
        let time = Micros((START + seconds) * 1_000_000);
        Change::Modified {
            conversation: bob(),
            message: Target::Id(MessageId {
                kind: IdKind::Origin,
                id: of.to_owned(),
                sender: Some(UserId::trusted("bob")),
                not_after: None,
            }),
            modification: Box::new(Modification {
                elem: body(id).elem,
                cloud_custom_data: None,
                stamp: Stamp {
                    time,
                    device: String::new(),
                },
                time,
                server_id: format!("server-{id}"),
                origin_id: id.to_owned(),
                older,
                rank: 0,
                alone: Some(Box::new(Alone {
                    msg_id: format!("bob//{of}"),
                    nick_name: "Bob".to_owned(),
                    face_url: String::new(),
                    body: MessageBody::of(Elem::Text { text: String::new() }),
                })),
            }),
        }
    }

    const WHOLE: Change = Change::HistoryWhole { group_id: None };

    /// Ids, texts, and whether they were edited.
    fn shown(fixture: &Fixture) -> Vec<(String, String, bool)> {
        let ids: Vec<String> = fixture.messages(&bob()).into_iter().map(|(id, _)| id).collect();
        let found = fixture.engine.find_messages(&ids).unwrap();
        let found: Vec<serde_json::Value> = serde_json::from_str(&found).unwrap();
        let row = |message: &serde_json::Value| {
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            (
                text(&message["msgID"]),
                text(&message["textElem"]["text"]),
                message["isEdited"] == true,
            )
        };
        found.iter().map(row).collect()
    }

    fn edited(id: &str, text: &str) -> (String, String, bool) {
        (id.to_owned(), text.to_owned(), true)
    }

    /// What the archive has: two messages, and edits of one that it has not, one of them by the name of the edit before.
    fn archive(older: bool) -> Vec<Change> {
        vec![
            unnumbered("before", "bob", 1, older),
            edit("e1", "gone", 20, older),
            unnumbered("between", "bob", 30, older),
            edit("e2", "gone", 40, older),
            edit("e3", "e2", 40, older),
            unnumbered("after", "bob", 50, older),
        ]
    }

    #[test]
    fn an_edit_of_a_message_that_nobody_has_is_a_message_the_same_on_every_device() {
        let live = Fixture::new();
        for change in archive(false) {
            live.live(change);
            live.live(WHOLE);
        }
        let wanted = |shown: Vec<(String, String, bool)>| {
            assert_eq!(shown.len(), 4, "{shown:?}");
            assert_eq!(shown[1], edited("bob//gone", "e3"));
        };
        wanted(shown(&live));
        assert_eq!(live.row(&bob())["unreadCount"], 4);
        // A device that is set up later reads the same backwards.
        let new = Fixture::new();
        for change in archive(true).into_iter().rev() {
            new.history(change);
        }
        assert_eq!(shown(&new).len(), 3);
        new.history(WHOLE);
        wanted(shown(&new));
        new.history(WHOLE);
        wanted(shown(&new));
        // What edits it after that means it.
        for fixture in [&live, &new] {
            fixture.live(edit("e4", "gone", 60, false));
            fixture.live(WHOLE);
            assert_eq!(shown(fixture)[1], edited("bob//gone", "e4"));
        }
    }

    #[test]
    fn where_the_message_was_cleared_its_edits_are_not_shown() {
        let fixture = Fixture::new();
        fixture.live(unnumbered("a", "bob", 1, false));
        fixture.engine.clear_history(&bob()).unwrap();
        fixture.live(edit("e", "a", 20, false));
        fixture.live(edit("f", "older", 20, false));
        fixture.live(WHOLE);
        assert_eq!(shown(&fixture), []);
    }

    #[test]
    fn of_edits_in_one_second_the_last_counts_whichever_way_they_are_read() {
        let archive = |older| {
            [
                unnumbered("a", "bob", 1, older),
                edit("e1", "a", 2, older),
                edit("e2", "a", 2, older),
                edit("e3", "e2", 2, older),
                edit("e4", "a", 2, older),
                edit("e5", "e1", 2, older),
            ]
        };
        let (live, new) = (Fixture::new(), Fixture::new());
        archive(false).into_iter().for_each(|change| live.live(change));
        archive(true).into_iter().rev().for_each(|change| new.history(change));
        for fixture in [&live, &new] {
            assert_eq!(shown(fixture), [edited("a", "e5")]);
        }
    }
}
