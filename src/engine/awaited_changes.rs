//! Changes of messages that have a content of their own and wait for their message, as the marks do in `awaited`.

use super::json::to_json;
use super::receipts::ReadBy;
use super::transaction::Transaction;
use crate::model::{ConversationId, IdKind, MessageId, Micros, Modification, Reacted};
use crate::store::awaited_change::{self, Awaited};
use crate::store::{StoreResult, deleted, message};
use serde::{Deserialize, Serialize};

/// How many edits of a message that has not come are known by name.
const MAX_NAMED: usize = 100;

/// The ids of an edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct EditName {
    server_id: String,
    origin_id: String,
    pub(super) time: Micros,
    #[serde(default)]
    pub(super) rank: i64,
}

impl EditName {
    fn of(edit: &Modification) -> Self {
        Self {
            server_id: edit.server_id.clone(),
            origin_id: edit.origin_id.clone(),
            time: edit.time,
            rank: edit.rank,
        }
    }
}

/// The edits of a message that wait for it: what the newest says, and by which names the others are known. What reacts to one
/// of those, or edits it, means the message too.
#[derive(Serialize, Deserialize)]
pub(super) struct WaitingEdit {
    #[serde(flatten)]
    pub(super) newest: Modification,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) others: Vec<EditName>,
}

impl WaitingEdit {
    /// Another edit has come, beside those that wait.
    fn of(waiting: Option<Self>, edit: &Modification) -> Self {
        let Some(Self { newest, mut others }) = waiting else {
            let (newest, others) = (edit.clone(), Vec::new());
            return Self { newest, others };
        };
        let (newest, other) = if edit.replaces(Some(&newest.stamp)) {
            (edit.clone(), newest)
        } else {
            (newest, edit.clone())
        };
        let name = EditName::of(&other);
        let is_named = !name.server_id.is_empty() || !name.origin_id.is_empty();
        if is_named && name != EditName::of(&newest) && !others.contains(&name) {
            others.push(name);
            let excess = others.len().saturating_sub(MAX_NAMED);
            others.drain(..excess);
        }
        Self { newest, others }
    }
}

impl Transaction<'_> {
    /// Keeps an edit until its message comes.
    pub(super) fn await_modification(
        &mut self,
        id: &ConversationId,
        conversation: i64,
        target: &MessageId,
        modification: &Modification,
    ) -> StoreResult<()> {
        let Some(author) = &target.sender else { return Ok(()) };
        if self.is_target_deleted(conversation, target)? {
            return Ok(());
        }
        let waiting = awaited_change::find(self.db, id, Awaited::Modified, author, target)?;
        let waiting = waiting.and_then(|value| serde_json::from_str::<WaitingEdit>(&value).ok());
        let waiting = WaitingEdit::of(waiting, modification);
        let name = (target.kind, target.id.as_str());
        awaited_change::keep(self.db, id, Awaited::Modified, author, name, &to_json(&waiting)?)?;
        Ok(())
    }

    /// Keeps a user's reactions until their message comes.
    pub(super) fn await_reactions(
        &mut self,
        id: &ConversationId,
        conversation: i64,
        target: &MessageId,
        reacted: &Reacted,
    ) -> StoreResult<()> {
        if self.is_target_deleted(conversation, target)? {
            return Ok(());
        }
        let waiting = awaited_change::find(self.db, id, Awaited::Reacted, &reacted.user, target)?;
        let waiting = waiting.and_then(|value| serde_json::from_str::<Reacted>(&value).ok());
        if reacted.replaces(waiting.map(|waiting| waiting.stamp).as_ref()) {
            self.keep_awaited(id, (target.kind, &target.id), reacted)?;
        }
        Ok(())
    }

    /// Keeps what a reader says of a message until that comes.
    pub(super) fn await_read_receipt(
        &mut self,
        id: &ConversationId,
        conversation: i64,
        target: &MessageId,
        receipt: &ReadBy,
    ) -> StoreResult<()> {
        if self.is_target_deleted(conversation, target)? {
            return Ok(());
        }
        let (name, reader) = ((target.kind, target.id.as_str()), &receipt.reader);
        let value = to_json(&(receipt.time, receipt.reaches_back))?;
        awaited_change::keep(self.db, id, Awaited::ReadReceipt, reader, name, &value)?;
        Ok(())
    }

    /// Whether what a target means was here and was deleted: it does not come again.
    fn is_target_deleted(&self, conversation: i64, target: &MessageId) -> StoreResult<bool> {
        Ok(match target.kind {
            IdKind::Server => deleted::by_server_id(self.db, conversation, &target.id)?.is_some(),
            IdKind::Origin | IdKind::MsgId => deleted::contains(self.db, conversation, &target.id)?,
        })
    }

    /// Takes the changes that waited for a message that may have come just now.
    pub(super) fn apply_awaited_changes(
        &mut self,
        id: &ConversationId,
        msg_id: &str,
        ids: (&str, &str),
    ) -> StoreResult<()> {
        if !awaited_change::any(self.db, id)? {
            return Ok(());
        }
        self.apply_awaited_edits(id, msg_id, ids)?;
        for (reader, value) in awaited_change::take(self.db, id, Awaited::ReadReceipt, msg_id, ids)? {
            if let Some(row) = message::by_msg_id(self.db, msg_id)?
                && let Ok((time, reaches_back)) = serde_json::from_str(&value)
            {
                let receipt = ReadBy {
                    reader,
                    time,
                    reaches_back,
                };
                self.read_by(id, row, &receipt)?;
            }
        }
        self.apply_awaited_reactions(id, msg_id, ids)
    }

    /// Takes the edits that name another one of their message, which has just come, instead of the message itself, and those that
    /// name one of these: some clients do.
    pub(super) fn apply_edits_of_edit(
        &mut self,
        id: &ConversationId,
        msg_id: &str,
        (server_id, origin_id): (&str, &str),
    ) -> StoreResult<()> {
        let name = (server_id.to_owned(), origin_id.to_owned());
        // One after the other and not one inside of the other: nobody keeps an author from making a long chain.
        if let Some(names) = &mut self.edits_to_follow {
            names.push(name);
            return Ok(());
        }
        self.edits_to_follow = Some(vec![name]);
        let followed = self.follow_edits(id, msg_id);
        self.edits_to_follow = None;
        followed
    }

    fn follow_edits(&mut self, id: &ConversationId, msg_id: &str) -> StoreResult<()> {
        if !awaited_change::any(self.db, id)? {
            return Ok(());
        }
        for _ in 0..MAX_NAMED {
            let Some((server_id, origin_id)) = self.edits_to_follow.as_mut().and_then(Vec::pop) else {
                break;
            };
            self.apply_awaited_edits(id, msg_id, (&server_id, &origin_id))?;
        }
        Ok(())
    }

    fn apply_awaited_edits(&mut self, id: &ConversationId, msg_id: &str, ids: (&str, &str)) -> StoreResult<()> {
        let modified = awaited_change::take(self.db, id, Awaited::Modified, msg_id, ids)?;
        for (author, value) in modified {
            let row = message::by_msg_id(self.db, msg_id)?;
            let Ok(waiting) = serde_json::from_str::<WaitingEdit>(&value) else {
                continue;
            };
            match row {
                // The app has not seen it as it was, unless it was told just now.
                Some(row) if row.sender == author => {
                    // Before the others: one of them may be a copy of it, under one of its names, after which it would be known.
                    self.apply_waiting_modification(id, msg_id, &waiting.newest, self.live)?;
                    for name in &waiting.others {
                        self.name_edit(id, &row, (&name.server_id, &name.origin_id), (name.time, name.rank))?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob, body, unnumbered};
    use crate::model::{Change, IdKind, MessageId, Micros, Modification, Reacted, Stamp, Target, UserId};

    fn named(id: &str, sender: Option<&str>) -> Target {
        Target::Id(MessageId {
            kind: IdKind::Origin,
            id: id.to_owned(),
            sender: sender.map(UserId::trusted),
            not_after: None,
        })
    }

    #[test]
    fn a_reaction_to_an_edit_is_one_to_its_message_whichever_comes_first() {
        let edit = Change::Modified {
            conversation: bob(),
            message: named("a", Some("bob")),
            modification: Box::new(Modification {
                elem: body("edited").elem,
                cloud_custom_data: None,
                stamp: Stamp::default(),
                time: Micros(2_000_000),
                server_id: "server-e".to_owned(),
                origin_id: "e".to_owned(),
                older: false,
                rank: 0,
                alone: None,
            }),
        };
        let reaction = Change::Reacted {
            conversation: bob(),
            message: named("e", None),
            reacted: Box::new(Reacted {
                user: UserId::trusted("bob"),
                nick_name: String::new(),
                face_url: String::new(),
                reactions: vec!["x".to_owned()],
                stamp: Stamp::default(),
                older: false,
            }),
        };
        for changes in [[&edit, &reaction], [&reaction, &edit]] {
            let fixture = Fixture::new();
            fixture.live(unnumbered("a", "bob", 1, false));
            changes.into_iter().for_each(|change| fixture.history(change.clone()));
            let results = fixture.engine.reactions(&["a".to_owned()], 0).unwrap();
            assert!(results.contains(r#""reactionID":"x""#), "{results}");
        }
    }

    /// Bob's edit, whose id is its text, of what has the id `of`.
    fn edit(id: &str, of: &str, seconds: i64) -> Change {
        Change::Modified {
            conversation: bob(),
            message: named(of, Some("bob")),
            modification: Box::new(Modification {
                elem: body(id).elem,
                cloud_custom_data: None,
                stamp: Stamp {
                    time: Micros(seconds * 1_000_000),
                    device: String::new(),
                },
                time: Micros(seconds * 1_000_000),
                server_id: format!("server-{id}"),
                origin_id: id.to_owned(),
                older: false,
                rank: 0,
                alone: None,
            }),
        }
    }

    #[test]
    fn an_edit_that_a_newer_one_replaced_before_the_message_came_is_still_known_by_its_name() {
        let reaction = Change::Reacted {
            conversation: bob(),
            message: named("first", None),
            reacted: Box::new(Reacted {
                user: UserId::trusted("bob"),
                nick_name: String::new(),
                face_url: String::new(),
                reactions: vec!["x".to_owned()],
                stamp: Stamp::default(),
                older: false,
            }),
        };
        let (first, second) = (edit("first", "a", 2), edit("second", "a", 3));
        // Whichever is read first, and whether the reaction comes before the message or after it.
        for edits in [[&first, &second], [&second, &first]] {
            for reacts_before in [true, false] {
                let fixture = Fixture::new();
                edits.into_iter().for_each(|edit| fixture.history(edit.clone()));
                if reacts_before {
                    fixture.history(reaction.clone());
                }
                fixture.live(unnumbered("a", "bob", 1, false));
                if !reacts_before {
                    fixture.history(reaction.clone());
                }
                assert_eq!(fixture.row(&bob())["lastMessage"]["textElem"]["text"], "second");
                let results = fixture.engine.reactions(&["a".to_owned()], 0).unwrap();
                assert!(results.contains(r#""reactionID":"x""#), "{results}");
            }
        }
    }

    #[test]
    fn an_edit_that_names_the_one_before_it_counts_in_whichever_order_they_come() {
        let changes = [
            unnumbered("a", "bob", 1, false),
            edit("first", "a", 2),
            edit("second", "first", 3),
            edit("third", "second", 4),
        ];
        for order in 0..24 {
            let mut left: Vec<&Change> = changes.iter().collect();
            let fixture = Fixture::new();
            let mut rest = order;
            while !left.is_empty() {
                let next = left.remove(rest % left.len());
                rest /= left.len() + 1;
                fixture.live(next.clone());
            }
            let text = &fixture.row(&bob())["lastMessage"]["textElem"]["text"];
            assert_eq!(*text, "third", "order {order}");
        }
        // However long the chain is, it costs no more than its first edits.
        let fixture = Fixture::new();
        for number in (1..500).rev() {
            fixture.live(edit(&format!("e{number}"), &format!("e{}", number - 1), number));
        }
        fixture.live(edit("e0", "a", 1));
        fixture.live(unnumbered("a", "bob", 1, false));
        assert!(
            fixture.row(&bob())["lastMessage"]["textElem"]["text"]
                .as_str()
                .unwrap()
                .starts_with('e')
        );
    }

    #[test]
    fn an_edit_that_an_archive_has_twice_is_applied_when_its_message_comes() {
        let copy = |server_id: &str, seconds: i64| Change::Modified {
            conversation: bob(),
            message: named("a", Some("bob")),
            modification: Box::new(Modification {
                elem: body("edited").elem,
                cloud_custom_data: None,
                stamp: Stamp {
                    time: Micros(seconds * 1_000_000),
                    device: String::new(),
                },
                time: Micros(seconds * 1_000_000),
                server_id: server_id.to_owned(),
                origin_id: "e".to_owned(),
                older: false,
                rank: 0,
                alone: None,
            }),
        };
        // Sent again after a connection broke: one id of its author, two of the archive.
        let (first, second) = (copy("s1", 2), copy("s2", 3));
        for copies in [[&first, &second], [&second, &first]] {
            let fixture = Fixture::new();
            copies.into_iter().for_each(|copy| fixture.history(copy.clone()));
            fixture.live(unnumbered("a", "bob", 1, false));
            assert_eq!(fixture.row(&bob())["lastMessage"]["textElem"]["text"], "edited");
        }
    }
}
